"""`-o`: sound into a file or a stream, and what is written beside it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from common import TYPE_CHECKING
from common.settings import Settings
from say.commands.context import Context
from say.exits import interruptible
from say.left_out import LeftOut
from say.spool import TextSpool
from say.wav import open_output

if TYPE_CHECKING:
    from say.beside import Beside
    from say.rendering import Rendering
    from say.utterance import Event


def write(context: Context, spool: TextSpool, settings: Settings, path: str, *, typed: bool, begin: _Begin) -> None:
    """Write the sound of a text to `path`; `begin` starts what reads the text, once there is somewhere to write.

    Raises SayError, OutputClosed, Interrupted.
    """
    request, shown = context.request, None if typed else _shown_rendering(context, spool)
    with ExitStack() as stack:
        # A stream leaves nothing behind that would have to be tidied up, unless a bar stands on the screen.
        if path != "-" or shown is not None or request.timings or request.subtitles:
            stack.enter_context(interruptible())
        beside = _beside(context, spool, settings, path)
        if beside is not None:
            stack.enter_context(beside)
        output = stack.enter_context(open_output(path))
        left_out = LeftOut()
        takers = [taker.handle for taker in (shown, beside, left_out) if taker is not None]

        def take(pcm: bytes) -> None:
            context.display.end_work()
            output.write(pcm)
            if beside is not None:
                beside.write(pcm)

        def listen(event: Event) -> None:
            for taker in takers:
                taker(event)

        begin()
        with context.client(settings) as client:
            client.render(
                spool,
                write=take,
                voice_file=request.voice_file,
                language=request.language,
                words=beside is not None,
                on_event=listen,
                bulk=path != "-",
            )
        if beside is not None:
            beside.complete()
        output.finish()
        if beside is not None:
            beside.finish()
    left_out.tell(context.display.line)


_Begin = Callable[[], None]


def _beside(context: Context, spool: TextSpool, settings: Settings, path: str) -> Beside | None:
    """Return what takes times and subtitles; None where none are asked for."""
    request = context.request
    if request.timings is None and request.subtitles is None:
        return None
    from say.beside import Beside, spare_the_text
    from say.spool_view import read_text

    spare_the_text(request.file, request.timings, request.subtitles)
    return Beside(
        path,
        request.timings,
        request.subtitles,
        lambda start, end: read_text(spool, start, end),
        markup=settings.text("markup") == "on",
    )


def _shown_rendering(context: Context, spool: TextSpool) -> Rendering | None:
    """Return what shows how far the file is; None if nothing shall or can be shown."""
    if not (context.request.progress and context.display.terminal) or context.request.background:
        return None
    from say.rendering import Rendering
    from say.spool_view import is_complete

    def known_text() -> tuple[int, bool]:
        return spool.length, not is_complete(spool)

    return Rendering(context.display.panel, lambda: context.display.size()[0], known_text)
