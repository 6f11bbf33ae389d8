"""`say --continue` of large files, and of several texts: no character is lost, and nobody waits for the end of a file."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from common.errors import EXIT_FAILED, EXIT_STOPPED
from say.reading import Flush, Input, pour
from say.rests import Rest, kept_files, recall
from say.spool import TextSpool
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.pulse import NullSink
from tests.fakes.said import message
from tests.fakes.saying import saying
from tests.fakes.shared_daemon import SharedDaemon

pytestmark = pytest.mark.sound

ROW = "Row {} is one of very *many*, and `none` may be lost, see [here](http://a.example/b).\n"
SPOKEN = "Row {} is one of very many, and none may be lost, see here.\n"
NAME = "big.md"
HEARD = 6  # rows, before one is stopped


@pytest.fixture(scope="module")
def shared_daemon(tmp_path_factory: pytest.TempPathFactory, shared_sink: NullSink) -> Iterator[SharedDaemon]:
    """A daemon that notes what it speaks, eight rows a second."""
    folder = tmp_path_factory.mktemp("shared")
    arguments = ("--tone-character", "0.002", "--tone-note", str(folder / "spoken"))
    with SharedDaemon(folder, shared_sink, arguments=arguments) as shared:
        yield shared


@pytest.fixture
def daemon(shared_daemon: SharedDaemon, tmp_path: Path) -> Daemon:
    daemon = shared_daemon.for_test(tmp_path)
    note = shared_daemon.folder / "spoken"
    if not note.exists():
        assert daemon.run_say("Up.").returncode == 0
    (tmp_path / "spoken").symlink_to(note)
    return daemon


@pytest.fixture
def rows(daemon: Daemon, counts: Callable[[int, int], int]) -> int:
    """Write many rows into a file, more than can be read before a test stops it: 20 MB, or 60. Return how many."""
    count = counts(230_000, 700_000)
    (daemon.folder / NAME).write_text("".join(ROW.format(number) for number in range(count)))
    return count


def pieces(daemon: Daemon) -> list[str]:
    """Return what was spoken so far, or is about to be, piece by piece."""
    whole, _, _ = (daemon.folder / "spoken").read_text().rpartition("\n")  # what follows is being written
    return [json.loads(line) for line in whole.splitlines()]


def rows_of(spoken: Iterable[str]) -> list[int]:
    """Return the numbers of the rows that begin in these pieces."""
    return [int(found[1]) for each in spoken if (found := re.match(r"Row (\d+) ", each))]


def claim(daemon: Daemon) -> Rest:
    rest = recall(daemon.home)
    assert rest is not None
    return rest


def to_be_spoken(rest: Rest) -> str:
    """Return the digest of what `say --continue` would speak."""
    with TextSpool() as spool:
        source = Input(os.dup(rest.descriptor), "the rest", terminal=False)
        pour(source, spool, Flush.AT_END, pytest.fail, text_filter=rest.recipe.filter()).join()
        return hashlib.sha256(spool.read(0, spool.length).text.encode()).hexdigest()


def body(rest: Rest) -> str:
    """Return the digest of the text as it is kept."""
    with open(os.dup(rest.descriptor), "rb") as file:
        position = file.tell()
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.lseek(rest.descriptor, position, os.SEEK_SET)
    return digest


class Stopped:
    """A `say` for which pieces were made until beyond a row and of which some rows were heard, then stopped."""

    def __init__(
        self, daemon: Daemon, *arguments: str, row: int, how: str = "SIGINT", stdin: str | None = None
    ) -> None:
        given = subprocess.DEVNULL if stdin is None else os.open(daemon.folder / stdin, os.O_RDONLY)
        before = len(pieces(daemon))
        with saying(daemon, *arguments, stdin=given) as client:
            eventually(lambda: any(f"Row {row} " in each for each in pieces(daemon)[before:]), f"row {row}")
            # A busy machine makes many rows while the first is still on its way to the ear. The client, which reads all
            # the while, may learn later than the daemon what was heard.
            eventually(lambda: any(each.played > skipped(HEARD) for each in daemon.queue()), "rows that were spoken")
            begun = time.monotonic()
            if how == "--stop":
                daemon.run_say("--stop")
            else:
                client.send_signal(signal.Signals[how])
            _, said = client.communicate(timeout=30)
            self.seconds = time.monotonic() - begun
        assert client.returncode == (EXIT_STOPPED if how == "--stop" else -signal.Signals[how]), said
        self.said = said.decode()
        found = re.search(r'Not spoken: "Row (\d+) ', self.said)
        assert found, self.said
        self.row = int(found.group(1))
        # The least one: of what was stopped before, a row that lies ahead may be noted late.
        self.begun_with = min(rows_of(pieces(daemon)[before:]))


def skipped(row: int) -> int:
    """Return how many characters are spoken before that row."""
    return sum(len(SPOKEN.format(number)) for number in range(row))


@pytest.mark.parametrize(("how", "arguments"), [("SIGINT", ("-f", NAME)), ("SIGTERM", ()), ("--stop", ("-f", NAME))])
def test_of_a_large_file_all_is_kept(
    daemon: Daemon,
    rows: int,
    counts: Callable[[int, int], int],
    figure: Callable[[str], None],
    how: str,
    arguments: tuple[str, ...],
) -> None:
    stopped = Stopped(daemon, *arguments, row=15, how=how, stdin=None if arguments else NAME)
    figure(f"{how} ended a say of {rows} rows within {stopped.seconds:.2f} s")
    assert re.search(r'…" and more than [\d,]+ more characters; \'say --continue\' goes on there\.\n$', stopped.said)
    with (daemon.folder / NAME).open("rb") as file:
        as_it_was = hashlib.file_digest(file, "sha256").hexdigest()
    (daemon.folder / NAME).unlink()

    again = Stopped(daemon, "--continue", row=stopped.row + 15)
    assert again.begun_with == stopped.row and again.row > stopped.row
    (path,) = kept_files(daemon.home)
    assert path.stat().st_mode & 0o777 == 0o600
    rest = claim(daemon)
    assert (rest.recipe.form, rest.recipe.skip) == ("auto", skipped(again.row))
    assert body(rest) == as_it_was
    if counts(0, 1):
        expected = "".join(SPOKEN.format(number) for number in range(again.row, rows))
        assert to_be_spoken(rest) == hashlib.sha256(expected.encode()).hexdigest()


def test_a_file_that_was_rewritten_meanwhile_leaves_what_was_read(daemon: Daemon, rows: int) -> None:
    """What was read of it, but not spoken, cannot be had from the file any more."""
    before = len(pieces(daemon))
    with saying(daemon, "-f", NAME) as client:
        eventually(lambda: len(pieces(daemon)) > before, "sound")
        os.truncate(daemon.folder / NAME, 10)
        client.send_signal(signal.SIGINT)
        _, said = client.communicate(timeout=30)
    assert b"'say --continue' goes on there." in said
    (row,) = re.findall(r'Not spoken: "Row (\d+) ', said.decode())
    rest = claim(daemon)
    with open(rest.descriptor) as file:
        assert file.read().startswith(SPOKEN.format(row) + f"Row {int(row) + 1} is")


def test_of_several_that_are_stopped_at_once_each_goes_on(daemon: Daemon) -> None:
    assert daemon.run_say("--pause").returncode == 0  # so that none comes to its end before
    clients = [daemon.start_say(f"Text {name} goes on. And on.") for name in ("one", "two", "three")]
    try:
        eventually(lambda: len(daemon.queue()) == 3, "three in the queue")
        daemon.run_say("--stop")
        said = [client.communicate(timeout=30)[1] for client in clients]
    finally:
        for client in clients:
            client.kill()
            client.wait()
    assert daemon.run_say("--resume").returncode == 0
    assert [client.returncode for client in clients] == [EXIT_STOPPED] * 3
    assert all(each.endswith(b"; 'say --continue' goes on there.\n") for each in said)
    assert len(kept_files(daemon.home)) == 3

    begun = []
    for left in (2, 1, 0):
        before = len(pieces(daemon))
        assert daemon.run_say("--continue").returncode == 0
        begun.append(pieces(daemon)[before].partition(" goes")[0])
        assert len(kept_files(daemon.home)) == left
    assert sorted(begun) == ["Text one", "Text three", "Text two"]
    done = daemon.run_say("--continue")
    assert (done.returncode, message(done)) == (EXIT_FAILED, "nothing is left unspoken.")
