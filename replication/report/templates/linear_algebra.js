// Small dense matrices as arrays of rows. Systems here have fewer than a dozen unknowns.

// Lower triangular root of a symmetric positive definite matrix, or null where there is none.
function cholesky(matrix) {
  const n = matrix.length;
  const lower = Array.from({ length: n }, () => new Float64Array(n));
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = matrix[i][j];
      for (let k = 0; k < j; k += 1) sum -= lower[i][k] * lower[j][k];
      if (i === j && !(sum > 0)) return null;
      lower[i][j] = i === j ? Math.sqrt(sum) : sum / lower[j][j];
    }
  }
  return lower;
}

function forwardSolve(lower, right) {
  const out = new Float64Array(right.length);
  for (let i = 0; i < right.length; i += 1) {
    let sum = right[i];
    for (let k = 0; k < i; k += 1) sum -= lower[i][k] * out[k];
    out[i] = sum / lower[i][i];
  }
  return out;
}

function backwardSolve(lower, right) {
  const out = new Float64Array(right.length);
  for (let i = right.length - 1; i >= 0; i -= 1) {
    let sum = right[i];
    for (let k = i + 1; k < right.length; k += 1) sum -= lower[k][i] * out[k];
    out[i] = sum / lower[i][i];
  }
  return out;
}

function solveWithRoot(lower, right) {
  return backwardSolve(lower, forwardSolve(lower, right));
}

function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i] * b[i];
  return sum;
}

// The sum over rows of weight times the outer product of the row with itself.
function weightedCrossProduct(rows, weights) {
  const k = rows[0].length;
  const out = Array.from({ length: k }, () => new Float64Array(k));
  rows.forEach((row, r) => {
    for (let i = 0; i < k; i += 1) {
      for (let j = 0; j <= i; j += 1) out[i][j] += weights[r] * row[i] * row[j];
    }
  });
  for (let i = 0; i < k; i += 1) for (let j = i + 1; j < k; j += 1) out[i][j] = out[j][i];
  return out;
}

// Inverse of a symmetric positive definite matrix.
function inverse(matrix) {
  const root = cholesky(matrix);
  return matrix.map((_, i) => solveWithRoot(root, Float64Array.from(matrix, (__, j) => (i === j ? 1 : 0))));
}
