"""The English reader: what is written, how it is said, and its phonemes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from common.errors import Unspeakable
from model_server.text.english.assembly import assemble
from model_server.text.english.scanner import scan
from model_server.text.english.tokens import Manner, Token
from model_server.text.plain import shown
from model_server.text.reading import Reading


class Phonemes(Protocol):
    """Knows how words sound."""

    def phonemes(self, tokens: Sequence[Token], tags: Sequence[str]) -> list[str | None]:
        """Return the phonemes of each token, None where there are none to be had."""


class Tagger(Protocol):
    """Knows parts of speech."""

    def tag(self, tokens: Sequence[Token]) -> list[str]:
        """Return the Penn tag of each token; the one that a token has already stays."""


class Senses(Protocol):
    """Knows words that are written alike."""

    def __call__(self, tokens: Sequence[Token], tags: Sequence[str], british: bool) -> dict[int, str]:
        """Return the phonemes of those whose sense decides, by index."""


class TextReader:
    """Reads for an engine that takes text."""

    takes_text = True

    def __init__(self, manner: Manner) -> None:
        self._manner = manner

    def read(self, text: str) -> Reading:
        return assemble(scan(text, self._manner), None)


class PhonemeReader:
    """Reads for an engine that takes phonemes."""

    takes_text = False

    def __init__(self, manner: Manner, tagger: Tagger, senses: Senses, lexicon: Phonemes, *, strict: bool) -> None:
        """If `strict`, a word that has no phonemes is an error."""
        self._manner = manner
        self._tagger = tagger
        self._senses = senses
        self._lexicon = lexicon
        self._strict = strict

    def read(self, text: str) -> Reading:
        tokens = scan(text, self._manner)
        tags = self._tagger.tag(tokens)
        for index, phonemes in self._senses(tokens, tags, self._manner.british).items():
            if tokens[index].phonemes is None:
                tokens[index] = replace(tokens[index], phonemes=phonemes)
        sounds = self._lexicon.phonemes(tokens, tags)
        silent = [token for token, sound in zip(tokens, sounds, strict=True) if sound is None]
        if silent and self._strict:
            written = text[silent[0].start : silent[0].end]
            raise Unspeakable(
                f"there are no phonemes for {shown(written)}", "'--skip-unspeakable' leaves such words out."
            )
        left_out = tuple(shown(text[token.start : token.end]) for token in silent)
        return assemble(tokens, [sound or "" for sound in sounds], left_out)
