// Small things that the page's parts share.

/** Return the element of that id. */
export const by = (id) => document.getElementById(id);

/** Return a new element. Children that are strings become text, whatever they contain. */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Set the text of an element only if it differs: a live region announces what is set. */
export function say(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/** Return seconds as people write them: 0:07, 12:30, 1:02:03. */
export function clock(seconds) {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Return the beginning of a text on one line. */
export function beginning(text, characters) {
  const all = [...text.slice(0, 8 * characters).trim().replace(/\s+/gu, " ")];
  return all.length > characters ? `${all.slice(0, characters).join("").trimEnd()}…` : all.join("");
}
