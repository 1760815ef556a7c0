// What a search asks for, whether a text holds it, and where: case, accents and the shapes of quotation
// marks and dashes make no difference; several words must all be there, quotation marks hold a phrase together.

// Letters that Unicode does not take apart into a plain one and a mark.
const PLAIN = {
  "\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u00df": "ss", "\u00e6": "ae", "\u0153": "oe", "\u0131": "i",
  "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2010": "-", "\u2011": "-", "\u2013": "-", "\u00a0": " ",
};

function folded(text) {
  const low = text.toLowerCase();
  if (/^[\x20-\x7e]*$/.test(low)) return low;
  return [...low.normalize("NFD").replace(/\p{M}/gu, "")].map((letter) => PLAIN[letter] ?? letter).join("");
}

// The words and phrases of a query, folded, each once.
function wanted(query) {
  const parts = folded(query).match(/"[^"]*"?|[^\s"]+/g) || [];
  const plain = parts.map((part) => part.replaceAll('"', "").trim().replace(/\s+/g, " "));
  return [...new Set(plain.filter(Boolean))];
}

function holdsAll(foldedText, words) {
  return words.every((word) => foldedText.includes(word));
}

// Put every hit within a node between mark tags; the node is a copy that nothing else points to.
function markHits(node, words) {
  if (!words.length) return node;
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  texts.forEach((text) => {
    const spans = hitsIn(text.data, words);
    if (spans.length) text.replaceWith(...marked(text.data, spans));
  });
  return node;
}

// Hits as [start, end] in the text as it is written, in order and without overlap.
function hitsIn(text, words) {
  let plain = "";
  const place = [];
  [...text].reduce((at, letter) => {
    const short = folded(letter);
    plain += short;
    for (let n = 0; n < short.length; n += 1) place.push(at);
    return at + letter.length;
  }, 0);
  place.push(text.length);
  const found = words.flatMap((word) => {
    const spans = [];
    for (let at = plain.indexOf(word); at >= 0; at = plain.indexOf(word, at + word.length)) {
      spans.push([place[at], place[at + word.length]]);
    }
    return spans;
  });
  return found.sort((one, other) => one[0] - other[0] || other[1] - one[1])
    .reduce((kept, span) => (kept.length && span[0] < kept.at(-1)[1] ? kept : [...kept, span]), []);
}

function marked(text, spans) {
  const pieces = [];
  let from = 0;
  spans.forEach(([start, end]) => {
    pieces.push(text.slice(from, start), element("mark", {}, text.slice(start, end)));
    from = end;
  });
  return [...pieces, text.slice(from)];
}
