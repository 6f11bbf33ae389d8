// The voices, grouped by language, the languages, and a sentence in each to hear voices with.

import { element } from "./dom.js";

const SAMPLES = {
  en: "The sun was low, and the whole valley had turned to gold.",
  es: "El sol estaba bajo y todo el valle se había vuelto de oro.",
  fr: "Le soleil était bas, et toute la vallée s’était changée en or.",
  hi: "सूरज ढल रहा था, और पूरी घाटी सुनहरी हो गई थी।",
  it: "Il sole era basso, e tutta la valle era diventata d’oro.",
  ja: "日が傾き、谷じゅうが金色に染まっていた。",
  pt: "O sol estava baixo, e o vale inteiro tinha virado ouro.",
  zh: "太阳西沉，整个山谷都变成了金色。",
};

export const BLEND = "blend"; // the choice of who writes one; no voice is called so

/** Fill a select with voices behind what it has, and choose one of them. */
export function fill(select, voices, chosen) {
  const names = new Intl.DisplayNames(["en"], { type: "language" });
  const groups = new Map(); // language -> options
  for (const voice of voices) {
    const option = element("option", { value: voice.id }, described(voice));
    option.dataset.language = voice.language;
    groups.set(voice.language, [...(groups.get(voice.language) ?? []), option]);
  }
  const labelled = [...groups].map(([language, options]) =>
    element("optgroup", { label: names.of(language) }, ...options),
  );
  for (const old of select.querySelectorAll("optgroup")) old.remove();
  select.append(...labelled);
  select.value = chosen;
  if (select.selectedIndex < 0) select.selectedIndex = 0;
}

function described(voice) {
  return [voiceName(voice.id), voice.gender, voice.grade && `grade ${voice.grade}`].filter(Boolean).join(", ");
}

/** Fill a select with languages behind what it has, and choose one of them. */
export function fillLanguages(select, languages, chosen) {
  const names = new Intl.DisplayNames(["en"], { type: "language" });
  const options = languages.map(({ id, lang_code: code }) => {
    const option = element("option", { value: id }, names.of(id));
    option.dataset.code = code;
    return option;
  });
  while (select.options.length > 1) select.options[1].remove();
  select.append(...options);
  select.value = chosen;
  if (select.selectedIndex < 0) select.selectedIndex = 0;
}

/** Return what people call a language that a request names, by either of its names. */
export function languageName(select, name) {
  const asked = name.toLowerCase();
  const found = [...select.options].find((option) => option.value === asked || option.dataset.code === asked);
  return found && asked ? found.textContent : name;
}

/** Return what people call a voice: "Heart" of af_heart; a blend as it is written. */
export function voiceName(id) {
  const [, name] = /^[a-z]{2}_([a-z]+)$/.exec(id) ?? [];
  return name ? name[0].toUpperCase() + name.slice(1) : id || "the voice";
}

/** Return a sentence in a language, "" for that of a voice that the select has: of the first one in a blend. */
export function sampleFor(select, id, asked) {
  const [first] = /[a-z]+_[a-z]+/.exec(id) ?? [];
  const language = asked || ([...select.options].find(({ value }) => value === first)?.dataset.language ?? "en");
  return SAMPLES[language.slice(0, 2)] ?? SAMPLES.en;
}
