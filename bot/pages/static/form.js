// Counts the digits while they are typed; the form works without it.
const input = document.getElementById("answer"), count = document.getElementById("count");
if (input && count) {
  const show = () => {
    const digits = input.value.normalize("NFKC").replace(/[^0-9]/g, "").length, total = Number(input.dataset.length);
    count.hidden = !digits;
    count.textContent = count.dataset.of.replace("{n}", digits).replace("{total}", total);
    count.toggleAttribute("data-full", digits === total);
  };
  input.addEventListener("input", show);
  show();
}
