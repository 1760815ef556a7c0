// What is not saved is kept twice: in this browser, and by the server in a file beside the case.

import { button, byId, element, plural } from "./elements.js";
import { ask } from "./server.js";
import { api } from "./sources.js";

const WAIT = 400;

export class Drafts {
  constructor(store, { view }) {
    Object.assign(this, { store, place: `draft:${view}:`, timer: 0, name: "", told: () => {}, last: Promise.resolve() });
  }

  // Every window has a draft of its own, and holds a lock as long as it lives. A window that was loaded again goes on
  // with its own; one that was doubled takes a new name, as the lock is held.
  async begin() {
    const last = window.sessionStorage.getItem(this.place);
    this.name = last && (await held(this.place + last)) ? last : "";
    if (this.name) return;
    this.name = Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    await held(this.place + this.name);
    window.sessionStorage.setItem(this.place, this.name);
  }

  keepSoon() {
    this.keepHere();
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.#keepThere(), WAIT);
  }

  keepHere() {
    const draft = this.#draft();
    try {
      if (draft) window.localStorage.setItem(this.place + this.name, JSON.stringify(draft));
      else window.localStorage.removeItem(this.place + this.name);
    } catch {
      // A full store is no loss while the server keeps the draft.
    }
  }

  // One request after another: a draft that comes late must not outlive the saving of what it holds, nor a saving drop a
  // newer draft.
  inTurn(work) {
    this.last = this.last.then(work, work);
    return this.last;
  }

  async #keepThere() {
    try {
      await this.inTurn(() => ask(api("draft"), { name: this.name, draft: this.#draft() }));
      this.told(true);
    } catch (error) {
      this.told(false, error);
    }
  }

  #draft() {
    const changes = this.store.changes();
    return changes.length ? { name: this.name, time: Date.now(), version: this.store.version, changes } : null;
  }

  // Drafts of windows that are gone: the later one where both places have it.
  async left(fromServer) {
    const found = new Map(fromServer.map((draft) => [draft.name, draft]));
    Object.keys(window.localStorage).filter((key) => key.startsWith(this.place)).forEach((key) => {
      const draft = JSON.parse(window.localStorage.getItem(key));
      if (!found.has(draft.name) || found.get(draft.name).time < draft.time) found.set(draft.name, draft);
    });
    const own = found.get(this.name);
    found.delete(this.name);
    const free = [];
    for (const draft of found.values()) {
      if (await isFree(this.place + draft.name)) free.push(draft);
    }
    return { own, others: free.sort((one, other) => other.time - one.time) };
  }

  async drop(name) {
    window.localStorage.removeItem(this.place + name);
    await this.inTurn(() => ask(api("draft"), { name, draft: null }));
  }
}

export function showLeft(drafts, others, restore) {
  const box = byId("drafts");
  box.hidden = others.length === 0;
  box.replaceChildren(
    element("h2", {}, "Not saved before"),
    ...others.map((draft) => {
      const row = element("p", { class: "row" }, `${plural(draft.changes.length, "change")} of ${new Date(draft.time).toLocaleString()} `);
      const end = async () => {
        row.remove();
        box.hidden = box.querySelector("p") === null;
        await drafts.drop(draft.name);
      };
      row.append(button("Take them up", () => { restore(draft.changes); drafts.keepSoon(); end(); }), " ", button("Throw them away", end));
      return row;
    }),
  );
}

// Takes a lock that lasts as long as this window; false where another window has it.
function held(name) {
  return new Promise((resolve) => {
    navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock ? new Promise(() => {}) : null;
    });
  });
}

function isFree(name) {
  return navigator.locks.request(name, { ifAvailable: true }, (lock) => lock !== null);
}
