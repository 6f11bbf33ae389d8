"""How a text would be read, piece by piece: asked of the model server's front end, with no engine and no sound."""

from __future__ import annotations

import select
from collections.abc import Callable, Generator

from common.errors import BadFrame, LanguageUnavailable
from common.messages.control import Preview
from common.messages.hello import Notice
from common.messages.synthesis import PLAN_WINDOW, Planned, PlannedPiece
from common.records import dataclass, replace
from say.servers import Servers
from say.spool import TextSpool
from say.spool_view import is_complete, read_text
from say.text_source import TextSource, as_spool
from say.utterance import Request

_ESPEAK_READS = Notice("espeak_reads", "Kokoro does not read this language here; this is what espeak gets")


@dataclass(frozen=True)
class PreviewedPiece:
    """A piece of the text as it would be spoken."""

    text: str  # as it was given
    voice: str
    planned: PlannedPiece  # with its span in the text, what is said, its phonemes and words

    @property
    def start(self) -> int:
        """Where it begins, characters from the beginning of the text."""
        return self.planned.start

    @property
    def end(self) -> int:
        """Where it ends, characters from the beginning of the text."""
        return self.planned.end

    @property
    def normalised(self) -> str:
        """The text as it is said: numbers and the like in words."""
        return self.planned.text

    @property
    def phonemes(self) -> str:
        """The sounds; "" for engines that take text."""
        return self.planned.phonemes


def preview(
    servers: Servers, request: Request, text: str | TextSource, spool_limit: int, on_notice: Callable[[Notice], None]
) -> Generator[PreviewedPiece, None, None]:
    """Yield the pieces of a text, as `previewed` does, from the model server, which is started if need be.

    `spool_limit` is in bytes.
    """
    spool, line = as_spool(text, spool_limit), servers.open_line()
    try:
        yield from previewed(
            request, spool, lambda message: line.ask(message, Planned), lambda: on_notice(_ESPEAK_READS)
        )
    finally:
        line.close()
        if not isinstance(text, TextSpool):
            spool.close()


def previewed(
    request: Request, spool: TextSpool, ask: Callable[[Preview], Planned], on_espeak: Callable[[], None]
) -> Generator[PreviewedPiece, None, None]:
    """Yield the pieces of a text as it comes; `ask` asks the model server.

    Engine "auto" previews Kokoro; where that does not read the language, `on_espeak` is called and espeak previewed.
    Raises Unspeakable, LanguageUnavailable, UsageError, DaemonError, and what reading the text raises.
    """
    preview = Preview(
        request.voice, "", 0, False, True, engine=request.engine, language=request.language, reading=request.reading
    )
    while True:
        text, ended = _window(spool, preview)
        try:
            planned = ask(replace(preview, text=text, final=ended))
        except LanguageUnavailable:
            if preview.engine != "auto":
                raise
            on_espeak()
            preview = replace(preview, engine="espeak")
            continue
        for piece in planned.pieces:
            yield PreviewedPiece(text[piece.start - preview.start : piece.end - preview.start], request.voice, piece)
        if ended and planned.used >= len(text):
            break
        if ended and not planned.used:
            raise BadFrame("the front end made no progress")
        preview = _behind(preview, text, planned)
        spool.forget(preview.start)
    if (error := spool.error) is not None:
        raise error


def _behind(preview: Preview, text: str, planned: Planned) -> Preview:
    """Return what asks for the text behind what was planned; of a text that was not enough, it has what was there."""
    return replace(
        preview,
        text="" if planned.used else text,
        start=preview.start + planned.used,
        first=preview.first and not planned.pieces,
        inside=planned.inside if planned.used else preview.inside,
    )


def _window(spool: TextSpool, preview: Preview) -> tuple[str, bool]:
    """Return the text that is to be read next, and whether nothing follows. Waits for more than what was not enough."""
    while True:
        spool.acknowledge()
        complete = is_complete(spool)
        text = read_text(spool, preview.start, preview.start + PLAN_WINDOW)
        ended = complete and preview.start + len(text) == spool.length
        if ended or len(text) > len(preview.text):
            return text, ended
        select.select([spool], [], [])
