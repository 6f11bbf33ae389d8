"""The options of the command line: one table, from which they are parsed and `--help` is printed."""

from __future__ import annotations

from enum import Enum

from common.messages.speaking import PRIORITIES
from common.records import dataclass
from common.voices import LANGUAGES


class Action(Enum):
    """What one run of the program does."""

    SPEAK = "speak"
    VOICES = "voices"
    DOWNLOAD = "download"
    REMOVE = "remove"
    DEVICES = "devices"
    WARM = "warm"
    CLEAR_CACHE = "clear-cache"
    STATUS = "status"
    LOGS = "logs"
    RUN = "run"
    PHONEMES = "phonemes"
    CONTINUE = "continue"
    QUEUE = "queue"
    PAUSE = "pause"
    RESUME = "resume"
    SKIP = "skip"
    BACK = "back"
    REPLAY = "replay"
    CANCEL = "cancel"
    WAIT = "wait"
    STOP = "stop"
    SHUTDOWN = "shutdown"
    CHECK_PRONUNCIATIONS = "check-pronunciations"
    VERSION = "version"
    HELP = "help"


@dataclass(frozen=True)
class Option:
    """One row of the table of options."""

    long: str
    meaning: str
    short: str = ""
    metavar: str = ""  # "" for one that takes no value, "[=N]" for one that need not have one
    action: Action | None = None  # what it asks for, instead of speaking
    may_be_empty: bool = False  # '' is none, in place of the one that is configured

    def __str__(self) -> str:
        return "--" + self.long

    @property
    def value_follows(self) -> bool:
        return bool(self.metavar) and not self.metavar.startswith("[")


# As `--help` shows them.
SECTIONS = (
    (
        "what is spoken",
        (
            Option("file", "read the text from FILE; - is standard input", "f", "FILE"),
            Option("as", "what the text is: auto, plain, markdown, log, code or html", "", "FORM"),
            Option("language", "of the text, where it is not the voice's own: " + ", ".join(LANGUAGES.values()), "", "TAG"),
            Option("split", "regular expression: where it matches, a piece of speech ends; '' is none", "", "REGEX", may_be_empty=True),
            Option("markup", "on, or off: the text's own pauses and pronunciations are read as text", "", "HOW"),
            Option("emoji", "name (read them by their names) or drop", "", "HOW"),
            Option("skip-unspeakable", "leave out what has no phonemes, and say so at the end"),
            Option("phonemes", "print how the text would be read, in place of speaking", action=Action.PHONEMES),
            Option("tee", "pass standard input on to standard output, byte for byte"),
            Option(
                "behind",
                "when a pipe is faster than speech: all, latest, summary (says how many lines were skipped) or errors",
                "",
                "POLICY",
            ),
            Option("run", "run CMD and tell how it went; takes the rest of the line", "", "CMD …", Action.RUN),
            Option("tell", "with --run: always, failure, or 30s (only if it ran longer)", "", "WHEN"),
        ),
    ),
    (
        "how it sounds",
        (
            Option("voice", "speak with this voice, or a blend; '?' lists them all", "v", "NAME"),
            Option("voice-file", "speak with a voice pack of your own, as Kokoro has them", "", "FILE"),
            Option("speed", "factor from 0.5 (half as fast) to 2.0 (twice as fast)", "s", "FACTOR"),
            Option("rate", "speed in words a minute, 88 to 350; 175 are -s 1.0", "r", "WPM"),
            Option("volume", "factor from 0 to 4, or percent: 50%", "", "FACTOR"),
            Option("engine", "auto, kokoro or espeak; tone is for tests", "", "NAME"),
            Option("audio-device", "play on this loudspeaker; '?' lists them", "a", "DEV"),
            Option("output", "write a WAV file instead of speaking; - is standard output", "o", "FILE"),
            Option("timings", "with -o: write into this JSON file when each word sounds", "", "FILE"),
            Option("subtitles", "with -o: write subtitles, as .srt, .vtt or .lrc", "", "FILE"),
        ),
    ),
    (
        "while it speaks",
        (
            Option("interactive", "show the text and mark each word as it is spoken", "i"),
            Option("progress", "show how far it is, and the time left"),
            Option("background", "return at once and print the number of the utterance"),
            Option("interrupt", "stop what is playing and speak now"),
            Option("priority", ", ".join(PRIORITIES[:-1]) + f" or {PRIORITIES[-1]}", "", "LEVEL"),
            Option("policy", "while others speak: queue, interrupt or drop", "", "POLICY"),
        ),
    ),
    (
        "from any terminal",
        (
            Option("pause", "hold all speech until --resume", action=Action.PAUSE),
            Option("resume", "go on after --pause", action=Action.RESUME),
            Option("skip", "go to the next sentence, or N sentences ahead", "", "[=N]", Action.SKIP),
            Option("back", "speak the last sentence again, or the last N", "", "[=N]", Action.BACK),
            Option("replay", "from its beginning once more; if nothing speaks, what spoke last", action=Action.REPLAY),
            Option("stop", "silence everything now", action=Action.STOP),
            Option("continue", "speak what was not spoken when speech was last stopped", action=Action.CONTINUE),
            Option("queue", "show what is speaking and what waits", action=Action.QUEUE),
            Option("cancel", "end utterance N of --queue", "", "N", Action.CANCEL),
            Option("wait", "wait until utterance N has ended", "", "N", Action.WAIT),
        ),
    ),
    (
        "voices and servers",
        (
            Option("voices", "list the voices", action=Action.VOICES),
            Option("devices", "list the loudspeakers", action=Action.DEVICES),
            Option("download", "fetch the model and this voice, or all; more may follow", "", "VOICE", Action.DOWNLOAD),
            Option("remove", "delete this voice from disk, or all with the model", "", "VOICE", Action.REMOVE),
            Option("clear-cache", "delete the sound of phrases that was kept for the next time", action=Action.CLEAR_CACHE),
            Option("warm", "have servers, engine and voice ready, to speak at once; voices may follow", action=Action.WARM),
            Option("status", "show what the servers do, and how the last utterances went", action=Action.STATUS),
            Option("json", "with --status, --queue or --phonemes: as JSON"),
            Option("logs", "show the logs of all servers, merged", action=Action.LOGS),
            Option("follow", "with --logs, or -f: go on as more is written"),
            Option("check-pronunciations", "say what is wrong with your own pronunciations", action=Action.CHECK_PRONUNCIATIONS),
            Option("shutdown", "end the servers", action=Action.SHUTDOWN),
        ),
    ),
    (
        "this program",
        (
            Option("debug", "show each step and where an error comes from"),
            Option("version", "print the version", action=Action.VERSION),
            Option("help", "print this help", "h", action=Action.HELP),
        ),
    ),
)  # fmt: skip

OPTIONS = tuple(option for _, options in SECTIONS for option in options)
