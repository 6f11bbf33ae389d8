"""The user's own dictionary: how its lines are read, and which entry a text has at a place. Pure: see `pronunciation_file`.

kubectl = cube control          in any case, since it is written in lower case
SQL = sequel                    only as it is written, since it has a capital
"polish" = …                    only as it is written
en-gb: schedule = /ˈʃɛdjuːl/    a transcription, for one language
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from common.quoting import quoted
from common.voices import LANGUAGES
from model_server.text.characters import speakable
from model_server.text.ipa import says_something, unknown_symbols

ENTRIES_MOST = 10_000
FAULTS_MOST = 1_000  # so that a file that is something else is read no further
WRITTEN_MOST = 80  # characters of an entry
SAID_MOST = 200  # characters of what is said for it

_TAG = re.compile(r"([A-Za-z]{2}(?:-[A-Za-z]{2})?):\s+(?=\S)")
_TAGS = frozenset((*LANGUAGES.values(), *(tag.partition("-")[0] for tag in LANGUAGES.values())))
_COMMENT = re.compile(r"\s#.*")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_FOLDED = str.maketrans({**dict.fromkeys("’‘ʼ＇", "'"), **dict.fromkeys("\u2010\u2011", "-"), "\u00ad": None})

# What an entry and a text are compared by: runs of letters and digits, with their accents, and single signs.
_PART = re.compile(rf"(?:[^\W_][\u0300-\u036f\u00ad]{{0,8}}+){{1,{WRITTEN_MOST}}}+|\S")
_BLANKS = re.compile(r"\s{1,40}")
# Joins what stands on both sides of it into one word, or into one address.
_JOINS = "-'_.@"
_JOINS_LETTERS = "'_.@"  # a hyphen leaves them two words
_POSSESSIVE = re.compile(r"'s(?!\w)")


@dataclass(frozen=True)
class Entry:
    """One line of the dictionary: `respelling` or `ipa` is empty."""

    line: int
    tag: str  # language, or the first half of one; "" for all
    written: str  # single blanks
    exact: bool  # only as it is written
    respelling: str = ""
    ipa: str = ""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a line."""

    line: int  # from 1; 0 where it is the whole file
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" if self.line else self.message


@dataclass(frozen=True)
class Match:
    """An entry that a text has."""

    end: int  # one past its last character
    entry: Entry


class BadLine(Exception):
    """A line that is no entry; says why."""


@dataclass(eq=False, slots=True)
class _Node:
    """A place between the parts of entries."""

    next: dict[str, _Node] = field(default_factory=dict)
    exact: dict[str, Entry] = field(default_factory=dict)  # by how it is written
    any_case: Entry | None = None


class Table:
    """The entries for one language. Looking one up takes time with its own length, however many there are."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Of two entries for the same, the later one counts."""
        self._root = _Node()
        for entry in entries:
            node = self._root
            for part in _parts(entry.written):
                node = node.next.setdefault(part, _Node())
            if entry.exact:
                node.exact[entry.written] = entry
            else:
                node.any_case = entry

    def __bool__(self) -> bool:
        return bool(self._root.next)

    def word(self, word: str) -> Entry | None:
        """Return the entry for a word, whatever is around it."""
        node = self._root.next.get(_folded(word))
        return (node.exact.get(_tidied(word)) or node.any_case) if node else None

    def find(self, text: str, at: int, joins: str = _JOINS) -> Match | None:
        """Return the longest entry that begins at `at` and is a whole word, or several, of the text.

        What stands on both sides of one of `joins` is one word.
        """
        if not _begins_word(text, at, joins):
            return None
        best: Match | None = None
        node, end, blank = self._root, at, ""
        while (part := _PART.match(text, end)) and (step := node.next.get(blank + _folded(part.group()))):
            node, end = step, part.end()
            if (node.exact or node.any_case) and _ends_word(text, end, joins):
                entry = node.exact.get(_tidied(text[at:end])) or node.any_case
                best = Match(end, entry) if entry else best
            blank = ""
            if blanks := _BLANKS.match(text, end):
                end, blank = blanks.end(), " "
        return best

    def respelled(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield what stands in the text, in order, and what is said for it: (start, end, respelling)."""
        at = 0
        while part := _PART.search(text, at):
            found = self.find(text, part.start(), _JOINS_LETTERS)
            if found and found.entry.respelling:
                yield part.start(), found.end, found.entry.respelling
            at = found.end if found else part.end()


@dataclass(frozen=True, eq=False)
class Pronunciations:
    """A dictionary as it was read."""

    entries: tuple[Entry, ...] = ()
    faults: tuple[Fault, ...] = ()
    _tables: dict[str, Table] = field(default_factory=dict, repr=False)

    def table(self, language: str) -> Table:
        """Return the entries for a language; those for it alone go before those for all."""
        if language not in self._tables:
            tags = ("", language.partition("-")[0], language)
            fitting = [entry for entry in self.entries if entry.tag in tags]
            self._tables[language] = Table(sorted(fitting, key=lambda entry: tags.index(entry.tag)))
        return self._tables[language]


NONE = Pronunciations()


def parse(content: bytes) -> Pronunciations:
    """Return the dictionary that a file holds: good lines as entries, the others as faults."""
    entries: list[Entry] = []
    faults: list[Fault] = []
    lines: dict[tuple[str, str], int] = {}
    for number, raw in enumerate(content.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        try:
            entry = _entry(number, raw)
            if entry is None:
                continue
            key = (entry.tag, entry.written if entry.exact else "\0" + " ".join(_parts(entry.written)))
            if (before := lines.setdefault(key, number)) != number:
                raise BadLine(f"{_quoted(entry.written)} is in line {before} already")
            if len(entries) >= ENTRIES_MOST:
                faults.append(
                    Fault(
                        number, f"there are more than {ENTRIES_MOST:,} entries; this one and all after it are not used"
                    )
                )
                break
            entries.append(entry)
        except BadLine as bad:
            faults.append(Fault(number, str(bad)))
            if len(faults) == FAULTS_MOST:
                faults.append(Fault(number + 1, "nothing from here on is read, after so many faults"))
                break
    return Pronunciations(tuple(entries), tuple(faults))


def _entry(number: int, raw: bytes) -> Entry | None:
    """Return the entry of a line, None for a blank line or a comment. Raises BadLine."""
    try:
        line = raw.decode()
    except UnicodeDecodeError:
        raise BadLine("this is not UTF-8") from None
    line = "" if line.lstrip().startswith("#") else _COMMENT.sub("", line).strip()
    if not line:
        return None
    if _CONTROL.search(line):
        raise BadLine("there is a control character in it")
    tag, line = _tag(line)
    written, said = _sides(line)
    exact = len(written) > 2 and written[0] == written[-1] == '"'
    written = _tidied(written[1:-1] if exact else written)
    if not written:
        raise BadLine("there is no word before the '='")
    if len(written) > WRITTEN_MOST:
        raise BadLine(f"the word or phrase is longer than {WRITTEN_MOST} characters")
    exact = exact or written != written.lower()
    ipa = _transcription(said)
    return Entry(number, tag, written, exact, "" if ipa else said, ipa)


def _tag(line: str) -> tuple[str, str]:
    if not (found := _TAG.match(line)):
        return "", line
    tag = found[1].lower()
    if tag not in _TAGS:
        raise BadLine(f"there is no language {_quoted(found[1])}; choose one of {', '.join(sorted(_TAGS))}")
    return tag, line[found.end() :]


def _sides(line: str) -> tuple[str, str]:
    if "=" not in line:
        raise BadLine(f"there is no '=' in {_quoted(line)}")
    apart = " = " if " = " in line else "="  # "== = equals"
    written, _, said = (side.strip() for side in line.partition(apart))
    if not said:
        raise BadLine(f"nothing is said for {_quoted(written)}: there is nothing behind the '='")
    if len(said) > SAID_MOST:
        raise BadLine(f"what is said for {_quoted(written)} is longer than {SAID_MOST} characters")
    return written, said


def _transcription(said: str) -> str:
    """Return the transcription between slashes, "" for a respelling. Raises BadLine."""
    if not said.startswith("/"):
        if not speakable(said):
            raise BadLine(f"there is nothing to say in {_quoted(said)}")
        return ""
    ipa = said[1:-1].strip()
    if len(said) < 2 or not said.endswith("/"):
        raise BadLine(f"the transcription {_quoted(said)} does not end with a '/'")
    if unknown := unknown_symbols(ipa):
        symbols = " ".join(unknown[:8])
        raise BadLine(f"the transcription {_quoted(said)} has what is no symbol of the phonetic alphabet: {symbols}")
    if not says_something(ipa):
        raise BadLine(f"there is nothing to say in {_quoted(said)}")
    return ipa


def _quoted(text: str) -> str:
    return quoted(text, 40)


def _tidied(written: str) -> str:
    return " ".join(unicodedata.normalize("NFC", written.translate(_FOLDED)).split())


def _folded(part: str) -> str:
    if part.isascii():
        return part.lower()
    return unicodedata.normalize("NFC", part.translate(_FOLDED)).casefold()


def _parts(written: str) -> Iterator[str]:
    """Yield the parts of an entry, with a blank before those that follow one."""
    for found in _PART.finditer(written):
        blank = " " if found.start() and written[found.start() - 1] == " " else ""
        yield blank + _folded(found.group())


def _is_of_word(character: str) -> bool:
    return character.isalnum() or character == "\u00ad" or unicodedata.category(character)[0] == "M"


def _begins_word(text: str, at: int, joins: str) -> bool:
    if not at:
        return True
    if _is_of_word(text[at - 1]):
        return False
    return text[at - 1] not in joins or at < 2 or not _is_of_word(text[at - 2])


def _ends_word(text: str, end: int, joins: str) -> bool:
    following = text[end : end + 3]
    if not following or following[0].isspace():
        return True
    if _is_of_word(following[0]) or following == "://":
        return False
    if following[0] == text[end - 1]:  # "C+" is not in "C++"
        return False
    if following[0] in joins and len(following) > 1 and _is_of_word(following[1]):
        return _POSSESSIVE.match(text, end) is not None
    return True
