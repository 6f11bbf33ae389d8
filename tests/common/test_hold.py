from __future__ import annotations

import stat
from pathlib import Path

import pytest

from common import hold
from common.paths import hold_file


def test_a_hold_lasts_until_it_is_lifted(tmp_path: Path) -> None:
    assert not hold.is_held(tmp_path)
    hold.hold(tmp_path)
    hold.hold(tmp_path)
    assert hold.is_held(tmp_path)
    assert stat.S_IMODE(hold_file(tmp_path).stat().st_mode) == 0o600
    assert hold.lift(tmp_path) and not hold.lift(tmp_path)
    assert not hold.is_held(tmp_path) and not list(tmp_path.iterdir())


def test_a_hold_ends_with_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hold.hold(tmp_path)
    monkeypatch.setattr(hold, "boot_mark", lambda: "the next start")
    assert not hold.is_held(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"1" * 100])
def test_a_file_of_something_else_holds_nothing(content: bytes, tmp_path: Path) -> None:
    hold_file(tmp_path).write_bytes(content)
    assert not hold.is_held(tmp_path)
    hold_file(tmp_path).unlink()
    hold_file(tmp_path).mkdir()
    assert not hold.is_held(tmp_path)
