// A phone in the browser. It only sends what a person does and shows what the program says.
const words = document.getElementById("words").dataset;
const wide = matchMedia("(min-width: 46rem)");
const hex = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), b => b.toString(16).padStart(2, "0")).join("");
const keep = (name, value) => { try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* private window */ } };
const kept = name => { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; } };

class Phone {
  constructor(section) {
    this.section = section;
    this.name = "coba-" + section.dataset.slot;
    this.talk = section.querySelector(".talk");
    this.state = kept(this.name) || this.fresh();
    this.state.bubbles.forEach(bubble => this.draw(bubble));
    section.querySelector("[data-like]").checked = this.state.like;
    section.querySelector(".say").addEventListener("submit", event => this.typed(event));
    section.addEventListener("click", event => this.clicked(event));
    section.querySelector("[data-like]").addEventListener("change", event => { this.state.like = event.target.checked; this.save(); });
    setInterval(() => this.tick(), 15000);
    this.tick();
    if (!this.state.bubbles.length) this.send({ open: "" });
    this.listen();
  }
  fresh() { return { chat: hex(), after: 0, shift: 0, like: false, bubbles: [] }; }
  save() { this.state.bubbles = this.state.bubbles.slice(-200); keep(this.name, this.state); }
  tick() {
    const at = new Date(Date.now() + this.state.shift * 1000), days = Math.round(this.state.shift / 8640) / 10;
    const shown = at.toLocaleString(document.documentElement.lang, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
    this.section.querySelector(".clock").textContent = shown + (days ? ` (+${days} ${words.later})` : "");
  }
  add(bubble) { this.state.bubbles.push(bubble); this.draw(bubble); this.save(); }
  draw(bubble) {
    if (bubble.mine !== undefined || bubble.time) {
      const line = document.createElement("p");
      line.className = bubble.time ? "time" : "bubble mine";
      line.textContent = bubble.time || bubble.mine;
      if (bubble.id) line.dataset.id = bubble.id;
      this.talk.append(line);
    } else {
      const node = document.getElementById("heard").content.cloneNode(true);
      const text = node.querySelector(".text"), choices = node.querySelector(".choices");
      write(text, bubble.text);
      for (const choice of bubble.choices) choices.append(button(choice.label, { step: choice.step, value: choice.value }, bubble.chosen));
      if (bubble.share_contact) choices.append(button(bubble.share_contact, { contact: "1" }, bubble.chosen));
      if (bubble.copy) choices.append(button(`${words.copy} ${bubble.copy}`, { copy: bubble.copy }));
      this.talk.append(node);
    }
    this.talk.scrollTop = this.talk.scrollHeight;
  }
  typed(event) {
    event.preventDefault();
    const input = event.target.elements.text, text = input.value.trim();
    if (!text) return;
    input.value = "";
    this.freeze("");
    this.send({ text }, text);
  }
  clicked(event) {
    const target = event.target.closest("button");
    if (!target || target.disabled) return;
    const { step, value, contact, copy, kind, shift } = target.dataset;
    if (step) { this.freeze(value); this.send({ tap: { step, value } }, target.textContent); }
    else if (contact) { this.freeze(""); this.send({ contact: true }, "👤 " + words.contact); }
    else if (copy) navigator.clipboard?.writeText(copy);
    else if (kind) { this.shut(); this.send({ kind }, target.textContent); }
    else if (shift !== undefined) { this.move(Number(shift)); this.shut(); }
    else if ("reset" in target.dataset) this.reset();
  }
  shut() { this.section.querySelector("details").open = false; }
  move(seconds) {
    this.state.shift = seconds ? Math.min(this.state.shift + seconds, 400 * 86400) : 0;
    this.tick();
    this.add({ time: this.section.querySelector(".clock").textContent });
  }
  freeze(value) {
    const last = this.state.bubbles.findLast(bubble => bubble.choices && bubble.choices.length);
    if (last && last.chosen === undefined) last.chosen = value;
    for (const one of this.talk.querySelectorAll(".choices button:not([data-copy])")) {
      if (one.disabled) continue;
      one.disabled = true;
      if (value && one.dataset.value === value) one.dataset.chosen = "";
    }
    this.save();
  }
  reset() {
    this.state = this.fresh();
    this.talk.textContent = "";
    this.shut();
    this.save();
    this.tick();
    this.section.querySelector("[data-like]").checked = false;
    this.aborter?.abort();
    this.send({ open: "" });
  }
  async send(what, shown) {
    const id = hex();
    if (shown) this.add({ mine: shown, id });
    const body = JSON.stringify({ chat: this.state.chat, id, shift: this.state.shift, as: this.state.like ? "whatsapp" : "", ...what });
    for (let attempt = 0; attempt < 5; attempt++) {
      try {
        const answer = await fetch("/coba/messages", { method: "POST", body, headers: { "content-type": "application/json" } });
        if (answer.status < 500) return;
      } catch { /* offline: the same id may be sent again, it counts once */ }
      await new Promise(done => setTimeout(done, 800 * 2 ** attempt));
    }
    this.add({ time: words.offline });
  }
  async listen() {
    for (;;) {
      const chat = this.state.chat;
      try {
        this.aborter = new AbortController();
        const answer = await fetch(`/coba/messages?chat=${chat}&after=${this.state.after}`, { signal: this.aborter.signal });
        if (!answer.ok) throw new Error(answer.status);
        for (const message of (await answer.json()).messages) {
          if (chat !== this.state.chat) break;
          this.state.after = message.id;
          if (message.redacted) this.redact();
          if (message.text) this.add(message);
          else this.save();
        }
      } catch { await new Promise(done => setTimeout(done, chat === this.state.chat ? 1500 : 0)); }
    }
  }
  redact() {
    const said = this.state.bubbles.findLast(bubble => bubble.mine !== undefined);
    if (!said) return;
    said.mine = "🗑";
    const node = [...this.talk.querySelectorAll(".mine")].at(-1);
    if (node) node.textContent = said.mine;
  }
}

function button(label, data, chosen) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  Object.assign(made.dataset, data);
  if (chosen !== undefined && !data.copy) { made.disabled = true; if (chosen && data.value === chosen) made.dataset.chosen = ""; }
  return made;
}

function write(node, text) {
  // *bold* and links are the only markup; everything else is text and stays text.
  for (const [place, part] of text.split("*").entries()) {
    const into = place % 2 ? node.appendChild(document.createElement("strong")) : node;
    for (const piece of part.split(/(https?:\/\/[^\s]+)/)) {
      if (!/^https?:\/\//.test(piece)) { into.append(piece); continue; }
      const link = into.appendChild(document.createElement("a"));
      link.href = piece; link.textContent = piece; link.target = "_blank"; link.rel = "noreferrer";
    }
  }
}

const sections = [...document.querySelectorAll(".phone")];
const tabs = document.querySelector(".tabs");
tabs.hidden = false;
tabs.classList.add("on");
const show = slot => {
  for (const tab of tabs.children) tab.setAttribute("aria-selected", String(tab.id === "tab-" + slot));
  for (const section of sections) section.classList.toggle("away", !wide.matches && section.dataset.slot !== slot);
};
tabs.addEventListener("click", event => { const tab = event.target.closest("[role=tab]"); if (tab) show(tab.id.slice(-1)); });
wide.addEventListener("change", () => show("a"));
show("a");
for (const section of sections) new Phone(section);
