"""What needs no daemon: the voices, the version, the help."""

from __future__ import annotations

from say import console
from say.commands.context import Context


def voices(context: Context) -> int:
    """List the voices. Returns the exit status."""
    from common.hub_cache import on_disk
    from say.listing import voices_table

    model_dir = context.settings().text("model_dir")
    console.answer(voices_table(lambda name: on_disk(name, model_dir)))
    return 0


def version(context: Context) -> int:
    """Print the version. Returns the exit status."""
    from common import VERSION

    console.answer(f"say {VERSION}")
    return 0


def help_(context: Context) -> int:
    """Print the help. Returns the exit status."""
    from say.usage import help_text

    console.answer(help_text())
    return 0
