"""What a speaker in a process of its own answers, each time a line of JSON."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class Turn:
    """What it took to speak something, as the speaker says itself: seconds of work, of processor time, and of sound."""

    work: float
    cpu: float
    sound: float


def read_answer(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> dict[str, float]:
    """Return the next answer, figures by name. Raises SystemExit where the speaker has ended."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise SystemExit(f"bench: {process.args!r} ended by itself; what it said stands above.")
    answer: dict[str, float] = json.loads(line)
    return answer
