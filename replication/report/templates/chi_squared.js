// Upper tail of the chi-squared distribution with one degree of freedom, to double precision.

const CHI_SQUARED_95 = 3.841458820694124;

function chiSquaredTail(value) {
  return complementaryError(Math.sqrt(Math.max(0, value) / 2));
}

// Series below 2, continued fraction above: both converge fast on their side.
function complementaryError(x) {
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n += 1) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  let fraction = 0;
  for (let n = 120; n > 0; n -= 1) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * (x + fraction));
}
