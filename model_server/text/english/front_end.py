"""The readers of English, made when first needed and kept: lexicons take a third of a second and some memory."""

from __future__ import annotations

import functools
from dataclasses import replace

from common.messages.speaking import ReadingOptions
from model_server.text.english.fallback import Fallback
from model_server.text.english.lexicon import Lexicon
from model_server.text.english.own_words import own_words
from model_server.text.english.reader import PhonemeReader, TextReader
from model_server.text.english.tagger import Tagger, load_tagger
from model_server.text.english.tokens import Manner
from model_server.text.pronunciations import Table


def text_reader(british: bool, options: ReadingOptions, own: Table) -> TextReader:
    """Return the reader for engines that take text; `own` are the user's own pronunciations."""
    return TextReader(replace(_manner(british, options, own), phonemes=False))


def phoneme_reader(british: bool, options: ReadingOptions, own: Table) -> PhonemeReader:
    """Return the reader for engines that take phonemes; `own` are the user's own pronunciations."""
    strict = not options.skip_unspeakable
    return PhonemeReader(_manner(british, options, own), _tagger(), _lexicon(british), strict=strict)


def _manner(british: bool, options: ReadingOptions, own: Table) -> Manner:
    return Manner(british=british, emoji=options.emoji == "name", known=_lexicon(british).known, own=own_words(own))


@functools.cache
def _lexicon(british: bool) -> Lexicon:
    return Lexicon(british, Fallback(british))


@functools.cache
def _tagger() -> Tagger:
    return load_tagger()
