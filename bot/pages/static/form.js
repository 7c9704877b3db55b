// Counts the digits while they are typed; the form works without it.
const input = document.getElementById("answer"), count = document.getElementById("count");
if (input && count) {
  const show = () => {
    const digits = input.value.replace(/[^0-9]/g, "").length;
    count.textContent = count.dataset.of.replace("{n}", digits).replace("{total}", input.dataset.length);
  };
  input.addEventListener("input", show);
  show();
}
