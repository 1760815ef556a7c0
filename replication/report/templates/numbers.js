// Numbers as readers see them: the rules of replication/exhibits/numbers.py and replication/precision.py, to the
// last digit. A test runs both over one grid.

const MINUS = "\u2212";
const INFINITE = "\u221e";
const MISSING = "\u2013";
const LARGE = 1e6;
const SMALLEST_P = 0.001;
// Significant digits that survive the noise of a computation; nearer than this, numbers are equal.
const SOUND_DIGITS = 12;
const ZERO = 1e-12;
const TOLERANCE = 1e-9;
// More digits than a tie can have that is worth telling from its neighbours.
const MANY = 60;

function shownNumber(value, digits = 2) {
  if (value === null || Number.isNaN(value)) return MISSING;
  if (!Number.isFinite(value)) return value > 0 ? INFINITE : MINUS + INFINITE;
  const size = Math.abs(value);
  const text = size >= LARGE ? scientific(size) : fixed(size, digits);
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

// Fixed digits after the point of the sound number; a tie goes up, as people round by hand.
function fixed(size, digits) {
  const [mantissa, power] = (size < ZERO ? 0 : size).toExponential(SOUND_DIGITS - 1).split("e");
  const whole = BigInt(mantissa.replace(".", ""));
  // The sound number is `whole` times ten to this power; what is wanted is that many steps of 10^-digits.
  const shift = Number(power) - (SOUND_DIGITS - 1) + digits;
  const steps = shift >= 0 ? whole * 10n ** BigInt(shift) : (whole + 5n * 10n ** BigInt(-shift - 1)) / 10n ** BigInt(-shift);
  const text = steps.toString().padStart(digits + 1, "0");
  return digits ? `${grouped(text.slice(0, -digits))}.${text.slice(-digits)}` : grouped(text);
}

// Thousands parted by commas.
function grouped(text) {
  return text.replace(/\B(?=(\d{3})+$)/g, ",");
}

// A count, with all its digits.
function shownCount(number) {
  return fixed(number, 0);
}

// Three significant digits, without the zeros at their end, and two digits of exponent at least; here a tie goes to
// the even digit, as in Python, and not up, as in JavaScript.
function scientific(size) {
  const [short, exponent] = size.toExponential(2).split("e+");
  const [long, power] = size.toExponential(2 + MANY).split("e+");
  const mantissa = exponent === power ? halfToEven(short, long) : short;
  return `${mantissa.replace(/[.]?0+$/, "")}e+${exponent.padStart(2, "0")}`;
}

function halfToEven(short, long) {
  if (!/^50*$/.test(long.slice(-MANY))) return short;
  const cut = long.slice(0, -MANY);
  return "02468".includes(cut.at(-1)) ? cut : short;
}

// Whether a number lies below a bound by more than the tolerance: a p-value that is 0.05 does not.
function below(value, bound) {
  return value < bound - TOLERANCE * Math.max(1, Math.abs(bound));
}

function shownP(value) {
  if (value === null || Number.isNaN(value)) return MISSING;
  return below(value, SMALLEST_P) ? `<${SMALLEST_P}` : shownNumber(value, 3);
}

// P-value with its letter: "p = 0.040" or "p < 0.001".
function pEquals(value) {
  const text = shownP(value);
  return text.startsWith("<") ? `p < ${text.slice(1)}` : `p = ${text}`;
}

function signedCode(code) {
  return code < 0 ? MINUS + Math.abs(code) : String(code);
}

function counted(number, noun) {
  return `${shownCount(number)} ${noun}${number === 1 ? "" : "s"}`;
}
