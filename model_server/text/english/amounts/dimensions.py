"""Sizes and places: 5'10", 6' x 4', 3x4, 1920x1080, 40.7128° N, 40°26'46"N."""

from __future__ import annotations

import re

from model_server.text.english.amounts import units, values
from model_server.text.english.amounts.numerals import cardinal, decimal, pairs, plural
from model_server.text.english.amounts.speech import (
    Part,
    apart,
    attributive,
    described,
    ends,
    found,
    quoted,
)
from model_server.text.english.amounts.unit_names import called
from model_server.text.english.amounts.values import fraction
from model_server.text.english.tokens import Found, Manner

# A side: "3", "2.5", "1 1/2", "3½", "5/8".
_WHOLE_SIDE = r"[0-9]{1,5}(?:\.[0-9]{1,3}|[ -][1-9][0-9]?/[1-9][0-9]?|[½¼¾⅓⅔⅛⅜⅝⅞])?"
_SIDE = rf"(?:[1-9]/[1-9][0-9]?|{_WHOLE_SIDE})"
_FEET = re.compile(
    r"""([0-9]{1,2})(?:'|′|ft\.?|[ ]ft\.?)[ ]?([0-9]{1,2})(?:[ ]?([½¼¾])|[ ]([1-7])/([248]))?(?:"|″|”|''|[ ]?in\b\.?(?=[ ][a-z]|[,;)])|[ ]?in\b)?(?![0-9A-Za-z'])"""
)
_ONE_FOOT = re.compile(rf"({_WHOLE_SIDE})(?:'(?![A-Za-z0-9'])|′)")
_ONE_INCH = re.compile(rf"""({_WHOLE_SIDE})(?:"(?![A-Za-z0-9"])|″|''(?!'))""")
_BOTH = re.compile(r"""([0-9]{1,4})(['"′″])[–-]([0-9]{1,4})\2(?![A-Za-z0-9])""")
_BY = re.compile(rf"""({_SIDE})((?:'|"|′|″)?)(?=([ ]?)[x×X]\3[0-9])""")
_NEXT = re.compile(rf"""[ ]?([x×X])[ ]?({_SIDE})((?:'|"|′|″)?)""")
_MEASURED = re.compile(
    r"([0-9]{1,5}(?:\.[0-9]{1,3})?)[ ]?(ft|in|cm|mm|m|km|px|yd|mi)\b\.?(?=[ ][x×X][ ][0-9]{1,5}(?:\.[0-9]{1,3})?[ ]?\2\b)"
)
_BETWEEN = re.compile(r"[ ][x×X][ ]")
_TO = re.compile(r"[–-]([0-9]{1,3})(?![0-9A-Za-z]|[-–.,:/][0-9])")
_ANGLE = re.compile(r"[°'′] ?\Z")
_MOST = 4
# What makes a product of numbers with a cross between them: "2 × 3 ÷ 4 =", "what is 7 × 8".
_SUM_BEHIND = re.compile(r"[ ]?[=÷≈≠≤≥]|[ ][+−/*<>-][ ][0-9(]")
_SUM_BEFORE = re.compile(
    r"(?:[=÷≈≤≥+−(]|[0-9] [-*/]|\b[Ww]hat(?: is|'s)|\b(?:[Cc]alculate|[Cc]ompute|[Mm]ultiply|equals)) ?\Z"
)
_NAMED_AFTER = re.compile(r"[ ](?:[A-Z][a-z]*[A-Z]|[A-Z][a-z]+[ ][A-Z0-9]|[A-Z]{2,5}\b|[48]K\b)")
_RAISING = frozenset("^⁻⁺−")
_COORDINATE = re.compile(
    r"""([0-9]{1,3})(?:\.([0-9]{1,10}))?[ ]?°[ ]?(?:([0-9]{1,2})['′][ ]?(?:([0-9]{1,2})(?:\.([0-9]{1,4}))?(?:"|″|”|'')[ ]?)?)?([NSEW])(?![A-Za-z0-9])"""
)
_DIRECTIONS = {"N": "north", "S": "south", "E": "east", "W": "west"}
_NAMES = {"'": ("foot", "feet"), "′": ("foot", "feet"), '"': ("inch", "inches"), "″": ("inch", "inches")}


def match_dimension(text: str, at: int, manner: Manner) -> Found | None:
    """Read the first of them that fits."""
    if not apart(text, at):
        return None
    if measured := _MEASURED.match(text, at):
        return _first_side(measured, manner)
    return _coordinate(text, at) or _by(text, at, manner) or _feet(text, at) or _single(text, at)


def _coordinate(text: str, at: int) -> Found | None:
    written = _COORDINATE.match(text, at)
    if written is None:
        return None
    whole, part, minutes, seconds, tenths, direction = written.groups()
    said = f"{decimal(whole, part) if part else cardinal(whole)} degree{'' if whole == '1' and not part else 's'}"
    if minutes:
        said += f" {cardinal(minutes)} minute{'' if int(minutes) == 1 else 's'}"
    if seconds:
        said += f" {decimal(seconds, tenths) if tenths else cardinal(seconds)} second{'' if seconds in ('1', '01') else 's'}"
    return found(written.end(), (f"{said} {_DIRECTIONS[direction]}", at, written.end()))


def _by(text: str, at: int, manner: Manner) -> Found | None:
    """Read two numbers or more with "x" between them."""
    first = _BY.match(text, at)
    if first is None:
        return None
    numbers = [(first[1], first[2], first.start(), first.end(), "")]
    while len(numbers) < _MOST and (further := _NEXT.match(text, numbers[-1][3])):
        if text[further.end() : further.end() + 1] in _RAISING or text[further.end() : further.end() + 1].isdigit():
            return None  # "2 × 10⁻⁵"
        numbers.append((further[2], further[3], further.start(2), further.end(), further[1]))
    end = numbers[-1][3]
    if (to := _TO.match(text, end)) and not numbers[-1][1]:  # "3 x 10-12 reps"
        low = [_number(number, False) for number, *_ in numbers]
        return found(to.end(), (" by ".join(low), at, end), ("to", end, to.start(1)), (cardinal(to[1]), *to.span(1)))
    unit = units.parse(text, end, manner.british) if not numbers[-1][1] else None
    if len(numbers) < 2 or not (unit or ends(text, end)):
        return None
    product = not unit and bool(
        _SUM_BEHIND.match(text, end) or (numbers[0][4] == "" and _SUM_BEFORE.search(text[max(0, at - 16) : at]))
    )
    screen = (
        len(numbers) == 2 and not unit and all(number.isdigit() and 3 <= len(number) <= 4 for number, *_ in numbers)
    )
    single = attributive(text, at, unit.end if unit else end) or bool(numbers[-1][1] and described(text, end))
    parts: list[Part] = []
    for index, (number, mark, start, stop, _) in enumerate(numbers):
        if index:
            parts.append(("times" if product else "by", numbers[index - 1][3], start))
        name = f" {_NAMES[mark][0 if single or number == '1' else 1]}" if mark else ""
        parts.append((_number(number, screen) + name, start, stop))
    if unit and unit.one == "second":  # "2x4s" are boards
        parts[-1] = (plural(parts[-1][0]), parts[-1][1], unit.end)
        end = unit.end
    elif unit:
        parts.append((unit.one if single else unit.many, unit.start, unit.end))
        end = unit.end
    return found(end, *parts)


def _first_side(measured: re.Match[str], manner: Manner) -> Found | None:
    """Read "6 ft x" of "6 ft x 4 ft"."""
    text, stop = measured.string, measured.end(1)
    start, between = measured.start(2), _BETWEEN.match(text, measured.end())
    one, many = called(measured[2], manner.british)
    if between is None:
        return None
    side = (
        (_number(measured[1], False), measured.start(), stop),
        (one if measured[1] == "1" else many, start, measured.end()),
    )
    return found(between.end() - 1, *side, ("by", measured.end() + 1, between.end() - 1))


def _number(number: str, screen: bool) -> str:
    if screen:
        return pairs(number)
    if (value := values.parse(number, 0)) and not number.isdigit():
        return value.said
    return cardinal(number)


def _feet(text: str, at: int) -> Found | None:
    """Read "5'10"" as five foot ten."""
    written = _FEET.match(text, at)
    if written is None or int(written[2]) > 11 or not ends(text, written.end()):
        return None
    quoted = text[written.end() - 1] == '"' or attributive(text, at, written.end())
    said = f"{cardinal(written[1])} foot {cardinal(written[2])}" if int(written[2]) else f"{cardinal(written[1])} feet"
    if written[3]:
        said += {"½": " and a half", "¼": " and a quarter", "¾": " and three quarters"}[written[3]]
    elif written[4]:
        said += " and " + {"one half": "a half", "one quarter": "a quarter"}.get(
            f := fraction(written[4], written[5]), f
        )
    if not quoted and "in" in written.group():
        feet = " foot " if written[1] == "1" else " feet "
        said = said.replace(" foot ", feet) + f" inch{'' if written[2] == '1' else 'es'}"
    return found(written.end(), (said, at, written.end()))


def _single(text: str, at: int) -> Found | None:
    """Read "5'" as feet and '5"' as inches, unless the mark closes a quotation; "5'-6'" has "to"."""
    if both := _BOTH.match(text, at):
        name = "feet" if both[2] in "'′" else "inches"
        low, high = _number(both[1], False), _number(both[3], False)
        return found(
            both.end(),
            (low, *both.span(1)),
            ("to", both.end(1), both.start(3)),
            (f"{high} {name}", both.start(3), both.end()),
        )
    written = _ONE_INCH.match(text, at) or _ONE_FOOT.match(text, at)
    if written is None or quoted(text, at, text[written.end() - 1]):
        return None
    inches = written.re is _ONE_INCH
    if _ANGLE.search(text[max(0, at - 3) : at]):  # "45° 12′ 30″"
        name = ("second" if inches else "minute") + ("" if written[1] == "1" else "s")
        return found(written.end(), (f"{_number(written[1], False)} {name}", at, written.end()))
    named = inches and _NAMED_AFTER.match(text, written.end())  # "14" MacBook"
    single = written[1] == "1" or bool(named) or attributive(text, at, written.end()) or described(text, written.end())
    name = ("inch" if single else "inches") if inches else ("foot" if single else "feet")
    return found(written.end(), (f"{_number(written[1], False)} {name}", at, written.end()))
