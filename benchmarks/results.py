"""What a benchmark leaves: a table to read, and a JSON file with the machine that it was measured on."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from common import VERSION

Fact = str | int | float


@dataclass
class Table:
    """Rows under headings; `facts` are what holds for all of them."""

    name: str
    headings: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    facts: dict[str, Fact] = field(default_factory=dict)

    def add(self, *cells: str) -> None:
        self.rows.append(cells)

    def __str__(self) -> str:
        """Return it as Markdown."""
        lines = [self.headings, tuple("---" for _ in self.headings), *self.rows]
        facts = "; ".join(f"{name}: {value}" for name, value in self.facts.items())
        return "\n".join([*(f"| {' | '.join(cells)} |" for cells in lines), "", facts])


def describe_machine() -> dict[str, Fact]:
    """Return what of a machine matters for speed."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "load before": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "torch": version("torch"),
        "kokoro": version("kokoro"),
        "say": VERSION,  # not the metadata's, which an editable install keeps from when it was made
    }


def write(path: Path, table: Table, figures: Mapping[str, object]) -> None:
    """Keep a table and its single figures as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "benchmark": table.name,
        "when": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "machine": table.facts,
        "headings": table.headings,
        "rows": table.rows,
        "figures": figures,
    }
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass  # not Linux
    return platform.processor() or platform.machine()
