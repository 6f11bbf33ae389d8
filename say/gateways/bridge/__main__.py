"""What `say-bridge` and `python -m say.gateways.bridge` run."""

import _signal  # type: ignore[import-not-found]  # undeclared: the built-in part of `signal`

# As in `say.__main__`: until there is something to clean up, Ctrl-C ends the program silently.
if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)

import os
import sys


def main() -> None:
    """Run the command line of this process, and end it with its exit status."""
    from say.gateways.bridge.program import run

    # Without taking all modules apart first, as in `say.__main__`: a call is short, and there are many.
    os._exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
