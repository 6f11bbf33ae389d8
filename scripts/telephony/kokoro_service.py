#!/usr/bin/env python3
"""The telephony service under the name and the options that it had as a program of its own.

    kokoro_service.py [--voice NAME] [--tcp-port N] [--udp-port N] [--device NAME]

It is `say-serve --telephony`, which explains all options: --help.
"""

# ruff: noqa: T201  # it talks to whoever runs it

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NEEDED = (3, 11)


def main() -> int:
    """Serve until told to leave; return the exit status."""
    if sys.version_info < NEEDED or None in map(importlib.util.find_spec, ("say", "model_server", "numpy")):
        return _with_our_python()
    from say.gateways.serving import run

    return run(["--telephony", *sys.argv[1:]])


def _with_our_python() -> int:
    """Go on in the environment of this clone, where the one of the caller lacks what is needed."""
    python = ROOT / ".venv" / "bin" / "python"
    if not python.exists() or "KOKORO_SERVICE_AGAIN" in os.environ:
        print(
            "kokoro_service.py: this Python lacks what the service needs;"
            f" run {ROOT / 'scripts' / 'telephony' / 'start-kokoro.sh'}, which sets an environment up",
            file=sys.stderr,
        )
        return 1
    environment = {**os.environ, "KOKORO_SERVICE_AGAIN": "1"}
    os.execve(python, [str(python), os.path.abspath(__file__), *sys.argv[1:]], environment)


if __name__ == "__main__":
    sys.exit(main())
