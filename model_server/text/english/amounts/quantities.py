"""A value with sign, magnitude and unit, or two of them with "to" between: -5, 10-15%, 5kg-10kg, 2.5 million km."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from model_server.text.english.amounts import magnitudes, names, units, values
from model_server.text.english.amounts.notes import match_rare
from model_server.text.english.amounts.numerals import pairs, year
from model_server.text.english.amounts.speech import (
    Part,
    after,
    apart,
    attributive,
    before,
    described,
    ends,
    found,
    look_back,
    quoted,
)
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
_FREE = ' \t\n([{=<>*/×|"“,:;~≈^'  # what a sign may stand behind
_HASH = re.compile(r"[#№][ ]?(?=[0-9])")
_LINK = re.compile(r"[ ]?[–—][ ]?(?=[.]?[0-9½¼¾])|-(?=[.]?[0-9½¼¾])|[ ]?(?:\.\.\.?|…)[ ]?(?=[0-9]|[+−-][0-9])")
_SPACED = re.compile(r"[ ]-[ ](?=[.]?[0-9½¼¾])")  # only between measures: "25% - 30%"
_EQUALS = re.compile(r"[ ]?=")
_TIMES = re.compile(r"[xX×](?![A-Za-z0-9]|[ ]?[=+*/^<>−-])")
_CALIBRE = re.compile(
    r"\.([1-9][0-9]{1,2})(?=[ -](?:cal(?:iber|ibre)?|LR|Magnum|ACP|Special|rifle|pistol|handgun|revolver)\b)"
)
_FACTORIAL = re.compile(r"!(?=[ ]?[=/×*][ ]?[0-9A-Za-z])")
_DESCRIBED = frozenset(("a", "the", "every", "each", "per"))
_EXPRESSION = re.compile(r"[=+*/^<>−][ ]?\Z|\w\([ ]?\Z")
_OFTEN = re.compile(r"[xX×]/(?=(?:day|week|month|year)\b)")
_MORE = re.compile(r"\+(?=[\s,.;:!?)]|-[a-z]|\Z)")
_MOST_DIGITS = 12  # of either end of a range
_SAID_AS_NUMBER = 4  # digits behind "#"; more of them are an order's or a ticket's
_SCALE = re.compile("[CF](?![A-Za-z0-9+-])")
_FEWEST_BITS = 300  # a second: fewer "bps" are basis points
_POINTS = re.compile(
    r"[ ](?:higher|lower|above|below|more|less|increase|decrease|drop|rise|fall|gap|lead|swing|up|down|ahead|behind|in|since|to|from|on|over|vs)\b"
)
_WINDY = re.compile(r"\b(?:[Ww]inds?|[Gg]ust(?:s|ing)?|speed|airspeed|cruis(?:e|es|ing)|breeze|gale)\b")
_INCHES = re.compile('["″](?![A-Za-z0-9])')
_DOOR = re.compile("[A-Z](?![A-Za-z])")
_ANOTHER = re.compile(r"-[0-9]")


@dataclass(frozen=True, slots=True)
class _Amount:
    start: int
    end: int
    value: values.Value
    said: str  # with the magnitude
    unit: units.Unit | None

    @property
    def bare(self) -> bool:
        """Whether it is a whole number alone."""
        return bool(self.value.digits) and self.end == self.value.end


def _amount(text: str, at: int, manner: Manner) -> _Amount | None:
    """Return value, magnitude and unit that begin at `at`."""
    value = values.parse(text, at, manner.british)
    if value is None:
        return None
    end, said = value.end, value.said
    in_doors = bool(_DOOR.match(text, end)) and names.is_door(text, at, end)
    if not in_doors and (magnitude := magnitudes.behind(text, value)):
        end, word = magnitude
        said = f"{said} {word}"
    # "Apartment 5A" has no amps, "room 12B" no billions
    unit = None if in_doors else units.parse(text, end, manner.british) or _mark(text, value)
    unit = _meant(text, at, value, unit) if unit else None
    return _Amount(at, unit.end if unit else end, value, said, unit)


def _meant(text: str, at: int, value: values.Value, unit: units.Unit) -> units.Unit | None:
    """Return the unit that a symbol of several stands for; None where it is none."""
    symbol = text[unit.start : unit.end]
    if symbol in ("bp", "bps") and value.whole and int(value.whole) < _FEWEST_BITS:
        return units.Unit(unit.start, unit.end, "basis point", "basis points")
    if unit.one == "kilotonne" and _WINDY.search(look_back(text, at)):
        return units.Unit(unit.start, unit.end, "knot", "knots")
    if unit.one == "point" and value.part:  # "¼ pt stock"
        return units.Unit(unit.start, unit.end, "pint", "pints")
    signed = text[max(0, at - 1) : at] in tuple("±+-−")
    if symbol == "pp" and not (value.fraction or signed or _POINTS.match(text, unit.end)):
        return None  # of a book
    return unit


def _mark(text: str, value: values.Value) -> units.Unit | None:
    """Return inches behind a fraction, or the scale of "180C" and "98.6F": temperatures with two digits or three."""
    if not value.whole and (inches := _INCHES.match(text, value.end)) and not quoted(text, inches.start(), inches[0]):
        return units.Unit(*inches.span(), "inch", "inches")
    spaced = bool(value.fraction) and text.startswith((" F", " C"), value.end)  # "98.6 F"
    cold = (
        len(value.whole) == 1
        and value.end > 1
        and text[value.end - 2] in "-−"
        and not text[max(0, value.end - 3) : value.end - 2].isalnum()
    )
    if not (cold or 2 <= len(value.whole) <= 3) or not (letter := _SCALE.match(text, value.end + spaced)):
        return None
    scale = "Celsius" if letter[0] == "C" else "Fahrenheit"
    return units.Unit(letter.start(), letter.end(), f"degree {scale}", f"degrees {scale}")


def match_quantity(text: str, at: int, manner: Manner) -> Found | None:
    """Read a number with what belongs to it."""
    sign = _sign(text, at)
    if sign is None:
        return None
    start, signed = sign
    if text[start] == "." and start == at and not apart(text, at):
        return None
    if calibre := _CALIBRE.match(text, at):
        return found(calibre.end(), (pairs(calibre[1]), at, calibre.end()))
    if named := match_rare(text, at, manner):
        return named
    first = _amount(text, start, manner)
    if first is None:
        return None
    if ranged := _range(text, at, signed, first, manner):
        return ranged
    parts = _parts(text, at, signed, first, manner)
    end = first.end
    if not first.unit and first.end == first.value.end:
        end, suffix = _suffix(text, first)
        parts += suffix
    if more := _MORE.match(text, end):
        end = more.end()
        parts.append(("plus", more.start(), end))
    return found(end, *parts)


def _sign(text: str, at: int) -> tuple[int, str] | None:
    """Return where the number begins and what is said of its sign; None if a sign stands where none can be."""
    if sign := _SIGN.match(text, at):
        free = at == 0 or text[at - 1] in _FREE
        return (sign.end(), SIGNS.get(sign.group(), "plus or minus") + " ") if free else None
    if (number := _HASH.match(text, at)) and apart(text, at):
        return number.end(), "number "
    if text[at] == ".":
        return (at, "") if text[at + 1 : at + 2].isdigit() else None
    return (at, "") if text[at].isnumeric() else None


def _suffix(text: str, first: _Amount) -> tuple[int, list[Part]]:
    """Return "x" for times, or a single letter that is part of a name ("5A", "4K"), and where it ends."""
    end = first.end
    times = _TIMES.match(text, end)
    if first.bare and _FACTORIAL.match(text, end):
        return end + 1, [("factorial", end, end + 1)]
    if times and text[end] != "×" and _EXPRESSION.search(look_back(text, first.start)):  # "f(x) = 2x"
        return end + 1, [(f"_{text[end].upper()}", end, end + 1)]
    if often := _OFTEN.match(text, end):  # "3x/week"
        return often.end(), [("times per", end, often.end())]
    if times:
        return times.end(), [("times", end, times.end())]
    letter = text[end : end + 1]
    if first.bare and letter.isascii() and letter.isalpha() and ends(text, end + 1):
        return end + 1, [(f"_{letter}", end, end + 1)]
    return end, []


def _parts(text: str, at: int, signed: str, first: _Amount, manner: Manner) -> list[Part]:
    """Return the parts of one amount."""
    if first.unit:
        return _measured(text, at, signed, first, first.unit)
    value, noun = first.value, after(text, first.end)
    if value.part and before(text, at) == "an":
        return [(signed + value.said.removeprefix("one "), at, first.end)]
    if value.part and names.measure(noun) and before(text, at) in _DESCRIBED:  # "a 1/4 mile race"
        return [(signed + _single(value.said).removeprefix("one "), at, first.end)]
    if value.part and noun and (shared := _shared(value.said, noun)):
        return [(signed + shared, at, first.end)]
    if value.part and text[first.end : first.end + 1] == "-":
        said = _single(value.said)
        return [(signed + said, at, first.end)]
    if signed == "number " and len(value.digits) > _SAID_AS_NUMBER:
        return [(signed + values.in_groups(value.digits, len(value.digits)), at, first.end)]
    if first.bare and not signed:
        return [(names.read(text, at, first.end, value.digits, manner.british), at, first.end)]
    return [(signed + first.said, at, first.end)]


def _shared(fraction: str, noun: str) -> str:
    """Return a fraction as it stands before its whole: "half a" cup, "three quarters of a" mile; "" if there is none."""
    if fraction == "one half":
        if noun in names.WHOLES:
            return "half"
        return f"half {_article(noun)}" if names.countable(noun) else ""
    return f"{fraction} of {_article(noun)}" if names.measure(noun) else ""


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" or noun.startswith("hour") else "a"


def _single(fraction: str) -> str:
    """Return a fraction as it describes something: "a three quarter inch bolt", "a two thirds majority"."""
    return "half" if fraction == "one half" else fraction.replace("quarters", "quarter")


def _measured(text: str, at: int, signed: str, first: _Amount, unit: units.Unit) -> list[Part]:
    """Return what is said of an amount with its unit."""
    joint = text[unit.start - 1]
    value_end = unit.start - 1 if joint in " -" else unit.start
    said, name = first.said, unit.many
    if first.value.part and unit.one not in ("percent", "degree"):
        marked = not joint.isspace() and unit.one == "inch" and described(text, unit.end)
        if joint == "-" or marked or attributive(text, at, first.end):  # "a three quarter inch bolt"
            said = _single(said)
            if said == "one quarter" and before(text, at) in _DESCRIBED:
                said = "quarter"
            return [(signed + said, at, value_end), (unit.one, unit.start, unit.end)]
        one = f"{_article(unit.one)} {unit.one}"
        said, name = ("half", one) if said == "one half" else (said, f"of {one}")
    elif (first.value.one and said == first.value.said) or joint == "-" or attributive(text, at, first.end):
        name = unit.one
    return [(signed + said, at, value_end), (name, unit.start, unit.end)]


def _range(text: str, at: int, signed: str, first: _Amount, manner: Manner) -> Found | None:
    """Read "5-10 km", "5kg – 10kg", "50-50", "737-800"."""
    link = _LINK.match(text, first.end) or _SPACED.match(text, first.end)
    signed_too = SIGNS[text[link.end()]] + " " if link and text[link.end()] in "+−-" else ""  # "-10…+40 °C"
    second = _amount(text, link.end() + bool(signed_too), manner) if link else None
    if (
        link is None
        or second is None
        or (link.re is _SPACED and not (second.unit and (not first.unit or first.unit.one == second.unit.one)))
        or not _ends_range(first)
        or not _ends_range(second)
    ):
        return None
    if _ANOTHER.match(text, second.end):
        return None
    middle, low, high = (
        "to",
        [(signed + first.said, at, first.end)],
        [(signed_too + second.said, second.start, second.end)],
    )
    if _EQUALS.match(text, second.end):
        middle = "minus"
    elif first.bare and second.bare and not signed_too:
        middle, read = _manner_of_range(text, at, first, second)
        if read:
            low, high = ([(read(part.value.digits), part.start, part.end)] for part in (first, second))
    if first.unit:
        low = _measured(text, at, signed, first, first.unit)
    if second.unit:
        high = _measured(text, second.start, signed_too, second, second.unit)
        if attributive(text, at, second.end):
            high[-1] = (second.unit.one, second.unit.start, second.unit.end)
    end, suffix = second.end, list[Part]()
    if not second.unit and second.end == second.value.end:
        end, suffix = _suffix(text, second)
    return found(end, *low, (middle, link.start(), link.end()), *high, *suffix)


def _manner_of_range(text: str, at: int, first: _Amount, second: _Amount) -> tuple[str, Callable[[str], str] | None]:
    """Return what is said between two whole numbers, and how they are read if not as numbers."""
    if first.value.digits == second.value.digits:
        return "", None
    if names.is_dated(text, second.end):  # "490–479 B.C."
        return "to", year
    if before(text, at) in names.LABELS:
        return "" if len(first.value.digits) > 2 else "to", pairs
    return "to", None


def _ends_range(amount: _Amount) -> bool:
    digits = amount.value.digits
    return len(digits) <= _MOST_DIGITS and (len(digits) < 2 or digits[0] != "0")
