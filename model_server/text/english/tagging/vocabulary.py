"""What a word can be: the lists put together, inflected, and asked. Knows nothing of neighbours."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from model_server.text.english.tagging import closed_words, irregular_verbs, open_words, stress_pairs
from model_server.text.english.tagging.endings import Reading, base_forms_of, readings_by_ending, with_prefix

Readings = tuple[Reading, ...]

# How much less likely a word of a closed class is to be anything else.
_RARER = 0.7

_PASTS = (("VBD", "VBD", 0.2), ("VBN", "VBN", 0.2), ("JJ", "JJ", 1.6))
_IN_ING = (("VBG", "VBG", 0.0), ("NN", "NN", 1.2), ("JJ", "JJ", 1.6))

_VB = (("VB", "VB", 0.0), ("VBP", "VBP", 0.2))
# How unlikely a reading is, by the list that a base form is in.
_GROUPS: tuple[tuple[str, dict[str, float]], ...] = (
    ("close", {"JJ": 0, "VB": 0.5, "NN": 1.3, "RB": 0.8}),
    ("content", {"JJ": 0, "NN": 0.1}),
    ("cleanly", {"RB": 0, "JJ": 1.5}),
    ("used", {"JJ": 1.0}),
    ("live", {"JJ": 0.3, "VB": 0.2}),
    ("lives", {"NNS": 0.4, "VBZ": 0.4}),
    (open_words.NOUNS, {"NN": 0, "VB": 4.5}),
    (open_words.SINGULARS_IN_S, {"NN": 0, "VB": 4}),
    (open_words.PLURALS, {"NNS": 0}),
    (open_words.VERBS, {"VB": 0, "NN": 2.6}),
    (open_words.NOUNS_THEN_VERBS, {"NN": 0, "VB": 1.3}),
    (open_words.VERBS_THEN_NOUNS, {"VB": 0.2, "NN": 0.6}),
    (open_words.ADJECTIVES, {"JJ": 0, "NN": 3}),
    (open_words.ADJECTIVES_THEN_VERBS, {"JJ": 0, "VB": 0.9, "NN": 3}),
    (open_words.ADJECTIVES_OR_NOUNS, {"JJ": 0, "NN": 0.8}),
    (open_words.ADJECTIVES_IN_LY, {"JJ": 0, "RB": 1.6}),
    (stress_pairs.ADJECTIVE_OR_VERB, {"JJ": 0.4, "VB": 0.6, "NN": 1.6}),
    (stress_pairs.NOUN_OR_VERB, {"NN": 0.2, "VB": 0.7}),
    (stress_pairs.VERB_OR_NOUN, {"VB": 0.2, "NN": 0.9}),
)


@functools.cache
def closed() -> dict[str, Readings]:
    """Return the closed classes, by word in lower case."""
    found: dict[str, dict[Reading, None]] = {}
    for line in closed_words.CLOSED.strip().splitlines():
        head, _, words = line.partition(": ")
        kind, tag, cost = head.split()
        for word in words.split():
            found.setdefault(word.lower(), {})[kind, tag, float(cost)] = None
    return {word: tuple(readings) for word, readings in found.items()}


@functools.cache
def base_forms() -> dict[str, dict[str, float]]:
    """Return how unlikely each class of a base form is, for all that the lists have; the likeliest said is believed."""
    found: dict[str, dict[str, float]] = {}
    for words, costs in _GROUPS:
        for word in words.lower().split():
            held = found.setdefault(word, {})
            for kind, cost in costs.items():
                held[kind] = min(cost, held.get(kind, 9.0))
    for base, _, _ in _irregular():
        found.setdefault(base, {"NN": 2.6})["VB"] = min(0.3, found.get(base, {}).get("VB", 9.0))
    return found


@functools.cache
def irregular_forms() -> dict[str, Readings]:
    """Return pasts and participles that are not made with -ed."""
    found: dict[str, list[Reading]] = {}
    for _, past, participle in _irregular():
        found.setdefault(past, []).append(("VBD", "VBD", 0.0))
        found.setdefault(participle, []).append(("VBN", "VBN", 0.1))
    return {word: tuple(readings) for word, readings in found.items()}


def _irregular() -> Iterator[tuple[str, str, str]]:
    for line in irregular_verbs.IRREGULAR.split(","):
        base, past, *participle = line.split()
        yield base, past, participle[0] if participle else past


@functools.lru_cache(maxsize=8192)
def readings_of(word: str) -> Readings:
    """Return what a word in lower case can be, at least one reading."""
    if word in closed():
        return _with_open(closed()[word], word)
    if "'" in word and (found := _clitic(word)):
        return found
    if "-" in word.strip("-"):
        return _hyphenated(word)
    return _open(word)


def is_known(word: str) -> bool:
    """Return whether a list has a word in lower case, or what it is inflected from."""
    if word.partition("'")[0] in closed() or word in base_forms() or word in irregular_forms():
        return True
    endings = (ending for ending in ("s", "ed", "ing", "er", "est", "ly") if word.endswith(ending))
    return any(form in base_forms() for ending in endings for form in base_forms_of(word, ending))


def _with_open(readings: Readings, word: str) -> Readings:
    """Add what a word of a closed class is besides, where that is common: "like" is a verb, "round" a noun."""
    more = ((kind, tag, cost + _RARER) for kind, tag, cost in _base(base_forms().get(word, {})) if cost < 2)
    return readings + irregular_forms().get(word, ()) + tuple(more)


def _base(costs: dict[str, float]) -> Iterator[Reading]:
    for kind, cost in costs.items():
        if kind == "VB":
            yield from ((name, tag, cost + more) for name, tag, more in _VB)
        else:
            yield kind, kind, float(cost)


def _clitic(word: str) -> Readings | None:
    for ending, readings in closed_words.CLITICS.items():
        if word.endswith(ending):
            if ending == "'s" and word.removesuffix("'s") in closed_words.PRONOUNS_BEFORE_IS.split():
                return (("BE", "PRP", 0.0), ("HV", "PRP", 0.8))
            return readings
    return (("MD", "MD", 0.0),) if word.endswith("n't") else None


def _hyphenated(word: str) -> Readings:
    """Return what a compound is: what its last part is, most often an adjective."""
    if (rest := with_prefix(word)) and word in base_forms():
        return _open(word)
    if rest is not None and word.startswith("re-"):
        return _open(rest)
    last = word.rsplit("-", 1)[1]
    if last.endswith(("ed", "ing")) or last in irregular_forms():
        return (("JJ", "JJ", 0.0), ("NN", "NN", 1.5))
    return (("JJ", "JJ", 0.3), ("NNS" if last.endswith("s") else "NN",) * 2 + (0.3,))


def _open(word: str) -> Readings:
    found: dict[tuple[str, str], float] = {}
    for kind, tag, cost in _open_readings(word):
        found[kind, tag] = min(cost, found.get((kind, tag), 9.0))
    return tuple((*names, cost) for names, cost in found.items())


def _open_readings(word: str) -> Iterator[Reading]:
    yield from irregular_forms().get(word, ())
    yield from _base(base_forms().get(word, {}))
    if word in irregular_forms():
        return
    if _may_be_plural(word):
        yield from _in_s(word)
    elif word.startswith("un") and word.endswith("ed") and len(word) > 6 and not _is_inflected(word, "ed"):
        yield from (("JJ", "JJ", 0.0), ("VBN", "VBN", 1.0))  # "unemployed": of no verb
    elif word.endswith("ed") and len(word) > 3 and _may_be_inflected(word, "ed"):
        yield from _PASTS
    elif word.endswith("ing") and len(word) > 4 and _may_be_inflected(word, "ing"):
        yield from _IN_ING
    elif word not in base_forms():
        yield from _derived(word)


def _may_be_plural(word: str) -> bool:
    if not word.endswith("s") or len(word) < 4 or word in base_forms():
        return False
    return not word.endswith(("ss", "us", "is")) or word[:-1] in base_forms()


def _may_be_inflected(word: str, ending: str) -> bool:
    """Return whether an ending may be one: what a list has as it is, "hundred", is not, unless it has "hundr" as well."""
    if word.endswith("eed"):
        return False
    return word not in base_forms() or _is_inflected(word, ending)


def _is_inflected(word: str, ending: str) -> bool:
    return any(base in base_forms() for base in base_forms_of(word, ending))


def _in_s(word: str) -> Iterator[Reading]:
    """Yield a plural, and the third person of what is a verb."""
    costs = next((base_forms()[base] for base in base_forms_of(word, "s") if base in base_forms()), None)
    if costs is None:
        rest = with_prefix(word[:-1])
        costs = base_forms().get(rest or "")
    if costs is None:
        yield from (("NNS", "NNS", 0.0), ("VBZ", "VBZ", 3.0))
        return
    noun = min(costs.get("NN", 4.5), costs.get("JJ", 4.5) + 1.0)
    yield "NNS", "NNS", float(noun)
    yield "VBZ", "VBZ", float(costs.get("VB", 4.5))


def _derived(word: str) -> Iterator[Reading]:
    for ending, tag in (("er", "JJR"), ("est", "JJS")):
        if word.endswith(ending) and any("JJ" in base_forms().get(base, ()) for base in base_forms_of(word, ending)):
            yield from (("JJ", tag, 0.0), ("NN", "NN", 2.5), ("RB", "RB" + tag[2], 1.5))
            return
    rest = with_prefix(word)
    if rest in base_forms():
        yield from _base(base_forms()[rest])
    elif rest in irregular_forms():
        yield from irregular_forms()[rest]
    else:
        for kind, tag, cost in readings_by_ending(word):
            yield from (((kind, tag, cost), ("VBP", "VBP", cost + 0.2)) if kind == "VB" else ((kind, tag, cost),))
