// Parts that are read only when asked for. A browser that runs scripts takes what stands in a
// noscript element as one text, which costs nothing; without scripts the same text is the page.

// Box -> what it holds, read but not yet set into the page.
const READ = new Map();

// Set what a box holds into the page; a box that is filled already stays as it is.
function fill(box) {
  const held = box.querySelector(":scope > noscript");
  if (!held) return;
  held.replaceWith(contentOf(box));
  READ.delete(box);
}

// What a box holds, in the page or still outside of it.
function contentOf(box) {
  const held = box.querySelector(":scope > noscript");
  if (!held) return box;
  if (!READ.has(box)) {
    const made = document.createElement("template");
    made.innerHTML = held.textContent;
    READ.set(box, made.content);
  }
  return READ.get(box);
}

// The element with an id, also where its box has not been filled yet; null where there is none.
function located(id) {
  if (!id || byId(id)) return id ? byId(id) : null;
  const mark = ` id="${id.replaceAll("&", "&amp;").replaceAll('"', "&#34;").replaceAll("'", "&#39;")}"`;
  const held = [...document.querySelectorAll("details > noscript")].find((part) => part.textContent.includes(mark));
  if (held) fill(held.parentElement);
  return byId(id);
}

// Open every box around an element, fill them, and bring the reader and the keyboard there.
function goTo(target) {
  for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) {
    fill(box);
    box.open = true;
  }
  const stop = target.querySelector(target.matches("details") ? ":scope > summary" : ":scope > h2, :scope > h3, :scope > h4, :scope > .beside > h3") || target;
  if (stop.tabIndex < 0) stop.tabIndex = -1;
  stop.focus({ preventScroll: true });
  target.scrollIntoView();
}

function startLazy() {
  document.addEventListener("toggle", (event) => { if (event.target.open) fill(event.target); }, true);
  // Paper shows the exhibits and the codebook whole, and of the cases those that are open.
  window.addEventListener("beforeprint", () => document.querySelectorAll("details.fold").forEach((box) => {
    fill(box);
    if (!box.open) { box.dataset.printing = ""; box.open = true; }
  }));
  window.addEventListener("afterprint", () => document.querySelectorAll("details[data-printing]").forEach((box) => {
    delete box.dataset.printing;
    box.open = false;
  }));
}
