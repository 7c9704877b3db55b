// Keeps an application held while somebody is at work on its page, and gives it back when the page is left.
const page = document.querySelector("[data-hold]");
if (page) {
  const EVERY = 2 * 60 * 1000;
  const IDLE = 10 * 60 * 1000;
  let { until } = page.dataset;
  let moved = Date.now();
  for (const sign of ["pointerdown", "keydown", "scroll"]) {
    addEventListener(sign, () => { moved = Date.now(); }, { passive: true });
  }
  const send = (path, keepalive) => fetch(page.dataset.hold + path, {
    method: "POST", keepalive, body: new URLSearchParams({ csrf: page.dataset.csrf, until }),
  });
  const timer = setInterval(async () => {
    if (document.visibilityState !== "visible" || Date.now() - moved > IDLE) return;
    let answer;
    try { answer = await send("", false); } catch { return; } // no network: the next time
    if (!answer.ok || answer.redirected) return;
    const kept = await answer.text();
    if (kept) { until = kept; return; }
    clearInterval(timer);
    page.hidden = false;
  }, EVERY);
  addEventListener("pagehide", () => { send("/end", true).catch(() => {}); });
}
