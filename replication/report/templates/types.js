// Causal types in the page: the posterior of estimators/causal_types.py with fixed probabilities of clues, term by term.

const ADVERSE = 0;
const BENEFICIAL = 1;
// Cells by cause and outcome, and the two types that fit each: adverse 0, beneficial 1, chronic 2, destined 3.
const TYPE_CELLS = [[0, 0], [0, 1], [1, 0], [1, 1]];
const FITTING_TYPES = [[1, 2], [0, 3], [0, 2], [1, 3]];
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

function logGamma(x) {
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  const z = x - 1;
  const base = z + 7.5;
  const sum = LANCZOS.slice(1).reduce((total, c, i) => total + c / (z + i + 1), LANCZOS[0]);
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(base) - base + Math.log(sum);
}

function logBeta(a, b) {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

// Regularised incomplete beta function, by its continued fraction on the side where it converges fast.
function betaBelow(x, a, b) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaBelow(1 - x, b, a);
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1) || tiny);
  let value = d;
  for (let m = 1; m < 500; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let step = 1;
    [even, odd].forEach((term) => {
      d = 1 / (1 + term * d || tiny);
      c = 1 + term / c || tiny;
      step = c * d;
      value *= step;
    });
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return (Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b)) * value) / a;
}

// Cases: present, outcome, clues (1, 0 or null). Chances: for each clue its probability under beneficial and destined.
function typePosterior(cases, chances, shares, assignment) {
  const members = TYPE_CELLS.map(([x, y]) => cases.filter((one) => one.present === x && one.outcome === y));
  const pairs = members.map((own, place) => own.map((one) => (place === 3 ? clueChances(one.clues, chances) : [1, 1])));
  const weights = pairs.map((own) => splitWeights(own));
  const size = shares.reduce((sum, share) => sum + share, 0) + cases.length;
  const terms = [];
  let largest = -Infinity;
  eachSplit(members.map((own) => own.length), (split) => {
    const { totals, byCause } = typeCounts(split, members);
    if (totals.some((n, kind) => n > 0 && shares[kind] <= 0)) return;
    let log = split.reduce((sum, k, place) => sum + Math.log(weights[place][k]), 0);
    totals.forEach((n, kind) => { if (shares[kind] > 0) log += logGamma(shares[kind] + n) - logGamma(shares[kind]); });
    if (assignment) byCause.forEach(([absent, present]) => { log += logBeta(assignment[0] + present, assignment[1] + absent); });
    largest = Math.max(largest, log);
    terms.push({ split: [...split], log, a: shares[BENEFICIAL] + totals[BENEFICIAL], b: shares[ADVERSE] + totals[ADVERSE] });
  });
  terms.forEach((term) => { term.weight = Math.exp(term.log - largest); });
  const whole = terms.reduce((sum, term) => sum + term.weight, 0);
  terms.forEach((term) => { term.weight /= whole; });
  return {
    effect: terms.reduce((sum, { weight, a, b }) => sum + (weight * (a - b)) / size, 0),
    share: terms.reduce((sum, { weight, a }) => sum + (weight * a) / size, 0),
    positive: terms.reduce((sum, { weight, a, b }) => sum + weight * (b > 0 ? betaBelow(0.5, b, a) : 1), 0),
    cases: broughtAbout(members[3], pairs[3], weights[3], terms),
  };
}

function clueChances(clues, chances) {
  return [0, 1].map((kind) => clues.reduce((product, seen, i) => (
    seen === null ? product : product * (seen ? chances[i][kind] : 1 - chances[i][kind])), 1));
}

// Coefficients of the product of (second + first z): the weight of each number of cases of the first type.
function splitWeights(pairs) {
  return pairs.reduce((out, [first, second]) => {
    const next = new Array(out.length + 1).fill(0);
    out.forEach((value, k) => { next[k] += value * second; next[k + 1] += value * first; });
    return next;
  }, [1]);
}

function eachSplit(sizes, visit) {
  const split = sizes.map(() => 0);
  for (;;) {
    visit(split);
    let place = sizes.length - 1;
    while (place >= 0 && split[place] === sizes[place]) { split[place] = 0; place -= 1; }
    if (place < 0) return;
    split[place] += 1;
  }
}

function typeCounts(split, members) {
  const byCause = [0, 1, 2, 3].map(() => [0, 0]);
  split.forEach((k, place) => {
    const [first, second] = FITTING_TYPES[place];
    const [x] = TYPE_CELLS[place];
    byCause[first][x] += k;
    byCause[second][x] += members[place].length - k;
  });
  return { byCause, totals: byCause.map(([absent, present]) => absent + present) };
}

// Probability of each case with cause and outcome that the cause brought the outcome about.
function broughtAbout(own, pairs, weights, terms) {
  const chance = weights.map(() => 0);
  terms.forEach(({ split, weight }) => { chance[split[3]] += weight; });
  return own.map((one, i) => {
    const rest = splitWeights(pairs.filter((_, j) => j !== i));
    const value = chance.reduce((sum, p, k) => sum + (k > 0 && weights[k] > 0 ? (p * pairs[i][0] * rest[k - 1]) / weights[k] : 0), 0);
    return { ...one, probability: value };
  });
}

// What a reader's choices make of the beliefs: a prior share of cases brought about, and one strength for all clues.
function typeBeliefs(data, cause, chosen) {
  const others = (4 - 4 * chosen.prior) / 3;
  const shares = [chosen.monotonic ? 0 : others, 4 * chosen.prior, others, others];
  const chances = cause.clues.map(({ beneficial, destined }) => {
    if (chosen.strength === null) return [beneficial, destined];
    return beneficial > destined ? [chosen.strength, 1 - chosen.strength] : [1 - chosen.strength, chosen.strength];
  });
  const cases = cause.cases.map((one) => ({
    ...one, clues: chosen.read === "all" || (chosen.read === "traced" && one.marked) ? one.clues : one.clues.map(() => null),
  }));
  return typePosterior(cases, chances, shares, chosen.confounded ? data.assignment : null);
}

function startTypes(data) {
  const section = byId("section-types");
  if (!data.causes.length) {
    section.append(element("p", {}, "No case has both a cause and the outcome."));
    return;
  }
  byId("types-cause").append(...data.causes.map((cause) => element("option", { value: cause.cause }, cause.label)));
  byId("types-adverse").checked = !data.monotonic;
  byId("types-confounded").checked = data.confounded;
  byId("types-read").value = data.read;
  section.querySelectorAll("input, select").forEach((control) => control.addEventListener("input", () => showTypes(data)));
  byId("types-reset").addEventListener("click", () => {
    byId("types-prior").value = 0.25;
    byId("types-stated").checked = true;
    byId("types-strength").value = 0.75;
    byId("types-adverse").checked = !data.monotonic;
    byId("types-confounded").checked = data.confounded;
    byId("types-read").value = data.read;
    showTypes(data);
  });
  section.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  byId("types").hidden = false;
  showTypes(data);
}

function chosenTypes() {
  const stated = byId("types-stated").checked;
  byId("types-strength").disabled = stated;
  return {
    prior: Number(byId("types-prior").value),
    strength: stated ? null : Number(byId("types-strength").value),
    monotonic: !byId("types-adverse").checked,
    confounded: byId("types-confounded").checked,
    read: byId("types-read").value,
  };
}

function showTypes(data) {
  const cause = data.causes.find((one) => one.cause === byId("types-cause").value);
  const chosen = chosenTypes();
  const found = typeBeliefs(data, cause, chosen);
  byId("types-prior-value").textContent = shownNumber(chosen.prior, 2);
  byId("types-strength-value").textContent = chosen.strength === null ? "as stated" : shownNumber(chosen.strength, 2);
  const traced = found.cases.filter((one) => one.marked);
  const mean = traced.reduce((sum, one) => sum + one.probability, 0) / traced.length;
  const told = byId("types-told");
  told.dataset.effect = found.effect;
  told.dataset.positive = found.positive;
  told.dataset.share = found.share;
  told.textContent = `Average effect ${shownNumber(found.effect, 2)}, above zero with probability ${shownNumber(found.positive, 2)}. `
    + `Share brought about ${shownNumber(found.share, 2)}. `
    + (traced.length ? `Mean probability in the traced cases ${shownNumber(mean, 2)}.` : "No traced case has both.");
  byId("types-cases").replaceChildren(...found.cases.map((one) => element("tr", { "data-case": one.id, "data-probability": one.probability },
    element("th", { scope: "row" }, one.marked ? `${one.title} (traced)` : one.title),
    element("td", {}, shownNumber(one.probability, 2)),
    element("td", {}, element("meter", { min: 0, max: 1, value: one.probability, "aria-label": `Probability ${shownNumber(one.probability, 2)}` })))));
}
