"""Numbers in a row, and places in one: 1st, 22nd, 1st–3rd, 4-4-2, 978-3-16, 1,2,3."""

from __future__ import annotations

import re

from model_server.text.english.amounts.names import nought
from model_server.text.english.amounts.numerals import cardinal, decimal, digit_by_digit, ordinal
from model_server.text.english.amounts.speech import Part, apart, found
from model_server.text.english.amounts.values import is_comma_decimal, whole_number
from model_server.text.english.tokens import Found, Manner

_ORDINAL = re.compile(r"([0-9]{1,3}(?:,[0-9]{3}){1,9}+|[0-9]{1,30}+)(?:st|nd|rd|th|ST|ND|RD|TH)(?![A-Za-z0-9])")
_DECIMAL_PLACE = re.compile(r"([0-9]{1,3})\.([0-9]{0,4})([0-9])(?:st|nd|rd|th)(?![A-Za-z0-9])")
_PARTS = re.compile(r"([0-9]{1,3})ths(?![A-Za-z0-9])")
_STONE = re.compile(r"[0-9]{1,2}st[ ]?[0-9]{1,2}[ ]?lb")
_LINK = re.compile(r"[ ]?[–—][ ]?|-")
_GROUPS = re.compile(r"[0-9]{1,12}+(?:-[0-9]{1,12}+){2,7}+(?![\w-])|[0-9]{1,5}+-[0-9]{6,12}+(?![\w-])")
_LIST = re.compile(r"[0-9]{1,6}+(?:,[0-9]{1,6}+){2,19}+(?!,?\w)|[0-9]{1,2}+,[0-9]{1,2}+(?![,.]?\w)")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}")


def match_ordinal(text: str, at: int, manner: Manner) -> Found | None:
    """Read "1st", "22nd", "1,000th", and from one to another; "99.9th"."""
    if parts_of := _PARTS.match(text, at):  # "16ths of an inch"
        return found(parts_of.end(), (f"{ordinal(parts_of[1])}s", at, parts_of.end()))
    if place := _DECIMAL_PLACE.match(text, at):
        return found(
            place.end(), (f"{decimal(place[1], place[2], manner.british)} {ordinal(place[3])}", at, place.end())
        )
    if not (first := _ORDINAL.match(text, at)) or _STONE.match(text, at):
        return None
    parts: list[Part] = [(_place(first, manner), at, first.end())]
    if (link := _LINK.match(text, first.end())) and (last := _ORDINAL.match(text, link.end())):
        parts += [("to", link.start(), link.end()), (_place(last, manner), last.start(), last.end())]
        return found(last.end(), *parts)
    return found(first.end(), *parts)


def _place(written: re.Match[str], manner: Manner) -> str:
    return ordinal(written[1].replace(",", ""), manner.british)


def match_groups(text: str, at: int, manner: Manner) -> Found | None:
    """Read three groups of digits or more with hyphens between: numbers if they are small, else digits one by one."""
    groups = _GROUPS.match(text, at)
    if groups is None or not apart(text, at):
        return None
    runs = groups.group().split("-")
    small = all(len(run) <= 2 and (run == "0" or run[0] != "0") for run in runs)
    said = [cardinal(run) if small else digit_by_digit(run, nought(manner.british)) for run in runs]
    return _row(groups, runs, said, comma="" if small else ",")


def match_list(text: str, at: int, manner: Manner) -> Found | None:
    """Read "1,2,3": numbers with commas and no blanks between, unless it is one number in groups of thousands."""
    row = _LIST.match(text, at)
    if row is None or not apart(text, at) or _THOUSANDS.fullmatch(row.group()):
        return None
    if is_comma_decimal(text, at):
        return None
    runs = row.group().split(",")
    return _row(row, runs, [whole_number(run, manner.british) for run in runs], comma=",")


def _row(row: re.Match[str], runs: list[str], said: list[str], comma: str) -> Found:
    parts: list[Part] = []
    start = row.start()
    for index, run in enumerate(runs):
        parts.append((said[index] + (comma if index < len(runs) - 1 else ""), start, start + len(run)))
        start += len(run) + 1
    return found(row.end(), *parts)
