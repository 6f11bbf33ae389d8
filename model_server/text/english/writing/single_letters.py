"""Letters that stand alone: "Plan B", "vitamin A" against "A plan", "i" for "I"."""

from __future__ import annotations

import re

from model_server.text.english.tokens import Found, Kind, Manner, Token, letters, word_set
from model_server.text.english.writing import capitals, near
from model_server.text.english.writing.initials import LETTER_NOUNS

_SINGLE = re.compile(r"([A-Za-z])('s|s(?=\b))?(?![\w'\u00ad]|-\w)")
_ROW = re.compile(r"([A-Za-z])(-|–)([A-Za-z])(?![\w'–-])")
_OTHER_LETTER = re.compile(r"(?:,? (?:and|or|to|&) |, |/|-)[A-HJ-Zb-hj-z](?![\w'])")
_LETTER_BEFORE = re.compile(r"\b[A-HJ-Zb-hj-z](?:,? (?:and|or|to|&) |, |/|-)\Z")
_MINUS = re.compile(r"-(?=[.,;!?)\s]|\Z)")
_MINUS_GRADE = re.compile(r"-(?=[ ](?:grades?|average|student|paper|on (?:the|my|his|her)|in [A-Za-z]+|range)\b)")
_GRADE_BEFORE = re.compile(r": \Z|\b[A-DF][+-]?(?:,| and| or| to|/) \Z")
_FOLD = re.compile(r"[ ](?=[0-9]{1,3}[ ](?:days?|weeks?|months?|times|hours?|reps|sets|doses|years?)\b)")
_SMALL_BEFORE = re.compile(r"(?:\b[a-z]{2,}|[0-9]) \Z")
_ARTICLES = word_set("a an the letter straight an grade big capital one")


def match(text: str, at: int, manner: Manner) -> Found | None:
    """Read a letter by itself; the words "a", "A" and "I" are left alone."""
    if at and (near.joins(text[at - 1]) or text[at - 1] in "'’"):
        return None
    found = _SINGLE.match(text, at)
    if found is None:
        return None
    letter, ending = found.group(1), found.group(2) or ""
    end = found.end()
    if letter in "ABCDF" and _is_grade(text, at, end):
        return Found(end + 1, (letters(letter, at, end), Token("minus", end, end + 1)))
    if letter == "x" and _FOLD.match(text, end):
        return Found(end, (Token("times", at, end),))
    if letter == "i" and not ending:
        return Found(end, (Token("I", at, end, tag="PRP"),)) if _alone(text, at, end) else None
    if (
        letter in "Ii"
        and ending == "'s"
        and near.word_before(text, at).lower() in ("the", "your", "their", "my", "and")
    ):
        return Found(end, (Token("I's", at, end, Kind.LETTERS, tag="NNS"),))
    if letter == "A" and not ending and capitals.is_shouted(text, at, end, manner):
        return Found(end, (Token("a", at, end, tag="DT"),))
    if letter in ("I", "i") or (ending == "s" and not _are_letters(text, at)):
        return None
    if letter in ("a", "A") and not ending and not _is_letter_a(text, at, end):
        return None
    return Found(end, (Token(letter.upper() + ending, at, end, Kind.LETTERS, tag="NNP"),))


def row(text: str, at: int, manner: Manner) -> Found | None:
    """Read the two ends of a row of letters: "A–F", "a-z"."""
    found = _ROW.match(text, at)
    if found is None or not near.is_bounded(text, at, found.end()) or text[at - 1 : at] in ("-", "–", "'"):
        return None
    first, link, last = found.groups()
    if first.isupper() != last.isupper() or first >= last or (link == "-" and (first + last).lower() != "az"):
        return None
    to = Token("to", *found.span(2), tag="IN")
    return Found(found.end(), (letters(first, *found.span(1)), to, letters(last, *found.span(3))))


def _are_letters(text: str, at: int) -> bool:
    """Return whether an "s" behind a letter makes several of it: "two As", not "As he said"."""
    if text[at] == "A":
        title = near.is_name(near.word_after(text, at + 2))  # "the As Seen On TV brand"
        return not title and _SMALL_BEFORE.search(text[max(0, at - 12) : at]) is not None
    return text[at].isupper() and text[at] not in "IO"


def _is_grade(text: str, at: int, end: int) -> bool:
    """Return whether a hyphen behind a letter is the minus of a grade: "a B-", "B- grades", "A+ or B-"."""
    if _MINUS_GRADE.match(text, end):
        return True
    named = near.word_before(text, at).lower() in _ARTICLES or _GRADE_BEFORE.search(text[max(0, at - 8) : at])
    return bool(named and _MINUS.match(text, end))


def _alone(text: str, at: int, end: int) -> bool:
    """Return whether "i" is the pronoun: not the number of a list's item, nor code."""
    return text[end : end + 1] in (" ", "\n", ",", "", "?", "!") or (at > 0 and text[end : end + 2].strip() == ".")


def _is_letter_a(text: str, at: int, end: int) -> bool:
    """Return whether "a" is the letter rather than the article."""
    before = near.word_before(text, at).lower()
    following = text[end : end + 2]
    if text[at - 1 : at] == "(" and following[:1] == ")":
        return True
    if following in (". ", ") ") and (at == 0 or text[at - 1] == "\n"):
        return True  # of a list
    marked = (
        not following.strip() and end >= len(text.rstrip()) if len(following) < 2 else following[0] in '.,;:!?)”"+/'
    )
    if text[at] == "a":
        return (
            before in ("letter", "vowel") or bool(_OTHER_LETTER.match(text, end)) or (marked and before in LETTER_NOUNS)
        )
    if following[:1] == ":":
        return True  # "Q: Who? A: Me."
    if before in LETTER_NOUNS and (marked or not following[1:].isupper()):
        return True
    if before in _ARTICLES:
        return True
    if _OTHER_LETTER.match(text, end) or _LETTER_BEFORE.search(text[max(0, at - 8) : at]):
        return True
    return marked and bool(before)
