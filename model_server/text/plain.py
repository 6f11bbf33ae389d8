"""Reading as it is written: for languages that have no front end of their own, and for engines that only take text."""

from __future__ import annotations

import re
from collections.abc import Callable

from common.errors import Unspeakable
from common.messages.synthesis import PieceWord
from common.quoting import quoted
from model_server.text.characters import speakable
from model_server.text.cleaning import spoken, with_known_digits
from model_server.text.markup import without_given
from model_server.text.pronunciations import Table
from model_server.text.reading import Reading

_WORD = re.compile(r"\S+")


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
    ) -> None:
        """`phonemes` reads text, None where the engine takes text; `own` are the user's own respellings.

        If `strict`, what has no phonemes is an error; `reads` tells whether there are any for a letter or digit.
        """
        self._phonemes = phonemes
        self._own = own
        self._strict = strict
        self._reads = reads

    @property
    def takes_text(self) -> bool:
        return self._phonemes is None

    def read(self, text: str) -> Reading:
        text = with_known_digits(without_given(text))
        if self._own:
            respelled = _respelled(text, self._own)
            if self._phonemes is None:  # also where nothing was respelled: with words and without cannot be joined
                return respelled
            text = respelled.text
        text = spoken(text)
        if self._phonemes is None:
            return Reading(text)
        phonemes = self._phonemes(text)
        silent = [text] if speakable(text) and not speakable(phonemes) else self._silent_words(text)
        if silent and self._strict:
            raise Unspeakable(
                f"there are no phonemes for {quoted(silent[0])}", "'--skip-unspeakable' leaves such words out."
            )
        return Reading(phonemes, left_out=tuple(map(quoted, silent)))

    def _silent_words(self, text: str) -> list[str]:
        """Return the words of which a letter or digit would be passed over. Emoji and signs may be."""
        foreign = {character for character in text if not character.isascii() and character.isalnum()}
        silent = {character for character in foreign if not self._reads(character)}
        return [word for word in text.split() if not silent.isdisjoint(word)] if silent else []


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
