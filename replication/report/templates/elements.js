// Building and finding parts of the page. Texts enter as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";
const MINUS = "\u2212";

function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

function shape(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(made, attributes, children) {
  Object.entries(attributes).forEach(([name, value]) => {
    if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  });
  made.append(...children.filter((child) => child !== null));
  return made;
}

function byId(id) {
  return document.getElementById(id);
}

// A copy of a node that can stand in the page a second time.
function copyOf(node) {
  const copy = node.cloneNode(true);
  [copy, ...copy.querySelectorAll("[id]")].forEach((part) => part.removeAttribute("id"));
  return copy;
}

function shownNumber(value, digits = 2) {
  if (!Number.isFinite(value)) return "\u2013";
  const text = Math.abs(value) >= 1e6 ? Math.abs(value).toPrecision(3) : Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

function shownP(value) {
  if (!Number.isFinite(value)) return "\u2013";
  return value < 0.001 ? "<0.001" : value.toFixed(3);
}

function signedCode(code) {
  return code < 0 ? MINUS + Math.abs(code) : String(code);
}

function counted(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

// The id that the address bar points to; an address that cannot be read points to nothing.
function pointedId() {
  try {
    return decodeURIComponent(window.location.hash.slice(1));
  } catch {
    return "";
  }
}
