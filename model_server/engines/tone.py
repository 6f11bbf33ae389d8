"""The `tone` engine, for tests: exact, instant, a different tone for each piece."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from common.messages.synthesis import WordTime
from common.voices import Voice
from model_server.engines.base import RATE, EnginePiece, Speech
from model_server.text.reading import WRITTEN

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

CHARACTER = 0.02  # seconds of sound at speed 1
LONGEST = 60.0  # seconds; however long the text, a piece takes no more
AMPLITUDE = 0.3
_FADE = 0.005  # seconds at each end, so that pieces join without a click

# Low enough for a loudspeaker's resampling to leave it alone, in steps that half a second of sound tells apart.
_LOWEST = 200  # Hz
_STEP = 4  # Hz
_STEPS = 700

_WORD = re.compile(r"\S+")


class ToneEngine:
    """A sine for each piece. The same piece gives the same samples, bit for bit."""

    name = "tone"
    takes = WRITTEN
    unloads = False

    def __init__(
        self,
        delay: float = 0.0,
        crash_on: str = "",
        sleep: Callable[[float], None] = time.sleep,
        *,
        character: float = CHARACTER,
        note: str = "",
    ) -> None:
        """Make the engine. For tests of slow and dying servers, each piece takes `delay` seconds of work, and one whose
        text contains `crash_on` ends the process as a fault in native code would. For tests of what is spoken of much
        text, a character sounds for `character` seconds, and each piece's text goes to the file `note`, a JSON string a
        line.
        """
        self._delay = delay
        self._crash_on = crash_on
        self._sleep = sleep
        self._character = character
        self._note = note

    @property
    def device(self) -> str:
        return "cpu"

    def load(self, report: Callable[[str], None]) -> None:
        """Do nothing: there is nothing to load."""

    def prepare(self, voice: Voice) -> None:
        """Do nothing: every voice is a matter of its name."""

    def needs(self, piece: EnginePiece | None) -> int:
        return 0

    def rest(self) -> None:
        """Do nothing: nothing is kept."""

    def unload(self) -> None:
        """Do nothing: there is little to drop."""

    def speak(self, piece: EnginePiece) -> Speech:
        """Return the piece's tone, as long as its text; without samples for blank text."""
        if self._crash_on and self._crash_on in piece.text:
            os.abort()
        if self._delay > 0:
            self._sleep(self._delay)
        if self._note:
            with open(self._note, "a", encoding="utf-8") as file:
                file.write(json.dumps(piece.text) + "\n")
        count = tone_samples(piece.text, piece.speed, self._character)
        samples = _faded_sine(tone_frequency(piece.text, piece.voice.name), count)
        return Speech(samples, 0, count, _word_times(piece, count))


def tone_frequency(text: str, voice: str) -> int:
    """Return the frequency in Hz of that text in that voice; blanks around it make no difference."""
    digest = hashlib.sha256(f"{voice}\0{text.strip()}".encode(errors="surrogatepass")).digest()
    return _LOWEST + _STEP * (int.from_bytes(digest[:4], "big") % _STEPS)


def tone_samples(text: str, speed: float, character: float = CHARACTER) -> int:
    """Return how many samples that text takes at that speed, with so many seconds a character at speed 1."""
    if not text.strip():
        return 0
    return round(min(LONGEST, len(text) * character / speed) * RATE)


def _faded_sine(frequency: int, count: int) -> npt.NDArray[np.float32]:
    import numpy as np

    if count == 0:
        return np.zeros(0, dtype=np.float32)
    samples: npt.NDArray[np.float64] = AMPLITUDE * np.sin(2 * np.pi * frequency / RATE * np.arange(count))
    fade = min(round(_FADE * RATE), count // 2)
    slope = np.arange(fade) / max(fade, 1)
    samples[:fade] *= slope
    samples[count - fade :] *= slope[::-1]
    return samples.astype(np.float32)


def _word_times(piece: EnginePiece, count: int) -> tuple[WordTime, ...]:
    """Return the words' times: every character of the text takes the same time."""
    character = count / RATE / max(len(piece.text), 1)
    return tuple(
        WordTime(piece.start + word.start(), piece.start + word.end(), word.start() * character, word.end() * character)
        for word in _WORD.finditer(piece.text)
        if count
    )
