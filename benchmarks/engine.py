"""The engine by itself against stock kokoro: the same weights, phonemes and seed, in turns. `scripts/bench engine`.

Each contestant is a process of its own; they speak one after the other, never at once, so that
what else the machine does meets all of them. Ratios count, seconds are of this machine on this day.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.answers import Turn, read_answer
from benchmarks.results import Table, describe_machine, write

VOICE = "af_heart"

# Phonemes by this project's front end, of prose of its own.
PHRASES = {
    "word": "həlˈO.",
    "clause": "wˌɛn ðə tɹˈAn kˈAm ˈɪn, ðə ɹˈAn hæd stˈɑpt,",
    "sentence": "ðə hˈWs stˈʊd ˌɔn ə hˈɪl əbˈʌv ðə ɹˈɪvəɹ, ænd fɹʌm ɪts tˈɔl wˈɪndOz jˌu kʊd sˈi ðə bˈOts "
    "kˈʌm hˈOm ɪn ði ˈivnɪŋ, wˈʌn ˈæftəɹ ði ˈʌðəɹ, wɪð ðɛɹ lˈæmps lˈɪt.",
    "paragraph": "nˈObˌɑdi ɪn ðə vˈɪlɪʤ ɹəmˈɛmbəɹd hˌu hæd bˈɪlt ɪt, ɔɹ wˌI. sˈʌm sˈɛd ə kˈæptən hæd wˈɔntᵻd tə kˈip "
    "hɪz ˈI ˌɔn ðə wˈɔtəɹ; ˈʌðəɹz, ðæt ə pˈAntəɹ hæd kˈʌm fɔɹ ðə lˈIt ænd stˈAd fɔɹ ðə sˈIləns. ði ˈOldəst wˈʊmən "
    "sˈɛd nˈʌθɪŋ æt ˈɔl, bˌʌt ʃi smˈIld wˌɛn ðə ʧˈɪldɹən ˈæskt hɜɹ, ænd pˈYntᵻd tə ðə ɡˈɑɹdn, wˌɛɹ ən ˈæpəl tɹˈi "
    "stˈʊd ðæt wʌz ˈOldəɹ ðæn ðə wˈɔlz əɹˈWnd ɪt, ænd stˈɪl bˈɔɹ fɹˈut.",
}  # fmt: skip


class Contestant:
    """A speaker that runs, and what it took for each phrase."""

    def __init__(self, name: str, process: subprocess.Popen[str]) -> None:
        self.name = name
        self._process = process
        self.load = read_answer(process)["load"]  # seconds
        self.peak = 0.0  # bytes
        self.turns: dict[str, list[Turn]] = {}

    def speak(self, phrase: str, *, counted: bool) -> None:
        turn = self.say(PHRASES[phrase])
        if counted:
            self.turns.setdefault(phrase, []).append(turn)

    def say(self, phonemes: str) -> Turn:
        assert self._process.stdin is not None
        print(json.dumps({"phonemes": phonemes, "voice": VOICE}), file=self._process.stdin, flush=True)
        answer = read_answer(self._process)
        self.peak = answer["peak"]
        return Turn(answer["work"], answer["cpu"], answer["sound"])


@contextmanager
def contestant(name: str, folder: Path, threads: int) -> Iterator[Contestant]:
    """Start a speaker; it ends with the block."""
    command = [sys.executable, "-m", "benchmarks.speaker", name, str(folder), str(threads)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Contestant(name, process)
        finally:
            assert process.stdin is not None
            process.stdin.close()


def measure(folder: Path, names: Sequence[str], rounds: int, threads: int, phrases: Sequence[str]) -> list[Contestant]:
    """Let all speak each phrase in turns; the first round is not counted."""
    with ExitStack() as stack:
        contestants = [stack.enter_context(contestant(name, folder, threads)) for name in names]
        for number in range(rounds + 1):
            for phrase in phrases:
                for each in contestants:
                    each.speak(phrase, counted=number > 0)
            print(f"round {number} of {rounds}", file=sys.stderr)
    return contestants


def report(contestants: Sequence[Contestant], threads: int) -> Table:
    """Return one row for each contestant and phrase, with its ratio to stock: below 1 is faster."""
    table = Table(
        "engine",
        ("phrase", "speaker", "median s", "quartiles s", "CPU s", "s per s of sound", "ratio to stock", "peak MB"),
    )
    table.facts = {**describe_machine(), "threads": threads}
    base = {phrase: _median([turn.work for turn in turns]) for phrase, turns in contestants[0].turns.items()}
    for phrase in contestants[0].turns:
        for each in contestants:
            turns = each.turns[phrase]
            work = [turn.work for turn in turns]
            low, _, high = statistics.quantiles(work, n=4) if len(work) > 1 else (work[0],) * 3
            table.add(
                phrase,
                each.name,
                f"{_median(work):.3f}",
                f"{low:.3f} to {high:.3f}",
                f"{_median([turn.cpu for turn in turns]):.3f}",
                f"{_median(work) / turns[0].sound:.3f}",
                f"{_median(work) / base[phrase]:.2f}",
                f"{each.peak / 1e6:.0f}",
            )
    return table


def _median(values: Sequence[float]) -> float:
    return statistics.median(values)


def run(folder: Path, output: Path, names: Sequence[str], rounds: int, threads: int, phrases: Sequence[str]) -> None:
    """Measure, print the table and keep it with the single figures in `output`."""
    contestants = measure(folder, names, rounds, threads, phrases)
    table = report(contestants, threads)
    print(table)
    figures = {
        each.name: {phrase: [vars(turn) for turn in turns] for phrase, turns in each.turns.items()}
        for each in contestants
    }
    write(output, table, {"load": {each.name: each.load for each in contestants}, "turns": figures})
