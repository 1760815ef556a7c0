// What the file holds, what was changed since, and the way back.

import { copy, differences, overlap, put, same, valueAt } from "./paths.js";

const TYPING = 1500; // milliseconds in which one text counts as one change

export class Store {
  constructor() {
    Object.assign(this, { version: "", base: {}, mine: {}, conflicts: [], done: [], undone: [], listeners: [], revision: 0 });
  }

  load(version, content) {
    Object.assign(this, { version, base: content, mine: copy(content), conflicts: [], done: [], undone: [] });
    this.tell([]);
  }

  get(path) {
    return valueAt(this.mine, path);
  }

  // Changes made together are taken back together.
  change(steps) {
    const made = steps
      .map(([path, after]) => ({ path, before: copy(this.get(path)), after: copy(after) }))
      .filter((step) => !same(step.before, step.after));
    if (made.length === 0) return;
    made.forEach((step) => put(this.mine, step.path, step.after));
    const last = this.done[this.done.length - 1];
    const goesOn = last && made.length === 1 && last.steps.length === 1 && typeof made[0].after === "string"
      && same(last.steps[0].path, made[0].path) && Date.now() - last.time < TYPING;
    if (goesOn) Object.assign(last, { time: Date.now() }).steps[0].after = made[0].after;
    else this.done.push({ time: Date.now(), steps: made });
    this.undone = [];
    this.tell(made.map((step) => step.path));
  }

  undo() {
    this.#replay(this.done, this.undone, (steps) => [...steps].reverse(), "before");
  }

  redo() {
    this.#replay(this.undone, this.done, (steps) => steps, "after");
  }

  #replay(from, to, order, side) {
    const entry = from.pop();
    if (!entry) return;
    order(entry.steps).forEach((step) => put(this.mine, step.path, step[side]));
    to.push({ ...entry, time: 0 });
    this.tell(entry.steps.map((step) => step.path));
  }

  changes() {
    return differences(this.base, this.mine);
  }

  // The file changed underneath: what was not touched here follows it, what was touched in both is a conflict.
  absorb(version, theirs) {
    const mine = this.changes();
    const news = differences(this.base, theirs);
    const met = news.flatMap((step) => {
      const own = mine.filter((one) => overlap(one.path, step.path) || overlap(step.path, one.path));
      if (own.length === 0 || (own.length === 1 && same(own[0].path, step.path) && same(own[0].after, step.after))) return [];
      const path = own.reduce((short, one) => (one.path.length < short.length ? one.path : short), step.path);
      return [path];
    });
    const paths = met.filter((path, place) => met.findIndex((one) => same(one, path)) === place);
    const conflicts = paths.map((path) => (
      { path, before: copy(valueAt(this.base, path)), theirs: copy(valueAt(theirs, path)), mine: copy(this.get(path)) }
    ));
    news.forEach((step) => {
      if (!paths.some((path) => overlap(step.path, path) || overlap(path, step.path))) put(this.mine, step.path, step.after);
    });
    const kept = this.conflicts.filter((old) => !conflicts.some((one) => same(one.path, old.path)));
    Object.assign(this, { version, base: theirs, conflicts: [...kept, ...conflicts] });
    this.tell([]);
    return { taken: news.length - met.length, conflicts: conflicts.length };
  }

  // What was saved is what the file holds; what was typed meanwhile stays.
  saved(version, content) {
    Object.assign(this, { version, base: content });
    this.tell([]);
  }

  settle(settled) {
    this.conflicts = this.conflicts.filter((one) => one !== settled);
    this.tell([]);
  }

  // Puts kept changes on what the file holds now; where that has moved on, it is a conflict.
  restore(changes) {
    const open = [];
    changes.forEach(({ path, before, after }) => {
      const now = valueAt(this.base, path);
      put(this.mine, path, after);
      if (!same(now, before) && !same(now, after)) open.push({ path, before, theirs: copy(now), mine: copy(after) });
    });
    this.conflicts = [...this.conflicts, ...open];
    this.tell([]);
  }

  tell(paths) {
    this.revision += 1;
    this.listeners.forEach((listen) => listen(paths));
  }
}
