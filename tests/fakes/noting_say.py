"""`say` as a program that writes down what it would have spoken: the file `spoken` in its working directory."""

from __future__ import annotations

import sys
from types import TracebackType

from say.cli import run


class NotingClient:
    """Stands in for SayClient."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def __enter__(self) -> NotingClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def speak(self, text: str, **_: object) -> None:
        with open("spoken", "a") as file:
            file.write(text + "\n")


if __name__ == "__main__":
    import say.__main__  # noqa: F401  # as the program begins: Ctrl-C is silent

    sys.exit(run(sys.argv[1:], NotingClient))  # type: ignore[arg-type]  # it has what --run needs of one
