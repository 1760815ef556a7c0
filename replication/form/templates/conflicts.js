// Values that were changed here and in the file: both are shown, and a person chooses.

import { button, byId, element } from "./elements.js";
import { nextItem, nextSource, pointing } from "./evidence.js";
import { copy } from "./paths.js";

export function showConflicts(store, name) {
  const box = byId("conflicts");
  box.hidden = store.conflicts.length === 0;
  if (box.hidden) return box.replaceChildren();
  return box.replaceChildren(
    element("h2", {}, "Changed here and in the file"),
    element("p", {}, "Someone, or another window, has changed the file meanwhile. Choose what holds; then save."),
    ...store.conflicts.map((one) => shown(one, store, name)),
  );
}

function shown(one, store, name) {
  const settle = (steps) => {
    if (steps.length) store.change(steps);
    store.settle(one);
  };
  const added = one.before === undefined && one.theirs !== undefined && ["sources", "evidence"].includes(one.path[0]) && one.path.length === 2;
  return element(
    "div", { class: "conflict" },
    element("h3", {}, one.path.join(": ")),
    element("p", {}, element("b", {}, "In the file: "), worded(one.theirs)),
    element("p", {}, element("b", {}, "Here: "), worded(one.mine)),
    element(
      "p", { class: "row" },
      button("Keep what is here", () => settle([])),
      button("Take what is in the file", () => settle([[one.path, copy(one.theirs)]])),
      added ? button("Keep both", () => settle(both(one, store, name))) : null,
    ),
  );
}

// The entry of the file keeps its name; the one made here gets the next free one, and what points to it follows.
function both(one, store, name) {
  const kind = one.path[0];
  const free = kind === "sources" ? nextSource(store) : nextItem(store, name);
  const moved = kind === "evidence" ? { ...copy(one.mine), id: free } : copy(one.mine);
  const own = pointing(store.mine, kind, one.path[1], free);
  return [[[kind, free], moved], [one.path, copy(one.theirs)], ...own];
}

function worded(value) {
  if (value === undefined) return "nothing";
  return typeof value === "string" ? value : JSON.stringify(value);
}
