"""What is counted of calls, and the report that `say-serve --telephony-status` and HTTP show."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field

RECENT = 10  # calls that ended, as `say --status` has the last ten utterances
_LATENCIES = 1000  # texts, of which the median is taken


@dataclass
class CallFigures:
    """One call as it is now. Its own call writes, others read."""

    call_id: str
    host: str  # of the caller
    registered: bool = False  # over UDP
    texts: int = 0  # received
    answers: int = 0
    unspoken: int = 0  # texts that ended in an error
    seconds: float = 0.0  # of sound that was sent
    first_audio: float = -1.0  # seconds from the text's turn to its first sound on the way; of the last one; -1: none
    waiting: int = 0  # texts
    began: float = field(default_factory=time.monotonic)  # seconds
    end: str = ""  # why it ended, "" while it lasts


@dataclass(frozen=True)
class CallReport:
    """One call at one moment."""

    call_id: str
    registered: bool
    texts: int
    answers: int
    unspoken: int
    seconds: float  # of sound
    first_audio: float  # seconds, of the last text; -1: none yet
    waiting: int  # texts
    lasted: float  # seconds
    end: str


@dataclass(frozen=True)
class ServiceReport:
    """The whole door at one moment."""

    enabled: bool
    voice: str
    status: str  # "stopped", "starting", "running" or "error"
    problem: str  # what is wrong with ports or database, and what to do; "" for nothing
    host: str
    tcp_port: int  # 0 where it does not listen and may take any
    udp_port: int
    database: str  # path, "" where none is consulted
    uptime: float  # seconds since it opened first
    calls: int  # since then
    refused: int  # connections
    texts: int
    answers: int
    unspoken: int
    seconds: float  # of sound
    first_audio: float  # seconds, median of the last texts; -1: none yet
    registered: int  # call ids, over UDP
    junk: int  # datagrams that meant nothing
    active: tuple[CallReport, ...]
    recent: tuple[CallReport, ...]  # those that ended last, oldest first


class Totals:
    """What all calls amount to."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.opened = 0  # times that the ports were
        self.calls = 0
        self.refused = 0
        self.texts = 0
        self.answers = 0
        self.unspoken = 0
        self.seconds = 0.0
        self._latencies: deque[float] = deque(maxlen=_LATENCIES)
        self.recent: deque[CallReport] = deque(maxlen=RECENT)

    def note_first_audio(self, seconds: float) -> None:
        """Count how long the first sound of a text took."""
        self._latencies.append(seconds)

    @property
    def first_audio(self) -> float:
        """The median, -1 where there is none."""
        return sorted(self._latencies)[len(self._latencies) // 2] if self._latencies else -1.0

    def note_end(self, figures: CallFigures) -> None:
        """Remember a call that is over."""
        self.recent.append(report_of(figures))


def report_of(figures: CallFigures) -> CallReport:
    """Return a call as it is at this moment."""
    return CallReport(
        call_id=figures.call_id,
        registered=figures.registered,
        texts=figures.texts,
        answers=figures.answers,
        unspoken=figures.unspoken,
        seconds=round(figures.seconds, 3),
        first_audio=round(figures.first_audio, 3),
        waiting=figures.waiting,
        lasted=round(time.monotonic() - figures.began, 1),
        end=figures.end,
    )
