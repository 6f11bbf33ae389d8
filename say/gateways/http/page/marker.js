// The mark behind the word that sounds. The text stays in its textarea; a mirror of it beneath tells where its words are.

const COMFORT = 0.25; // of the paper's height: nearer to its edge than this, the text is moved

/** Marks a stretch of the text of `textarea`, which lies on `mirror` and `layer` within the scrolling `paper`. */
export class Marker {
  constructor(paper, textarea, mirror, layer) {
    Object.assign(this, { paper, textarea, mirror, layer });
    this.node = document.createTextNode("");
    this.mirror.append(this.node);
    this.word = null;
    this.top = null; // of the mark, when it was last drawn
    new ResizeObserver(() => this.#draw()).observe(mirror);
  }

  /** Let the mirror show what the textarea does. */
  reflect() {
    // Something behind a last line break, or the mirror would lack that line.
    this.node.data = `${this.textarea.value}\u200b`;
  }

  /** Mark the stretch of a word in units of the string, or nothing for null. */
  mark(word) {
    if (word?.start === this.word?.start && word?.end === this.word?.end) return;
    this.word = word;
    this.#draw();
    if (word) this.#follow();
    else this.top = null;
  }

  #draw() {
    const rectangles = this.word ? this.#rectangles(this.word) : [];
    while (this.layer.children.length > rectangles.length) this.layer.lastElementChild.remove();
    rectangles.forEach((rectangle, number) => {
      const pill = this.layer.children[number] ?? this.layer.appendChild(document.createElement("i"));
      const sameLine = pill.dataset.top === String(rectangle.top);
      pill.dataset.top = rectangle.top;
      pill.classList.toggle("gliding", sameLine); // to another line it jumps
      pill.style.transform = `translate(${rectangle.left}px, ${rectangle.top}px)`;
      pill.style.width = `${rectangle.width}px`;
      pill.style.height = `${rectangle.height}px`;
    });
    if (this.word) {
      this.layer.dataset.start = this.word.start;
      this.layer.dataset.end = this.word.end;
    } else {
      delete this.layer.dataset.start;
      delete this.layer.dataset.end;
    }
  }

  /** Return where a word is, one rectangle a line; right to left too. */
  #rectangles({ start, end }) {
    const range = document.createRange();
    range.setStart(this.node, Math.min(start, this.node.length));
    range.setEnd(this.node, Math.min(end, this.node.length));
    const origin = this.layer.getBoundingClientRect();
    const seen = [...range.getClientRects()].filter((each) => each.width > 0);
    return seen.map(({ left, top, width, height }) => ({ left: left - origin.left, top: top - origin.top, width, height }));
  }

  /** Keep the mark in sight, unless the reader has moved it out. */
  #follow() {
    const pill = this.layer.firstElementChild;
    if (pill === null) return;
    const { top } = this.#rectangles(this.word)[0];
    const height = this.paper.clientHeight;
    const visible = (at) => at >= this.paper.scrollTop && at <= this.paper.scrollTop + height;
    const wasVisible = this.top === null || visible(this.top);
    this.top = top;
    const low = this.paper.scrollTop + height * (1 - COMFORT);
    if (wasVisible && (top > low || top < this.paper.scrollTop)) this.paper.scrollTo({ top: top - height * COMFORT });
  }
}
