"""How much memory this process may still take. Says nothing about GPUs."""

from __future__ import annotations

import math
import sys
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")


def free_memory() -> int:
    """Return the bytes that can be taken without swapping: the least of what machine, container and ulimit leave."""
    import psutil  # type: ignore[import-untyped]  # ships no types

    left = [psutil.virtual_memory().available, free_address_space()]
    if sys.platform == "linux" and (in_cgroup := _left_in_cgroup(_CGROUP / _own_cgroup())) is not None:
        left.append(in_cgroup)
    return max(0, int(min(left)))


def free_address_space() -> float:
    """Return the bytes that `ulimit -v` leaves this process; infinity where there is no such limit, or off Linux."""
    if sys.platform != "linux":
        return math.inf
    import resource

    import psutil

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return math.inf if limit == resource.RLIM_INFINITY else max(0, limit - psutil.Process().memory_info().vms)


def _own_cgroup() -> str:
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return ""
    return next((line[3:].lstrip("/") for line in lines if line.startswith("0::")), "")


def _left_in_cgroup(folder: Path) -> int | None:
    """Return what cgroup v2 leaves; its page cache counts as free, since the kernel gives it back first."""
    try:
        limit = (folder / "memory.max").read_text().strip()
        used = int((folder / "memory.current").read_text())
        stat = (folder / "memory.stat").read_text().split()
    except OSError:
        return None
    if limit == "max":
        return None
    cache = int(stat[stat.index("inactive_file") + 1]) if "inactive_file" in stat else 0
    return int(limit) - used + cache
