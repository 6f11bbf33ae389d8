"""The English reader: what is written, how it is said, and its phonemes."""

from __future__ import annotations

from dataclasses import replace

from common.errors import Unspeakable
from common.quoting import quoted
from model_server.text.english.assembly import assemble
from model_server.text.english.heteronyms import senses
from model_server.text.english.lexicon import Lexicon
from model_server.text.english.scanner import scan
from model_server.text.english.tagger import Tagger
from model_server.text.english.tokens import Manner
from model_server.text.reading import Reading


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

    def __init__(self, manner: Manner, tagger: Tagger, lexicon: Lexicon, *, strict: bool) -> None:
        """If `strict`, a word that has no phonemes is an error."""
        self._manner = manner
        self._tagger = tagger
        self._lexicon = lexicon
        self._strict = strict

    def read(self, text: str) -> Reading:
        tokens = scan(text, self._manner)
        tags = self._tagger.tag(tokens)
        for index, phonemes in senses(tokens, tags, self._manner.british).items():
            tokens[index] = replace(tokens[index], phonemes=phonemes)
        sounds = self._lexicon.phonemes(tokens, tags)
        silent = [token for token, sound in zip(tokens, sounds, strict=True) if sound is None]
        if silent and self._strict:
            written = text[silent[0].start : silent[0].end]
            raise Unspeakable(
                f"there are no phonemes for {quoted(written)}", "'--skip-unspeakable' leaves such words out."
            )
        left_out = tuple(quoted(text[token.start : token.end]) for token in silent)
        return assemble(tokens, [sound or "" for sound in sounds], left_out)
