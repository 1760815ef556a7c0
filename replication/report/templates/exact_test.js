// The exact conditional test of one term of a logit, and the permutation test of a single treatment, both
// by counting: the outcome vectors with the observed number of events, and the observed sums of all other
// terms over them, by their sum of the tested term (Cox 1970; Hirji, Mehta and Patel 1987, JASA 82: 1110-1117;
// halves as in Horowitz and Sahni 1974, JACM 21: 277-292). Counts stay below 2^53 up to some 55 cases.

const MOST_STATES = 400000;
const MOST_PAIRS = 8e6;
const LARGEST_COUNT = 2 ** 53;

// {p, smallest, note}: the doubled one-sided p-value and the smallest that any outcome could have reached.
function exactTest(outcome, design, column) {
  const counted = countedSums(outcome, design, column);
  if (counted.note) return { p: NaN, smallest: NaN, note: counted.note };
  const { sums, observed, total } = counted;
  const below = sums.reduce((sum, [value, count]) => sum + (value <= observed ? count : 0), 0);
  const above = sums.reduce((sum, [value, count]) => sum + (value >= observed ? count : 0), 0);
  const ends = [sums[0][1], sums.at(-1)[1]];
  return { p: Math.min(1, (2 * Math.min(below, above)) / total), smallest: Math.min(1, (2 * Math.min(...ends)) / total), note: "" };
}

// Every arrangement of the treatment counted; distances from the mean are compared as whole numbers.
function permutationTest(outcome, treatment) {
  const counted = countedSums(outcome, treatment.map((value) => [value]), 0);
  if (counted.note) return { p: NaN, smallest: NaN, note: counted.note };
  const { sums, observed, total } = counted;
  const events = outcome.reduce((sum, y) => sum + y, 0);
  const whole = treatment.reduce((sum, value) => sum + value, 0);
  const distance = (value) => Math.abs(outcome.length * value - events * whole);
  const share = (from) => sums.reduce((sum, [value, count]) => sum + (distance(value) >= from ? count : 0), 0) / total;
  return { p: share(distance(observed)), smallest: share(Math.max(...sums.map(([value]) => distance(value)))), note: "" };
}

function countedSums(outcome, design, column) {
  const rows = design.map((row) => [row[column], 1, ...row.filter((_, j) => j !== column)]);
  if (!rows.every((row) => row.every(Number.isInteger))) return { note: "codes are not whole numbers" };
  const target = rows[0].map((_, j) => rows.reduce((sum, row, i) => sum + outcome[i] * row[j], 0));
  // Rows alike in what is held fixed stand together, so that each half has few sums.
  const order = [...rows].sort((one, other) => one.slice(2).reduce((found, value, j) => found || value - other[j + 2], 0) || one[0] - other[0]);
  const middle = order.length >> 1;
  const [front, back] = [halfSums(order.slice(0, middle), target.slice(1)), halfSums(order.slice(middle), target.slice(1))];
  if (!front || !back) return { note: `more than ${shownCount(MOST_STATES)} states` };
  const found = matched(front, back, target.slice(1));
  if (!found) return { note: `more than ${shownCount(MOST_PAIRS)} pairs of states` };
  const sums = [...found].sort((one, other) => one[0] - other[0]);
  const total = sums.reduce((sum, [, count]) => sum + count, 0);
  if (total > LARGEST_COUNT) return { note: "too many arrangements to count" };
  if (sums.length < 2) return { note: "conditional distribution has one point" };
  return { sums, observed: target[0], total, note: "" };
}

// "events,sums held fixed" -> Map of the tested sum -> ways to reach it.
function halfSums(rows, width) {
  const nothing = width.map(() => 0);
  let states = new Map([[nothing.join(), new Map([[0, 1]])]]);
  let fixed = new Map([[nothing.join(), nothing]]);
  for (const [tested, ...others] of rows) {
    let size = 0;
    const [next, places] = [new Map(), new Map()];
    const add = (place, shift, ways) => {
      const key = place.join();
      if (!next.has(key)) { next.set(key, new Map()); places.set(key, place); }
      const own = next.get(key);
      ways.forEach((count, sum) => own.set(sum + shift, (own.get(sum + shift) || 0) + count));
      size += ways.size;
    };
    states.forEach((ways, key) => {
      const place = fixed.get(key);
      add(place, 0, ways);
      add(place.map((value, j) => value + others[j]), tested, ways);
    });
    if (size > MOST_STATES) return null;
    [states, fixed] = [next, places];
  }
  return { states, fixed };
}

function matched(front, back, held) {
  const found = new Map();
  let pairs = 0;
  for (const [key, ways] of front.states) {
    const place = front.fixed.get(key);
    const others = back.states.get(held.map((value, j) => value - place[j]).join());
    pairs += others ? ways.size * others.size : 0;
    if (pairs > MOST_PAIRS) return null;
    if (others) ways.forEach((count, sum) => others.forEach((more, plus) => found.set(sum + plus, (found.get(sum + plus) || 0) + count * more)));
  }
  return found;
}
