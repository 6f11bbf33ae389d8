"""Draw a file of figures: `python -m benchmarks.plot RESULTS.json OUT.png`. Runs in an environment of its own."""

from __future__ import annotations

import sys
from pathlib import Path

from matplotlib.axes import Axes  # type: ignore[import-not-found]  # not in the environment that types are checked in
from matplotlib.figure import Figure  # type: ignore[import-not-found]

from benchmarks.figures import Outcome, Series
from benchmarks.records import Record, read
from benchmarks.targets import ESPEAK, KMODEL, KOKORO_ONNX, KPIPELINE, SAY, SAY_BF16

_COLOURS = {
    SAY: "#1b6ca8", SAY_BF16: "#6aaed6", KPIPELINE: "#c8553d", KMODEL: "#e6a08f", KOKORO_ONNX: "#6b8f3d", ESPEAK: "#999999",
}  # fmt: skip


def draw(record: Record, path: Path) -> None:
    """Write one picture with the panels for which there are figures."""
    figure = Figure(figsize=(12, 8), layout="constrained")
    (warm, busy), (cold, chapter) = figure.subplots(2, 2)
    _grouped(warm, record, "warm", "First sound, servers running", "seconds", log=True)
    _grouped(busy, record, "warm-busy", "… beside two busy processes", "seconds", log=True)
    _grouped(cold, record, "cold", "First sound, nothing running", "seconds", log=False)
    _grouped(chapter, record, "chapter", "A chapter", "", log=True, subjects=("throughput", "peak memory"))
    handles, labels = warm.get_legend_handles_labels()
    for axes in (busy, cold, chapter):
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            if label not in labels:
                handles.append(handle)
                labels.append(label)
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    machine = record.machine
    figure.suptitle(f"{machine['processor']}, {machine['cores']} cores, torch {machine['torch']}", fontsize=10)
    figure.savefig(path, dpi=110)


def _grouped(
    axes: Axes, record: Record, scenario: str, title: str, label: str, *, log: bool, subjects: tuple[str, ...] = ()
) -> None:
    """Draw bars of medians, those of one subject side by side, with the quartiles."""
    axes.set_title(title)
    outcome = record.outcomes.get(scenario)
    if outcome is None or not outcome.series:
        axes.set_axis_off()
        return
    names = subjects or tuple(dict.fromkeys(one.subject for one in outcome.series))
    who = [each for each in _COLOURS if any(outcome.find(name, each) for name in names)]
    width = 0.8 / len(who)
    for place, each in enumerate(who):
        shown = [(index, one) for index, name in enumerate(names) if (one := outcome.find(name, each))]
        where = [index + (place - (len(who) - 1) / 2) * width for index, _ in shown]
        bars = axes.bar(where, [one.median for _, one in shown], width, color=_COLOURS[each], label=each)
        axes.errorbar(
            where,
            [one.median for _, one in shown],
            _spread([one for _, one in shown]),
            fmt="none",
            ecolor="#333333",
            lw=1,
        )
        axes.bar_label(bars, [_number(one.median) for _, one in shown], fontsize=7, padding=3)
    axes.set_xticks(range(len(names)), [_with_unit(outcome, name) for name in names])
    axes.set_ylabel(label)
    axes.margins(y=0.15)
    if log:
        axes.set_yscale("log")


def _spread(series: list[Series]) -> list[list[float]]:
    below = [one.median - one.quartiles[0] for one in series]
    above = [one.quartiles[1] - one.median for one in series]
    return [below, above]


def _with_unit(outcome: Outcome, subject: str) -> str:
    unit = next(one.unit for one in outcome.series if one.subject == subject)
    return subject if unit == "s" else f"{subject}\n({unit})"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"


if __name__ == "__main__":
    draw(read(Path(sys.argv[1])), Path(sys.argv[2]))
