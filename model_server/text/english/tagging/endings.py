"""What a word can be by its ending: only for words that no list knows. Pure."""

from __future__ import annotations

Reading = tuple[str, str, float]  # the class that neighbours see, Penn's tag, how unlikely

_NOUN = (("NN", "NN", 0.0),)
_ADJECTIVE = (("JJ", "JJ", 0.0), ("NN", "NN", 2.0))

# The first ending that fits is believed.
_ENDINGS: tuple[tuple[tuple[str, ...], tuple[Reading, ...]], ...] = (
    (
        (
            "ness",
            "ment",
            "tion",
            "sion",
            "ship",
            "hood",
            "dom",
            "ism",
            "ist",
            "ity",
            "ance",
            "ence",
            "ancy",
            "ency",
            "logy",
        ),
        _NOUN,
    ),
    (("less",), _ADJECTIVE),
    (("ture", "age", "eer", "ess", "cy", "ium", "sis"), _NOUN),
    (("able", "ible", "ous", "ful", "ish", "ive", "some", "proof"), _ADJECTIVE),
    (("ical", "ial", "ual", "onal", "inal", "ural", "eral", "ic", "ary", "esque", "like", "free"), _ADJECTIVE),
    (("ify", "ise", "ize", "lyse", "lyze"), (("VB", "VB", 0.0), ("NN", "NN", 2.0))),
    (("ate",), (("VB", "VB", 0.0), ("JJ", "JJ", 1.2), ("NN", "NN", 1.0))),
    (("ant", "ent"), (("JJ", "JJ", 0.6), ("NN", "NN", 0.6), ("VB", "VB", 3.0))),
    (("al", "an", "ese"), (("JJ", "JJ", 0.6), ("NN", "NN", 0.6))),
    (("ly",), (("RB", "RB", 0.0), ("JJ", "JJ", 2.5))),
    (("er", "or"), (("NN", "NN", 0.0), ("JJ", "JJR", 2.2), ("VB", "VB", 4.0))),
    (("est",), (("JJ", "JJS", 0.3), ("NN", "NN", 1.0))),
    (("y",), (("NN", "NN", 0.0), ("JJ", "JJ", 0.8), ("VB", "VB", 4.0))),
)
_PREFIXES_OF_VERBS = ("re", "un", "dis", "over", "under", "out", "mis", "pre", "co", "de")
_OTHERWISE = (("NN", "NN", 0.0), ("JJ", "JJ", 2.2), ("VB", "VB", 4.5))


def readings_by_ending(word: str) -> tuple[Reading, ...]:
    """Return what a base form that no list knows can be."""
    for endings, readings in _ENDINGS:
        if word.endswith(endings) and len(word) > 4:
            return readings
    return _OTHERWISE


def base_forms_of(word: str, ending: str) -> tuple[str, ...]:
    """Return what a word may be made from with -s, -ed, -ing, -er or -est; the likeliest spelling first."""
    stem = word[: -len(ending)]
    if ending == "s":
        if word.endswith("ies"):
            return (word[:-3] + "y", word[:-1])
        return (stem, word[:-2]) if word.endswith("es") else (stem,)
    made = [stem, stem + "e"]
    if len(stem) > 2 and stem[-1] == stem[-2]:
        made.append(stem[:-1])
    if stem.endswith("i"):
        made.append(stem[:-1] + "y")
    return tuple(made)


def with_prefix(word: str) -> str | None:
    """Return a verb's rest behind a prefix that changes nothing about what it is: "retest" is "test"."""
    for prefix in _PREFIXES_OF_VERBS:
        rest = word.removeprefix(prefix).removeprefix("-")
        if rest != word and len(rest) > 3:
            return rest
    return None
