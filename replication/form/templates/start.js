// The first page: which case, and as whom.

import { byId } from "./elements.js";
import { ask } from "./server.js";

function say(error) {
  byId("message").textContent = error.message;
}

function open(name, coding) {
  window.location.assign(`case/${encodeURIComponent(name)}/${encodeURIComponent(coding)}/`);
}

byId("new-case").addEventListener("click", async () => {
  const name = byId("new-id").value.trim();
  try {
    await ask("api/new-case", { case: name });
    open(name, "agreed");
  } catch (error) {
    say(error);
  }
});
byId("open-agreed").addEventListener("click", () => open(byId("case").value, "agreed"));
byId("open-blind").addEventListener("click", () => {
  const label = byId("coder").value.trim();
  if (/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(label) && label !== "agreed" && label.length <= 40) open(byId("case").value, label);
  else say(new Error("The label of a coder is a word in a-z, 0-9 and _ that begins with a letter."));
});
byId("quit").addEventListener("click", async () => {
  try {
    await ask("api/quit", {});
    say(new Error("The form has ended. This window can be closed."));
  } catch (error) {
    say(error);
  }
});
