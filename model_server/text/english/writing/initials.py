"""What is written with a stop behind each letter: "U.S.A.", "e.g.", "a.m.", "Ph.D.", and the initials of names."""

from __future__ import annotations

import re

from model_server.text.english.tokens import Found, Kind, Manner, Token, letters, word_set, words
from model_server.text.english.writing import near

_DOTTED = re.compile(r"(?:[A-Za-z]\.){1,12}[A-Za-z]?(?!\w|'(?!s\b))|(?:[A-Za-z]\.){2,12}")
_SPACED = re.compile(r"(?:[a-z]\. [a-z]\.)(?!\w)")
_DEGREE = re.compile(
    r"(Ph\.? ?D|Ed\.D|Ll?\.?[BDM]|M\.?Sc|B\.?Sc|D\.?Phil|M\.?Phil|B\.Ed|M\.Ed|Psy\.D|Pharm\.D|B\.Eng|M\.Eng)\b(\.?)"
    r"('?s\b)?"
)
_PLURAL = re.compile(r"'?s\b")
# "c/o", "w/": what abbreviates with a stroke.
_STROKES = re.compile(
    r"(w/out|w/o|w/in|w/|c/o|b/c|n/a|a/c|h/t|w/e)(?![\w/])|w/(?=[a-z0-9]{2}|[A-Z][a-z])", re.IGNORECASE
)
_WITH_STROKE = {
    "w/o": "without",
    "w/out": "without",
    "w/in": "within",
    "w/": "with",
    "c/o": "care of",
    "b/c": "because",
    "n/a": "N A",
    "a/c": "A C",
    "h/t": "hat tip",
    "w/e": "whatever",
}

_PHRASES = {
    "e.g": "for example",
    "i.e": "that is",
    "w.r.t": "with respect to",
    "a.k.a": "also known as",
    "o.k": "okay",
    "q.v": "which see",
    "b.i.d": "twice a day",
    "t.i.d": "three times a day",
    "q.i.d": "four times a day",
    "p.r.n": "as needed",
    "n.d": "no date",
    "v.v": "vice versa",
    "r.i.p": "rest in peace",
    "et.al": "et al",
}
_NEVER_LAST = frozenset(("e.g", "i.e", "w.r.t", "a.k.a", "q.v"))
# Lower-case ones that are spelled; others may be code.
_SPELLED = word_set("a.m p.m n.b c.v p.s a.d b.c p.a r.s.v.p n.a p.o d.o.b f.a.q")
_ERAS = frozenset(("a.m", "p.m"))
# What goes on behind a time of day, though with a capital.
_OF_TIMES = re.compile(
    r"[ \n]*+(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|[ECMPG][SD]?T\b|UTC|eastern|central|pacific|mountain|"
    r"january|february|march|april|may|june|july|august|september|october|november|december)",
    re.IGNORECASE,
)
_BEHIND_INITIAL = re.compile(r"[,)&;]| &| \((?:ed|tr|[12])| [a-z]{4,}")  # "Doe, A., ", "E. coli"
_LETTER_BEFORE = re.compile(r"\b[A-Z],? (?:and|or|to) \Z")
_TITLES = frozenset(("Mr", "Mrs", "Ms", "Dr", "Prof"))
# Behind these a single capital with a stop ends a sentence: "Plan B. We".
LETTER_NOUNS = word_set("""
    generation gen chapter book act scene volume plan vitamin vitamins hepatitis group team type class grade grades section part option exhibit appendix
    point building gate terminal room unit row column door figure table step answer train bus zone schedule
    letter letters division platform pier block lot category series level schedule influenza side form track key
    blood malaria bin ward problem question case item model factor wing hall coach seat variable axis minor
    major sharp flat chord note string
""")


def dotted(text: str, at: int, manner: Manner) -> Found | None:
    """Read letters with stops."""
    if at and near.joins(text[at - 1]):
        return None
    if degree := _degree(text, at):
        return degree
    if text[at + 1 : at + 2] != ".":
        return None
    if spaced := _SPACED.match(text, at):
        name = spaced.group()[:-1].replace(" ", "")
        if name in _PHRASES or name in _ERAS:
            return _read(text, at, spaced.end(), name)
    if (found := _DOTTED.match(text, at)) is None:
        return None
    end = found.end()
    written = found.group()
    if written[-2:] == ".s" and written[:-2].isupper():  # "M.A.s"
        written, end = written[:-1], end - 1
    if near.joins(text[end : end + 1] or " ") and not _PLURAL.match(text, end):
        return None
    if len(written) == 2:
        return _initial(text, at)
    return _read(text, at, end, written.removesuffix("."))


def _read(text: str, at: int, end: int, bare: str) -> Found | None:
    name = bare.lower()
    ends = text[end - 1] == "." and name not in _NEVER_LAST and near.ends_sentence(text, end)
    if text[end - 1] == "." and name in _NEVER_LAST and not text[end : end + 4].strip():
        ends = True
    if name in _ERAS and text[end - 1] == "." and near.ends_sentence(text, end, names=True):
        ends = not _OF_TIMES.match(text, end)
    ends = ends or (name == "p.s" and text[end - 1] == "." and not text[end : end + 2].strip().isdigit())
    if name in _PHRASES:
        return Found(end - ends, words(near.like(bare, _PHRASES[name]), at, end - ends))
    if not (bare.isupper() or name in _SPELLED):
        return None
    initials = bare.replace(".", "")
    if plural := _PLURAL.match(text, end):
        said = f"{' '.join(initials)}{plural.group()}"
        return Found(plural.end(), (Token(said, at, plural.end(), Kind.LETTERS, tag="NNPS"),))
    return Found(end - ends, (letters(initials, at, end - ends),))


def _degree(text: str, at: int) -> Found | None:
    if (found := _DEGREE.match(text, at)) is None:
        return None
    plural = found.group(3) or ""
    end = found.end()
    ends = bool(found.group(2)) and not plural and near.ends_sentence(text, end)
    bare = found.group(1).replace(".", "").replace(" ", "")
    said: tuple[Token, ...]
    if bare.endswith(("Phil", "Ed", "Eng")) and not plural:
        word = bare[1:]
        said = (letters(bare[0], at, end - ends), Token(word, at, end - ends, tag="NNP"))
    elif bare.startswith(("Psy", "Pharm")):
        said = (Token(bare[:-1], at, end - ends, tag="NNP"), letters(bare[-1], at, end - ends))
    else:
        said = (Token(f"{' '.join(bare.upper())}{plural}", at, end - ends, Kind.LETTERS, tag="NNP"),)
    return Found(end - ends, said)


def _initial(text: str, at: int) -> Found | None:
    """Read one capital with a stop: of a name ("John F. Kennedy"), or a letter at a sentence's end."""
    letter = text[at]
    if not letter.isupper():
        return None
    if letter == "U" and text.startswith(" of ", at + 2) and near.is_name(near.word_after(text, at + 5)):
        return Found(at + 2, words("University", at, at + 2, tag="NN"))
    before = near.word_before(text, at)
    if before.lower().rstrip(".") in LETTER_NOUNS:
        return None
    if _BEHIND_INITIAL.match(text, at + 2) and (letter != "I" or near.is_name(before)):
        return Found(at + 2, (letters(letter, at, at + 2),))
    following = near.word_after(text, at + 2)
    if not near.is_name(following) or not text[at + 2 : at + 3].isspace():
        return None
    if near.starts_sentence(following) or following in _TITLES or (letter == "I" and not near.is_name(before)):
        return None
    if before in ("a", "an", "letter") or _LETTER_BEFORE.search(text[max(0, at - 8) : at]):
        return None
    return Found(at + 2, (letters(letter, at, at + 2),))


def stroke(text: str, at: int, manner: Manner) -> Found | None:
    """Read "w/o", "c/o" and their like."""
    if text[at + 1 : at + 2] != "/" or (at and near.joins(text[at - 1])):
        return None
    if (found := _STROKES.match(text, at)) is None:
        return None
    said = _WITH_STROKE[found.group().lower()]
    if said[1:2] == " ":
        return Found(found.end(), (letters(said.replace(" ", ""), at, found.end()),))
    return Found(found.end(), words(near.like(text[at], said), at, found.end()))
