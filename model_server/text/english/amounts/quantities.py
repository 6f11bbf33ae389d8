"""A value with its sign, its magnitude and its unit, or two of them with "to" between: -5, 10-15%, 5kg-10kg, 2.5 million km."""

from __future__ import annotations

import re
from dataclasses import dataclass

from model_server.text.english.amounts import names, units, values
from model_server.text.english.amounts.speech import Part, after, apart, attributive, before, ends, found, look_back
from model_server.text.english.tokens import Found, Manner

SIGNS = {
    "-": "minus",
    "−": "minus",
    "+": "plus",
    "±": "plus or minus",
    "~": "about",
    "≈": "approximately",
    "∼": "about",
}
_SIGN = re.compile(r"(?:\+/-|[+\-−±~≈∼])(?=[.]?[0-9½⅓¼¾])")
_HASH = re.compile(r"#[ ]?(?=[0-9])")

MAGNITUDE = re.compile(
    r"[ -]?(?P<word>hundred|thousand|million|billion|trillion|quadrillion)s?\b"
    r"|[ ]?(?P<short>bn|mn|tn|trn|mil|mln|mio)\b\.?(?![A-Za-z])|(?P<letter>[kKMB])(?![A-Za-z0-9/])"
)
_SHORT = {
    **dict.fromkeys(("mn", "mil", "mln", "mio", "M", "m"), "million"),
    "bn": "billion", "tn": "trillion", "trn": "trillion", "k": "thousand", "K": "thousand", "B": "billion",
    "T": "trillion", "b": "billion",
}
_LINK = re.compile(r"[ ]?[–—−][ ]?(?=[.$£€]?[0-9½¼¾])|-(?=[.]?[0-9½¼¾])|[ ]?(?:\.\.\.?|…)[ ]?(?=[0-9])")
_EQUALS = re.compile(r"[ ]?=")
_TIMES = re.compile(r"[xX×](?![A-Za-z0-9])")
_MORE = re.compile(r"\+(?=[\s,.;:!?)]|-[a-z]|\Z)")
_HIGH_DEFINITION = re.compile(
    r"\b(?:tv|uhd|video|monitor|resolution|display|screen|ultra|footage|gaming|quality)", re.IGNORECASE
)
_ORDINAL = re.compile(r"([0-9]{1,3}(?:,[0-9]{3}){1,9}+|[0-9]{1,30}+)(?:st|nd|rd|th|ST|ND|RD|TH)(?![A-Za-z0-9])")
_GROUPS = re.compile(r"[0-9]{1,12}+(?:-[0-9]{1,12}+){2,7}+(?![\w-])")


@dataclass(frozen=True, slots=True)
class Amount:
    """A value with magnitude and unit; the unit's words are apart, since they may be said later."""

    end: int
    value: values.Value
    said: str  # with the magnitude
    unit: units.Unit | None = None

    @property
    def plural(self) -> bool:
        return not self.value.one or self.said != self.value.said


def amount(text: str, at: int, manner: Manner) -> Amount | None:
    """Return value, magnitude and unit that begin at `at`."""
    value = values.parse(text, at, manner.british)
    if value is None:
        return None
    end, said = value.end, value.said
    if magnitude := magnitude_at(text, value):
        end, word = magnitude
        said = f"{said} {word}"
    unit = units.parse(text, end, manner.british)
    if unit is None and end == value.end and not ends(text, end) and not value.fraction and not value.digits:
        return None if text[end] in "_" else Amount(end, value, said)
    return Amount(unit.end if unit else end, value, said, unit)


def magnitude_at(text: str, value: values.Value) -> tuple[int, str] | None:
    """Return the end and the word of a magnitude behind a value: "5k", "2.5 million"."""
    magnitude = MAGNITUDE.match(text, value.end)
    if magnitude is None:
        return None
    if word := magnitude["word"]:
        # Left to be a word of its own, except where a unit may follow it.
        return magnitude.end(), word
    if letter := magnitude["letter"]:
        behind = text[magnitude.end() : magnitude.end() + 24]
        if (
            letter == "K"
            and value.digits in ("2", "4", "5", "8")
            and ((value.digits != "5" and not re.match(r" [a-z]{3,12}s\b", behind)) or _HIGH_DEFINITION.search(behind))
        ):
            return None
        if letter == "M" and value.digits == "3" and not re.match(r" [a-z]{2,}", behind):
            return None
        return magnitude.end(), _SHORT[letter]
    return magnitude.end(), _SHORT[magnitude["short"]]


def match_quantity(text: str, at: int, manner: Manner) -> Found | None:
    """Read a number with what belongs to it."""
    sign = _sign(text, at)
    if sign is None:
        return None
    start, signed = sign
    if start == at and text[at] == "." and not (text[at + 1 : at + 2].isdigit() and apart(text, at)):
        return None
    first = amount(text, start, manner)
    if first is None:
        return None
    if (link := _LINK.match(text, first.end)) and (ranged := _range(text, at, signed, first, link, manner)):
        return ranged
    parts = _said(text, at, signed, first, manner)
    end = first.end
    if not first.unit and first.end == first.value.end:
        end, parts = _suffixed(text, at, first, parts)
    if more := _MORE.match(text, end):
        end = more.end()
        parts.append(("plus", more.start(), end))
    return found(end, *parts)


def _sign(text: str, at: int) -> tuple[int, str] | None:
    """Return where the number begins and what is said of its sign; None if a sign stands where none can be."""
    if sign := _SIGN.match(text, at):
        free = at == 0 or text[at - 1] in ' \t\n([{=<>*/×|"“,:;~≈^' or look_back(text, at)[-3:] in ("UTC", "GMT")
        return (sign.end(), SIGNS.get(sign.group(), "plus or minus") + " ") if free else None
    if (number := _HASH.match(text, at)) and apart(text, at):
        return number.end(), "number "
    return (at, "") if text[at].isnumeric() or text[at] == "." else None


def _suffixed(text: str, at: int, first: Amount, parts: list[Part]) -> tuple[int, list[Part]]:
    """Take in "x" for times, and a single letter that is part of a name ("5A", "4K")."""
    end = first.end
    if times := _TIMES.match(text, end):
        return times.end(), [*parts, ("times", end, times.end())]
    if end < len(text) and text[end].isascii() and text[end].isalpha() and ends(text, end + 1) and first.value.digits:
        return end + 1, [*parts, (f"_{text[end]}", end, end + 1)]
    return end, parts


def _said(text: str, at: int, signed: str, first: Amount, manner: Manner) -> list[Part]:
    """Return the parts of one amount."""
    value, unit = first.value, first.unit
    if unit is None:
        noun = after(text, first.end)
        if value.said == "one half" and noun and names.countable(noun):
            return [(f"{signed}half {_article(noun)}", at, first.end)]
        if value.digits and first.end == value.end and not signed:
            return [(names.read(text, at, first.end, value.digits, manner.british), at, first.end)]
        return [(signed + first.said, at, first.end)]
    return [*_measured(text, at, signed, first)]


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" or noun.startswith("hour") else "a"


def _measured(text: str, at: int, signed: str, first: Amount) -> tuple[Part, ...]:
    unit = first.unit
    assert unit is not None  # its caller has looked
    value_end = unit.start if text[unit.start - 1] not in " -" else unit.start - 1
    if first.value.part:
        one = f"{_article(unit.one)} {unit.one}"
        said, name = ("half", one) if first.value.said == "one half" else (first.value.said, f"of {one}")
    else:
        hyphen = text[unit.start - 1] == "-"
        single = not first.plural or hyphen or attributive(text, at, first.end)
        said, name = first.said, unit.one if single else unit.many
    return (signed + said, at, value_end), (name, unit.start, unit.end)


def _range(text: str, at: int, signed: str, first: Amount, link: re.Match[str], manner: Manner) -> Found | None:
    """Read "5-10 km", "5kg – 10kg", "50-50"."""
    second = amount(text, link.end(), manner)
    if (
        second is None
        or not _plain_enough(first, second)
        or text[second.end : second.end + 2].strip("0123456789") == "-"
    ):
        return None
    middle = "minus" if _EQUALS.match(text, second.end) else "to"
    if first.value.digits == second.value.digits != "" and not first.unit and not second.unit:
        middle = ""
    low = _bare(first, second, at, text)
    low_parts = [(signed + low, at, first.end)] if not first.unit else [*_measured(text, at, signed, first)]
    if second.unit:
        high_parts = [*_measured(text, link.end(), "", second)]
        if attributive(text, at, second.end):
            high_parts[-1] = (second.unit.one, second.unit.start, second.unit.end)
    else:
        high_parts = [(second.said, link.end(), second.end)]
    return found(second.end, *low_parts, (middle, link.start(), link.end()), *high_parts)


def _plain_enough(first: Amount, second: Amount) -> bool:
    for each in (first, second):
        if len(each.value.digits) > 1 and each.value.digits[0] == "0":
            return False
    return len(first.value.digits) <= 12 and len(second.value.digits) <= 12


def _bare(first: Amount, second: Amount, at: int, text: str) -> str:
    return first.said


def match_ordinal(text: str, at: int, manner: Manner) -> Found | None:
    """Read "1st", "22nd", "1,000th"."""
    if not (written := _ORDINAL.match(text, at)):
        return None
    return found(written.end(), (values.ordinal(written[1].replace(",", ""), manner.british), at, written.end()))


def match_groups(text: str, at: int, manner: Manner) -> Found | None:
    """Read three groups of digits or more with hyphens between them: numbers one by one if they are small, else digits."""
    groups = _GROUPS.match(text, at)
    if groups is None or not apart(text, at):
        return None
    runs = groups.group().split("-")
    small = all(len(run) <= 2 and (run == "0" or run[0] != "0") for run in runs)
    parts: list[Part] = []
    start = at
    for index, run in enumerate(runs):
        name = values.cardinal(run) if small else values.digit_by_digit(run, names.nought(manner.british))
        comma = "," if not small and index < len(runs) - 1 else ""
        parts.append((name + comma, start, start + len(run)))
        start += len(run) + 1
    return found(groups.end(), *parts)


__all__ = ["Amount", "amount", "before", "match_groups", "match_ordinal", "match_quantity"]
