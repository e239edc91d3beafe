// One switch is enough: a ring goes from row to row, then along a row; any key or click takes what the ring is on.
// The first press wakes it, and after a minute without one it rests. A finger on the screen chooses by itself.
"use strict";

(() => {
  const stage = document.getElementById("stage");
  const pace = document.currentScript.dataset.seconds * 1000;
  const AWAKE_MS = 60000, FEW = 6; // so many buttons need no rows
  let row = -1, place = -1, until = 0, number = "", timer = 0;

  function choices() {
    const seen = (one) => one.checkVisibility({ visibilityProperty: true }); // a question takes the buttons' place
    const last = (one) => Number(one.matches(".icon")); // what there is on every screen comes after what is likely
    const rows = new Map(), all = [...stage.querySelectorAll("button")].filter(seen).sort((one, other) => last(one) - last(other));
    for (const one of all) {
      const top = Math.round(one.getBoundingClientRect().top);
      rows.set(top, [...(rows.get(top) ?? []), one]);
    }
    return row < 0 && all.length > FEW ? [...rows.values()] : ([...rows.values()][row] ?? all).map((one) => [one]);
  }

  function step() {
    if (stage.dataset.number !== number) [number, row, place] = [stage.dataset.number, -1, -1]; // the likeliest first
    if (row >= 0 && place + 1 >= choices().length) row = place = -1; // once along a row, and back
    const found = performance.now() < until ? choices() : [];
    place = found.length ? (place + 1) % found.length : -1;
    stage.querySelectorAll(".scanned").forEach((one) => one.classList.remove("scanned"));
    for (const one of found[place] ?? []) one.classList.add("scanned");
    found[place]?.[0].focus();
    clearTimeout(timer);
    timer = setTimeout(step, pace);
  }

  function press(event) {
    if (event.key === "Tab" || (event.pointerType ?? "mouse") !== "mouse") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.repeat) return;
    const taken = performance.now() < until && stage.dataset.number === number ? (choices()[place] ?? []) : [];
    until = performance.now() + AWAKE_MS;
    if (taken.length === 1) taken[0].click();
    [row, place] = taken.length > 1 ? [place, -1] : [-1, -1];
    step();
  }

  for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, press, true);
  step();
})();
