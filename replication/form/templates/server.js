// Asking the server that make code started.

export class Answer extends Error {
  constructor(status, body) {
    super(body.message || `The server answered ${status}.`);
    Object.assign(this, { status, body });
  }
}

// The server is not there: ended, killed, or this machine slept.
export class Lost extends Error {}

export async function ask(path, body = null) {
  const options = body === null ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  let response;
  let content;
  try {
    response = await fetch(path, { ...options, cache: "no-store" });
    content = await response.text();
  } catch {
    throw new Lost("no answer");
  }
  let told = {};
  try {
    told = JSON.parse(content);
  } catch {
    if (response.ok) throw new Lost("half an answer");
  }
  if (!response.ok) throw new Answer(response.status, told);
  return told;
}
