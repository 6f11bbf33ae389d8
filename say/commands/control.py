"""Looking at the daemon and steering what it speaks, from any terminal. None of these starts a daemon."""

from __future__ import annotations

from say import console, units
from say.commands.context import NO_DAEMON, Context


def status(context: Context) -> int:
    """Show how the daemon is. Returns the exit status."""
    from say.listing import status_json, status_text

    with context.client(context.settings(), autostart=False) as client:
        report = client.status()
    if context.request.json:
        console.answer(status_json(report))
    else:
        console.answer(NO_DAEMON if report is None else status_text(report))
    return 0


def stop(context: Context) -> int:
    """Silence everything. Returns the exit status."""
    with context.client(context.settings(), autostart=False) as client:
        stopped = client.stop()
    if stopped is None:
        console.answer(NO_DAEMON)
    else:
        console.answer(f"stopped {units.plural(stopped, 'utterance')}" if stopped else "nothing was speaking")
    return 0


def shut_down(context: Context) -> int:
    """End the daemon. Returns the exit status."""
    with context.client(context.settings(), autostart=False) as client:
        ended = client.shutdown()
    console.answer("the daemon has ended" if ended else NO_DAEMON)
    return 0
