"""The command line: its options, and what a list of arguments asks for.

Not argparse: options shall stand anywhere among the words, never be abbreviated, and cost no start-up time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from common.errors import BadSpeed, UsageError
from common.settings import BY_NAME, parse, shortened
from common.voices import LANGUAGES

DASH_HINT = "Put '--' in front of text that begins with '-': say -- '-…'."


class Action(Enum):
    """What one run of the program does."""

    SPEAK = "speak"
    VOICES = "voices"
    DOWNLOAD = "download"
    REMOVE = "remove"
    STATUS = "status"
    STOP = "stop"
    SHUTDOWN = "shutdown"
    VERSION = "version"
    HELP = "help"


@dataclass(frozen=True)
class Option:
    """One row of the table of options."""

    long: str
    meaning: str
    short: str = ""
    metavar: str = ""  # "" for one that takes no value
    action: Action | None = None  # what it asks for, instead of speaking

    def __str__(self) -> str:
        return "--" + self.long


OPTIONS = (
    Option("file", "read the text from FILE; - is standard input", "f", "FILE"),
    Option("voice", "speak with this voice; '?' lists them all", "v", "NAME"),
    Option("speed", "factor from 0.5 (half as fast) to 2.0 (twice as fast)", "s", "FACTOR"),
    Option("output", "write a WAV file instead of speaking; - is standard output", "o", "FILE"),
    Option("engine", "auto, kokoro or espeak; tone is for tests", "", "NAME"),
    Option("language", "of the text, where it is not the voice's own: " + ", ".join(LANGUAGES.values()), "", "TAG"),
    Option("voices", "list the voices", action=Action.VOICES),
    Option("download", "fetch the model and this voice, or all; more may follow", "", "VOICE", Action.DOWNLOAD),
    Option("remove", "delete this voice from disk, or all with the model", "", "VOICE", Action.REMOVE),
    Option("status", "show what the servers do", action=Action.STATUS),
    Option("json", "with --status: as JSON"),
    Option("stop", "silence everything now", action=Action.STOP),
    Option("shutdown", "end the servers", action=Action.SHUTDOWN),
    Option("debug", "show where an error comes from"),
    Option("version", "print the version", action=Action.VERSION),
    Option("help", "print this help", "h", action=Action.HELP),
)

_BY_LONG = {option.long: option for option in OPTIONS}
_BY_SHORT = {option.short: option for option in OPTIONS if option.short}


@dataclass(frozen=True)
class Request:
    """What the user asked for, as far as the command line alone can tell that it makes sense."""

    action: Action = Action.SPEAK
    words: tuple[str, ...] = ()
    file: str | None = None
    output: str | None = None
    voice: str | None = None
    speed: float | None = None
    engine: str | None = None
    language: str = ""
    names: tuple[str, ...] = ()  # of voices to download or remove, "all" among them
    json: bool = False
    debug: bool = False


def parse_arguments(arguments: Sequence[str]) -> Request:
    """Return what `arguments`, without the program's name, ask for. Raises UsageError, BadSpeed."""
    given, words = _split(arguments)
    action = _action(given)
    if action in (Action.HELP, Action.VERSION):
        return Request(action)
    if action is Action.SPEAK:
        _check_text(given, words)
    names: tuple[str, ...] = ()
    if action in (Action.DOWNLOAD, Action.REMOVE):
        names, words = (*given[action.value], *words), []
    _check_company(action, given, words)
    return Request(
        action,
        tuple(words),
        file=_last(given, "file"),
        output=_last(given, "output"),
        voice=_last(given, "voice"),
        speed=None if (speed := _last(given, "speed")) is None else parse_speed(speed),
        engine=None
        if (engine := _last(given, "engine")) is None
        else str(parse(BY_NAME["engine"], engine, "--engine")),
        language=_language(_last(given, "language")),
        names=names,
        json="json" in given,
        debug="debug" in given,
    )


def parse_speed(text: str) -> float:
    """Return a factor. Raises BadSpeed, with a word about rates for what looks like words a minute."""
    try:
        speed = float(text)
    except ValueError:
        raise BadSpeed(f"{shortened(text)!r} is no speed", "Give a factor from 0.5 to 2.0: -s 1.2.") from None
    if 0.5 <= speed <= 2.0:
        return speed
    hint = "1.0 is the voice's own pace."
    if 50 <= speed <= 1000:
        hint = "It is not a rate: about 175 words a minute are 1.0" + _as_factor(speed)
    raise BadSpeed(f"speed is a factor from 0.5 to 2.0, not {text}", hint)


def _as_factor(rate: float) -> str:
    factor = round(rate / 175, 1)
    return f", so {rate:g} would be -s {factor:g}." if 0.5 <= factor <= 2.0 else "."


def _split(arguments: Sequence[str]) -> tuple[dict[str, list[str]], list[str]]:
    """Return the values of each option by its long name, and the words."""
    given: dict[str, list[str]] = {}
    words: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            words.extend(rest)
        elif argument == "-" or not argument.startswith("-"):
            words.append(argument)
        else:
            option, attached = _recognise(argument)
            value = attached
            if option.metavar and value is None:
                value = _value(option, next(rest, None))
            given.setdefault(option.long, []).append(value or "")
    return given, words


def _recognise(argument: str) -> tuple[Option, str | None]:
    """Return the option that `argument` is, and the value that is part of it: `--speed=1.2`, `-s1.2`."""
    is_long = argument.startswith("--")
    name, equals, value = argument[2 if is_long else 1 :].partition("=")
    if is_long and (option := _BY_LONG.get(name)) is not None:
        if equals and not option.metavar:
            raise UsageError(f"{option} takes no value")
        return option, _value(option, value) if equals else None
    short = None if is_long or name in _BY_LONG else _BY_SHORT.get(argument[1])
    if short is not None and len(argument) == 2:
        return short, None
    if short is not None and short.metavar:
        return short, argument[2:]
    raise _unknown(argument, name)


def could_be_text(argument: str) -> bool:
    """Return whether what was read as a short option with its value, `-very` as `-v ery`, may have been meant as text."""
    return argument[:1] == "-" and argument[1:].isalpha() and len(argument) > 2 and argument[1:] not in _BY_LONG


def _unknown(argument: str, name: str) -> UsageError:
    import difflib  # only a mistake needs it

    near = difflib.get_close_matches(name, _BY_LONG, n=1) or [
        long for long in _BY_LONG if name and long.startswith(name)
    ]
    hint = f"Did you mean --{near[0]}? {DASH_HINT}" if near else f"'say --help' lists them all. {DASH_HINT}"
    return UsageError(f"there is no option {shortened(argument)!r}", hint)


def _value(option: Option, value: str | None) -> str:
    if not value or (value.startswith("--") and value.partition("=")[0][2:] in _BY_LONG):
        raise UsageError(f"{option} needs a value: {option} {option.metavar}")
    return value


def _last(given: dict[str, list[str]], name: str) -> str | None:
    """Return the value of an option; given twice, the later one counts, so that an alias can be overridden."""
    return given[name][-1] if name in given else None


def _action(given: dict[str, list[str]]) -> Action:
    for first in (Action.HELP, Action.VERSION):  # whatever else there is
        if first.value in given:
            return first
    asked = [option.action for option in OPTIONS if option.action is not None and option.long in given]
    if "?" in given.get("voice", ()) and Action.VOICES not in asked:
        asked.append(Action.VOICES)
    if len(asked) > 1:
        raise UsageError(f"--{asked[0].value} and --{asked[1].value} cannot be done at once")
    return asked[0] if asked else Action.SPEAK


def _check_text(given: dict[str, list[str]], words: list[str]) -> None:
    if words and "file" in given:
        raise UsageError("text is given both as words and with --file", "Leave one of them out.")
    if words == ["-"]:
        raise UsageError("'-' alone is no text", "Standard input is read by 'say' alone and by 'say -f -'.")


# What makes sense together with each action; all others stand alone.
_COMPANY = {
    Action.SPEAK: {"file", "voice", "speed", "output", "engine", "language"},
    Action.VOICES: {"voices", "voice"},
    Action.STATUS: {"status", "json"},
}


def _check_company(action: Action, given: dict[str, list[str]], words: list[str]) -> None:
    allowed = _COMPANY.get(action, {action.value}) | {"debug"}
    name = "--voices" if action is Action.VOICES else f"--{action.value}"
    for option in OPTIONS:
        if option.long in given and option.long not in allowed:
            if action is Action.SPEAK:
                raise UsageError(f"{option} goes with --status")
            raise UsageError(f"{name} and {option} do not go together")
    if words and action is not Action.SPEAK:
        raise UsageError(f"{name} takes no text", "Leave out the text, or the option.")


def _language(tag: str | None) -> str:
    if tag is None or tag in LANGUAGES.values():
        return tag or ""
    raise UsageError(f"there is no language {tag[:40]!r}", f"Choose from {', '.join(LANGUAGES.values())}.")
