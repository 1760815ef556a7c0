// The table and the drawing of two fits of one model: as released, and with the reader's changes.

function estimateTable(model, before, after) {
  const heads = ["Term", "As released", "p", "With your changes", "p"];
  return element(
    "table",
    { class: "estimates", "aria-labelledby": "what-if-sizes" },
    element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
    element("tbody", {}, ...after.terms.map((term, i) => estimateRow(model, term, i, before, after))),
  );
}

function sizesOf(model, before, after, differ) {
  return `${model.model} ${model.label}: log-odds with 95 % intervals. As released: ${sizeOf(before)}.`
    + (differ ? ` With your changes: ${sizeOf(after)}.` : "");
}

function sizeOf(fit) {
  return fit.note ? `no estimate, ${fit.note}` : `N = ${fit.nobs}, ${fit.nEvents} with the outcome`;
}

function estimateRow(model, term, i, before, after) {
  const cells = [before, after].flatMap((fit, which) => [
    element("td", {}, ...estimateParts(fit, i)),
    element("td", {}, exact(fit.pValue[i], shownP, which ? "p_value" : "released_p_value")),
  ]);
  return element("tr", { "data-term": term }, element("th", { scope: "row" }, termLabel(model, term)), ...cells);
}

function termLabel(model, term) {
  const known = model.terms.find((entry) => entry.term === term);
  return known ? known.label : "Constant";
}

function estimateParts(fit, i) {
  return [
    exact(fit.estimate[i], shownNumber, "estimate"), " [",
    exact(fit.confLow[i], shownNumber, "conf_low"), ", ",
    exact(fit.confHigh[i], shownNumber, "conf_high"), "]",
  ];
}

// The number as shown, with all its digits as the element's value.
function exact(value, show, name) {
  return element("data", { value: Number.isFinite(value) ? String(value) : "", "data-name": name }, show(value));
}

// Dots and intervals; the table beside it says the same in numbers.
function estimateDrawing(model, before, after, differ) {
  const terms = after.terms.map((term, i) => [term, i]).filter(([term]) => term !== "const");
  const finite = terms
    .flatMap(([, i]) => [before, after].flatMap((fit) => [fit.confLow[i], fit.confHigh[i], fit.estimate[i]]))
    .filter(Number.isFinite);
  if (!finite.length) return null;
  const low = Math.min(0, ...finite);
  const high = Math.max(0, ...finite);
  const [left, width, step] = [190, 390, 44];
  const x = (value) => left + ((value - low) / (high - low || 1)) * width;
  const height = terms.length * step + 24;
  const legend = (y, name, words) => shape("g", { class: name },
    shape("circle", { cx: 6, cy: y - 4, r: 4.5 }), shape("text", { x: 16, y, class: "legend" }, words));
  const rows = terms.flatMap(([term, i], row) => [
    shape("text", { x: left - 12, y: row * step + 26, "text-anchor": "end" }, termLabel(model, term)),
    intervalMark(before, i, x, row * step + 16, "released"),
    differ ? intervalMark(after, i, x, row * step + 28, "changed") : null,
  ]);
  return shape(
    "svg",
    { viewBox: `0 0 ${left + width + 10} ${height}`, class: "forest", "aria-hidden": "true" },
    shape("line", { x1: x(0), x2: x(0), y1: 4, y2: height - 18, class: "zero" }),
    shape("text", { x: x(0), y: height - 4, "text-anchor": "middle" }, "0"),
    ...rows.filter((row) => row !== null),
    legend(height - 4, "released", "as released"),
    differ ? legend(height - 20, "changed", "with your changes") : null,
  );
}

function intervalMark(fit, i, x, y, name) {
  if (!Number.isFinite(fit.estimate[i])) return null;
  const parts = [shape("circle", { cx: x(fit.estimate[i]), cy: y, r: 4.5 })];
  if (Number.isFinite(fit.confLow[i]) && Number.isFinite(fit.confHigh[i])) {
    parts.push(shape("line", { x1: x(fit.confLow[i]), x2: x(fit.confHigh[i]), y1: y, y2: y }));
  }
  return shape("g", { class: name }, ...parts);
}
