// What a reader would see of a page: functions that test_browser.py calls in it. Each returns what is wrong.

function texts(root = document.querySelector("article")) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.data.trim() && !node.parentElement.closest("script, style, .headerlink, .md-clipboard__message")) {
      found.push(node);
    }
  }
  return found;
}

function rectangles(node) {
  const range = document.createRange();
  range.selectNodeContents(node);
  return [...range.getClientRects()].filter((one) => one.width > 0 && one.height > 0);
}

const brief = (node) => node.data.trim().slice(0, 60);

/** Text beyond the screen's or its box's edge, unless the box scrolls and shades that edge; and tables that have to be scrolled. */
function clipped() {
  const tables = [...document.querySelectorAll(".md-typeset__scrollwrap")].filter((one) => one.scrollWidth > one.clientWidth);
  const beyond = texts()
    .filter((node) => {
      if (getComputedStyle(node.parentElement.closest("thead") ?? document.body).position === "absolute") return false;
      const scroller = node.parentElement.closest("pre > code");
      if (scroller && /gradient/.test(getComputedStyle(scroller).backgroundImage)) return false;
      const cell = node.parentElement.closest("td, th, blockquote, li, p, dd, svg") ?? document.body;
      const right = Math.min(innerWidth, cell.getBoundingClientRect().right + 1);
      return rectangles(node).some((one) => one.right > right + 1 || one.left < -1);
    })
    .map(brief);
  return [...tables.map((one) => one.innerText.slice(0, 60)), ...beyond];
}

/** Text below a copy button. */
function covered() {
  const found = [];
  for (const nav of document.querySelectorAll(".md-code__nav")) {
    const button = nav.getBoundingClientRect();
    const code = nav.closest("pre")?.querySelector("code") ?? nav.parentElement.querySelector("code");
    if (!button.width || !code) continue;
    const edge = code.getBoundingClientRect();
    for (const node of texts(code)) {
      const hit = rectangles(node).some(
        (one) =>
          one.left < edge.right && one.right > button.left + 4 && one.left < button.right &&
          one.bottom > button.top + 4 && one.top < button.bottom - 6,
      );
      if (hit) found.push(brief(node));
    }
  }
  return found;
}

/** Text that paper lacks. */
function lost() {
  const left = "noscript, .md-code__nav, .ce-copy, .ce-filter > label, .tabbed-labels, .md-content__button, .ce-check";
  return texts()
    .filter((node) => !node.parentElement.closest(left))
    .filter((node) => {
      const seen = rectangles(node);
      if (!seen.length) return !(node.parentElement.closest("thead") || node.parentElement.tagName === "TITLE");
      return seen.some((one) => one.right > innerWidth + 1);
    })
    .map(brief);
}

/** Text whose color has too little contrast, which axe does not judge on a gradient, nor where it is invisible. */
function faint() {
  const found = new Set();
  for (const node of texts(document.querySelector(".md-container"))) {
    const element = node.parentElement;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || !rectangles(node).length) continue;
    if (element.closest(".ce-unseen, .md-top, .md-sidebar, .md-search, [disabled]")) continue;
    const ratio = contrast(parse(colorOf(element)), parse(backgroundOf(element)));
    if (ratio < 4.5) found.add(`${ratio.toFixed(2)} ${brief(node)}`);
  }
  return [...found];
}

const colorOf = (element) => {
  const style = getComputedStyle(element);
  return element.closest("svg") ? style.fill : style.color;
};

/** The color behind an element; of code on a gradient, that of all code. */
function backgroundOf(element) {
  for (let one = element; one; one = one.parentElement) {
    const { backgroundColor, backgroundImage } = getComputedStyle(one);
    if (/gradient/.test(backgroundImage)) return getComputedStyle(document.body).getPropertyValue("--md-code-bg-color");
    if (!/^rgba\(.*, 0\)$|^transparent$/.test(backgroundColor)) return backgroundColor;
  }
  return getComputedStyle(document.body).backgroundColor;
}

const parsed = new Map();

function parse(color) {
  if (!parsed.has(color)) parsed.set(color, paint(color));
  return parsed.get(color);
}

function paint(color) {
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.fillStyle = color.trim();
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

function contrast(one, other) {
  const [bright, dark] = [one, other].map(luminance).sort((a, b) => b - a);
  return (bright + 0.05) / (dark + 0.05);
}

function luminance(color) {
  const [r, g, b] = color.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
