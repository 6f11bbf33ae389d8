"""Who reads what: the reader for a language and for what an engine takes. A language with a front end of its own is a folder."""

from __future__ import annotations

from common.messages.speaking import ReadingOptions
from model_server.text.espeak_sounds import has_sound
from model_server.text.g2p import phonemizer_for
from model_server.text.plain import PlainReader
from model_server.text.pronunciations import NONE, Pronunciations
from model_server.text.reading import SAID, WRITTEN, Reader

_ENGLISH = {"en-us": False, "en-gb": True}  # British?
_KANJI_REMEDY = "espeak reads no kanji: write hiragana or katakana, or leave such words out with '--skip-unspeakable' (setting skip_unspeakable)."


def reader_for(language: str, takes: str, options: ReadingOptions, own: Pronunciations = NONE) -> Reader:
    """Return the reader of a language for an engine that takes phonemes, text in words, or text as it is written.

    `own` are the user's own pronunciations; nothing is looked up where text is taken as it is written.

    Raises LanguageUnavailable, EngineError if what it needs does not load.
    """
    if takes == WRITTEN:
        return PlainReader(None)
    table = own.table(language)
    if language not in _ENGLISH:
        strict = not options.skip_unspeakable
        if takes == SAID:
            remedy = {"remedy": _KANJI_REMEDY} if language == "ja" else {}
            return PlainReader(None, table, strict=strict, reads=has_sound(language), **remedy)
        phonemizer = phonemizer_for(language)
        return PlainReader(phonemizer.phonemes, table, strict=strict, reads=phonemizer.reads)
    from model_server.text.english import front_end  # its tables are read at import

    make = front_end.text_reader if takes == SAID else front_end.phoneme_reader
    return make(_ENGLISH[language], options, table)
