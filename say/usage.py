"""The text of `say --help`, made from the tables of options, settings and exit statuses."""

from __future__ import annotations

import textwrap

from common.settings import GATEWAY, TABLE, Setting
from say.exits import STATUSES
from say.options import SECTIONS, Option

WIDTH = 79  # columns: an ordinary terminal, with room for one that wraps early

_USAGE = """\
usage: say [options] [text …]
       say [options] -f FILE
       command | say [options]
       say [options] --run CMD …
       say [options] --continue | --replay
       say --pause | --resume | --skip[=N] | --back[=N] | --stop
       say --queue | --cancel N | --wait N | --status | --logs [-f]
       say --voices | --devices | --download VOICE … | --remove VOICE …
       say --warm [VOICE …] | --clear-cache | --shutdown

Speak text, or write it to a WAV file. Words are joined with spaces; without
words and without -f, standard input is read and spoken as it comes. Options
may stand anywhere; '--' ends them."""

_EXAMPLES = """\
examples:
  say "hello"                             speak with the default voice
  say -v bm_george -s 1.2 "Right then."   another voice, faster
  say -o out.wav -f notes.txt             write a file in place of speaking
  make 2>&1 | say --tee --behind latest   speak what a program prints
  say --run make test                     tell how a command went
  say --pause; say --resume               from any terminal"""

_SETTINGS = """\
settings: an option wins over the environment (SAY_ and the name in capitals:
SAY_VOICE), that over config.toml (voice = "af_heart") in the configuration
folder of the platform (Linux: ~/.config/say), that over the default. SAY_HOME
names one folder for config.toml and for the state of the servers."""


def help_text() -> str:
    """Return the help, without a final line end. The same on every machine."""
    options = [row for title, section in SECTIONS for row in _section(title, section)]
    settings = [
        row for setting in TABLE if setting.reader != GATEWAY for row in _row(_setting(setting), _meaning(setting), 29)
    ]
    statuses = [row for status, meaning in STATUSES for row in _row(status, meaning, 10)]
    parts = [_USAGE, "", _EXAMPLES, *options, "", _SETTINGS, *settings, "", "exit status:", *statuses]
    return "\n".join(parts)


def _section(title: str, options: tuple[Option, ...]) -> list[str]:
    return ["", f"{title}:", *(row for option in options for row in _row(_names(option), option.meaning, 26))]


def _row(head: str, text: str, column: int) -> list[str]:
    """Return lines with `head` on the left, or above, and `text` wrapped from `column` on."""
    lines = textwrap.wrap(text, WIDTH - column, break_on_hyphens=False)
    first = f"  {head}".ljust(column)
    if len(first) > column or not first.endswith(" "):  # too long to have anything beside it
        return [first, *(" " * column + line for line in lines)]
    return [first + lines[0], *(" " * column + line for line in lines[1:])]


def _names(option: Option) -> str:
    short = f"-{option.short}, " if option.short else "    "
    gap = " " if option.value_follows else ""
    return f"{short}{option}{gap}{option.metavar}"


def _setting(setting: Setting) -> str:
    default = f"{setting.default:g}" if isinstance(setting.default, float) else str(setting.default)
    shown = f"{default} {setting.unit}".strip() if default else "-"
    return f"{setting.name:<16} {shown}"


def _meaning(setting: Setting) -> str:
    return f"{setting.meaning} ({', '.join(setting.choices)})" if setting.choices else setting.meaning
