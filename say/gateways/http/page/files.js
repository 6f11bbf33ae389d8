// Files that the browser saves.

import { beginning, element } from "./dom.js";

const HEADER = 44; // bytes of a WAV header as this server writes it
const KEPT = 60_000; // ms for which the file is there: the browser may ask the user first

/** Have the browser save a file, named after the text that it speaks. */
export function save(blob, text, ending) {
  const words = beginning(text, 40).normalize("NFKC").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
  const link = element("a", { href: URL.createObjectURL(blob), download: `${words || "speech"}.${ending}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT);
}

/** Return a WAV file whose header tells its length, which was not known yet when it was written. */
export async function measured(wav) {
  const header = await wav.slice(0, HEADER).arrayBuffer();
  if (header.byteLength < HEADER || wav.size - 8 > 0xffffffff) return wav;
  const view = new DataView(header);
  view.setUint32(4, wav.size - 8, true);
  view.setUint32(HEADER - 4, wav.size - HEADER, true);
  return new Blob([header, wav.slice(HEADER)], { type: wav.type });
}
