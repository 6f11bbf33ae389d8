"""What is measured, each under its name, in the order in which a run goes through it."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.bench import Bench
from benchmarks.figures import Outcome
from benchmarks.scenarios.cached import cached
from benchmarks.scenarios.chapter import chapter, chapter_busy
from benchmarks.scenarios.client import client
from benchmarks.scenarios.clients import clients
from benchmarks.scenarios.cold import cold, cold_busy
from benchmarks.scenarios.doors import doors
from benchmarks.scenarios.gpu import gpu
from benchmarks.scenarios.lengths import lengths
from benchmarks.scenarios.memory import memory
from benchmarks.scenarios.sound import sound, sound_busy
from benchmarks.scenarios.warm import warm, warm_busy

_ALL = (
    lengths, cold, warm, sound, cached, client, memory, clients, chapter,
    cold_busy, warm_busy, sound_busy, chapter_busy, gpu, doors,
)  # fmt: skip
SCENARIOS: dict[str, Callable[[Bench], Outcome]] = {one.__name__.replace("_", "-"): one for one in _ALL}
# What a quick run leaves out, unless it is asked for by name.
FULL_ONLY = ("sound-busy", "chapter-busy")
# What needs neither weights nor rivals.
ALONE = {"doors"}
