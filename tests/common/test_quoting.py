from __future__ import annotations

import errno
import os
import subprocess

import pytest

from common.quoting import quoted, reason_of


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "x.pt"), "no such file or directory"),
        (ValueError("embedded null byte"), "embedded null byte"),
        (OSError(), ""),
        (subprocess.TimeoutExpired("x", 3), "command 'x' timed out after 3 seconds"),
    ],
)
def test_a_reason_stands_within_a_sentence(error: Exception, reason: str) -> None:
    assert reason_of(error) == reason


def test_a_long_text_is_quoted_in_part() -> None:
    assert quoted("a" * 61) == repr("a" * 60 + "…")
    assert quoted("it's") == '"it\'s"'
