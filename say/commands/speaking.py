"""Speaking text from words, files and pipes, and writing it to a file."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from common.settings import Settings
from common.voices import find_voice
from say import console
from say.commands.context import Context
from say.exits import interruptible
from say.spool import TextSpool

if TYPE_CHECKING:
    from say.reading import Input

_TERMINAL_HINT = "each line is spoken when you enter it; Ctrl-D ends"
_TERMINAL_FILE_HINT = "type the text; Ctrl-D ends it"


def speak(context: Context) -> int:
    """Speak or write the text that the request names. Returns the exit status."""
    settings = context.settings()
    find_voice(settings.text("voice"))
    if context.request.words:
        from say.reading import words_as_text

        with TextSpool.of(words_as_text(context.request.words, context.display.line)) as spool:
            _give_out(context, spool, settings)
        return 0
    source = _open_input(context)
    limit = settings.integer("spool_limit")
    with TextSpool(limit << 20, on_full=lambda: context.display.line(_full(limit))) as spool:
        _give_out(context, spool, settings, source)
    return 0


def _open_input(context: Context) -> Input:
    from say.reading import open_input

    return open_input(context.request.file or "-")


def _give_out(context: Context, spool: TextSpool, settings: Settings, source: Input | None = None) -> None:
    if context.request.output is not None:
        _write(context, spool, settings, source, context.request.output)
        return
    _begin_reading(context, spool, source)
    with context.client(settings) as client:
        client.speak(spool, language=context.request.language, on_event=lambda event: _note(context, event))


def _write(context: Context, spool: TextSpool, settings: Settings, source: Input | None, path: str) -> None:
    from say.wav import open_output

    # A stream leaves nothing behind that would have to be tidied up.
    with nullcontext() if path == "-" else interruptible(), open_output(path) as output:

        def write(pcm: bytes) -> None:
            context.display.clear()
            output.write(pcm)

        _begin_reading(context, spool, source)
        with context.client(settings) as client:
            client.render(spool, write=write, language=context.request.language)
        output.finish()


def _note(context: Context, event: object) -> None:
    from common.messages.speaking import Playing

    if isinstance(event, Playing):  # what a bar stood for is over
        context.display.clear()


def _begin_reading(context: Context, spool: TextSpool, source: Input | None) -> None:
    if source is None:
        return
    from say.reading import Flush, pour

    live = context.request.output is None
    if source.terminal and source.descriptor == console.STDIN:
        context.display.line(_TERMINAL_HINT if live else _TERMINAL_FILE_HINT)
    flush = Flush.AT_END if not live else Flush.AT_LINES if source.terminal else Flush.AT_PAUSES
    pour(source, spool, flush, context.display.line)


def _full(limit: int) -> str:
    return f"the text comes faster than it is spoken: {limit} MiB of it are waiting, so its writer waits too"
