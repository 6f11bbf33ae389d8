"""What is to be reached, and whether it was: each target is a ratio of medians within one run, one an absolute figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.figures import Outcome, Series, short

SAY, SAY_BF16 = "say", "say, bf16"
SAY_ALONE = "say, one by one"  # on a GPU, where it may have several pieces at once
KMODEL, KPIPELINE, KOKORO_ONNX, ESPEAK = "stock KModel", "stock kokoro", "kokoro-onnx", "espeak-ng"
INTERPRETER = "python -c pass"
WARM_TEXTS = ("word", "clause", "sentence", "paragraph")


@dataclass(frozen=True)
class Place:
    """Where a figure stands in the results."""

    scenario: str
    subject: str
    who: str


@dataclass(frozen=True)
class Target:
    """`ours` through `theirs` is to be at most, or at least, `limit`. Without `theirs` the figure itself is, in MB."""

    figure: str
    ours: Place
    theirs: Place | None
    limit: float
    at_least: bool = False


def _pair(figure: str, scenario: str, subject: str, theirs: str, limit: float) -> Target:
    return Target(figure, Place(scenario, subject, SAY), Place(scenario, subject, theirs), limit)


def _throughput(who: str, theirs: str, limit: float) -> Target:
    precision = "bf16" if who == SAY_BF16 else "fp32"
    figure = f"throughput on a chapter, {precision}, against {theirs}"
    return Target(figure, Place("chapter", "throughput", who), Place("chapter", "throughput", theirs), limit, True)


TARGETS = (
    _pair("first sound of a word, warm, against the bare model", "warm", "word", KMODEL, 1.3),
    _pair("first sound of a paragraph, warm, against stock's", "warm", "paragraph", KPIPELINE, 0.15),
    Target(
        "first sound of a phrase in the cache, against the bare model",
        Place("cached", "word", SAY), Place("cached", "word", KMODEL), 0.5,
    ),
    _throughput(SAY, KPIPELINE, 1.5),
    _throughput(SAY, KOKORO_ONNX, 1.3),
    _throughput(SAY, KOKORO_ONNX, 1.5),
    _throughput(SAY_BF16, KPIPELINE, 2.0),
    _throughput(SAY_BF16, KOKORO_ONNX, 1.8),
    _pair("first sound of a word, cold, against stock", "cold", "word", KPIPELINE, 0.5),
    *(
        _pair(f"first sound of a {text}, warm, beside two busy processes, against stock", "warm-busy", text, KPIPELINE, 0.5)
        for text in WARM_TEXTS
    ),
    _pair("peak memory of the model server after a chapter, against stock", "chapter", "peak memory", KPIPELINE, 0.6),
    _pair("processor time of the client, against python -c pass", "client", "processor time", INTERPRETER, 5.0),
    _pair("peak memory of the client, against python -c pass", "client", "peak memory", INTERPRETER, 2.0),
    Target("resident memory of a voice server", Place("memory", "voice server, after playing", SAY), None, 80.0),
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """One target, and what was measured for it."""

    target: Target
    ours: Series
    theirs: Series | None

    @property
    def measured(self) -> float:
        return self.ours.median / (self.theirs.median if self.theirs else 1.0)

    @property
    def reached(self) -> bool:
        limit = self.target.limit
        return self.measured >= limit if self.target.at_least else self.measured <= limit


def judge(target: Target, outcomes: Mapping[str, Outcome]) -> Verdict | None:
    """Return what came of a target; None where its figures were not measured."""
    ours = _find(target.ours, outcomes)
    theirs = _find(target.theirs, outcomes) if target.theirs else None
    if ours is None or (target.theirs and theirs is None):
        return None
    return Verdict(target, ours, theirs)


def _find(place: Place, outcomes: Mapping[str, Outcome]) -> Series | None:
    outcome = outcomes.get(place.scenario)
    return outcome.find(place.subject, place.who) if outcome else None


def targets_table(outcomes: Mapping[str, Outcome]) -> str:
    """Return all targets with what was measured, as a Markdown table."""
    lines = ["| figure | here | there | ratio | target | |", "|---|---|---|---|---|---|"]
    lines += [_row(target, judge(target, outcomes)) for target in TARGETS]
    return "\n".join(lines) + "\n"


def _row(target: Target, verdict: Verdict | None) -> str:
    ours = theirs = ratio = ""
    result = "not measured"
    if verdict:
        ours = short(verdict.ours.median, verdict.ours.unit)
        result = "reached" if verdict.reached else "missed"
    if verdict and verdict.theirs:
        theirs, ratio = short(verdict.theirs.median, verdict.theirs.unit), f"{verdict.measured:.2f}"
    limit = f"{'≥' if target.at_least else '≤'} {target.limit:g}{'' if target.theirs else ' MB'}"
    return f"| {target.figure} | {ours} | {theirs} | {ratio} | {limit} | {result} |"
