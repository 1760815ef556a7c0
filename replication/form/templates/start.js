// The first page: which case, and as whom.

import { byId } from "./elements.js";
import { ask } from "./server.js";

function say(error) {
  byId("message").textContent = error.message;
}

function open(part, name, coding) {
  if (coding === "agreed" || /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(coding)) window.location.assign(`case/${part}/${name}/${coding}/`);
  else say(new Error("The label of a coder is a word in a-z, 0-9 and _ that begins with a letter."));
}

function coder() {
  const label = byId("coder").value.trim();
  return label === "agreed" ? "" : label;
}

byId("new-case").addEventListener("click", async () => {
  const [name, coding] = [byId("new-id").value.trim(), byId("new-coder").value.trim()];
  try {
    await ask("api/new-case", { case: name, coding });
    open("whole", name, coding);
  } catch (error) {
    say(error);
  }
});
byId("open-blind").addEventListener("click", () => open("codes", byId("case").value, coder()));
byId("open-first").addEventListener("click", () => open("whole", byId("case").value, coder()));
byId("open-agreed").addEventListener("click", () => open("whole", byId("case").value, "agreed"));
byId("quit").addEventListener("click", async () => {
  try {
    await ask("api/quit", {});
    say(new Error("The form has ended. This window can be closed."));
  } catch (error) {
    say(error);
  }
});
