// Requests to the server that this page is from: token, errors in sentences, streams of lines.

import { keepInTab, keptByTab } from "./keep.js";

/** What the server, or the way to it, has against a request; `message` is fit to be shown. */
export class Refused extends Error {
  constructor(message, status = 0) {
    super(message);
    this.name = "Refused";
    this.status = status;
  }
}

let token = keptByTab("token"); // gone with the tab
let askForToken = async () => null;
let declined = false; // the user has said "Not now", and is not asked again and again
let asking = null; // the question that is open, shared by all requests that need its answer

/** Set what asks the user: `ask(wrong)` promises a token, or null if there is none. */
export function onTokenWanted(ask) {
  askForToken = ask;
}

async function renewToken(used) {
  if (token !== used) return; // another request has asked meanwhile
  if (!declined) asking ??= askForToken(used !== null).finally(() => (asking = null));
  const answer = declined ? null : await asking;
  declined = answer === null;
  if (declined) throw new Refused("This server wants a token. Reload the page to enter it.", 401);
  token = answer;
  keepInTab("token", token);
}

/** Return the response to a request, or throw Refused; AbortError if `signal` ended it. `json` is sent as the body. */
export async function request(path, { method = "GET", json, headers = {}, signal } = {}) {
  for (;;) {
    const used = token;
    const sent = { ...headers };
    if (used !== null) sent.Authorization = `Bearer ${used}`;
    if (json !== undefined) sent["Content-Type"] = "application/json";
    const body = json === undefined ? undefined : JSON.stringify(json);
    const response = await reach(path, { method, headers: sent, body, signal, cache: "no-store" });
    if (response.ok) return response;
    if (response.status !== 401) throw await refusal(response);
    await renewToken(used);
  }
}

async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch (error) {
    throw failure(error);
  }
}

/** Return what an error of fetch or of a body means: Refused where the server went away, others as they are. */
function failure(error) {
  if (!(error instanceof TypeError)) return error;
  return new Refused("The server does not answer. See that ‘say-serve --http’ runs, then try again.");
}

async function refusal(response) {
  const said = await response.text().catch(() => "");
  let message = "";
  try {
    const body = JSON.parse(said);
    message = typeof body.detail === "string" ? body.detail : (body.error?.message ?? "");
  } catch {
    // no JSON: a proxy's page, or nothing
  }
  message ||= `The server refused this with status ${response.status}.`;
  const wait = response.headers.get("Retry-After");
  if (response.status === 429 && wait) message = `${message.replace(/\.?$/, ".")} Try again in ${wait} s.`;
  return new Refused(message, response.status);
}

/** Return what a response says of what is served otherwise than asked for, in sentences. */
export function notices(response) {
  // 299 say "…", 299 say "…"
  const said = response.headers.get("Warning")?.matchAll(/"((?:[^"\\]|\\.)*)"/g) ?? [];
  return Array.from(said, ([, text]) => decoded(text.replace(/\\(.)/g, "$1")));
}

/** Return a header's text without its encoded words (RFC 2047), which stand for what is not ASCII. */
function decoded(text) {
  return text.replace(/=\?utf-8\?([bq])\?([^?]*)\?=( (?==\?))?/gi, (_, how, said) => {
    const spaced = said.replaceAll("_", " ").replace(/=([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(parseInt(code, 16)));
    const bytes = how.toLowerCase() === "b" ? atob(said) : spaced;
    return new TextDecoder().decode(Uint8Array.from(bytes, (each) => each.charCodeAt(0)));
  });
}

/** Return all of a response. Throws as `request`. */
export async function whole(response) {
  try {
    return await response.blob();
  } catch (error) {
    throw failure(error);
  }
}

/** Yield the bytes of a response as they come. */
export async function* chunks(response) {
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw failure(error);
  } finally {
    reader.cancel().catch(() => {}); // whoever stops listening stops the making
  }
}

/** Yield the lines of a response as they come, without their ends. */
export async function* lines(response) {
  const decoder = new TextDecoder();
  let parts = []; // of the line that is not complete: one of a megabyte comes in many
  for await (const bytes of chunks(response)) {
    const [first, ...rest] = decoder.decode(bytes, { stream: true }).split("\n");
    parts.push(first);
    for (const next of rest) {
      yield parts.join("").replace(/\r$/, "");
      parts = [next];
    }
  }
  const last = parts.join("") + decoder.decode();
  if (last) yield last;
}

/** Yield `{event, data}` of a stream of server-sent events. */
export async function* events(response) {
  let event = "message";
  let data = [];
  for await (const line of lines(response)) {
    if (line === "") {
      if (data.length) yield { event, data: data.join("\n") };
      event = "message";
      data = [];
    } else if (line.startsWith("event:")) event = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
  }
}
