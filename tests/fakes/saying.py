"""A `say` that runs while a test looks on; gone when the block ends, however it ends."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator, Mapping

from tests.fakes.daemon import Daemon


@contextlib.contextmanager
def saying(
    daemon: Daemon, *arguments: str, env: Mapping[str, str] | None = None, stdin: int = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[bytes]]:
    """Start `say`; kill and reap it at the end, should it still be there."""
    client = daemon.start_say(*arguments, env=env, stdin=stdin)
    try:
        yield client
    finally:
        if client.poll() is None:
            client.kill()
        client.wait()
        for stream in (client.stdin, client.stdout, client.stderr):
            if stream is not None:
                stream.close()
