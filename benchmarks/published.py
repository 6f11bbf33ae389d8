"""What `docs/performance.md` quotes of the kept figures; `python -m tests.documents` brings it up to date. Standard library only."""

from __future__ import annotations

from pathlib import Path

from benchmarks.figures import Outcome, short
from benchmarks.records import RESULTS, Record, read
from benchmarks.targets import ESPEAK, KOKORO_ONNX, KPIPELINE, SAY, SAY_BF16, targets_table
from benchmarks.texts import BEGINNING, CHAPTER

# The machine whose figures the document shows.
PUBLISHED = RESULTS / "amd-epyc-2-cores.json"

_WHO = (SAY, SAY_BF16, KPIPELINE, KOKORO_ONNX, ESPEAK)
_TITLES = {
    "warm": "First sound, servers running",
    "warm-busy": "First sound, servers running, beside two busy processes",
    "sound": "First sound at the loudspeaker, servers running",
    "sound-busy": "First sound at the loudspeaker, beside two busy processes",
    "cold": "First sound, nothing running",
    "cold-busy": "First sound, nothing running, beside two busy processes",
    "clients": "Ten at once, a sentence each",
    "chapter": f"A chapter of {sum(map(len, CHAPTER)):,} characters",
    "chapter-busy": f"Its first {len(BEGINNING[0])} characters, beside two busy processes",
}


def performance(path: Path = PUBLISHED) -> str:
    """Return the machine, the targets and the figures of each scenario as Markdown."""
    record = read(path)
    parts = [
        f"Measured on {_machine(record)}." if record.machine else "Not measured yet.",
        targets_table(record.outcomes),
    ]
    picture = path.with_suffix(".png")
    if picture.exists():
        parts.append(f"![first sound, throughput and memory](../benchmarks/results/{picture.name})")
    for scenario, title in _TITLES.items():
        if outcome := record.outcomes.get(scenario):
            parts += [f"**{title}** ({_when(outcome)})", comparison(outcome)]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def comparison(outcome: Outcome) -> str:
    """Return medians as a table: a row for each subject, a column for each contestant."""
    who = [each for each in _WHO if any(one.who == each for one in outcome.series)]
    lines = [("", *who), ("---",) * (len(who) + 1)]
    for subject in dict.fromkeys(one.subject for one in outcome.series):
        found = [outcome.find(subject, each) for each in who]
        unit = next(one.unit for one in found if one)
        name = subject if unit in ("s", "MB") else f"{subject}, {unit}"
        lines.append((name, *(short(one.median, one.unit) if one else "" for one in found)))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _machine(record: Record) -> str:
    machine, onnx = record.machine, record.packages.get("onnx", {})
    programs = [f"torch {machine['torch']}", f"kokoro {machine['kokoro']}"]
    programs += [f"{name} {onnx[name]}" for name in ("kokoro-onnx", "onnxruntime") if name in onnx]
    return f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, {', '.join(programs)}"


def _when(outcome: Outcome) -> str:
    found = outcome.circumstances
    return f"{str(found.get('when', ''))[:10]}, {found.get('threads')} threads, {found.get('rounds')} rounds"
