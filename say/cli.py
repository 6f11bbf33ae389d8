"""The command line: does what the arguments ask for with a SayClient, and is the one place that shows errors."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING

from common.errors import EXIT_FAILED, EXIT_OK, EXIT_USAGE, SayError
from common.paths import config_file
from common.settings import Settings, Value, load
from common.voices import VOICES, find_voice
from say import console
from say.arguments import DASH_HINT, Action, Request, could_be_text, parse_arguments
from say.exits import Interrupted, OutputClosed, die_by, interruptible
from say.progress import Display, standard_error
from say.spool import TextSpool

if TYPE_CHECKING:
    from say.client import SayClient
    from say.reading import Input

ClientFactory = Callable[..., "SayClient"]

_TERMINAL_HINT = "each line is spoken when you enter it; Ctrl-D ends"
_TERMINAL_FILE_HINT = "type the text; Ctrl-D ends it"


def run(arguments: Sequence[str], make_client: ClientFactory | None = None) -> int:
    """Do what `arguments` ask for and return the exit status, or end by the signal that interrupted it.

    Nobody sees a traceback unless `--debug` is among the arguments.
    """
    try:
        console.occupy_closed_descriptors()
        with standard_error(interruptible) as display:
            _Command(parse_arguments(arguments), display, make_client).run()
    except SayError as error:
        _show_traceback(arguments)
        console.line(_sentence(error, arguments))
        return error.exit_status
    except (Interrupted, KeyboardInterrupt) as interrupt:
        return die_by(interrupt.number if isinstance(interrupt, Interrupted) else signal.SIGINT)
    except OutputClosed:
        return die_by(signal.SIGPIPE)
    except Exception as error:  # noqa: BLE001  # the outermost boundary
        _show_traceback(arguments)
        console.line(_unexpected(error))
        return EXIT_FAILED
    return EXIT_OK


def _real_client() -> ClientFactory:
    from say.client import SayClient

    return SayClient


def _before_dashes(arguments: Sequence[str]) -> Sequence[str]:
    return arguments[: arguments.index("--")] if "--" in arguments else arguments


def _show_traceback(arguments: Sequence[str]) -> None:
    if "--debug" in _before_dashes(arguments):
        import traceback

        console.report(traceback.format_exc())


def _sentence(error: SayError, arguments: Sequence[str]) -> str:
    text = str(error)
    if "\n" in text:  # the tail of a log
        return text
    sentence = text if text.endswith((".", "!", "?", "…")) else f"{text}."
    if _too_many_files(error.__cause__) and not error.hint:
        return f"{sentence} {_MORE_FILES}"
    doubtful = error.exit_status == EXIT_USAGE and any(map(could_be_text, _before_dashes(arguments)))
    return f"{sentence} {DASH_HINT}" if doubtful and DASH_HINT not in sentence else sentence


def _too_many_files(error: BaseException | None) -> bool:
    return isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE)


def _unexpected(error: Exception) -> str:
    if _too_many_files(error):
        return f"too many files are open. {_MORE_FILES}"
    if isinstance(error, OSError) and error.strerror:
        where = f": {error.filename}" if error.filename else ""
        return f"the system refused: {error.strerror}{where}. 'say --debug …' shows where."
    if isinstance(error, MemoryError):
        return "there is not enough memory."
    return f"this should not have happened: {type(error).__name__}: {error}. Please report it with what 'say --debug …' shows."


class _Command:
    """One run of the program."""

    def __init__(self, request: Request, display: Display, make_client: ClientFactory | None) -> None:
        self._request = request
        self._display = display
        self._make_client = make_client

    def run(self) -> None:
        actions: dict[Action, Callable[[], None]] = {
            Action.SPEAK: self._speak,
            Action.VOICES: self._list_voices,
            Action.DOWNLOAD: self._download,
            Action.REMOVE: self._remove,
            Action.STATUS: self._status,
            Action.STOP: self._stop,
            Action.SHUTDOWN: self._shut_down,
            Action.VERSION: self._version,
            Action.HELP: self._help,
        }
        actions[self._request.action]()

    # Speaking and writing

    def _speak(self) -> None:
        settings = self._settings()
        find_voice(settings.text("voice"))
        if self._request.words:
            from say.reading import words_as_text

            with TextSpool.of(words_as_text(self._request.words, self._display.line)) as spool:
                self._give_out(spool, settings)
            return
        source = self._open_input()
        limit = settings.integer("spool_limit")
        with TextSpool(limit << 20, on_full=lambda: self._display.line(_full(limit))) as spool:
            self._give_out(spool, settings, source)

    def _open_input(self) -> Input:
        from say.reading import open_input

        return open_input(self._request.file or "-")

    def _give_out(self, spool: TextSpool, settings: Settings, source: Input | None = None) -> None:
        if self._request.output is not None:
            self._write(spool, settings, source, self._request.output)
            return
        self._begin_reading(spool, source)
        with self._client(settings) as client:
            client.speak(spool, language=self._request.language, on_event=self._note)

    def _write(self, spool: TextSpool, settings: Settings, source: Input | None, path: str) -> None:
        from say.wav import open_output

        # A stream leaves nothing behind that would have to be tidied up.
        with nullcontext() if path == "-" else interruptible(), open_output(path) as output:

            def write(pcm: bytes) -> None:
                self._display.clear()
                output.write(pcm)

            self._begin_reading(spool, source)
            with self._client(settings) as client:
                client.render(spool, write=write, language=self._request.language)
            output.finish()

    def _note(self, event: object) -> None:
        from common.messages.speaking import Playing

        if isinstance(event, Playing):  # what a bar stood for is over
            self._display.clear()

    def _begin_reading(self, spool: TextSpool, source: Input | None) -> None:
        if source is None:
            return
        from say.reading import Flush, pour

        live = self._request.output is None
        if source.terminal and source.descriptor == console.STDIN:
            self._display.line(_TERMINAL_HINT if live else _TERMINAL_FILE_HINT)
        flush = Flush.AT_END if not live else Flush.AT_LINES if source.terminal else Flush.AT_PAUSES
        pour(source, spool, flush, self._display.line)

    # The daemon

    def _download(self) -> None:
        voices = self._voices()
        with self._client(self._settings()) as client:
            fetched = client.download(voices)
        self._display.clear()
        from say import units

        if fetched.files:
            amount = f"{units.plural(fetched.files, 'file')}, {units.size(fetched.bytes_fetched)}"
            console.answer(f"fetched {amount}")
        else:
            console.answer("everything is on disk already")

    def _remove(self) -> None:
        voices = self._voices()
        with self._client(self._settings()) as client:
            removed = client.remove(voices, "all" in self._request.names)
        from say import units

        if removed.files:
            console.answer(f"removed {units.plural(removed.files, 'file')}, {units.size(removed.bytes_freed)}")
        else:
            console.answer("there was nothing to remove")

    def _voices(self) -> tuple[str, ...]:
        """Return the voices named, or all. Raises UnknownVoice before anything is started."""
        named = dict.fromkeys(find_voice(name).name for name in self._request.names if name != "all")
        return tuple(VOICES if "all" in self._request.names else named)

    def _status(self) -> None:
        from say.listing import status_json, status_text

        with self._client(self._settings(), autostart=False) as client:
            report = client.status()
        if self._request.json:
            console.answer(status_json(report))
        else:
            console.answer(_NO_DAEMON if report is None else status_text(report))

    def _stop(self) -> None:
        from say import units

        with self._client(self._settings(), autostart=False) as client:
            stopped = client.stop()
        if stopped is None:
            console.answer(_NO_DAEMON)
        else:
            console.answer(f"stopped {units.plural(stopped, 'utterance')}" if stopped else "nothing was speaking")

    def _shut_down(self) -> None:
        with self._client(self._settings(), autostart=False) as client:
            ended = client.shutdown()
        console.answer("the daemon has ended" if ended else _NO_DAEMON)

    # What needs no daemon

    def _list_voices(self) -> None:
        from common.hub_cache import on_disk
        from say.listing import voices_table

        model_dir = self._settings().text("model_dir")
        console.answer(voices_table(lambda name: on_disk(name, model_dir)))

    def _version(self) -> None:
        from common import VERSION

        console.answer(f"say {VERSION}")

    def _help(self) -> None:
        from say.usage import help_text

        console.answer(help_text())

    def _settings(self) -> Settings:
        request = self._request
        asked: dict[str, Value | None] = {"voice": request.voice, "speed": request.speed, "engine": request.engine}
        flags = {name: value for name, value in asked.items() if value is not None}
        return load(flags, os.environ, config_file())

    def _client(self, settings: Settings, autostart: bool = True) -> SayClient:
        return (self._make_client or _real_client())(
            settings,
            autostart=autostart,
            on_progress=self._display.show,
            on_notice=lambda notice: self._display.line(notice.message),
        )


_NO_DAEMON = "no daemon is running"
_MORE_FILES = "Raise the limit with 'ulimit -n', or end some programs."


def _full(limit: int) -> str:
    return f"the text comes faster than it is spoken: {limit} MiB of it are waiting, so its writer waits too"
