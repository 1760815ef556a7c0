// The choices inside the sentence of each claim: text, numbers and drawing follow them together. All of it
// was estimated and worded by the package; here the answer that fits the choices is looked up.

// What stands before each choice in the sentence.
const BEFORE = { sample: "Among ", cut: ", with ", coding: " as seeking endorsement, by the ", evidence: " codes, cells admitted: " };
const SPOKEN = ["sample", "cut", "coding", "evidence"];

function startChoices({ choices, marks, claims }) {
  Object.entries(claims).forEach(([name, claim]) => {
    const box = byId(`answer-${name}`);
    const base = claim.base.split("|");
    // A claim on a sample of its own keeps it; without its released answer there is nothing to start from.
    if (!box || !claim.answers[claim.base]) return;
    const selects = choices.map(({ choice, values }, i) => choiceSelect(choice, values, base[i]));
    const back = element("button", { type: "button", disabled: true }, "As released");
    const show = () => showAnswer(box, claim, selects.map((select) => select.value).join("|"), marks, back);
    const spoken = SPOKEN.map((choice) => selects.find((select) => select.dataset.choice === choice));
    const toggles = element("p", { class: "toggles" },
      ...spoken.flatMap((select) => [BEFORE[select.dataset.choice], select]), ": ", back);
    box.querySelector(".sentence").before(toggles);
    box.querySelector(".sentence").setAttribute("role", "status");
    toggles.addEventListener("change", show);
    back.addEventListener("click", () => {
      selects.forEach((select, i) => { select.value = base[i]; });
      show();
      selects[0].focus();
    });
    show();
  });
}

function choiceSelect(choice, values, chosen) {
  const options = values.map(([value, words]) => element("option", { value, selected: value === chosen }, words));
  const names = { cut: "Cut of the outcome", sample: "Sample", coding: "Codes", evidence: "Evidence" };
  return element("select", { "data-choice": choice, "aria-label": names[choice] }, ...options);
}

function showAnswer(box, claim, key, marks, back) {
  const [verdict, , , sizes] = claim.answers[key];
  const released = claim.answers[claim.base][3];
  const [sentence, ...details] = wordsOfAnswer(claim, key);
  back.disabled = key === claim.base;
  box.className = `answer v-${verdict === "no answer" ? "none" : verdict.replaceAll(" ", "_")}`;
  const word = verdict[0].toUpperCase() + verdict.slice(1);
  box.querySelector(".verdict").replaceChildren(element("span", { "aria-hidden": "true" }, marks[verdict]), ` ${word}`);
  box.querySelector(".sentence").textContent = sentence;
  box.querySelector(".details").replaceChildren(...details.map((line) => element("p", { class: "small" }, line)));
  const rows = claim.rows.map((label, i) => ({
    label, released: intervalOf(released[i]), chosen: back.disabled ? null : intervalOf(sizes[i]),
  }));
  const drawing = fixedAxisDrawing(rows, claim.axis, { released: "as released", chosen: "with these choices" });
  box.querySelector(".forest")?.remove();
  box.querySelector(".details").before(drawing);
}

// The wording with its numbers set in, line by line.
function wordsOfAnswer(claim, key) {
  const [, wording, numbers] = claim.answers[key];
  const given = numbers.split(" ");
  return claim.wordings[wording].split("\u0001").map((part, i) => (i ? given[i - 1] : "") + part).join("").split("\n");
}

function intervalOf([estimate, low, high]) {
  return { estimate: estimate ?? NaN, low: low ?? NaN, high: high ?? NaN };
}
