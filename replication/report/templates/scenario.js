// A scenario as an address: model, sample, cut, and every code that was changed, so that a link holds it.

const SCENARIO = "what-if";
const NOT_CODED = "none";

function scenarioOf(state) {
  const codes = [...state.changes].map(([cell, code]) => `${cell.replace("/", ".")}=${code ?? NOT_CODED}`);
  return [SCENARIO, state.model.model, state.sample, state.cut, ...(codes.length ? [codes.join(";")] : [])].join("/");
}

function isScenario(address) {
  return address.startsWith(`${SCENARIO}/`);
}

// Take a scenario from an address; what the data do not know is left out and said.
function openScenario(state, address) {
  const [, name, sample, cut, codes = ""] = address.split("/");
  const unknown = [];
  const known = (ok, word) => { if (!ok) unknown.push(word); return ok; };
  if (known(state.data.models.some((model) => model.model === name), `model ${name}`)) takeModel(state, name);
  if (known(state.data.samples.some((entry) => entry.sample === sample), `sample ${sample}`)) state.sample = sample;
  const cuts = state.data.variables[state.model.outcome].codes.slice(1).map(([code]) => String(code));
  if (known(cuts.includes(cut), `cut ${cut}`)) state.cut = Number(cut);
  state.changes.clear();
  codes.split(";").filter(Boolean).forEach((part) => {
    const change = changeIn(state.data, part);
    if (known(change !== null, part)) state.changes.set(...change);
  });
  showAll(state);
  if (unknown.length) byId("what-if-status").append(` The link also names what these data do not hold: ${unknown.join(", ")}.`);
}

function changeIn(data, part) {
  const [, caseId, variable, word] = part.match(/^([^.=]+)[.]([^.=]+)=([^=]+)$/) || [];
  const entry = data.cases.find((one) => one.id === caseId);
  const codes = data.variables[variable]?.codes.map(([code]) => String(code)) || [];
  if (!entry || !codes.length || (word !== NOT_CODED && !codes.includes(word))) return null;
  return [`${caseId}/${variable}`, word === NOT_CODED ? null : Number(word)];
}
