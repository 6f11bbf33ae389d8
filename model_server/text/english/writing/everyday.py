"""Short forms of advertisements, tickets, chat, courts and the police: "£650 pcm", "12 ea.", "exp. 09/27", "R v Brown".

Each stands for what it stands for only beside certain neighbours, so that a reading is a pattern and what stands before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from model_server.text.english.amounts.numerals import cardinal, digit_by_digit, ordinal
from model_server.text.english.amounts.speech import found
from model_server.text.english.tokens import Found, Manner
from model_server.text.english.writing import near
from model_server.text.english.writing.short_forms import READINGS

_LOOK = 40  # characters that are looked back at
_EPISODE = re.compile(r"S([0-9]{1,2})[ ]?E([0-9]{1,3})(?!\w)")
_JUNCTION = re.compile(r"J([0-9]{1,2})(?=A?(?!\w))")
_OF_MOTORWAY = re.compile(r"A?(?: of the| on the|,| \() ?M[0-9]{1,2}\b")
_ON_MOTORWAY = re.compile(
    r"\bM[0-9]{1,2}\b[^.!?]{0,24}(?:at|near|from|and|to|between|after|before|off|leave|exit|[-–,(]) ?\Z"
)
_STARRED = re.compile(r"([A-D])\*(s?)(?![\w*/=+(])")
_BEFORE_GRADE = re.compile(r"(?:\A|[\s(“\"])\Z")
_CHANGE = re.compile(r" ?[$£€]?[0-9]")
_LISTED = re.compile(r"\bGrade (?:II?|1|2)\Z")
_STARTS = frozenset(' \n\t(["“,:;—–-/£')


def match(text: str, at: int, manner: Manner) -> Found | None:
    """Read what begins with a letter."""
    if at and not (text[at - 1] in _STARTS or text[at - 1].isdigit()):
        return None
    special = _special(text, at, manner)
    if special:
        return special
    for reading in READINGS.get(text[at], ()):
        written = reading.written.match(text, at)
        if written is None or (text[at - 1 : at].isdigit() and reading.behind is None):
            continue
        if written[0][-1:].isalnum() and near.joins(text[written.end() : written.end() + 1] or " "):
            continue
        if reading.behind and not reading.behind.search(text[max(0, at - _LOOK) : at]):
            continue
        end = written.end()
        if text[end - 1] == "." and near.ends_sentence(text, end):
            end -= 1
        said = reading.british if manner.british else reading.said
        capitals = sum(map(str.isupper, written[0]))
        return found(end, (near.like(text[at], said) if capitals == 1 else said, at, end))
    return None


def _special(text: str, at: int, manner: Manner) -> Found | None:
    """Read what has a part of its own to be said: "S02E05", "J19" of a motorway, the grade "A*"."""
    if text[at] == "S" and (episode := _EPISODE.match(text, at)):
        season = f"Season {cardinal(str(int(episode[1])))}", at, episode.end(1)
        return found(
            episode.end(), season, (f"episode {cardinal(str(int(episode[2])))}", episode.end(1), episode.end())
        )
    if text[at] == "J" and manner.british and (junction := _JUNCTION.match(text, at)):
        if _ON_MOTORWAY.search(text[max(0, at - _LOOK) : at]) or _OF_MOTORWAY.match(text, junction.end()):
            return found(junction.end(), (f"junction {cardinal(junction[1])}", at, junction.end()))
        return None
    for pattern, behind, read in _PARTED.get(text[at], ()):
        parted = pattern.match(text, at)
        if parted and (not behind or behind.search(text[max(0, at - _LOOK) : at])):
            return read(parted)
    grade = _STARRED.match(text, at) if text[at + 1 : at + 2] == "*" else None
    if grade and _BEFORE_GRADE.search(text[max(0, at - 1) : at]):
        return found(grade.end(), (f"_{grade[1]}", at, at + 1), (f"star{grade[2]}", at + 1, grade.end()))
    return None


def _motorway(written: re.Match[str]) -> Found:
    return found(written.end(), (f"_A {cardinal(written[1])} _M", *written.span()))


def _every(written: re.Match[str]) -> Found:
    number = cardinal(written[1])
    return found(written.end(), (f"every {number} hour{'' if number == 'one' else 's'}", *written.span()))


def _stage(written: re.Match[str]) -> Found:
    number = {"I": "one", "II": "two", "III": "three", "IV": "four"}[written[1]]
    return found(written.end(), (number, *written.span(1)), (f"_{written[2].upper()}", *written.span(2)))


def _century(written: re.Match[str]) -> Found:
    return found(written.end(), (f"{ordinal(written[1])} century", *written.span()))


def _letters(written: re.Match[str]) -> Found:
    first, last = (f"_{written[1]}", *written.span(1)), (f"_{written[2]}", *written.span(2))
    return found(written.end(), first, ("to", written.end(1), written.start(2)), last)


def _times(written: re.Match[str]) -> Found:
    return found(written.end(), (f"times {cardinal(written[1])}", *written.span()))


_AGAIN = r"(?:\b(?!Let|If|For|Where|The|And|When|Of|As)[A-Z][A-Za-z]{1,15}|[!)?]) \Z"
_SEATS = r"\b(?:seats|rows|sections|gates|groups|units|blocks|floors|columns|suites|exhibits|zones|options|bins|doors|terminals|buildings) \Z"
_Part = tuple[re.Pattern[str], re.Pattern[str] | None, Callable[[re.Match[str]], Found]]
_PARTED: dict[str, tuple[_Part, ...]] = {
    "A": ((re.compile(r"A([0-9]{1,3})\(M\)"), None, _motorway),),
    "q": ((re.compile(r"q([0-9]{1,2})h(?:rs?)?\b"), None, _every),),
    "Q": ((re.compile(r"Q([0-9]{1,2})H\b"), None, _every),),
    "I": (
        (
            re.compile(r"(I{1,3}|IV)([A-Ca-c])(?!\w)"),
            re.compile(r"\b(?:[Ss]tage|[Tt]ype|[Cc]lass|[Pp]hase) \Z"),
            _stage,
        ),
    ),
    "x": ((re.compile(r"x([2-9]|1[0-9])(?=[,.;!)]|\s*\Z|\n)"), re.compile(_AGAIN), _times),),
    "C": ((re.compile(r"C(1[0-9]|20|21)(?:th|st)(?!\w)"), None, _century),),
}
_RANGE_OF_LETTERS = (re.compile(r"([A-Z])[-–]([A-Z])(?!\w)"), re.compile(_SEATS), _letters)
for _capital in "ABCDEFGHJKL":
    _PARTED[_capital] = (*_PARTED.get(_capital, ()), _RANGE_OF_LETTERS)


_ITS_NUMBER = re.compile(r"#(?= (?:is|was|for|and|on|or|to)\b|[:?.,]? ?\Z|[:?,] )")
_WHOSE = re.compile(
    r"\b(?:[Mm]y|[Yy]our|[Hh]is|[Hh]er|[Tt]heir|[Oo]ur|[Tt]he|[Pp]hone|[Oo]rder|[Aa]ccount|[Cc]ell|[Hh]ouse|[Rr]oom|[Tt]icket|[Aa]) \Z"
)
_NUMBER_SIGN = re.compile(r"#:?[ ]?(?P<digits>[0-9]{5,12}(?!\w))?(?=[ ]?[A-Z0-9]|(?<=[0-9]))")
_NUMBERED = re.compile(
    r"\b(?:[A-Z]{2,5}|[Oo]rder|[Aa]cct|[Aa]ccount|[Ii]nvoice|[Cc]ase|[Tt]icket|[Cc]onfirmation|[Ss]erial|[Pp]hone|[Ll]ot|[Ii]tem)[ ]?\Z"
)


def number_sign(text: str, at: int, manner: Manner) -> Found | None:
    """Read "MLS# 2241187": number, and a long one digit by digit."""
    if _ITS_NUMBER.match(text, at) and _WHOSE.search(text[max(0, at - 16) : at]):
        return found(at + 1, ("number", at, at + 1))
    written = _NUMBER_SIGN.match(text, at)
    if written is None or not _NUMBERED.search(text[max(0, at - 16) : at]):
        return None
    if not written["digits"]:
        return found(at + 1, ("number", at, at + 1))
    said = digit_by_digit(written["digits"])
    return found(written.end(), ("number", at, at + 1), (said, *written.span("digits")))


def arrow(text: str, at: int, manner: Manner) -> Found | None:
    """Read the triangle of a share's price: "▲1.2%"."""
    if not _CHANGE.match(text, at + 1):
        return None
    return found(at + 1, ("up" if text[at] in "▲△" else "down", at, at + 1))


def star(text: str, at: int, manner: Manner) -> Found | None:
    """Read the star of a listed building: "Grade II*"."""
    return found(at + 1, ("star", at, at + 1)) if _LISTED.search(text[max(0, at - 9) : at]) else None
