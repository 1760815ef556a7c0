// The penalised log-likelihood of a logit: its value, gradient and curvature, and its maximum.

const MAX_STEPS = 300;
const LONGEST_STEP = 3;
const RANK_TOLERANCE = 1e-9;

function whyNoFit(outcome, rows, names) {
  if (rows.length === 0) return "no case has all the codes the model needs";
  if (outcome.every((y) => y === outcome[0])) return `the outcome is ${outcome[0]} in all ${rows.length} cases`;
  if (rows.length < names.length) return `${rows.length} cases are fewer than ${names.length} terms`;
  return dependentTerms(rows, names);
}

function dependentTerms(rows, names) {
  const kept = [];
  const faults = names.filter((_, j) => {
    const scale = Math.max(...rows.map((row) => Math.abs(row[j]))) || 1;
    const column = Float64Array.from(rows, (row) => row[j] / scale);
    // Twice: one sweep of Gram-Schmidt leaves rounding error behind.
    for (let sweep = 0; sweep < 2; sweep += 1) {
      kept.forEach((unit) => {
        const share = dot(unit, column);
        column.forEach((value, i) => { column[i] = value - share * unit[i]; });
      });
    }
    const length = Math.sqrt(dot(column, column));
    const independent = length > RANK_TOLERANCE * Math.sqrt(rows.length);
    if (independent) kept.push(column.map((value) => value / length));
    return !independent;
  });
  return faults.length ? `${faults.join(" and ")}: constant, or determined by the other terms` : "";
}

// Null where the criterion is not finite.
function criterion({ outcome, rows }, beta) {
  const index = rows.map((row) => dot(row, beta));
  const p = index.map((v) => 1 / (1 + Math.exp(-v)));
  const weights = index.map((v, i) => p[i] / (1 + Math.exp(v)));
  const root = cholesky(weightedCrossProduct(rows, weights));
  if (!root) return null;
  let value = 0;
  index.forEach((v, i) => { value += outcome[i] * v - Math.max(v, 0) - Math.log1p(Math.exp(-Math.abs(v))); });
  root.forEach((row, i) => { value += Math.log(row[i]); });
  const halves = rows.map((row, i) => forwardSolve(root, row).map((u) => u * Math.sqrt(weights[i])));
  const leverage = halves.map((half) => dot(half, half));
  const residual = outcome.map((y, i) => y - p[i] + leverage[i] * (0.5 - p[i]));
  return {
    beta,
    value,
    score: Array.from(beta, (_, j) => rows.reduce((sum, row, i) => sum + row[j] * residual[i], 0)),
    information: weightedCrossProduct(rows, weights.map((w, i) => w * (1 + leverage[i]))),
    curvature: curvature(rows, p, weights, leverage, halves),
    converged: false,
  };
}

// Minus the second derivatives; 1 - 2p and 1 - 6p(1 - p) are the weights' relative derivatives. The
// squared elements of the hat matrix are summed through products of two of its factors, so that
// the work grows with the number of cases and not with its square.
function curvature(rows, p, weights, leverage, halves) {
  const out = weightedCrossProduct(rows, weights.map((w, i) => w - leverage[i] * (0.5 - 3 * w)));
  const k = out.length;
  for (let u = 0; u < k; u += 1) {
    for (let v = 0; v <= u; v += 1) {
      const sum = new Float64Array(k);
      rows.forEach((row, r) => {
        const share = halves[r][u] * halves[r][v] * (1 - 2 * p[r]);
        for (let j = 0; j < k; j += 1) sum[j] += share * row[j];
      });
      const times = u === v ? 0.5 : 1;
      for (let i = 0; i < k; i += 1) for (let j = 0; j < k; j += 1) out[i][j] += times * sum[i] * sum[j];
    }
  }
  return out;
}

// Maximum over all coefficients but `fixed` (-1: none is). The penalty stays that of the full design.
function maximise(problem, start, fixed) {
  const free = Array.from(start.keys()).filter((j) => j !== fixed);
  let point = criterion(problem, start);
  for (let n = 0; point && n < MAX_STEPS; n += 1) {
    const step = newtonStep(point, free);
    if (!step) return point;
    if (dot(free.map((j) => point.score[j]), step) < 1e-20) return { ...point, converged: true };
    const longest = Math.max(...problem.rows.map((row) => Math.abs(dot(free.map((j) => row[j]), step))));
    const better = uphill(problem, point, free, step, Math.min(1, LONGEST_STEP / longest));
    if (!better) return point;
    point = better;
  }
  return point;
}

// The information is the fallback where the criterion is not concave: uphill, if slowly.
function newtonStep(point, free) {
  const score = free.map((j) => point.score[j]);
  for (const matrix of [point.curvature, point.information]) {
    const root = cholesky(free.map((i) => free.map((j) => matrix[i][j])));
    if (root) return solveWithRoot(root, score);
  }
  return null;
}

function uphill(problem, point, free, step, first) {
  // A fall smaller than rounding error is none: near the maximum the criterion is flat.
  const floor = point.value - 1e-12 * Math.max(1, Math.abs(point.value));
  for (let n = 0, size = first; n < 40; n += 1, size /= 2) {
    const beta = Float64Array.from(point.beta);
    free.forEach((j, i) => { beta[j] += size * step[i]; });
    const next = criterion(problem, beta);
    if (next && next.value >= floor) return next;
  }
  return null;
}
