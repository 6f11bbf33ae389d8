"""Signs that are parts of a reference or keys of a telephone: "Section 4(a)(2)", "press #", "*69"."""

from __future__ import annotations

import re

from model_server.text.english.amounts.numerals import cardinal
from model_server.text.english.tokens import Found, Manner, letters, words
from model_server.text.english.writing import near

_CLAUSE = re.compile(r"\((?:(?P<numeral>[ivx]{2,5})|(?P<letter>[A-Za-z]{1,2})|(?P<number>[0-9]{1,2}))\)(?![\w'])")
_SECTION_BEFORE = re.compile(
    r"(?:\b(?:sections?|secs?\.?|subsections?|rules?|articles?|arts?\.?|para(?:graph)?s?\.?|clauses?|regulations?|reg\.|schedule|"
    r"title|Civ\. P\.|Crim\. P\.|Evid\.|U\.?S\.?C\.?A?|C\.?F\.?R\.?|code|(?<!')s\.?)|§{1,2}) ?(?:§{1,2} ?)?"
    r"(?:[0-9][0-9A-Za-z().-]{0,14}(?:, | and | or |, and |, or )){0,2}[0-9][0-9A-Za-z.-]{0,8}(?:\([0-9A-Za-z]{1,5}\)){0,5}\Z",
    re.IGNORECASE,
)
_ROMAN = {"ii": 2, "iii": 3, "iv": 4, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "xi": 11, "xii": 12}
_LOOK = 48  # characters
_PRESSED = re.compile(r"\b(?:press|pressing|hit|dial|push|the|or|then|and|with|by|key)(?: \d{1,4})? \Z", re.IGNORECASE)
_KEYED = re.compile(r"\b(?:press|dial|hit|push|enter|star|pound|hash)", re.IGNORECASE)
_STAR_CODE = re.compile(r"\*(?=[0-9]{2,3}#?(?![0-9*]))")


def clause(text: str, at: int, manner: Manner) -> Found | None:
    """Read "(a)" behind the number of a section: "four A"."""
    written = _CLAUSE.match(text, at) if text[at - 1 : at] == ")" or text[at - 1 : at].isalnum() else None
    if written is None or not at or not _SECTION_BEFORE.search(text[max(0, at - _LOOK) : at]):
        return None
    if written["numeral"] and (value := _ROMAN.get(written["numeral"])):
        return Found(written.end(), words(cardinal(str(value)), at, written.end()))
    if written["number"]:
        return Found(written.end(), words(cardinal(written["number"]), at, written.end()))
    return Found(written.end(), (letters(written["letter"] or written["numeral"], at, written.end()),))


def key(text: str, at: int, manner: Manner) -> Found | None:
    """Read the keys of a telephone: "or # to repeat", "dial *69"."""
    if at and near.joins(text[at - 1]):
        return None
    before = text[max(0, at - _LOOK) : at]
    if text[at] == "*":
        return (
            Found(at + 1, words("star", at, at + 1)) if _STAR_CODE.match(text, at) and _KEYED.search(before) else None
        )
    after = text[at + 1 : at + 2]
    if text[at] != "#" or (after.strip() and after not in ".,;:!?)") or not _PRESSED.search(before):
        return None
    if not _KEYED.search(before):
        return None
    return Found(at + 1, words("hash" if manner.british else "pound", at, at + 1))
