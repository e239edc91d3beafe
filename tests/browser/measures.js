// What a person would measure on the glass: sizes of text and targets, what overflows, how strong the verdict stands out.
() => {
  const face = document.querySelector("#stage .face");
  const size = (element) => parseFloat(getComputedStyle(element).fontSize)
    * (element.getScreenCTM?.()?.a ?? 1); // a picture's text grows with the picture
  const seen = (element) => element.checkVisibility({ visibilityProperty: true });
  const box = (element) => element.getBoundingClientRect();
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g).slice(0, 3).map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const texts = [...face.querySelectorAll("*")].filter((element) =>
    seen(element)
    && [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim()));
  const title = face.querySelector("h1");
  const [light, dark] = [getComputedStyle(title).color, getComputedStyle(face).backgroundColor].map(luminance)
    .sort((a, b) => b - a);
  const outside = texts.concat([...face.querySelectorAll("button, .shape, .left")].filter(seen)).filter((element) => {
    const { left, top, right, bottom } = box(element);
    return left < 0 || top < 0 || right > innerWidth || bottom > innerHeight || element.scrollWidth > element.clientWidth + 1
      && getComputedStyle(element).display !== "inline" && !element.matches(".with-qr li span");
  });
  const buttons = [...face.querySelectorAll("button")].filter(seen);
  const meet = (one, other) => one.left < other.right && other.left < one.right && one.top < other.bottom
    && other.top < one.bottom;
  const covered = texts.filter((element) => !element.closest("button")
    && buttons.some((button) => !button.classList.contains("wake") && meet(box(element), box(button))));
  // Sentences whose lines a limit ends, so that nobody reads the rest. What people wrote may end in dots: the labels of
  // entries, names, a receipt's lines, which its code has whole.
  const cut = texts.filter((element) => element.scrollHeight > element.clientHeight + size(element) / 2
    && getComputedStyle(element).overflowY !== "visible" && !element.matches(".entries span, .picks span, .with-qr li")
    || element.closest(".own") && !element.matches(".entered") && box(element).bottom > box(element.closest(".own")).bottom + size(element) / 3);
  const words = face.querySelector(".words");
  const below = face.querySelector(".left");
  const above = face.querySelector(".bar-top") || face.querySelector(".band");
  return {
    smallest: Math.min(...texts.map(size)),
    smallestOnButtons: Math.min(99, ...texts.filter((element) => element.closest("button")).map(size)),
    title: size(title),
    titleLines: Math.floor(box(title).height / parseFloat(getComputedStyle(title).lineHeight) + 0.2),
    isPage: Boolean(face.querySelector(".own, .typing, .rules")),
    upright: innerHeight > innerWidth,
    contrast: (light + 0.05) / (dark + 0.05),
    lowestButton: Math.min(999, ...buttons.map((button) => box(button).height)),
    covered: covered.map((element) => element.outerHTML.slice(0, 80)),
    cut: cut.map((element) => element.textContent.trim().slice(0, 80)),
    outside: outside.map((element) => element.outerHTML.slice(0, 80)),
    overlap: Boolean(below && buttons.some((button) => meet(box(button), box(below)))) || Boolean(words && ((below && box(words).bottom > box(below).top) || (above && box(words).top < box(above).bottom))),
    scrolls: document.documentElement.scrollHeight > innerHeight || document.documentElement.scrollWidth > innerWidth,
    font: document.fonts.check("16px Atkinson") && getComputedStyle(title).fontFamily.includes("Atkinson"),
  };
}
