"""Reading as it is written: for languages that have no front end of their own, and for engines that only take text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from common.errors import Unspeakable
from common.messages.synthesis import PieceWord
from common.quoting import quoted
from model_server.text.characters import LONE_SIGNS, decoration, speakable
from model_server.text.cleaning import spoken, with_known_digits
from model_server.text.markup import without_given
from model_server.text.pronunciations import Table
from model_server.text.reading import Reading

_WORD = re.compile(r"\S+")
# Signs of ASCII that have a meaning between two words; elsewhere they quote mail, draw tables and underline.
_BETWEEN_WORDS = re.compile(r"(?<=\S )[<>=^~](?= \S)")
_FRACTION_SLASH = "\u2044"
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")


def _all(_: str) -> bool:
    return True


class PlainReader:
    """Hands text on, or has a phonemizer read it; where each word sounds is left to the engine."""

    def __init__(
        self,
        phonemes: Callable[[str], str] | None,
        own: Table | None = None,
        *,
        strict: bool = False,
        reads: Callable[[str], bool] = _all,
        remedy: str = "'--skip-unspeakable' (setting skip_unspeakable) leaves such words out.",
    ) -> None:
        """`phonemes` reads text, None where the engine takes text; `own` are the user's own respellings.

        If `strict`, a letter or digit that has no sound is an error; signs that have none are left out and told either
        way. `reads` tells whether the engine has a sound for what stands alone; `remedy` is what to do about words.
        """
        self._phonemes = phonemes
        self._own = own
        self._strict = strict
        self._reads = reads
        self._remedy = remedy

    @property
    def takes_text(self) -> bool:
        return self._phonemes is None

    def read(self, text: str) -> Reading:
        text = with_known_digits(without_given(text))
        if self._phonemes is not None:
            text = self._with_figures(text)
        text, left_out = self._without_silent(text)
        if self._own:
            respelled = replace(_respelled(text, self._own), left_out=left_out)
            if self._phonemes is None:  # also where nothing was respelled: with words and without cannot be joined
                return respelled
            text = respelled.text
        text = spoken(text)
        if self._phonemes is None:
            return Reading(text, left_out=left_out)
        return self._sounds(text, self._phonemes, left_out)

    def _sounds(self, text: str, phonemes: Callable[[str], str], left_out: tuple[str, ...]) -> Reading:
        try:
            sounds = phonemes(text)
        except Unspeakable:
            if self._strict:
                raise
            sounds = ""
        if speakable(text) and not speakable(sounds):
            self._refuse(text)
            left_out += (text,)
        return Reading(sounds, left_out=left_out)

    def _without_silent(self, text: str) -> tuple[str, tuple[str, ...]]:
        """Return the text, as long as before, with blanks for what would be passed over, and what that is, in order.

        Letters and digits that stand together are one, a sign is named once. Raises Unspeakable.
        """
        silent = {unit for unit in _units(text) if not self._reads(unit)}
        if not silent:
            return text, ()
        letters = "".join(re.escape(unit) for unit in silent if _is_letter(unit))
        signs = sorted((re.escape(unit) for unit in silent if not _is_letter(unit)), key=len, reverse=True)
        found = re.compile("|".join([f"[{letters}]+"] * bool(letters) + signs))
        runs = found.findall(text)
        if words := [run for run in runs if _is_letter(run[0])]:
            self._refuse(words[0])
        signs_left = dict.fromkeys(run for run in runs if not _is_letter(run[0]))
        return found.sub(lambda run: " " * len(run.group()), text), (*words, *signs_left)

    def _with_figures(self, text: str) -> str:
        """Return the text with numbers in one character ("①", "¾") in figures, where they would be passed over."""
        if text.isascii():
            return text
        return "".join(
            _figures(each) if unicodedata.category(each) == "No" and not self._reads(each) else each for each in text
        )

    def _refuse(self, text: str) -> None:
        if self._strict:
            raise Unspeakable(f"there are no phonemes for {quoted(text)}", self._remedy)


def _units(text: str) -> set[str]:
    """Return what has to have a sound, be it an engine's own affair how it is written: letters, digits, signs, flags."""
    between = set(_BETWEEN_WORDS.findall(text))
    if "$" in text:  # the one sign of ASCII that some languages have no name for, and no text can spare
        between.add("$")
    if (alone := text.strip()) in LONE_SIGNS:
        between.add(alone)
    if text.isascii():
        return between
    flags = _FLAG.findall(text)
    rest = _FLAG.sub("", text) if flags else text
    return between.union(flags, (each for each in set(rest) if not each.isascii() and _has_sound(each)))


def _has_sound(character: str) -> bool:
    return character.isalnum() or (speakable(character) and not decoration(character))


def _is_letter(unit: str) -> bool:
    """Return whether it is a letter or digit, of which no text may lose one; else it is a sign."""
    return unit.isalpha() or unit.isdecimal()


def _figures(number: str) -> str:
    return f" {unicodedata.normalize('NFKC', number).replace(_FRACTION_SLASH, '/')} "


def _respelled(text: str, own: Table) -> Reading:
    """Return the text with what is said for the words that the dictionary has."""
    parts: list[tuple[int, int, str]] = []  # of the text, and what is said for them
    end = 0
    for start, stop, respelling in (*own.respelled(text), (len(text), len(text), "")):
        parts += [(*word.span(), word.group()) for word in _WORD.finditer(text, end, start)]
        parts.append((start, stop, respelling))
        end = stop
    line = ""
    words: list[PieceWord] = []
    for start, stop, said in parts:
        if said := spoken(said):
            line += " " * (bool(line) and text[start - 1].isspace())
            words.append(PieceWord(start, stop, len(line), len(line) + len(said), 0, 0))
            line += said
    return Reading(line, line, tuple(word for word in words if speakable(line[word.said : word.said_end])))
