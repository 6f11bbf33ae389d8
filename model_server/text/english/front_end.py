"""The readers of English, made when first needed and kept: lexicons take a third of a second and some memory."""

from __future__ import annotations

import functools
from dataclasses import replace

from common.messages.speaking import ReadingOptions
from model_server.text.english.fallback import Fallback
from model_server.text.english.lexicon import Lexicon
from model_server.text.english.reader import PhonemeReader, TextReader
from model_server.text.english.tagger import Tagger, load_tagger
from model_server.text.english.tokens import Manner


def text_reader(british: bool, options: ReadingOptions) -> TextReader:
    """Return the reader for engines that take text."""
    return TextReader(replace(_manner(british, options), phonemes=False))


def phoneme_reader(british: bool, options: ReadingOptions) -> PhonemeReader:
    """Return the reader for engines that take phonemes."""
    strict = not options.skip_unspeakable
    return PhonemeReader(_manner(british, options), _tagger(), _lexicon(british), strict=strict)


def _manner(british: bool, options: ReadingOptions) -> Manner:
    return Manner(british=british, emoji=options.emoji == "name", known=_lexicon(british).known)


@functools.cache
def _lexicon(british: bool) -> Lexicon:
    return Lexicon(british, Fallback(british))


@functools.cache
def _tagger() -> Tagger:
    return load_tagger()
