"""The sounds of words that no lexicon has: espeak-ng, in misaki's alphabet. Loaded when the first such word comes."""

from __future__ import annotations

import functools
import logging
import re
import threading
from collections.abc import Callable

from model_server.text.english.accents import without_accents
from model_server.text.english.scripts import ENGLISH, Run, english_sounds, name_of, runs
from model_server.text.g2p import clause_reader, polyglot_reader, split_known

# Words whose phonemes are kept: names come again and again.
_KEPT = 4096
# Characters that espeak-ng is given of a word at once: it drops what is beyond its 160 bytes for one.
_BITE = 60

# Latin letters with accents of which espeak-ng's English knows only the number in Unicode.
_RARE = re.compile("[^\x00-\u017f]")

_log = logging.getLogger(__name__)


class Fallback:
    """Reads a word as espeak-ng does, each script with its own language's rules. Any thread may call it."""

    def __init__(self, british: bool) -> None:
        self._british = british
        self._lock = threading.Lock()  # libespeak-ng is one big global state
        self._kept = functools.lru_cache(_KEPT)(self._word)

    def __call__(self, word: str) -> str:
        """Return the phonemes of a word; "" where there is nothing to say. Raises EngineError if espeak-ng fails."""
        if not any(character.isalnum() for character in word):
            return ""
        with self._lock:
            return self._kept(word)

    @functools.cached_property
    def _read_english(self) -> Callable[[str], str]:
        return clause_reader("en-gb" if self._british else "en-us")

    @functools.cached_property
    def _read_other(self) -> Callable[[str, str], str]:
        return polyglot_reader()

    def _word(self, word: str) -> str:
        return " ".join(filter(None, (self._run(run) for run in runs(word))))

    def _run(self, run: Run) -> str:
        """Return the phonemes of characters of one script; their name where no language of espeak-ng reads them."""
        sounds = ""
        if run.language:
            sounds = self._english(run.text) if run.language == ENGLISH else self._other(run)
        return sounds or self._english(name_of(run.text))

    def _english(self, words: str) -> str:
        words = plain_latin(words)
        said, dropped = split_known(" ".join(map(_tried(self._read_english), _bites(words))).strip())
        if dropped:
            _log.debug("dropped symbols that Kokoro does not know: %s", ascii(dropped))
        return said

    def _other(self, run: Run) -> str:
        read = _tried(functools.partial(self._read_other, run.language))
        return english_sounds(" ".join(map(read, _bites(run.text))).strip(), run.language, self._british)


def plain_latin(words: str) -> str:
    """Return words without the accents that espeak-ng's English does not know."""
    return _RARE.sub(lambda letter: without_accents(letter.group()), words)


def _bites(word: str) -> list[str]:
    return [word[at : at + _BITE] for at in range(0, len(word), _BITE)]


def _tried(read: Callable[[str], str]) -> Callable[[str], str]:
    """Return a reader that has nothing to say where espeak-ng fails: what it cannot read is named then."""

    def reader(words: str) -> str:
        try:
            return read(words).strip()
        except (RuntimeError, OSError, ValueError) as error:
            _log.debug("espeak-ng cannot read a word: %s", error)
            return ""

    return reader
