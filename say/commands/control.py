"""Looking at the daemon and steering what it speaks, from any terminal. None of these starts a daemon."""

from __future__ import annotations

from common import TYPE_CHECKING
from common.errors import EXIT_DROPPED, EXIT_FAILED, EXIT_OK, EXIT_STOPPED
from common.messages.speaking import BACK, PAUSE, SKIP
from say import console, units
from say.commands.context import NO_DAEMON, Context

if TYPE_CHECKING:
    from common.state import State

# How an utterance that was awaited ended: the exit status, and what is said about it.
_OUTCOMES = {
    "spoken": (EXIT_OK, ""),
    "stopped": (EXIT_STOPPED, "utterance {} was stopped"),
    "cancelled": (EXIT_STOPPED, "utterance {} was cancelled"),
    "dropped": (EXIT_DROPPED, "utterance {} was dropped, as its --priority or --policy asked"),
    "failed": (EXIT_FAILED, "utterance {} failed; 'say --logs' tells more"),
}
_LOST = (EXIT_FAILED, "nobody knows how utterance {} ended; 'say --queue' shows those in work")
_NOTHING = "nothing was speaking"


def status(context: Context) -> int:
    """Show how the daemon is. Returns the exit status."""
    from say.listing import status_json, status_text

    with context.bystander() as client:
        report, replaced = client.status(), client.draining()
    if context.request.json:
        console.answer(status_json(report))
    else:
        _answer("" if report is None else status_text(report), replaced)
    return EXIT_OK


def queue(context: Context) -> int:
    """Show what is speaking and what waits. Returns the exit status."""
    from say.listing import queue_json, queue_text

    with context.bystander() as client:
        report, replaced = client.queue(), client.draining()
    if context.request.json:
        console.answer(queue_json(report))
    else:
        _answer("" if report is None else queue_text(report, console.width()), replaced)
    return EXIT_OK


def _answer(report: str, replaced: list[State]) -> None:
    """Say what a daemon reported, "" if none runs, and which others have yet to finish."""
    from say.listing import replaced_text

    parts = [report, replaced_text(replaced)]
    console.answer("\n\n".join(part for part in parts if part) or NO_DAEMON)


def pause(context: Context) -> int:
    """Hold all speech, also what is yet to come. Returns the exit status."""
    return _steer(context, PAUSE, "paused", "paused: what comes waits for 'say --resume'")


def resume(context: Context) -> int:
    """Let all speech go on. Returns the exit status."""
    with context.bystander() as client:
        resumed = client.resume()
    console.answer(NO_DAEMON if resumed is None else "resumed" if resumed else "nothing was paused")
    return EXIT_OK


def skip(context: Context) -> int:
    """Go some sentences ahead. Returns the exit status."""
    amount = context.request.number
    return _steer(context, SKIP, f"skipped {_up_to(amount)}", _NOTHING, amount)


def back(context: Context) -> int:
    """Go some sentences back. Returns the exit status."""
    amount = context.request.number
    return _steer(context, BACK, f"went back {_up_to(amount)}", _NOTHING, amount)


def _up_to(amount: int) -> str:
    """Return how far it went: nobody has said how many sentences there are."""
    sentences = units.plural(amount, "sentence")
    return sentences if amount == 1 else f"up to {sentences}"


def _steer(context: Context, action: str, done: str, nothing: str, amount: int = 1) -> int:
    with context.bystander() as client:
        concerned = client.steer(action, amount=float(amount))
    console.answer(NO_DAEMON if concerned is None else done if concerned else nothing)
    return EXIT_OK


def cancel(context: Context) -> int:
    """End one utterance. Returns the exit status. Raises NoUtterance."""
    with context.bystander() as client:
        client.cancel(context.request.number)
    console.answer(f"cancelled utterance {context.request.number}")
    return EXIT_OK


def wait(context: Context) -> int:
    """Return when an utterance has ended, with the exit status that its own `say` had."""
    number = context.request.number
    with context.bystander() as client:
        outcome = client.wait(number)
    status, sentence = _OUTCOMES.get(outcome, _LOST)
    if sentence:
        context.display.line(sentence.format(number))
    return status


def stop(context: Context) -> int:
    """Silence everything. Returns the exit status."""
    with context.bystander() as client:
        stopped = client.stop()
    if stopped is None:
        console.answer(NO_DAEMON)
    else:
        console.answer(f"stopped {units.plural(stopped, 'utterance')}" if stopped else _NOTHING)
    return EXIT_OK


def shut_down(context: Context) -> int:
    """End the daemon. Returns the exit status."""
    with context.bystander() as client:
        ended = client.shutdown()
    console.answer("the daemon has ended" if ended else NO_DAEMON)
    return EXIT_OK
