// One cell opened: what each pass coded and why, the evidence cited, and what was not cited.

function cellView(body, actions) {
  const [caseId, name] = body.id.split("/");
  const title = byId(caseId).dataset.short;
  const label = body.querySelector(".name th").firstChild.textContent.trim();
  const rows = [...body.querySelectorAll("tr:not(.name)")];
  const cited = citations(rows);
  const items = [...byId(caseId).querySelectorAll(".evidence > li[id]")];
  const others = items.filter((item) => !cited.has(item.id) && bearsOn(item, body.id));
  return [
    element("div", {},
      element("h2", { id: "cell-title", tabindex: "-1" }, element("bdi", {}, title), `: ${label}`),
      element("p", { class: "small" }, "Address: ", element("a", { href: `#${body.id}` }, `#${body.id}`)),
      element("div", { class: "buttons" }, ...actions(caseId, name))),
    element("h3", {}, "Codes"),
    ...(rows.length ? rows.map(codingCard) : [element("p", {}, "Nobody has coded this cell.")]),
    element("h3", {}, `Evidence cited (${cited.size})`),
    element("ol", { class: "evidence" }, ...items.filter((item) => cited.has(item.id)).map((item) => itemCard(item, cited.get(item.id)))),
    others.length ? element("details", {},
      element("summary", {}, `Bears on this cell, not cited (${others.length})`),
      element("ol", { class: "evidence" }, ...others.map((item) => itemCard(item, [])))) : null,
    element("details", {}, element("summary", {}, "Scale and rule"),
      ...[...copyOf(located(`variable/${body.dataset.variable}`)).children]),
  ].filter((part) => part !== null);
}

// Id of an item -> the codings that cite it.
function citations(rows) {
  const cited = new Map();
  rows.forEach((row) => {
    const coder = row.cells[0].textContent;
    itemsOf(row, rows).querySelectorAll("a").forEach((link) => {
      const id = link.getAttribute("href").slice(1);
      cited.set(id, [...(cited.get(id) || []), coder]);
    });
  });
  return cited;
}

// Where a pass cites the items that the agreed coding cites, they stand there only.
function itemsOf(row, rows) {
  return (row.querySelector(".same") ? rows.find((other) => other.matches(".agreed")) : row).cells[4];
}

function bearsOn(item, address) {
  return [...item.querySelectorAll(".about a")].some((link) => link.getAttribute("href") === `#${address}`);
}

function codingCard(row) {
  const [coder, code, confidence, why, items] = [...row.cells].map((cell) => [...copyOf(cell).childNodes]);
  return element("div", { class: `card ${row.className}` },
    element("p", {}, element("b", {}, ...coder), ": ", element("strong", {}, ...code),
      ...(row.cells[2].textContent ? [" \u00b7 confidence ", ...confidence] : [])),
    element("p", {}, ...why),
    row.cells[4].textContent ? element("p", { class: "small" }, "Cites ", ...items) : null);
}

function itemCard(item, coders) {
  const copy = copyOf(item);
  const sources = [...item.querySelectorAll(".from a")]
    .map((link) => byId(link.getAttribute("href").slice(1)))
    .filter((source) => source !== null);
  copy.querySelector(".about")?.remove();
  if (sources.length) copy.append(element("ul", { class: "sources" }, ...sources.map(copyOf)));
  if (coders.length) copy.append(element("p", { class: "small" }, `Cited by: ${coders.join(", ")}.`));
  return copy;
}
