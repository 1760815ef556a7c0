// The section "What if": codes that can be changed, and the models fitted to them as they stand.

const CLOSE_ENOUGH = 1e-6;
const ALPHA = 0.05;
const NEAR = 0.05;
const TEST_NAMES = { exact: "exact test", permutation: "permutation" };

function startWhatIf(data) {
  if (!data.models.length) {
    byId("section-what-if").append(element("p", {}, "No model of the specifications can be fitted in the page."));
    return { canOpen: () => false, open: () => {}, openScenario: () => {} };
  }
  // Only here, in the memory of the open page, live the changes: "case/variable" -> code or null.
  const state = { data, changes: new Map(), model: data.models[0], sample: "", cut: 0 };
  fillChoices(state);
  takeModel(state, data.models[0].model);
  byId("what-if-model").addEventListener("change", (event) => takeModel(state, event.target.value));
  byId("what-if-sample").addEventListener("change", (event) => { state.sample = event.target.value; showAll(state); });
  byId("what-if-cut").addEventListener("change", (event) => { state.cut = Number(event.target.value); showAll(state); });
  byId("what-if-reset").addEventListener("click", () => { state.changes.clear(); showAll(state); });
  byId("what-if-download").addEventListener("click", () => downloadText("what_if.yaml", changesAsYaml(state)));
  byId("what-if").querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  byId("what-if").hidden = false;
  return {
    canOpen: (variable) => data.models.some((model) => variablesOf(model).includes(variable))
      && data.variables[variable].codes.length > 0,
    open: (caseId, variable) => openCode(state, caseId, variable),
    openScenario: (address) => openScenario(state, address),
  };
}

function fillChoices(state) {
  const options = (entries) => entries.map(([value, text]) => element("option", { value }, text));
  byId("what-if-model").append(...options(state.data.models.map((m) => [m.model, `${m.model} ${m.label}`])));
  byId("what-if-sample").append(...options(state.data.samples.map((s) => [s.sample, s.label])));
}

function takeModel(state, name) {
  state.model = state.data.models.find((model) => model.model === name);
  state.sample = state.model.sample;
  state.cut = state.model.cut;
  const outcome = state.data.variables[state.model.outcome];
  const cuts = outcome.codes.slice(1).map(([code]) => element("option", { value: code }, `${outcome.short} \u2265 ${code}`));
  byId("what-if-cut").replaceChildren(...cuts);
  byId("what-if-model").value = name;
  showAll(state);
}

function variablesOf(model) {
  const used = model.terms.flatMap((term) => term.factors.map((factor) => factor.variable));
  return [...new Set([model.outcome, ...used])];
}

function casesOf(state) {
  const { values } = state.data.samples.find((entry) => entry.sample === state.sample);
  return state.data.cases.filter((entry) => values.includes(entry.sample));
}

// Code of a case as it stands: the reader's, or the released one.
function codeNow(changes, entry, variable) {
  const key = `${entry.id}/${variable}`;
  return changes.has(key) ? changes.get(key) : entry.values[variable];
}

function arraysNow(state, changes) {
  const outcome = [];
  const design = [];
  casesOf(state).forEach((entry) => {
    const code = (variable) => codeNow(changes, entry, variable);
    if (variablesOf(state.model).some((variable) => code(variable) === null)) return;
    outcome.push(code(state.model.outcome) >= state.cut ? 1 : 0);
    design.push(state.model.terms.map((term) => termValue(term, code)));
  });
  return { outcome, design };
}

function termValue(term, code) {
  return term.factors.reduce(
    (product, { variable, cut }) => product * (cut === null ? code(variable) : Number(code(variable) >= cut)), 1);
}

// The fit, and the tests that count: exact for every effect, permuted where the treatment stands alone.
function fitNow(state, changes) {
  const { outcome, design } = arraysNow(state, changes);
  const fit = fitFirth(outcome, design, state.model.terms.map((term) => term.term));
  const tests = {};
  state.model.terms.forEach(({ term }, column) => {
    if (fit.note || !state.model.effects.includes(term)) return;
    tests[term] = {
      exact: exactTest(outcome, design, column),
      permutation: design[0].length === 1 ? permutationTest(outcome, design.map((row) => row[column]))
        : null,
    };
  });
  return { fit, tests };
}

// Average over the cases of the predicted probability, were the first scale at each of its codes.
function probabilitiesNow(state, changes, fit, variable, codes) {
  if (fit.note) return codes.map(() => NaN);
  const cases = casesOf(state).filter((entry) => variablesOf(state.model).every((name) => codeNow(changes, entry, name) !== null));
  return codes.map(([value]) => {
    const all = cases.map((entry) => {
      const code = (name) => (name === variable ? value : codeNow(changes, entry, name));
      const index = state.model.terms.reduce((sum, term, j) => sum + fit.estimate[j + 1] * termValue(term, code), fit.estimate[0]);
      return 1 / (1 + Math.exp(-index));
    });
    return all.reduce((sum, value_) => sum + value_, 0) / all.length;
  });
}

function showAll(state) {
  byId("what-if-sample").value = state.sample;
  byId("what-if-cut").value = state.cut;
  byId("what-if-codes").replaceChildren(codesTable(state));
  showFit(state);
}

function showFit(state) {
  const released = fitNow(state, new Map());
  const differ = state.changes.size > 0;
  const now = differ ? fitNow(state, state.changes) : released;
  const states = [{ name: "released", words: "as released", ...released, changes: new Map() }];
  if (differ) states.push({ name: "changed", words: "with your changes", ...now, changes: state.changes });
  const parts = [
    fitDrawing(state, states),
    element("p", { class: "small", id: "what-if-sizes" }, sizesOf(state.model, released.fit, now.fit, differ)),
    scroller("Estimates", estimateTable(state.model, states)),
    probabilityPart(state, states),
  ];
  byId("what-if-result").replaceChildren(...parts.filter((part) => part !== null));
  byId("what-if-status").textContent = statusOf(state, released.fit, now.fit);
  byId("what-if-verdict").textContent = verdictsOf(state, states);
  byId("what-if-check").textContent = checkOf(state, released.fit);
  byId("what-if-link").setAttribute("href", `#${scenarioOf(state)}`);
  byId("what-if-reset").disabled = !differ;
  byId("what-if-download").disabled = !differ;
}

function scroller(label, table) {
  return element("div", { class: "scroll", role: "group", "aria-label": label, tabindex: "0" }, table);
}

function fitDrawing(state, states) {
  const size = (fit, i) => ({ estimate: fit.estimate[i], low: fit.confLow[i], high: fit.confHigh[i] });
  const rows = states[0].fit.terms.map((term, i) => ({
    label: termLabel(state.model, term), term,
    released: size(states[0].fit, i), chosen: states[1] ? size(states[1].fit, i) : null,
  })).filter(({ term }) => term !== "const");
  return fixedAxisDrawing(rows, state.model.axis, { released: "as released", chosen: "with your changes" });
}

function probabilityPart(state, states) {
  const variable = state.model.terms[0].factors[0].variable;
  const { codes, label } = state.data.variables[variable];
  if (!codes.length) return null;
  const rows = states.map(({ name, words, fit, changes }) => ({
    name, words, values: probabilitiesNow(state, changes, fit, variable, codes),
  }));
  return element("div", {},
    element("p", { class: "small", id: "what-if-probabilities" },
      `Probability that endorsement is sought, averaged over the cases, if all of them had this code. Scale: ${label}.`),
    scroller("Probabilities", probabilityTable(codes, rows)));
}

function statusOf(state, before, after) {
  const changed = state.changes.size ? `${counted(state.changes.size, "code")} changed. ` : "No code changed. ";
  if (after.note) return `${changed}No estimate: ${after.note}.`;
  const said = after.terms.flatMap((term, i) => {
    if (term === "const") return [];
    const was = state.changes.size && !before.note ? `, released ${shownNumber(before.estimate[i])}` : "";
    return [`${termLabel(state.model, term)}: ${shownNumber(after.estimate[i])} [${shownNumber(after.confLow[i])}, `
      + `${shownNumber(after.confHigh[i])}], ${pEquals(after.pValue[i])}${was}`];
  });
  return `${changed}${said.join("; ")}.`;
}

// The verdict on each claim that the model speaks to, by the rule of the answers from the tests made here.
function verdictsOf(state, states) {
  const said = state.model.predictions.map(({ claim, term, expected }) => {
    const words = states.map((one) => verdictOf(one, term, expected));
    const label = termLabel(state.model, term).toLowerCase();
    return `${claim}, ${label}: ${words.at(-1)}${words.length > 1 ? ` (as released: ${words[0]})` : ""}`;
  });
  return said.length ? `Verdict by the tests made here, without the wild bootstrap: ${said.join("; ")}.` : "No claim is judged by this model.";
}

function verdictOf({ fit, tests }, term, expected) {
  const i = fit.terms.indexOf(term);
  if (!Number.isFinite(fit.estimate[i])) return "no answer";
  const interval = below(0, fit.confLow[i]) || below(fit.confHigh[i], 0);
  const others = Object.entries(tests[term] || {}).filter(([, test]) => Number.isFinite(test?.p));
  const tell = [interval, ...others.map(([, { p }]) => below(p, ALPHA))];
  const telling = tell.filter(Boolean).length;
  const rest = `${telling} of ${tell.length} tests tell it from no effect`;
  if (telling) {
    const side = fit.estimate[i] * expected > 0 ? "for" : "against";
    return `${telling === tell.length ? "" : "leans "}${side}, ${rest}`;
  }
  const unable = others.filter(([, { smallest }]) => !below(smallest, ALPHA));
  const direction = directionOf(fit.estimate[i] * expected, fit.confHigh[i] - fit.confLow[i]);
  if (!unable.length) return `undecided, ${direction}, ${rest}`;
  const least = unable.map(([name, { smallest }]) => `the ${TEST_NAMES[name]} could give no p-value under ${shownP(smallest)}`);
  return `cannot decide, ${direction}: ${least.join(", ")}, whatever the outcomes of these cases`;
}

// Where an estimate lies that no test tells from no effect; nearer than a twentieth of its interval is level.
function directionOf(distance, width) {
  if (Math.abs(distance) <= Math.max(NEAR * (Number.isFinite(width) ? width : 0), TOLERANCE)) return "the estimate is level";
  return `the estimate points ${distance > 0 ? "towards" : "against"} it`;
}

// Whether the page's own arithmetic gives what the package wrote to the estimates file.
function checkOf(state, before) {
  const rows = state.data.released.filter((row) => row.model === state.model.model && row.sample === state.sample);
  if (!rows.length || state.cut !== state.model.cut) return "For this choice the package has written no estimate to compare with.";
  const names = [["estimate", "estimate"], ["p_value", "pValue"], ["conf_low", "confLow"], ["conf_high", "confHigh"]];
  const gaps = rows.flatMap((row) => names.map(([name, field]) => {
    const [theirs, own] = [row[name], before[field][before.terms.indexOf(row.term)]];
    if (theirs === null) return Number.isFinite(own) ? Infinity : 0;
    return Math.abs(own - theirs) / Math.max(1, Math.abs(theirs));
  }));
  const gap = Math.max(...gaps.map((value) => (Number.isNaN(value) ? Infinity : value)));
  return gap < CLOSE_ENOUGH
    ? `Checked: with the released codes the page finds the package\u2019s own figures to six digits (${counted(rows.length, "term")}).`
    : "Not equal to the package\u2019s figures: with the released codes the page finds other numbers than the estimates file holds.";
}

function codesTable(state) {
  const variables = variablesOf(state.model);
  const heads = variables.map((name) => element("th", { scope: "col" }, state.data.variables[name].short));
  return element("table", { class: "what-if-codes" },
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Case"), ...heads)),
    element("tbody", {}, ...casesOf(state).map((entry) => element("tr", {},
      element("th", { scope: "row" }, element("bdi", {}, entry.title)),
      ...variables.map((name) => codeCell(state, entry, name))))));
}

function codeCell(state, entry, name) {
  const variable = state.data.variables[name];
  if (!variable.codes.length) return element("td", {}, entry.values[name] === null ? "\u2013" : String(entry.values[name]));
  const now = codeNow(state.changes, entry, name);
  const choices = [["", "not coded"], ...variable.codes];
  const select = element("select", { "aria-label": `${entry.title}: ${variable.label}`, "data-cell": `${entry.id}/${name}` },
    ...choices.map(([code, text]) => element("option", { value: code, selected: String(now ?? "") === String(code) }, text)));
  const was = element("small", {});
  const cell = element("td", {}, select, was);
  markChange(state, entry, name, cell);
  select.addEventListener("change", () => {
    const code = select.value === "" ? null : Number(select.value);
    const key = `${entry.id}/${name}`;
    if (code === entry.values[name]) state.changes.delete(key);
    else state.changes.set(key, code);
    markChange(state, entry, name, cell);
    showFit(state);
  });
  return cell;
}

function markChange(state, entry, name, cell) {
  const changed = state.changes.has(`${entry.id}/${name}`);
  cell.classList.toggle("changed", changed);
  cell.querySelector("small").textContent = changed ? `released: ${entry.values[name] === null ? "not coded" : signedCode(entry.values[name])}` : "";
}

// Bring the code of one cell before the reader, in a model and sample that use it.
function openCode(state, caseId, variable) {
  if (!variablesOf(state.model).includes(variable)) {
    takeModel(state, state.data.models.find((model) => variablesOf(model).includes(variable)).model);
  }
  if (!casesOf(state).some((entry) => entry.id === caseId)) {
    const { sample } = state.data.cases.find((entry) => entry.id === caseId);
    state.sample = (state.data.samples.find((entry) => entry.values.includes(sample)) || { sample: state.sample }).sample;
    showAll(state);
  }
  const select = byId("what-if-codes").querySelector(`[data-cell="${CSS.escape(`${caseId}/${variable}`)}"]`);
  if (select) {
    select.scrollIntoView({ block: "center" });
    select.focus();
  }
}

// The changes in the form of the case files, so that they can be pasted there.
function changesAsYaml(state) {
  const after = fitNow(state, state.changes).fit;
  const lines = [
    "# Codes changed in the report. Nothing has been stored: to make them part of the data, put each code",
    "# into data/raw/cases/<case_id>.yaml with its reason and evidence, and run `make all`.",
    `# ${state.model.model}, sample ${state.sample}, outcome ${state.model.outcome} >= ${state.cut}: `
      + (after.note ? `no estimate, ${after.note}` : `N = ${after.nobs}`),
    ...(after.note ? [] : after.terms.map((term, i) => `#   ${term}: ${after.estimate[i]} [${after.confLow[i]}, ${after.confHigh[i]}], p = ${after.pValue[i]}`)),
  ];
  state.data.cases.forEach((entry) => {
    const own = [...state.changes].filter(([key]) => key.startsWith(`${entry.id}/`));
    if (!own.length) return;
    lines.push(`- case_id: ${entry.id}`, "  codings:", "    agreed:", "      case:");
    own.forEach(([key, code]) => {
      const name = key.slice(entry.id.length + 1);
      lines.push(`        ${name}: {code: ${code}}  # released: ${entry.values[name]}`);
    });
  });
  return `${lines.join("\n")}\n`;
}

function downloadText(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  const link = element("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
