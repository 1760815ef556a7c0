// The matrix and the panel that opens on a cell. Every cell has an address, which opens it.

const WIDE = window.matchMedia("(min-width: 76rem)");

function startExplorer(whatIf) {
  const panel = byId("cell");
  const explorer = { panel, whatIf, open: "" };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const id = decodeURIComponent(link.getAttribute("href").slice(1));
    if (!isCell(id)) {
      // The browser says nothing when the address stays as it is.
      if (pointedId() === id) followAddress(explorer);
      return;
    }
    event.preventDefault();
    if (pointedId() !== id) window.history.pushState(null, "", `#${id}`);
    openCell(explorer, id);
  });
  window.addEventListener("hashchange", () => followAddress(explorer));
  window.addEventListener("popstate", () => followAddress(explorer));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && explorer.open && !event.defaultPrevented) { event.preventDefault(); leaveCell(explorer); }
  });
  panel.addEventListener("cancel", (event) => { event.preventDefault(); leaveCell(explorer); });
  startMatrixKeys(byId("matrix"));
  followAddress(explorer);
  // Once all is loaded a browser scrolls to the address by itself and takes the focus from where it was put.
  window.addEventListener("load", () => setTimeout(() => {
    if (pointedId() && document.activeElement === document.body) followAddress(explorer);
  }));
}

// Every cell stands in the matrix, also where its case has not been opened.
function isCell(id) {
  return matrixLink(id) !== null;
}

function followAddress(explorer) {
  const id = pointedId();
  if (isCell(id)) { openCell(explorer, id); return; }
  closePanel(explorer);
  if (isScenario(id)) explorer.whatIf.openScenario(id);
  const target = located(isScenario(id) ? "section-what-if" : id);
  if (target) goTo(target);
}

function openCell(explorer, id) {
  const { panel } = explorer;
  explorer.open = id;
  panel.replaceChildren(...cellView(located(id), (caseId, name) => cellActions(explorer, caseId, name)));
  panel.querySelectorAll(".card p:nth-child(2), .evidence > li > bdi, .evidence > li > q, .sources bdi")
    .forEach((part) => markHits(part, filterChoices().words));
  document.documentElement.classList.add("reading");
  if (!panel.open) {
    if (WIDE.matches) panel.show();
    else panel.showModal();
  }
  panel.scrollTop = 0;
  markOpen(id);
  byId("cell-title").focus({ preventScroll: true });
}

function cellActions(explorer, caseId, name) {
  const button = (text, act, disabled = false, label = null) => {
    const made = element("button", { type: "button", disabled, "aria-label": label }, text);
    made.addEventListener("click", act);
    return made;
  };
  const link = matrixLink(explorer.open);
  const step = (across, down) => matrixNeighbour(link, across, down)?.getAttribute("href").slice(1);
  const go = (text, label, target) => button(text, () => goToCell(explorer, target, text), !target, label);
  return [
    button("Close", () => leaveCell(explorer)),
    go("\u2191 Case", "Previous case", step(0, -1)),
    go("\u2193 Case", "Next case", step(0, 1)),
    go("\u2190 Variable", "Previous variable", step(-1, 0)),
    go("\u2192 Variable", "Next variable", step(1, 0)),
    ...(explorer.whatIf.canOpen(name) ? [button("Try another code", () => tryCode(explorer, caseId, name))] : []),
    element("a", { href: `#${caseId}` }, "Whole case"),
  ];
}

// Going on with a button keeps the keyboard on that button.
function goToCell(explorer, id, text) {
  window.history.pushState(null, "", `#${id}`);
  openCell(explorer, id);
  const same = [...explorer.panel.querySelectorAll("button")].find((button) => button.textContent === text);
  if (same && !same.disabled) same.focus();
}

function tryCode(explorer, caseId, name) {
  closePanel(explorer);
  window.history.pushState(null, "", "#section-what-if");
  explorer.whatIf.open(caseId, name);
}

function leaveCell(explorer) {
  const link = matrixLink(explorer.open);
  closePanel(explorer);
  window.history.pushState(null, "", window.location.pathname + window.location.search);
  if (link) { link.scrollIntoView({ block: "nearest", inline: "nearest" }); focusCell(link); }
}

function closePanel(explorer) {
  if (explorer.panel.open) explorer.panel.close();
  explorer.panel.replaceChildren();
  document.documentElement.classList.remove("reading");
  explorer.open = "";
  markOpen("");
}

function markOpen(id) {
  byId("matrix").querySelectorAll("a[aria-current]").forEach((link) => link.removeAttribute("aria-current"));
  matrixLink(id)?.setAttribute("aria-current", "true");
}

function matrixLink(id) {
  return id ? byId("matrix").querySelector(`a.c[href="#${CSS.escape(id)}"]`) : null;
}

// One stop for the Tab key; arrows, Home, End and Page keys move within.
function startMatrixKeys(matrix) {
  const links = [...matrix.querySelectorAll("a.c")];
  links.forEach((link, i) => { link.tabIndex = i ? -1 : 0; });
  const moves = {
    ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
    Home: [-Infinity, 0], End: [Infinity, 0], PageUp: [0, -10], PageDown: [0, 10],
  };
  matrix.addEventListener("keydown", (event) => {
    const link = event.target.closest("a.c");
    if (!link || !moves[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const next = matrixNeighbour(link, ...moves[event.key]);
    if (next) focusCell(next);
  });
  matrix.addEventListener("focusin", (event) => {
    if (event.target.matches("a.c")) setStop(event.target);
  });
}

function focusCell(link) {
  setStop(link);
  link.focus();
}

function setStop(link) {
  byId("matrix").querySelectorAll('a.c[tabindex="0"]').forEach((stop) => { stop.tabIndex = -1; });
  link.tabIndex = 0;
}

// The shown cell so many columns and rows away, held within the matrix; null when that is no other one.
function matrixNeighbour(link, across, down) {
  if (!link) return null;
  const rows = [...byId("matrix").querySelectorAll("tr[data-case]")].filter((row) => !row.hidden);
  const row = link.closest("tr");
  const columns = [...row.querySelectorAll("a.c")];
  const within = (place, length) => Math.max(0, Math.min(length - 1, place));
  const y = within(rows.indexOf(row) + down, rows.length);
  const x = within(columns.indexOf(link) + across, columns.length);
  const next = rows[y]?.querySelectorAll("a.c")[x];
  return next && next !== link ? next : null;
}
