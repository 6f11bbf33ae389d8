// Words of a text and when they sound. The server counts characters (code points), a JavaScript string UTF-16 units.

/** Where the characters of a text are in its string. */
export class Places {
  constructor(text) {
    this.length = text.length;
    this.wide = []; // numbers of the characters that take two units
    let character = 0;
    for (let unit = 0; unit < text.length; unit += 1, character += 1) {
      if (text.codePointAt(unit) > 0xffff) {
        this.wide.push(character);
        unit += 1;
      }
    }
  }

  /** Return the unit at which a character begins. */
  unit(character) {
    return Math.min(character + before(this.wide, (wide) => wide < character), this.length);
  }
}

/** Return how many elements at the front of a sorted array satisfy `holds`. */
function before(sorted, holds) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}

const LINGER = 0.4; // seconds for which a word stays marked when none follows: as long as between two sentences

/** The words of what sounds, in the order in which they do: `{start, end}` in units, `{from, until}` in seconds. */
export class Words {
  constructor() {
    this.all = [];
    this.changes = []; // of the text since its speaking began
  }

  add(words) {
    const there = words.filter((word) => word.end > word.start);
    this.all.push(...this.changes.reduce(moved, there));
  }

  /** Return the word that sounds at that second, or that was the last to; null where nobody has spoken for a while. */
  at(second) {
    const word = this.all[before(this.all, (each) => each.from <= second) - 1];
    return word !== undefined && second < word.until + LINGER ? word : null;
  }

  /** Follow a change of the text. Words that it touches are gone. */
  edited(old, now) {
    const change = difference(old, now);
    this.changes.push(change);
    this.all = moved(this.all, change);
  }
}

/** Return where two texts differ: units [start, end) of `old` were replaced by `grown` more of them. */
export function difference(old, now) {
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old[start] === now[start]) start += 1;
  let same = 0;
  while (same < shorter - start && old[old.length - 1 - same] === now[now.length - 1 - same]) same += 1;
  return { start, end: old.length - same, grown: now.length - old.length };
}

function moved(words, { start, end, grown }) {
  return words.flatMap((word) => {
    if (word.end <= start) return [word];
    if (word.start < end) return [];
    return [{ ...word, start: word.start + grown, end: word.end + grown }];
  });
}
