"""The command line: its options, and what a list of arguments asks for.

Not argparse: options shall stand anywhere among the words, never be abbreviated, and cost no start-up time.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from common.errors import UsageError
from common.messages.speaking import INTERRUPT, POLICIES, PRIORITIES, QUEUE
from common.records import dataclass, field
from common.settings import BY_NAME, Value, parse, shortened
from say.company import LEAVE_ONE_OUT, OF_TEXT, check_company, check_text
from say.options import OPTIONS, Action, Option
from say.values import parse_language, parse_rate, parse_seconds, parse_speed, parse_volume

FORMS = ("auto", "plain", "markdown", "log", "code", "html")
TELL = ("always", "failure")

DASH_HINT = "Put '--' in front of text that begins with '-': say -- '-…'."

_BY_LONG = {option.long: option for option in OPTIONS}
_BY_SHORT = {option.short: option for option in OPTIONS if option.short}


@dataclass(frozen=True)
class Request:
    """What the user asked for, as far as the command line alone can tell that it makes sense."""

    action: Action = Action.SPEAK
    words: tuple[str, ...] = ()
    file: str | None = None
    output: str | None = None
    timings: str | None = None
    subtitles: str | None = None
    language: str = ""
    voice_file: str = ""  # absolute path
    form: str = "auto"  # one of `FORMS`
    tee: bool = False
    interactive: bool = False
    progress: bool = False
    background: bool = False
    priority: str = ""
    policy: str = QUEUE
    command: tuple[str, ...] = ()  # of --run
    tell: str = "always"  # one of `TELL`, or as in "30s"
    names: tuple[str, ...] = ()  # of voices to download or remove, "all" among them, or to have ready
    number: int = 0  # of an utterance, or of sentences
    follow: bool = False
    json: bool = False
    debug: bool = False
    settings: dict[str, Value] = field(default_factory=dict)  # those given as options, by name


def parse_arguments(arguments: Sequence[str]) -> Request:
    """Return what `arguments`, without the program's name, ask for. Raises UsageError, BadSpeed."""
    given, words = _split(arguments)
    action = _action(given)
    if action in (Action.HELP, Action.VERSION):
        return Request(action)
    if action in OF_TEXT:
        check_text(given, words)
    names: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    if action in (Action.DOWNLOAD, Action.REMOVE):
        names, words = (*given[action.value], *words), []
    elif action is Action.WARM:
        names, words = tuple(words), []
    elif action is Action.RUN:
        command, words = tuple(words), []
    check_company(action, given, words)
    return Request(
        action,
        tuple(words),
        file=_last(given, "file"),
        output=_last(given, "output"),
        timings=_last(given, "timings"),
        subtitles=_last(given, "subtitles"),
        language=parse_language(_last(given, "language") or ""),
        voice_file=_voice_file(given),
        form=_one_of(given, "as", FORMS) or "auto",
        tee="tee" in given,
        interactive="interactive" in given,
        progress="progress" in given,
        background="background" in given,
        priority=_one_of(given, "priority", PRIORITIES) or "",
        policy=_policy(given),
        command=command,
        tell=_tell(_last(given, "tell")),
        names=names,
        number=_number(action, given),
        follow="follow" in given,
        json="json" in given,
        debug="debug" in given,
        settings=_settings(given),
    )


def _settings(given: dict[str, list[str]]) -> dict[str, Value]:
    """Return the settings among the options. Raises UsageError, BadSpeed."""
    found: dict[str, Value] = {}
    if (voice := _last(given, "voice")) is not None:
        found["voice"] = voice
    for name in ("engine", "behind", "split", "emoji", "markup"):
        if (value := _last(given, name)) is not None:
            found[name] = parse(BY_NAME[name], value, f"--{name}")
    if "skip-unspeakable" in given:
        found["skip_unspeakable"] = "on"
    if (device := _last(given, "audio-device")) is not None:
        found["audio_device"] = device
    if (volume := _last(given, "volume")) is not None:
        found["volume"] = parse_volume(volume)
    if "rate" in given and "speed" in given:
        raise UsageError("--rate and --speed are two ways to say the same", LEAVE_ONE_OUT)
    if (rate := _last(given, "rate")) is not None:
        found["speed"] = parse_rate(rate)
    if (speed := _last(given, "speed")) is not None:
        found["speed"] = parse_speed(speed)
    return found


def _policy(given: dict[str, list[str]]) -> str:
    policy = _one_of(given, "policy", POLICIES) or QUEUE
    if "interrupt" in given and "policy" in given and policy != INTERRUPT:
        raise UsageError(f"--interrupt and --policy {policy} cannot be done at once", LEAVE_ONE_OUT)
    return INTERRUPT if "interrupt" in given else policy


def _one_of(given: dict[str, list[str]], name: str, choices: Sequence[str]) -> str | None:
    value = _last(given, name)
    if value is None or value in choices:
        return value
    raise UsageError(f"--{name}: {shortened(value)!r} is not one of {', '.join(choices)}")


def _tell(when: str | None) -> str:
    if when is None or when in TELL or (parse_seconds(when) is not None):
        return when or "always"
    raise UsageError(f"--tell: {shortened(when)!r} is none of {', '.join(TELL)}, 30s, 5m")


def _number(action: Action, given: dict[str, list[str]]) -> int:
    if action not in (Action.SKIP, Action.BACK, Action.CANCEL, Action.WAIT):
        return 0
    text = _last(given, action.value) or "1"
    if text.isascii() and text.isdecimal() and len(text) < 10 and int(text) > 0:
        return int(text)
    steps = action in (Action.SKIP, Action.BACK)
    hint = f"Say how many sentences: --{action.value}=3." if steps else "'say --queue' shows the numbers."
    raise UsageError(f"--{action.value} takes a number from 1, not {shortened(text)!r}", hint)


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
        elif argument == "-f" and "logs" in given:  # as with tail
            given["follow"] = [""]
        elif argument.partition("=")[0] == "--run":
            _take_command(given, words, argument, list(rest))
        else:
            option, attached = _recognise(argument)
            value = attached
            if option.value_follows and value is None:
                value = _value(option, next(rest, None))
            given.setdefault(option.long, []).append(value or "")
    return given, words


def _take_command(given: dict[str, list[str]], words: list[str], argument: str, rest: list[str]) -> None:
    """Let what stands behind --run be the words. Raises UsageError."""
    command = rest[1:] if rest[:1] == ["--"] else rest
    if "=" in argument:
        raise UsageError("--run takes no '='", "It takes the rest of the line: say --run make test")
    if words:
        raise UsageError("text and --run do not go together", "--run takes the rest of the line: say --run make test")
    if not command:
        raise UsageError("--run needs a command: say --run make test")
    if rest[0] != "--" and command[0].startswith("-"):
        raise UsageError(
            f"--run takes the rest of the line, and {shortened(command[0])!r} is no command",
            "Options of say go ahead of it: say --tell failure --run make test",
        )
    given["run"] = [""]
    words.extend(command)


def _recognise(argument: str) -> tuple[Option, str | None]:
    """Return the option that `argument` is, and the value that is part of it: `--speed=1.2`, `-s1.2`."""
    is_long = argument.startswith("--")
    name, equals, value = argument[2 if is_long else 1 :].partition("=")
    if is_long and (option := _BY_LONG.get(name)) is not None:
        if equals and not option.metavar:
            raise UsageError(f"{option} takes no value", f"Leave out '={shortened(value)}'.")
        return option, _value(option, value) if equals else None
    short = None if is_long or name in _BY_LONG else _BY_SHORT.get(argument[1])
    if short is not None and len(argument) == 2:
        return short, None
    if short is not None and short.metavar:
        return short, argument[2:]
    from say.unknown_options import unknown_option  # only a mistake needs it

    raise unknown_option(argument, name, _BY_LONG)


def could_be_text(argument: str) -> bool:
    """Return whether what was read as a short option with its value, `-very` as `-v ery`, may have been meant as text."""
    return argument[:1] == "-" and argument[1:].isalpha() and len(argument) > 2 and argument[1:] not in _BY_LONG


def _value(option: Option, value: str | None) -> str:
    if (
        value is None
        or (not value and not option.may_be_empty)
        or (value.startswith("--") and value.partition("=")[0][2:] in _BY_LONG)
    ):
        gap = " " if option.value_follows else ""
        raise UsageError(f"{option} needs a value: {option}{gap}{option.metavar.strip('[]')}")
    return value


def _last(given: dict[str, list[str]], name: str) -> str | None:
    """Return the value of an option; given twice, the later one counts, so that an alias can be overridden."""
    return given[name][-1] if name in given else None


def _action(given: dict[str, list[str]]) -> Action:
    for first in (Action.HELP, Action.VERSION):  # whatever else there is
        if first.value in given:
            return first
    asked = [option.action for option in OPTIONS if option.action is not None and option.long in given]
    for name, listing in (("voice", Action.VOICES), ("audio-device", Action.DEVICES)):  # as with macOS: -v '?', -a '?'
        if "?" in given.get(name, ()) and listing not in asked:
            asked.append(listing)
    if len(asked) > 1:
        raise UsageError(f"--{asked[0].value} and --{asked[1].value} cannot be done at once", LEAVE_ONE_OUT)
    return asked[0] if asked else Action.SPEAK


def _voice_file(given: dict[str, list[str]]) -> str:
    file = _last(given, "voice-file")
    if file is None:
        return ""
    if "voice" in given:
        raise UsageError("--voice and --voice-file are two voices", LEAVE_ONE_OUT)
    return os.path.abspath(file)
