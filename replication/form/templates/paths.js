// A case as a tree of mappings; what stands where, and where two trees differ.

const WHOLE = "quotation"; // is changed as one

export function isTree(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function same(one, other) {
  if (isTree(one) && isTree(other)) {
    const keys = Object.keys(one);
    return keys.length === Object.keys(other).length && keys.every((key) => same(one[key], other[key]));
  }
  return JSON.stringify(one) === JSON.stringify(other);
}

export function copy(value) {
  return value === undefined ? undefined : structuredClone(value);
}

export function valueAt(tree, path) {
  return path.reduce((place, key) => (isTree(place) ? place[key] : undefined), tree);
}

// Puts a value where a path leads; nothing (undefined) takes the entry out.
export function put(tree, path, value) {
  const home = path.slice(0, -1).reduce((place, key) => {
    if (!isTree(place[key])) place[key] = {};
    return place[key];
  }, tree);
  const last = path[path.length - 1];
  if (value === undefined) delete home[last];
  else home[last] = copy(value);
}

// What must change in one tree to make it the other: the smallest entries, each with both values.
export function differences(before, after, path = []) {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) => {
    const [old, now] = [before[key], after[key]];
    if (same(old, now)) return [];
    if (isTree(old) && isTree(now) && key !== WHOLE) return differences(old, now, [...path, key]);
    return [{ path: [...path, key], before: old, after: now }];
  });
}

// Whether one path leads to the other, or both to one place.
export function overlap(one, other) {
  return one.slice(0, other.length).every((key, place) => key === other[place]);
}
