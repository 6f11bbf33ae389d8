from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from common import log_files
from common.log_files import open_log, tail


def test_a_log_is_private_and_appended_to(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "model_server.log"
    for line in (b"one\n", b"two\n"):
        descriptor = open_log(path)
        os.write(descriptor, line)
        os.close(descriptor)

    assert path.read_text() == "one\ntwo\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_log_that_has_grown_is_put_aside_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_files, "MOST_BYTES", 10)
    path = tmp_path / "model_server.log"
    for text in ("first, quite long", "second, quite long", "third"):
        descriptor = open_log(path)
        os.write(descriptor, text.encode())
        os.close(descriptor)

    assert path.read_text() == "third"
    assert (tmp_path / "model_server.log.1").read_text() == "second, quite long"
    assert len(list(tmp_path.iterdir())) == 2


def test_the_tail_is_the_last_lines_whatever_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"\xff\xfe" * 10_000 + b"\n" + b"".join(b"line %d\n" % number for number in range(100)))

    assert tail(path, 3) == "line 97\nline 98\nline 99"
    assert tail(tmp_path / "none.log") == ""
    assert tail(tmp_path) == ""
