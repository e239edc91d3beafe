// What a person sees and touches of a screen, state by state: what is clipped, what a finger cannot hit.
// `states` are faces as the server sent them; says of each what is wrong with it, nothing where nothing is.
(states) => {
  const LEAST = 80, APART = 12, SLACK = 1;
  const stage = document.getElementById("stage");
  const box = (element) => element.getBoundingClientRect();
  const told = (element) => element.textContent.trim().replace(/\s+/g, " ").slice(0, 60);
  const hides = (style) => style.overflowX !== "visible" || style.overflowY !== "visible";
  const clipped = (element, lines) => {
    for (let around = element; around !== stage; around = around.parentElement) {
      const style = getComputedStyle(around);
      if (!hides(style) && around !== stage.firstElementChild) continue;
      const { left, top, right, bottom } = box(around), half = parseFloat(getComputedStyle(element).fontSize) / 3;
      if (lines.some((line) => line.left < left - SLACK || line.right > right + SLACK
        || line.top < top - half || line.bottom > bottom + half)) return true;
    }
    return lines.some((line) => line.left < -SLACK || line.right > innerWidth + SLACK || line.top < -SLACK
      || line.bottom > innerHeight + SLACK);
  };
  // Where a line's letters are: without the room above and below them.
  const drawn = (element, { left, top, right, bottom }) => {
    const room = Math.max(0, (bottom - top - parseFloat(getComputedStyle(element).fontSize) * .9) / 2);
    return { element, left, right, top: top + room, bottom: bottom - room };
  };
  const meet = (one, other) => Math.min(one.right, other.right) - Math.max(one.left, other.left) > 2
    && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top)
      > .15 * Math.min(one.bottom - one.top, other.bottom - other.top);
  // Whether letters leave the button that they are the words of.
  const spills = (button, line) => {
    const { left, top, right, bottom } = box(button);
    return line.left < left || line.right > right || line.top < top - SLACK || line.bottom > bottom + SLACK;
  };
  const hit = (element, x, y) => {
    const there = document.elementFromPoint(x, y);
    return Boolean(there) && (element.contains(there) || there.contains(element) && !there.closest("button"));
  };
  const wrong = (html) => {
    stage.innerHTML = html;
    stage.querySelectorAll("[data-left]").forEach((left) => { left.textContent = "20"; });
    const found = [], lengths = [], face = stage.firstElementChild;
    const seen = [...face.querySelectorAll("*")].filter((each) => each.checkVisibility({ visibilityProperty: true }));
    for (const element of seen) {
      const words = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
      // A receipt's lines may end in dots: the code beside them has them whole.
      if (!words.length || element.closest("svg, .with-qr li")) continue;
      const range = document.createRange(), lines = [];
      for (const node of words) { range.selectNodeContents(node); lines.push(...range.getClientRects()); }
      const real = lines.filter((line) => line.width > 1);
      if (clipped(element, real)) found.push(`cut: ${told(element)}`);
      else if (real.some((line) => !hit(element, (line.left + line.right) / 2, (line.top + line.bottom) / 2)))
        found.push(`covered: ${told(element)}`);
      const button = element.closest("button");
      if (button && real.some((line) => spills(button, drawn(element, line)))) found.push(`out of its button: ${told(element)}`);
      if (!element.closest(".still")) lengths.push(...real.map((line) => drawn(element, line)));
    }
    for (const [place, line] of lengths.entries())
      for (const other of lengths.slice(place + 1))
        if (meet(line, other)) { found.push(`written over: ${told(line.element)} | ${told(other.element)}`); break; }
    const buttons = seen.filter((each) => each.matches("button:not(.wake)"));
    // Keys meet, for fingers that are faster than eyes: their place goes to the middle of the gap between them.
    const keys = (each) => each.closest(".keys, .pad");
    for (const [place, button] of buttons.entries()) {
      const { left, top, right, bottom, width, height } = box(button);
      if (height < LEAST - .5 || width < (keys(button) ? 44 : LEAST - .5)) found.push(`small: ${told(button)} ${Math.round(width)}x${Math.round(height)}`);
      const edge = 2 + parseFloat(getComputedStyle(button).borderTopLeftRadius) * .3; // where a round corner begins
      const points = [[(left + right) / 2, (top + bottom) / 2], [left + edge, top + edge], [right - edge, top + edge],
        [left + edge, bottom - edge], [right - edge, bottom - edge]];
      if (points.some(([x, y]) => !button.contains(document.elementFromPoint(x, y)))) found.push(`missed: ${told(button)}`);
      for (const other of buttons.slice(place + 1)) {
        if (keys(button) && keys(button) === keys(other)) continue;
        const next = box(other), aside = Math.max(next.left - right, left - next.right), below = Math.max(next.top - bottom, top - next.bottom);
        if (Math.max(aside, below) < APART - .5) found.push(`near: ${told(button)} | ${told(other)} ${Math.round(Math.max(aside, below))}`);
      }
    }
    return found;
  };
  return states.map(wrong);
}
