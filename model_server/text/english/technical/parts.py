"""Says the parts of names: runs of letters and digits as they stand in code, paths and addresses."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import groupby

from model_server.text.english.amounts.numerals import cardinal, digit_by_digit
from model_server.text.english.technical.names import EVERYWHERE, INSIDE, SMALL, listed
from model_server.text.english.technical.sounds import PHONEMES
from model_server.text.english.tokens import Kind, Manner, Token, letters

# Where a name changes from one word to the next: getHTTPHeader2 is get, HTTP, Header, 2.
_PARTS = re.compile(r"[0-9]+|[A-Z]{2,}s(?![a-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_]+|\d+|.", re.DOTALL)
_HASH = re.compile(r"(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{16,}|(?=[A-F]*[0-9])(?=[0-9]*[A-F])[0-9A-F]{16,}")

_SHORT_WORDS = listed("ad am an as at be by do ex go he hi if in is it me my no of oh ok on or ox pi re so to up us we")
# Words of three letters that others are joined from. The lexicons know many more, which nobody means.
_SHORT_PARTS = listed(
    "add air all any app ask auto bad big bit box bus buy bug car cat cut day dev dog dry ear end eye fit fix fly for fox fun get git hit",
    "hot hub job key lab log low man map max min nav net new not off old one out pay pop pre put raw ram row run sea set sky sub sun tab",
    "tag tea tip top two via war way web win you zip",
)
_SAID_WHOLE = 12  # characters of a code that are said one by one; longer ones by their first and last
_SHOWN = 4
_LONGEST_INITIALISM = 5
_SHORTEST = 3  # letters of a word that is looked for in a longer one
_LONGEST_COMPOUND = 24


def said(words: str, start: int, end: int, manner: Manner) -> Iterator[Token]:
    """Yield the words for one span; those in capitals are spelled, a comma behind one is a mark."""
    for word in words.split():
        bare = word.rstrip(",…")
        if bare.isupper():
            yield letters(bare, start, end).followed(bare == word)
        elif bare.endswith("s") and bare[:-1].isupper():  # IDs
            yield Token(f"{' '.join(bare[:-1])}s", start, end, Kind.LETTERS, bare == word, "NNPS")
        elif bare:
            phonemes = PHONEMES[bare][manner.british] if bare in PHONEMES else None
            yield Token(bare, start, end, space=bare == word, phonemes=phonemes)
        for mark in word[len(bare) :]:
            yield Token(mark, start, end, Kind.MARK)


def code_number(digits: str) -> str:
    """Return a number that counts nothing: 404 "four oh four", 8080 "eighty eighty", 27017 digit by digit."""
    if len(digits) <= 2 or digits.startswith("0"):
        return digit_by_digit(digits) if digits.startswith("0") and digits != "0" else cardinal(digits)
    if len(digits) > 4:
        return digit_by_digit(digits)
    if digits.endswith("000") or (len(digits) == 3 and digits.endswith("00")):
        return cardinal(digits)
    first, last = cardinal(digits[:-2]), digits[-2:]
    if last == "00":
        return f"{first} hundred"
    return f"{first} {'oh ' if last[0] == '0' else ''}{cardinal(last)}"


def characters(code: str, start: int, manner: Manner) -> Iterator[Token]:
    """Yield a code character by character, one that is long by its first and last four."""
    if len(code) <= _SAID_WHOLE:
        yield from _spelled(code, start, manner)
        return
    yield from _spelled(code[:_SHOWN], start, manner)
    yield Token("…", start + _SHOWN, start + len(code) - _SHOWN, Kind.MARK)
    yield from _spelled(code[-_SHOWN:], start + len(code) - _SHOWN, manner)


def _spelled(code: str, start: int, manner: Manner) -> Iterator[Token]:
    for index, character in enumerate(code, start):
        if character.isalpha():
            yield letters(character, index, index + 1)
        elif character.isdecimal():
            yield from said(digit_by_digit(character), index, index + 1, manner)


def is_hash(run: str) -> bool:
    """Return whether a run of letters and digits is a checksum or an ID of hexadecimal digits."""
    return bool(_HASH.fullmatch(run))


def name(run: str, start: int, manner: Manner) -> Iterator[Token]:
    """Yield a run of letters and digits as it stands in code: camelCase in words, unspeakable parts spelled."""
    if (whole := _listed(run, inside=True)) is not None:
        yield from said(whole, start, start + len(run), manner)
    elif is_hash(run):
        yield from characters(run, start, manner)
    else:
        small = run[:1].islower()
        for part, at in _parts(run):
            yield from _part(part, start + at, small, manner)


def _parts(run: str) -> Iterator[tuple[str, int]]:
    """Yield the parts of a run and where they begin. Other alphabets have no camelCase; "½" and "²" are apart."""
    if run.isascii():
        yield from ((part.group(), part.start()) for part in _PARTS.finditer(run))
        return
    at = 0
    for _, group in groupby(run, key=_class):
        part = "".join(group)
        yield part, at
        at += len(part)


def _class(character: str) -> str:
    if character.isdecimal():
        return "digit"
    return character if character.isnumeric() and not character.isalpha() else "letter"


def _part(part: str, start: int, small: bool, manner: Manner) -> Iterator[Token]:
    end = start + len(part)
    if not part[0].isalnum():
        return
    if part.isdecimal():
        if len(part) > _SAID_WHOLE:
            yield from characters(part, start, manner)
        else:
            yield from said(code_number(part), start, end, manner)
    elif (known := _listed(part, inside=True)) is not None and not (len(part) == 2 and part.isupper()):
        yield from said(known, start, end, manner)
    elif is_spelled(part, manner):
        yield letters(part, start, end)
    elif part[0].isnumeric() and not part[0].isalpha():
        yield from said(_character_name(part[0]), start, end, manner)
    elif cut := _compound(part, manner):
        yield Token(part[:cut].lower() if small else part[:cut], start, start + cut)
        yield Token(part[cut:], start + cut, end)
    elif part[0].isalpha():
        yield Token(part.lower() if small else part, start, end, phonemes=_phonemes(part, manner))


@functools.lru_cache(1024)
def _cut(word: str, known: Callable[[str], bool]) -> int:
    """Return where an unknown word is cut into two known ones: "noreply", "appdata"; 0 if nowhere."""
    if len(word) < 2 * _SHORTEST or len(word) > _LONGEST_COMPOUND or not word.isascii() or known(word):
        return 0
    middle = len(word) / 2
    cuts = sorted(range(_SHORTEST, len(word) - _SHORTEST + 1), key=lambda cut: abs(cut - middle))
    return next((cut for cut in cuts if _is_word(word[:cut], known) and _is_word(word[cut:], known)), 0)


def _is_word(part: str, known: Callable[[str], bool]) -> bool:
    return known(part) if len(part) > _SHORTEST else part in _SHORT_PARTS


def _compound(part: str, manner: Manner) -> int:
    return _cut(part.lower(), manner.known) if part[0].isalpha() and part.lower() not in PHONEMES else 0


def _character_name(character: str) -> str:
    """Return "½" as "one half", "²" as "two"."""
    named = unicodedata.name(character, "number").lower()
    for word in ("vulgar", "fraction", "superscript", "subscript", "roman", "numeral", "small", "circled"):
        named = named.replace(word, "")
    return " ".join(re.findall("[a-z]+", named)) or "number"


def _phonemes(part: str, manner: Manner) -> str | None:
    known = PHONEMES.get(part.lower())
    return known[manner.british] if known else None


def word_name(run: str, small_only: bool = True) -> str | None:
    """Return how a word of prose is said if it is the name of a program, a format, a command."""
    return _listed(run, inside=not small_only)


def _listed(run: str, inside: bool) -> str | None:
    low = run.lower()
    if low in EVERYWHERE:
        return EVERYWHERE[low]
    if run == low or inside:
        return SMALL.get(low, INSIDE.get(low) if inside else None)
    return None


def is_spelled(part: str, manner: Manner) -> bool:
    """Return whether a run of letters in a name is spelled rather than read."""
    low = part.lower()
    if len(part) == 1:
        return part.isascii()
    if not part.isascii() or len(part) > _LONGEST_INITIALISM:
        return False
    if len(part) == 2:
        return low not in _SHORT_WORDS or part.isupper()
    if not re.search("[aeiou]|.y", low):
        return not manner.known(low)
    return part.isupper() and len(part) <= 4 and not manner.known(low)


def screaming(run: str, start: int, manner: Manner) -> Iterator[Token]:
    """Yield a part of a NAME_IN_CAPITALS: as if it were written small."""
    yield from name(run.lower(), start, manner)
