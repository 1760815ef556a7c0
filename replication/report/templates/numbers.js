// Numbers as readers see them: the rules of replication/exhibits/numbers.py, to the last digit. A
// test runs both over one grid.

const MINUS = "\u2212";
const INFINITE = "\u221e";
const MISSING = "\u2013";
const LARGE = 1e6;
const SMALLEST_P = 0.001;
// More digits than a tie can have that is worth telling from its neighbours.
const MANY = 60;

function shownNumber(value, digits = 2) {
  if (value === null || Number.isNaN(value)) return MISSING;
  if (!Number.isFinite(value)) return value > 0 ? INFINITE : MINUS + INFINITE;
  const size = Math.abs(value);
  const text = size >= LARGE ? scientific(size) : halfToEven(size.toFixed(digits), size.toFixed(digits + MANY));
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

// Three significant digits, without the zeros at their end, and two digits of exponent at least.
function scientific(size) {
  const [short, exponent] = size.toExponential(2).split("e+");
  const [long, power] = size.toExponential(2 + MANY).split("e+");
  const mantissa = exponent === power ? halfToEven(short, long) : short;
  return `${mantissa.replace(/[.]?0+$/, "")}e+${exponent.padStart(2, "0")}`;
}

// JavaScript rounds a tie up, Python to the even digit.
function halfToEven(short, long) {
  const rest = long.slice(-MANY);
  if (!/^50*$/.test(rest)) return short;
  const cut = long.slice(0, -MANY).replace(/[.]$/, "");
  return "02468".includes(cut.at(-1)) ? cut : short;
}

function shownP(value) {
  if (value === null || Number.isNaN(value)) return MISSING;
  return value < SMALLEST_P ? `<${SMALLEST_P}` : shownNumber(value, 3);
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
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
