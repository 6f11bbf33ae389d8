"""How many files a process may have open: connections are among them."""

from __future__ import annotations

import resource

MOST = 4096


def raise_limit() -> int:
    """Allow as many open files as the user may have, within reason; return how many. Children inherit that.

    The usual soft limit of macOS is 256.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST if hard == resource.RLIM_INFINITY else min(MOST, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(soft, wanted) if soft != resource.RLIM_INFINITY else MOST
