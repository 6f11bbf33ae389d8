// What outlives the page in this browser: text and settings; in this tab: its own text, and the token.

const PREFIX = "say.";

/** Return what was kept by that name, or `otherwise`. */
export function kept(name, otherwise) {
  return read("localStorage", name) ?? otherwise;
}

/** Keep a value; tell whether the browser took it. */
export function keep(name, value) {
  return write("localStorage", name, value);
}

/** Return what this tab has kept by that name, or null. */
export function keptByTab(name) {
  return read("sessionStorage", name);
}

/** Keep a value until this tab is closed. */
export function keepInTab(name, value) {
  return write("sessionStorage", name, value);
}

function read(storage, name) {
  try {
    return window[storage].getItem(PREFIX + name);
  } catch {
    return null; // the user has forbidden it
  }
}

function write(storage, name, value) {
  try {
    window[storage].setItem(PREFIX + name, value);
    return true;
  } catch {
    return false; // forbidden, or more than it takes
  }
}
