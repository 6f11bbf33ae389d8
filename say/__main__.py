"""The program: what `say` and `python -m say` run. Importing this module is the beginning of running it."""

import _signal  # type: ignore[import-not-found]  # undeclared: the built-in part of `signal`

# First of all, and not with `signal`, which loads a good deal before it can be used: until here Ctrl-C shows a traceback.
# From here on it ends the program at once and silently, as it ends a program that knows nothing of signals; the servers
# fall silent when our connection closes. Where it is ignored, in a script's background job, it stays so.
if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)

import os
import sys


def main() -> None:
    """Run the command line of this process, and end it with its exit status."""
    from say.cli import run

    status = run(sys.argv[1:])
    # Python would take all modules apart before it lets go: 6 ms of CPU, half as much as its start. What was written went
    # directly to its descriptor (`say.console`), no thread of ours has to be waited for, and nothing is registered for
    # the end.
    os._exit(status)


if __name__ == "__main__":
    main()
