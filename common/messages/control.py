"""Client and model server: finding a voice, and looking after the daemon."""

from __future__ import annotations

from common.messages.base import message, part
from common.messages.speaking import AS_USUAL, ReadingOptions
from common.records import dataclass, field


@message
@dataclass(frozen=True)
class Locate:
    """Where is the server of this voice? It is started if need be."""

    voice: str  # a name of the catalogue, a blend, or a file's stem and digest
    audio_environment: dict[str, str] = field(default_factory=dict)
    engine: str = ""  # that will be asked for, so that it can be loaded meanwhile; "": none
    language: str = ""  # "" for the voice's own


@message
@dataclass(frozen=True)
class Located:
    """A voice server listens there; it knows the same secret as the model server."""

    voice: str  # the one spelling of its name: its role, and `speak`, take this
    port: int
    pid: int


@message
@dataclass(frozen=True)
class Status:
    """How are you all?"""


@part
@dataclass(frozen=True)
class VoiceServerReport:
    """One voice server as `--status` shows it."""

    voice: str
    pid: int
    port: int
    memory: int  # bytes resident
    busy: int  # utterances in work
    idle: float  # seconds since the last one ended, or somebody connected
    spoken: int  # utterances finished
    underruns: int


@part
@dataclass(frozen=True)
class CacheReport:
    """The phrase cache: the sound of short pieces that were spoken before."""

    on: bool = False  # as the setting `cache` says
    phrases: int = 0  # on disk
    size: int = 0  # bytes, of these
    memory: int = 0  # bytes, of those in memory
    hits: int = 0  # pieces that came from it since the daemon started
    misses: int = 0  # that were looked for in vain


NO_CACHE = CacheReport()


@message
@dataclass(frozen=True)
class StatusReport:
    """The whole daemon at one moment."""

    version: str
    protocol: int
    pid: int
    port: int
    state: str  # "running" or "draining"
    engines: dict[str, str]  # engine -> "ready on cpu", "not loaded", "loading", or why it cannot
    memory: int  # bytes resident, of the model server
    uptime: float  # seconds
    idle: float  # seconds since anything was asked
    queued: int  # pieces waiting for synthesis
    waiting: int  # utterances waiting for the loudspeaker
    speaking: str  # voice that holds the loudspeaker, "" if none
    underruns: int  # of all voice servers since the daemon started
    voices: tuple[VoiceServerReport, ...]
    recent: tuple[RecentUtterance, ...] = ()  # the last ones that ended, oldest first
    held: bool = False  # all speech is, by `say --pause`
    cache: CacheReport = NO_CACHE


@part
@dataclass(frozen=True)
class RecentUtterance:
    """How an utterance that has ended went."""

    number: int
    voice: str
    engine: str
    sink: str  # "speaker" or "client"
    outcome: str  # "spoken", "stopped", "cancelled", "dropped" or "failed"
    seconds: float  # of sound
    first_audio: float  # seconds from the request to the first sound, less `waited`; -1: there was none
    real_time_factor: float  # seconds of synthesis for a second of sound; 0 where nothing was synthesized
    waited: float  # seconds for the loudspeaker
    underruns: int


@part
@dataclass(frozen=True)
class QueuedUtterance:
    """One utterance in work."""

    number: int
    voice: str
    text: str  # how it begins, one line; "" while nothing of it has come
    state: str  # "preparing", "waiting", "speaking", "paused", "held" or "writing" (a file)
    priority: str  # as in `speak`
    played: int  # characters
    total: int  # characters known so far
    age: float  # seconds since it began


@message
@dataclass(frozen=True)
class Queue:
    """What is speaking, and what waits?"""


@message
@dataclass(frozen=True)
class QueueReport:
    """All utterances in work: the one that sounds first, then in the order in which they will."""

    held: bool  # by `say --pause`
    utterances: tuple[QueuedUtterance, ...]


@message
@dataclass(frozen=True)
class SteerNumber:
    """Move within an utterance or hold it. Without a number: the one that sounds, for "pause" and "resume" all of them."""

    action: str  # "pause", "resume", "skip", "back", "replay" or "speed"
    number: int = 0
    amount: float = 1.0


@message
@dataclass(frozen=True)
class Steered:
    """Understood."""

    utterances: int  # that it concerned; 0: nothing was speaking, or nothing was to be resumed
    held: bool = False  # all speech was, before this


@message
@dataclass(frozen=True)
class CancelNumber:
    """End one utterance, also one that writes a file. Answered by `steered`, or `error` with code `no_utterance`."""

    number: int


@message
@dataclass(frozen=True)
class WaitFor:
    """Answer when this utterance has ended."""

    number: int


@message
@dataclass(frozen=True)
class Waited:
    """It has ended."""

    number: int
    outcome: str  # "spoken", "stopped", "cancelled", "dropped", "failed"; "lost" if nobody knows


@message
@dataclass(frozen=True)
class Recall:
    """What was spoken last through the loudspeaker?"""


@message
@dataclass(frozen=True)
class Recalled:
    """It, to be spoken again. It is kept in memory only."""

    number: int  # 0: nothing was spoken yet
    text: str
    voice: str
    engine: str
    language: str
    speed: float
    volume: float
    complete: bool  # False: only the beginning of a long text is remembered
    voice_file: str = ""  # as in `speak`
    reading: ReadingOptions = AS_USUAL


@message
@dataclass(frozen=True)
class Stop:
    """Silence everything that sounds or waits to sound. Final in protocol 1."""


@message
@dataclass(frozen=True)
class StopReport:
    """What `stop` ended."""

    utterances: int


@message
@dataclass(frozen=True)
class Drain:
    """Take nothing new, finish what is in work, then leave. Final in protocol 1."""


@message
@dataclass(frozen=True)
class Draining:
    """Understood; the state file is gone already, a new daemon may start."""

    utterances: int  # still in work


@message
@dataclass(frozen=True)
class Shutdown:
    """Silence everything and end the daemon with its voice servers."""


@message
@dataclass(frozen=True)
class ShuttingDown:
    """Understood; the connection closes when everything has ended."""

    pid: int


@message
@dataclass(frozen=True)
class Download:
    """Fetch the model and these voices. Progress comes until `downloaded`."""

    voices: tuple[str, ...]


@message
@dataclass(frozen=True)
class Downloaded:
    """All of it is on disk and checked."""

    files: int  # fetched now
    bytes_fetched: int


@message
@dataclass(frozen=True)
class Remove:
    """Delete these voices from disk."""

    voices: tuple[str, ...]
    model: bool  # and the model itself


@message
@dataclass(frozen=True)
class Removed:
    """They are gone."""

    files: int
    bytes_freed: int


@message
@dataclass(frozen=True)
class Warm:
    """Have ready all that speaking with this voice takes, but for its voice server. Progress comes until `warmed`."""

    voice: str  # as in `locate`
    engine: str  # as in `speak`, as are these
    language: str = ""
    voice_file: str = ""


@message
@dataclass(frozen=True)
class Warmed:
    """The engine is loaded and has spoken."""

    engine: str  # that will speak
    device: str  # where it runs, as `status_report` has it


@message
@dataclass(frozen=True)
class ClearCache:
    """Forget the sound of all phrases, on disk and in memory."""


@message
@dataclass(frozen=True)
class CacheCleared:
    """It is forgotten."""

    phrases: int  # that were on disk
    bytes_freed: int  # on disk
    memory_freed: int  # bytes in memory


@message
@dataclass(frozen=True)
class Preview:
    """What would be spoken of this text? Answered by `planned`, as `plan` is; no engine is loaded and nothing sounds."""

    voice: str
    text: str  # from the first character not yet previewed; at most `PLAN_WINDOW`
    start: int  # its offset in the whole text, characters
    final: bool  # nothing follows
    first: bool  # nothing of this text was previewed yet
    inside: bool = False  # as the last `planned` said
    engine: str = "auto"  # "auto" previews what Kokoro would be given
    language: str = ""  # "" for the voice's own
    reading: ReadingOptions = AS_USUAL


@message
@dataclass(frozen=True)
class CheckPronunciations:
    """Is the user's own dictionary as it should be? Answered by `pronunciations_checked`."""


@message
@dataclass(frozen=True)
class PronunciationsChecked:
    """What the user's own dictionary holds now."""

    path: str  # of the file, there or not
    entries: int  # that are used
    faults: tuple[str, ...]  # what is wrong, a sentence for each line with its number
