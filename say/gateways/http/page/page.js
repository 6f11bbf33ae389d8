// The page: what the controls do, and what is kept of them.

import { notices, onTokenWanted, request, whole } from "./api.js";
import { askToken } from "./dialogs.js";
import { beginning, by, say } from "./dom.js";
import { measured, save } from "./files.js";
import { Jobs } from "./jobs.js";
import { keep, keepInTab, kept, keptByTab } from "./keep.js";
import { Marker } from "./marker.js";
import { captioned, spoken } from "./sources.js";
import { Transport } from "./transport.js";
import { BLEND, fill, fillLanguages, languageName, sampleFor, voiceName } from "./voices.js";

const SAVING = 300; // ms after the last key
const text = by("text");
const voice = by("voice");
const blend = by("blend");
const language = by("language");
const speed = by("speed");
const speedNumber = by("speed-number");
const format = by("format");

// What was kept

text.value = keptByTab("text") ?? kept("text", ""); // another tab may have kept another text since
format.value = kept("format", "wav");
if (!format.value) format.value = "wav";
setSpeed(Number(kept("speed", "1")));
if (kept("voice", "") === BLEND) voice.value = BLEND; // the others come from the server
blend.value = kept("blend", "");
showBlend();

function showBlend() {
  by("blend-setting").hidden = voice.value !== BLEND;
}

function setSpeed(value) {
  const clipped = Math.min(2, Math.max(0.5, value || 1));
  speed.value = clipped;
  speedNumber.value = clipped.toFixed(2);
  keep("speed", clipped);
}

let saving = 0;

function saveText() {
  clearTimeout(saving);
  saving = 0;
  keepInTab("text", text.value);
  const taken = keep("text", text.value);
  say(by("kept"), taken || !text.value ? "" : "This browser does not keep a text of this length: save it elsewhere before you leave.");
}

// Text and its marks

const marker = new Marker(by("paper"), text, by("mirror"), by("marks"));
let lastText = text.value;

function reflect() {
  marker.reflect();
  const count = [...text.value].length;
  say(by("count"), count ? `${count.toLocaleString("en")} character${count === 1 ? "" : "s"}` : "");
}

text.addEventListener("input", () => {
  transport.edited(lastText, text.value);
  lastText = text.value;
  reflect();
  clearTimeout(saving);
  saving = setTimeout(saveText, SAVING);
});
addEventListener("pagehide", () => saving && saveText());
reflect();

// Playing

function wishes() {
  return { voice: chosenVoice() || undefined, lang_code: language.value || undefined, speed: Number(speed.value) };
}

/** Return the id of the voice, or the blend that is written; nothing for the default one. */
function chosenVoice() {
  return voice.value === BLEND ? blend.value.trim() : voice.value;
}

/** Tell whether there is a voice, after saying so if a blend is yet to be written. */
function hasVoice(trouble) {
  say(trouble, "");
  if (voice.value !== BLEND || blend.value.trim()) return true;
  say(trouble, "There is no blend yet: write one, such as af_bella(2)+af_heart(1).");
  blend.focus();
  return false;
}

/** Return the text, or nothing after saying what is missing. */
function wanted(trouble) {
  if (!hasVoice(trouble)) return "";
  if (text.value.trim()) return text.value.toWellFormed?.() ?? text.value;
  say(trouble, "There is no text yet: type or paste one above.");
  text.focus();
  return "";
}

function play() {
  const said = wanted(by("trouble"));
  if (!said) return;
  saveText();
  const open = (signal) => captioned(said, wishes(), signal);
  transport.start({ kind: "text", id: "", name: "the text", text: said, open });
}

const transport = new Transport(
  { play: by("play"), stop: by("stop"), status: by("status"), notice: by("notice"), trouble: by("trouble"), time: by("time"), heard: by("heard") },
  marker,
  play,
  whyItTakesTime,
);

async function whyItTakesTime() {
  const { engines } = await (await request("readyz")).json();
  const loading = Object.keys(engines).find((name) => engines[name] === "loading");
  return loading ? `Loading ${loading}. The next text comes at once.` : "";
}

addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]") || event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    if (!event.repeat) by("play").click();
  } else if (event.key === "Escape" && transport.run !== null) {
    event.preventDefault();
    transport.stop();
  }
});

// Voice, language and speed

speed.addEventListener("input", () => setSpeed(Number(speed.value)));
speedNumber.addEventListener("change", () => setSpeed(Number(speedNumber.value)));
voice.addEventListener("change", () => {
  keep("voice", voice.value);
  showBlend();
});
blend.addEventListener("input", () => keep("blend", blend.value));
language.addEventListener("change", () => keep("language", language.value));

const sample = by("sample");
sample.addEventListener("click", () => {
  if (transport.plays("sample", "")) return transport.stop();
  if (!hasVoice(by("voice-trouble"))) return;
  const id = chosenVoice();
  const open = (signal) => spoken(sampleFor(voice, id, language.value), wishes(), signal);
  transport.start({ kind: "sample", id: "", name: `a sample of ${voiceName(id)}`, open });
});
transport.watch(() => say(sample, transport.plays("sample", "") ? "Stop" : "Sample"));

async function loadVoices() {
  try {
    const { details, languages } = await (await request("v1/audio/voices")).json();
    fill(voice, details, voice.value || kept("voice", ""));
    fillLanguages(language, languages, language.value || kept("language", ""));
    jobs.draw(); // with the names of their languages
    say(by("voice-trouble"), "");
  } catch (error) {
    say(by("voice-trouble"), error.message);
    addEventListener("focus", loadVoices, { once: true });
  }
}

// Files

let download = null; // the one in work

by("download").addEventListener("click", async () => {
  if (download) return download.abort();
  const said = wanted(by("file-trouble"));
  if (!said) return;
  const kind = format.value;
  download = new AbortController();
  say(by("download"), "Cancel");
  say(by("file-status"), "Making the file…");
  try {
    const json = { model: "kokoro", ...wishes(), input: said, response_format: kind };
    const response = await request("v1/audio/speech", { method: "POST", json, signal: download.signal });
    const made = await whole(response);
    const blob = kind === "wav" ? await measured(made) : made;
    save(blob, said, kind);
    const saved = `Saved: ${(blob.size / 1e6).toFixed(blob.size < 1e7 ? 2 : 0)} MB.`;
    say(by("file-status"), [saved, ...notices(response)].join(" · "));
  } catch (error) {
    const { aborted } = download.signal;
    say(by("file-status"), aborted ? "Cancelled: nothing was saved." : "");
    if (!aborted) say(by("file-trouble"), error.message);
  }
  download = null;
  say(by("download"), "Download");
});
format.addEventListener("change", () => keep("format", format.value));

// Jobs

const jobs = new Jobs(
  { heading: by("jobs-label"), list: by("list"), more: by("more"), empty: by("empty"), trouble: by("jobs-trouble"), news: by("news") },
  transport,
  (job) => [voiceName(job.voice), job.lang_code && languageName(language, job.lang_code)].filter(Boolean).join(", "),
);
let asked = { body: "", key: "" }; // the last job that was asked for, and has not been answered
let creating = false;

by("create").addEventListener("click", async () => {
  if (creating) return;
  const said = wanted(by("file-trouble"));
  if (!said) return;
  const body = { ...wishes(), text: said };
  const same = JSON.stringify(body);
  if (asked.body !== same) asked = { body: same, key: newKey() };
  creating = true;
  try {
    await jobs.create(body, asked.key);
    asked = { body: "", key: "" };
    say(by("file-status"), `“${beginning(said, 30)}” is among the jobs below.`);
  } catch (error) {
    say(by("file-trouble"), error.message);
  }
  creating = false;
});

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

onTokenWanted(askToken);
loadVoices();
jobs.refresh();
