"""One step of the tagger's grammar: what a class of words costs behind another, and what its clause then lacks. Pure."""

from __future__ import annotations

import functools

from model_server.text.english.tagging.closed_words import CAUSATIVES
from model_server.text.english.tagging.costs import ROWS, SEEN_THROUGH

State = tuple[str, str]  # the class of the word before, as far as it is in view; what the clause lacks

# What single words are to their clause, beyond their class.
_ROLES = {
    **dict.fromkeys(CAUSATIVES.split(), "causative"),
    **dict.fromkeys(("be", "been", "being", "having"), "nonfinite"),
    **dict.fromkeys(("some", "most", "few", "many", "all", "both", "several", "these", "those", "others"), "several"),
}

# What a clause lacks.
_FINITE = "F"  # a finite verb
_ONE = "1"  # the same, and its subject is one
_MANY = "2"  # the same, and its subject is many
_ONE_AND = "3"  # the same, and its subject is one and something more
_NOTHING = "S"
_JOINED = "J"  # nothing: another finite verb may come, "and" was there
_INNER = "I"  # its own finite verb, in a clause inside another that lacks one
_OUTER = "O"  # a clause inside is whole, the outer one lacks a finite verb
_BASE = "B"  # a base form, promised by "do" or a modal before the subject
_PARTICIPLE = "P"  # a participle, promised by "have" before the subject
_COMPLEMENT = "Q"  # an adjective or participle, promised by "is" before the subject
_MAYBE = "L"  # nothing, but "let" and the like may be followed by someone and a base form
# A verb behind its subject, for the sake of a word before that: "did the dog bark", "let him go", "the men from town object".
_PROMISED = {
    (_BASE, "VB"): 0.3,
    (_MAYBE, "VB"): 0.7,
    (_PARTICIPLE, "VBN"): 0.5,
    (_COMPLEMENT, "JJ"): 0.8,
    (_COMPLEMENT, "VBN"): 0.8,
    (_COMPLEMENT, "VBG"): 0.8,
    (_MANY, "VBP"): 1.2,
    (_ONE, "VBZ"): 1.2,
}
_LACKS_FINITE = (_FINITE, _ONE, _MANY, _ONE_AND)
_AT_THE_END = {
    **dict.fromkeys(_LACKS_FINITE, 1.5),
    **dict.fromkeys((_NOTHING, _JOINED, _MAYBE, _COMPLEMENT), 0.0),
    _INNER: 3.0,
    _OUTER: 0.9,
    _BASE: 2.0,
    _PARTICIPLE: 1.5,
}
# A finite verb behind whatever ends a clause inside its own.
_AFTER_INNER = 1.5
# A finite verb where the clause has one.
_ONE_TOO_MANY = 2.2
_VERBS = frozenset(("VBP", "VBZ", "VBD", "MD", "DO", "HV", "BE"))
_OPENING = frozenset(context for context in ROWS if context.partition(" ")[0] in ("BOS", "WRB", "WH", "COM", "CC"))
_NOUNLIKE = frozenset(("NN", "NNS", "NNP", "PR1", "PR3", "IT", "YOU", "PRO", "DTP", "EX"))
_PRONOUNS = frozenset(("PR1", "PR3", "IT", "YOU"))
_INVERTED = frozenset(("BE", "HV", "DO", "MD"))
# A clause may end behind these.
_WHOLE = frozenset(("VB", "VBP", "VBZ", "VBD", "VBN", "PRO", "RB", "RP", "NN", "NNS", "NNP"))
_SUBJECTS = frozenset(("NN", "NNS", "NNP", "DTP", "CD", "CC"))
# What is lacking behind a class, by what was before it; where nothing is said it stays the same.
_CLAUSE_BEGINS = {
    **dict.fromkeys((*_LACKS_FINITE, _OUTER), _INNER),
    **dict.fromkeys((_NOTHING, _JOINED, _BASE, _PARTICIPLE, _MAYBE, _COMPLEMENT), _FINITE),
}
_JOINS = dict.fromkeys((_NOTHING, _MAYBE, _COMPLEMENT), _JOINED)
_BEHIND = {
    "VBN": {_PARTICIPLE: _NOTHING, _COMPLEMENT: _NOTHING},
    "VBG": {_COMPLEMENT: _NOTHING},
    "JJ": {_COMPLEMENT: _NOTHING},
    "BE": {_BASE: _NOTHING},
    **dict.fromkeys(("WH", "REL", "WRB", "SUB"), _CLAUSE_BEGINS),
    "CC": _JOINS,
    "COM": _JOINS,
}

START: State = ("BOS", _FINITE)


def role_of(word: str) -> str:
    """Return what a word in lower case is to its clause beyond its class: "" for most."""
    return _ROLES.get(word, "")


def cost_at_the_end(state: State) -> float:
    """Return how unlikely it is that a text ends here."""
    return _AT_THE_END[state[1]]


# As many entries as there are states, classes and roles: no text makes it grow further.
@functools.cache
def step(state: State, kind: str, role: str) -> tuple[float, State]:
    """Return how unlikely a class is behind a state, and the state behind it."""
    context, lack = state
    if not kind:  # a quotation mark or bracket: seen through
        return 0.0, state
    row = ROWS[context]
    beside = row.get(kind, row["*"])
    if context in _NOUNLIKE:
        beside = min(beside, _PROMISED.get((lack, kind), beside))
    if lack == _OUTER and kind in _VERBS and context in _WHOLE:
        beside = min(beside, _AFTER_INNER)  # "what he says goes"
    more, next_lack = _clause(lack, context, kind, role)
    return beside + more, (_context(context, kind), next_lack)


def _context(context: str, kind: str) -> str:
    if kind in ("RB", "NOT") and context in SEEN_THROUGH:
        return context
    if kind == "JJ" and context in ("DT", "PSS", "AJ"):
        return "AJ"
    if kind in ("CC", "COM"):
        return f"{kind} {context.rpartition(' ')[2]}"
    return "BOS" if kind == "END" else kind


def _clause(lack: str, context: str, kind: str, role: str) -> tuple[float, str]:
    """Return what a reading costs for the sake of its clause, and what that lacks behind it."""
    if kind in _VERBS and role != "nonfinite":
        return _finite(lack, context, kind, role)
    if kind == "VB":
        return 0.0, _behind_base_form(lack, context, role)
    if kind == "END":
        return _AT_THE_END[lack], _FINITE
    if kind == "WH" and context == "BOS":
        return 0.0, _FINITE
    if kind in _PRONOUNS and lack in (_NOTHING, _JOINED, _MAYBE, _COMPLEMENT) and context not in _INVERTED:
        return 0.0, _FINITE  # "said it works", "the one I saw"
    if kind in _PRONOUNS and lack in (_ONE, _MANY) and context in ("NN", "NNS", "DTP"):
        return 0.0, _INNER  # "nothing he makes sells"
    if lack in _LACKS_FINITE and kind in _SUBJECTS:
        return 0.0, _subject(lack, context, kind, role)
    return 0.0, _BEHIND[kind].get(lack, lack) if kind in _BEHIND else lack


def _subject(lack: str, context: str, kind: str, role: str) -> str:
    """Return whether the subject is one or many behind a word of it; words behind its first preposition change nothing."""
    if kind == "CC":
        return _ONE_AND if lack == _ONE else lack
    if lack == _FINITE:
        return _MANY if kind in ("NNS", "CD") or role == "several" else _ONE
    compound = lack == _ONE and kind == "NNS" and context in ("NN", "NNP")
    return _MANY if compound or lack == _ONE_AND else lack


def _behind_base_form(lack: str, context: str, role: str) -> str:
    whole = _MAYBE if role == "causative" else _NOTHING
    if lack in (_BASE, _MAYBE, _NOTHING):
        return whole
    return whole if context in _OPENING and lack in (*_LACKS_FINITE, _OUTER) else lack


def _finite(lack: str, context: str, kind: str, role: str) -> tuple[float, str]:
    if kind in ("HV", "DO") and context in ("TO", "MD"):
        return 0.0, lack
    if lack == _BASE and kind in ("HV", "BE"):
        return 0.3, _NOTHING
    satisfied = _OUTER if lack == _INNER else _NOTHING
    if context in _OPENING and kind in ("MD", "DO") and context != "WH":
        satisfied = _BASE
    elif context in _OPENING and kind == "HV":
        satisfied = _PARTICIPLE
    elif context in _OPENING and kind == "BE" and satisfied == _NOTHING:
        satisfied = _COMPLEMENT
    elif role == "causative":
        satisfied = _MAYBE
    if lack in (*_LACKS_FINITE, _INNER, _OUTER):
        return 0.0, satisfied
    if lack == _JOINED:
        return (-0.4 if context.startswith("CC") else 0.3), satisfied
    return (3.0 if lack in (_BASE, _PARTICIPLE) else _ONE_TOO_MANY), satisfied
