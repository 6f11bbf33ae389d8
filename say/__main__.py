"""The program: what `say` and `python -m say` run."""

from __future__ import annotations

import sys

from say.exits import end_on_interrupt


def main() -> int:
    """Run the command line of this process. Returns its exit status."""
    end_on_interrupt()  # before the rest is imported: Ctrl-C is silent from the first moment on
    from say.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
