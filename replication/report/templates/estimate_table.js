// The table and the drawing of two fits of one model: as released, and with the reader's changes.

const TESTS = [["p_value", "p, Firth"], ["exact", "p, exact"], ["permutation", "p, permuted"]];

function estimateTable(model, fits) {
  const heads = ["Term", "Codes", "Log-odds", ...TESTS.map(([, head]) => head)];
  const rows = fits[0].fit.terms.flatMap((term, i) => fits.map(({ name, words, fit, tests }) => element(
    "tr", { "data-term": term, "data-state": name },
    element("th", { scope: "row" }, termLabel(model, term)),
    element("td", {}, words),
    element("td", {}, ...estimateParts(fit, i)),
    element("td", {}, exact(fit.pValue[i], shownP, "p_value")),
    ...["exact", "permutation"].map((test) => testCell(tests[term]?.[test], test)),
  )));
  return element(
    "table",
    { class: "estimates", "aria-labelledby": "what-if-sizes" },
    element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
    element("tbody", {}, ...rows),
  );
}

function testCell(test, name) {
  if (!test) return element("td", {}, MISSING);
  if (test.note) return element("td", { title: test.note }, MISSING, element("small", {}, ` ${test.note}`));
  return element("td", {}, exact(test.p, shownP, name), element("small", {}, ` least ${shownP(test.smallest)}`));
}

function sizesOf(model, before, after, differ) {
  return `${model.model} ${model.label}: log-odds with 95 % intervals. As released: ${sizeOf(before)}.`
    + (differ ? ` With your changes: ${sizeOf(after)}.` : "")
    + " Least: the smallest p-value that the test could have reached with these codes. A permutation is counted only where"
    + " a term stands alone; beside others the package samples it, and the page does not.";
}

function sizeOf(fit) {
  return fit.note ? `no estimate, ${fit.note}` : `N = ${shownCount(fit.nobs)}, ${shownCount(fit.nEvents)} with the outcome`;
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

// Probabilities at each code of a scale, as released and with the changes.
function probabilityTable(codes, states) {
  return element(
    "table", { class: "estimates probabilities", "aria-labelledby": "what-if-probabilities" },
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Codes"),
      ...codes.map(([, words]) => element("th", { scope: "col" }, words)))),
    element("tbody", {}, ...states.map(({ name, words, values }) => element("tr", { "data-state": name },
      element("th", { scope: "row" }, words),
      ...values.map((value) => element("td", {}, exact(value, shownNumber, "probability")))))),
  );
}

// Dots and intervals on an axis that stays where it is; the table beside it says the same in numbers. The released
// interval lies under the other one; what goes on beyond the axis ends in an arrow.
function fixedAxisDrawing(rows, [low, high], words) {
  const [left, width, step] = [12, 560, 48];
  const x = (value) => left + ((Math.max(low, Math.min(high, value)) - low) / (high - low)) * width;
  const bottom = rows.length * step + 4;
  const chosen = rows.some((row) => row.chosen);
  const every = [0.5, 1, 2, 5, 10, 20, 50].find((size) => (high - low) / size <= 9) || (high - low) / 4;
  const ticks = [];
  for (let value = Math.ceil(low / every) * every; value <= high + 1e-9; value += every) ticks.push(value);
  const legend = (at, name, text) => shape("g", { class: name },
    shape("circle", { cx: at, cy: bottom + 34, r: 4.5 }), shape("text", { x: at + 10, y: bottom + 38, class: "legend" }, text));
  return shape(
    "svg",
    { viewBox: `0 0 ${left + width + 14} ${bottom + 46}`, class: "forest", "aria-hidden": "true", "data-low": low, "data-high": high },
    shape("line", { x1: x(0), x2: x(0), y1: 2, y2: bottom, class: "zero" }),
    shape("line", { x1: left, x2: left + width, y1: bottom, y2: bottom, class: "axis" }),
    ...ticks.map((value) => shape("text", { x: x(value), y: bottom + 15, "text-anchor": "middle", class: "legend" }, shownNumber(value, every < 1 ? 1 : 0))),
    ...rows.flatMap(({ label, released, chosen: now }, row) => [
      shape("text", { x: left, y: row * step + 18, class: "label" }, label),
      intervalMark(released, x, row * step + 39, "released", [low, high]),
      now ? intervalMark(now, x, row * step + 29, "changed", [low, high]) : null,
    ]).filter((part) => part !== null),
    legend(left + 6, "released", words.released),
    ...(chosen ? [legend(left + 165, "changed", words.chosen)] : []),
  );
}

function intervalMark({ estimate, low, high }, x, y, name, [first, last]) {
  if (!Number.isFinite(estimate)) return null;
  const ends = [Number.isFinite(low) ? low : -Infinity, Number.isFinite(high) ? high : Infinity];
  const arrow = (at, side) => shape("path", { d: `M ${at} ${y - 4} l ${6 * side} 4 l ${-6 * side} 4 z` });
  return shape("g", { class: name },
    shape("line", { x1: x(ends[0]), x2: x(ends[1]), y1: y, y2: y }),
    shape("circle", { cx: x(estimate), cy: y, r: 4.5 }),
    ends[0] < first ? arrow(x(first), -1) : null,
    ends[1] > last ? arrow(x(last), 1) : null);
}
