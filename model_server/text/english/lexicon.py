"""English words made phonemes: misaki's lexicons and its rules, over tokens and their tags. Knows nothing of models.

Read from the last token to the first, as what follows decides how "the", "to" and "have" sound.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Sequence

from model_server.text.english.accents import agree, unaccented
from model_server.text.english.compounds import parts_of, read_parts
from model_server.text.english.context import Context, before
from model_server.text.english.dictionary import Dictionary
from model_server.text.english.loanwords import loanword
from model_server.text.english.single_words import SingleWords
from model_server.text.english.suffixes import with_s
from model_server.text.english.tokens import Kind, Token

# An American tap and a glottal stop, as Kokoro was trained on them.
_AS_TRAINED = str.maketrans({"ɾ": "T", "ʔ": "t"})
_PLURAL = re.compile(r"'?s\Z")
# Readings that are kept: a text says the same few words again and again.
_KEPT = 4096
_NUMERAL = re.compile("[ivxlcdm]{2,9}")
_WORDS_OF_ONE_LETTER = frozenset("aio")


class Lexicon:
    """Reads English of one accent. Any thread may call it, if it may call `fallback`."""

    def __init__(self, british: bool, fallback: Callable[[str], str]) -> None:
        """`fallback` returns the phonemes of a word that the lexicon does not have, "" for none. Raises EngineError."""
        self._british = british
        self._words = SingleWords(Dictionary(british), british)
        self._read_word = functools.lru_cache(_KEPT)(self._words.read)
        self._fallback = fallback
        self._kept_word = functools.lru_cache(_KEPT)(self._word)

    def known(self, word: str) -> bool:
        """Return whether a word in lower case, or what it is an inflection of, is in the lexicon."""
        return self._words.has(word) if len(word) > 1 else word in _WORDS_OF_ONE_LETTER

    def phonemes(self, tokens: Sequence[Token], tags: Sequence[str]) -> list[str | None]:
        """Return each token's phonemes, given its Penn tag: "" for what is silent by design, None for what has none.

        Phonemes that a token brings are returned as they are. Time is linear in the text. Raises what `fallback` raises.
        """
        read: list[str | None] = [None] * len(tokens)
        context = Context()
        for index in range(len(tokens) - 1, -1, -1):
            read[index], context = self._token(tokens[index], tags[index], context)
        return read

    def _token(self, token: Token, tag: str, context: Context) -> tuple[str | None, Context]:
        """Return a token's phonemes, and the context of what stands before it."""
        sounds: str | None
        if token.phonemes is not None:
            sounds = token.phonemes
        elif token.kind is Kind.MARK:
            sounds = token.text
        elif token.kind is Kind.LETTERS:
            sounds = self._letters(token.text)
        else:
            return self._kept_word(token.text, tag, context)
        return sounds, before(sounds or "", token.text, tag, context)

    def _letters(self, text: str) -> str | None:
        """Return the names of letters as one word; an "s" or "'s" in lower case behind them is an ending."""
        letters = text.replace(" ", "")
        stem = _PLURAL.sub("", letters)
        sounds = self._words.spelled(stem)
        if not sounds:
            return self._from_fallback(text)
        return (sounds if stem == letters else with_s(sounds, self._british)).translate(_AS_TRAINED)

    def _word(self, word: str, tag: str, context: Context) -> tuple[str | None, Context]:
        sounds, left = self._read(word, tag, context)
        if sounds is None and word.endswith("in'"):  # "singin'"
            sounds, left = self._read(f"{word[:-1]}g", tag, context)
            sounds = f"{sounds[:-1]}n" if sounds is not None and sounds.endswith("ɪŋ") else None
        if sounds is None and word.isascii() and (known := loanword(word, self._british)) is not None:
            sounds, left = known, before(known, word, tag, context)
        elif sounds is None and not word.isascii():
            sounds, left = self._accented(unicodedata.normalize("NFC", word), tag, context)
        if sounds is None:
            parts = parts_of(word)
            whole = "".join(parts)
            # espeak-ng would say that they are "Roman".
            sounds = self._words.spelled(whole) if _NUMERAL.fullmatch(whole) else self._from_fallback(whole)
            if sounds is not None and len(parts) == 1:
                left = before(sounds, word, tag, context)
        return None if sounds is None else sounds.translate(_AS_TRAINED), left

    def _accented(self, word: str, tag: str, context: Context) -> tuple[str | None, Context]:
        """Return what is known of a word beyond ASCII: its own phonemes, or those of its plain letters."""
        if (known := loanword(word, self._british)) is not None:
            return known, before(known, word, tag, context)
        if (plain := unaccented(word)) is None:
            return None, context
        sounds, left = self._read(plain, tag, context)
        if sounds is None and (sounds := loanword(plain, self._british)) is not None:
            left = before(sounds, word, tag, context)
        return (sounds, left) if sounds is not None and agree(word, sounds) else (None, context)

    def _read(self, word: str, tag: str, context: Context) -> tuple[str | None, Context]:
        """Return a word's phonemes from the lexicon alone, part by part, and the context of what stands before it."""
        parts = parts_of(word)
        if len(parts) == 1:
            sounds = self._read_word(parts[0], tag, context)
            return sounds, before(sounds or "", word, tag, context)

        def read_stretch(stretch: str) -> str | None:
            nonlocal context
            if (found := self._read_word(stretch, tag, context)) is not None:
                context = before(found, stretch, tag, context)
            return found

        return read_parts(parts, read_stretch), context

    def _from_fallback(self, word: str) -> str | None:
        """Return the fallback's phonemes, None if it has none; what has no letters has none by design."""
        return self._fallback(word) or (None if any(character.isalnum() for character in word) else "")
