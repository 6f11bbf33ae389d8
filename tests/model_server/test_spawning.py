"""What a voice server's start leaves on disk. Its life is in `test_voice_processes.py`."""

from __future__ import annotations

import os
from pathlib import Path

from common.paths import log_directory, voice_log
from model_server import spawning


def test_the_logs_of_blends_are_kept_for_the_newest_only(tmp_path: Path) -> None:
    log_directory(tmp_path).mkdir()
    logs = [voice_log(tmp_path, f"af_bella({weight})+af_sky(1)") for weight in range(2, spawning.MOST_PASSING_LOGS + 5)]
    kept = voice_log(tmp_path, "af_heart")
    for age, path in enumerate((*reversed(logs), kept)):
        path.touch()
        path.with_name(path.name + ".1").touch()
        os.utime(path, (age, age))
    os.utime(kept, (0, 0))

    spawning.remove_oldest_logs(tmp_path)

    there = set(log_directory(tmp_path).glob("*.log"))
    assert there == {kept, *logs[: spawning.MOST_PASSING_LOGS]}
    assert {path.with_suffix(".log.1") for path in there} == set(log_directory(tmp_path).glob("*.log.1"))


def test_without_any_logs_there_is_nothing_to_remove(tmp_path: Path) -> None:
    spawning.remove_oldest_logs(tmp_path)

    assert list(tmp_path.iterdir()) == []
