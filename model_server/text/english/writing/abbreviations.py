"""Abbreviations that mean one thing wherever they stand, or one thing before a name, a number or a stop.

Streets and saints are in `addresses`, states in `states`, what is written with several stops ("U.S.", "e.g.") in `initials`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from model_server.text.english.amounts.numerals import cardinal
from model_server.text.english.tokens import Found, Manner, letters, words
from model_server.text.english.writing import near
from model_server.text.english.writing.pronounced import said_words
from model_server.text.english.writing.shortenings import (
    ALSO_WITHOUT_STOP,
    BEFORE_EVERY_CAPITAL,
    BEFORE_THINGS,
    BEFORE_YEARS,
    CALENDAR,
    CAPITALISED,
    CONTRACTED,
    FIGURES_WITHOUT_STOP,
    GO_ON,
    IN_CAPITALS,
    NAMES_TOO,
    NUMBERED,
    ROOMS,
    THINGS_TOO,
    VERBS,
    WITH_STOP,
)
from model_server.text.english.writing.titles import (
    OFFICES,
    OFFICES_OF_THINGS,
    ROLES,
    TITLES,
    TITLES_ALONE,
    TITLES_WITH_STOP,
)

# At a word's beginning: its letters, and a stop behind them if there is one.
_ABBREVIATION = re.compile(r"([A-Za-z]{1,8})(\.?)")
_NUMBER_AFTER = re.compile(r"\s?(?:[#§]?[0-9]|[ivxlcIVXLC]+\b(?!'))")
_DIGIT_AFTER = re.compile(r"[ \n]?[$€£]?[0-9]")
_CAPITAL_NUMERAL = re.compile(r" [IVX]{1,5}(?=[,.;:)]|\Z)")
_YEAR_AFTER = re.compile(
    r"\s?(?:[0-9]{3,4}\b|[0-9]{1,2} [A-Z][a-z]{2,8}\.? [0-9]{4}\b|[A-Z][a-z]{2,8}\.? (?:[0-9]{1,2}, )?[0-9]{4}\b)"
)
_ORDINAL_BEFORE = re.compile(r"(?:[0-9](?:st|nd|rd|th)|first|second|third|fourth|fifth|revised|new|rev\.)[ \n]\Z", re.I)
_ASSOCIATED = {"Press": "associated"} | dict.fromkeys(
    ("Prof", "Professor", "Dean", "Director", "Editor", "Producer", "Justice"), "associate"
)
_COMMON = frozenset(("mr", "mrs", "ms"))
_NAME_AFTER = re.compile("[A-Z][a-z]")
_SIZE = re.compile(r"(sq|cu)\. ?(ft|in|yd|mi|m|km|cm)(\.?)(?!\w)")
_SIZES = {"sq": "square", "cu": "cubic"}
_SIZED = {
    "ft": ("foot", "feet"),
    "in": ("inch", "inches"),
    "yd": ("yard", "yards"),
    "mi": ("mile", "miles"),
    "m": ("meter", "meters"),
    "km": ("kilometer", "kilometers"),
    "cm": ("centimeter", "centimeters"),
}
_MINUTES = frozenset(("a", "one", "another", "per", "each", "every", "few"))
_DIGIT_BEFORE = re.compile(r"[0-9][ \n]?\Z")
_CONTRACTED = re.compile(r"[A-Za-z]{3,4}'[tlndsy]\b")
_NAMES = "|".join(sorted(CALENDAR, key=len, reverse=True))
_CALENDAR_RANGE = re.compile(rf"({_NAMES})\.?[-–]({_NAMES})(?:\.|\b)")
_ROOM = re.compile(r"[ \n]?#?([0-9]{1,3})-?([A-Za-z])(?!\w)")


def match(text: str, at: int, manner: Manner) -> Found | None:
    """Read an abbreviation of the tables."""
    if (found := _ABBREVIATION.match(text, at)) is None:
        return None
    short = found.group(1)
    name = short.lower()
    stop = bool(found.group(2))
    end = found.end()
    if not near.is_bounded(text, at, end - stop) or (stop and near.joins(text[end : end + 1] or " ")):
        stuck = (stop and name in _COMMON and _NAME_AFTER.match(text, end)) or (
            stop and text[end : end + 1].isdigit() and name in NUMBERED
        )  # "Mr.Smith", "p.3"
        if not stuck or near.joins(text[at - 1 : at] or " "):
            return None
    if name in TITLES and (said := _title(text, at, found, manner)) is not None:
        return said
    if name in NUMBERED and (said := _numbered(text, at, found)) is not None:
        return said
    if stop and (said := _with_stop(text, at, found, manner)) is not None:
        return said
    return _everywhere(text, at, found, manner) if name in WITH_STOP else None


def _with_stop(text: str, at: int, found: re.Match[str], manner: Manner) -> Found | None:
    """Read what is no abbreviation without a stop and means something else elsewhere."""
    name, end = found.group(1).lower(), found.end()
    if name in TITLES_ALONE:
        return _said(text, at, found, manner, TITLES[name])
    if name == "ed":
        return _ed(text, at, end)
    if name == "rev" and text.startswith(" by ", end):
        return Found(end, words(near.like(text[at], "revised"), at, end))
    if name in OFFICES and text.startswith(" of ", end) and _is_office(text, end + 3, name):
        return Found(end, words(near.like(text[at], OFFICES[name]), at, end))
    if name == "c" and _ORDINAL_BEFORE.search(text[max(0, at - 12) : at]):
        return _said(text, at, found, manner, "century")
    if name == "v" and text[at] == "v" and _is_case(text, at, end):
        return Found(end, words("versus", at, end))
    if name == "al" and near.word_before(text, at) in ("et", "Et"):
        return _said(text, at, found, manner, "al")
    return None


def _is_office(text: str, after_of: int, name: str) -> bool:
    following = near.word_after(text, after_of)
    return near.is_name(following) or (following == "the" and name in OFFICES_OF_THINGS)


def _is_case(text: str, at: int, end: int) -> bool:
    """Return whether a "v." stands between two names: "Roe v. Wade"."""
    return near.is_name(near.word_before(text, at)) and near.is_name(near.word_after(text, end))


def contracted(text: str, at: int, manner: Manner) -> Found | None:
    """Read "gov't", "int'l" and their like."""
    found = _CONTRACTED.match(text, at)
    if found is None or found.group().lower() not in CONTRACTED or not near.is_bounded(text, at, found.end()):
        return None
    end = found.end()
    if text.startswith(".", end) and near.is_bounded(text, at, end + 1) and not near.ends_sentence(text, end + 1):
        end += 1
    return Found(end, words(near.like(found.group(), CONTRACTED[found.group().lower()]), at, end))


def size(text: str, at: int, manner: Manner) -> Found | None:
    """Read "sq. ft." without a number before it: "price per sq. ft."."""
    found = _SIZE.match(text, at)
    if found is None or not near.is_bounded(text, at, found.end(1)):
        return None
    end = found.end() - (bool(found[3]) and near.ends_sentence(text, found.end()))
    one = near.word_before(text, at).lower() in _MINUTES
    return Found(end, words(f"{_SIZES[found[1]]} {_SIZED[found[2]][not one]}", at, end))


def calendar(text: str, at: int, manner: Manner) -> Found | None:
    """Read days and months with a hyphen between them: "Mon-Fri", "Jan.–Mar."."""
    found = _CALENDAR_RANGE.match(text, at) if near.is_name(text[at]) else None
    if found is None or not near.is_bounded(text, at, found.end()) or found[1] == found[2] == "May":
        return None
    ends = found.group().endswith(".") and near.ends_sentence(text, found.end())
    said = f"{CALENDAR[found[1]]} to {CALENDAR[found[2]]}"
    return Found(found.end() - ends, words(said, at, found.end() - ends))


def _title(text: str, at: int, found: re.Match[str], manner: Manner) -> Found | None:
    short, stop = found.groups()
    name = short.lower()
    following = near.word_after(text, found.end())
    joined = (name == "rt" and following in ("Hon", "Rev")) or near.word_before(text, at).rstrip(".") in (
        "Lt",
        "Maj",
        "Brig",
        "Rt",
    )
    if not stop and ((name in TITLES_WITH_STOP and not joined) or not short[0].isupper()):
        return None
    common = bool(stop) and (name in _COMMON or (name == "hon" and joined))
    if not common and not (near.is_name(following) and text[found.end() : found.end() + 1].isspace()):
        return None
    if name in ("ft", "mt", "pt", "col") and _DIGIT_BEFORE.search(text, max(0, at - 2), at):
        return None  # "5 ft. Then"
    if not short[0].isupper() and not common and name != "prof":
        return None
    if (name == "gen" and len(following) == 1) or (name == "rt" and following not in ("Hon", "Rev")):
        return None  # "Gen. Z"
    if name == "sr" and near.is_name(near.word_before(text, at)):
        return None  # "John Smith Sr. Hall"
    said = "Senior" if name == "sr" and following in ROLES else TITLES[name]
    said = "Honourable" if name == "hon" and manner.british else said
    return Found(
        found.end(),
        said_words(said if short[0].isupper() else said.lower(), at, found.end(), manner.british, tag="NNP"),
    )


def _numbered(text: str, at: int, found: re.Match[str]) -> Found | None:
    short, stop = found.groups()
    name = short.lower()
    after = found.end()
    if name == "no" and stop and text.startswith(" of ", after):
        return Found(after, words(near.like(short, "number"), at, after))
    if not stop and (name not in FIGURES_WITHOUT_STOP or not text[after : after + 2].lstrip()[:1].isdigit()):
        return None
    if not (_YEAR_AFTER if name in BEFORE_YEARS else _NUMBER_AFTER).match(text, after) and not (
        name == "ca" and _DIGIT_AFTER.match(text, after)
    ):
        return None
    if len(name) == 1 and not short.islower():
        return None  # initials: "D. 5"
    if short.isupper() and len(name) > 1 and name not in ("no", "nos", "apt", "ste", "fig", "vol"):
        return None
    if name == "art" and _CAPITAL_NUMERAL.match(text, after):
        return Found(after, words(near.like(short, NUMBERED[name]), at, after))
    if name in ("no", "col", "def", "lot", "ex", "art", "app") and not text[after : after + 2].lstrip()[:1].isdigit():
        return None  # "No. I did not."
    said = near.like(short, NUMBERED[name])
    if name in ROOMS and (room := _ROOM.match(text, after)):
        tokens = (*words(said, at, after), *words(cardinal(room[1]), *room.span(1)), letters(room[2], *room.span(2)))
        return Found(room.end(), tokens)
    return Found(after, words(said, at, after))


def _ed(text: str, at: int, end: int) -> Found | None:
    before = text[max(0, at - 12) : at]
    if _ORDINAL_BEFORE.search(before):
        said = "edition"
    elif before[-1:] == "(" and text[end : end + 1] in (")", ","):
        said = "editor"
    elif text.startswith(" by ", end):
        said = "edited"
    elif near.is_name(near.word_after(text, end)) and before.rstrip()[-1:] in (",", "(") and text[at] == "e":
        said = "edited by"
    else:
        return None
    stopped = said == "edition" and near.ends_sentence(text, end)
    return Found(end - stopped, words(near.like(text[at], said), at, end - stopped))


def _everywhere(text: str, at: int, found: re.Match[str], manner: Manner) -> Found | None:
    short, stop = found.groups()
    name = short.lower()
    if not stop and not (name in ALSO_WITHOUT_STOP and near.is_bounded(text, at, found.end())):
        return None
    if short.isupper() and len(name) > 1 and name not in IN_CAPITALS:
        return None
    if name in CAPITALISED and not short[0].isupper():
        return None
    if name in ("min", "hr", "hrs", "lb", "yrs", "yr", "sec", "wk") and _DIGIT_BEFORE.search(text, max(0, at - 2), at):
        return None  # units
    goes_on = text[found.end() : found.end() + 2].strip()[:1]
    if name in ("max", "min") and short[0].isupper() and near.word_after(text, found.end()) in VERBS:
        return None
    alone = not (goes_on.islower() or goes_on.isdigit() or goes_on in ("(", ":", ","))
    if name in NAMES_TOO and alone and (short[0].isupper() or name not in ("max", "min")):
        return None
    thing = name in THINGS_TOO and near.word_before(text, at).lower() in BEFORE_THINGS
    if thing and near.ends_sentence(text, found.end()):
        return None
    if name == "min" and (near.word_before(text, at).lower() in _MINUTES or _is_place(text, at)):
        return _said(text, at, found, manner, "minute")
    if name == "est" and not (goes_on.isdigit() or near.word_after(text, found.end()) in ("in", "by", "since")):
        return _said(text, at, found, manner, "estimated")
    associated = _ASSOCIATED.get(near.word_after(text, found.end())) if name == "assoc" else None
    return _said(text, at, found, manner, associated or WITH_STOP[name])


def _is_place(text: str, at: int) -> bool:
    """Return whether a place in a row stands before: "the 90th min."."""
    return bool(_ORDINAL_BEFORE.search(text[max(0, at - 12) : at]))


def _said(text: str, at: int, found: re.Match[str], manner: Manner, said: str) -> Found:
    """Return the words; a stop that also ends the sentence is left to be a mark."""
    short, stop = found.groups()
    name = short.lower()
    names = name in BEFORE_EVERY_CAPITAL
    ends = bool(stop) and near.ends_sentence(text, found.end(), names=names)
    if ends and name in GO_ON and text[found.end() : found.end() + 8].strip():
        ends = False
    end = found.end() - (ends or text.startswith(".", found.end()))  # "etc...": an ellipsis behind it
    tokens = said_words(near.like(short, said), at, end, manner.british)
    if text.startswith("'s", end) and not near.joins(text[end + 2 : end + 3] or " "):
        tokens = (*tokens[:-1], replace(tokens[-1], text=tokens[-1].text + "'s"))
        end += 2
        tokens = tuple(replace(token, end=end) for token in tokens)
    return Found(end, tokens)
