"""The sounds of words that no lexicon has: espeak-ng, in misaki's alphabet. Loaded when the first such word comes."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable

from common.errors import EngineError
from model_server.text.english.scripts import ENGLISH, Run, english_sounds, name_of, runs
from model_server.text.g2p import clause_reader, split_known

# Words whose phonemes are kept: names come again and again.
_KEPT = 4096

_log = logging.getLogger(__name__)


class Fallback:
    """Reads a word as espeak-ng does, each script with its own language's rules. Any thread may call it."""

    def __init__(self, british: bool, reader: Callable[[str], Callable[[str], str]] = clause_reader) -> None:
        """`reader` returns what reads words of a language, by espeak-ng's name."""
        self._british = british
        self._reader = functools.cache(reader)
        self._lock = threading.Lock()  # libespeak-ng is one big global state
        self._kept = functools.lru_cache(_KEPT)(self._word)

    def __call__(self, word: str) -> str:
        """Return the phonemes of a word; "" where there is nothing to say. Raises EngineError if espeak-ng fails."""
        with self._lock:
            return self._kept(word)

    def _word(self, word: str) -> str:
        if not any(character.isalnum() for character in word):
            return ""
        return " ".join(filter(None, (self._run(run) for run in runs(word))))

    def _run(self, run: Run) -> str:
        """Return the phonemes of characters of one script; their name where no language of espeak-ng reads them."""
        if run.language == ENGLISH:
            sounds = self._english(run.text)
        else:
            sounds = self._other(run) if run.language else ""
        return sounds or self._english(name_of(run.text))

    def _english(self, words: str) -> str:
        said, dropped = split_known(self._read("en-gb" if self._british else "en-us", words))
        if dropped:
            _log.debug("dropped symbols that Kokoro does not know: %s", ascii(dropped))
        return said

    def _other(self, run: Run) -> str:
        try:
            said = self._read(run.language, run.text)
        except EngineError as error:  # an espeak-ng without this language
            _log.debug("%s", error)
            return ""
        return english_sounds(said, run.language, self._british)

    def _read(self, language: str, words: str) -> str:
        try:
            return self._reader(language)(words).strip()
        except (RuntimeError, OSError, ValueError) as error:
            _log.debug("espeak-ng (%s) cannot read a word: %s", language, error)
            return ""
