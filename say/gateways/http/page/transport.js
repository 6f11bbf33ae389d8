// The one thing that sounds on this page: play, pause, stop, the word that is heard, and what is said about it.

import { clock, say } from "./dom.js";
import { Playback } from "./player.js";
import { Words } from "./words.js";

const PATIENCE = 2000; // ms without a sound after which it is said why

const LABELS = { idle: "Play", waiting: "Pause", playing: "Pause", paused: "Resume" };

/** Plays one thing at a time: `{kind, id, name, text, open(signal)}`, `open` giving a generator of sources.js. */
export class Transport {
  /**
   * `parts`: play, stop, status, notice, trouble, time, heard. `play()` is what Play does while nothing sounds, `reason()` promises
   * why it takes its time.
   */
  constructor(parts, marker, play, reason) {
    this.parts = parts;
    this.marker = marker;
    this.reason = reason;
    this.state = "idle";
    this.run = null;
    this.watchers = [];
    parts.play.addEventListener("click", () => (this.run === null ? play() : this.pauseOrResume()));
    parts.stop.addEventListener("click", () => this.stop());
    this.#enter("idle");
  }

  /** Call `watcher(what)` whenever another thing sounds, null for none. */
  watch(watcher) {
    this.watchers.push(watcher);
  }

  /** Tell whether that thing sounds now. */
  plays(kind, id) {
    return this.run !== null && this.run.what.kind === kind && this.run.what.id === id;
  }

  /** Play something in place of what sounds. */
  async start(what) {
    this.#leave();
    const run = { what, abort: new AbortController(), playback: null, words: new Words(), notices: new Set(), paused: false };
    this.run = run;
    this.complain("");
    this.#wait(what);
    this.#tell();
    this.#explain(run);
    try {
      run.playback = await Playback.open();
      if (this.run !== run) return run.playback.stop(); // or the sound device would stay open
      if (run.paused) run.playback.pause();
      this.#follow(run);
      await this.#feed(run);
    } catch (error) {
      if (this.run !== run) return;
      this.complain(error.message);
    }
    this.#tellNotices(run); // also those that no sound came behind
    run.playback?.finish(); // after an error, what came before it is heard
    await run.playback?.over;
    if (this.run === run) this.#end(run.playback?.made ? `Finished: ${spoken(run.playback.made)}.` : "Nothing was spoken.");
  }

  async #explain(run) {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, PATIENCE));
      if (this.run !== run || run.playback?.made) return;
      if (this.state === "paused") continue;
      const reason = await this.reason().catch(() => ""); // the request itself says what is wrong, if anything is
      if (this.run === run && this.state === "waiting" && reason) say(this.parts.status, reason);
    }
  }

  async #feed(run) {
    for await (const part of run.what.open(run.abort.signal)) {
      if (this.run !== run) return;
      if (part.words) run.words.add(part.words);
      if (part.notice) run.notices.add(part.notice);
      if (!part.pcm) continue;
      this.#tellNotices(run);
      run.playback.append(part.pcm);
      if (this.state === "waiting") this.#enter("playing", `Playing ${run.what.name}.`);
      await run.playback.room();
    }
  }

  /** Show what is done otherwise than asked. What is shown already is not touched, or it would be read out again. */
  #tellNotices(run) {
    if (this.run === run) say(this.parts.notice, [...run.notices].join(" · "));
  }

  async pauseOrResume() {
    const run = this.run;
    run.paused = !run.paused;
    if (run.paused) {
      this.#enter("paused", "Paused.");
      await run.playback?.pause();
    } else {
      if (run.playback?.made) this.#enter("playing", `Playing ${run.what.name}.`);
      else this.#wait(run.what);
      await run.playback?.resume().catch((error) => this.complain(error.message));
    }
  }

  /** Fall silent, and end the making of what would have followed. */
  stop() {
    if (this.run !== null) this.#end("Stopped.");
  }

  /** Let the marked words follow a change of the text. */
  edited(old, now) {
    if (this.run?.what.kind !== "text") return;
    this.run.words.edited(old, now);
    this.run.what.text = now;
  }

  /** Show what went wrong, "" for nothing. */
  complain(message) {
    say(this.parts.trouble, message);
  }

  #wait({ kind }) {
    this.#enter("waiting", kind === "job" ? "Fetching the sound…" : "Making the first sound…");
  }

  #end(status) {
    this.#leave();
    this.#enter("idle", status);
    this.#tell();
  }

  #leave() {
    this.run?.abort.abort();
    this.run?.playback?.stop();
    this.run = null;
    this.marker.mark(null);
  }

  #tell() {
    for (const watcher of this.watchers) watcher(this.run?.what ?? null);
  }

  #enter(state, status = "") {
    this.state = state;
    this.parts.play.dataset.state = state;
    say(this.parts.play.querySelector("span"), LABELS[state]);
    say(this.parts.status, status);
    const idle = state === "idle";
    const { play, stop } = this.parts;
    if (idle && document.activeElement === stop) play.focus(); // a disabled button would lose it
    stop.disabled = idle;
    if (idle) {
      say(this.parts.time, "");
      this.parts.heard.value = 0;
    }
  }

  /** Show each frame what is heard in it. */
  #follow(run) {
    if (this.run !== run) return;
    const { playback, what } = run;
    const position = playback.position();
    const word = what.kind === "text" ? run.words.at(position) : null;
    this.marker.mark(word);
    if (word) this.parts.heard.value = word.end / what.text.length;
    else if (what.kind !== "text") this.parts.heard.value = position / (what.seconds || playback.made || 1);
    const total = what.seconds || (playback.complete ? playback.made : 0);
    const waits = playback.starves && playback.made > 0 && !run.paused;
    say(this.parts.time, [clock(position), total && `of ${clock(total)}`, waits && "waiting for more"].filter(Boolean).join(" "));
    requestAnimationFrame(() => this.#follow(run));
  }
}

function spoken(seconds) {
  return seconds < 59.5 ? `${Math.max(1, Math.round(seconds))} s of speech` : `${clock(seconds)} of speech`;
}
