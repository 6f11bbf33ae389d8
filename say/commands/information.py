"""Looking things up: the voices, the loudspeakers, the logs, the version, the help."""

from __future__ import annotations

from common.errors import EXIT_OK, EXIT_USAGE, NoSound
from say import console
from say.commands.context import Context


def voices(context: Context) -> int:
    """List the voices. Returns the exit status."""
    from common.hub_cache import on_disk
    from say.listing import voices_table

    model_dir = context.settings().text("model_dir")
    console.answer(voices_table(lambda name: on_disk(name, model_dir)))
    return EXIT_OK


def devices(context: Context) -> int:
    """List the loudspeakers, as a voice server sees them. Returns the exit status. Raises NoSound."""
    from say.listing import devices_table

    with context.client(context.settings()) as client:
        found = client.devices()
    context.display.clear()
    if not found:
        raise NoSound("there is no loudspeaker", "'say -o out.wav …' writes a file instead.")
    console.answer(devices_table(found))
    return EXIT_OK


def logs(context: Context) -> int:
    """Show what all servers wrote into their logs, by time. Returns the exit status."""
    from common.paths import log_directory, state_directory
    from say.logs_merged import show

    show(log_directory(state_directory()), console.answer, console.watch_output if context.request.follow else None)
    return EXIT_OK


def check_pronunciations(context: Context) -> int:
    """Tell whether the user's own dictionary is as it should be. Returns the exit status."""
    import os

    from say.units import plural

    with context.client(context.settings()) as client:
        found = client.check_pronunciations()
    context.display.clear()
    for fault in found.faults:
        console.line(f"{found.path}: {fault}")
    if os.path.lexists(found.path):
        console.answer(f"{plural(found.entries, 'pronunciation')} in {found.path}")
    else:
        console.answer(f"no pronunciations: there is no file {found.path}")
    return EXIT_USAGE if found.faults else EXIT_OK


def version(context: Context) -> int:
    """Print the version. Returns the exit status."""
    from common import VERSION

    console.answer(f"say {VERSION}")
    return EXIT_OK


def help_(context: Context) -> int:
    """Print the help. Returns the exit status."""
    from say.usage import help_text

    console.answer(help_text())
    return EXIT_OK
