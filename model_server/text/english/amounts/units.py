"""The unit behind a number: where its symbols end, with powers and what it is per, and what it is called."""

from __future__ import annotations

import re
from dataclasses import dataclass

from model_server.text.english.amounts.speech import ends
from model_server.text.english.amounts.unit_names import CARELESS, DOTTED, NAMES, RATES, TIGHT, both, spelled

_SYMBOL = re.compile(
    r"N[·⋅]m|dB\(A\)|lbf?[-·⋅]ft|ft[-·⋅]lbs?|[A-Za-zµμΩÅ\N{ANGSTROM SIGN}\N{OHM SIGN}]{1,6}+|[%‰℃℉]|[°º](?![A-Za-z])"
)
_DEGREES = re.compile(r"(?:°|º|deg(?:rees?)?\.?)[ ]?([CFK])(?![A-Za-z0-9])")
_POWERED = re.compile(r"\^?(?:([2²])|([3³]))(?![0-9])")
_SQUARE = re.compile(
    r"(sq|cu|square|cubic)\.?[ ]?(ft|in|mi|m|km|cm|mm|yd|yds)(?![A-Za-z0-9])(?:\.(?=[ ][a-z0-9(]|[,;:)]))?"
)
_OUNCES = re.compile(r"fl\.?[ ]?oz(?![A-Za-z0-9])")
_PER_PRODUCT = re.compile(r"\(([A-Za-zµμΩ]{1,3})([²³])?[·⋅* ]([A-Za-zµμΩ]{1,3})([²³])?\)")
_PER_UNIT = re.compile(r"/(?:\((?:mol|k?g|m)[²³]?[·⋅]|(?:[kcm]?m|k?g|mol|K|C|s|L)[²³]?(?![A-Za-z0-9]))")  # "J/K", "N/m"
_MOST_FACTORS = 4  # of one unit
_MULTIPLIED = re.compile(r"[·⋅]([A-Za-zµμΩ]{1,3})([²³])?(?![A-Za-z0-9])")
_INVERTED = re.compile(r"(?:⁻|\^-)([¹²³1-3])(?![0-9⁰-⁹])")
_INVERSE = re.compile(r"[ ·⋅]?([A-Za-zµμΩ]{1,3})(?:⁻|\^-)([¹²³1-3])(?![0-9⁰-⁹])")
_MODULO = re.compile(r" (?:[0-9]{1,6}|[a-z])(?:\Z|[ ]?[=!<>)]=?|[;,)])")  # "10 % 3 == 1"
_PER = re.compile(r"[ ]?/[ ]?(100[ ]?)?")
_TIMES = frozenset(("second", "minute", "hour", "day", "week", "month", "year"))
# "2 c. flour", "1/8 t. nutmeg"
_RECIPE = re.compile(r"([ctT])\.(?=[ ](?!(?:and|the|to|in|at|was|were|of|on|is|for)\b)[a-z(][a-z-]{2})")
_IN_RECIPES = {"c": "cup", "t": "teaspoon", "T": "tablespoon"}
_PER_SHORT = re.compile(r"[a-z]{2,5}+(?![\w/])")
_PER_WORD = re.compile(r"[a-z]{3,12}+(?![\w/])")
_DOT = re.compile(r"\.(?=[ ][a-z0-9(+&]|[,;:)]|-[a-z]|[ ](?:[NS]?[EW]|[NS])[ ]of\b)")
# What follows "in" where it is inches, written apart from its number.
_DOT_BEFORE_NAMES = re.compile(r"\.(?=[ ][A-Za-z0-9(+&]|[,;:)]|-[a-z])")
_PINT = re.compile(
    r"\.(?=[ ][a-z])|[ ](?:of|milk|cream|water|(?:beef|chicken|vegetable)?[ ]?(?:stock|broth)|beer|bitter|ale|lager|cider|buttermilk|double|single|"
    r"whole|skimmed|semi|half|sour|heavy|ice|yogh?urt|blueberries|strawberries|raspberries)\b"
)
_INCHES = re.compile(
    r"in(?:\.(?=[ ][a-z0-9(]|[,;:)])|(?=[ ]?[,;:)×]|[ ]?\.?[ \n]{0,9}\Z|[ ](?:x|by|tall|wide|long|high|deep|thick|across|of)\b))"
)
# "45 W. 34th St.": behind the number of a house these are points of the compass.
_SIDES = frozenset("NSEW")
_STREET = re.compile(
    r"\.?[ ](?:[0-9]{1,3}(?:st|nd|rd|th)\b|(?:[A-Z][a-z]+[ ]){1,2}(?:St|Street|Ave|Avenue|Rd|Road|Dr|Drive|Blvd|Ln|Lane|Way)\b)"
)
_POUNDS = re.compile(r"[ ][0-9]{1,2}[ ]?lbs?\b")
_DEGREE_NAMES = {"C": "degree Celsius", "F": "degree Fahrenheit", "K": "kelvin"}


_BEGINS = frozenset("%‰℃℉°ºµμΩ\N{OHM SIGN}")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that is written from `start` to `end`."""

    start: int
    end: int
    one: str  # "kilogram"
    many: str  # "kilograms"


def parse(text: str, at: int, british: bool = False) -> Unit | None:
    """Return the unit that stands behind a number that ends at `at`; one blank or a hyphen may be between them."""
    apart = text[at : at + 1] in (" ", "-")
    start = at + apart
    if start >= len(text) or not (text[start].isalpha() or text[start] in _BEGINS):
        return None
    if (simple := _simple(text, start, apart)) is None:
        return None
    end, name = simple
    end, name = _multiplied(text, end, name)
    if text[end : end + 1] in ("⁻", " ", "·", "⋅", "^") and (inverse := _inverses(text, start, end, name)):
        end, one, many = inverse
        return Unit(start, end, spelled(one, british), spelled(many, british))
    rate = _rate(text, end, words=not name.startswith("degree"))
    if rate and (second := _rate(text, rate[0], words=False)):  # "10 mg/kg/day"
        rate = second[0], f"{rate[1]} per {second[1]}"
    if name in RATES and not rate:
        return None
    one, many = both(RATES.get(name, name))
    if rate:
        end, per = rate
        one, many = f"{one} per {per}", f"{many} per {per}"
    return Unit(start, end, spelled(one, british), spelled(many, british))


def _multiplied(text: str, end: int, name: str) -> tuple[int, str]:
    """Return the end and name of a unit with those that it is multiplied with: the "·m²" of "kg·m²"."""
    for _ in range(_MOST_FACTORS):
        further = _MULTIPLIED.match(text, end)
        if not further or further[1] not in NAMES or text.startswith("⁻", further.end()):
            break
        name, end = f"{name} {_raised(NAMES[further[1]], further[2])}", further.end()
    return end, name


def _raised(name: str, power: str | None) -> str:
    """Return a unit with its power: "square meter", "second squared"."""
    if power in ("²", "2"):
        return f"square {name}" if name.endswith("meter") else f"{name} squared"
    if power in ("³", "3"):
        return f"cubic {name}" if name.endswith("meter") else f"{name} cubed"
    return name


def _inverses(text: str, start: int, end: int, name: str) -> tuple[int, str, str] | None:
    """Return the end, one and many of a unit that is divided by others: "mol⁻¹", "m s⁻²", "J·K⁻¹·mol⁻¹"."""
    per: list[str] = []
    one, many = both(name)
    if first := _INVERTED.match(text, end):
        per.append(f"per {_raised(name, first[1])}")
        one, many, end = "", "", first.end()
    for _ in range(_MOST_FACTORS):
        further = _INVERSE.match(text, end)
        if not further or further[1] not in NAMES:
            break
        per.append(f"per {_raised(NAMES[further[1]], further[2])}")
        end = further.end()
    if not per or not ends(text, end):
        return None
    said = " ".join(per)
    return end, f"{one} {said}".strip(), f"{many} {said}".strip()


def _simple(text: str, at: int, apart: bool) -> tuple[int, str] | None:
    """Return the end and name of one unit without what it is per."""
    if degrees := _DEGREES.match(text, at):
        return degrees.end(), _DEGREE_NAMES[degrees[1]]
    if square := _SQUARE.match(text, at):
        return square.end(), ("square " if square[1][0] == "s" else "cubic ") + NAMES[square[2]]
    if apart and (measure := _RECIPE.match(text, at)):
        return measure.end(), _IN_RECIPES[measure[1]]
    if ounces := _OUNCES.match(text, at):
        return ounces.end(), "fluid ounce"
    symbol = _SYMBOL.match(text, at)
    if symbol is None or (apart and symbol.group() == "%" and _MODULO.match(text, symbol.end())):
        return None
    return _symbol(text, symbol.end(), symbol.group(), apart)


def _symbol(text: str, end: int, symbol: str, apart: bool) -> tuple[int, str] | None:
    powered = _POWERED.match(text, end)
    end = powered.end() if powered else end
    if not ends(text, end) and symbol not in "%‰" and text[end] not in "⁻":
        return None
    if symbol == "in" and apart and not powered and text[end : end + 1] != "/":
        inches = _INCHES.match(text, end - 2)
        return (inches.end(), "inch") if inches else None
    if _is_other(text, end, symbol):
        return None
    if symbol in RATES and text[end : end + 1] == "/":
        return end, symbol
    careless = "" if symbol == "HRs" else CARELESS.get(symbol.lower(), "")  # home runs
    name = NAMES.get(symbol) or NAMES.get(careless)
    if symbol == "st" and _POUNDS.match(text, end):
        return end, "stone"
    joined = text[end : end + 1] in ("·", "⋅", "⁻") or (symbol in "JN" and bool(_PER_UNIT.match(text, end)))
    if name is None or (symbol in TIGHT and not joined if apart else symbol == "K" and text[end - 2] != "/"):
        return None
    if powered:
        return end, ("square " if powered[1] else "cubic ") + name
    if name == "point" and text[end - len(symbol) - 1] == " " and _PINT.match(text, end):
        name = "pint"
    hyphened = text[end - len(symbol) - 1] == "-"  # "a 220-lb. QB"
    if symbol in DOTTED and (dot := (_DOT_BEFORE_NAMES if hyphened else _DOT).match(text, end)):
        end = dot.end()
    return end, name


def _is_other(text: str, end: int, symbol: str) -> bool:
    """Return whether a letter that could be a unit is a point of the compass, or part of a name: "Form 10-K"."""
    if len(symbol) == 1 and text.startswith("'s", end):  # "2 K's"
        return True
    if symbol == "K":
        return text[end - 2] == "-"
    return symbol in _SIDES and bool(_STREET.match(text, end))


def _rate(text: str, at: int, words: bool = True) -> tuple[int, str] | None:
    """Return the end and name of what a unit is per; with `words` any word."""
    per = _PER.match(text, at)
    if per is None or per.end() >= len(text):
        return None
    if product := _PER_PRODUCT.match(text, per.end()):  # "J/(mol·K)"
        names = [(NAMES.get(product[group]), product[group + 1]) for group in (1, 3)]
        if all(name for name, _ in names):
            return product.end(), " ".join(_raised(name or "", power) for name, power in names)
    hundred = "one hundred " if per[1] else ""
    if simple := _simple(text, per.end(), apart=False):
        end, name = simple
        name = f"{both(name)[1]}" if hundred else name
        if name.startswith("square ") and text[per.end()] in "sh" and not text.startswith("sq", per.end()):
            name = name.removeprefix("square ") + " squared"
        return end, hundred + name
    if (short := _PER_SHORT.match(text, per.end())) and short.group() in RATES:
        return short.end(), RATES[short.group()]
    if (word := _PER_WORD.match(text, per.end())) and (words or word.group() in _TIMES):
        return word.end(), word.group()
    return None


def rate(text: str, at: int, british: bool = False) -> tuple[int, str] | None:
    """Return the end and the words of "/h" or "/month" at `at`: "per hour"."""
    found = _rate(text, at) if text[at : at + 1] == "/" else None
    return (found[0], f"per {spelled(found[1], british)}") if found else None
