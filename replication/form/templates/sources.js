// Sources found in a pasted entry of a reference manager.

import { button, byId, element } from "./elements.js";
import { nextSource } from "./evidence.js";
import { ask } from "./server.js";

export function startPaste(store, cards, types) {
  byId("read-pasted").addEventListener("click", async () => {
    const found = byId("found");
    try {
      const { placed } = await ask(api("references"), { text: byId("pasted").value, sources: store.get(["sources"]) });
      found.replaceChildren(...placed.map((one) => shown(one, store, cards, types)));
    } catch (error) {
      found.replaceChildren(element("p", { class: "fault" }, error.message));
    }
  });
}

export function api(verb) {
  return `../../../../api/${JSON.parse(document.body.dataset.setup).view}/${verb}`;
}

function shown(one, store, cards, types) {
  const { source } = one;
  const words = ["author", "title", "publisher", "date", "url"].map((name) => source[name]).filter(Boolean).join("; ");
  const box = element("div", { class: "found" }, element("p", {}, words || "An entry without words"));
  const notes = [...one.notes, one.same ? `This repeats ${one.same}.` : ""].filter(Boolean);
  notes.forEach((note) => box.append(element("p", { class: "rule" }, note)));
  const choice = element("select", { "aria-label": "Type of source" });
  if (one.reason && !one.reason.startsWith("type of source")) {
    box.append(element("p", { class: "fault" }, one.reason));
    return box;
  }
  if (one.reason) {
    const allowed = one.types.length ? one.types : Object.keys(types);
    choice.append(element("option", { value: "" }, "choose the type"), ...allowed.map((type) => element("option", { value: type }, type)));
    box.append(element("p", {}, choice));
  }
  if (source.type) box.append(element("p", { class: "rule" }, `Type: ${source.type}: ${types[source.type]}`));
  const add = button("Add this source", () => {
    const type = source.type || choice.value;
    if (!type) return choice.focus();
    const key = store.get(["sources", one.key]) === undefined ? one.key : nextSource(store);
    store.change([[["sources", key], { ...source, type }]]);
    add.disabled = true;
    add.textContent = `Added as ${key}`;
    return cards.show();
  });
  box.append(element("p", {}, add));
  return box;
}
