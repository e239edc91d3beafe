// The page's own part: ask for the next state, show it, hand on touches. Words, looks and times are the server's.
"use strict";

(() => {
  const stage = document.getElementById("stage");
  const home = document.documentElement.lang;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const LATE_MS = 30000; // a poll is answered after 20 s: later means never
  const BEAT_MS = 650, NO_BEAT_MS = 1300; // together: what hangs is noticed within two seconds
  const OWN_LANGUAGE_MS = 60000;

  let language = home, languageTimer = 0;
  let number = -1; // of the state shown; -1 asks for the present one, whatever it is
  let boot = "", shown = "";
  let ends = 0; // when the card shown is over, on this page's clock; 0 for what stays
  let failures = 0, stale = 0; // of polls; and beats in a row that knew of a state which the poll has not brought
  let poll = new AbortController();
  let wake = () => {};

  const pause = (ms) => new Promise((done) => { wake = done; setTimeout(done, ms); });
  const shows = (state) => stage.querySelector(`[data-state=${state}]`);

  function draw(html, lang) {
    document.documentElement.lang = lang;
    if (html === shown) return stage.querySelectorAll(".pressed").forEach((key) => key.classList.remove("pressed"));
    const { act, value } = document.activeElement?.dataset ?? {};
    stage.innerHTML = shown = html;
    if (act) [...stage.querySelectorAll(`[data-act="${act}"]`)].find((one) => one.dataset.value === value)?.focus();
  }

  function run(left, whole) {
    ends = left > 0 ? performance.now() + left * 1000 : 0;
    const bar = stage.querySelector(".left div");
    if (!bar || !ends) return;
    bar.getAnimations().forEach((old) => old.cancel());
    bar.animate([{ transform: `scaleX(${left / whole})` }, { transform: "scaleX(0)" }],
      { duration: left * 1000, fill: "forwards", easing: calm ? "steps(10)" : "linear" });
    count();
  }

  function count() {
    const left = ends && Math.max(0, Math.ceil((ends - performance.now()) / 1000));
    stage.firstElementChild.classList.toggle("ending", left > 0 && left <= 20);
    const place = stage.querySelector("[data-left]");
    if (place && place.textContent !== String(left)) place.textContent = left;
  }

  function show(answer) {
    if (answer.assets !== stage.dataset.assets) return location.reload();
    if (answer.number === number && answer.boot === boot && ends) return; // a card goes on as it is
    number = answer.number;
    stage.dataset.number = number; // for whoever watches from outside
    boot = answer.boot;
    if (answer.falls_back) speakOwnLater(language = home); // whose badge it is chose no language here
    draw(answer.html, answer.language);
    run(answer.stays_seconds, answer.of_seconds);
  }

  // Ask once; says how long to wait before the next time.
  async function ask() {
    poll = new AbortController();
    const late = setTimeout(() => poll.abort(), LATE_MS);
    try {
      const query = new URLSearchParams({ since: number, boot, lang: language });
      const answer = await fetch(`/card?${query}`, { signal: poll.signal, cache: "no-store" });
      if (answer.status === 204) return 2000;
      if (!answer.ok) throw new Error(answer.status);
      show(await answer.json());
      failures = 0;
      return 0;
    } catch (problem) {
      if (poll.signal.reason === "again") return 0;
      [failures, number] = [failures + 1, -1];
      if (failures > 1 && !ends) trouble(); // a card on the screen is read to its end first
      return Math.min(250 * failures, 2000);
    } finally { clearTimeout(late); }
  }

  function again() {
    number = -1; // whatever comes next is news
    poll.abort("again");
    wake();
  }

  function trouble() {
    ends = 0;
    if (failures > 400 || !shows("updating")) draw(document.getElementById(`trouble-${language}`).innerHTML, language);
    again();
  }

  // Whether anybody is there: a poll is silent for 20 s and cannot tell. In trouble it can: it is answered at once.
  async function beat() {
    if (shows("trouble") || document.hidden) return;
    const query = new URLSearchParams({ since: number, boot });
    const answer = await fetch(`/alive?${query}`, { signal: AbortSignal.timeout(NO_BEAT_MS) }).catch(() => ({}));
    stale = answer.status === 205 ? stale + 1 : 0;
    if (stale === 1) wake();
    if (!shows("trouble") && (answer.ok ? stale > 2 : !ends)) trouble();
  }

  function speak(wanted) {
    language = wanted;
    speakOwnLater();
    again();
  }

  function speakOwnLater() {
    clearTimeout(languageTimer);
    if (language !== home) languageTimer = setTimeout(() => speak(home), OWN_LANGUAGE_MS);
  }

  async function send(path, fields) {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(fields) });
    return answer.ok ? answer : Promise.reject(new Error(answer.status));
  }

  // What became of a touch is the next state, and that comes by the poll. A touch that is lost is no fault to show.
  const acts = {
    language: async (button) => speak(button.dataset.language),
    close: () => send("/close", { number }),
    touch: ({ dataset: { ticket, act, value } }) => send("/touch", { ticket, act, value }),
    begin: ({ dataset: { act } }) => send("/begin", { act, number, lang: language }),
    async hold() {
      const held = ends ? await (await send("/hold", { number })).json() : {};
      if (held.number === number) run(held.stays_seconds, held.of_seconds);
    },
  };

  function touch(event) {
    const button = event.target.closest("button");
    speakOwnLater();
    if (button?.classList.contains("pressed")) return; // once is enough
    button?.classList.add("pressed");
    acts[button?.dataset.does ?? button?.dataset.act ?? "hold"](button).catch(() => button?.classList.remove("pressed"));
  }

  // A finger acts as it comes down; "click" without a finger is a keyboard or another aid.
  stage.addEventListener("pointerdown", touch);
  stage.addEventListener("click", (event) => { if (event.detail === 0) touch(event); });
  addEventListener("contextmenu", (event) => event.preventDefault());

  setInterval(() => {
    count();
    if (ends && performance.now() > ends + 1500) trouble(); // no name stays, whatever the server does
  }, 200);
  setInterval(beat, BEAT_MS);
  (async () => { for (;;) await pause(await ask()); })();
})();
