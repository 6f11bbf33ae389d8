"""Thousands and millions behind a number: 2.5 million, 10k, 1.2bn; and what only looks like them: 4K, 3M."""

from __future__ import annotations

import re

from model_server.text.english.amounts.values import Value

_MAGNITUDE = re.compile(
    r"[ -]?(?P<word>hundred|thousand|lakh crore|(?:thousand )?crore|lakh|million|billion|trillion|quadrillion)s?\b"
    r"|[ ]?(?P<short>bn|mn|tn|trn|mil|mln|mio)\b(?![A-Za-z])|[ ]?(?P<foreign>Mio|Mrd|mrd)\b\.?|(?P<letter>[kKMBTm])(?![A-Za-z0-9/²³^ΩΩ])"
)
_SHORT = {
    **dict.fromkeys(("mn", "mil", "mln", "mio", "Mio", "M", "m"), "million"),
    **dict.fromkeys(("bn", "Mrd", "mrd"), "billion"),
    "tn": "trillion",
    "trn": "trillion",
    "k": "thousand",
    "K": "thousand",
    "B": "billion",
    "T": "trillion",
}
# Screens and races are named by letters: "4K video", "a 5K run".
_SCREEN = re.compile(
    r"\b(?:tv|uhd|hdr|video|monitor|resolution|display|screen|ultra|footage|gaming|quality|stream)", re.I
)
_RACE = re.compile(
    r"[ ](?:runs?|runner|races?|walk|event|charity|course|fun|training|time|today|tomorrow|this|on|in)\b"
)
_THE_RACE = re.compile(r"\b(?:[Tt]he|[Aa]|[Mm]y|[Hh]er|[Hh]is|first|ran|run|running)[ ]\Z")
_PLURAL = re.compile(r"[ ](?:people|[a-z]{3,14}s)\b(?<! was)(?<! has)(?<! its)")
_COUNTED = re.compile(
    r"[ ](?:people|users|followers|views|subscribers|customers|jobs|tonnes|records|rows|downloads|dollars|euros|pounds|fans|"
    r"listeners|viewers|members|voters|copies|tokens|parameters|params|flops|operations|documents|samples|edges)\b"
)
_PROPER = re.compile("[ ][A-Z][a-z]")  # "221B Baker Street"
_KELVINS = 4  # digits: nobody writes so many thousands
_LOOK = 24  # characters behind the letter


def behind(text: str, value: Value) -> tuple[int, str] | None:
    """Return the end and the word of the magnitude behind a value, None where there is none."""
    written = _MAGNITUDE.match(text, value.end)
    if written is None:
        return None
    if letter := written["letter"]:
        if letter == "K" and len(value.whole) >= _KELVINS and not value.fraction:
            return written.end(), "kelvin"  # of a lamp: "3,000K"
        start = value.end - len(value.digits)
        if _is_name(letter, value, text[max(0, start - _LOOK) : start], text[written.end() : written.end() + _LOOK]):
            return None
        return written.end(), _SHORT[letter]
    return written.end(), written["word"] or _SHORT[written["short"] or written["foreign"]]


def _is_name(letter: str, value: Value, before: str, ahead: str) -> bool:
    """Return whether the letter is said as a letter, or is a unit."""
    if letter in "mT":  # meters, teslas
        return not _COUNTED.match(ahead)
    if letter == "K" and value.digits in ("5", "10") and _THE_RACE.search(before):
        return True
    if letter == "M":
        return value.digits == "3" and not _PLURAL.match(ahead)
    if letter == "B":
        return bool(value.digits and _PROPER.match(ahead))
    if letter == "k" and value.digits in ("5", "10"):
        return bool(_RACE.match(ahead))
    if letter != "K":
        return False
    if _SCREEN.search(ahead):
        return True
    if value.digits in ("5", "10"):
        return bool(_RACE.match(ahead))
    return value.digits in ("2", "4", "8") and not _PLURAL.match(ahead)
