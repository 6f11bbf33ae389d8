"""Draw a file of figures: `python -m benchmarks.plot RESULTS.json OUT.png`. Runs in an environment of its own."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from matplotlib.artist import Artist  # type: ignore[import-not-found]
from matplotlib.axes import Axes  # type: ignore[import-not-found]  # not in the environment that types are checked in
from matplotlib.figure import Figure  # type: ignore[import-not-found]

from benchmarks.figures import Outcome, Series
from benchmarks.records import Record, read
from benchmarks.targets import ESPEAK, KMODEL, KOKORO_ONNX, KPIPELINE, SAY, SAY_ALONE, SAY_BF16

_COLOURS = {
    SAY: "#1b6ca8", SAY_BF16: "#6aaed6", SAY_ALONE: "#6aaed6", KPIPELINE: "#c8553d", KMODEL: "#e6a08f", KOKORO_ONNX: "#6b8f3d", ESPEAK: "#999999",
}  # fmt: skip


@dataclass(frozen=True)
class _Panel:
    """What one part of the picture shows; without `subjects`, all that there are."""

    scenario: str
    title: str
    unit: str = "seconds"
    subjects: tuple[str, ...] = ()
    log: bool = False


_PANELS = {
    "A": _Panel("warm", "First sound, servers running", log=True),
    "B": _Panel("warm-busy", "First sound, beside two busy processes", log=True),
    "C": _Panel("cold", "First sound, nothing running"),
    "D": _Panel("chapter", "A chapter", "seconds of speech a second", ("throughput",)),
    "E": _Panel("chapter", "Most memory while reading it", "MB", ("peak memory",)),
}


def draw(record: Record, path: Path) -> None:
    """Write one picture with the panels for which there are figures."""
    figure = Figure(figsize=(12, 8), layout="constrained")
    labels: dict[str, Artist] = {}
    for name, axes in figure.subplot_mosaic("AAABBB;CCDDEE").items():
        _grouped(axes, record.outcomes.get(_PANELS[name].scenario), _PANELS[name])
        handles, texts = axes.get_legend_handles_labels()
        labels.update(zip(texts, handles, strict=True))
    figure.legend(labels.values(), labels.keys(), loc="outside lower center", ncols=max(1, len(labels)))
    machine = record.machine
    figure.suptitle(f"{machine['processor']}, {machine['cores']} cores, torch {machine['torch']}", fontsize=10)
    figure.savefig(path, dpi=110)


def _grouped(axes: Axes, outcome: Outcome | None, panel: _Panel) -> None:
    """Draw bars of medians, those of one subject side by side, with the quartiles."""
    axes.set_title(panel.title, fontsize=10)
    if outcome is None or not outcome.series:
        axes.set_axis_off()
        return
    names = panel.subjects or tuple(dict.fromkeys(one.subject for one in outcome.series))
    # espeak-ng is the floor of a scale that reaches so far; on any other it would dwarf the rest, or vanish.
    who = [
        each for each in _COLOURS if (panel.log or each != ESPEAK) and any(outcome.find(name, each) for name in names)
    ]
    width = 0.8 / len(who)
    for place, each in enumerate(who):
        shown = [(index, one) for index, name in enumerate(names) if (one := outcome.find(name, each))]
        where = [index + (place - (len(who) - 1) / 2) * width for index, _ in shown]
        series = [one for _, one in shown]
        bars = axes.bar(where, [one.median for one in series], width, color=_COLOURS[each], label=each)
        axes.errorbar(where, [one.median for one in series], _spread(series), fmt="none", ecolor="#333333", lw=1)
        axes.bar_label(bars, [_number(one.median) for one in series], fontsize=7, padding=3)
    axes.set_xticks(range(len(names)), names if len(names) > 1 else [""])
    axes.set_ylabel(panel.unit)
    axes.margins(y=0.15)
    if panel.log:
        axes.set_yscale("log")


def _spread(series: list[Series]) -> list[list[float]]:
    below = [one.median - one.quartiles[0] for one in series]
    above = [one.quartiles[1] - one.median for one in series]
    return [below, above]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"


if __name__ == "__main__":
    draw(read(Path(sys.argv[1])), Path(sys.argv[2]))
