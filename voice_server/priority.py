"""The priority of this process: who makes sound takes next to no time, but must get it at once."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

# PulseAudio's and PipeWire's own. What sounds passes them and us in turn, so that none of us should wait for a build.
NICE = -11

# Where Linux shares the processors between sessions first (`kernel.sched_autogroup_enabled`), a process's own
# niceness counts within its session only. This process has one to itself.
_SESSION = Path("/proc/self/autogroup")


def raise_priority(session: Path = _SESSION) -> None:
    """Have this process go before those that compute, as far as the user may: root, or whom a limit on niceness lets.

    All of it, not only the thread that the sound device calls: that one waits for whichever holds Python's lock. Without
    the right to it nothing changes, and the device's buffer has to last.
    """
    with contextlib.suppress(OSError):  # PermissionError is what most users get
        if os.getpriority(os.PRIO_PROCESS, 0) > NICE:
            os.setpriority(os.PRIO_PROCESS, 0, NICE)
    if os.getsid(0) == os.getpid():  # else it is somebody's shell that we would raise
        with contextlib.suppress(OSError):  # nor is there such a file but on Linux
            session.write_text(f"{NICE}\n")
