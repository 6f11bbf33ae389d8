"""Voice server and model server: registration, and for each utterance planning, synthesis and the floor."""

from __future__ import annotations

from common.messages.base import message, part
from common.messages.speaking import AS_USUAL, ReadingOptions
from common.records import dataclass

# Most characters of a `Plan`. About two pages: a piece never needs to look further ahead, unless thousands of
# characters with nothing to say lie between two words.
PLAN_WINDOW = 4096


@message
@dataclass(frozen=True)
class Register:
    """A voice server reports for duty on its control connection, which is also its lifeline."""

    voice: str
    port: int
    pid: int


@message
@dataclass(frozen=True)
class Registered:
    """The model server knows it now."""


@message
@dataclass(frozen=True)
class AskToLeave:
    """An idle voice server asks whether it may go."""


@message
@dataclass(frozen=True)
class Retire:
    """A voice server whose way to the device is spoiled must be replaced: answered by `leave`. It ends what is in work."""


@message
@dataclass(frozen=True)
class Leave:
    """The model server lets a voice server go, or tells it to; clients are sent elsewhere from now on."""


@message
@dataclass(frozen=True)
class AskVoiceStatus:
    """Also the proof of life: a voice server that does not answer is replaced."""


@message
@dataclass(frozen=True)
class VoiceStatus:
    """A voice server's own figures."""

    busy: int  # utterances in work
    idle: float  # seconds since the last one ended, or somebody connected
    spoken: int  # utterances finished
    underruns: int  # of the device, since start
    memory: int  # bytes resident


@message
@dataclass(frozen=True)
class Begin:
    """Open an utterance on a connection of its own: everything it holds is freed when the connection ends."""

    voice: str
    engine: str  # "auto", "kokoro", "espeak" or "tone"
    language: str  # "" for the voice's own
    sink: str  # "speaker" or "client"
    priority: str = ""  # these as in `speak`
    policy: str = "queue"
    number: int = 0
    speed: float = 1.0
    volume: float = 1.0
    held: bool = False
    voice_file: str = ""
    reading: ReadingOptions = AS_USUAL
    client: str = ""
    bulk: bool = False


@message
@dataclass(frozen=True)
class Begun:
    """The engine is chosen and stays for the whole utterance; the model may still be loading."""

    engine: str
    rate: int  # Hz
    number: int = 0  # of the utterance, from 1


@message
@dataclass(frozen=True)
class Plan:
    """Cut the front of a text into pieces."""

    text: str  # from the first character not yet planned; at most `PLAN_WINDOW`
    start: int  # its offset in the whole text, characters
    final: bool  # nothing follows
    flush: bool  # speak what is complete
    first: bool  # nothing of this utterance was planned yet: a short first piece is wanted
    whole: bool = False  # with `flush`: speak all of `text`, complete or not
    inside: bool = False  # `text` goes on within a sentence: as the last `planned` said, False at the start
    sound: float = -1.0  # seconds that are made and not heard; -1: the same plan on whatever machine
    unmade: tuple[int, ...] = ()  # phonemes, else characters, of each piece that is planned and not made
    speed: float = 1.0  # factor; 0.5 to 2.0


@part
@dataclass(frozen=True)
class PieceWord:
    """One word as it is written, and what is said for it: "$5" is "five dollars"."""

    start: int  # characters from the beginning of the whole text
    end: int  # characters
    said: int  # where it begins in the piece's text, characters
    said_end: int
    sound: int  # where it begins in the piece's phonemes; 0, as its end, for engines that take text
    sound_end: int


@part
@dataclass(frozen=True)
class PlannedPiece:
    """One piece: what to say, and which characters of the original it covers."""

    text: str  # normalised; without `words` one character for each of the span
    phonemes: str  # "" for engines that take text
    start: int  # characters from the beginning of the whole text
    end: int  # characters
    boundary: str  # what follows: "clause", "sentence", "paragraph", "pause" or "end"
    sentences: tuple[int, ...] = ()  # where sentences begin in it, characters from the beginning of the whole text
    words: tuple[PieceWord, ...] = ()  # in order; empty where words are said as they are written
    pause: float = 0.0  # seconds of silence that this piece is, and nothing else
    left_out: tuple[str, ...] = ()  # words (with `skip_unspeakable`), signs and characters of it that cannot be spoken


@message
@dataclass(frozen=True)
class Planned:
    """Pieces that cover the first `used` characters of the text without a gap. `used` may be 0: more text is needed."""

    pieces: tuple[PlannedPiece, ...]
    used: int  # characters of Plan.text
    inside: bool = False  # what follows goes on within a sentence; the next `plan` says so


@message
@dataclass(frozen=True)
class Synthesize:
    """Turn one piece into sound; `audio` frames and `synthesized` come back. Several may be under way."""

    index: int
    text: str
    phonemes: str
    start: int  # characters from the beginning of the whole text
    speed: float
    words: tuple[PieceWord, ...] = ()
    first: bool = False  # nothing was heard of the utterance, and this will be the first
    ahead: float = -1.0  # seconds until the sound before it ends; -1: nothing sounds


@message
@dataclass(frozen=True)
class Discard:
    """Pieces asked for so far are not needed any more: those not begun are not made, and their sound does not come."""


@part
@dataclass(frozen=True)
class WordTime:
    """When a word of a piece sounds."""

    start: int  # characters from the beginning of the whole text
    end: int  # characters
    at: float  # seconds from the piece's first sample
    until: float  # seconds


@message
@dataclass(frozen=True)
class Synthesized:
    """All `audio` frames of this piece have been sent."""

    index: int
    samples: int  # in all
    speech_start: int  # first sample that is speech
    speech_end: int  # one past the last sample that is speech
    words: tuple[WordTime, ...] = ()
    together: int = 1  # pieces that are made fastest at once here: so many may well wait


@message
@dataclass(frozen=True)
class AskFloor:
    """Wait in line for the loudspeaker."""

    turn: int = 0  # counts the times that this utterance asks; whatever concerns this turn bears its number


@message
@dataclass(frozen=True)
class FloorGranted:
    """The loudspeaker is this utterance's until it gives it back or its connection ends. Ignored if `turn` is over: it
    crossed with the `give_floor` of that turn."""

    turn: int = 0


@message
@dataclass(frozen=True)
class GiveFloor:
    """The loudspeaker is free again, or is not wanted any more: this turn is over. Ignored if `turn` is another one."""

    turn: int = 0


@message
@dataclass(frozen=True)
class YieldFloor:
    """Fall silent now and free the device, but keep what is yet to be said: `floor_granted` will come again, without
    being asked for. To one that waits already it tells why. Meaningless, and ignored, for a turn that is over."""

    held: bool = False  # with all others, by `say --pause`; else others go first
    turn: int = 0


@message
@dataclass(frozen=True)
class StopUtterance:
    """Silence this utterance now and for good; its client gets an `error`."""

    code: str = "stopped"  # of the error: "stopped", "cancelled" or "dropped"
    message: str = "the speech was stopped"


@message
@dataclass(frozen=True)
class Underway:
    """How far an utterance is, for the queue's display; sent when it changes."""

    state: str  # "preparing", "waiting", "speaking", "paused", "held" or "writing"
    played: int  # characters from the beginning of the whole text
    total: int  # characters known so far
    speed: float = 0.0  # factor in force; 0: as in `begin`


@message
@dataclass(frozen=True)
class Finished:
    """How an utterance went; the last thing that is said of it. None comes if a process crashed."""

    outcome: str  # "spoken", "stopped", "cancelled", "dropped" or "failed"
    seconds: float  # of sound
    first_audio: float  # seconds from `speak` to the first sample that sounded or was sent, less `waited`; -1: none did
    waited: float  # seconds for the loudspeaker
    underruns: int
