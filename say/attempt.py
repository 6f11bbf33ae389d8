"""One try of an utterance on one connection: what was sent of its text, and what has come of its sound."""

from __future__ import annotations

import os

from common.connection import Connection
from common.messages.speaking import Credit, End, Flush, Text, Word
from common.records import replace
from say.spool import TextSpool

TEXT_CHUNK = 1 << 14  # characters a frame
# Characters that go out right behind the request, ahead of the first grant, which they are part of: planning begins with
# no round trip in between, and a short text is known to be all there is. Servers grant sixteen times as much.
TEXT_AHEAD = 1 << 12


class Attempt:
    """Where one try stands. Offsets are characters from the beginning of the text."""

    def __init__(self, connection: Connection, start: int, seconds: float = 0.0) -> None:
        """`seconds` of sound were taken before, by other tries."""
        self.connection = connection
        self.id = os.urandom(8).hex()  # of the request
        self.start = start  # of the text that this server is given
        self.sent = start
        self.cancelled = False
        self.done = False
        self.pcm = bytearray()  # of the piece that is coming in
        self.words: list[Word] = []  # of that piece, in seconds of this try
        self._seconds = seconds
        self._credit = TEXT_AHEAD  # characters
        self._ahead = TEXT_AHEAD  # of them: those that no grant covers yet
        self._flushed = -1  # the last flush mark that was passed on
        self._ended = False

    def send_text(self, spool: TextSpool) -> None:
        """Send what the spool has and the credit allows, together with what waits to go out."""
        self._gather_text(spool)
        self.connection.flush()

    def _gather_text(self, spool: TextSpool) -> None:
        while not self._ended and not self.done:
            part = spool.read(self.sent, min(self._credit, TEXT_CHUNK), self._flushed)
            if part.text:
                self.sent += len(part.text)
                self._credit -= len(part.text)
                self.connection.send_soon(Text(self.id, part.text, spool.length))
            if part.flush:
                self._flushed = self.sent
                self.connection.send_soon(Flush(self.id, part.whole))
            if part.ended:
                self._ended = True
                self.connection.send_soon(End(self.id))
            elif not part.text and not part.flush:
                return

    def grant(self, characters: int) -> None:
        """Let so much more text be sent."""
        covered = min(characters, self._ahead)
        self._ahead -= covered
        self._credit += characters - covered

    def take_audio(self, raw: bytes) -> None:
        """Keep some sound, and let as much more be sent to us."""
        self.pcm += raw
        self.connection.send(Credit(self.id, audio=len(raw)))

    def take_words(self) -> list[Word]:
        """Return the words of the piece that is complete, in seconds of the whole utterance."""
        words, self.words = self.words, []
        return [replace(word, at=word.at + self._seconds, until=word.until + self._seconds) for word in words]

    def take_piece(self) -> bytes:
        """Return the sound of the piece that is complete."""
        pcm = bytes(self.pcm)
        self.pcm.clear()
        return pcm
