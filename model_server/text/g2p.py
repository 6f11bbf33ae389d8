"""Phonemes from text, in Kokoro's symbols. Downloads nothing, prints nothing, knows nothing of models.

misaki's mappings from espeak-ng are applied to whole clauses; the text is cut at punctuation here, not by phonemizer,
which takes time with the square of the length and tears decimals and times of day apart.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Protocol

from common.errors import EngineError, LanguageUnavailable, Unspeakable
from common.quoting import quoted
from model_server.espeak_data import espeak_files

if TYPE_CHECKING:
    from phonemizer.backend import EspeakBackend  # type: ignore[import-untyped]  # ships no types

# The symbols of Kokoro-82M v1.0. Source: `vocab` of the published config.json; a test compares.
SYMBOLS = frozenset(
    ';:,.!?—…"()“” \u0303ʣʥʦʨᵝꭧAIOQSTWYᵊabcdefhijklmnopqrstuvwxyzɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻʁɽʂʃʈʧʊʋʌɣɤχʎʒʔˈˌːʰʲ↓→↗↘ᵻ'
)

# Language tag -> what espeak-ng calls it.
_ESPEAK_NAMES = {
    "en-us": "en-us",
    "en-gb": "en-gb",
    "es": "es",
    "fr": "fr-fr",
    "hi": "hi",
    "it": "it",
    "pt-br": "pt-br",
}
# Those whose phonemes are not made here yet.
NOT_YET = {"ja": "Japanese", "zh": "Chinese"}

# What stands for what before the text is cut. The danda ends a sentence in Hindi; espeak drops it without a pause.
_REPLACED = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "«": "“", "»": "”", "„": "“", "।": ".", "॥": ".", "–": "—"})

# Punctuation that Kokoro knows is a mark; brackets of other shapes only separate. A point, comma or colon inside a
# number or an abbreviation stays with it: espeak says "three point five" and "e.g." well.
_MARK = re.compile(r'([;!?—…"()“”¿¡{}\[\]]|(?<!\w)\.|\.(?!\w)|(?<!\d)[,:]|[,:](?!\d))')

# phonemizer asks for the marks at which it shall cut: one that is never in the text.
_NO_MARK = "\0"

# Characters of which it is remembered whether they have a sound.
_KEPT = 4096

_log = logging.getLogger(__name__)


class Phonemizer(Protocol):
    """Reads one language. Any thread may call it."""

    def phonemes(self, text: str) -> str:
        """Return the phonemes of `text`, SYMBOLS only; words stay apart by spaces. Raises Unspeakable."""

    def reads(self, character: str) -> bool:
        """Return whether there are phonemes for a letter or digit that stands alone."""


def phonemizer_for(language: str) -> Phonemizer:
    """Return the reader of a language, made once. Raises LanguageUnavailable, EngineError if espeak-ng does not load."""
    if language in NOT_YET:
        raise LanguageUnavailable(
            f"Kokoro's front end does not read {NOT_YET[language]} yet", "'--engine espeak' speaks without Kokoro."
        )
    if language not in _ESPEAK_NAMES:
        raise LanguageUnavailable(f"Kokoro does not speak {language!r}")
    with _making:
        return _made(language)


def split_known(phonemes: str) -> tuple[str, str]:
    """Return the phonemes without those that Kokoro does not know, and each of the latter once."""
    kept = "".join(symbol for symbol in phonemes if symbol in SYMBOLS)
    return kept, "".join(dict.fromkeys(symbol for symbol in phonemes if symbol not in SYMBOLS))


class EspeakPhonemizer:
    """Reads a text clause by clause with one copy of libespeak-ng of its own."""

    def __init__(self, read_clause: Callable[[str], str]) -> None:
        """`read_clause` turns words without punctuation into misaki's phonemes."""
        self._read_clause = read_clause
        self._lock = threading.Lock()  # libespeak-ng is one big global state
        self._reads = functools.lru_cache(_KEPT)(self._has_sound)

    def reads(self, character: str) -> bool:
        """Return whether there are phonemes for a letter or digit that stands alone."""
        return self._reads(character)

    def _has_sound(self, character: str) -> bool:
        return any(symbol.isalpha() for symbol in self.phonemes(character))

    def phonemes(self, text: str) -> str:
        with self._lock:
            try:
                raw = "".join(self._read_part(part) for part in _MARK.split(_cleaned(text)))
            except (RuntimeError, OSError, ValueError) as error:
                raise Unspeakable(f"there are no phonemes for {quoted(text)}") from error
        kept, dropped = split_known(raw)
        if dropped:
            _log.debug("dropped symbols that Kokoro does not know: %s", ascii(dropped))
        return re.sub(" +", " ", kept).strip()

    def _read_part(self, part: str) -> str:
        if not part.strip() or _MARK.fullmatch(part):
            return part
        lead = " " if part[0] == " " else ""
        trail = " " if part[-1] == " " else ""
        return lead + self._read_clause(part.strip()) + trail


_making = threading.Lock()


@functools.cache
def _made(language: str) -> EspeakPhonemizer:
    return EspeakPhonemizer(clause_reader(language))


def clause_reader(language: str) -> Callable[[str], str]:
    """Return misaki's reader of words without punctuation, with a copy of libespeak-ng of its own.

    One thread at a time may call it. What espeak-ng cannot read raises RuntimeError, OSError or ValueError there. Raises
    EngineError where espeak-ng does not load.
    """
    with _loading():
        return _misakis_reader(language)


def polyglot_reader() -> Callable[[str, str], str]:
    """Return a reader of words in any language: (espeak-ng's name of it, words) -> phonemes as misaki has them.

    One copy of libespeak-ng for all of them; otherwise as `clause_reader`.
    """
    with _loading():
        backend = _backend("en-us")
        from misaki import espeak  # type: ignore[import-untyped]  # ships no types

        reader = espeak.EspeakG2P("en-us")
    reader.backend = backend

    def read(language: str, words: str) -> str:
        backend._espeak.set_voice(language)  # no public way; it takes 0.1 ms, a backend of its own 14 MB
        return str(reader(words)[0])

    return read


@contextlib.contextmanager
def _loading() -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise EngineError(
            f"espeak-ng does not load: {error}",
            "It needs a temporary folder that may hold programs: set TMPDIR to one.",
        ) from error


def _misakis_reader(language: str) -> Callable[[str], str]:
    name = _ESPEAK_NAMES[language]
    backend = _backend(name)
    from misaki import espeak

    if language.startswith("en"):
        english = espeak.EspeakFallback.__new__(espeak.EspeakFallback)  # its __init__ makes a backend that cuts
        english.british, english.version = language == "en-gb", None
        # It makes "A" of every "e", and then finds no "e^ə" of which to make the "ɛː" of a British "air".
        english.backend = SimpleNamespace(
            phonemize=lambda texts: [said.replace("e^ə", "ɛː") for said in backend.phonemize(texts)]
        )
        # "ɚ" becomes "əɹ" there, also before an "ɹ".
        return lambda clause: str(english(SimpleNamespace(text=clause))[0] or "").replace("ɹɹ", "ɹ")
    other = espeak.EspeakG2P(name)
    other.backend = backend
    return lambda clause: str(other(clause)[0])


def _backend(name: str) -> EspeakBackend:
    """Return phonemizer's espeak-ng as misaki sets it up. Never misaki.en: that one imports spaCy and downloads."""
    data = Path(espeak_files().data)  # checked: without its data, libespeak-ng ends the process
    from misaki import espeak  # noqa: F401  # tells phonemizer which library to load
    from phonemizer.backend import EspeakBackend
    from phonemizer.backend.espeak.wrapper import EspeakWrapper  # type: ignore[import-untyped]  # ships no types

    # phonemizer resolves links before it hands the path on, which may make it too long again.
    EspeakWrapper.data_path = property(lambda self: data)
    quiet = logging.getLogger("phonemizer.say")  # it counts words, and warns of every name that espeak-ng says in two
    quiet.setLevel(logging.ERROR)
    return EspeakBackend(
        name, punctuation_marks=_NO_MARK, with_stress=True, tie="^", language_switch="remove-flags", logger=quiet
    )


def _cleaned(text: str) -> str:
    """Return the text with plain spaces, without what C strings cannot hold."""
    text = text.encode("utf-8", "ignore").decode()  # lone surrogates
    text = re.sub(r"-{2,}", "—", text.translate(_REPLACED))
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", text)
