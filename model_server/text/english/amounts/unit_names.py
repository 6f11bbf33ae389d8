"""What units are called, one and many, by their symbols.

Sources: the SI brochure (names, symbols, prefixes), and what English writes besides.
"""

from __future__ import annotations

import re

from model_server.text.english.tokens import word_set

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
    **dict.fromkeys(("Å", "\N{ANGSTROM SIGN}"), "angstrom"),
    "Torr": "torr",
    "IU": "international unit",
    **dict.fromkeys(("VDC", "Vdc"), "volt D_C"),
    **dict.fromkeys(("VAC", "Vac"), "volt A_C"),
    "AU": "astronomical unit",
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
    **dict.fromkeys(("Tbs", "tbs"), "tablespoon"),
    "Tbsp": "tablespoon",
    "ha": "hectare",
    "bbl": "barrel",
    "bp": "base pair",
    "pp": "percentage point",
    "Mpc": "megaparsec",
    "kpc": "kiloparsec",
    "ac": "acre",
    "acre": "acre",
    "acres": "acre",
    "mph": "mile per hour",
    "kph": "kilometer per hour",
    "kmh": "kilometer per hour",
    "fps": "frame per second",
    **dict.fromkeys(("rps", "RPS"), "request per second"),
    **dict.fromkeys(("qps", "QPS"), "query per second"),
    "ppg": "point per game",
    "rpg": "rebound per game",
    "apg": "assist per game",
    "gsm": "gram per square meter",
    "rpm": "revolution per minute",
    "bpm": "beat per minute",
    "mpg": "mile per gallon",
    "kn": "knot",
    "kts": "knot",
    "psi": "pound per square inch",
    "atm": "atmosphere",
    "mmHg": "millimeter of mercury",
    "inHg": "inch of mercury",
    **dict.fromkeys(("br", "BR", "bd", "bdrm"), "bedroom"),
    **dict.fromkeys(("ba", "BA"), "bath"),
    "hp": "horsepower",
    "dB": "decibel",
    **dict.fromkeys(("dBA", "dB(A)"), "decibel"),
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
    "doz": "dozen",
    "kms": "kilometer",
    "kgs": "kilogram",
    "cms": "centimeter",
    "mms": "millimeter",
    "mls": "milliliter",
    "gms": "gram",
    "gals": "gallon",
    **dict.fromkeys(("sqft", "sf"), "square foot"),
    "sqm": "square meter",
    "bytes": "byte",
    "bits": "bit",
    "ops": "operation",
    "%": "percent",
    **dict.fromkeys(("pct", "pc"), "percent"),
    "fM": "femtomolar",
    "pM": "picomolar",
    "nM": "nanomolar",
    **dict.fromkeys(("µM", "μM", "uM"), "micromolar"),
    "mM": "millimolar",
    **dict.fromkeys(("N·m", "N⋅m"), "newton meter"),
    **dict.fromkeys(("lb-ft", "lb·ft", "lb⋅ft", "lbf-ft", "lbf·ft"), "pound foot"),
    **dict.fromkeys(("ft-lb", "ft·lb", "ft⋅lb", "ft-lbs"), "foot pound"),
    "‰": "per mille",
    "℃": "degree Celsius",
    "℉": "degree Fahrenheit",
    "°": "degree",
    "º": "degree",
}
_PLURALS = {"foot": "feet", "inch": "inches", "henry": "henries", "person": "people", "query": "queries"}
_SAME = word_set("B_T_U bedroom bath hertz percent lux bar stone cc horsepower kelvin dozen")
# Written with other capitals than they should be, and seen every day.
CARELESS = {
    **{
        low: low
        for low in word_set("mph kph rpm fps psi bpm mpg lbs lb oz ft yd kg km cm mm ml kw kwh hz khz mhz ghz db dpi")
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
TIGHT = word_set("A N J d y b st em ac br BR bd ba BA")
# Only before a slash: "5 req/s".
RATES = {
    **{
        f"{one}s": one
        for one in word_set("token mile word page packet frame row line file item call beat step request message")
    },
    "MT": "megatransfer",
    "GT": "gigatransfer",
    "req": "request",
    "reqs": "request",
    "tok": "token",
    "it": "iteration",
    "its": "iteration",
    "msg": "message",
    "msgs": "message",
    "rev": "revolution",
    "op": "operation",
    "ops": "operation",
    "people": "person",
    "queries": "query",
    "iter": "iteration",
    "iters": "iteration",
}
DOTTED = word_set("""
    ft in lb lbs oz hr hrs min mins sec secs yd yds mi gal qt pt tsp tbsp Tbsp Tbs tbs mo mos yr yrs wk wks doz
""")


def _name_of_all() -> dict[str, str]:
    names = {
        (prefix.strip() + symbol): _PREFIXES.get(prefix, "") + name
        for symbol, (name, prefixes) in _PREFIXED.items()
        for prefix in prefixes
    }
    names = {symbol: name.replace("kiloohm", "kilohm").replace("megaohm", "megohm") for symbol, name in names.items()}
    return {**names, **_NAMED}


NAMES = _name_of_all()

_HEAD = re.compile(" per | [AD]_C| Celsius| Fahrenheit| of mercury")


def called(symbol: str, british: bool = False) -> tuple[str, str]:
    """Return what a known symbol is called, one and many."""
    one, many = both(NAMES[symbol])
    return spelled(one, british), spelled(many, british)


def both(name: str) -> tuple[str, str]:
    """Return one and many: the first noun of "mile per hour" has the plural, and "degree" of "degree Celsius"."""
    if name in _SAME or name.startswith("per "):
        return name, name
    cut = _HEAD.search(name)
    head, rest = (name[: cut.start()], name[cut.start() :]) if cut else (name, "")
    rest_of_head, _, noun = head.rpartition(" ")
    noun = noun if noun in _SAME or noun.endswith(("hertz", "molar")) else _PLURALS.get(noun, f"{noun}s")
    return name, f"{rest_of_head} {noun}".strip() + rest


def spelled(name: str, british: bool) -> str:
    return name.replace("meter", "metre").replace("liter", "litre") if british else name
