"""The text of `say --help`, made from the tables of options, settings and exit statuses."""

from __future__ import annotations

import textwrap

from common.settings import TABLE, Setting
from say.arguments import OPTIONS, Option
from say.exits import STATUSES

WIDTH = 100  # columns

_USAGE = """\
usage: say [options] [text …]
       say [options] -f FILE
       command | say [options]
       say --voices | --status [--json] | --stop | --shutdown
       say --download VOICE … | --remove VOICE …

Speak text, or write it to a WAV file. Words are joined with spaces; without words and without
-f, standard input is read and spoken as it comes. Options may stand anywhere; '--' ends them."""

_SETTINGS = """\
settings: an option wins over the environment, the environment over config.toml in the
configuration folder of the platform, that over the default. SAY_HOME names one folder for
config.toml and for the state of the servers."""


def help_text() -> str:
    """Return the help, without a final line end. The same on every machine."""
    options = [row for option in OPTIONS for row in _row(_names(option), option.meaning, 26)]
    settings = [row for setting in TABLE for row in _row(_setting(setting), _meaning(setting), 52)]
    statuses = [row for status, meaning in STATUSES for row in _row(status, meaning, 10)]
    return "\n".join([_USAGE, "", "options:", *options, "", _SETTINGS, *settings, "", "exit status:", *statuses])


def _row(head: str, text: str, column: int) -> list[str]:
    """Return lines with `head` on the left and `text` wrapped from `column` on."""
    lines = textwrap.wrap(text, WIDTH - column, break_on_hyphens=False)
    first = f"  {head}".ljust(column)
    return [first + lines[0], *(" " * column + line for line in lines[1:])]


def _names(option: Option) -> str:
    short = f"-{option.short}, " if option.short else "    "
    return f"{short}{option} {option.metavar}".rstrip()


def _setting(setting: Setting) -> str:
    default = f"{setting.default:g}" if isinstance(setting.default, float) else str(setting.default)
    shown = f"{default} {setting.unit}".strip() if default else "-"
    return f"{setting.name:<15} {setting.variable:<20} {shown}"


def _meaning(setting: Setting) -> str:
    return f"{setting.meaning} ({', '.join(setting.choices)})" if setting.choices else setting.meaning
