// What can be played: async generators of `{words}` and `{pcm}`, made while they are heard.

import { chunks, lines, notices, Refused, request } from "./api.js";
import { Places } from "./words.js";

const TRIES = 4; // to go on after a lost connection, without a sound in between
const BREATH = 500; // ms before each of them: a server that restarts needs some
const DATA = 0x64617461; // "data", the name of a WAV file's chunk of samples
const STEP = 9600; // bytes of sound that are worth a step: 0.2 s

/** Speak a text, with its words. A lost connection is made anew from the first word that was not complete. */
export async function* captioned(text, wishes, signal) {
  const places = new Places(text);
  const made = { seconds: 0, words: [] };
  let begin = 0; // the character from which is asked for
  for (let tries = TRIES; ; ) {
    const before = made.seconds;
    try {
      yield* captionedFrom(text, places, begin, wishes, signal, made);
      return;
    } catch (error) {
      if (signal.aborted || !(error instanceof Refused) || error.status !== 0) throw error;
      tries = made.seconds > before ? TRIES : tries - 1;
      if (made.seconds === 0 || tries === 0) throw error;
      begin = made.words.find((word) => word.until > made.seconds)?.first ?? begin;
      await new Promise((resolve) => setTimeout(resolve, BREATH));
    }
  }
}

async function* captionedFrom(text, places, begin, wishes, signal, made) {
  const offset = made.seconds;
  const json = { ...wishes, text: text.slice(places.unit(begin)), stream: true, response_format: "pcm" };
  const response = await request("api/v1/tts/captioned", { method: "POST", json, signal });
  yield* warnings(response);
  made.words = [];
  for await (const line of lines(response)) {
    const part = JSON.parse(line);
    if (part.type === "words") {
      const words = part.words.map((word) => ({
        first: begin + word.start,
        start: places.unit(begin + word.start),
        end: places.unit(begin + word.end),
        from: offset + word.start_time,
        until: offset + word.end_time,
      }));
      made.words = made.words.filter((word) => word.until > made.seconds).concat(words);
      yield { words };
    } else if (part.type === "audio") {
      const pcm = fromBase64(part.audio);
      made.seconds += pcm.byteLength / 2 / 24000;
      yield { pcm };
    } else if (part.type === "notice") yield { notice: part.message };
    else if (part.type === "error") throw new Refused(part.detail, 500);
    else if (part.type === "done") return;
  }
  throw new Refused("The server ended before the text did. Press Play to hear it again.");
}

/** Speak a short text, without its words. */
export async function* spoken(text, wishes, signal) {
  const json = { model: "kokoro", ...wishes, input: text, response_format: "pcm" };
  const response = await request("v1/audio/speech", { method: "POST", json, signal });
  yield* warnings(response);
  yield* steps(chunks(response));
}

/** Play the sound of a job, also while it is being made. */
export async function* ofJob(id, signal) {
  const response = await request(`api/v1/tts/${encodeURIComponent(id)}/audio`, { signal });
  yield* steps(samples(chunks(response)));
}

/** Yield the samples of a WAV file: its header is longer once the job is completed than while it is made. */
async function* samples(parts) {
  let head = new Uint8Array(0);
  let begin = null; // of the samples, once it is known
  for await (const part of parts) {
    if (begin !== null) {
      yield part;
      continue;
    }
    head = joined(head, part);
    begin = beginOfData(head);
    if (begin !== null && begin < head.byteLength) yield head.subarray(begin);
  }
}

function beginOfData(wav) {
  const view = new DataView(wav.buffer, wav.byteOffset, wav.byteLength);
  for (let at = 12; at + 8 <= wav.byteLength; ) {
    if (view.getUint32(at) === DATA) return at + 8;
    const size = view.getUint32(at + 4, true);
    at += 8 + size + (size & 1);
  }
  return null;
}

function joined(one, other) {
  const all = new Uint8Array(one.byteLength + other.byteLength);
  all.set(one);
  all.set(other, one.byteLength);
  return all;
}

/** Yield whole samples, some at a time: the network cuts where it likes. */
async function* steps(parts) {
  let rest = new Uint8Array(0);
  for await (const part of parts) {
    const all = joined(rest, part);
    const whole = all.byteLength < STEP ? 0 : all.byteLength & ~1;
    if (whole) yield { pcm: all.subarray(0, whole) };
    rest = all.subarray(whole);
  }
  if (rest.byteLength > 1) yield { pcm: rest.subarray(0, rest.byteLength & ~1) };
}

function* warnings(response) {
  for (const notice of notices(response)) yield { notice };
}

function fromBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
