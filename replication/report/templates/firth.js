// Firth's penalised logit: estimates, profile penalised-likelihood intervals and penalised
// likelihood-ratio p-values. The criterion is the log-likelihood plus half the log determinant of
// the information (Firth 1993, Biometrika 80: 27-38; Heinze and Schemper 2002, Statistics in
// Medicine 21: 2409-2419). The page's tests hold it against the package's own estimator.

const ROUNDS = 5;
const HIGHER = 1e-8;

// outcome: zeros and ones; design: rows of values without a constant; terms: a name a column.
// The answer has one entry a term, the constant first; NaN with a reason in `note` where nothing
// can be estimated.
function fitFirth(outcome, design, terms) {
  const rows = design.map((row) => [1, ...row]);
  const names = ["const", ...terms];
  const reason = whyNoFit(outcome, rows, names);
  const problem = { outcome, rows };
  const best = reason ? null : maximise(problem, new Float64Array(names.length), -1);
  if (!best || !best.converged) return failedFit(names, outcome, reason || "the fit did not converge");
  const covariance = inverse(best.information);
  const ends = profileEnds(problem, best, covariance);
  const found = ends.flat().filter((end) => end.converged).map((end) => end.beta);
  const statistics = names.map((_, term) => likelihoodRatio(problem, best, covariance, term, found));
  const limit = (side) => names.map((_, term) => (ends[term][side].converged ? ends[term][side].beta[term] : NaN));
  return {
    terms: names,
    estimate: Array.from(best.beta),
    pValue: statistics.map(chiSquaredTail),
    confLow: limit(0),
    confHigh: limit(1),
    nobs: rows.length,
    nEvents: outcome.reduce((sum, y) => sum + y, 0),
    note: "",
  };
}

function failedFit(names, outcome, note) {
  const blank = names.map(() => NaN);
  const nEvents = outcome.reduce((sum, y) => sum + y, 0);
  return {
    terms: names, estimate: blank, pValue: blank, confLow: blank, confHigh: blank, nobs: outcome.length, nEvents, note,
  };
}

function likelihoodRatio(problem, best, covariance, term, starts) {
  const restricted = highest(problem, [best.beta, ...starts], covariance, term, 0);
  if (!restricted || best.value - restricted.value < -HIGHER) return NaN;
  return Math.max(0, 2 * (best.value - restricted.value));
}

// Where each profile has fallen by half the 95 % quantile, as [lower, upper] a term. On separated
// data a coefficient held fixed can leave several maxima, and following one outwards may miss the
// highest: so every end is looked at again from the ends of all other profiles.
function profileEnds(problem, best, covariance) {
  const ends = Array.from(best.beta, (_, term) =>
    [-1, 1].map((side) => profileEnd(problem, best, covariance, term, side, best)));
  for (let round = 0; round < ROUNDS; round += 1) {
    const starts = [best, ...ends.flat().filter((end) => end.converged)].map((end) => end.beta);
    let changed = false;
    ends.forEach((pair, term) => pair.forEach((end, i) => {
      if (!end.converged) return;
      const higher = highest(problem, starts, null, term, end.beta[term]);
      if (!higher || higher.value <= end.value + HIGHER) return;
      pair[i] = profileEnd(problem, best, covariance, term, i ? 1 : -1, higher);
      changed = true;
    }));
    if (!changed) break;
  }
  return ends;
}

// Highest maximum found with one coefficient held at a value, from several starting points and zero.
function highest(problem, starts, covariance, term, value) {
  const zero = new Float64Array(starts[0].length);
  const tries = [zero, ...starts].map((beta) => moved(beta, null, term, value));
  if (covariance) tries.push(moved(starts[0], covariance, term, value));
  const points = tries.map((beta) => maximise(problem, beta, term)).filter((point) => point && point.converged);
  return points.reduce((top, point) => (top && top.value >= point.value ? top : point), null);
}

// Coefficients with one of them set; the others move with it where their covariance is given.
function moved(beta, covariance, term, value) {
  const change = value - beta[term];
  const out = covariance
    ? Float64Array.from(beta, (b, j) => b + (change * covariance[term][j]) / covariance[term][term])
    : Float64Array.from(beta);
  out[term] = value;
  return out;
}

// Newton's method on the root of twice the fall, which is close to linear in the coefficient; a
// bracket keeps it safe.
function profileEnd(problem, best, covariance, term, side, start) {
  const target = Math.sqrt(CHI_SQUARED_95);
  const centre = best.beta[term];
  let point = start;
  let [inside, outside] = [0, Infinity];
  let distance = side * (start.beta[term] - centre);
  if (!(distance > 0)) distance = target * Math.sqrt(covariance[term][term]);
  for (let n = 0; n < 80; n += 1) {
    const next = maximise(problem, moved(point.beta, covariance, term, centre + side * distance), term);
    if (!next || !next.converged) break;
    point = next;
    const root = Math.sqrt(Math.max(0, 2 * (best.value - point.value)));
    if (root < target) inside = Math.max(inside, distance);
    else outside = Math.min(outside, distance);
    // The slope of a profile is the score of its fixed coefficient.
    const fall = -side * point.score[term];
    const change = fall > 0 ? ((target - root) * root) / fall : Infinity;
    if (Math.abs(change) < 1e-11 * (1 + distance)) return point;
    distance = withinBracket(distance + change, inside, outside);
  }
  return { ...point, converged: false };
}

function withinBracket(proposal, inside, outside) {
  const open = outside === Infinity;
  if (inside < proposal && proposal < outside) return open && inside > 0 ? Math.min(proposal, 4 * inside) : proposal;
  return open ? 2 * inside : (inside + outside) / 2;
}
