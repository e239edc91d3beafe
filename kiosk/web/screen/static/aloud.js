// The door without eyes: the first touch on a button says it, the second does it. Fetched where the voice is on.
// What is said is a recorded sentence, the server's choice; what stands there goes to the live region, for a reader.
const stage = document.getElementById("stage"), heard = document.getElementById("heard");
let named = "", playing = new Audio();

function play(name) {
  for (const audio of [playing, ...stage.querySelectorAll("audio")]) audio.pause(); // one voice at a time
  playing = new Audio(`/says/${name}.wav?speaks=${document.documentElement.lang}`);
  playing.play().catch(() => {}); // a screen that may make no sound yet still acts
}

// What a button says to a reader: its words, without what is only seen.
const words = (node) => node.ariaHidden === "true" ? "" : node.data ?? [...node.childNodes].map(words).join(" ");
const begin = () => stage.querySelector("audio") || play("on"); // a verdict speaks for itself

// A key, or a reader's own act, has said the button already: only a finger is asked twice.
addEventListener("pointerdown", (event) => {
  const button = event.target.closest("button"), { act, value, says, aids } = button?.dataset ?? {};
  const { state } = stage.firstElementChild.dataset, page = state === "idle" ? state : stage.dataset.number;
  const name = says && [page, act, value].join(" "), before = named;
  named = "";
  if (!says && aids === "3") begin();
  if (!says || name === before) return; // what is typed acts at once, and nothing says it
  event.stopImmediatePropagation();
  stage.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true })); // the card stays, as for a touch beside
  named = name;
  heard.replaceChildren(button.ariaLabel ?? words(button).trim());
  play(says);
}, true);

begin();
