// Filters and search: which cases are shown, and which cells rest on evidence that passes.

const MOST_FOUND = 100;
const WHEN_IDLE = window.requestIdleCallback || ((work) => setTimeout(work, 1));

function startFilters() {
  const form = byId("filters");
  const index = [...document.querySelectorAll("details.case")].map((section) => ({
    section, row: byId("matrix").querySelector(`tr[data-case="${CSS.escape(section.id)}"]`), words: null,
  }));
  const apply = () => applyFilters(index, filterChoices());
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("focusin", () => readWhenIdle(index), { once: true });
  form.hidden = false;
  byId("filter-found").addEventListener("toggle", () => showFound(index, filterChoices()));
  document.addEventListener("click", (event) => {
    // The codes behind an answer: the column, among the cases of the answer's sample.
    const link = event.target.closest?.("a[data-sample]");
    if (!link) return;
    form.reset();
    if ([...byId("filter-sample").options].some((option) => option.value === link.dataset.sample)) byId("filter-sample").value = link.dataset.sample;
    apply();
    markColumn(link.getAttribute("href").slice(1));
  });
  byId("open-all").addEventListener("click", () => openShown(true));
  byId("close-all").addEventListener("click", () => openShown(false));
  apply();
}

function filterChoices() {
  return {
    words: wanted(byId("filter-text").value),
    sample: byId("filter-sample").value,
    administration: byId("filter-administration").value,
    family: byId("filter-family").value,
    type: byId("filter-type").value,
    consulted: byId("filter-consulted").checked,
  };
}

// The cases are read one by one while the reader makes for the search, so that the first letter finds them ready.
function readWhenIdle(index) {
  const next = index.find((entry) => !entry.words);
  if (!next) return;
  wordsOf(next);
  WHEN_IDLE(() => readWhenIdle(index));
}

// What a search reads of one case, each with its own words only: an item with its sources, a cell with its
// reasons, and the case by its name and narrative.
function wordsOf(entry) {
  if (entry.words) return entry.words;
  const { section } = entry;
  const content = contentOf(section);
  const all = (selector) => [...content.querySelectorAll(selector)];
  const sources = new Map(all(".sources > li").map((source) => [`#${source.id}`, source.querySelector("bdi").textContent]));
  entry.words = {
    text: folded(`${section.querySelector("summary").textContent} ${content.querySelector(".narrative, .decision").textContent}`),
    items: all(".evidence > li[id]").map((item) => {
      const own = [...item.querySelectorAll(".from a")].map((link) => sources.get(link.getAttribute("href")) || "");
      const said = [...item.querySelectorAll(":scope > bdi, :scope > q")].map((part) => part.textContent);
      return {
        item,
        text: folded([...said, ...own].join(" | ")),
        types: item.dataset.types.split(";"),
        consulted: item.dataset.consulted === "1",
      };
    }),
    cells: all("tbody.cell").map((body) => ({
      // Where a pass gives the reason of the agreed code, the words stand there.
      text: folded([...body.querySelectorAll("tr:not(.name) > td:nth-child(4)")]
        .map((cell) => (cell.firstChild?.nodeType === Node.TEXT_NODE ? cell.firstChild.data : "")).join(" ")),
      cited: [...body.querySelectorAll(".agreed a")].map((link) => link.getAttribute("href").slice(1)),
    })),
  };
  return entry.words;
}

function applyFilters(index, choices) {
  const narrowed = Boolean(choices.words.length || choices.type || choices.consulted);
  const totals = { cases: 0, items: 0, cells: 0 };
  index.forEach((entry) => {
    const counts = filterCase(entry, choices, narrowed);
    totals.cells += counts.cells;
    totals.items += counts.items;
    totals.cases += counts.shown ? 1 : 0;
  });
  hideEmptyGroups();
  byId("filter-found").hidden = totals.items === 0;
  byId("filter-found").querySelector("summary").textContent = `Read ${totals.items === 1 ? "this item" : `these ${shownCount(totals.items)} items`}`;
  showFound(index, choices);
  byId("filter-status").textContent = narrowed ? foundStatus(index, choices, totals) : `${counted(totals.cases, "case")} of ${shownCount(index.length)} shown.`;
}

function foundStatus(index, choices, totals) {
  const found = `${counted(totals.cases, "case")} of ${shownCount(index.length)} shown, with ${counted(totals.items, "item")} of evidence that pass the filter, `
    + `behind ${counted(totals.cells, "cell")}.`;
  return totals.items ? found : `${found} ${whatToTry(index, choices)}`;
}

// For a search that finds no item: how far each word carries alone, and what may be in the way.
function whatToTry(index, choices) {
  const others = ["sample", "administration", "family", "type", "consulted"].some((key) => choices[key]);
  const alone = choices.words.map((word) => {
    const found = index.filter(({ section }) => belongs(section, choices))
      .reduce((sum, entry) => sum + wordsOf(entry).items.filter((one) => passes(one, { ...choices, words: [word] })).length, 0);
    return `\u201c${word}\u201d alone is in ${found ? counted(found, "item") : "none"}`;
  });
  const advice = [
    choices.words.length > 1 ? "fewer words" : null,
    choices.words.length ? "a part of the word, or its other spelling" : null,
    others ? "fewer filters (\u201cClear\u201d takes all away)" : null,
  ].filter((one) => one !== null);
  return `${alone.length > 1 ? `${alone.join("; ")}. ` : ""}Try ${advice.join("; ")}.`;
}

function belongs(section, choices) {
  return ["sample", "administration", "family"].every((key) => !choices[key] || section.dataset[key] === choices[key]);
}

function passes({ text, types, consulted }, choices) {
  return (!choices.type || types.includes(choices.type)) && (!choices.consulted || consulted) && holdsAll(text, choices.words);
}

function filterCase(entry, choices, narrowed) {
  const { section, row } = entry;
  // A case that no search has asked about yet needs no reading: everything of it passes.
  const words = narrowed || entry.words ? wordsOf(entry) : { text: "", items: [], cells: [] };
  const passing = new Set();
  words.items.forEach((one) => {
    one.item.hidden = !passes(one, choices);
    if (!one.item.hidden) passing.add(one.item.id);
  });
  const by = choices.words.length > 0 && !choices.type && !choices.consulted;
  const marks = words.cells.map(({ text, cited }) => cited.some((id) => passing.has(id)) || (by && holdsAll(text, choices.words)));
  const shown = belongs(section, choices)
    && (!narrowed || passing.size > 0 || marks.includes(true) || (by && holdsAll(words.text, choices.words)));
  section.hidden = !shown;
  if (row) {
    row.hidden = !shown;
    [...row.querySelectorAll("a.c")].forEach((link, i) => {
      link.classList.toggle("off", narrowed && !marks[i] && !link.classList.contains("missing"));
    });
  }
  return { shown, items: narrowed && shown ? passing.size : 0, cells: narrowed && shown ? marks.filter(Boolean).length : 0 };
}

// The items that pass, under the status; made only while the list is open.
function showFound(index, choices) {
  const box = byId("filter-found");
  const passing = box.hidden || !box.open ? []
    : index.filter(({ section }) => !section.hidden).flatMap((entry) => wordsOf(entry).items
      .filter(({ item }) => !item.hidden).map(({ item }) => [entry.section, item]));
  const shown = passing.slice(0, MOST_FOUND).map(([section, item]) => foundItem(section, item, choices.words));
  if (passing.length > MOST_FOUND) shown.push(element("li", {}, `${shownCount(passing.length - MOST_FOUND)} more stand in the cases below.`));
  box.querySelector("ol").replaceChildren(...shown);
}

// An item with its hits marked; where a hit lies in the full name of a source, that name stands under it.
function foundItem(section, item, words) {
  const copy = copyOf(item);
  const content = contentOf(section);
  for (const part of copy.querySelectorAll(".about, .weights")) part.remove();
  const names = [...item.querySelectorAll(".from a")]
    .map((link) => content.querySelector(`[id="${CSS.escape(link.getAttribute("href").slice(1))}"] bdi`))
    .filter((name) => name && words.some((word) => folded(name.textContent).includes(word)));
  copy.append(...names.map((name) => element("span", { class: "named" }, copyOf(name))));
  markHits(copy, words);
  copy.prepend(element("a", { href: `#${item.id}` }, element("bdi", {}, section.dataset.short)), " ");
  return copy;
}

function hideEmptyGroups() {
  byId("matrix").querySelectorAll("tbody").forEach((group) => {
    const rows = [...group.querySelectorAll("tr[data-case]")];
    group.hidden = rows.length > 0 && rows.every((row) => row.hidden);
  });
}

function markColumn(id) {
  const matrix = byId("matrix");
  const heads = [...matrix.querySelectorAll('th[id^="column/"]')];
  const place = heads.findIndex((head) => head.id === id);
  matrix.querySelectorAll(".column-on").forEach((cell) => cell.classList.remove("column-on"));
  if (place < 0) return;
  heads[place].classList.add("column-on");
  matrix.querySelectorAll("tr[data-case]").forEach((row) => row.cells[place + 1].classList.add("column-on"));
}

function openShown(open) {
  document.querySelectorAll("details.case").forEach((section) => { if (!section.hidden) section.open = open; });
}
