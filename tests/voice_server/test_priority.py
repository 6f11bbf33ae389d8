from __future__ import annotations

import os
from pathlib import Path

import pytest

from voice_server import priority
from voice_server.priority import NICE, raise_priority


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the list of the nicenesses that are asked for, of a process that leads its session and has 0."""
    asked: list[int] = []
    monkeypatch.setattr(priority.os, "getpriority", lambda which, who: 0)
    monkeypatch.setattr(priority.os, "setpriority", lambda which, who, nice: asked.append(nice))
    monkeypatch.setattr(priority.os, "getsid", lambda pid: os.getpid())
    return asked


def test_process_and_session_are_raised(given: list[int], tmp_path: Path) -> None:
    raise_priority(tmp_path / "autogroup")
    assert given == [NICE]
    assert (tmp_path / "autogroup").read_text() == f"{NICE}\n"


def test_nothing_is_said_of_a_right_that_is_missing(
    given: list[int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(which: int, who: int, nice: int) -> None:
        raise PermissionError

    monkeypatch.setattr(priority.os, "setpriority", refuse)
    raise_priority(tmp_path / "missing" / "autogroup")


def test_who_has_more_keeps_it(given: list[int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(priority.os, "getpriority", lambda which, who: NICE - 1)
    raise_priority(tmp_path / "autogroup")
    assert given == []


def test_the_session_of_somebody_else_is_left_alone(
    given: list[int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(priority.os, "getsid", lambda pid: os.getpid() + 1)
    raise_priority(tmp_path / "autogroup")
    assert not (tmp_path / "autogroup").exists()
