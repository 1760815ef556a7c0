// Parts that are read only when asked for. A browser that runs scripts takes what stands in a
// noscript element as one text, which costs nothing; without scripts the same text is the page.
// In a large page these parts are packed, and without scripts each stands in short with links to its files.

// Box -> what it holds, read but not yet set into the page.
const READ = new Map();
// Id of a box -> its text, where the page is packed.
const PACKED = new Map();

// Texts of a packed page. A browser that cannot unpack them keeps what stands in the page in short.
async function unpack(text) {
  try {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const parts = JSON.parse(await new Response(plain).text());
    Object.entries(parts).forEach(([id, part]) => PACKED.set(id, part));
  } catch (fault) {
    console.error(`The cases and tables stand here in short, for this browser could not unpack them: ${fault}`);
  }
}

// The text that a box holds.
function heldText(box, held) {
  return PACKED.get(box.id) ?? held.textContent;
}

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
    made.innerHTML = heldText(box, held);
    READ.set(box, made.content);
  }
  return READ.get(box);
}

// The element with an id, also where its box has not been filled yet; null where there is none.
function located(id) {
  if (!id || byId(id)) return id ? byId(id) : null;
  const mark = ` id="${id.replaceAll("&", "&amp;").replaceAll('"', "&#34;").replaceAll("'", "&#39;")}"`;
  const held = [...document.querySelectorAll("details > noscript")].find((part) => heldText(part.parentElement, part).includes(mark));
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
