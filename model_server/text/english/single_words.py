"""The phonemes of one word without parts: its entry by tag and context, its endings, its letters. Pure.

Source of every rule: misaki 0.9.4, class `Lexicon` in en.py; its rules for digits and symbols are left out, as none come.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from model_server.text.english.context import Context
from model_server.text.english.dictionary import Dictionary, Entry
from model_server.text.english.stress import PRIMARY, SECONDARY, stressed
from model_server.text.english.suffixes import stem_of_ed, stem_of_ing, stem_of_s, with_ed, with_ing, with_s

# How much stress capitals give: a first one, and all.
_CAPITAL, _CAPITALS = 0.5, 2.0
# Letters: a longer proper noun in capitals is a word rather than an initialism.
_LONGEST_INITIALISM = 7
_LONGEST_INITIAL = 2  # letters between the points of "e.g." and "Ph.D."
_VERSUS = re.compile(r"(?i)vs\.?\Z")
# Words that `_small_word` knows, as they are written.
_ARTICLES_AND_SUCH = {
    form
    for word in ("a", "am", "an", "by", "in", "the", "to", "used")
    for form in (word, word.capitalize(), word.upper())
} | {"I"}
# The lexicons' names for parts of speech, by the beginnings of Penn tags.
_PARENTS = {"VB": "VERB", "NN": "NOUN", "RB": "ADV", "JJ": "ADJ"}


class SingleWords:
    """Reads single words with one accent's dictionary."""

    def __init__(self, dictionary: Dictionary, british: bool) -> None:
        self._dictionary = dictionary
        self._british = british

    def read(self, word: str, tag: str, context: Context) -> str | None:
        """Return the phonemes of a word, None where the dictionary has nothing to make them of."""
        if not word.isascii():
            word = unicodedata.normalize("NFKC", word.replace("‘", "'").replace("’", "'"))
        if word == word.lower():
            return self._read(word, tag, None, context)
        return self._read(word, tag, _CAPITALS if word == word.upper() else _CAPITAL, context)

    def spelled(self, word: str) -> str | None:
        """Return the names of a word's letters, the last one stressed; None where one is not of the alphabet."""
        names = [self._dictionary.gold(letter.upper()) for letter in word if letter.isalpha()]
        if not all(isinstance(name, str) for name in names):
            return None
        joined = stressed("".join(str(name) for name in names), 0)
        return PRIMARY.join(joined.rsplit(SECONDARY, 1))

    def has(self, word: str) -> bool:
        """Return whether a word or what it is an inflection of has an entry; mere letters do not count."""
        known = self._dictionary.__contains__
        return known(word) or any(stem(word, known) for stem in (stem_of_s, stem_of_ed, stem_of_ing))

    def _read(self, word: str, tag: str, stress: float | None, context: Context) -> str | None:
        if (special := self._special(word, tag, context)) is not None:
            return special
        if self._is_word_in_capitals(word, tag):
            word = word.lower()
        for written in _without_apostrophe(word):
            if self._known(written):
                return self._look_up(written, tag, stress, context)
        return self._inflected(word, tag, stress, context)

    def _inflected(self, word: str, tag: str, stress: float | None, context: Context) -> str | None:
        if (stem := stem_of_s(word, self._known)) and (sounds := self._look_up(stem, tag, stress, context)):
            return with_s(sounds, self._british)
        if (stem := stem_of_ed(word, self._known)) and (sounds := self._look_up(stem, tag, stress, context)):
            return with_ed(sounds, self._british)
        stress = _CAPITAL if stress is None else stress
        if (stem := stem_of_ing(word, self._known)) and (sounds := self._look_up(stem, tag, stress, context)):
            return with_ing(sounds, self._british)
        return None

    def _is_word_in_capitals(self, word: str, tag: str) -> bool:
        """Return whether capitals are how a word is set here (a headline, a sentence's first), not how it is spelled."""
        lower = word.lower()
        return (
            len(word) > 1
            and word != lower
            and word.replace("'", "").isalpha()
            and (tag != "NNP" or len(word) > _LONGEST_INITIALISM)
            and word not in self._dictionary
            and (word == word.upper() or word[1:] == word[1:].lower())
            and (lower in self._dictionary or self._inflected(lower, tag, None, Context()) is not None)
        )

    def _known(self, word: str) -> bool:
        """Return whether `_look_up` has something: an entry, or letters to spell."""
        return word in self._dictionary or (word.isascii() and word.isalpha() and word[1:] == word[1:].upper())

    def _look_up(self, word: str, tag: str, stress: float | None, context: Context) -> str | None:
        """Return an entry's phonemes for tag and context, stressed; the letters' names where it has none."""
        named = False
        if word == word.upper() and self._dictionary.gold(word) is None:
            word = word.lower()
            named = tag == "NNP"
        entry = self._dictionary.gold(word)
        if entry is None and not named:
            entry = self._dictionary.silver(word)
        sounds = _sense(entry, tag, context)
        if sounds is None or (named and PRIMARY not in sounds):
            spelled = self.spelled(word)
            if sounds is None or spelled is not None:
                return spelled
        return stressed(sounds, stress)

    def _special(self, word: str, tag: str, context: Context) -> str | None:
        """Return the phonemes of the words that have rules of their own, None for all others."""
        if word in _ARTICLES_AND_SUCH:
            return self._small_word(word, tag, context)
        if "." in word.strip(".") and word.replace(".", "").isalpha():
            initials = max(map(len, word.split("."))) <= _LONGEST_INITIAL
            return self.spelled(word) if initials else None
        if tag == "IN" and _VERSUS.match(word):
            return self._look_up("versus", tag, None, context)
        return None

    def _small_word(self, word: str, tag: str, context: Context) -> str | None:
        """Return the phonemes of the words whose sound is their neighbours' affair."""
        if tag.startswith("NN") and word in ("am", "Am", "AM", "AN"):
            return self.spelled(word)
        return _by_tag(word, tag) or self._by_context(word, tag, context)

    def _by_context(self, word: str, tag: str, context: Context) -> str | None:
        match word.lower():
            case "am":
                return "ɐm" if word == "am" and context.vowel is not None else self._default("am")
            case "to" if word != "TO" or tag in ("TO", "IN"):
                return {None: self._default("to"), False: "tə", True: "tʊ"}[context.vowel]
            case "in" if word != "IN" or tag != "NNP":
                return "ˈɪn" if context.vowel is None or tag != "IN" else "ɪn"
            case "the" if word != "THE" or tag == "DT":
                return "ði" if context.vowel else "ðə"
            case "used":
                return self._default("used", "VBD" if tag in ("VBD", "JJ") and context.to else "DEFAULT")
        return None

    def _default(self, word: str, sense: str = "DEFAULT") -> str | None:
        entry = self._dictionary.gold(word)
        return entry if entry is None or isinstance(entry, str) else entry[sense]


def _by_tag(word: str, tag: str) -> str | None:
    match word.lower():
        case "a":
            return "ɐ" if tag == "DT" else "ˈA"
        case "an":
            return "ɐn"
        case "i" if tag == "PRP":
            return SECONDARY + "I"
        case "by" if tag.startswith("RB"):
            return "bˈI"
    return None


def _without_apostrophe(word: str) -> Iterator[str]:
    """Yield a word, and what it is without the apostrophe at its end."""
    yield word
    if word.endswith("s'"):
        yield word[:-2] + "'s"
    if word.endswith("'"):
        yield word[:-1]


def _sense(entry: Entry | None, tag: str, context: Context) -> str | None:
    """Return the phonemes that an entry has for a part of speech."""
    if entry is None or isinstance(entry, str):
        return entry
    if context.vowel is None and "None" in entry:
        return entry["None"]
    if tag not in entry:
        tag = _PARENTS.get(tag[:2], tag)
    return entry.get(tag, entry["DEFAULT"])
