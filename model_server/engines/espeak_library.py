"""The edge to libespeak-ng: ctypes, its one global state, its callback. Knows nothing of voices, languages or rates of ours.

Source of the numbers: speak_lib.h of espeak-ng 1.52.0.
"""

from __future__ import annotations

import ctypes
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from common.errors import EngineError
from model_server.espeak_data import EspeakFiles

_SYNCHRONOUS = 2  # AUDIO_OUTPUT: the callback runs on the caller's thread
_DONT_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT: else missing data ends the process
_UTF8 = 1  # espeakCHARS_UTF8
_BY_CHARACTER = 1  # POS_CHARACTER
_RATE = 1  # espeakRATE
_WORD = 1  # espeakEVENT_WORD
_LAST = 0  # espeakEVENT_LIST_TERMINATED
_BYTES = 2  # of a sample

_REMEDY = "Install it again with 'pip install --force-reinstall espeakng-loader', or use '--engine kokoro'."

# The library has one state for the whole process, whatever opened it.
_LOCK = threading.Lock()


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    """espeak_EVENT."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),  # characters, from 1
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),  # milliseconds
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True)
class WordMark:
    """espeak-ng begins a word here."""

    position: int  # characters from the beginning of the text
    sample: int


@dataclass(frozen=True)
class Utterance:
    """What espeak-ng said."""

    pcm: bytes  # int16, mono, the machine's byte order
    marks: tuple[WordMark, ...]
    whole: bool  # False: it was stopped at the limit


class EspeakLibrary:
    """libespeak-ng, opened. Any thread may use it: one at a time gets in."""

    def __init__(self, files: EspeakFiles) -> None:
        """Open it. Raises EngineError where the library or its data is missing or broken."""
        try:
            self._library = ctypes.CDLL(files.library)
            _declare(self._library)
        except (OSError, AttributeError) as error:
            raise EngineError(f"espeak-ng's library cannot be loaded: {error}", _REMEDY) from error
        with _LOCK:
            self.rate = int(self._library.espeak_Initialize(_SYNCHRONOUS, 0, os.fsencode(files.data), _DONT_EXIT))  # Hz
            self._check(files)

    def synthesize(self, text: str, voice: str, words_per_minute: int, longest: int) -> Utterance:
        """Say `text`, stopping soon after `longest` samples.

        `text` must be free of NUL, which ends it, of lone surrogates, and of \\x01, which begins a command.
        Raises EngineError for a voice that the data does not have.
        """
        chunks: list[bytes] = []
        marks: list[WordMark] = []
        size = 0

        def take(samples: int | None, count: int, events: ctypes._Pointer[_Event]) -> int:
            nonlocal size
            if samples and count > 0:
                chunks.append(ctypes.string_at(samples, count * _BYTES))
                size += count
            marks.extend(_marks(events))
            return int(size > longest)

        callback = _Callback(take)
        encoded = text.encode()
        with _LOCK:
            self._choose(voice)
            self._library.espeak_SetParameter(_RATE, words_per_minute, 0)
            self._library.espeak_SetSynthCallback(callback)
            status = self._library.espeak_Synth(encoded, len(encoded) + 1, 0, _BY_CHARACTER, 0, _UTF8, None, None)
        if status != 0:
            raise EngineError(f"espeak-ng failed with status {status}")
        return Utterance(b"".join(chunks), tuple(marks), size <= longest)

    def _choose(self, voice: str) -> None:
        # Asked each time: it costs microseconds, and another user of the library may have chosen differently.
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise EngineError(f"espeak-ng has no voice {voice!r}", _REMEDY)

    def _check(self, files: EspeakFiles) -> None:
        """Find out whether the data was found: espeak-ng reports success without it, or with another folder's."""
        used = ctypes.c_char_p()
        self._library.espeak_Info(ctypes.byref(used))
        if self.rate <= 0 or Path(os.fsdecode(used.value or b"")) != Path(files.data):
            raise EngineError(f"espeak-ng cannot read its data in {files.data}", _REMEDY)
        self._choose("en-us")


def _marks(events: ctypes._Pointer[_Event]) -> list[WordMark]:
    found = []
    for index in range(10_000):  # the list has its own end; a bound all the same, because it is another's memory
        event = events[index]
        if event.type == _LAST:
            break
        if event.type == _WORD:
            found.append(WordMark(event.text_position - 1, event.sample))
    return found


def _declare(library: ctypes.CDLL) -> None:
    """State the types of the functions used. Raises AttributeError where one is missing."""
    c_int, c_char_p, c_void_p = ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p
    library.espeak_Initialize.argtypes = [c_int, c_int, c_char_p, c_int]
    library.espeak_Info.argtypes = [ctypes.POINTER(c_char_p)]
    library.espeak_Info.restype = c_char_p
    library.espeak_SetVoiceByName.argtypes = [c_char_p]
    library.espeak_SetParameter.argtypes = [c_int, c_int, c_int]
    library.espeak_SetSynthCallback.argtypes = [_Callback]
    library.espeak_SetSynthCallback.restype = None
    # text, size, position, position_type, end_position, flags, unique_identifier, user_data
    c_uint = ctypes.c_uint
    library.espeak_Synth.argtypes = [c_char_p, ctypes.c_size_t, c_uint, c_int, c_uint, c_uint, c_void_p, c_void_p]
