// Entries that can be added and removed: sources and items of evidence.

import { byId, goTo } from "./elements.js";
import { copy } from "./paths.js";

// Shows one card for every entry under a key of the file, and keeps it so.
export class Cards {
  constructor(store, fields, { key, list, template, brief }) {
    Object.assign(this, { store, fields, key, list, template, brief, cards: new Map() });
  }

  show() {
    const names = Object.keys(this.store.get([this.key]) || {});
    [...this.cards].filter(([name]) => !names.includes(name)).forEach(([name, card]) => {
      this.fields.drop(card);
      card.remove();
      this.cards.delete(name);
    });
    names.filter((name) => !this.cards.has(name)).forEach((name) => this.#add(name));
    this.cards.forEach((card, name) => {
      card.querySelector("h3").textContent = name;
      card.querySelector(".brief").textContent = this.brief(this.store.get([this.key, name]));
    });
  }

  open(name) {
    goTo(this.cards.get(name));
  }

  #add(name) {
    const card = byId(this.template).content.firstElementChild.cloneNode(true);
    card.dataset.entry = `${this.key}.${name}`;
    card.querySelector(".remove").addEventListener("click", () => this.#remove(name));
    byId(this.list).append(card);
    this.fields.bind(card, [this.key, name]);
    this.cards.set(name, card);
  }

  // What pointed to the entry lets go of it in the same step.
  #remove(name) {
    const steps = [[[this.key, name], undefined], ...pointing(this.store.mine, this.key, name)];
    this.store.change(steps);
    byId(this.list).parentElement.querySelector(":scope > p > button").focus();
  }
}

export function nextItem(store, name) {
  const numbers = Object.keys(store.get(["evidence"])).map((id) => Number(id.split("-e").at(-1)) || 0);
  return `${name}-e${String(Math.max(0, ...numbers) + 1).padStart(2, "0")}`;
}

export function nextSource(store) {
  const numbers = Object.keys(store.get(["sources"])).map((key) => Number(/^K([0-9]+)$/.exec(key)?.[1] || 0));
  return `K${Math.max(0, ...numbers) + 1}`;
}

// Steps that take a key out of every list that names it, or put another in its place.
export function pointing(tree, kind, name, instead = null) {
  const list = kind === "sources" ? "source" : "evidence";
  const steps = [];
  const walk = (value, path) => Object.entries(value).forEach(([key, inner]) => {
    if (Array.isArray(inner) && key === list && inner.includes(name)) {
      const others = copy(inner).map((one) => (one === name ? instead : one)).filter((one) => one !== null);
      steps.push([[...path, key], others]);
    } else if (inner && typeof inner === "object" && !Array.isArray(inner)) walk(inner, [...path, key]);
  });
  const places = kind === "sources" ? ["facts", "evidence"] : ["codings"];
  places.forEach((place) => walk(tree[place] || {}, [place]));
  return steps.filter(([path]) => path[1] !== name);
}
