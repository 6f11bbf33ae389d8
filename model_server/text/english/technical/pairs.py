"""Words with a slash between them: "and/or", "he/she", "client/server"."""

from __future__ import annotations

import re

from model_server.text.english.amounts.unit_names import spelled
from model_server.text.english.technical.names import listed
from model_server.text.english.technical.parts import said
from model_server.text.english.technical.reading import opens
from model_server.text.english.tokens import Found, Kind, Manner, Token

_PAIR = re.compile(r"([^\W\d_]{1,24}(?:['-][^\W\d_]{1,24}+)?)/(?=([^\W\d_]{1,24}+))")

# Said as a choice.
_CHOICES = listed(
    "i we my our your this that he she his her him hers himself herself they them their yes no true false on off mr mrs ms sir madam male female",
    "mother father daughter son boy girl man woman men women brother sister husband wife pass fail left right either day night",
)
_JOINED = listed("and input read client")

_SPANS = {
    "s": "second",
    "sec": "second",
    "min": "minute",
    "h": "hour",
    "hr": "hour",
    "mo": "month",
    "yr": "year",
    "L": "liter",
    "mL": "milliliter",
}
_PER = re.compile(rf"(?:({'|'.join(_SPANS)})|second|minute|hour|day|night|week|month|year|person|user|page|unit)(?!\w)")


_DECIMALS = re.compile(r"[0-9]{1,6}(?:\.[0-9]|[A-Za-z])")  # what is no fraction: "12.4/16.0", "1/250s"
# An amount with its unit, or a time with its zone, before a slash.
_AMOUNT = re.compile(
    r"(?<![\w.])[0-9]{1,5}[ ]?(?:°?[CF]|km|mi|cm|mm|ft|lbs?|kg|oz|ml|br|bd|[ap]m|[ap]\.m\.)(?: [ECMP][SD]?T)?\Z"
)
_GAS = re.compile(r"/gas(?: mark)? [0-9½¼]")
_RECIPROCAL = re.compile(r"[1-9]/[xyznrk](?!\w)")
_LENS = re.compile(r"\W?[fF]/[0-9]")  # "f/1.8"


def pair(text: str, at: int, manner: Manner) -> Found | None:
    """A slash between two words, found at the slash."""
    if text[at] != "/" or not at:
        return None
    if _GAS.match(text, at):  # "180C fan/gas 6"
        return Found(at + 1, (Token(",", at, at + 1, Kind.MARK),))
    start = at
    while start and at - start < 25 and (text[start - 1].isalpha() or text[start - 1] in "'-"):
        start -= 1
    left = text[start:at].lower()
    right = re.match(r"[^\W\d_]{1,24}", text[at + 1 : at + 26])
    if not left or not right or not opens(text, start):
        return _division(text, at, manner)
    word = right.group().lower()
    if left in _JOINED or (left.upper() == text[start:at] and right.group().isupper() and len(left) < 5):
        return Found(at + 1, ())
    spoken = "or" if left in _CHOICES and word in _CHOICES else "slash"
    if left.endswith("s") and len(left) > 2 and _PER.fullmatch(word):  # "miles/hour"
        return Found(at + 1, tuple(said("per", at, at + 1, manner)))
    if left == "either":
        return Found(at + 1, ())
    return Found(at + 1, tuple(said(spoken, at, at + 1, manner)))


def _division(text: str, at: int, manner: Manner) -> Found | None:
    """Between letters and numbers without a better reading: its name."""
    if _AMOUNT.search(text[max(0, at - 12) : at]) and (
        text[at + 1 : at + 2].isdecimal() or text[at - 2 : at - 1] == "°"
    ):
        return Found(at + 1, (Token(",", at, at + 1, Kind.MARK),))  # "180°C/350°F"
    if _LENS.match(text, max(0, at - 2), at + 5):
        return Found(at + 1, ())
    if text[at - 1].isdecimal() and (unit := _PER.match(text, at + 1)):
        end = unit.end() if unit[1] else at + 1
        return Found(
            end, tuple(said(f"per {spelled(_SPANS[unit[1]], manner.british)}" if unit[1] else "per", at, end, manner))
        )
    if text[at + 1 : at + 2].isalnum() and (text[at - 1].isalnum() or text[at - 1] in ")]}"):
        if text[at - 1].isdecimal() and text[at + 1].isdecimal():
            return Found(at + 1, tuple(said("over", at, at + 1, manner))) if _DECIMALS.match(text, at + 1) else None
        name = "over" if _RECIPROCAL.match(text, at - 1) and not text[max(0, at - 2) : at - 1].isalnum() else "slash"
        return Found(at + 1, tuple(said(name, at, at + 1, manner)))
    return None
