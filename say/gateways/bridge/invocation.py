"""The arguments of `say-bridge`: its own few, and those of the Python interpreter that it stands in for. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from common.errors import UsageError
from common.quoting import quoted

ONE = "one"  # what shall be done: one payload
LINES = "lines"
HELP = "help"
VERSION = "version"

HELP_TEXT = """\
Usage: say-bridge < payload.json
       say-bridge --lines
       say-bridge -c SCRIPT …     in place of Python; the script is ignored

Reads one JSON object from standard input, writes speech into the WAV file that
it names, and prints {"duration": SECONDS}.

  text           what is spoken; blank: a file without samples
  output         path of the file: WAV, 16 bits, mono
  voice          as 'say --voices' lists them; a blend; or the path of a .pt file
  lang_code      language of the text: a, b, e, f, h, i, j, p, z; or en-us, …
  speed          factor from 0.5 to 2.0; beyond, the nearest
  sample_rate    Hz, 4000 to 192000; default 24000
  split_pattern  regular expression (RE2) that ends a piece of speech where it
                 matches; default \\n+; null: none
  repo_id        model; told if the daemon has another
  device         of the model; told if the daemon has another

Defaults of the last four: VOXWEAVE_KOKORO_SAMPLE_RATE, _SPLIT_PATTERN, _REPO_ID
and _DEVICE. Errors go to standard error, with status 1 and no file.

  --lines        one object a line, each with an id; answered in any order by
                 {"id": …, "duration": …} or {"id": …, "error": {…}}
  --help         this text
  --version      the version
"""

# Of Python 3.11 and 3.12: options that stand alone, which may be written together, and those with a value.
_ALONE = frozenset("bBdEhiIOPqsSuvx")
_WITH_VALUE = frozenset("WX")


def action_of(arguments: Sequence[str]) -> str:
    """Return what shall be done. Raises UsageError."""
    if len(arguments) == 1 and arguments[0] in _OWN:
        return _OWN[arguments[0]]
    if not arguments or _names_a_script(arguments):
        return ONE
    raise UsageError(f"the arguments {quoted(' '.join(arguments))} mean nothing here", "'say-bridge --help' tells all.")


_OWN = {"--lines": LINES, "--help": HELP, "-h": HELP, "--version": VERSION, "-V": VERSION}


def _names_a_script(arguments: Sequence[str]) -> bool:
    """Return whether Python would take them for `-c SCRIPT`, with whatever options of its own stand before."""
    rest = iter(arguments)
    for argument in rest:
        if len(argument) < 2 or argument[0] != "-":
            return False
        for place, letter in enumerate(argument[1:], start=2):
            if letter == "c":
                return place < len(argument) or next(rest, None) is not None
            if letter in _WITH_VALUE:
                if place == len(argument):
                    next(rest, None)
                break
            if letter not in _ALONE:
                return False
    return False
