"""A text that crashed twice is refused; whoever was killed, or left in peace, blames no text."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from common.errors import EngineError, FatalText
from common.voices import find_voice
from model_server.engines.base import EnginePiece
from model_server.engines.together.gain import SIZES
from model_server.fatal_texts import _MOST_AT_ONCE, _MOST_KEPT, FORGOTTEN_AFTER, CrashBook, FatalTexts

PIECE = EnginePiece("A secret BOOM.", "", find_voice("af_heart"), "en-us", 1.0)
OTHER = replace(PIECE, text="Peace.")
DAY = 86_400.0  # seconds

# Speaks a piece as a daemon would and ends in mid-piece: by a fault, by a kill, or by leaving in peace.
SCRIPT = """
import os, signal, sys
from pathlib import Path
from common.voices import find_voice
from model_server.engines.base import EnginePiece
from model_server.fatal_texts import FatalTexts

folder, text, end = sys.argv[1:]
fatal = FatalTexts(Path(folder))
with fatal.speaking("tone", EnginePiece(text, "", find_voice("af_heart"), "en-us", 1.0)):
    if end == "peace":
        fatal.close()
        os._exit(0)
    os.kill(os.getpid(), getattr(signal, end))
"""


class Clock:
    now = 1_000_000_000.0

    def __call__(self) -> float:
        return self.now


def server(folder: Path, clock: Clock | None = None, settings: str = "") -> FatalTexts:
    """Return the memory of a daemon that began just now, without a fault handler."""
    return FatalTexts(folder, settings, clock or Clock(), lambda file: None)


def dies(folder: Path, end: str, text: str = PIECE.text) -> None:
    """Let a daemon die while it speaks."""
    command = [sys.executable, "-c", SCRIPT, str(folder), text, end]
    done = subprocess.run(command, stderr=subprocess.DEVNULL, check=False, timeout=60)
    assert done.returncode == (0 if end == "peace" else -getattr(signal, end))


def add_last_words(fatal: FatalTexts) -> None:
    assert fatal._path is not None
    fatal._path.write_bytes(fatal._path.read_bytes() + b"Fatal Python error: Aborted\n")


def crashes(folder: Path, clock: Clock, piece: EnginePiece = PIECE, settings: str = "") -> None:
    """Leave behind what a daemon leaves that crashed with that piece."""
    fatal = server(folder, clock, settings)
    speaking = fatal.speaking("tone", piece)
    speaking.__enter__()
    add_last_words(fatal)
    os.close(fatal._file)
    fatal._file = -1


def speaks(fatal: FatalTexts, piece: EnginePiece = PIECE, engine: str = "tone") -> bool:
    try:
        with fatal.speaking(engine, piece):
            return True
    except FatalText:
        return False


@pytest.mark.parametrize("fault", ["SIGSEGV", "SIGABRT"])
def test_a_text_is_refused_by_name_after_two_crashes(tmp_path: Path, fault: str) -> None:
    dies(tmp_path, fault)
    dies(tmp_path, fault)
    fatal = server(tmp_path)

    said = r"'A secret BOOM\.' crashed the model server 2 times"
    with pytest.raises(FatalText, match=said) as refusal, fatal.speaking("tone", PIECE):
        pytest.fail("it was spoken")

    assert "--engine espeak" in refusal.value.hint
    assert speaks(fatal, OTHER)
    assert speaks(fatal, engine="kokoro")


@pytest.mark.parametrize("end", ["SIGKILL", "peace"])
def test_who_was_killed_or_left_in_peace_blames_no_text(tmp_path: Path, end: str) -> None:
    for _ in range(3):
        dies(tmp_path, end)

    assert speaks(server(tmp_path))
    assert not list(tmp_path.glob("crashes.json"))


def test_a_crash_while_an_engine_loads_blames_no_text_but_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    script = SCRIPT.replace(
        "with fatal.speaking", "fatal.watch()\nos.kill(os.getpid(), signal.SIGABRT)\nwith fatal.speaking"
    )
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path), PIECE.text, "peace"],
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=60,
        )
        assert done.returncode == -signal.SIGABRT

    assert speaks(server(tmp_path))
    assert "Fatal Python error: Aborted" in caplog.text
    assert not list(tmp_path.glob("crashes.json"))


def test_nothing_on_disk_tells_what_crashed(tmp_path: Path) -> None:
    for home in ("one", "other"):
        dies(tmp_path / home, "SIGABRT")
        speaks(server(tmp_path / home), OTHER)
    books = [(tmp_path / home / "crashes.json").read_text() for home in ("one", "other")]

    assert not any(b"secret" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert set(json.loads(books[0])) != set(json.loads(books[1]))  # with another key the same text has another hash
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "one").iterdir() if path.name != "crashes.json")


def test_all_pieces_that_may_be_spoken_at_once_are_noted() -> None:
    assert max(SIZES) <= _MOST_AT_ONCE


def test_a_key_that_was_not_written_to_its_end_gives_way_to_another(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"")
    for end in ("SIGSEGV", "SIGSEGV"):
        dies(tmp_path, end)
    assert len((tmp_path / "key").read_bytes()) == 32
    with pytest.raises(FatalText), server(tmp_path).speaking("tone", PIECE):
        pass


def test_a_text_that_is_spoken_after_a_crash_was_not_to_blame(tmp_path: Path) -> None:
    clock = Clock()
    crashes(tmp_path, clock)
    assert speaks(server(tmp_path, clock))
    crashes(tmp_path, clock)

    assert speaks(server(tmp_path, clock))


def test_an_engine_s_own_error_is_no_crash(tmp_path: Path) -> None:
    for _ in range(3):
        fatal = server(tmp_path)
        with pytest.raises(EngineError), fatal.speaking("tone", PIECE):
            raise EngineError("it cannot say that")
        os.close(fatal._file)

    assert speaks(server(tmp_path))


def test_crashes_are_forgotten_after_a_month_and_with_other_settings(tmp_path: Path) -> None:
    clock = Clock()
    crashes(tmp_path, clock)
    crashes(tmp_path, clock)
    assert not speaks(server(tmp_path, clock))
    assert speaks(server(tmp_path, clock, "device cuda"))

    clock.now += FORGOTTEN_AFTER * DAY

    assert speaks(server(tmp_path, clock))


def test_what_a_living_daemon_speaks_is_not_taken_for_a_crash(tmp_path: Path) -> None:
    draining = server(tmp_path)
    with draining.speaking("tone", PIECE):
        add_last_words(draining)
        assert speaks(server(tmp_path), OTHER)
        assert draining._path is not None and draining._path.exists()


def test_a_piece_that_ends_after_the_daemon_said_farewell_leaves_nothing(tmp_path: Path) -> None:
    fatal = server(tmp_path)
    with fatal.speaking("tone", PIECE):
        fatal.close()
    assert speaks(fatal)
    fatal.close()

    assert {path.name for path in tmp_path.iterdir()} == {"key"}


@pytest.mark.parametrize("harm", ["{", "[]", '{"a": 1}', '{"a": ["x", 1]}', "\ud800"])
def test_a_damaged_book_is_begun_anew(tmp_path: Path, harm: str) -> None:
    (tmp_path / "crashes.json").write_bytes(harm.encode(errors="surrogatepass"))
    tmp_path.chmod(0o700)

    assert speaks(server(tmp_path))


def test_a_folder_that_cannot_be_used_silences_nobody(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file")

    fatal = server(tmp_path / "folder")

    assert speaks(fatal)
    assert speaks(fatal)
    fatal.close()


def test_a_book_keeps_the_newest_crashes() -> None:
    book = CrashBook()
    for number in range(_MOST_KEPT + 5):
        book.add(str(number), float(number))

    assert len(book.crashes) == _MOST_KEPT
    assert book.count("4", 0.0) == 0
    assert book.count(str(_MOST_KEPT + 4), 0.0) == 1


def test_a_crash_of_several_at_once_makes_each_suspect_until_it_is_spoken_by_itself(tmp_path: Path) -> None:
    clock, third = Clock(), replace(PIECE, text="War.")
    fatal = server(tmp_path, clock)
    assert fatal.is_suspect("tone", OTHER)  # nobody has looked yet
    speaking = fatal.speaking_together("tone", [PIECE, OTHER])
    speaking.__enter__()
    assert fatal._path is not None
    fatal._path.write_bytes(fatal._path.read_bytes() + b"Fatal Python error: Aborted\n")
    os.close(fatal._file)
    fatal._file = -1

    fatal = server(tmp_path, clock)
    assert speaks(fatal, third)
    assert [fatal.is_suspect("tone", piece) for piece in (PIECE, OTHER, third)] == [True, True, False]
    assert speaks(fatal, OTHER)
    assert not fatal.is_suspect("tone", OTHER)
    os.close(fatal._file)
    crashes(tmp_path, clock)

    assert not speaks(server(tmp_path, clock))
    assert speaks(server(tmp_path, clock), OTHER)


def test_pieces_that_end_well_together_leave_nothing(tmp_path: Path) -> None:
    fatal = server(tmp_path)
    with fatal.speaking_together("tone", [PIECE, OTHER]):
        pass
    assert fatal._path is not None
    assert not fatal._path.read_bytes().strip(b"\0")
    fatal.close()
