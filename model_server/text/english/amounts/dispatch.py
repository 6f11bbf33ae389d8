"""Which rules for amounts are worth asking, by the characters around the first digits: most numbers need two of twenty.

Order matters: the first that finds something is believed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from model_server.text.english.amounts.dates import MONTH_LETTERS, match_day_first, match_month, match_numeric
from model_server.text.english.amounts.dimensions import match_dimension
from model_server.text.english.amounts.durations import match_duration
from model_server.text.english.amounts.idioms import match_bore, match_idiom
from model_server.text.english.amounts.money import SYMBOLS, match_money
from model_server.text.english.amounts.notes import match_note
from model_server.text.english.amounts.others import match_code, match_named, match_other
from model_server.text.english.amounts.quantities import match_quantity
from model_server.text.english.amounts.rows import match_groups, match_list, match_ordinal
from model_server.text.english.amounts.scores import match_against
from model_server.text.english.amounts.scripture import match_scripture
from model_server.text.english.amounts.speech import ends
from model_server.text.english.amounts.telephone import match_card, match_endless, match_telephone
from model_server.text.english.amounts.times import match_lasting, match_noon, match_offset, match_time
from model_server.text.english.amounts.years import match_plural, match_years
from model_server.text.english.tokens import Found, Kind, Manner, Matcher

_LONGEST = 66  # digits of the longest number
_DIGITS = re.compile(f"[0-9]{{1,{_LONGEST + 1}}}+")
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SMALL = _CAPITALS.lower()
_NUMERALS = "0123456789"
_DASHES = "-–—−"


@dataclass(frozen=True, slots=True)
class _Worth:
    """A rule, and the characters behind a run of digits with which it is worth asking."""

    match: Matcher
    follows: str
    blank: str = ""  # the characters that may follow a blank behind the run
    lengths: frozenset[int] = frozenset(range(_LONGEST + 1))  # of the run


# A run of digits, and what stands behind it.
_NUMBERS = (
    _Worth(match_idiom, "-–'/.:WKksapd*", "xX×f" + _NUMERALS, frozenset((1, 2, 3, 4))),
    _Worth(match_named, "xX(skb"),
    _Worth(match_note, "-QH/'′+cTX", lengths=frozenset((1, 2, 3, 4, 8))),
    _Worth(match_numeric, "/-."),
    _Worth(match_scripture, "", "SKCTPJM", frozenset((1,))),
    _Worth(match_day_first, "/-–snrt", MONTH_LETTERS + "–-"),
    _Worth(match_card, "-", _NUMERALS, frozenset((3, 4, 5))),
    _Worth(match_telephone, "-.(", _NUMERALS + "(", frozenset((1, 3, 4, 5))),
    _Worth(match_lasting, ":"),
    _Worth(match_against, ":/.-–"),
    _Worth(match_time, ":.aApPhZ" + _DASHES, "aAphPHUGZ" + _DASHES),
    _Worth(match_duration, ".ywdhms", "ywdhms"),
    _Worth(match_dimension, "'\"′″°xX×.fcmkpyi/½¼¾⅓⅔⅛⅜⅝⅞", "xX×fcmkpyi°1357"),
    _Worth(match_money, SYMBOLS + _CAPITALS + "kmbtzp.,½¼¾/", SYMBOLS + _CAPITALS + "kmbtz½¼¾" + _NUMERALS),
    _Worth(match_plural, "s',e"),
    _Worth(match_years, "s'/" + _DASHES, _DASHES),
    _Worth(match_ordinal, "snrtSNRT,."),
    _Worth(match_groups, "-"),
    _Worth(match_list, ","),
)
_SIGNS: dict[str, tuple[Matcher, ...]] = {
    "+": (match_telephone, match_offset, match_money, match_quantity),
    "(": (match_telephone,),
    "'": (match_years,),
    "-": (match_offset, match_money, match_quantity),
    "−": (match_offset, match_money, match_quantity),
    ".": (match_bore, match_money, match_quantity),
    **dict.fromkeys("±~≈∼", (match_money, match_quantity)),
    "#": (match_quantity,),
    "№": (match_quantity,),
    **dict.fromkeys(SYMBOLS, (match_money,)),
    **dict.fromkeys("⁺⁻", (match_other,)),
}


@lru_cache(maxsize=4096)
def _worth(length: int, follows: str, blank: str) -> tuple[Matcher, ...]:
    """Return the rules for a run of digits with these two characters behind it."""
    return tuple(
        rule.match
        for rule in _NUMBERS
        if length in rule.lengths
        and ((follows and follows in rule.follows) or (follows == " " and blank and blank in rule.blank))
    )


def match_digits(text: str, at: int, manner: Manner) -> Found | None:
    """Read what begins with a digit or another numeric character, with the "'s" behind it: "2023's"."""
    found = _match_digits(text, at, manner)
    if found is None or not text.startswith("'s", found.end) or not ends(text, found.end + 2):
        return found
    if not found.tokens or found.tokens[-1].kind is not Kind.WORD:
        return found
    *others, last = found.tokens
    end = found.end + 2
    others = [replace(token, end=end) if token.start == last.start else token for token in others]
    return Found(end, (*others, replace(last, text=f"{last.text}'s", end=end)))


def _match_digits(text: str, at: int, manner: Manner) -> Found | None:
    run = _DIGITS.match(text, at)
    if run is None:
        return match_quantity(text, at, manner) or match_other(text, at, manner)
    end = run.end()
    if (end - at > _LONGEST or (at and text[at - 1] in _NUMERALS)) and (found := match_endless(text, at, manner)):
        return found
    whole = (text[at] == "0" and end - at == 11) or (at and text[at - 1] == "+")
    if whole and (found := match_telephone(text, at, manner)):
        return found
    for match in _worth(end - at, text[end : end + 1], text[end + 1 : end + 2]):
        if found := match(text, at, manner):
            return found
    return match_quantity(text, at, manner) or match_other(text, at, manner)


def match_sign(text: str, at: int, manner: Manner) -> Found | None:
    """Read what begins with a sign before a number."""
    for match in _SIGNS.get(text[at], ()):
        if found := match(text, at, manner):
            return found
    return None


def match_letter(text: str, at: int, manner: Manner) -> Found | None:
    """Read what begins with a month, the code of a currency, or letters that have a number behind them."""
    if text[at] in "nm" and (noon := match_noon(text, at)):
        return noon
    if text[at] not in _CAPITALS:
        if text.startswith(("kr", "zł"), at) and (sum_ := match_money(text, at, manner)):
            return sum_
        return match_month(text, at, manner) if text[at] in MONTH_LETTERS else None
    return (
        match_month(text, at, manner)
        or match_scripture(text, at, manner)
        or match_money(text, at, manner)
        or match_code(text, at, manner)
    )
