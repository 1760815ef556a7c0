// Firth's penalised logit: estimates, profile penalised-likelihood intervals and penalised
// likelihood-ratio p-values. The criterion is the log-likelihood plus half the log determinant of
// the information (Firth 1993, Biometrika 80: 27-38; Heinze and Schemper 2002, Statistics in
// Medicine 21: 2409-2419). The page's tests hold it against the package's own estimator.

const MAX_STEPS = 400;
const RANK_TOLERANCE = 1e-9;

// outcome: zeros and ones; design: rows of values without a constant; terms: a name a column.
// The answer has one entry a term, the constant first; NaN with a reason in `note` where nothing
// can be estimated.
function fitFirth(outcome, design, terms) {
  const rows = design.map((row) => [1, ...row]);
  const names = ["const", ...terms];
  const events = outcome.reduce((sum, y) => sum + y, 0);
  const reason = whyNotEstimable(rows, names);
  const fit = reason ? null : maximise(outcome, rows, new Float64Array(names.length), -1);
  if (!fit || !fit.converged) {
    return failedFit(names, rows.length, events, reason || "the fit did not converge");
  }
  const tests = names.map((_, term) => likelihoodRatio(outcome, rows, fit, term));
  const limits = names.map((_, term) => [-1, 1].map((side) => profileLimit(outcome, rows, fit, term, side)));
  return {
    terms: names,
    estimate: Array.from(fit.beta),
    pValue: tests.map(chiSquaredTail),
    confLow: limits.map((pair) => pair[0]),
    confHigh: limits.map((pair) => pair[1]),
    nobs: rows.length,
    nEvents: events,
    note: "",
  };
}

function failedFit(names, nobs, nEvents, note) {
  const blank = names.map(() => NaN);
  return { terms: names, estimate: blank, pValue: blank, confLow: blank, confHigh: blank, nobs, nEvents, note };
}

function whyNotEstimable(rows, names) {
  if (rows.length < names.length) return `${rows.length} cases are fewer than ${names.length} terms`;
  const scale = names.map((_, j) => Math.max(...rows.map((row) => Math.abs(row[j]))) || 1);
  const kept = [];
  const faults = [];
  names.forEach((name, j) => {
    const column = Float64Array.from(rows, (row) => row[j] / scale[j]);
    // Twice: one sweep of Gram-Schmidt leaves rounding error behind.
    for (let sweep = 0; sweep < 2; sweep += 1) {
      kept.forEach((unit) => {
        const share = dot(unit, column);
        column.forEach((value, i) => { column[i] = value - share * unit[i]; });
      });
    }
    const length = Math.sqrt(dot(column, column));
    if (length > RANK_TOLERANCE * Math.sqrt(rows.length)) kept.push(column.map((value) => value / length));
    else faults.push(name);
  });
  return faults.length ? `${faults.join(" and ")}: constant or determined by the other terms` : "";
}

// Value, modified score and information of the criterion at beta; null where it is not finite.
function criterion(outcome, rows, beta) {
  const index = rows.map((row) => dot(row, beta));
  const p = index.map((v) => 1 / (1 + Math.exp(-v)));
  const weights = index.map((v, i) => p[i] / (1 + Math.exp(v)));
  const root = cholesky(weightedCrossProduct(rows, weights));
  if (!root) return null;
  let value = 0;
  index.forEach((v, i) => { value += outcome[i] * v - Math.max(v, 0) - Math.log1p(Math.exp(-Math.abs(v))); });
  root.forEach((row, i) => { value += Math.log(row[i]); });
  const leverage = rows.map((row, i) => {
    const half = forwardSolve(root, row);
    return weights[i] * dot(half, half);
  });
  const residual = outcome.map((y, i) => y - p[i] + leverage[i] * (0.5 - p[i]));
  const score = beta.map((_, j) => rows.reduce((sum, row, i) => sum + row[j] * residual[i], 0));
  const information = weightedCrossProduct(rows, weights.map((w, i) => w * (1 + leverage[i])));
  return { beta, value, score, information, converged: false };
}

// Maximum over all coefficients but `fixed` (-1: none is). The penalty stays that of the full design.
function maximise(outcome, rows, start, fixed) {
  const free = Array.from(start.keys()).filter((j) => j !== fixed);
  let point = criterion(outcome, rows, start);
  for (let n = 0; point && n < MAX_STEPS; n += 1) {
    const score = free.map((j) => point.score[j]);
    const root = cholesky(free.map((i) => free.map((j) => point.information[i][j])));
    if (!root) return point;
    const step = solveWithRoot(root, score);
    if (dot(score, step) < 1e-20) return { ...point, converged: true };
    const better = uphill(outcome, rows, point, free, step);
    if (!better) return point;
    point = better;
  }
  return point;
}

function uphill(outcome, rows, point, free, step) {
  // A fall smaller than rounding error is none: near the maximum the criterion is flat.
  const floor = point.value - 1e-12 * Math.max(1, Math.abs(point.value));
  for (let size = 1; size > 1e-12; size /= 2) {
    const beta = Float64Array.from(point.beta);
    free.forEach((j, i) => { beta[j] += size * step[i]; });
    const next = criterion(outcome, rows, beta);
    if (next && next.value >= floor) return next;
  }
  return null;
}

function likelihoodRatio(outcome, rows, fit, term) {
  const start = Float64Array.from(fit.beta);
  start[term] = 0;
  const null_ = maximise(outcome, rows, start, term) || { converged: false };
  return null_.converged ? 2 * (fit.value - null_.value) : NaN;
}

// Where twice the fall of the profile below the maximum reaches the 95 % quantile: stride outwards
// until it is passed, then halve the bracket by the rule of false position with a midpoint guard.
function profileLimit(outcome, rows, fit, term, side) {
  let beta = fit.beta;
  const excess = (distance) => {
    const start = Float64Array.from(beta);
    start[term] = fit.beta[term] + side * distance;
    const point = maximise(outcome, rows, start, term);
    if (!point || !point.converged) return NaN;
    beta = point.beta;
    return Math.sqrt(Math.max(0, 2 * (fit.value - point.value))) - Math.sqrt(CHI_SQUARED_95);
  };
  let [inside, below] = [0, -Math.sqrt(CHI_SQUARED_95)];
  let outside = Math.sqrt(CHI_SQUARED_95 / fit.information[term][term]);
  let above = excess(outside);
  for (let n = 0; above < 0 && n < 60; n += 1) {
    [inside, below, outside] = [outside, above, 2 * outside];
    above = excess(outside);
  }
  return fit.beta[term] + side * bracketedRoot(excess, inside, below, outside, above);
}

function bracketedRoot(f, low, fLow, high, fHigh) {
  if (!(fHigh >= 0)) return NaN;
  for (let n = 0; n < 200 && high - low > 1e-12 * (1 + high); n += 1) {
    const secant = low - (fLow * (high - low)) / (fHigh - fLow);
    // Every third step halves, so that one end cannot stand still.
    const guess = n % 3 === 2 || !(secant > low && secant < high) ? (low + high) / 2 : secant;
    const value = f(guess);
    if (Number.isNaN(value)) return NaN;
    if (Math.abs(value) < 1e-13) return guess;
    if (value < 0) [low, fLow] = [guess, value];
    else [high, fHigh] = [guess, value];
  }
  return (low + high) / 2;
}
