// Building parts of the page. Texts enter as text, never as markup.

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => {
    if (value === null || value === false) return;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  });
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}

export function button(label, act, attributes = {}) {
  return element("button", { type: "button", onclick: act, ...attributes }, label);
}

export function plural(number, one) {
  return `${number} ${one}${number === 1 ? "" : "s"}`;
}

// Opens every fold around an element, shows it and moves the keyboard there.
export function goTo(target) {
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  target.scrollIntoView({ block: "center" });
  const inner = target.querySelector("input, textarea, select, summary, button") || target;
  inner.focus({ preventScroll: true });
}
