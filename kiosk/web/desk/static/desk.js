// What pages cannot do without a script: the language's choice, "/" to the search box, the keyboard to what a page is about, arrows into what it finds, a box for all. All else works without it.
"use strict";
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-language]");
  if (!button) return;
  document.cookie = `language=${button.dataset.language}; path=/; max-age=31536000; samesite=lax; secure`;
  location.reload();
});
// The "/" that goes to the search box can be turned off by whoever types it otherwise, on this browser.
const slash = () => !document.cookie.split("; ").includes("slash=off");
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-slash]");
  if (!button) return;
  document.cookie = `slash=${slash() ? "off" : "on"}; path=/; max-age=31536000; samesite=lax; secure`;
  location.reload();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
document.addEventListener("keydown", (event) => {
  const isTyped = event.target.closest("input, textarea, select") && !event.target.matches("input[type=search]:placeholder-shown");
  if (event.key !== "/" || isTyped || !slash()) return;
  const search = document.getElementById("find") ?? document.querySelector("input[type=search]");
  if (search) {
    event.preventDefault();
    search.focus();
    search.select();
  }
});
// From a search box down into what it found, from line to line and, within one, from name to act; up again at the top.
function lines(box) {
  return [...(document.getElementById(box.getAttribute("aria-controls"))?.querySelectorAll("li") ?? [])];
}
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (!["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Escape"].includes(key)) return;
  if (target.matches("input[aria-controls]")) {
    if (key !== "ArrowDown") return;
    event.preventDefault();
    const first = lines(target)[0]?.querySelector("a");
    if (first) first.focus();
    else target.dataset.goesDown = "yes"; // as soon as something is found
    return;
  }
  const region = target.closest("a") && target.closest("[role=region][id]");
  const box = region && document.querySelector(`input[aria-controls="${region.id}"]`);
  if (!box) return;
  event.preventDefault();
  const all = lines(box);
  const line = all.findIndex((each) => each.contains(target));
  const links = [...all[line].querySelectorAll("a")];
  const sideways = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (sideways) links[links.indexOf(target) + sideways]?.focus();
  else if (key === "ArrowDown") all[line + 1]?.querySelector("a").focus();
  else if (key === "ArrowUp" && line > 0) all[line - 1].querySelector("a").focus();
  else box.focus();
});
// Who went down while letters were still being answered stays down.
document.addEventListener("htmx:beforeSwap", (event) => {
  const box = event.target.contains(document.activeElement) && document.querySelector(`input[aria-controls="${event.target.id}"]`);
  if (box) box.dataset.goesDown = "yes";
});
document.addEventListener("htmx:afterSwap", (event) => {
  const box = document.querySelector(`input[aria-controls="${event.target.id}"][data-goes-down]`);
  if (!box) return;
  delete box.dataset.goesDown;
  box.focus(); // what it found is hidden while nobody is there
  lines(box)[0]?.querySelector("a").focus();
});
// A sum that is filled in is replaced by what one types.
document.addEventListener("focusin", (event) => {
  if (event.target.matches("input[data-whole]")) event.target.select();
});
document.querySelector("input[data-whole][autofocus]")?.select();
// What was typed wrongly is where one types next; else where the page says, or its heading: the keyboard goes on from the
// page's own acts, not from the menu's. Nothing scrolls for it: what a page says first stays in sight. A thumb has no keys.
document.querySelector("main [aria-invalid=true]")?.focus();
const isFree = document.activeElement === document.body && !location.hash && !document.querySelector("main [autofocus]");
if (isFree && !matchMedia("(pointer: coarse)").matches) {
  const begins = document.querySelector("main [data-begins]") ?? document.querySelector("main h1");
  if (begins?.matches("h1")) begins.tabIndex = -1;
  begins?.focus({ preventScroll: true });
}
// Enter in a field of one means of payment takes it by that one; in the sum's, no means is chosen yet.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("details input")) return;
  const button = event.target.closest("details").querySelector("button[name=method]");
  if (!button) return;
  event.preventDefault();
  button.click();
});
// A page that asks again by itself, after the session has ended: the sign-in page is shown whole, not inside it.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!new URL(event.detail.xhr.responseURL || location.href).pathname.startsWith("/login")) return;
  event.detail.shouldSwap = false;
  location.reload();
});
// A form whose fields are worth something says what they add up to, as they change.
function addUp(form) {
  const shown = form.querySelector("[data-sum-shown]");
  if (!shown) return;
  let cents = 0;
  for (const field of form.querySelectorAll("[data-worth]")) {
    const many = field.type === "checkbox" ? Number(field.checked) : field.type === "hidden" ? 1 : Number(field.value);
    cents += (Number.isInteger(many) ? many : 0) * Number(field.dataset.worth);
  }
  const euros = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: "EUR" });
  shown.querySelector("[data-sum]").textContent = euros.format(cents / 100);
  shown.hidden = false;
}
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-sums]");
  if (form) addUp(form);
});
document.querySelectorAll("form[data-sums]").forEach(addUp);
// One box for all boxes of the list that follows it.
document.querySelectorAll("[data-ticks]").forEach((all) => {
  all.hidden = false;
  const boxes = () => [...all.nextElementSibling.querySelectorAll("input[type=checkbox]")];
  all.addEventListener("change", () => boxes().forEach((box) => { box.checked = all.control.checked; }));
  all.nextElementSibling.addEventListener("change", () => { all.control.checked = boxes().every((box) => box.checked); });
});
// The bank's lines by the keyboard. Arrows choose within a line as any choice does; the address says which line is next.
// It says so no longer once the keyboard is there: the browser takes the keyboard away from what it scrolls to by itself.
function enterLine(line) {
  const first = line?.querySelector("input[type=radio]:checked, [data-split]");
  first?.focus({ preventScroll: true });
  line?.scrollIntoView({ block: "nearest" });
}
if (location.hash.startsWith("#line-") && !matchMedia("(pointer: coarse)").matches) {
  enterLine(document.getElementById(location.hash.slice(1)) ?? document.querySelector("[data-line]"));
  history.replaceState(null, "", location.pathname + location.search);
}
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.altKey || event.metaKey || target.matches("input:not([type=radio]), textarea, select")) return;
  if (key === "u") document.querySelector("[data-undo]")?.requestSubmit();
  const line = target.closest("[data-line]");
  if (!line) {
    if (key === "j") enterLine(document.querySelector("[data-line]"));
    return;
  }
  if (key === " " && target.matches("input[type=radio], [data-split]")) {
    event.preventDefault();
    if (!event.repeat && line.querySelector("input[type=radio]:checked")) line.querySelector("form").requestSubmit();
  } else if (key === "j" || key === "k") {
    enterLine(key === "j" ? line.nextElementSibling : line.previousElementSibling);
  } else if (key === "s") {
    line.querySelector("[data-split]").click();
  } else if (key === "r") {
    event.preventDefault();
    line.querySelector("[data-aside]").open = true;
    line.querySelector("[data-aside] input[name=reason]").focus();
  }
});
// The field of a reader that types takes keys, not characters: no layout changes a number. What is typed faster than any
// hand is a reader's, and one that sends no Enter is done after a pause.
document.addEventListener("keydown", (event) => {
  const { target, code, timeStamp } = event;
  const sign = target.dataset?.keys && JSON.parse(target.dataset.keys)[code];
  if (!sign || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  target.setRangeText(sign, target.selectionStart, target.selectionEnd, "end");
  target.run = timeStamp - (target.typedAt ?? -Infinity) < 80 ? target.run + 1 : 1;
  target.typedAt = timeStamp;
  clearTimeout(target.quiet);
  if (target.run >= 8) target.quiet = setTimeout(() => target.form.requestSubmit(), 300);
});
document.addEventListener("submit", (event) => clearTimeout(event.target.querySelector("[data-keys]")?.quiet));
// What takes longer than a second says so. A second press while the first is on its way sends nothing: the browser would
// drop the first answer for it. A form that answers with a file stays on its page, and says that the file was asked for.
const working = document.getElementById("working");
function say(words, afterSeconds, forSeconds) {
  clearTimeout(working.begins);
  clearTimeout(working.ends);
  working.begins = setTimeout(() => { working.textContent = words; }, 1000 * afterSeconds);
  if (forSeconds) working.ends = setTimeout(() => { working.textContent = ""; }, 1000 * forSeconds);
}
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!working || event.defaultPrevented || form.method !== "post") return;
  if (form.matches("[data-file]")) { say(working.dataset.file, 0, 10); return; }
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  setTimeout(() => { delete form.dataset.sent; }, 30000); // what was stopped by hand may be sent again
  say(working.dataset.act, 1);
});
document.addEventListener("click", (event) => {
  if (working && event.target.closest("a[data-file]")) say(working.dataset.file, 0, 10);
});
// A page that is gone back to from the browser's memory may be sent again.
addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  if (working) say("", 0);
});
