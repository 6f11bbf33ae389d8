"""Days of the week in short and without a stop, where a date or a time tells that they are days: "Sat 6 Jan", "Tues"."""

from __future__ import annotations

import re

from model_server.text.english.tokens import Found, Manner, words
from model_server.text.english.writing import near
from model_server.text.english.writing.shortenings import CALENDAR

_DAY = re.compile(r"(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)(?![\w'.-]|–[MTWFS])")
# No words: days wherever they stand, unless a name follows.
_NO_WORDS = frozenset(("Tue", "Tues", "Thu", "Thur", "Thurs", "Fri"))
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\b"
_DATE_AFTER = re.compile(
    rf",?[ ]{{1,2}}(?:{_MONTH}|(?:the[ ])?[0-9]{{1,2}}(?:st|nd|rd|th)?[ ](?:of[ ])?{_MONTH}|[0-9]{{1,2}}[:/.][0-9]|"
    r"[0-9]{1,2}[ ]?[ap]\.?m|[AaPp]\.?[Mm]\b|morning\b|afternoon\b|evening\b|night\b|[0-9]{4}-|[0-9]{1,2}(?:st|nd|rd|th)\b|at[ ][0-9]|[0-9]{1,2}[–-][0-9]{1,2}(?![0-9%])|[0-9]{1,2}/[0-9]{1,2}\b)"
)
_LISTED = r"(?:,[ ]|[ ]?[&/,+][ ]?|[ ]and[ ]|[ ]or[ ]|[ ]to[ ]|,[ ](?:&|and)[ ])"
_DAYS = r"(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)(?![A-Za-z'])"
_LIST_AFTER = re.compile(_LISTED + _DAYS)
_LIST_BEFORE = re.compile(rf"\b{_DAYS}\.?{_LISTED}\Z")


_BEFORE = re.compile(
    r"\b(?:[Cc]losed|[Oo]pen|[Ee]very|[Ee]ach|[Nn]ext|[Ll]ast|[Tt]his|[Bb]y|[Oo]n|[Uu]ntil|'til|[Ff]rom|[Ss]ince|[AaPp]\.?[Mm]\.?) \Z"
)
_MARK_AFTER = re.compile(r"[,;:!?)]|\s*\Z")
_WEEK = re.compile(r"M([–-])F(?=[,:]?[ ][0-9])")


def week(text: str, at: int, manner: Manner) -> Found | None:
    """Read "M-F" before hours."""
    if text[at] != "M" or not (written := _WEEK.match(text, at)) or (at and near.joins(text[at - 1])):
        return None
    return Found(written.end(), words("Monday to Friday", at, written.end(), tag="NNP"))


def match(text: str, at: int, manner: Manner) -> Found | None:
    """Read a day of the week."""
    if text[at] not in "MTWFS" or not (day := _DAY.match(text, at)) or (at and near.joins(text[at - 1])):
        return None
    end = day.end()
    if not (
        (_BEFORE.search(text[max(0, at - 16) : at]) and _MARK_AFTER.match(text, end))
        or _DATE_AFTER.match(text, end)
        or _LIST_AFTER.match(text, end)
        or _LIST_BEFORE.search(text[max(0, at - 16) : at])
        or (day.group() in _NO_WORDS and not near.is_name(near.word_after(text, end)))
    ):
        return None
    return Found(end, words(CALENDAR[day.group()], at, end, tag="NNP"))
