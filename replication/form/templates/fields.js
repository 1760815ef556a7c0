// Fields tied to the values they show: what is typed goes into the store, what changes there is shown.

import { button, element } from "./elements.js";
import { copy, same } from "./paths.js";

const WHOLE_NUMBER = /^-?(0|[1-9][0-9]{0,11})$/;
const DECIMAL = /^-?(0|[1-9][0-9]{0,11})\.[0-9]{1,12}$/;
const FALSE_MARKS = ["absence", "theory_author", "after_decision", "copy"];
const QUOTATION = "quotation";
let counted = 0;

export class Fields {
  // `entries` tells for a path which entry of the file it belongs to, and how that begins.
  constructor(store, choices, entries) {
    Object.assign(this, { store, choices, entries, fields: [] });
  }

  // Ties every field inside a part of the page; paths in it follow `prefix`.
  bind(root, prefix = []) {
    root.querySelectorAll("[data-field]").forEach((box) => {
      if (box.dataset.path) return;
      const path = [...prefix, ...box.dataset.field.split(".")];
      box.dataset.path = path.join(".");
      const field = { box, path, kind: box.dataset.kind, fault: box.querySelector(".fault") };
      counted += 1;
      field.fault.id = `fault-${counted}`;
      box.querySelectorAll("input[type=radio]").forEach((radio) => { radio.name = `choice-${counted}`; });
      box.addEventListener(["text", "prose", "number"].includes(field.kind) ? "input" : "change", () => this.#read(field));
      box.querySelector("details.pick")?.addEventListener("toggle", () => this.show(field));
      this.fields.push(field);
      this.show(field);
    });
  }

  drop(root) {
    this.fields = this.fields.filter((field) => !root.contains(field.box));
  }

  showAll() {
    this.fields.forEach((field) => this.show(field));
  }

  // Writes a value, with the entry it belongs to where the file has none.
  set(path, value) {
    this.store.change(this.steps(path, value));
  }

  steps(path, value) {
    const [place, blank] = this.entries(path);
    if (!place || this.store.get(place) !== undefined) return [[path, value]];
    const whole = copy(blank);
    whole[path[place.length]] = value;
    return [[place, whole]];
  }

  #read(field) {
    const value = this.#value(field);
    if (field.path.at(-2) === QUOTATION) this.#setQuotation(field.path, value);
    else this.set(field.path, value);
  }

  #setQuotation(path, value) {
    const place = path.slice(0, -1);
    const quotation = { ...(this.store.get(place) || { text: null, source: null, place: null }), [path.at(-1)]: value };
    const empty = Object.values(quotation).every((part) => part === null);
    this.store.change([[place, empty ? undefined : quotation]]);
  }

  #value({ box, path, kind }) {
    const inputs = [...box.querySelectorAll("input")];
    if (kind === "choice") return JSON.parse(inputs.find((input) => input.checked).dataset.value);
    if (kind === "select") return JSON.parse(box.querySelector("select").value);
    if (kind === "mark") return inputs[0].checked || (FALSE_MARKS.includes(path.at(-1)) ? undefined : false);
    if (kind === "many") return manyValue(box, inputs, this.store.get(path));
    if (kind === "sources" || kind === "items") {
      const boxes = inputs.filter((input) => input.dataset.key);
      const before = this.store.get(path) || [];
      const chosen = boxes.filter((input) => input.checked).map((input) => input.dataset.key);
      return [...before.filter((key) => chosen.includes(key)), ...chosen.filter((key) => !before.includes(key))];
    }
    const text = box.querySelector("input, textarea").value.replace(/\s+/g, " ").trim();
    if (text === "") return path.at(-1) === "statement" ? "" : (path.at(-1) === "note" ? undefined : null);
    return kind === "number" && (WHOLE_NUMBER.test(text) || DECIMAL.test(text)) ? Number(text) : text;
  }

  show(field) {
    const { box, path, kind } = field;
    const value = this.store.get(path);
    const inputs = [...box.querySelectorAll("input")];
    if (kind === "choice") {
      inputs.forEach((input) => { input.checked = value !== undefined && same(JSON.parse(input.dataset.value), value); });
    } else if (kind === "select") {
      box.querySelector("select").value = JSON.stringify(value ?? null);
    } else if (kind === "mark") {
      inputs[0].checked = value === true;
    } else if (kind === "many") {
      inputs.forEach((input) => {
        input.checked = "null" in input.dataset ? value === null : (value || []).some((one) => same(one, JSON.parse(input.dataset.value)));
      });
    } else if (kind === "sources" || kind === "items") {
      this.#showLinks(field, Array.isArray(value) ? value : []);
    } else {
      const text = box.querySelector("input, textarea");
      const shown = value === null || value === undefined ? "" : String(value);
      if (text.value.replace(/\s+/g, " ").trim() !== shown) text.value = shown;
    }
  }

  // Chosen ones with a button that takes them out; all of them as boxes once the list is opened.
  #showLinks(field, chosen) {
    const { box, path, kind } = field;
    const known = this.choices[kind](path);
    const pick = box.querySelector("details.pick");
    const remove = (key) => {
      this.set(path, chosen.filter((one) => one !== key));
      pick.querySelector("summary").focus();
    };
    const words = chosen.map((key) => ` ${known.label(key)} `);
    // Drawn anew only where it changed: a button that is gone loses the keyboard.
    if (!same(field.words, [chosen, words])) {
      box.querySelector(".linked").replaceChildren(...chosen.map((key, place) => element(
        "p", {}, element("b", {}, known.short(key)), words[place],
        button("Remove", () => remove(key), { "aria-label": `Remove ${known.short(key)}` }),
      )));
      field.words = [copy(chosen), words];
    }
    const list = pick.querySelector(".list");
    if (!pick.open) return list.replaceChildren();
    const boxes = [...list.querySelectorAll("input")];
    if (same(boxes.map((input) => input.dataset.key), known.keys)) {
      boxes.forEach((input) => { input.checked = chosen.includes(input.dataset.key); });
      return null;
    }
    return list.replaceChildren(...known.keys.map((key) => {
      const input = element("input", { type: "checkbox", "data-key": key });
      input.checked = chosen.includes(key);
      return element("label", { class: "option" }, input, element("span", {}, element("b", {}, known.short(key)), ` ${known.label(key)}`));
    }));
  }

  // Writes each fault at the field that it is about; gives those that have no field.
  showFaults(faults) {
    const texts = new Map();
    const loose = faults.filter((fault) => {
      const field = this.fieldOf(fault.path);
      if (field) texts.set(field, [...(texts.get(field) || []), fault.message]);
      return !field;
    });
    this.fields.forEach((field) => {
      const told = (texts.get(field) || []).join("; ");
      field.fault.textContent = told;
      field.fault.hidden = told === "";
      field.box.querySelectorAll("input, textarea, select").forEach((input) => {
        if (told) input.setAttribute("aria-invalid", "true");
        else input.removeAttribute("aria-invalid");
        if (told) input.setAttribute("aria-describedby", field.fault.id);
        else input.removeAttribute("aria-describedby");
      });
    });
    return loose;
  }

  fieldOf(path) {
    const whole = path.join(".");
    return this.fields.find((field) => whole === field.path.join(".") || whole.startsWith(`${field.path.join(".")}.`));
  }
}

// Several words; "not known" and the words shut each other out.
function manyValue(box, inputs, before) {
  const open = inputs.find((input) => "null" in input.dataset);
  const words = inputs.filter((input) => input !== open && input.checked).map((input) => JSON.parse(input.dataset.value));
  if (open?.checked && before !== null) return null;
  return words;
}
