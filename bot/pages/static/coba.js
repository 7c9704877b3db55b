// A phone in the browser. It sends what a person does and shows what the program says; the database remembers.
const words = document.getElementById("words").dataset;
const wide = matchMedia("(min-width: 46rem)");
const AHEAD = 400 * 86400;
const hex = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, "0")).join("");
const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));

function keep(name, value) {
  try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* a private window: kept until it closes */ }
}
function kept(name) {
  try { return JSON.parse(localStorage.getItem(name)); } catch { return null; }
}

class Phone {
  constructor(section) {
    this.section = section;
    this.name = "coba-" + section.dataset.slot;
    this.talk = section.querySelector(".talk");
    this.state = { chat: hex(), shift: 0, like: false, ...kept(this.name) };
    this.after = 0;
    section.querySelector("[data-like]").checked = this.state.like;
    section.querySelector("[data-like]").addEventListener("change", event => this.change({ like: event.target.checked }));
    section.querySelector(".say").addEventListener("submit", event => this.typed(event));
    section.addEventListener("click", event => this.clicked(event));
    document.addEventListener("click", event => this.shut(event.target.closest("details")));
    section.addEventListener("keydown", event => { if (event.key === "Escape") this.shut(); });
    document.addEventListener("visibilitychange", () => document.hidden ? this.stop() : this.listen());
    setInterval(() => this.tick(), 15000);
    this.change({});
    this.begin();
  }

  change(what) {
    Object.assign(this.state, what);
    keep(this.name, this.state);
    this.tick();
  }
  tick() {
    const at = new Date(Date.now() + this.state.shift * 1000), days = Math.round(this.state.shift / 8640) / 10;
    const shown = at.toLocaleString(document.documentElement.lang, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: words.zone });
    const said = days ? `${shown} · ${words.ahead.replace("{n}", days.toLocaleString(document.documentElement.lang))}` : shown;
    const clock = this.section.querySelector(".clock");
    if (clock.textContent !== said) clock.textContent = said;
  }
  shut(but) {
    for (const one of this.section.querySelectorAll("details[open]")) if (one !== but) one.open = false;
  }

  async begin() {
    const chat = this.state.chat;
    this.talk.textContent = "";
    this.after = 0;
    try {
      const answer = await fetch(`/coba/history?chat=${chat}`);
      for (const message of (await answer.json()).messages) {
        if (message.side === "us") this.after = Math.max(this.after, message.id);
        this.draw(message);
      }
      const last = this.talk.lastElementChild;
      this.freeze(null, last?.classList.contains("theirs") ? last : null);
    } catch { this.note(words.offline); }
    if (chat !== this.state.chat) return;
    const code = this.section.dataset.slot === "a" && new URLSearchParams(location.search).get("mulai");
    if (code) history.replaceState(null, "", "/coba");
    if (code || !this.talk.childElementCount) this.send({ open: code || "" });
    this.listen();
  }

  // ---- hearing: a stream where the browser and the network allow one, else asking again and again

  listen() {
    this.stop();
    if (document.hidden) return;
    const chat = this.state.chat, address = () => `/coba/messages?chat=${chat}&after=${this.after}`;
    if (!window.EventSource || this.failed > 2) { this.poll(chat, address); return; }
    this.stream = new EventSource(address());
    this.stream.onmessage = event => { this.failed = 0; this.heard(JSON.parse(event.data)); };
    this.stream.onerror = () => { this.failed = (this.failed || 0) + 1; if (this.failed > 2) this.listen(); };
  }
  stop() {
    this.stream?.close();
    this.polling = null;
  }
  async poll(chat, address) {
    const mine = this.polling = {};
    while (this.polling === mine && chat === this.state.chat) {
      try {
        const answer = await fetch(address());
        if (!answer.ok) throw new Error(answer.status);
        for (const message of (await answer.json()).messages) this.heard(message);
      } catch { await pause(1500); }
    }
  }
  heard(message) {
    if (message.id <= this.after) return;
    this.after = message.id;
    this.section.querySelector(".typing")?.remove();
    if (message.redact) {
      const said = this.talk.querySelector(`[data-id="${CSS.escape(message.redact)}"]`);
      if (said) said.replaceChildren(italic(words.deleted));
    }
    if (message.text) this.draw(message);
  }

  // ---- showing

  draw(message) {
    const bubble = document.createElement("div");
    bubble.className = "bubble " + (message.side === "us" ? "theirs" : "mine");
    if (message.key) bubble.dataset.id = message.key;
    const text = bubble.appendChild(document.createElement("p"));
    if (message.side === "us") this.drawOurs(bubble, text, message);
    else if (message.text && message.kind !== "form") text.textContent = message.text;
    else text.append(italic(words[message.kind] || message.kind), message.text ? ` ${message.text}` : "");
    this.talk.append(bubble);
    const top = bubble.offsetTop - 12, long = bubble.offsetHeight > this.talk.clientHeight - 40;
    this.talk.scrollTop = long && message.side === "us" ? top : this.talk.scrollHeight;
  }
  drawOurs(bubble, text, message) {
    const menu = this.state.like ? message.choices.map((choice, place) => `${place + 1}. ${choice.label}`).join("\n") : "";
    write(text, menu ? `${message.text}\n\n${menu}` : message.text);
    if (message.file) bubble.prepend(file(message.file));
    const choices = bubble.appendChild(document.createElement("div"));
    choices.className = "choices";
    for (const [place, { step, value, label }] of message.choices.entries()) {
      if (menu) break;
      const made = choices.appendChild(button(label, { step, value }));
      if (place === message.chosen) made.dataset.chosen = "";
    }
    if (message.share_contact && !menu) choices.append(button(message.share_contact, { contact: "" }));
    if (message.copy) choices.append(button(`${words.copy} ${message.copy}`, { copy: message.copy }));
  }
  note(text) {
    const line = this.talk.appendChild(document.createElement("p"));
    line.className = "time";
    line.textContent = text;
    this.talk.scrollTop = this.talk.scrollHeight;
  }
  typing() {
    this.section.querySelector(".typing")?.remove();
    const dots = this.talk.appendChild(document.createElement("div"));
    dots.className = "bubble theirs typing";
    dots.setAttribute("aria-hidden", "true");
    dots.append(...[1, 2, 3].map(() => document.createElement("i")));
    this.talk.scrollTop = this.talk.scrollHeight;
    setTimeout(() => dots.remove(), 8000);
  }
  freeze(pressed, but) {
    for (const one of this.talk.querySelectorAll(".choices button:not([data-copy])")) if (!but?.contains(one)) one.disabled = true;
    if (pressed) pressed.dataset.chosen = "";
  }

  // ---- saying

  typed(event) {
    event.preventDefault();
    const input = event.target.elements.text, text = input.value.trim();
    if (!text) return;
    input.value = "";
    this.freeze();
    this.send({ text }, { kind: "text", text });
  }
  clicked(event) {
    const pressed = event.target.closest("button");
    if (!pressed || pressed.disabled) return;
    const { step, value, contact, copy, kind, shift, speak, reset } = pressed.dataset;
    if (step !== undefined) { this.freeze(pressed); this.send({ tap: { step, value } }, { kind: "tap", text: pressed.textContent }); }
    else if (contact !== undefined) { this.freeze(); this.send({ contact: true }, { kind: "contact" }); }
    else if (copy !== undefined) navigator.clipboard?.writeText(copy);
    else if (kind !== undefined) this.send({ kind }, { kind });
    else if (shift !== undefined) this.move(Number(shift));
    else if (speak !== undefined) this.send({ tap: { step: "!", value: `language:${speak}` } }, { kind: "tap", text: pressed.textContent });
    else if (reset !== undefined) { this.change({ chat: hex(), shift: 0 }); this.begin(); }
    else return;
    this.shut();
  }
  move(seconds) {
    this.change({ shift: seconds ? Math.min(this.state.shift + seconds, AHEAD) : 0 });
    this.note(this.section.querySelector(".clock").textContent);
    const { chat, shift } = this.state;
    fetch("/coba/time", { method: "POST", body: JSON.stringify({ chat, shift }) }).catch(() => this.note(words.offline));
  }
  async send(what, shown) {
    const id = hex();
    if (shown) this.draw({ side: "them", key: id, ...shown });
    this.typing();
    const { chat, shift, like } = this.state;
    const body = JSON.stringify({ chat, id, shift, as: like ? "whatsapp" : "", language: document.documentElement.lang, ...what });
    for (let attempt = 0; attempt < 5; attempt++) {
      try {
        const answer = await fetch("/coba/messages", { method: "POST", body, headers: { "content-type": "application/json" } });
        if (answer.status < 500) return;
      } catch { /* offline: the same id may be sent again, it counts once */ }
      await pause(800 * 2 ** attempt);
    }
    this.section.querySelector(".typing")?.remove();
    this.note(words.offline);
  }
}

function button(label, data) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  Object.assign(made.dataset, data);
  return made;
}
function file({ href, name, kind }) {
  const link = document.createElement("a");
  Object.assign(link, { href, target: "_blank", rel: "noopener noreferrer", className: "file" });
  if (kind.startsWith("image/")) link.append(Object.assign(new Image(), { src: href, alt: name, width: 248, height: 351 }));
  else link.textContent = `📄 ${name}`;
  return link;
}
function italic(text) {
  const made = document.createElement("em");
  made.textContent = text;
  return made;
}
function write(node, text) {
  // *bold* and links are the only markup; everything else is text and stays text.
  for (const part of text.split(/((?<!\w)\*(?=\S)[^*\n]+?(?<=\S)\*(?!\w)|https?:\/\/[^\s]+)/)) {
    if (/^\*.+\*$/.test(part)) {
      const bold = node.appendChild(document.createElement("strong"));
      bold.textContent = part.slice(1, -1);
      if (!/\s/.test(part)) bold.className = "whole";
    }
    else if (/^https?:\/\//.test(part)) {
      const link = node.appendChild(document.createElement("a"));
      Object.assign(link, { href: part, textContent: part, target: "_blank", rel: "noopener noreferrer" });
    } else node.append(part);
  }
}

const sections = [...document.querySelectorAll(".phone")], tabs = document.querySelector(".tabs");
function show(slot) {
  for (const tab of tabs.children) {
    const chosen = tab.id === "tab-" + slot;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
  }
  for (const section of sections) section.classList.toggle("away", section.dataset.slot !== slot);
}
tabs.hidden = false;
tabs.classList.add("on");
tabs.addEventListener("click", event => { const tab = event.target.closest("[role=tab]"); if (tab) show(tab.id.slice(-1)); });
tabs.addEventListener("keydown", event => {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  const other = tabs.querySelector("[aria-selected=false]");
  show(other.id.slice(-1));
  other.focus();
});
wide.addEventListener("change", () => show("a"));
show("a");
for (const section of sections) new Phone(section);
