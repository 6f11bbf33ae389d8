"""Decades and spans of years: the 1990s, the '90s, mid-1980s, '99, 1990-2000, 1990–95."""

from __future__ import annotations

import re

from model_server.text.english.amounts.dates import short_year
from model_server.text.english.amounts.numerals import cardinal, pairs, plural, year
from model_server.text.english.amounts.speech import apart, before, ends, found, look_back
from model_server.text.english.tokens import Found, Manner, word_set

_DECADE = re.compile(r"([12][0-9])([0-9])0(?:'s|s)(?![A-Za-z0-9])")
_SHORT_DECADE = re.compile(r"(')?([2-9])0(?:('s)|s)(?![A-Za-z0-9])")
_NOUGHTS = re.compile(r"'?00's|'00s(?![A-Za-z0-9])|00s(?![A-Za-z0-9])")  # the first decade of this century
_SHORT_YEAR = re.compile(r"'([0-9]{2})(?![0-9A-Za-z'%])")
_SEASONS = re.compile(r"'([0-9]{2})([–-])'([0-9]{2})(?![0-9A-Za-z'%])")
_LINK = re.compile(r"[ ]?[–—][ ]?|-")
_SPAN = re.compile(r"([12][0-9]{3})(?:[ ]?[–—][ ]?|-|[ ]-[ ])([12][0-9]{3})(?![0-9A-Za-z]|[-–.,:/][0-9])")
_SHORT_SPAN = re.compile(r"([12][0-9])([0-9]{2})([–/-])([0-9]{2})(?![0-9A-Za-z]|[-–.,:/][0-9])")
_SLASHED = re.compile(r"((?:1[5-9]|20)[0-9]{2})/((?:1[5-9]|20)[0-9]{2})(?![0-9A-Za-z]|[-–.,:/][0-9])")
_NEAR = 10  # years: "the 1999/2000 season"
_TO_NOW = re.compile(r"((?:1[5-9]|20)[0-9]{2})([ ]?[–—-][ ]?)(?=(?:[Pp]resent|[Nn]ow|[Cc]urrent|[Tt]oday|ongoing)\b)")
_DECADES = ("", "tens", "twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties")
_HIS = word_set("the his her their my your our its early late mid low high swinging roaring")
_FIRST, _LAST = 1000, 2199

_MANY = re.compile(
    r"(10|100|1000|1,000|10,000|100,000)s(?:(?=[ ](?:of|or)\b)|(?<=\b(?:tens of )10{2}s)|(?<=\b(?:tens of )10{3}s)|(?<=\b(?:hundreds of )10{3}s))"
)
_ONES = re.compile(r"([01])'?s(?=[ ](?:and|or)[ ][01]'?s\b)|(?<=[01]s[ ]and[ ])([01])s\b|([0-9])'s(?![A-Za-z0-9])")
_SOME = re.compile(r"([0-9]{1,3})s(?![A-Za-z0-9])")
_UNDER = re.compile(r"\b(?:[Uu]nder|[Oo]ver)-\Z|\b[Uu]nder \Z")
_HOW_MANY = word_set("one two three four five six seven eight nine ten by some few several many")
_CENTURY = re.compile(r"([1-9])00s(?=[ ](?:A\.?D|B\.?C|C\.?E)\b)")
_TEAM = re.compile(r"([1-9][0-9])ers(?![A-Za-z0-9])")  # "the 49ers"
_JETS = re.compile(r"(7[0-9]7)(?:'s|s)(?![A-Za-z0-9])")
_MANY_NAMES = {
    "10": "tens",
    "100": "hundreds",
    "1000": "thousands",
    "1,000": "thousands",
    "10,000": "tens of thousands",
    "100,000": "hundreds of thousands",
}


def match_plural(text: str, at: int, manner: Manner) -> Found | None:
    """Read numbers of which there are many: "100s of", "0s and 1s", "747s"."""
    if not apart(text, at):
        return None
    if many := _MANY.match(text, at):
        return found(many.end(), (_MANY_NAMES[many[1]], at, many.end()))
    if century := _CENTURY.match(text, at):  # "the 400s AD"
        return found(century.end(), (f"{cardinal(century[1])} hundreds", at, century.end()))
    if team := _TEAM.match(text, at):
        number = cardinal(team[1])
        return found(team.end(), (number + ("rs" if number.endswith("e") else "ers"), at, team.end()))
    if jets := _JETS.match(text, at):
        return found(jets.end(), (f"{pairs(jets[1])}s", at, jets.end()))
    if ones := _ONES.match(text, at):
        return found(ones.end(), (_plural(ones[1] or ones[2] or ones[3]), at, ones.end()))
    if (some := _SOME.match(text, at)) and (before(text, at) in _HOW_MANY or _UNDER.search(look_back(text, at))):
        return found(some.end(), (_plural(some[1]), at, some.end()))
    return None


def _plural(digits: str) -> str:
    return plural(cardinal(digits))


def match_years(text: str, at: int, manner: Manner) -> Found | None:
    """Read the first of them that fits."""
    if not apart(text, at):
        return None
    if decade := _DECADE.match(text, at):
        first = _decade(decade[1], int(decade[2])), at, decade.end()
        link = _LINK.match(text, decade.end())
        if link and (last := _DECADE.match(text, link.end())):
            return found(last.end(), first, ("to", *link.span()), (_decade(last[1], int(last[2])), *last.span()))
        return found(decade.end(), first)
    if decade := _SHORT_DECADE.match(text, at):
        if decade[1] or decade[3] or before(text, at) in _HIS or look_back(text, at)[-4:].lower() in ("mid-", "and "):
            return found(decade.end(), (_DECADES[int(decade[2])], at, decade.end()))
        return None
    if (noughts := _NOUGHTS.match(text, at)) and (text[at] == "'" or before(text, at) in _HIS):
        return found(noughts.end(), ("noughties" if manner.british else "two thousands", at, noughts.end()))
    if (seasons := _SEASONS.match(text, at)) and not (at and text[at - 1].isalnum()):
        low, high = (
            (short_year(seasons[1]), at, seasons.end(1)),
            (short_year(seasons[3]), seasons.start(3), seasons.end()),
        )
        return found(seasons.end(), low, ("to", *seasons.span(2)), high)
    if (short := _SHORT_YEAR.match(text, at)) and not (at and text[at - 1].isalnum()):
        return found(short.end(), (short_year(short[1]), at, short.end()))
    return _span(text, at, manner)


def _decade(century: str, tens: int) -> str:
    if tens:
        return f"{cardinal(century)} {_DECADES[tens]}"
    return year(century + "00") + "s"


def _span(text: str, at: int, manner: Manner) -> Found | None:
    if (slashed := _SLASHED.match(text, at)) and 0 < int(slashed[2]) - int(slashed[1]) < _NEAR:
        parts = (year(slashed[1], manner.british), at, slashed.end(1)), ("to", slashed.end(1), slashed.start(2))
        return found(slashed.end(), *parts, (year(slashed[2], manner.british), slashed.start(2), slashed.end()))
    if span := _SPAN.match(text, at):
        first, last = span[1], span[2]
        if (
            _FIRST <= int(first) <= int(last) <= _LAST
            and ends(text, span.end())
            and ((int(last) < 1100) == (int(first) < 1100) or text[max(0, at - 3) : at] == "c. ")
        ):
            parts = (year(first, manner.british), at, span.end(1)), ("to", span.end(1), span.start(2))
            return found(span.end(), *parts, (year(last, manner.british), span.start(2), span.end()))
    if to_now := _TO_NOW.match(text, at):
        return found(to_now.end(), (year(to_now[1], manner.british), *to_now.span(1)), ("to", *to_now.span(2)))
    span = _SHORT_SPAN.match(text, at)
    if span is None or int(span[2]) >= int(span[4]) or int(span[1]) < 10 or int(span[1]) > 21:
        return None
    middle = "to" if span[3] != "/" else ""
    first = year(span[1] + span[2], manner.british)
    return found(
        span.end(),
        (first, at, span.end(2)),
        (middle, span.end(2), span.start(4)),
        (short_year(span[4]), span.start(4), span.end()),
    )
