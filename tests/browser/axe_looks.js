// Which texts look like one whose contrast axe has measured: the same letters in the same colour over the same ground.
// They are marked, for axe to pass over. Returned is how those look that it measures here for the first time.
([known, mark]) => {
  const FADED = false, COVERED = null; // what nothing in it can make up for; what an opaque ground of its own does
  const grounds = new Map([[null, ""]]);
  // What lies under an element's letters, from the nearest opaque colour up.
  const ground = (element) => {
    if (grounds.has(element)) return grounds.get(element);
    const above = ground(element.parentElement);
    const { position, float, backgroundColor, backgroundImage, opacity, filter, mixBlendMode } = getComputedStyle(element);
    const flows = ["static", "relative"].includes(position) && float === "none";
    const under = flows ? above : COVERED;
    const own = backgroundColor.startsWith("rgb(") ? backgroundColor
      : /, 0\)$/.test(backgroundColor) || under === COVERED ? under : `${backgroundColor} ${under}`;
    const faded = above === FADED || opacity !== "1" || filter !== "none" || mixBlendMode !== "normal";
    grounds.set(element, faded ? FADED : backgroundImage === "none" ? own : COVERED);
    return grounds.get(element);
  };
  const seen = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1 && element.checkVisibility({ visibilityProperty: true }) &&
      !element.closest(".visually-hidden, .skip, :disabled, [aria-disabled=true], label");
  };
  const says = (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim().length > 1;
  const measured = new Set(known), fresh = new Set();
  for (const element of document.body.querySelectorAll("*")) {
    if (![...element.childNodes].some(says)) continue;
    const under = ground(element);
    if (under === FADED || under === COVERED) continue;
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(element);
    const look = [color, fontSize, fontWeight, textShadow, under].join(" | ");
    if (measured.has(look)) element.setAttribute(mark, "");
    else if (seen(element)) fresh.add(look);
  }
  return [...fresh];
}
