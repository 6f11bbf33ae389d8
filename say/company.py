"""Which options of the command line go together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from common.errors import UsageError
from common.settings import shortened
from say.options import OPTIONS, Action

LEAVE_ONE_OUT = "Leave one of them out."

Given = Mapping[str, Sequence[str]]  # the values of each option, by its long name

_VOICE = {"voice", "voice-file", "speed", "rate", "volume", "audio-device", "engine", "language"}
_READING = {"split", "emoji", "markup", "skip-unspeakable"}
_TURN = {"interrupt", "priority", "policy"}

# What makes sense together with each action; all others stand alone.
_COMPANY = {
    Action.SPEAK: {
        *_VOICE, *_READING, *_TURN, "file", "output", "timings", "subtitles", "as", "interactive", "progress", "tee",
        "behind", "background",
    },
    Action.PHONEMES: {"phonemes", "json", "voice", "voice-file", "engine", "language", "file", "as", *_READING},
    Action.RUN: {"run", "tell", *_VOICE, *_READING, *_TURN},
    Action.REPLAY: {"replay", "interactive", "progress", "background", *_VOICE, *_READING, *_TURN},
    Action.CONTINUE: {"continue", "interactive", "progress", "background", *_VOICE, *_READING, *_TURN},
    Action.WARM: {"warm", "voice", "voice-file", "engine", "language"},
    Action.VOICES: {"voices", "voice"},
    Action.DEVICES: {"devices", "audio-device", "voice"},
    Action.STATUS: {"status", "json"},
    Action.QUEUE: {"queue", "json"},
    Action.LOGS: {"logs", "follow"},
}  # fmt: skip
# What cannot be had with each of these.
_NOT_WITH = {
    # A file has no loudspeaker, and is no pipe that is spoken as it comes.
    "output": ("audio-device", "interactive", "tee", "behind", "background", *sorted(_TURN)),
    "background": ("interactive", "progress", "tee"),  # it has let go of the terminal
}
_GOES_WITH = {"json": "--status, --queue or --phonemes", "follow": "--logs", "tell": "--run"}
# Of what stands for itself: what is made of a text.
OF_TEXT = (Action.SPEAK, Action.PHONEMES)
# Where to write: a second one is no change of mind, as with a setting, but one more file that somebody waits for.
_ONCE = ("output", "timings", "subtitles")
# What makes no sense without another.
_NEEDS = {
    "timings": ("output", "It tells of the sound in a file: say -o out.wav --timings out.json …"),
    "subtitles": ("output", "It tells of the sound in a file: say -o out.wav --subtitles out.srt …"),
}


def check_text(given: Given, words: Sequence[str]) -> None:
    """Raise UsageError where it is not clear what the text is."""
    if "tee" in given and (words or given.get("file", ["-"])[-1] != "-"):
        raise UsageError("--tee passes standard input on, and the text does not come from there", "Leave it out.")
    if "behind" in given and words:
        raise UsageError("--behind is for what comes through a pipe, and the text is given as words", "Leave it out.")
    if len(given.get("file", ())) > 1:
        raise UsageError("--file takes one file", "Several are spoken one after the other by: cat a.txt b.txt | say")
    if words and "file" in given:
        raise UsageError("text is given both as words and with --file", LEAVE_ONE_OUT)
    if list(words) == ["-"]:
        raise UsageError("'-' alone is no text", "Standard input is read by 'say' alone and by 'say -f -'.")


def check_company(action: Action, given: Given, words: Sequence[str]) -> None:
    """Raise UsageError for options that make no sense with each other."""
    allowed = _COMPANY.get(action, {action.value}) | {"debug"}
    name = "--voices" if action is Action.VOICES else f"--{action.value}"
    for option in OPTIONS:
        if option.long in given and option.long not in allowed:
            if option.long in _GOES_WITH:
                raise UsageError(f"{option} goes with {_GOES_WITH[option.long]} alone", "Leave it out.")
            raise UsageError(f"{name} and {option} do not go together", LEAVE_ONE_OUT)
    for one, others in _NOT_WITH.items():
        if one in given and (both := [other for other in others if other in given]):
            raise UsageError(f"--{both[0]} and --{one} do not go together", LEAVE_ONE_OUT)
    _check_once(given)
    for needing, (needed, hint) in _NEEDS.items():
        if needing in given and needed not in given:
            raise UsageError(f"--{needing} needs --{needed}", hint)
    if words and action not in OF_TEXT:
        steps = action in (Action.SKIP, Action.BACK) and words[0].isdecimal()
        hint = f"Write {name}={words[0]}." if steps else "Leave out the text, or the option."
        raise UsageError(f"{name} takes no text", hint)


def _check_once(given: Given) -> None:
    for name in _ONCE:
        if len(values := given.get(name, ())) > 1:
            both = " and ".join(repr(shortened(value)) for value in values[:2])
            raise UsageError(f"--{name} is given twice: {both}", "Only one such file is written: leave the others out.")
