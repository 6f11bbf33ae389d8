"""What every scenario needs: processes, weights, rivals, texts with their phonemes, and turns that are fair."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from benchmarks import texts
from benchmarks.environments import Environments
from benchmarks.processes import Processes, first_sound
from benchmarks.program import Program
from benchmarks.rival import Rivals

BUSY_PROCESSES = 2
_ESPEAK = "espeak-ng"


@dataclass
class Bench:
    """One run. `settings` are laid over the program's own in every scenario."""

    processes: Processes
    environments: Environments
    folder: Path  # of the weights
    threads: int
    quick: bool = False
    device: str = "cpu"
    settings: dict[str, str] = field(default_factory=dict)
    _names: Iterator[int] = field(default_factory=lambda: iter(range(1_000_000)))

    @cached_property
    def rivals(self) -> Rivals:
        return Rivals(self.processes, self.environments, self.folder, self.threads, self.device)

    def program(self, **settings: str) -> Program:
        """Return this project in a home of its own, without the phrase cache unless `settings` want it."""
        name = f"say-{next(self._names)}"
        chosen = {"cache": "off", "device": self.device, **settings, **self.settings}
        return Program(self.processes, name, self.folder, self.threads, **chosen)

    def rounds(self, full: int, quick: int) -> int:
        return quick if self.quick else full

    @contextmanager
    def surroundings(self, busy: bool) -> Iterator[None]:
        """Have other processes keep the machine busy, or not."""
        with self.processes.busy(BUSY_PROCESSES) if busy else nullcontext():
            yield

    # Texts

    @cached_property
    def phonemes(self) -> dict[str, str]:
        """Return the phonemes of each text and of each paragraph of the chapter, by this project's front end."""
        with self.program() as program:
            spoken = {text: program.phonemes(text) for text in (*texts.TEXTS.values(), *texts.CHAPTER)}
            program.shut_down()
        return spoken

    @cached_property
    def long_text(self) -> Path:
        """Return a file of 10 MB."""
        path = self.processes.folder / "long.txt"
        texts.write_long_text(path)
        return path

    # Turns

    def take_turns(
        self, what: str, contestants: Mapping[str, Callable[[], float]], rounds: int, *, warmed_up: bool = False
    ) -> dict[str, list[float]]:
        """Call all in turns, nobody always first, each on a machine at rest.

        One round more, before the others, is not counted, unless all are `warmed_up` already.
        """
        figures: dict[str, list[float]] = {name: [] for name in contestants}
        order = list(contestants)
        for number in range(1 if warmed_up else 0, rounds + 1):
            for name in order:
                self.processes.settle()
                value = contestants[name]()
                if number > 0:
                    figures[name].append(value)
                print(f"  {what}, round {number} of {rounds}: {name} {value:.3f}", file=sys.stderr)
            order.append(order.pop(0))
        return figures

    # espeak-ng, the floor

    @cached_property
    def espeak(self) -> str | None:
        """Return where espeak-ng is; None where it is not installed."""
        return shutil.which(_ESPEAK)

    def espeak_first_sound(self, text: str) -> float:
        """Return the seconds from its start to its first byte of sound."""
        import time

        assert self.espeak is not None
        begun = time.perf_counter()
        with ExitStack() as stack:
            process = self.processes.start([self.espeak, "-v", "en-us", "--stdout", text])
            stack.callback(process.wait)
            stack.callback(process.terminate)
            assert process.stdout is not None
            stack.callback(process.stdout.close)
            return first_sound(process, begun, header=44)
