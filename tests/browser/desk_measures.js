// What a person would measure on a page of the desk: what overflows, text that is small, targets that a thumb misses,
// what stands less than 8 px above or below a box.
() => {
  const told = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 110);
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && !element.closest(".visually-hidden, .skip") && element.checkVisibility();
  };
  const scale = (element) => {
    const drawing = element.ownerSVGElement;
    return drawing ? element.getScreenCTM().a : 1;
  };
  const texts = [...document.body.querySelectorAll("*")].filter((element) => seen(element) && !element.closest("title") &&
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim()));
  const controls = "button, .button, summary, select, textarea, input:not([type=checkbox], [type=radio], [type=hidden])";
  const drawn = [...document.querySelectorAll("svg[role=img]")].filter((drawing) => drawing.checkVisibility());
  const kept = "table.agenda, table.sheet, table.door, svg.calendar, svg.plan"; // a week, a wall, a year, a plan
  const boxes = [...document.querySelectorAll(".scroll")].filter((box) => seen(box) && !box.querySelector(kept));
  const targets = [...document.querySelectorAll(`${controls}, label.choice, nav a, .side a, .chips a, .actions a, .finder a, table[data-cards] td a:not(.tag)`)];
  const flows = (element) => seen(element) && !["fixed", "sticky", "absolute"].includes(getComputedStyle(element).position);
  const below = (element) => {
    let next = element.nextElementSibling;
    while (next && !flows(next)) next = next.nextElementSibling;
    return next;
  };
  const framed = ".card, .message, fieldset";
  const stacked = [...document.querySelectorAll("main *")].filter((element) => flows(element) && element.parentElement.closest("main"));
  const close = stacked.flatMap((element) => {
    const next = below(element);
    if (!next || !(element.matches(framed) || next.matches(framed))) return [];
    const [above, under] = [element.getBoundingClientRect(), next.getBoundingClientRect()];
    const isBelow = under.top > above.top + above.height / 2 && under.left < above.right && above.left < under.right;
    return isBelow && under.top - above.bottom < 7.5 ? [told(element).slice(0, 60) + " | " + told(next).slice(0, 60)] : [];
  });
  return {
    width: document.documentElement.scrollWidth,
    outside: texts.filter((element) => !element.closest(".scroll") && element.getBoundingClientRect().right > innerWidth + 1).map(told),
    small: texts.filter((element) => parseFloat(getComputedStyle(element).fontSize) * scale(element) < 14.9).map(told),
    tiny: drawn.filter((drawing) => drawing.getBoundingClientRect().width < 200).map(told),
    cut: boxes.filter((box) => box.scrollWidth > box.clientWidth + 1).map(told),
    close,
    missed: targets.filter((element) => seen(element)).filter((element) => {
      const { width, height } = element.getBoundingClientRect();
      return height < 43.5 || width < 43.5;
    }).map(told),
  };
}
