// The page's own part: ask for the next state, show it, hand on touches. Words, looks and times are the server's.
"use strict";

(() => {
  // `heard` outlives every state: what is put there is read aloud.
  const [stage, heard] = ["stage", "heard"].map((id) => document.getElementById(id));
  const home = document.documentElement.lang, calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  // How long a poll is waited for, and by how much it is late: a dead entrance is noticed within two seconds while
  // somebody is there, within ten when nobody is; a page that nobody sees is in no hurry.
  const SOON_MS = 900, SELDOM_MS = 8000, UNSEEN_MS = 20000, LATE_MS = 1000, THERE_MS = 60000, OWN_LANGUAGE_MS = 60000;
  const STRANGE_MS = 500, SLOW_MS = 1000; // of a card that is looked at, and of a touch
  let language = home, aids = 0, languageTimer = 0, there = 0; // until when somebody is there who has touched something
  // What says that nobody answers, by language; one that was not at hand brings it with its first state.
  const dead = Object.fromEntries([...document.querySelectorAll("template")].map((one) => [one.id.slice(8), one.innerHTML]));
  let number = -1, boot = "", shown = ""; // of the state shown; -1 asks for the present one, whatever it is
  let ends = 0, countTimer = 0; // when the card shown is over, on this page's clock; 0 for what stays
  let seen = {}, acting = 0, zero = 0; // what was painted and when; from when its buttons act; the server's time at our zero
  let poll = new AbortController(), isLong = false, failures = 0, wake = () => {}, sent = Promise.resolve();

  const pause = (ms) => new Promise((done) => { wake = done; setTimeout(done, ms); });
  const shows = (state) => stage.querySelector(`[data-state=${state}]`);

  // What had the focus keeps it; on another card the focus goes to what it says.
  function draw(html, lang) {
    document.documentElement.lang = lang;
    if (html === shown) return stage.querySelectorAll(".pressed").forEach((key) => key.classList.remove("pressed"));
    const { act, value } = document.activeElement?.dataset ?? {}, before = stage.firstElementChild.dataset.state;
    if ((stage.innerHTML = shown = html).includes(" data-says=")) import(`/static/aloud.js?v=${stage.dataset.assets}`);
    const kept = act && [...stage.querySelectorAll(`[data-act="${act}"]`)].find((one) => one.dataset.value === value);
    if (kept || stage.firstElementChild.dataset.state === before || shows("idle")) return kept?.focus();
    Object.assign(stage.querySelector("h1"), { tabIndex: -1 }).focus();
  }

  // Each card is read aloud; what stays is when it says something else, and not with each minute of its clock.
  function say({ heard: said, urgent, of_seconds: isCard }) {
    if (!isCard && heard.textContent === said) return;
    heard.ariaLive = urgent ? "assertive" : "polite";
    heard.replaceChildren(said);
  }

  // What belongs to somebody else is looked at first: half a second long it is drawn inert, and a finger does nothing.
  function paint({ boot, card, strange }) {
    const name = `${boot} ${card}`;
    if (name === seen.name) return;
    [acting, stage.ariaDisabled] = strange ? [Infinity, "true"] : [0, null];
    const unseen = new Promise((done) => setTimeout(done, STRANGE_MS)); // no frame is drawn of what nobody sees
    Promise.race([new Promise(requestAnimationFrame), unseen]).then((_, painted = performance.now()) => {
      [seen, acting] = [{ name, card, painted }, strange ? painted + STRANGE_MS : 0];
      setTimeout(() => performance.now() < acting || (stage.ariaDisabled = null), strange ? STRANGE_MS + 1 : 0);
    });
  }

  function run(left, whole) {
    ends = left > 0 ? performance.now() + left * 1000 : 0;
    const bar = stage.querySelector(".left div", count());
    if (!bar || !ends) return;
    bar.getAnimations().forEach((old) => old.cancel());
    bar.animate([{ transform: `scaleX(${left / whole})` }, { transform: "scaleX(0)" }],
      { duration: left * 1000, fill: "forwards", easing: calm ? "steps(10)" : "linear" });
  }

  // Each second while a card stands, and no longer.
  function count() {
    clearTimeout(countTimer);
    const left = ends && Math.max(0, ends - performance.now()), whole = Math.ceil(left / 1000);
    stage.firstElementChild.classList.toggle("ending", left > 0 && whole <= 20);
    const place = stage.querySelector("[data-left]");
    if (place && place.textContent !== String(whole)) place.textContent = whole;
    if (ends && performance.now() > ends + 1500) trouble(); // no name stays, whatever the server does
    else if (ends) countTimer = setTimeout(count, left ? left % 1000 + 1 : 500);
  }

  function show(answer) {
    if (answer.assets !== stage.dataset.assets) return location.reload();
    if (answer.number === number && answer.boot === boot && ends) return; // a card goes on as it is
    stage.dataset.number = number = answer.number; // for whoever watches from outside, too
    [boot, zero, dead[language]] = [answer.boot, answer.at - performance.now() / 1000, answer.trouble ?? dead[language]];
    if (answer.falls_back) speakOwnLater(language = home); // whose badge it is chose no language here
    draw(answer.html, answer.language);
    paint(answer);
    say(answer);
    run(answer.stays_seconds, answer.of_seconds);
  }

  // Ask once; says how long to wait before the next time.
  async function ask() {
    poll = new AbortController();
    const wait = document.hidden ? UNSEEN_MS : ends || performance.now() < there ? SOON_MS : SELDOM_MS;
    isLong = wait > SOON_MS;
    const late = setTimeout(() => poll.abort("late"), wait + (document.hidden ? 10 : 1) * LATE_MS);
    try {
      const query = new URLSearchParams({ since: number, boot, lang: language, aids, wait: wait / 1000 });
      const answer = await fetch(`/card?${query}`, { signal: poll.signal, cache: "no-store" });
      if (answer.status === 204) return 2000;
      if (!answer.ok) throw new Error(answer.status);
      if (answer.status !== 205) show(await answer.json());
      failures = 0;
      return 0;
    } catch (problem) {
      if (poll.signal.reason === "again") return 0;
      failures += poll.signal.aborted ? 2 : 1; // what hangs is not asked twice
      if (failures > 1 && !ends) trouble(); // a card on the screen is read to its end first
      return Math.min(250 * failures, 2000);
    } finally { clearTimeout(late); }
  }

  function trouble() {
    [ends, number] = [0, -1];
    if (failures <= 400 && shows("updating")) return;
    draw(dead[language] ?? dead[home], dead[language] ? language : home);
    say({ heard: stage.querySelector("h1").textContent });
  }

  const speak = (wanted) => wake([language, number] = [wanted, -1], poll.abort("again")); // whatever comes next is news
  const own = () => language === home && !aids || speak(home, aids = 0);
  const speakOwnLater = () => languageTimer = setTimeout(own, OWN_LANGUAGE_MS, clearTimeout(languageTimer));
  // What became of a touch is the next state, and that comes by the poll. A touch that is lost is no fault to show.
  async function send(does, fields) {
    const wish = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(fields) };
    const answer = await fetch(`/${does}`, { ...wish, signal: AbortSignal.timeout(10000) }); // a code is worked out sooner
    if (!answer.ok) throw new Error(answer.status);
    const held = does === "hold" && await answer.json();
    if (held.card === seen.card) run(held.stays_seconds, held.of_seconds);
  }

  function touch(event) {
    const button = event.target.closest("button"), does = button?.dataset.does ?? button?.dataset.act ?? "hold";
    speakOwnLater();
    there = performance.now() + THERE_MS;
    if (isLong && !document.hidden) poll.abort("again"); // one that is waited for less
    if (event.timeStamp < acting || button?.matches(".pressed:not([data-act=key])")) return; // but a letter comes twice
    button?.classList.add("pressed");
    const { language: other = language, aids: step = aids } = button?.dataset ?? {}; // what stands is drawn anew
    if (does === "language" || does === "aids") return speak(other, aids = Number(step));
    if (does === "hold" && !ends) return;
    const [painted_at, finger_at] = [seen.painted, event.timeStamp].map((ms) => zero + ms / 1000);
    const fields = { ...button?.dataset, lang: document.documentElement.lang, card: seen.card, painted_at, finger_at };
    sent = sent.catch(() => {}).then(() => send(does, fields)); // in turn: letters must not overtake
    sent.catch(() => button?.classList.remove("pressed"));
    setTimeout(() => stage.querySelector(".pressed") && say({ heard: stage.firstElementChild.dataset.wait }), SLOW_MS);
  }

  // A finger acts as it comes down; "click" without a finger is a keyboard or another aid.
  stage.addEventListener("pointerdown", touch);
  stage.addEventListener("click", (event) => { if (event.detail === 0) touch(event); });
  addEventListener("contextmenu", (event) => event.preventDefault());

  (async () => { for (;;) await pause(await ask()); })();
})();
