"""What `say-bridge` says on standard error."""

from __future__ import annotations

import errno

from common.errors import SayError
from common.quoting import reason_of
from say import console

PROGRAM = "say-bridge"
MORE_FILES = "Raise the limit with 'ulimit -n', or end some programs."


def tell(text: str) -> None:
    """Write a line; more where the tail of a log is quoted."""
    console.line(text, PROGRAM)


def explained(error: Exception) -> SayError:
    """Return an error that nobody foresaw as one that can be shown."""
    if isinstance(error, OSError) and error.strerror:
        where = f": {error.filename}" if error.filename else ""
        hint = MORE_FILES if error.errno in (errno.EMFILE, errno.ENFILE) else ""
        return SayError(f"the system refused: {reason_of(error)}{where}", hint)
    if isinstance(error, MemoryError):
        return SayError("there is not enough memory", "End some programs, or send the text in several.")
    return SayError(
        f"this should not have happened: {type(error).__name__}: {error}",
        "Please report it with what 'say --logs' shows.",
    )
