"""The `espeak` engine: real words with no download, from libespeak-ng in this process.

Its sound differs a little from run to run. It reads eight languages, and of Japanese only kana.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from common.errors import Unspeakable
from common.resample import resample
from common.voices import Voice
from model_server.engines.base import RATE, EnginePiece, Speech
from model_server.engines.espeak_library import EspeakLibrary
from model_server.engines.espeak_voices import espeak_voice
from model_server.engines.espeak_words import as_written, word_times
from model_server.espeak_data import EspeakFiles, espeak_files
from model_server.text.espeak_sounds import KANJI
from model_server.text.reading import SAID

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# espeak-ng's own default, and the range in which its tempo follows the setting.
_NORMAL = 175  # words a minute
_SLOWEST = 80
_FASTEST = 450

# Below this a sample is silence: -50 dB of full scale.
_SILENCE = 10 ** (-50 / 20)

# A piece that sounds longer is a mistake of whoever cut it: the planner's longest take about a minute at half speed.
LONGEST = 600  # seconds

# No sound, but trouble: NUL ends a C string, \x01 begins a command to espeak-ng, a lone surrogate is no UTF-8, and the
# private-use areas hold espeak-ng's own marks.
_TROUBLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff\U000f0000-\U0010ffff]")


class EspeakEngine:
    """libespeak-ng as an engine."""

    name = "espeak"
    takes = SAID
    unloads = False

    def __init__(self, find: Callable[[], EspeakFiles] = espeak_files) -> None:
        """Make the engine; nothing is loaded yet. `find` tells where the library and its data lie."""
        self._find = find
        self._library: EspeakLibrary | None = None

    @property
    def device(self) -> str:
        return "cpu"

    def load(self, report: Callable[[str], None]) -> None:
        """Open the library. Called again, it does nothing. Raises EngineError where it is missing or broken."""
        if self._library is None:
            report("espeak-ng")
            self._library = EspeakLibrary(self._find())

    def prepare(self, voice: Voice) -> None:
        """Do nothing: the library's data holds all voices."""

    def needs(self, piece: EnginePiece | None) -> int:
        return 0

    def rest(self) -> None:
        """Do nothing: nothing is kept."""

    def unload(self) -> None:
        """Do nothing: there is little to drop."""

    def speak(self, piece: EnginePiece) -> Speech:
        """Return the sound of one piece: without samples where nothing in it is spoken.

        Raises LanguageUnavailable, Unspeakable for pieces of more than `LONGEST` seconds, EngineError.
        """
        import numpy as np

        voice = espeak_voice(piece.voice, piece.language)
        library = self._opened()
        text = _TROUBLE.sub(" ", piece.text)  # one for one: positions stay
        if piece.language == "ja":
            text = KANJI.sub(" ", text)
        said = library.synthesize(text, voice, words_per_minute(piece.speed), LONGEST * library.rate)
        if not said.whole:
            raise Unspeakable(f"a piece of text takes more than {LONGEST} s to say", "Cut it into sentences.")
        sound = np.frombuffer(said.pcm, dtype=np.int16).astype(np.float32) / np.float32(32768)
        loud = _loud(sound)
        if not len(loud):
            return Speech(np.zeros(0, dtype=np.float32), 0, 0)
        origin = 0 if piece.words else piece.start
        words = word_times(text, said.marks, loud, library.rate, len(sound), origin)
        if piece.words:
            words = as_written(piece.words, words)
        samples = resample(sound, library.rate, RATE)
        heard = _loud(samples)
        return Speech(samples, int(heard[0]), int(heard[-1]) + 1, words)

    def _opened(self) -> EspeakLibrary:
        self.load(lambda _: None)
        assert self._library is not None  # load raises otherwise
        return self._library


def words_per_minute(speed: float) -> int:
    """Return espeak-ng's setting for a speed factor, within the range that it follows."""
    return max(_SLOWEST, min(_FASTEST, round(_NORMAL * speed)))


def _loud(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    """Return the indices of the samples that are not silence."""
    import numpy as np

    return np.flatnonzero(np.abs(samples) > _SILENCE)
