// Says how hard a password is to guess while it is typed; the server judges for itself, and the form works without this.
const input = document.getElementById("password"), told = document.getElementById("strength");
if (input && told) {
  input.addEventListener("input", () => {
    const text = input.value, kinds = new Set(text.toLowerCase()).size;
    const bits = kinds && text.length * Math.log2(Math.max(kinds * 1.6, 2));
    const how = text.length < Number(told.dataset.least) ? "short" : kinds < 6 || bits < 45 ? "weak" : bits < 70 ? "fair" : "strong";
    told.hidden = !text;
    told.textContent = told.dataset[how];
    told.dataset.how = how;
  });
}
