"""What nobody foresaw is told in words that help."""

from __future__ import annotations

import errno

import pytest

from say.gateways.bridge.telling import explained


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            OSError(errno.EMFILE, "Too many open files"),
            "the system refused: too many open files. Raise the limit with 'ulimit -n', or end some programs.",
        ),
        (
            PermissionError(errno.EPERM, "Operation not permitted", "/x"),
            "the system refused: operation not permitted: /x",
        ),
        (MemoryError(), "there is not enough memory. End some programs, or send the text in several."),
        (
            KeyError("a"),
            "this should not have happened: KeyError: 'a'. Please report it with what 'say --logs' shows.",
        ),
    ],
)
def test_an_error_is_told_as_what_it_means(error: Exception, text: str) -> None:
    assert str(explained(error)) == text
