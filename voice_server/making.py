"""The sound of an utterance's pieces: asked for a little ahead of what is heard, joined when it comes, announced."""

from __future__ import annotations

import asyncio
from functools import partial

from common.errors import EngineError
from common.messages.speaking import SPEAKER, Piece, Speak
from voice_server.changes import Changes
from voice_server.clips import Clip
from voice_server.joins import RATE, join_piece, silence, span_to_keep
from voice_server.look_ahead import LOOK_AHEAD, enough, seconds_before, wanted
from voice_server.model_link import ModelLink, Sound
from voice_server.reel import Reel
from voice_server.sinks import SPEAKING, SendSoon, Sink, in_time

# Pieces asked for and not answered, those included that a step made needless; a session allows 16.
MOST_UNDER_WAY = 8


class Making:
    """Gives each piece of the row its sound and its number."""

    def __init__(self, speak: Speak, reel: Reel, changes: Changes, send_soon: SendSoon) -> None:
        self._speak = speak
        self._reel = reel
        self._changes = changes
        self._send_soon = send_soon
        self._index = 0  # of the next piece, as the client knows it
        self._asked = 0  # for synthesis, so often
        self._under_way: set[asyncio.Future[Sound]] = set()
        self._least = LOOK_AHEAD
        self._fault: BaseException | None = None  # that ends it at once

    async def run(self, link: ModelLink, sink: Sink) -> None:
        """Work until cancelled. Raises what keeps a piece from being made, once what comes before it was heard."""
        while True:
            await self._changes.until(lambda: self._next(sink) is not None)
            clip = self._next(sink)
            assert clip is not None
            clip.starved = sink.starved
            self._announce(clip)
            if clip.piece.pause:
                clip.samples = silence(clip.piece.pause)
                self._changes.tell()
            elif not clip.wanted:
                await self._ask_for(clip, link, sink)

    def _next(self, sink: Sink) -> Clip | None:
        """Return the next piece to be announced, and made if it is not yet; None as long as enough is under way."""
        if self._fault is not None:
            raise self._fault
        if (clip := self._reel.current) is not None and clip.fault is not None:
            raise clip.fault
        if len(self._under_way) >= MOST_UNDER_WAY:
            return None
        near = wanted(self._reel.ahead, sink.taken, sink.state == SPEAKING, self._least)
        return next((clip for clip in near if clip.index < 0), None)

    def _announce(self, clip: Clip) -> None:
        clip.index = self._index
        self._index += 1
        sentences = tuple(begin for begin in clip.piece.sentences if begin >= clip.start)
        piece = clip.piece
        self._send_soon(
            Piece(
                self._speak.id,
                clip.index,
                clip.start,
                clip.end,
                piece.phonemes,
                sentences,
                piece.left_out,
                piece.pause,
                piece.boundary,
            )
        )
        self._changes.tell()

    async def _ask_for(self, clip: Clip, link: ModelLink, sink: Sink) -> None:
        clip.wanted = True
        number = self._asked
        self._asked += 1
        sounding = sink.state == SPEAKING
        if sounding:
            sink.note()
        ahead = self._reel.ahead
        first = bool(ahead) and clip is ahead[0]
        seconds = seconds_before(ahead, clip) if sounding and not first else -1.0
        sound = await link.synthesize(number, clip.piece, clip.speed, first=first, ahead=seconds)
        self._under_way.add(sound)
        sound.add_done_callback(partial(self._made, clip))

    def _made(self, clip: Clip, future: asyncio.Future[Sound]) -> None:
        """Take a piece's sound from the model server."""
        self._under_way.discard(future)
        self._changes.tell()
        if future.cancelled():
            clip.wanted = False
            return
        error = future.exception()
        if error is None:
            self._join(clip, future.result())
        elif clip not in self._reel.ahead:
            clip.wanted = False  # should it be gone back to
        elif isinstance(error, EngineError):
            clip.fault = error
        else:
            self._fault = error

    def _join(self, clip: Clip, sound: Sound) -> None:
        if self._speak.sink != SPEAKER:
            self._least = enough(sound.together)
        head, _ = span_to_keep(sound.samples, sound.speech_start, sound.speech_end, clip.first)
        clip.words = in_time(sound.words, -head / RATE)
        clip.samples = join_piece(
            sound.samples,
            sound.speech_start,
            sound.speech_end,
            clip.pause,
            clip.speed,
            self._speak.volume,
            clip.first,
        )
