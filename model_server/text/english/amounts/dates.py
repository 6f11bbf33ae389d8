"""Dates: 12/25/2024, 2024-12-25, 25.12.2024, Jan. 5, 2024, 5 January 2024, Dec 25th, May 2024, 2024-12-25T10:30:00Z.

Numbers alone are read month first in American English and day first in British English, unless only the other is a date.
"""

from __future__ import annotations

import re

from model_server.text.english.amounts import times
from model_server.text.english.amounts.numerals import cardinal, ordinal, year
from model_server.text.english.amounts.scores import match_special
from model_server.text.english.amounts.speech import Part, apart, before, ends, found, look_back
from model_server.text.english.tokens import Found, Kind, Manner, Token, word_set
from model_server.text.english.writing import near

MONTH_LETTERS = "JFMASONDjfmasond"
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"),
    "December",
)
_SHORT = {"Sept": 9, **{month[:3]: number for number, month in enumerate(MONTHS, 1)}}
_NUMBER = {**_SHORT, **{month: number for number, month in enumerate(MONTHS, 1)}}
_NUMBER.update({name.upper(): number for name, number in list(_NUMBER.items())})

# In small letters "may" and "march" are verbs too: they need a year, or "st", "th" behind the day.
_NUMBER.update({name.lower(): number for name, number in list(_NUMBER.items())})
_VERBS = frozenset(("may", "mar", "march"))

_NAME = "(?P<month>" + "|".join(sorted(_NUMBER, key=len, reverse=True)) + r")(?![A-Za-z])"
_TH = r"(?P<th>st|nd|rd|th)?"
_YEAR = r"(?:(?P<comma>,)?[ ](?P<year>[12][0-9]{3})(?![0-9]|[,.:][0-9])|(?P<short>,?[ ]'[0-9]{2})(?![0-9]))"

_MONTH_FIRST = re.compile(
    _NAME + rf"\.?[ ]{{0,2}}(?P<day>[0-3]?[0-9])(?![0-9]|[.,:/%°][0-9]|[%°]){_TH}(?![A-Za-z])"
    r"(?:[ ]?(?P<link>[–—-])[ ]?(?P<last>[0-3]?[0-9])(?:st|nd|rd|th)?(?![0-9A-Za-z]|[-.:/][0-9]))?" + f"{_YEAR}?"
)
_MONTH_AND_YEAR = re.compile(
    _NAME
    + r"(?P<dot>\.)?(?P<comma>,)?(?:[ ](?P<year>[12][0-9]{3})(?![0-9]|[,.:][0-9])|[ ]'(?P<short>[0-9]{2})(?![0-9]))"
)
_TO_MONTH = re.compile(r"[ ]?[–—-][ ]?(?=[A-Z])")
_DAY_FIRST = re.compile(
    rf"(?P<day>[0-3]?[0-9]){_TH}(?:[ ]?(?P<link>[–—-])[ ]?(?P<last>[0-3]?[0-9])(?:st|nd|rd|th)?)?(?P<of>[ ]of)?"
    rf"(?P<gap>[ \-/])\.?{_NAME}\.?(?:(?P=gap)(?P<year>[12][0-9]{{3}})(?![0-9])|[,][ ](?P<late>[12][0-9]{{3}})(?![0-9])"
    r"|(?P=gap)(?P<yy>[0-9]{2})(?![0-9:]))?"
)
_TIME_AFTER = re.compile(r"[ ]{1,2}(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?![0-9])")
_TO_DAY = re.compile(r"[ ]?[–—-][ ]?(?=[0-9])")
_ISO = re.compile(r"([12][0-9]{3})([-/.])(1[0-2]|0?[1-9])\2([0-3]?[0-9])(?![0-9]|[-/][0-9]|\.[0-9])")
_NUMERIC = re.compile(r"([0-3]?[0-9])([-/.])([0-3]?[0-9])\2([12][0-9]{3}|[0-9]{2})(?![0-9]|[-/][0-9]|\.[0-9])")
_TWO = re.compile(r"([0-3]?[0-9])/([0-3]?[0-9])(?![0-9/A-Za-z]|\.[0-9])")
_YEAR_MONTH = re.compile(r"([12][0-9]{3})[-/](0[1-9]|1[0-2])(?![0-9A-Za-z]|-[0-9])")
_MONTH_OF = re.compile(r"(0?[1-9]|1[0-2])/((?:19|20)[0-9]{2})(?![0-9/]|\.[0-9])")
_WEEKDAY = re.compile(r"\b(?:Mon|Tue|Tues|Wed|Thu|Thur|Thurs|Fri|Sat|Sun|[MTWFS][a-z]{2,6}day)\.?,?[ ]\Z")
_WEEK_OF = re.compile(
    r"\b(?:[Ww]eek|[Ww]k\.?|night|morning|weekend)[ ](?:of|beginning|ending|commencing)[ ](?:the[ ])?\Z"
)
_TO_ANOTHER = re.compile(r"[ ](?:to|until|through|till)[ ]([01]?[0-9])/([0-3]?[0-9])(?![0-9/])")
_MOST_PARTS = 16  # of an inch
_FROM = re.compile(r"\bfrom ([01]?[0-9])/([0-3]?[0-9]) (?:to|until|through|till) \Z")
_LAST_DAY = 31  # of any month
_DATED = word_set("on by until till since before after dated due through starting beginning ending")
_NOT_DAYS = re.compile(
    r"[ -]?(?:%|°|percent\b|miles?\b|people\b|million\b|billion\b|thousand\b|km\b|kg\b|lbs?\b|hours?\b|minutes?\b|days?\b|"
    r"weeks?\b|months?\b|years?\b|dollars?\b|points?\b|times\b|of\b|a\.?m\b|p\.?m\b|am\b|pm\b)"
)
# Days that are hardly ever the denominator of a fraction: "12/25" is Christmas.
_NO_PARTS = frozenset((13, 14, 15, 17, 18, 19, 21, 22, 23, 25, 26, 27, 28, 29, 31))


def match_month(text: str, at: int, manner: Manner) -> Found | None:
    """Read what begins with a month's name and has a number behind it, with "to" if another such date follows a dash."""
    first = _month(text, at, manner)
    if first and (link := _TO_MONTH.match(text, first.end)) and _month(text, link.end(), manner):
        return Found(link.end(), (*first.tokens, Token("to", *link.span())))
    return _before_time(text, first)


def _before_time(text: str, date: Found | None) -> Found | None:
    """Return a date, with a pause behind it if the numbers of a time follow: "2024-01-15 14:30"."""
    if date is None or not _TIME_AFTER.match(text, date.end) or date.tokens[-1].kind is Kind.MARK:
        return date
    last = date.tokens[-1]
    return Found(date.end, (*date.tokens[:-1], last.followed(False), Token(",", last.start, last.end, Kind.MARK)))


def _month(text: str, at: int, manner: Manner) -> Found | None:
    if text[at] not in MONTH_LETTERS or not apart(text, at):
        return None
    dated = _MONTH_FIRST.match(text, at)
    if (
        dated
        and 1 <= int(dated["day"]) <= 31
        and (dated["th"] or dated["year"] or not (dated["month"] in _VERBS or _NOT_DAYS.match(text, dated.end())))
    ):
        return _month_first(dated, manner)
    if with_year := _MONTH_AND_YEAR.match(text, at):
        name = MONTHS[_NUMBER[with_year["month"]] - 1] + ("," if with_year["comma"] else "")
        group = "year" if with_year["year"] else "short"
        said = year(with_year["year"], manner.british) if with_year["year"] else _of_month(with_year["short"])
        parts = (name, at, with_year.end("month")), (said, with_year.start(group), with_year.end())
        return found(with_year.end(), *parts) if ends(text, with_year.end()) else None
    return None


def _month_first(dated: re.Match[str], manner: Manner) -> Found:
    the = "the " if manner.british else ""
    parts: list[Part] = [
        (MONTHS[_NUMBER[dated["month"]] - 1], dated.start(), dated.end("month")),
        (the + ordinal(dated["day"]), dated.start("day"), dated.end("th") if dated["th"] else dated.end("day")),
    ]
    if dated["last"]:
        parts.append(("to", dated.start("link"), dated.end("link")))
        parts.append((the + ordinal(dated["last"]), dated.start("last"), dated.end("last")))
    return _with_year(dated, parts, manner)


def _with_year(dated: re.Match[str], parts: list[Part], manner: Manner) -> Found:
    """Return a date with its year behind it, where one is written."""
    if not (dated["year"] or dated["short"]):
        return found(dated.end(), *parts)
    name, begin, end = parts[-1]
    if dated["comma"] or (dated["short"] and dated["short"][0] == ",") or not manner.british:
        parts[-1] = (f"{name},", begin, end)
    if dated["year"]:
        parts.append((year(dated["year"], manner.british), dated.start("year"), dated.end("year")))
    else:
        parts.append((short_year(dated["short"][-2:]), dated.start("short") + 1, dated.end("short")))
    return found(dated.end(), *parts)


def match_day_first(text: str, at: int, manner: Manner) -> Found | None:
    """Read "5 January 2024", "25th of December", "25-Dec-2024", and from one to another."""
    first = _day_first(text, at, manner)
    if first and (link := _TO_DAY.match(text, first.end)) and _day_first(text, link.end(), manner):
        return Found(link.end(), (*first.tokens, Token("to", *link.span())))
    return _before_time(text, first)


def _day_first(text: str, at: int, manner: Manner) -> Found | None:
    dated = _DAY_FIRST.match(text, at)
    if dated is None or not apart(text, at) or not ends(text, dated.end()) or not 1 <= int(dated["day"]) <= 31:
        return None
    if (
        dated["month"].startswith(("May", "March", "Mar", "mar", "may"))
        and dated["gap"] == " "
        and not _plausible(text, dated)
    ):
        return None
    the = "" if before(text, at) == "the" else "the "
    parts: list[Part] = [(the + ordinal(dated["day"]), at, dated.end("th") if dated["th"] else dated.end("day"))]
    if dated["last"]:
        parts.append(("to", dated.start("link"), dated.end("link")))
        parts.append(("the " + ordinal(dated["last"]), dated.start("last"), dated.end("last")))
    name = MONTHS[_NUMBER[dated["month"]] - 1]
    parts.append((f"of {name}" + ("," if dated["late"] else ""), dated.end("gap"), dated.end("month")))
    for group in ("year", "late"):
        if dated[group]:
            parts.append((year(dated[group], manner.british), dated.start(group), dated.end(group)))
    if dated.group().endswith(".") and (dated["month"] in MONTHS or near.ends_sentence(text, dated.end())):
        return found(dated.end() - 1, *parts)
    if dated["yy"]:
        if dated["gap"] == " ":
            return found(dated.end("month"), *parts)
        parts.append((year(_full_year(dated["yy"]), manner.british), dated.start("yy"), dated.end("yy")))
    return found(dated.end(), *parts)


def _plausible(text: str, dated: re.Match[str]) -> bool:
    """Return whether "5 May" is a date: "May" and "March" can also begin a sentence or be a verb."""
    short = len(dated["month"]) in (3, 5) and dated["month"] not in _VERBS
    return bool(dated["year"] or dated["th"] or dated["of"] or short)


def match_numeric(text: str, at: int, manner: Manner) -> Found | None:
    """Read dates of numbers alone, with a time behind an ISO date."""
    return _before_time(text, _date_of_numbers(text, at, manner))


def _date_of_numbers(text: str, at: int, manner: Manner) -> Found | None:
    if not apart(text, at):
        return None
    if named := match_special(text, at):
        return named
    if iso := _ISO.match(text, at):
        return _iso(text, iso, manner)
    if (numeric := _NUMERIC.match(text, at)) and ends(text, numeric.end()):
        return _numeric(text, numeric, manner)
    if (month := _YEAR_MONTH.match(text, at)) and not 0 < int(month[2]) - int(month[1][2:]) < 12:
        parts = (MONTHS[int(month[2]) - 1] + " " + year(month[1], manner.british), at, month.end())
        return found(month.end(), parts)
    if (month := _MONTH_OF.match(text, at)) and ends(text, month.end()):
        said = f"{MONTHS[int(month[1]) - 1]} {year(month[2], manner.british)}"
        return found(month.end(), (said, at, month.end()))
    if two := _TWO.match(text, at):
        return _two(text, two, manner)
    return None


def _iso(text: str, iso: re.Match[str], manner: Manner) -> Found | None:
    month, day = int(iso[3]), int(iso[4])
    if not 1 <= day <= 31:
        return None
    date: Part = (_date(day, month, iso[1], manner), iso.start(), iso.end())
    if text[iso.end() : iso.end() + 1] in ("T", "t") and (clock := times.timestamp(text, iso.end() + 1, manner)):
        end, parts = clock
        said, start, stop = date
        return found(end, (said + ",", start, stop), ("at", iso.end(), iso.end() + 1), *parts)
    return found(iso.end(), date) if ends(text, iso.end()) else None


def _numeric(text: str, numeric: re.Match[str], manner: Manner) -> Found | None:
    first, second = int(numeric[1]), int(numeric[3])
    if len(numeric[4]) == 2 and (numeric[2] == "." or (numeric[2] == "-" and len(numeric[1] + numeric[3]) < 4)):
        return None  # versions, scores, and other groups of numbers
    full = numeric[4] if len(numeric[4]) == 4 else _full_year(numeric[4])
    day_first = manner.british or numeric[2] == "."
    day, month = (first, second) if day_first else (second, first)
    if month > 12:
        day, month = month, day
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    if manner.british and second > 12:  # the other way round than it is read: nothing is reordered
        said = f"{MONTHS[month - 1]} the {ordinal(str(day))}, {year(full, british=True)}"
    else:
        said = _date(day, month, full, manner)
    return found(numeric.end(), (said, numeric.start(), numeric.end()))


def _date(day: int, month: int, full: str, manner: Manner) -> str:
    name = MONTHS[month - 1]
    if manner.british:
        return f"the {ordinal(str(day))} of {name} {year(full, british=True)}"
    return f"{name} {ordinal(str(day))}, {year(full)}"


def _two(text: str, two: re.Match[str], manner: Manner) -> Found | None:
    """Read "12/25" as a date where its words or a leading zero say so, else leave it to fractions."""
    start, end = two.span()
    zeros = two[1][0] == "0" or two[2][0] == "0"
    dated = (zeros and len(two[1]) == len(two[2]) == 2) or before(text, start) in _DATED
    dated = (
        dated
        or _is_span(text, two)
        or bool(_WEEKDAY.search(look_back(text, start)) or _WEEK_OF.search(look_back(text, start)))
    )
    if not (dated or int(two[1 if manner.british else 2]) in _NO_PARTS):
        return None
    first, second = int(two[1]), int(two[2])
    day, month = (first, second) if manner.british else (second, first)
    if month > 12 and dated:
        day, month = month, day
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    name = MONTHS[month - 1]
    said = f"the {ordinal(str(day))} of {name}" if manner.british else f"{name} {ordinal(str(day))}"
    return found(end, (said, start, end))


def _is_span(text: str, two: re.Match[str]) -> bool:
    """Return whether it is one end of "from 3/1 to 4/15"; "from 1/2 to 3/4" are parts."""
    other = _TO_ANOTHER.match(text, two.end()) if before(text, two.start()) == "from" else None
    other = other or _FROM.search(look_back(text, two.start()))
    return bool(other) and not all(
        int(upper) < int(lower) <= _MOST_PARTS for upper, lower in (two.groups(), other.groups() if other else ())
    )


_COMPACT = re.compile(r"((?:19|20)[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])")


def compact(digits: str, british: bool) -> str | None:
    """Return the date that eight digits in a row may be: "20231105"."""
    date = _COMPACT.fullmatch(digits)
    return _date(int(date[3]), int(date[2]), date[1], Manner(british=british)) if date else None


def _full_year(digits: str) -> str:
    """Return four digits for two: 1969 to 2068, as POSIX has it."""
    return ("19" if int(digits) >= 69 else "20") + digits


def _of_month(digits: str) -> str:
    """Return the year of "Dec '22" and "Dec '98"; in full where it could be a day."""
    return short_year(digits) if int(digits) > _LAST_DAY else year(_full_year(digits))


def short_year(digits: str) -> str:
    """Return a year of two digits: "'99" is "ninety-nine", "'05" is "oh five"."""
    return (
        f"oh {cardinal(digits)}"
        if digits[0] == "0" and digits != "00"
        else ("oh oh" if digits == "00" else cardinal(digits))
    )
