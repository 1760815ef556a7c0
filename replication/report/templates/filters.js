// Filters and search: which cases are shown, and which cells rest on evidence that passes.

const MOST_FOUND = 100;

function startFilters() {
  const form = byId("filters");
  const index = caseIndex();
  const apply = () => applyFilters(index, filterChoices());
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  byId("filter-found").addEventListener("toggle", () => showFound(index));
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
    text: byId("filter-text").value.trim().toLowerCase(),
    sample: byId("filter-sample").value,
    administration: byId("filter-administration").value,
    family: byId("filter-family").value,
    type: byId("filter-type").value,
    consulted: byId("filter-consulted").checked,
  };
}

// What a search reads, taken from the page once: each case's items with their sources, and its cells.
function caseIndex() {
  return [...document.querySelectorAll("details.case")].map((section) => ({
    section,
    row: byId("matrix").querySelector(`tr[data-case="${CSS.escape(section.id)}"]`),
    text: section.querySelector("summary").textContent.toLowerCase() + section.querySelector(".narrative, .decision").textContent.toLowerCase(),
    items: [...section.querySelectorAll(".evidence > li[id]")].map((item) => ({
      item,
      text: [item, ...sourcesOf(item)].map((node) => node.textContent).join(" ").toLowerCase(),
      types: item.dataset.types.split(";"),
      consulted: item.dataset.consulted === "1",
    })),
    cells: [...section.querySelectorAll("tbody.cell")].map((body) => ({
      text: [...body.querySelectorAll("tr:not(.name)")].map((row) => row.cells[3].textContent).join(" ").toLowerCase(),
      cited: [...body.querySelectorAll(".agreed a")].map((link) => link.getAttribute("href").slice(1)),
    })),
  }));
}

function sourcesOf(item) {
  return [...item.querySelectorAll(".from a")].map((link) => byId(link.getAttribute("href").slice(1))).filter(Boolean);
}

function applyFilters(index, choices) {
  const narrowed = Boolean(choices.text || choices.type || choices.consulted);
  const totals = { cases: 0, items: 0, cells: 0 };
  index.forEach((entry) => {
    const counts = filterCase(entry, choices, narrowed);
    totals.cases += counts.shown ? 1 : 0;
    totals.items += counts.shown ? counts.items : 0;
    totals.cells += counts.shown ? counts.cells : 0;
  });
  hideEmptyGroups();
  const rest = narrowed ? `, with ${counted(totals.items, "item")} of evidence that pass the filter, behind ${counted(totals.cells, "cell")}` : "";
  byId("filter-found").hidden = !narrowed || totals.items === 0;
  byId("filter-found").querySelector("summary").textContent = `Read ${totals.items === 1 ? "this item" : "these items"}`;
  showFound(index);
  byId("filter-status").textContent = `${counted(totals.cases, "case")} of ${index.length} shown${rest}.`;
}

function filterCase(entry, choices, narrowed) {
  const { section, row } = entry;
  const named = !choices.text || entry.text.includes(choices.text);
  const passing = new Set();
  entry.items.forEach(({ item, text, types, consulted }) => {
    const pass = (!choices.type || types.includes(choices.type)) && (!choices.consulted || consulted)
      && (named || text.includes(choices.text));
    item.hidden = !pass;
    if (pass) passing.add(item.id);
  });
  const marks = entry.cells.map(({ text, cited }) => cited.some((id) => passing.has(id))
    || (Boolean(choices.text) && text.includes(choices.text) && !choices.type && !choices.consulted));
  const belongs = ["sample", "administration", "family"].every((key) => !choices[key] || section.dataset[key] === choices[key]);
  const shown = belongs && (!narrowed || passing.size > 0 || marks.includes(true));
  section.hidden = !shown;
  if (row) {
    row.hidden = !shown;
    [...row.querySelectorAll("a.c")].forEach((link, i) => {
      const off = narrowed && !marks[i] && !link.classList.contains("missing");
      link.classList.toggle("off", off);
    });
  }
  return { shown, items: passing.size, cells: marks.filter(Boolean).length };
}

// The items that pass, under the status; made only while the list is open.
function showFound(index) {
  const box = byId("filter-found");
  const passing = box.hidden || !box.open ? []
    : index.filter(({ section }) => !section.hidden).flatMap(({ section, items }) => items
      .filter(({ item }) => !item.hidden).map(({ item }) => [section.dataset.short, item]));
  const shown = passing.slice(0, MOST_FOUND).map(([name, item]) => {
    const copy = copyOf(item);
    copy.prepend(element("a", { href: `#${item.id}` }, element("bdi", {}, name)), " ");
    return copy;
  });
  if (passing.length > MOST_FOUND) shown.push(element("li", {}, `${passing.length - MOST_FOUND} more stand in the cases below.`));
  box.querySelector("ol").replaceChildren(...shown);
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
