"""The sound of a piece as bytes, free of where in a text it stands, and how such bytes are kept in a file. Pure.

A file is magic, seal and body. The seal is a keyed hash of the file's name and body: what was cut off, altered, renamed, or
written by somebody without the key is not taken for sound. The body holds numbers only, no text and no phonemes:
samples, bounds of the speech, and for each word its place, counted from the piece's start, and its times.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.messages.synthesis import WordTime

if TYPE_CHECKING:
    from model_server.engines.base import Speech

SAMPLE_BYTES = 4  # float32: what a piece is joined and scaled from must be the engine's very samples

_MAGIC = b"say\x00phr1"
_SEAL_BYTES = 32
_HEAD = struct.Struct("<IIII")  # samples, speech_start, speech_end, words
_WORD = struct.Struct("<qqdd")  # start, end, at, until
_BEFORE_BODY = len(_MAGIC) + _SEAL_BYTES


@dataclass(frozen=True)
class Phrase:
    """The sound of a piece, wherever it stands."""

    samples: bytes  # float32, little-endian, mono
    speech_start: int  # first sample that is speech
    speech_end: int  # one past the last sample that is speech
    words: tuple[WordTime, ...] = ()  # places are characters from the start of the piece

    @property
    def count(self) -> int:
        """The number of samples."""
        return len(self.samples) // SAMPLE_BYTES

    def words_at(self, start: int) -> tuple[WordTime, ...]:
        """Return the word times of this piece at `start` in a text, in characters."""
        return _moved(self.words, start)


def phrase_of(speech: Speech, start: int) -> Phrase:
    """Return the sound of a piece that stood at `start` in its text."""
    samples = speech.samples.astype("<f4", copy=False).tobytes()
    return Phrase(samples, speech.speech_start, speech.speech_end, _moved(speech.words, -start))


def encode(phrase: Phrase, name: str, key: bytes) -> bytes:
    """Return the file of that name."""
    head = _HEAD.pack(phrase.count, phrase.speech_start, phrase.speech_end, len(phrase.words))
    words = b"".join(_WORD.pack(word.start, word.end, word.at, word.until) for word in phrase.words)
    body = head + words + phrase.samples
    return _MAGIC + _seal(name, body, key) + body


def decode(data: bytes, name: str, key: bytes) -> Phrase | None:
    """Return the phrase in the file of that name, None if it is damaged or not one of ours."""
    body = data[_BEFORE_BODY:]
    if not data.startswith(_MAGIC) or len(body) < _HEAD.size:
        return None
    if not hmac.compare_digest(data[len(_MAGIC) : _BEFORE_BODY], _seal(name, body, key)):
        return None
    count, speech_start, speech_end, words = _HEAD.unpack_from(body)
    samples_at = _HEAD.size + words * _WORD.size
    if len(body) != samples_at + count * SAMPLE_BYTES:
        return None  # written by a version that knew another format under the same magic
    found = tuple(WordTime(*fields) for fields in _WORD.iter_unpack(body[_HEAD.size : samples_at]))
    return Phrase(body[samples_at:], speech_start, speech_end, found)


def _seal(name: str, body: bytes, key: bytes) -> bytes:
    return hashlib.blake2b(
        name.encode() + b"\0" + body, key=key, digest_size=_SEAL_BYTES, person=b"say phrase"
    ).digest()


def _moved(words: tuple[WordTime, ...], by: int) -> tuple[WordTime, ...]:
    return tuple(WordTime(word.start + by, word.end + by, word.at, word.until) for word in words)
