"""Speaking text from words, files and pipes, or what was left unspoken or spoken last; and writing it to a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from common import TYPE_CHECKING
from common.errors import EXIT_OK, SayError
from common.records import replace
from common.settings import Settings, Value
from say import console
from say.commands.context import Context
from say.options import Action
from say.requests import voice_for
from say.spool import TextSpool

if TYPE_CHECKING:
    from threading import Thread

    from common.messages.control import Recalled
    from say.aloud import Listener
    from say.forms import Filter
    from say.reading import Input
    from say.rests import Manner, Origin, Rest
    from say.tee import Tee

    # What speaks: in this process, or in one that goes on in the background and listens to what is reported.
    Task = Callable[[Context, Listener | None], None]

_TERMINAL_HINT = "each line is spoken when you enter it; Ctrl-D ends"
_TERMINAL_FILE_HINT = "type the text; Ctrl-D ends it"


def speak(context: Context) -> int:
    """Speak or write the text that the request names. Returns the exit status."""
    settings = context.settings()
    voice_for(settings, voice_file=context.request.voice_file)
    if not context.request.words:
        source = _open_input(context)
        _check_source(context, source)
        return _deliver(context, lambda inside, listener: _speak_source(inside, source, listener))
    text = _as_read_out(context, _words(context))
    return _deliver(context, lambda inside, listener: _speak_text(inside, text, listener))


def continue_(context: Context) -> int:
    """Speak what was not spoken when speech was last stopped. Returns the exit status."""
    from common.paths import state_directory
    from say.reading import Input
    from say.rests import recall

    rest = recall(state_directory())
    if rest is None:
        raise SayError("nothing is left unspoken")
    manner = rest.manner
    context = _as_before(context, manner)
    source = Input(os.dup(rest.descriptor), "what was not spoken", terminal=False)
    return _deliver(context, lambda inside, listener: _speak_source(inside, source, listener, rest))


def replay(context: Context) -> int:
    """Speak from its beginning what sounds, or again what was spoken last. Returns the exit status."""
    from common.messages.speaking import REPLAY

    settings = context.settings()
    voice_for(settings, voice_file=context.request.voice_file)
    with context.client(settings, autostart=False) as client:
        if client.steer(REPLAY):
            console.answer("speaking it from its beginning")
            return EXIT_OK
        last = client.recall()
    if last is None:
        raise SayError("there is nothing that was spoken before")
    if not last.complete:
        context.display.line("of what was spoken last only the beginning is remembered")
    context = _as_before(context, last)
    return _deliver(context, lambda inside, listener: _speak_text(inside, last.text, listener))


def _as_before(context: Context, before: Manner | Recalled) -> Context:
    """Return the context with how it was spoken in place of what the command line leaves open."""
    request = context.request
    settings: dict[str, Value] = {
        "speed": before.speed,
        "volume": before.volume,
        "engine": before.engine,
        "emoji": before.reading.emoji,
        "split": before.reading.split,
        "markup": "on" if before.reading.markup else "off",
        "skip_unspeakable": "on" if before.reading.skip_unspeakable else "off",
    }
    another = "voice" in request.settings or bool(request.voice_file)
    file = request.voice_file if another else before.voice_file
    if not another and not file:
        settings["voice"] = before.voice
    if file and before.engine == "espeak":  # which took the place of Kokoro
        settings["engine"] = "auto"
    language = request.language or ("" if another else before.language)  # else that of the voice asked for
    settings.update(request.settings)
    return replace(context, request=replace(request, settings=settings, language=language, voice_file=file))


@contextmanager
def give_text(context: Context, settings: Settings) -> Iterator[TextSpool]:
    """Yield the text that the request names, as it comes. Raises InputFailed."""
    if context.request.words:
        with TextSpool.of(_as_read_out(context, _words(context))) as spool:
            yield spool
        return
    source = _open_input(context)
    with TextSpool(settings.integer("spool_limit") << 20) as spool:
        _begin_reading(context, spool, source, settings)
        yield spool


def _check_source(context: Context, source: Input) -> None:
    from common.errors import UsageError

    if "behind" in context.request.settings and not source.piped and not source.terminal:
        raise UsageError(f"--behind is about pipes, and {source.name} is a file", "Leave --behind out.")
    if context.request.background and source.terminal:
        raise UsageError(
            "--background cannot read what is typed", "Give the text as words, with -f from a file, or through a pipe."
        )


def _deliver(context: Context, task: Task) -> int:
    if context.request.background:
        from say.background import run_in_background

        return run_in_background(context, task)
    task(context, None)
    return EXIT_OK


def _speak_text(context: Context, text: str, listener: Listener | None) -> None:
    settings = context.settings()
    with TextSpool.of(text) as spool:
        if context.request.output is not None:
            _write(context, spool, settings, None, context.request.output)
        else:
            from say.aloud import Job, speak_aloud

            request = context.request
            job = Job(spool, settings, request.language, request.voice_file, attended=True, listener=listener)
            speak_aloud(context, job)


def _speak_source(context: Context, source: Input, listener: Listener | None, rest: Rest | None = None) -> None:
    settings = context.settings()
    if context.request.tee and console.share_a_screen():
        _leave_the_screen(context)
    limit = settings.integer("spool_limit")
    with TextSpool(limit << 20, on_full=lambda: context.display.line(_full(limit))) as spool:
        if context.request.output is not None:
            _write(context, spool, settings, source, context.request.output)
            return
        from say.aloud import Job, speak_aloud

        job = Job(
            spool,
            settings,
            context.request.language,
            context.request.voice_file,
            attended=source.descriptor != console.STDIN and not source.terminal,
            typed=source.terminal,
            origin=None if source.piped else _origin(context, source, rest),
            unread=lambda: source.piped and (source.readable or spool.pouring),
            continues=rest,
            listener=listener,
        )
        reading = _begin_reading(context, spool, source, settings, rest)
        if context.request.tee:
            context.afterwards.append(reading.join)  # others may be reading it, whether or not it is spoken
        speak_aloud(context, job)


def _write(context: Context, spool: TextSpool, settings: Settings, source: Input | None, path: str) -> None:
    from say.commands.writing import write

    def begin() -> None:
        if source is not None:
            _begin_reading(context, spool, source, settings)

    write(context, spool, settings, path, typed=source is not None and source.terminal, begin=begin)


def _open_input(context: Context) -> Input:
    from say.reading import open_input

    return open_input(context.request.file or "-")


def _begin_reading(
    context: Context, spool: TextSpool, source: Input, settings: Settings, rest: Rest | None = None
) -> Thread:
    from say.reading import Flush, pour

    live = context.request.output is None and context.request.action is not Action.PHONEMES
    if source.terminal and source.descriptor == console.STDIN:
        context.display.line(_TERMINAL_HINT if live else _TERMINAL_FILE_HINT)
    flush = Flush.AT_END if not live else Flush.AT_LINES if source.terminal else Flush.AT_PAUSES
    live_pipe = flush is Flush.AT_PAUSES and source.piped
    return pour(
        source,
        spool,
        flush,
        context.display.line,
        pause=settings.number("pause"),
        behind=settings.text("behind"),
        tee=_tee() if context.request.tee else None,
        text_filter=rest.recipe.filter() if rest is not None else _filter(context, live=live_pipe),
    )


def _leave_the_screen(context: Context) -> None:
    """Redraw nothing on the terminal that gets what is passed on: each would be written into the other."""
    context.display.scroll()
    if context.request.interactive or context.request.progress:
        context.display.line("--interactive and --progress show nothing: --tee writes to the same terminal")


def _tee() -> Tee:
    from say.tee import open_tee

    return open_tee()


def _filter(context: Context, *, live: bool) -> Filter:
    """Return what makes of a terminal's text what a person would read out."""
    from say.forms import filter_for

    return filter_for(context.request.form, name=_file_name(context), live=live)


def _file_name(context: Context) -> str:
    """Return the name of the user's file, without its folder; "" if there is none."""
    file = context.request.file
    return os.path.basename(file) if file and file != "-" else ""


def _origin(context: Context, source: Input, rest: Rest | None) -> Origin:
    """Return the file that is about to be read, so that all of it can be kept."""
    from say.rests import Origin, Recipe

    recipe = rest.recipe if rest is not None else Recipe(context.request.form, _file_name(context))
    return Origin(os.dup(source.descriptor), os.lseek(source.descriptor, 0, os.SEEK_CUR), recipe)


def _words(context: Context) -> str:
    text = " ".join(context.request.words)
    if text.isascii():
        return text
    from say.reading import words_as_text  # what it brings along, plain words do not need

    return words_as_text(context.request.words, context.display.line)


def _as_read_out(context: Context, text: str) -> str:
    """Return what is spoken of the words of the command line."""
    if context.request.form == "auto" and text.isprintable():
        return text  # a line of words: nothing is to be looked for in it
    filter_ = _filter(context, live=False)
    return filter_.feed(text) + filter_.finish()


def _full(limit: int) -> str:
    return f"the text comes faster than it is spoken: {limit} MiB of it are waiting, so its writer waits too"
