"""Symbols of units behind a number: what they are called, one and many.

Sources: the SI brochure (names, symbols, prefixes), and what English writes besides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from model_server.text.english.amounts.speech import ends

_PREFIXES = {
    "p": "pico",
    "n": "nano",
    "m": "milli",
    "c": "centi",
    "d": "deci",
    "h": "hecto",
    "k": "kilo",
    "M": "mega",
    **dict.fromkeys("µμu", "micro"),
    "G": "giga",
    "T": "tera",
    "P": "peta",
    "E": "exa",
    "K": "kilo",
}
# Symbol: its name, and the prefixes that it is used with. A blank among them: it is used without one.
_PREFIXED = {
    "m": ("meter", " nµμumcdk"),
    "g": ("gram", " nµμumk"),
    "s": ("second", " pnµμum"),
    "L": ("liter", " µμumcdh"),
    "l": ("liter", " µμumcdh"),
    "W": ("watt", " µμmkMGT"),
    "V": ("volt", " nµμmkM"),
    "A": ("amp", " nµμmk"),
    "Hz": ("hertz", " mkMGT"),
    "J": ("joule", " mkMG"),
    "Pa": ("pascal", " hkMG"),
    "N": ("newton", " mkM"),
    "Nm": ("newton meter", " k"),
    "Ω": ("ohm", " mkM"),
    "\N{OHM SIGN}": ("ohm", " mkM"),
    "F": ("farad", "pnµμum"),
    "H": ("henry", "nµμm"),
    "T": ("tesla", "µμm"),
    "B": ("byte", "kKMGTPE"),
    "b": ("bit", "kKMG"),
    "bit": ("bit", " kMG"),
    "bps": ("bit per second", " kKMGT"),
    "Wh": ("watt hour", " mkMGT"),
    "Ah": ("amp hour", " mk"),
    "eV": ("electron volt", " mkMGT"),
    "cal": ("calorie", " k"),
    "bar": ("bar", " m"),
    "mol": ("mole", " nµμmk"),
    "Sv": ("sievert", " nµμm"),
    "Bq": ("becquerel", " kMGT"),
    "Gy": ("gray", " m"),
    "lm": ("lumen", " "),
    "lx": ("lux", " "),
    "px": ("pixel", " M"),
    "yr": ("year", " "),
    "sec": ("second", " m"),
}
_NAMED = {
    **dict.fromkeys(("h", "hr", "hrs"), "hour"),
    **dict.fromkeys(("min", "mins"), "minute"),
    **dict.fromkeys(("secs", "msec", "msecs"), "second"),
    "d": "day",
    "wk": "week",
    "wks": "week",
    "mo": "month",
    "mos": "month",
    "y": "year",
    "yrs": "year",
    **dict.fromkeys(("msec", "msecs"), "millisecond"),
    "usec": "microsecond",
    "nsec": "nanosecond",
    "mcg": "microgram",
    "t": "tonne",
    "kt": "kilotonne",
    "Mt": "megatonne",
    "ft": "foot",
    "in": "inch",
    "yd": "yard",
    "yds": "yard",
    "mi": "mile",
    "nmi": "nautical mile",
    "ly": "light year",
    "oz": "ounce",
    "lb": "pound",
    "lbs": "pound",
    "ton": "ton",
    "tons": "ton",
    "st": "stone",
    "gal": "gallon",
    "qt": "quart",
    "qts": "quart",
    "pt": "point",
    "pts": "point",
    "cc": "cc",
    "tsp": "teaspoon",
    "tbsp": "tablespoon",
    "Tbsp": "tablespoon",
    "ha": "hectare",
    "ac": "acre",
    "acre": "acre",
    "acres": "acre",
    "mph": "mile per hour",
    "kph": "kilometer per hour",
    "kmh": "kilometer per hour",
    "fps": "frame per second",
    "rpm": "revolution per minute",
    "bpm": "beat per minute",
    "mpg": "mile per gallon",
    "kn": "knot",
    "kts": "knot",
    "psi": "pound per square inch",
    "atm": "atmosphere",
    "mmHg": "millimeter of mercury",
    "hp": "horsepower",
    "dB": "decibel",
    "dBA": "decibel",
    "dBm": "decibel milliwatt",
    "ppm": "part per million",
    "ppb": "part per billion",
    "dpi": "dot per inch",
    "ppi": "pixel per inch",
    "MP": "megapixel",
    "Mpx": "megapixel",
    "em": "em",
    "rem": "rem",
    "KiB": "kibibyte",
    "MiB": "mebibyte",
    "GiB": "gibibyte",
    "TiB": "tebibyte",
    "PiB": "pebibyte",
    "BTU": "B_T_U",
    "deg": "degree",
    "rad": "radian",
    "kcals": "kilocalorie",
    "cals": "calorie",
    "vol": "volume",
    "K": "kelvin",
    "bhp": "brake horsepower",
    "dozen": "dozen",
    "bytes": "byte",
    "bits": "bit",
    "ops": "operation",
    "%": "percent",
    "‰": "per mille",
    "℃": "degree Celsius",
    "℉": "degree Fahrenheit",
    "°": "degree",
    "º": "degree",
}
_PLURALS = {"foot": "feet", "inch": "inches", "henry": "henries", "person": "people", "query": "queries"}
_SAME = frozenset(["hertz", "percent", "lux", "bar", "stone", "cc", "horsepower", "kelvin", "dozen"])
# Written with other capitals than they should be, and seen every day.
_CARELESS = {
    **{
        low: low
        for low in [
            "mph",
            "kph",
            "rpm",
            "fps",
            "psi",
            "bpm",
            "mpg",
            "lbs",
            "lb",
            "oz",
            "ft",
            "yd",
            "kg",
            "km",
            "cm",
            "mm",
            "ml",
            "kw",
            "kwh",
            "hz",
            "khz",
            "mhz",
            "ghz",
            "db",
            "dpi",
        ]
    },
    "kw": "kW",
    "kwh": "kWh",
    "hz": "Hz",
    "khz": "kHz",
    "mhz": "MHz",
    "ghz": "GHz",
    "db": "dB",
    "ml": "mL",
    "kb": "kB",
    "mb": "MB",
    "gb": "GB",
    "tb": "TB",
    "hp": "hp",
    "mah": "mAh",
    "kcal": "kcal",
    "tbsp": "tbsp",
    "hr": "hr",
    "hrs": "hrs",
    "min": "min",
    "mins": "mins",
    "sec": "sec",
    "secs": "secs",
    "sq": "sq",
    "btu": "BTU",
}
# Only right behind the digits: alone they are letters or words.
_TIGHT = frozenset(["A", "N", "J", "d", "y", "b", "st", "em", "ac"])
# Only before a slash: "5 req/s".
_RATES = {
    "req": "request",
    "reqs": "request",
    "tok": "token",
    "tokens": "token",
    "it": "iteration",
    "its": "iteration",
    "msg": "message",
    "msgs": "message",
    "rev": "revolution",
    "miles": "mile",
    "words": "word",
    "pages": "page",
    "op": "operation",
    "ops": "operation",
    "people": "person",
    "packets": "packet",
    "frames": "frame",
    "rows": "row",
    "lines": "line",
    "files": "file",
    "items": "item",
    "calls": "call",
    "beats": "beat",
    "steps": "step",
    "requests": "request",
    "messages": "message",
    "queries": "query",
    "iter": "iteration",
    "iters": "iteration",
}
_DOTTED = frozenset(
    [
        "ft",
        "in",
        "lb",
        "lbs",
        "oz",
        "hr",
        "hrs",
        "min",
        "mins",
        "sec",
        "secs",
        "yd",
        "yds",
        "mi",
        "gal",
        "qt",
        "pt",
        "tsp",
        "tbsp",
        "mo",
        "yr",
        "yrs",
        "wk",
        "wks",
    ]
)


def _name_of_all() -> dict[str, str]:
    names = {
        (prefix.strip() + symbol): _PREFIXES.get(prefix, "") + name
        for symbol, (name, prefixes) in _PREFIXED.items()
        for prefix in prefixes
    }
    return {**names, **_NAMED}


_NAMES = _name_of_all()

_SYMBOL = re.compile(r"[A-Za-zµμΩ\N{OHM SIGN}]{1,6}+|[%‰℃℉]|[°º](?![A-Za-z])")
_DEGREES = re.compile(r"(?:°|º|deg(?:rees?)?\.?)[ ]?([CFK])(?![A-Za-z0-9])")
_POWERED = re.compile(r"\^?(?:([2²])|([3³]))(?![0-9])")
_SQUARE = re.compile(r"(sq|cu)\.?[ ]?(ft|in|mi|m|km|cm|mm|yd|yds)(?![A-Za-z0-9])(?:\.(?=[ ][a-z0-9(]|[,;:)]))?")
_OUNCES = re.compile(r"fl\.?[ ]?oz(?![A-Za-z0-9])")
_PER = re.compile(r"[ ]?/[ ]?(100[ ]?)?")
_PER_WORD = re.compile(r"[a-z]{3,12}+(?![\w/])")
_DOT = re.compile(r"\.(?=[ ][a-z0-9(]|[,;:)])")
# What follows "in" where it is inches, written apart from its number.
_INCHES = re.compile(
    r"in(?:\.(?=[ ][a-z0-9(]|[,;:)])|(?=[ ]?[,;:)×]|[ ]?\.?[ \n]{0,9}\Z|[ ](?:x|by|tall|wide|long|high|deep|thick|across|of)\b))"
)
_HEAD = re.compile(" per | Celsius| Fahrenheit| of mercury")
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
    rate = _rate(text, end)
    if name in _RATES and not rate:
        return None
    one, many = _both(_RATES.get(name, name))
    if rate:
        end, per = rate
        one, many = f"{one} per {per}", f"{many} per {per}"
    return Unit(start, end, _spelled(one, british), _spelled(many, british))


def _simple(text: str, at: int, apart: bool) -> tuple[int, str] | None:
    """Return the end and name of one unit without what it is per."""
    if degrees := _DEGREES.match(text, at):
        return degrees.end(), _DEGREE_NAMES[degrees[1]]
    if square := _SQUARE.match(text, at):
        return square.end(), ("square " if square[1] == "sq" else "cubic ") + _NAMES[square[2]]
    if ounces := _OUNCES.match(text, at):
        return ounces.end(), "fluid ounce"
    symbol = _SYMBOL.match(text, at)
    if symbol is None:
        return None
    return _symbol(text, symbol.end(), symbol.group(), apart)


def _symbol(text: str, end: int, symbol: str, apart: bool) -> tuple[int, str] | None:
    powered = _POWERED.match(text, end)
    end = powered.end() if powered else end
    if not ends(text, end) and symbol not in "%‰":
        return None
    if symbol == "in" and apart and not powered and text[end : end + 1] != "/":
        inches = _INCHES.match(text, end - 2)
        return (inches.end(), "inch") if inches else None
    if symbol in _RATES and text[end : end + 1] == "/":
        return end, symbol
    name = _NAMES.get(symbol) or _NAMES.get(_CARELESS.get(symbol.lower(), ""))
    if name is None or (symbol in _TIGHT if apart else symbol == "K"):
        return None
    if powered:
        return end, ("square " if powered[1] else "cubic ") + name
    if symbol in _DOTTED and (dot := _DOT.match(text, end)):
        end = dot.end()
    return end, name


def _rate(text: str, at: int) -> tuple[int, str] | None:
    """Return the end and name of what a unit is per."""
    per = _PER.match(text, at)
    if per is None or per.end() >= len(text):
        return None
    hundred = "one hundred " if per[1] else ""
    if simple := _simple(text, per.end(), apart=False):
        end, name = simple
        name = f"{_both(name)[1]}" if hundred else name
        if name.startswith("square ") and text[per.end()] in "sh":
            name = name.removeprefix("square ") + " squared"
        return end, hundred + name
    if word := _PER_WORD.match(text, per.end()):
        return word.end(), word.group()
    return None


def rate(text: str, at: int, british: bool = False) -> tuple[int, str] | None:
    """Return the end and the words of "/h" or "/month" at `at`: "per hour"."""
    found = _rate(text, at) if text[at : at + 1] == "/" else None
    return (found[0], f"per {_spelled(found[1], british)}") if found else None


def called(symbol: str, british: bool = False) -> tuple[str, str]:
    """Return what a known symbol is called, one and many."""
    one, many = _both(_NAMES[symbol])
    return _spelled(one, british), _spelled(many, british)


def _both(name: str) -> tuple[str, str]:
    """Return one and many: the first noun of "mile per hour" has the plural, and "degree" of "degree Celsius"."""
    if name in _SAME or name.startswith("per "):
        return name, name
    cut = _HEAD.search(name)
    head, rest = (name[: cut.start()], name[cut.start() :]) if cut else (name, "")
    rest_of_head, _, noun = head.rpartition(" ")
    noun = noun if noun in _SAME or noun.endswith("hertz") else _PLURALS.get(noun, f"{noun}s")
    return name, f"{rest_of_head} {noun}".strip() + rest


def _spelled(name: str, british: bool) -> str:
    return name.replace("meter", "metre").replace("liter", "litre") if british else name
