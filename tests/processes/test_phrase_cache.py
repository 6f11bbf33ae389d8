"""The phrase cache, as a user of `say` meets it. Tones are kept only where a test asks for it."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from common.errors import EXIT_FAILED, EXIT_OK
from common.phrase_folder import held
from model_server.phrase_cache import MOST_SYMBOLS
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.lives import tone_wav
from tests.fakes.said import message

PHRASE = "Build finished."
# Short pieces, one of them twice, and one that is too long to be kept.
TEXT = "\n\n".join(("Tests failed.", PHRASE, "And so on and on " * 20 + "and on.", PHRASE, "Done."))


# What the daemon logs where a disk, or the processor to look at it, is slow. It then synthesizes what it may have.
GIVEN_UP = "and is left alone until it answers"
TRIES = 8


def again_where_the_disk_was_slow(test: Callable[..., None]) -> Callable[..., None]:
    """Have a test that failed run again, in another folder, if a daemon of it did not wait for its disk."""

    @functools.wraps(test)
    def tried(tmp_path: Path, **fixtures: object) -> None:
        for number in range(TRIES):
            folder = tmp_path / str(number)
            folder.mkdir()
            try:
                return test(tmp_path=folder, **fixtures)
            except AssertionError:
                logs = folder.rglob("model_server.log*")
                if number == TRIES - 1 or not any(GIVEN_UP in log.read_text() for log in logs):
                    raise

    return tried


class Kept:
    """A daemon that keeps tones, and what it spoke."""

    def __init__(self, folder: Path, cache: str = "on") -> None:
        self.note = folder / "spoken"
        self.daemon = Daemon(folder, arguments=("--tone-cached", "--tone-note", str(self.note)), cache=cache)
        self.folder = self.daemon.home / "phrases"

    @property
    def synthesized(self) -> list[str]:
        """The pieces that the engine was given."""
        return [json.loads(line) for line in self.note.read_text().splitlines()] if self.note.exists() else []

    def write(self, text: str, *arguments: str) -> bytes:
        """Return the file that `say -o` writes."""
        done = self.daemon.run_say("-o", "out.wav", *arguments, input=text)
        assert (done.returncode, done.stderr) == (EXIT_OK, b""), done
        return (self.daemon.folder / "out.wav").read_bytes()

    def restart(self) -> None:
        assert self.daemon.end() == []
        self.daemon.start()


@again_where_the_disk_was_slow
def test_a_phrase_is_synthesized_once_and_once_more_after_a_restart_and_never_again(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    with kept.daemon:
        for times, phrases in ((1, 0), (1, 1), (1, 1)):
            assert kept.write(PHRASE) == tone_wav(PHRASE)
            assert kept.synthesized == [PHRASE] * times
            eventually(lambda: held(kept.folder).phrases == phrases, f"{phrases} on disk")  # noqa: B023  # used at once
        kept.restart()
        assert kept.write(PHRASE) == tone_wav(PHRASE)
        assert kept.synthesized == [PHRASE]


@again_where_the_disk_was_slow
def test_a_phrase_that_is_spoken_once_a_day_is_kept_as_well(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    with kept.daemon:
        for day, times in enumerate((1, 2, 2, 2)):
            assert kept.write(PHRASE) == tone_wav(PHRASE)
            assert kept.synthesized == [PHRASE] * times
            eventually((kept.folder / "heard").exists, "it is noted")
            eventually(lambda: held(kept.folder).phrases == (day > 0), "it is on disk")  # noqa: B023  # used at once
            kept.restart()


@again_where_the_disk_was_slow
def test_files_and_word_times_are_the_same_with_the_cache_off_cold_warm_and_on_disk(tmp_path: Path) -> None:
    def outcome(kept: Kept) -> tuple[bytes, bytes]:
        sound = kept.write(TEXT, "--timings", "times.json")
        return sound, (kept.daemon.folder / "times.json").read_bytes()

    for name in ("off", "on"):
        (tmp_path / name).mkdir()
    off, on = Kept(tmp_path / "off", cache="off"), Kept(tmp_path / "on")
    with off.daemon:
        wanted = outcome(off)
        pieces = off.synthesized
        assert outcome(off) == wanted and off.synthesized == pieces * 2
        assert not off.folder.exists()
    short = {piece for piece in pieces if len(piece) <= MOST_SYMBOLS}
    assert 2 < len(short) < len(set(pieces)) < len(pieces)
    with on.daemon:
        on.write(f"Elsewhere.\n\n{PHRASE}\n\nDone.")  # so that some come from another place of another text
        for _ in range(3):
            assert outcome(on) == wanted
        assert all(on.synthesized.count(piece) == 1 for piece in short)
        eventually(lambda: held(on.folder).phrases == len(short), "all of the short ones are on disk")
        on.restart()
        before = on.synthesized
        assert outcome(on) == wanted
        assert short.isdisjoint(on.synthesized[len(before) :])


def test_what_is_damaged_on_disk_is_synthesized_again(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    with kept.daemon:
        for _ in range(2):
            kept.write(PHRASE)
        eventually(lambda: held(kept.folder).phrases == 1, "it is on disk")
        (file,) = (path for path in kept.folder.iterdir() if len(path.name) == 40)
        file.write_bytes(file.read_bytes()[:-1] + b"?")
        kept.restart()
        assert kept.write(PHRASE) == tone_wav(PHRASE)
        assert kept.synthesized == [PHRASE] * 2


@again_where_the_disk_was_slow
def test_clearing_forgets_all_and_says_how_much_it_was(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    with kept.daemon as daemon:
        for _ in range(2):
            kept.write(PHRASE)
        eventually(lambda: held(kept.folder).phrases == 1, "it is on disk")
        table = daemon.run_say("--status").stdout.decode()
        assert "1 phrase, 29 kB on disk; 1 hit, 1 miss" in table
        done = daemon.run_say("--clear-cache")
        assert (done.returncode, done.stdout) == (EXIT_OK, b"cleared 1 phrase, 29 kB on disk and 29 kB in memory\n")
        assert daemon.run_say("--clear-cache").stdout == b"the cache was empty\n"
        kept.write(PHRASE)
        assert kept.synthesized == [PHRASE] * 2


@again_where_the_disk_was_slow
def test_clearing_needs_no_daemon_and_starts_none(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    with kept.daemon as daemon:
        assert daemon.run_say("--shutdown").returncode == EXIT_OK
        assert daemon.run_say("--clear-cache").stdout == b"the cache was empty\n"
        daemon.start()
        for _ in range(2):
            kept.write(PHRASE)
        eventually(lambda: held(kept.folder).phrases == 1, "it is on disk")
        assert daemon.run_say("--shutdown").returncode == EXIT_OK
        done = daemon.run_say("--clear-cache")
        assert (done.returncode, done.stdout) == (EXIT_OK, b"cleared 1 phrase, 29 kB on disk\n")
        assert daemon.pids() == [] and held(kept.folder).phrases == 0


@pytest.mark.parametrize("running", [True, False])
def test_what_is_not_ours_is_not_cleared_and_that_is_told(tmp_path: Path, running: bool) -> None:
    kept = Kept(tmp_path)
    kept.daemon.home.mkdir(mode=0o700)
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    precious = tmp_path / "elsewhere" / ("0" * 40)
    precious.write_text("mine")
    kept.folder.symlink_to(tmp_path / "elsewhere")
    with kept.daemon as daemon:
        if not running:
            daemon.end()
        done = daemon.run_say("--clear-cache")
        assert done.returncode == EXIT_FAILED and "not yours" in message(done)
        assert precious.read_text() == "mine"


@again_where_the_disk_was_slow
def test_a_folder_that_cannot_be_used_fails_nobody_and_is_logged_once(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.daemon.home.mkdir(mode=0o700)
    kept.folder.write_text("no folder")
    with kept.daemon as daemon:
        for _ in range(3):
            assert kept.write(PHRASE) == tone_wav(PHRASE)
        assert kept.synthesized == [PHRASE]  # the memory is left
        assert daemon.log().count("the phrase cache is in memory only") == 1


def test_the_cache_can_be_switched_off(tmp_path: Path) -> None:
    kept = Kept(tmp_path, cache="off")
    with kept.daemon as daemon:
        for _ in range(2):
            kept.write(PHRASE)
        assert kept.synthesized == [PHRASE] * 2
        assert json.loads(daemon.run_say("--status", "--json").stdout)["cache"]["on"] is False


@pytest.mark.timeout(180)
@again_where_the_disk_was_slow
def test_kokoro_says_the_same_from_the_cache(tmp_path: Path, tiny_kokoro: Path) -> None:
    with Daemon(tmp_path, engine="kokoro", model_dir=str(tiny_kokoro)) as daemon:

        def write(name: str, *arguments: str) -> bytes:
            done = daemon.run_say("-o", name, "-v", "af_heart", *arguments, PHRASE, timeout=120)
            assert (done.returncode, done.stderr) == (EXIT_OK, b""), done
            return (tmp_path / name).read_bytes()

        def hits() -> int:
            found = json.loads(daemon.run_say("--status", "--json").stdout)["cache"]["hits"]
            assert isinstance(found, int)
            return found

        first = write("1.wav")
        assert write("2.wav") == first and hits() == 1
        assert write("3.wav", "-s", "1.2") != first and hits() == 1
        eventually(lambda: held(daemon.home / "phrases").phrases == 1, "it is on disk")
        daemon.end()
        daemon.start()
        assert write("4.wav") == first and hits() == 1
