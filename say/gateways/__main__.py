"""What `say-serve` and `python -m say.gateways` run."""

import _signal  # type: ignore[import-not-found]  # undeclared: the built-in part of `signal`

# As in `say.__main__`: until doors are open there is nothing to finish, and Ctrl-C ends the program silently.
if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)

import sys


def main() -> None:
    """Run the command line of this process, and end it with its exit status."""
    from say.gateways.serving import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
