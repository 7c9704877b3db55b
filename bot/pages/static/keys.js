// Keys for whoever works here all day. They move and focus; nothing is decided without Enter or a click.
const OFF = "keys-off", panel = document.getElementById("keys");
const FOCUS = {
  a: 'form[action$="/approval"] button', c: 'a[href$="/correction"]', r: 'a[href$="/refusal"], form[action$="/refusal"] button',
  o: 'form[action$="/reveal"] button', u: 'form[action$="/undo"] button',
};
const off = () => localStorage.getItem(OFF) === "1";
const focus = (element) => {
  element?.focus();
  element?.scrollIntoView({ block: "nearest" });
  return Boolean(element);
};
const step = (by) => {
  const items = [...document.querySelectorAll(".list a.item")], here = items.indexOf(document.activeElement);
  return focus(items[here < 0 ? (by > 0 ? 0 : items.length - 1) : Math.min(items.length - 1, Math.max(0, here + by))]);
};
const help = () => {
  if (!panel) return false;
  panel.open = !panel.open;
  return panel.open ? focus(panel.querySelector("summary")) : true;
};
const DO = { j: () => step(1), k: () => step(-1), "/": () => focus(document.getElementById("sought")), "?": help };

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (off()) return;
  const done = DO[event.key] ? DO[event.key]() : FOCUS[event.key] && focus(document.querySelector(FOCUS[event.key]));
  if (done) event.preventDefault();
});

const choice = panel?.querySelector("input");
if (choice) {
  choice.checked = !off();
  choice.closest("p").hidden = false;
  choice.addEventListener("change", () => localStorage.setItem(OFF, choice.checked ? "0" : "1"));
}
