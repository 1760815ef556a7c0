// One case in the form: loaded, changed, checked, saved.

import { showConflicts } from "./conflicts.js";
import { Drafts, showLeft } from "./drafts.js";
import { button, byId, element, goTo, plural } from "./elements.js";
import { Cards, nextItem, nextSource } from "./evidence.js";
import { Fields } from "./fields.js";
import { copy } from "./paths.js";
import { Answer, ask, Lost } from "./server.js";
import { api, startPaste } from "./sources.js";
import { Store } from "./store.js";

const setup = JSON.parse(document.body.dataset.setup);
const CHECK_WAIT = 600;
const LOOK_AGAIN = 4000;
const store = new Store();
const drafts = new Drafts(store, setup);
const fields = new Fields(store, { sources: () => sourceChoices(), items: (path) => itemChoices(path) }, entryOf);
const cards = {
  sources: new Cards(store, fields, {
    key: "sources", list: "source-list", template: "source-template",
    brief: (source) => [source.author, source.title, source.date].filter(Boolean).join(", "),
  }),
  evidence: new Cards(store, fields, {
    key: "evidence", list: "item-list", template: "item-template", brief: (item) => item.statement || "nothing written yet",
  }),
};
const saves = []; // versions that this window saved, the last one last
let online = true;
let busy = false;
let outdated = false; // the codebook is no longer the one that this page was made from
let checkTimer = 0;

start();

async function start() {
  await drafts.begin();
  try {
    const loaded = await ask(api("document"));
    store.load(loaded.version, loaded.content);
    prepare();
    const { own, others } = await drafts.left(loaded.drafts);
    if (own) store.restore(own.changes);
    showLeft(drafts, others, (changes) => store.restore(changes));
    showFaults(loaded);
    heed(loaded.codebook);
    window.setInterval(look, LOOK_AGAIN);
    document.documentElement.dataset.ready = "";
  } catch (error) {
    fail(error);
  }
}

function prepare() {
  if (setup.blind) {
    byId("title").textContent = [store.get(["name"]), store.get(["decision_date"])].filter(Boolean).join(", ");
    byId("decision").textContent = store.get(["decision"]) || "";
  } else {
    startPaste(store, cards.sources, setup.types);
    byId("add-source").addEventListener("click", () => add("sources", nextSource(store), {}));
    byId("add-item").addEventListener("click", () => {
      const id = nextItem(store, setup.case);
      add("evidence", id, { id });
    });
  }
  fields.bind(document);
  store.listeners.push(onChange);
  byId("save").addEventListener("click", () => save());
  byId("undo").addEventListener("click", () => store.undo());
  byId("redo").addEventListener("click", () => store.redo());
  byId("take-back").addEventListener("click", takeBack);
  byId("outdated").querySelector("button").addEventListener("click", () => window.location.reload());
  document.addEventListener("keydown", onKey);
  document.querySelectorAll(".clear").forEach((one) => one.addEventListener("click", () => setCell(one, undefined)));
  document.querySelectorAll(".no-evidence").forEach((one) => one.addEventListener("click", () => setCell(one, copy(setup.blanks.codings))));
  ["pagehide", "visibilitychange"].forEach((moment) => window.addEventListener(moment, () => drafts.keepHere()));
  drafts.told = onDraft;
  show();
}

function onChange() {
  show();
  drafts.keepSoon();
  checkSoon();
}

function checkSoon() {
  window.clearTimeout(checkTimer);
  checkTimer = window.setTimeout(check, CHECK_WAIT);
}

function show() {
  if (!setup.blind) Object.values(cards).forEach((list) => list.show());
  fields.showAll();
  document.querySelectorAll("[data-cell], #facts .entry").forEach(showBrief);
  showConflicts(store, setup.case);
  byId("undo").disabled = store.done.length === 0;
  byId("redo").disabled = store.undone.length === 0;
  byId("take-back").disabled = saves.at(-1) !== store.version || store.changes().length > 0;
  showStatus();
}

// The code, or the value, beside the name of what is folded.
function showBrief(entry) {
  const value = store.get(entry.dataset.entry.split("."));
  const code = value && ("code" in value ? value.code : value.value);
  const words = code === undefined ? "not coded" : (code === null ? "null" : [code].flat().join(", ") || "none");
  entry.querySelector(".brief").textContent = words;
}

function showStatus(words = "") {
  const open = store.changes().length;
  const where = open === 0 ? "Everything is saved in the file." : `${plural(open, "change")} not saved, kept as a draft.`;
  byId("status").textContent = words || (online ? where : `Not connected. ${plural(open, "change")} kept in this browser.`);
}

function showFaults({ faults, notices, hidden }) {
  const loose = fields.showFaults(faults);
  const list = faults.map((fault) => element("li", {}, faultWords(fault, loose)));
  if (hidden) list.push(element("li", {}, `${plural(hidden, "fault")} in codes of other passes, which are not shown here: an item or a source that they cite must stay. make check tells.`));
  byId("faults").hidden = list.length === 0;
  byId("faults").querySelector("ul").replaceChildren(...list);
  byId("notices").hidden = notices.length === 0;
  byId("notices").querySelector("ul").replaceChildren(...notices.map((one) => element("li", {}, `${one.path.join(": ")}: ${one.message}`)));
}

function faultWords(fault, loose) {
  const words = `${fault.path.join(": ")}${fault.path.length ? ": " : ""}${fault.message}`;
  if (loose.includes(fault)) return words;
  return button(words, () => goTo(fields.fieldOf(fault.path).box), { class: "link" });
}

function sent() {
  return {
    name: drafts.name,
    version: store.version,
    codebook: setup.codebook,
    changes: store.changes().map(({ path, after }) => (after === undefined ? { path, removed: true } : { path, value: after })),
  };
}

async function check() {
  if (busy) {
    checkSoon();
    return;
  }
  const asked = store.revision;
  try {
    const told = await ask(api("check"), sent());
    // What was asked of another state says nothing of this one, for which another check is under way.
    if (asked === store.revision) showFaults(told);
    connected();
  } catch (error) {
    if (error instanceof Answer && asked !== store.revision) return;
    if (!(error instanceof Answer && error.status === 409)) fail(error);
    else follow(error.body);
  }
}

async function save(again = 3) {
  if (busy) return;
  if (store.conflicts.length) {
    goTo(byId("conflicts"));
    return;
  }
  busy = true;
  byId("save").disabled = true;
  let next = null;
  const asked = store.revision;
  const changed = sent();
  try {
    const told = await drafts.inTurn(() => ask(api("save"), changed));
    if (told.version !== store.version) saves.push(told.version);
    store.saved(told.version, told.content);
    showFaults(told);
    connected();
  } catch (error) {
    if (error instanceof Answer && error.status === 409) {
      const { conflicts } = follow(error.body);
      if (conflicts === 0 && again > 0) next = () => save(again - 1);
      else if (conflicts) goTo(byId("conflicts"));
    } else {
      fail(error);
      if (asked !== store.revision) checkSoon();
      else if (error instanceof Answer) goTo(byId(outdated ? "outdated" : "faults"));
    }
  }
  busy = false;
  byId("save").disabled = false;
  if (next) next();
  else show();
}

// The saving of before is undone in the file, byte for byte; other windows follow.
async function takeBack() {
  try {
    const told = await ask(api("undo"), { version: store.version, codebook: setup.codebook });
    saves.pop();
    store.absorb(told.version, told.content);
    showFaults(told);
  } catch (error) {
    if (error instanceof Answer && error.status === 409) follow(error.body);
    else fail(error);
  }
}

// Looks whether the file has changed, and whether the server is there.
async function look() {
  if (busy) return;
  try {
    const { version, codebook } = await ask(api("version"));
    connected();
    heed(codebook);
    if (version === store.version || busy) return;
    const asked = store.revision;
    const now = await ask(api("document"));
    // What was saved or typed meanwhile is newer than this answer; the next look finds what is left to follow.
    if (asked === store.revision && !busy) follow(now);
  } catch (error) {
    fail(error);
  }
}

function follow({ version, content }) {
  const result = store.absorb(version, content);
  const { taken, conflicts } = result;
  showStatus(`The file was changed: ${plural(taken, "change")} taken over, ${plural(conflicts, "place")} to choose.`);
  return result;
}

// Whether the codebook is the one that this page was made from; its faults would be untrue by another.
function heed(codebook) {
  const before = outdated;
  outdated = codebook !== setup.codebook;
  byId("outdated").hidden = !outdated;
  if (outdated) {
    const words = setup.outdated[codebook === null ? "changed" : "other"];
    const [told, again] = byId("outdated").children;
    if (told.textContent !== words) told.textContent = words;
    again.hidden = codebook === null;
    showFaults({ faults: [], notices: [], hidden: 0 });
  } else if (before) {
    checkSoon();
  }
}

function connected() {
  if (online) return;
  online = true;
  byId("offline").hidden = true;
  drafts.keepSoon();
  showStatus();
}

function fail(error) {
  if (error instanceof Lost) {
    online = false;
    byId("offline").hidden = false;
    byId("offline").textContent = "The form is not connected. What you type is kept in this browser. Run make code again: this page then goes on by itself.";
    showStatus();
  } else if (error.body?.codebook !== undefined) {
    heed(error.body.codebook);
  } else if (error.body?.faults) {
    showFaults({ faults: error.body.faults, notices: [], hidden: 0 });
  } else {
    byId("faults").hidden = false;
    byId("faults").querySelector("ul").replaceChildren(element("li", {}, error.message));
  }
}

function onDraft(kept, error) {
  if (kept) connected();
  else fail(error);
}

function add(key, name, entry) {
  store.change([[[key, name], { ...copy(setup.blanks[key]), ...entry }]]);
  cards[key].open(name);
}

function setCell(inside, value) {
  store.change([[inside.closest(".entry").dataset.entry.split("."), value]]);
}

// Which entry of the file a field belongs to, and what it begins as.
function entryOf(path) {
  const long = { codings: path[2] === "case" ? 4 : 5, facts: 2, sources: 2, evidence: 2 }[path[0]];
  return long ? [path.slice(0, long), setup.blanks[path[0]]] : [null, null];
}

function sourceChoices() {
  const sources = store.get(["sources"]) || {};
  return {
    keys: Object.keys(sources),
    short: (key) => key,
    label: (key) => [sources[key]?.author, sources[key]?.title].filter(Boolean).join(", ") || sources[key]?.publisher || "",
  };
}

// Items that bear on the cell come first.
function itemChoices(path) {
  const items = store.get(["evidence"]) || {};
  const cell = Object.keys(setup.cells).find((name) => setup.cells[name] === path.slice(0, -1).join("."));
  const ids = Object.keys(items);
  const bears = (id) => (items[id].about || []).includes(cell);
  return {
    keys: [...ids.filter(bears), ...ids.filter((id) => !bears(id))],
    short: (id) => id.split("-").at(-1),
    label: (id) => itemWords(items[id]),
  };
}

function itemWords(item) {
  if (!item) return "is no item of this case";
  const { sources } = store.mine;
  const marks = { consulted: "read in the source", absence: "nothing was found", theory_author: "by the theory's author", after_decision: "after the decision" };
  const told = [
    item.when, ...(item.source || []).map((key) => (sources[key]?.type || key).replaceAll("_", " ")),
    ...Object.keys(marks).filter((mark) => item[mark]).map((mark) => marks[mark]),
  ].filter(Boolean);
  return `${item.statement || ""} (${[...new Set(told)].join(", ") || "no source"})`;
}

function onKey(event) {
  if (!(event.ctrlKey || event.metaKey)) return;
  const typing = event.target.matches("textarea, input[type=text]");
  const key = event.key.toLowerCase();
  if (key === "s") save();
  else if (!typing && key === "z" && !event.shiftKey) store.undo();
  else if (!typing && (key === "y" || (key === "z" && event.shiftKey))) store.redo();
  else return;
  event.preventDefault();
}
