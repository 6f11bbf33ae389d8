"""The daemon that tests share: the same one as long as it is as good as new, else another."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from common.messages.control import Steered, SteerNumber
from tests.fakes import shared_daemon as module
from tests.fakes.lives import kill
from tests.fakes.shared_daemon import SharedDaemon
from tests.process_guard import MARKER


def test_a_test_gets_the_same_daemon_unless_one_before_it_killed_or_held_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SETTLING", 0.2)
    with SharedDaemon(tmp_path / "shared", None) as shared:
        (tmp_path / "shared").mkdir()
        first = shared.for_test(tmp_path)
        (first.home / "unspoken.1.1").touch()
        pid = first.state().pid
        assert shared.for_test(tmp_path).state().pid == pid
        assert not list(first.home.glob("unspoken*"))

        first.ask(SteerNumber("pause"), Steered)
        another = shared.for_test(tmp_path).state().pid
        assert another != pid

        kill(another)
        assert shared.for_test(tmp_path).state().pid != another


def test_what_a_test_starts_carries_its_mark_and_the_daemon_does_not(tmp_path: Path) -> None:
    with SharedDaemon(tmp_path, None) as shared:
        mine = shared.for_test(tmp_path)
        assert mine.environment[MARKER] == os.environ[MARKER]
        (server,) = mine.processes()
        assert MARKER not in server.environ()
