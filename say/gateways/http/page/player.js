// Sound as it arrives: pieces of PCM laid end to end on the clock of Web Audio.

export const RATE = 24000; // Hz, as the engines speak
const LEAD = 0.05; // seconds between a piece's arrival and its sound, where nothing sounds yet
const AHEAD = 60; // seconds of sound kept ready: no more is read from the server
const FADE = 0.015; // seconds in which stopped sound goes, so that it does not click
const OPENING = 3000; // ms for the browser to open its sound device

let context = null; // one for the page: browsers allow few
let current = null; // the playback that has it

async function opened() {
  // At the engines' rate, so that one piece joins the next to the sample.
  context ??= new AudioContext({ sampleRate: RATE });
  const late = new Promise((_, fail) => setTimeout(() => fail(new Error("late")), OPENING));
  try {
    await Promise.race([context.resume(), late]);
  } catch {
    throw new Error("The browser cannot open a sound device. Connect one, then try again; a download works without.");
  }
  return context;
}

/** One thing that sounds, from its first piece to its end or until it is stopped. */
export class Playback {
  /** Promise a playback; throws an Error fit to be shown if there is no sound device. */
  static async open() {
    current = null;
    return new Playback(await opened());
  }

  constructor(context) {
    this.context = context;
    this.gain = context.createGain();
    this.gain.connect(context.destination);
    this.sources = new Set();
    this.stretches = []; // {from: seconds of sound, at: seconds of the clock}: without a wait in between
    this.made = 0; // seconds
    this.end = 0; // of the last piece, on the clock
    this.complete = false;
    this.waiting = []; // for room
    this.over = new Promise((resolve) => (this.settle = resolve));
    current = this;
  }

  /** Let 16-bit little-endian samples sound behind what there is. */
  append(pcm) {
    const count = pcm.byteLength >> 1;
    if (count === 0 || this.settle === null) return;
    const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength);
    const buffer = this.context.createBuffer(1, count, RATE);
    const samples = buffer.getChannelData(0);
    for (let n = 0; n < count; n += 1) samples[n] = view.getInt16(2 * n, true) / 32768;
    const source = this.context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.gain);
    source.onended = () => this.#heard(source);
    const soon = this.context.currentTime + LEAD;
    if (this.stretches.length === 0 || this.end < this.context.currentTime) {
      this.stretches.push({ from: this.made, at: soon });
      this.end = soon;
    }
    source.start(this.end);
    this.sources.add(source);
    this.end += count / RATE;
    this.made += count / RATE;
  }

  #heard(source) {
    this.sources.delete(source);
    this.#wake();
    if (this.complete && this.sources.size === 0) this.#settle("heard");
  }

  #wake() {
    if (this.made - this.position() < AHEAD || this.settle === null) for (const go of this.waiting.splice(0)) go();
  }

  #settle(how) {
    this.settle?.(how);
    this.settle = null;
    this.#wake();
    setTimeout(() => {
      this.gain.disconnect();
      if (current === this) this.context.suspend(); // nothing else has begun: the sound device may rest
    }, 4 * FADE * 1000);
  }

  /** Promise to return once little enough waits to be heard. */
  room() {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.#wake();
    });
  }

  /** Say that nothing more comes. */
  finish() {
    this.complete = true;
    if (this.sources.size === 0) this.#settle("heard");
  }

  /** Return how much has been heard, in seconds of sound. */
  position() {
    const clock = this.context.currentTime - (this.context.outputLatency || 0);
    const stretch = this.stretches.findLast(({ at }) => at <= clock);
    if (stretch === undefined) return 0;
    const next = this.stretches[this.stretches.indexOf(stretch) + 1];
    return Math.min(stretch.from + clock - stretch.at, next === undefined ? this.made : next.from);
  }

  /** Tell whether nothing sounds for want of pieces. */
  get starves() {
    return !this.complete && this.context.currentTime >= this.end;
  }

  pause() {
    return this.context.suspend();
  }

  resume() {
    return opened();
  }

  /** Fall silent; `over` is then "stopped". */
  stop() {
    if (this.settle === null) return;
    const now = this.context.currentTime;
    this.gain.gain.setTargetAtTime(0, now, FADE / 3);
    for (const source of this.sources) {
      source.onended = null;
      source.stop(now + FADE);
    }
    this.sources.clear();
    this.#settle("stopped");
  }
}
