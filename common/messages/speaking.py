"""Client and voice server: a stream of text one way, pieces, sound and word times the other."""

from __future__ import annotations

from common.messages.base import message, part
from common.records import dataclass, field

SPEAKER = "speaker"  # sinks
CLIENT = "client"

# What `steer` asks for. A step is a sentence.
PAUSE = "pause"
RESUME = "resume"
SKIP = "skip"
BACK = "back"
REPLAY = "replay"
SPEED = "speed"
STEERING = (PAUSE, RESUME, SKIP, BACK, REPLAY, SPEED)

# Priorities as speech-dispatcher has them (SSIP, "Priority Categories"), highest first, and one for long reading that
# yields to all others and goes on after them. "" ranks as `message`, but no other utterance ever cancels it.
PRIORITIES = ("important", "message", "text", "notification", "progress", "reading")
QUEUE = "queue"  # policies: what a new utterance does while others speak
INTERRUPT = "interrupt"
DROP = "drop"
POLICIES = (QUEUE, INTERRUPT, DROP)


EMOJI = ("name", "drop")


@part
@dataclass(frozen=True)
class ReadingOptions:
    """How the user wants text to be read."""

    emoji: str = "name"  # or "drop"
    split: str = ""  # regular expression (RE2): where it matches a piece ends, and that is not spoken; "" for none
    skip_unspeakable: bool = False  # what there are no phonemes for is left out and told, in place of an error
    markup: bool = True  # the text's own pauses and pronunciations, in brackets, are followed; else they are text


AS_USUAL = ReadingOptions()


@message
@dataclass(frozen=True)
class Speak:
    """Begin an utterance. Text follows, up to `end`."""

    id: str  # made by the client, unique on its connection
    voice: str  # its name, as `located` gives it
    sink: str  # "speaker", or "client" for PCM back over this connection
    engine: str = "auto"  # "auto", "kokoro", "espeak" or "tone"
    language: str = ""  # "" for the voice's own
    speed: float = 1.0  # factor, 0.5 to 2.0
    volume: float = 1.0  # factor
    start: int = 0  # characters of the text that were spoken before (a retry); offsets count from the text's beginning
    words: bool = False  # send `word` frames
    audio_credit: int = 0  # bytes of PCM that the client takes before it grants more
    audio_environment: dict[str, str] = field(default_factory=dict)  # XDG_RUNTIME_DIR, PULSE_*, PIPEWIRE_*, session bus
    device: str = ""  # loudspeaker: a name from `device_list`, "" for the default one
    priority: str = ""  # "" or one of `PRIORITIES`
    policy: str = "queue"  # "queue", "interrupt" or "drop"; a retry says "queue"
    number: int = 0  # in a retry: the number that `accepted` gave
    paused: bool = False  # in a retry: it was paused
    held: bool = False  # in a retry: it was held with all others
    preroll: str = "auto"  # silence ahead of the first word for a device that was idle: "auto", "always" or "never"
    standing: bool = False  # send `standing` frames; a client of before there were any gives up at the first
    voice_file: str = ""  # absolute path of the user's own voice, the digest of whose bytes is in `voice`
    reading: ReadingOptions = AS_USUAL
    client: str = ""  # the same for all that one client asks for: clients share the work; "" for its connection alone
    bulk: bool = False  # nobody listens while it is made: it is for a file


@message
@dataclass(frozen=True)
class Text:
    """More of the utterance's text, within the credit granted."""

    id: str
    text: str
    total: int = 0  # characters of the whole text as far as the client knows it, for display


@message
@dataclass(frozen=True)
class Flush:
    """What is complete so far, up to the last whole sentence or line, shall be spoken without waiting for more."""

    id: str
    whole: bool = False  # also what is not complete: its writer has paused


@message
@dataclass(frozen=True)
class Steer:
    """Move within an utterance that goes to the loudspeaker, or hold it. Not answered; what comes of it is reported."""

    action: str  # one of `STEERING`
    id: str = ""  # the request; "" between the servers
    amount: float = 1.0  # "skip", "back": sentences; "speed": the new factor


@message
@dataclass(frozen=True)
class End:
    """The text is complete."""

    id: str


@message
@dataclass(frozen=True)
class Cancel:
    """Stop this utterance at once. Answered by `error` with code `cancelled`; a finished one is ignored."""

    id: str


@message
@dataclass(frozen=True)
class Credit:
    """The sender of this takes that much more."""

    id: str
    text: int = 0  # characters (code points), granted by the server
    audio: int = 0  # bytes of PCM, granted by the client


@message
@dataclass(frozen=True)
class Accepted:
    """The utterance is in work; before this the request may be repeated freely elsewhere."""

    id: str
    engine: str  # the engine that speaks all of it
    rate: int  # Hz, of the PCM sent back
    number: int = 0  # by which `queue`, `steer_number`, `cancel_number` and `wait_for` know it


@message
@dataclass(frozen=True)
class Piece:
    """A piece was planned."""

    id: str
    index: int  # from 0, within this request
    start: int  # characters from the beginning of the text
    end: int  # characters; pieces follow each other without a gap, except after `moved`
    phonemes: str = ""
    sentences: tuple[int, ...] = ()  # where sentences begin in it, characters from the beginning of the text
    left_out: tuple[str, ...] = ()  # words (with `skip_unspeakable`), signs and characters of it that cannot be spoken
    pause: float = 0.0  # seconds of silence that this piece is, and nothing else
    boundary: str = ""  # what follows: "clause", "sentence", "paragraph", "pause" or "end"; "" if the server is older


@message
@dataclass(frozen=True)
class Playing:
    """The first sample of a piece sounds."""

    id: str
    index: int


@message
@dataclass(frozen=True)
class Word:
    """When a word sounds, counted from the first sample of the utterance."""

    id: str
    start: int  # characters from the beginning of the text
    end: int  # characters
    at: float  # seconds
    until: float  # seconds


@message
@dataclass(frozen=True)
class Audio:
    """PCM follows this frame's JSON: at most one second of it."""

    id: str
    index: int  # the piece
    bytes: int  # raw bytes that follow
    format: str = "s16le"  # "s16le", or "f32le" between the servers
    rate: int = 24000  # Hz
    channels: int = 1


@message
@dataclass(frozen=True)
class Standing:
    """What an utterance for the loudspeaker is doing; sent whenever that changes."""

    id: str
    state: str  # "waiting" for the loudspeaker, "speaking", "paused" by whoever asked for it, "held" with all others
    speed: float = 1.0  # factor


@message
@dataclass(frozen=True)
class Moved:
    """Speech goes on at another place: the next `piece` begins there. Pieces announced and not `played` are void."""

    id: str
    start: int  # characters from the beginning of the text


@message
@dataclass(frozen=True)
class Played:
    """A piece has sounded, or been sent, to its end: it need not be kept for a retry."""

    id: str
    index: int
    end: int  # characters from the beginning of the text


@message
@dataclass(frozen=True)
class Done:
    """The utterance is complete."""

    id: str
    seconds: float  # of sound
    pieces: int
    underruns: int = 0  # times the device ran dry


@message
@dataclass(frozen=True)
class ListDevices:
    """Which loudspeakers are there? Answered by `device_list`."""

    audio_environment: dict[str, str] = field(default_factory=dict)


@part
@dataclass(frozen=True)
class DeviceReport:
    """One loudspeaker."""

    name: str  # as `speak.device` takes it
    description: str  # for people; may be the same
    default: bool


@message
@dataclass(frozen=True)
class DeviceList:
    """The loudspeakers that a voice server can play on."""

    devices: tuple[DeviceReport, ...]
