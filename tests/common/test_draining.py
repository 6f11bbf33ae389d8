from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from common.draining import Draining, living, remove_dead, speaks_first
from common.handshake import MODEL_ROLE, voice_role
from common.paths import draining_file, draining_files
from common.state import of_this_process, write

SERVER = of_this_process(MODEL_ROLE, 4242, "secret", {})


def test_it_is_found_until_it_has_left(tmp_path: Path) -> None:
    assert living(tmp_path) == []
    leaving = Draining(tmp_path, SERVER)
    assert living(tmp_path) == [SERVER]
    leaving.close()
    assert living(tmp_path) == [] and not draining_files(tmp_path)


def test_others_learn_whether_somebody_of_its_line_speaks_first(tmp_path: Path) -> None:
    assert not speaks_first(tmp_path, SERVER)
    leaving = Draining(tmp_path, SERVER)
    for first in (False, True, True, False, True):
        leaving.speak_first(first)
        assert speaks_first(tmp_path, SERVER) == first
    leaving.close()
    assert not speaks_first(tmp_path, SERVER)


def test_one_that_was_killed_is_none_and_its_file_is_removed(tmp_path: Path) -> None:
    dead = replace(SERVER, pid=os.getppid(), started="another process")
    write(draining_file(tmp_path, dead.pid), dead)
    draining_file(tmp_path, 1).write_text("torn")
    leaving = Draining(tmp_path, SERVER)
    assert living(tmp_path) == [SERVER]
    remove_dead(tmp_path)
    assert draining_files(tmp_path) == [draining_file(tmp_path, SERVER.pid)]
    leaving.close()


def test_a_file_about_something_else_names_nobody(tmp_path: Path) -> None:
    write(draining_file(tmp_path, SERVER.pid), replace(SERVER, role=voice_role("af_heart")))
    assert living(tmp_path) == []
