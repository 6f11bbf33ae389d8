"""From starting `say` to the first sound at a loudspeaker, PulseAudio's null sink, with the servers running."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from benchmarks import texts
from benchmarks.bench import Bench
from benchmarks.figures import SECONDS, Outcome
from benchmarks.processes import end
from benchmarks.program import Program
from benchmarks.targets import SAY
from tests.fakes.pulse import NullSink

_PATIENCE = 120.0  # seconds


def sound(bench: Bench) -> Outcome:
    return _sound(bench, "sound", bench.rounds(5, 2), busy=False)


def sound_busy(bench: Bench) -> Outcome:
    """The same beside two busy processes, with the underruns of the stream."""
    return _sound(bench, "sound-busy", bench.rounds(2, 1), busy=True)


def _sound(bench: Bench, name: str, rounds: int, busy: bool) -> Outcome:
    outcome = Outcome(name)
    if not shutil.which("pulseaudio"):
        outcome.notes.append("PulseAudio is not installed.")
        return outcome
    arguments: dict[str, tuple[str | Path, ...]] = {text: ("--", words) for text, words in texts.TEXTS.items()}
    arguments["10 MB"] = ("-f", bench.long_text)
    with NullSink() as sink, bench.program() as program, bench.surroundings(busy):
        for text, words in arguments.items():
            first = partial(_first_heard, program, sink, words)
            outcome.add(text, SAY, SECONDS, bench.take_turns(f"{name}, {text}", {SAY: first}, rounds)[SAY])
        outcome.circumstances["underruns"] = sink.underruns
    return outcome


def _first_heard(program: Program, sink: NullSink, words: tuple[str | Path, ...]) -> float:
    """Return the seconds to the first sound. The rest is cut off; what `say` says to that is shown only if nothing sounded."""
    with sink.record() as recording, tempfile.TemporaryFile() as said:
        begun = time.monotonic()
        process = program.start(*words, extra=sink.environment, stderr=said)
        try:
            recording.wait_for_sound(begun, _PATIENCE)
        except BaseException:
            said.seek(0)
            print(said.read().decode(errors="replace"), file=sys.stderr)
            raise
        finally:
            end(process)
        heard = recording.first_sound_time()
        assert heard is not None
        recording.wait_for_silence(seconds=_PATIENCE)
        return heard - begun
