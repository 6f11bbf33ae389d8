// The jobs: a list that keeps itself up to date, and what can be done with each.

import { events, request, whole } from "./api.js";
import { confirmed } from "./dialogs.js";
import { beginning, clock, element, say } from "./dom.js";
import { save } from "./files.js";
import { ofJob } from "./sources.js";

const PAGE = 10; // jobs at a time
const STREAMS = 2; // jobs whose every step is followed: browsers allow six connections to a server
const LOOK = 2000; // ms between looks at the others that are under way
const AGING = 60_000; // ms after which "1 min ago" is not true any more
const OVER = new Set(["completed", "failed", "cancelled"]);
const ROOT = "api/v1/tts/";

const at = (id, what = "") => `${ROOT}${encodeURIComponent(id)}${what}`;

/** The list in `list`, the button `more` for older ones. */
export class Jobs {
  /** `parts`: heading, list, more, empty, trouble, news. `speaker` gives what the voice of a job is called. */
  constructor(parts, transport, speaker) {
    Object.assign(this, parts);
    this.transport = transport;
    this.speaker = speaker;
    this.rows = new Map(); // id -> Row
    this.streams = new Set(); // ids of jobs that are followed
    this.cursor = null;
    this.timer = 0;
    this.blind = false; // the last look failed
    this.more.addEventListener("click", () => this.#try(() => this.#older()));
    document.addEventListener("visibilitychange", () => document.hidden || this.refresh());
    transport.watch(() => this.draw());
    setInterval(() => document.hidden || this.draw(), AGING);
  }

  /** Show all jobs anew. */
  draw() {
    for (const row of this.rows.values()) row.draw();
  }

  /** Have a text made in the background. Throws Refused. */
  async create(wishes, key) {
    const headers = { "Idempotency-Key": key };
    const made = await (await request(`${ROOT}generate`, { method: "POST", json: wishes, headers })).json();
    this.#show([made], true);
  }

  /** Look what there is. Where the server is away, look again. */
  async refresh() {
    clearTimeout(this.timer);
    try {
      await this.#look();
      if (this.blind) say(this.trouble, ""); // what was wrong with a button's deed stays
      this.blind = false;
    } catch (error) {
      this.blind = true;
      say(this.trouble, error.message);
      if (error.status === 0 && !document.hidden) this.timer = setTimeout(() => this.refresh(), 2 * LOOK);
    }
  }

  async #look() {
    const limit = Math.min(100, Math.max(PAGE, this.rows.size));
    const before = [...this.rows];
    const page = await (await request(`${ROOT}?limit=${limit}`)).json();
    const found = new Set(page.items.map((job) => job.tts_id));
    // Those on this page of the list that are no longer in it were deleted elsewhere.
    const oldest = page.next_cursor === null ? 0 : Date.parse(page.items.at(-1).created_at);
    for (const [id, { job }] of before) if (!found.has(id) && Date.parse(job.created_at) > oldest) this.#forget(id);
    this.#show(page.items, true);
    if (this.rows.size <= limit) this.#end(page.next_cursor);
  }

  async #older() {
    const page = await (await request(`${ROOT}?limit=${PAGE}&cursor=${encodeURIComponent(this.cursor)}`)).json();
    const first = page.items[0]?.tts_id;
    this.#show(page.items, false);
    this.#end(page.next_cursor);
    if (this.more.hidden && first) this.rows.get(first).focus(); // the button that had the focus is gone
  }

  #end(cursor) {
    this.cursor = cursor;
    this.more.hidden = cursor === null;
    this.empty.hidden = this.rows.size > 0;
  }

  /** Show jobs, the newest first: each behind the one before it, the first in front of all or behind them. */
  #show(jobs, infront) {
    let previous = infront ? null : this.list.lastElementChild;
    for (const job of jobs) {
      let row = this.rows.get(job.tts_id);
      if (row) this.#update(row, job);
      else {
        row = new Row(job, this);
        this.rows.set(job.tts_id, row);
        if (previous) previous.after(row.node);
        else this.list.prepend(row.node);
      }
      previous = row.node;
    }
    this.empty.hidden = this.rows.size > 0;
    this.#watch();
  }

  #update(row, job) {
    if (Date.parse(job.updated_at) < Date.parse(row.job.updated_at)) return; // an answer that others have overtaken
    const before = row.job.status;
    row.job = job;
    row.draw();
    if (before === job.status || !OVER.has(job.status)) return;
    this.#announce(`Job “${row.title}” ${job.error ? `failed: ${job.error}` : `${job.status}.`}`);
  }

  #announce(news) {
    say(this.news, news);
  }

  /** Follow those that are under way: some step by step, the others by a look now and then. */
  #watch() {
    const underWay = [...this.rows.values()].filter(({ job }) => !OVER.has(job.status));
    // The one that is being made changes next.
    underWay.sort((one, other) => (other.job.status === "processing") - (one.job.status === "processing"));
    for (const { job } of underWay) {
      if (this.streams.size >= STREAMS) break;
      if (!this.streams.has(job.tts_id)) this.#stream(job.tts_id);
    }
    clearTimeout(this.timer);
    if (underWay.some(({ job }) => !this.streams.has(job.tts_id)) && !document.hidden)
      this.timer = setTimeout(() => this.refresh(), LOOK);
  }

  async #stream(id) {
    this.streams.add(id);
    const abort = new AbortController();
    try {
      for await (const { event, data } of events(await request(at(id, "/events"), { signal: abort.signal }))) {
        const row = this.rows.get(id);
        if (!row) break;
        if (event === "progress") this.#update(row, JSON.parse(data));
        else if (event === "deleted") this.#forget(id);
      }
    } catch {
      // The look that follows says what is wrong, if it still is.
    }
    abort.abort();
    const row = this.rows.get(id);
    // One that broke off keeps its place until the next look, so that it is not tried all the time.
    if (row && !OVER.has(row.job.status)) await new Promise((resolve) => setTimeout(resolve, LOOK));
    this.streams.delete(id);
    if (row && !OVER.has(row.job.status)) this.refresh();
    else this.#watch();
  }

  #forget(id) {
    const row = this.rows.get(id);
    if (!row) return;
    const { node } = row;
    const next = node.nextElementSibling ?? node.previousElementSibling;
    const focused = node.contains(document.activeElement);
    node.remove();
    this.rows.delete(id);
    this.empty.hidden = this.rows.size > 0;
    if (focused) (this.rows.get(next?.dataset.id) ?? this.heading).focus(); // who has only keys is not sent to the page's top
  }

  /** Do what a button says, and show what is wrong with it. */
  async #try(deed) {
    try {
      await deed();
      say(this.trouble, "");
    } catch (error) {
      say(this.trouble, error.message);
    }
  }

  // What the buttons of a job do

  listen({ job, title }) {
    if (this.transport.plays("job", job.tts_id)) return this.transport.stop();
    const open = (signal) => ofJob(job.tts_id, signal);
    const what = { kind: "job", id: job.tts_id, name: `“${title}”`, seconds: job.duration, open };
    return this.transport.start(what);
  }

  async download(row) {
    row.fetches = true;
    row.draw();
    const { tts_id: id, text } = row.job;
    await this.#try(async () => save(await whole(await request(at(id, "/audio"))), text, "wav"));
    row.fetches = false;
    row.draw();
  }

  change({ job }, deed) {
    return this.#try(async () => {
      const answer = await (await request(at(job.tts_id, `/${deed}`), { method: "POST" })).json();
      const row = this.rows.get(job.tts_id);
      if (row && answer.tts_id) this.#update(row, answer);
      this.#watch();
    });
  }

  remove({ job, title }) {
    return this.#try(async () => {
      if (!(await confirmed(`Delete “${title}” and its sound?`, "Delete"))) return;
      if (this.transport.plays("job", job.tts_id)) this.transport.stop();
      await request(at(job.tts_id), { method: "DELETE" });
      this.#forget(job.tts_id);
      this.#announce(`Job “${title}” deleted.`);
    });
  }
}

const DEEDS = [
  { name: "Listen", when: ({ status }) => status === "completed" || status === "processing", act: (jobs, row) => jobs.listen(row) },
  { name: "Download", when: ({ status }) => status === "completed", act: (jobs, row) => jobs.download(row) },
  { name: "Cancel", when: ({ status }) => !OVER.has(status), act: (jobs, row) => jobs.change(row, "cancel") },
  { name: "Retry", when: ({ status }) => status === "failed" || status === "cancelled", act: (jobs, row) => jobs.change(row, "retry") },
  { name: "Delete", when: ({ status }) => OVER.has(status), act: (jobs, row) => jobs.remove(row) },
];

/** One job in the list. */
class Row {
  constructor(job, jobs) {
    this.job = job;
    this.jobs = jobs;
    this.fetches = false; // its sound, to be saved
    this.title = beginning(job.text, 60);
    this.details = element("p", { className: "details" });
    this.remark = element("p", { className: "remark" });
    this.state = element("p", { className: "state" });
    this.bar = element("progress", { max: 100 });
    this.bar.setAttribute("aria-label", `Progress of “${this.title}”`);
    this.buttons = DEEDS.map(({ name, act }) => {
      const button = element("button", { type: "button", className: "quiet" }, name);
      button.addEventListener("click", () => act(jobs, this));
      return button;
    });
    const title = element("h3", { dir: "auto" }, this.title);
    const deeds = element("div", { className: "deeds" }, ...this.buttons);
    this.node = element("li", {}, title, element("div", { className: "line" }, this.state, this.details), this.remark, deeds, this.bar);
    this.node.dataset.id = job.tts_id;
    this.draw();
  }

  /** Show the job as it is now. */
  draw() {
    const { job } = this;
    const active = document.activeElement;
    this.node.dataset.status = job.status;
    say(this.details, `${this.jobs.speaker(job)} · ${Number(job.speed).toFixed(2)}× · ${since(job.created_at)}`);
    say(this.state, standing(job));
    say(this.remark, (job.remark ?? "").split("\n").map(begun).join(" · "));
    this.remark.hidden = !job.remark;
    this.bar.value = job.progress;
    this.bar.hidden = OVER.has(job.status);
    DEEDS.forEach(({ name, when }, number) => {
      const button = this.buttons[number];
      const sounds = name === "Listen" && this.jobs.transport.plays("job", job.tts_id);
      const label = sounds ? "Stop" : name === "Download" && this.fetches ? "Fetching…" : name;
      button.hidden = !when(job) && label !== "Stop";
      say(button, label);
      button.setAttribute("aria-label", `${label}: ${this.title}`);
    });
    if (active?.hidden && this.node.contains(active)) this.focus(); // what it could do is done
  }

  focus() {
    this.buttons.find((button) => !button.hidden)?.focus();
  }
}

function standing(job) {
  if (job.notice && !OVER.has(job.status)) return begun(job.notice);
  if (job.status === "pending") return "Waits for its turn";
  if (job.status === "processing") return `Being made, ${job.progress} %`;
  if (job.status === "completed") return job.duration ? `Done, ${clock(job.duration)}` : "Done";
  if (job.status === "cancelled") return "Cancelled";
  return `Failed: ${job.error || "the server gave no reason"}`;
}

/** The daemon's sentences begin in lower case: they follow its name. */
function begun(sentence) {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function since(moment) {
  const then = new Date(moment);
  const minutes = Math.round((Date.now() - then) / 60_000);
  if (!(minutes >= 1)) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  const sameDay = then.toDateString() === new Date().toDateString();
  return then.toLocaleString("en", sameDay ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" });
}
