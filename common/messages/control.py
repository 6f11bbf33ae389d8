"""Client and model server: finding a voice, and looking after the daemon."""

from __future__ import annotations

from dataclasses import dataclass, field

from common.messages.base import message, part


@message
@dataclass(frozen=True)
class Locate:
    """Where is the server of this voice? It is started if need be."""

    voice: str
    audio_environment: dict[str, str] = field(default_factory=dict)


@message
@dataclass(frozen=True)
class Located:
    """A voice server listens there; it knows the same secret as the model server."""

    voice: str
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
    idle: float  # seconds since the last one ended
    spoken: int  # utterances finished
    underruns: int


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
