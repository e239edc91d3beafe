// What pages cannot do without a script: the language's choice, and "/" to the search box. All else works without it.
"use strict";
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-language]");
  if (!button) return;
  document.cookie = `language=${button.dataset.language}; path=/; max-age=31536000; samesite=lax; secure`;
  location.reload();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest("input, textarea, select")) return;
  const search = document.querySelector("input[type=search]");
  if (search) {
    event.preventDefault();
    search.focus();
  }
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
    const many = field.type === "checkbox" ? Number(field.checked) : Number(field.value);
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
