"""The command line: does what the arguments ask for with a SayClient, and is the one place that shows errors."""

from __future__ import annotations

import errno
import signal
from collections.abc import Callable, Sequence
from importlib import import_module

from common import TYPE_CHECKING
from common.errors import EXIT_FAILED, EXIT_USAGE, BadSplit, SayError
from say import console
from say.arguments import DASH_HINT, could_be_text, parse_arguments
from say.commands.context import Context
from say.exits import Interrupted, OutputClosed, die_by, interruptible
from say.options import Action
from say.progress import standard_error

if TYPE_CHECKING:
    from say.client import SayClient

ClientFactory = Callable[..., "SayClient"]

# Where each action is done; a run imports the module of its own action alone.
_COMMANDS = {
    Action.SPEAK: ("speaking", "speak"),
    Action.RUN: ("running", "run"),
    Action.CONTINUE: ("speaking", "continue_"),
    Action.REPLAY: ("speaking", "replay"),
    Action.PHONEMES: ("phonemes", "phonemes"),
    Action.VOICES: ("information", "voices"),
    Action.DOWNLOAD: ("files", "download"),
    Action.REMOVE: ("files", "remove"),
    Action.WARM: ("warming", "warm"),
    Action.CLEAR_CACHE: ("files", "clear_cache"),
    Action.DEVICES: ("information", "devices"),
    Action.STATUS: ("control", "status"),
    Action.LOGS: ("information", "logs"),
    Action.QUEUE: ("control", "queue"),
    Action.PAUSE: ("control", "pause"),
    Action.RESUME: ("control", "resume"),
    Action.SKIP: ("control", "skip"),
    Action.BACK: ("control", "back"),
    Action.CANCEL: ("control", "cancel"),
    Action.WAIT: ("control", "wait"),
    Action.STOP: ("control", "stop"),
    Action.SHUTDOWN: ("control", "shut_down"),
    Action.CHECK_PRONUNCIATIONS: ("information", "check_pronunciations"),
    Action.VERSION: ("information", "version"),
    Action.HELP: ("information", "help_"),
}


_MORE_FILES = "Raise the limit with 'ulimit -n', or end some programs."


def run(arguments: Sequence[str], make_client: ClientFactory | None = None) -> int:
    """Do what `arguments` ask for and return the exit status, or end by the signal that interrupted it.

    Nobody sees a traceback unless `--debug` is among the arguments.
    """
    afterwards: list[Callable[[], None]] = []
    try:
        console.occupy_closed_descriptors()
        try:
            with standard_error(interruptible) as display:
                request = parse_arguments(arguments)
                status = _do(Context(request, display, make_client or _real_client, afterwards=afterwards))
        except SayError as error:
            _show_traceback(arguments)
            console.line(_sentence(error, arguments))
            status = error.exit_status
        for action in afterwards:
            action()
        return status
    except (Interrupted, KeyboardInterrupt) as interrupt:
        return die_by(interrupt.number if isinstance(interrupt, Interrupted) else signal.SIGINT)
    except OutputClosed:
        return die_by(signal.SIGPIPE)
    except Exception as error:  # noqa: BLE001  # the outermost boundary
        _show_traceback(arguments)
        console.line(_unexpected(error))
        return EXIT_FAILED


def _do(context: Context) -> int:
    module, function = _COMMANDS[context.request.action]
    try:
        return int(getattr(import_module(f"say.commands.{module}"), function)(context))
    except BadSplit as error:  # the model server's, which cannot know where the pattern comes from
        raise context.settings().blamed("split", error) from error


def _real_client(*arguments: object, **options: object) -> SayClient:
    from say.client import SayClient  # much of what the program is for needs none

    return SayClient(*arguments, **options)  # type: ignore[arg-type]  # passed on as they come


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
