"""What is heard first, through real processes: as much as the speed of the machine allows; in a file, always the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fakes.daemon import Daemon
from tests.fakes.pulse import NullSink

OPENING = "It was a bright cold day in April, "
SENTENCE = OPENING + "and the clocks were striking thirteen. "
REST = "Nobody looked up from the papers that lay on the tables of the reading room. " * 2
TEXT = SENTENCE + REST


@contextmanager
def noting(folder: Path, sink: NullSink | None = None) -> Iterator[tuple[Daemon, Callable[[], list[str]]]]:
    """Run a daemon that has made some pieces already, and yield it with what returns the pieces made since."""
    note = folder / "spoken"
    environment = sink.environment if sink is not None else {}

    def spoken() -> list[str]:
        return [str(json.loads(line)) for line in note.read_text().splitlines()] if note.exists() else []

    with Daemon(folder, arguments=("--tone-note", str(note)), environment=environment) as daemon:
        assert daemon.run_say("-o", "out.wav", TEXT).returncode == 0
        note.unlink()
        yield daemon, spoken


def test_a_file_is_the_same_however_fast_its_machine_was_found_to_be(tmp_path: Path) -> None:
    with noting(tmp_path) as (daemon, spoken):
        written = [daemon.run_say("-o", "-", TEXT).stdout for _ in range(2)]

        assert written[0] and written[0] == written[1]
        assert spoken()[0] == OPENING


@pytest.mark.sound
def test_who_listens_to_a_fast_machine_hears_a_whole_sentence_at_once(tmp_path: Path) -> None:
    with NullSink() as sink, noting(tmp_path, sink) as (daemon, spoken):
        first = ""
        for _ in range(5):  # one that stands still for a moment is no fast machine, for a while
            before = len(spoken())
            assert daemon.run_say("-s", "2", TEXT).returncode == 0
            if (first := spoken()[before]) == SENTENCE:
                break

        assert first == SENTENCE
