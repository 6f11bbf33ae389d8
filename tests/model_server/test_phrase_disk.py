from __future__ import annotations

import errno
import os
import random
import stat
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from common.errors import DaemonError
from common.messages.synthesis import WordTime
from common.phrase_folder import HEARD, KEY, passing_files, phrase_files
from model_server import phrase_disk
from model_server.phrase_disk import MOST_HEARD, PhraseDisk
from model_server.phrase_format import Phrase

NAME = "ab" * 20
SMALL = Phrase(bytes(400), 10, 90, (WordTime(0, 5, 0.0, 0.25),))


def name(number: int) -> str:
    return f"{number:040x}"


def opened(folder: Path, limit: int = 1 << 20) -> PhraseDisk:
    disk = PhraseDisk(folder, limit)
    disk.open()
    return disk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "say" / "phrases"


def test_a_phrase_is_written_when_it_is_spoken_again(folder: Path) -> None:
    disk = opened(folder)
    disk.spoken(NAME, SMALL)
    assert disk.read(NAME) is None and disk.held().phrases == 0
    disk.spoken_again(NAME, SMALL)
    assert disk.read(NAME) == SMALL


def test_the_second_time_counts_after_a_restart_as_well(folder: Path) -> None:
    opened(folder).spoken(NAME, SMALL)
    opened(folder).spoken(NAME, SMALL)
    assert opened(folder).read(NAME) == SMALL


def test_everything_is_private(folder: Path) -> None:
    disk = opened(folder)
    disk.spoken(NAME, SMALL)
    disk.spoken_again(NAME, SMALL)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == dict.fromkeys(
        (NAME, KEY, HEARD), 0o600
    )


def test_names_and_seals_depend_on_a_key_that_is_random(tmp_path: Path) -> None:
    one, other = opened(tmp_path / "one"), opened(tmp_path / "other")
    assert len(one.key) == 32 and one.key != other.key
    assert opened(tmp_path / "one").key == one.key


def make_foreign(file: Path, how: str, elsewhere: Path) -> None:
    """Leave a file whole, but not private: "open to others" or a "link" to what is somewhere else."""
    if how == "open to others":
        file.chmod(0o640)
    else:
        assert how == "link"
        file.rename(elsewhere / "elsewhere")
        file.symlink_to(elsewhere / "elsewhere")


@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "other name", "open to others", "link", "huge"])
def test_a_damaged_or_foreign_file_is_a_miss_and_is_removed(folder: Path, damage: str, tmp_path: Path) -> None:
    disk = opened(folder)
    disk.spoken_again(NAME, SMALL)
    file = folder / NAME
    data = file.read_bytes()
    if damage == "flip":
        file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    elif damage == "cut":
        file.write_bytes(data[:-1])
    elif damage == "empty":
        file.write_bytes(b"")
    elif damage == "other name":
        disk.spoken_again(name(7), SMALL)
        (folder / name(7)).replace(file)
    elif damage == "huge":
        os.truncate(file, 1 << 30)
    else:
        make_foreign(file, damage, tmp_path)
    assert disk.read(NAME) is None
    assert not os.path.lexists(file)
    disk.spoken_again(NAME, SMALL)
    assert disk.read(NAME) == SMALL


@pytest.mark.parametrize("damage", ["short", "open to others", "link", "gone"])
def test_a_key_that_others_may_know_or_that_is_damaged_is_replaced(folder: Path, damage: str, tmp_path: Path) -> None:
    before = opened(folder).key
    file = folder / KEY
    if damage == "short":
        file.write_bytes(before[:-1])
    elif damage == "gone":
        file.unlink()
    else:
        make_foreign(file, damage, tmp_path)
    after = opened(folder).key
    assert after != before and len(after) == 32
    assert opened(folder).key == after and file.read_bytes() == after


def test_two_daemons_that_start_at_once_have_one_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    others: list[bytes] = []
    link = os.link

    def late(source: Path, target: Path) -> None:
        if not others:
            others.append(b"")
            others[0] = opened(folder).key
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    disk = PhraseDisk(folder, 1 << 20)
    disk.open()
    assert disk.key == others[0] and passing_files(folder) == []


def test_a_file_system_without_hard_links_will_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    assert opened(folder).key == opened(folder).key


def test_those_unused_longest_go_when_there_are_too_many(folder: Path) -> None:
    disk = opened(folder, limit=8000)
    for number in range(12):
        disk.spoken_again(name(number), SMALL)
        os.utime(folder / name(number), (number, number))
    disk.spoken_again(name(2), SMALL)  # it is there: used now
    before = {Path(file.path).name for file in phrase_files(folder)}
    assert len(before) == 12
    for number in range(12, 18):
        disk.spoken_again(name(number), SMALL)
        assert disk.held().size <= 8000
    after = {Path(file.path).name for file in phrase_files(folder)}
    assert {name(0), name(1)}.isdisjoint(after) and {name(2), name(17)} <= after


@pytest.mark.parametrize("limit", [2000, 5000, 50_000])
def test_the_limit_holds_whatever_is_written(folder: Path, limit: int) -> None:
    disk = opened(folder, limit)
    for number in range(120):
        disk.spoken_again(name(number), Phrase(bytes(4 * (number * 37 % 300)), 0, 0))
        assert disk.held().size <= limit


def test_two_daemons_exceed_the_limit_by_an_eighth_at_most(folder: Path) -> None:
    disks = opened(folder, 16_000), opened(folder, 16_000)
    for number in range(300):
        disks[number % 2].spoken_again(name(number), SMALL)
        assert disks[0].held().size <= 18_000


def test_a_phrase_that_is_larger_than_all_of_it_is_not_written(folder: Path) -> None:
    disk = opened(folder, limit=300)
    disk.spoken_again(NAME, SMALL)
    assert disk.held().phrases == 0


def test_what_a_crash_left_half_written_is_removed_in_time(folder: Path) -> None:
    disk = opened(folder)
    old, new = folder / f".{NAME}.00000000", folder / f".{NAME}.11111111"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 3600,) * 2)
    disk.spoken_again(NAME, SMALL)
    assert not old.exists() and new.exists()


def test_no_more_names_are_remembered_than_may_be(folder: Path) -> None:
    disk = opened(folder)
    for number in range(MOST_HEARD + 10):
        disk.spoken(name(number), SMALL)
    assert (folder / HEARD).stat().st_size <= MOST_HEARD * 20
    again = opened(folder)
    again.spoken(name(MOST_HEARD + 9), SMALL)
    again.spoken(name(0), SMALL)  # long forgotten
    assert again.read(name(MOST_HEARD + 9)) == SMALL and again.read(name(0)) is None


def test_damaged_memories_of_what_was_heard_do_no_harm(folder: Path) -> None:
    disk = opened(folder)
    disk.spoken(NAME, SMALL)
    with (folder / HEARD).open("ab") as file:
        file.write(b"half a name")
    again = opened(folder)
    again.spoken(NAME, SMALL)
    again.spoken(name(1), SMALL)
    assert again.read(NAME) == SMALL and again.read(name(1)) is None
    again = opened(folder)
    again.spoken(name(1), SMALL)
    assert again.read(name(1)) == SMALL  # once, nothing was known after half a name
    (folder / HEARD).chmod(0o666)
    assert opened(folder).held().phrases == 2 and not (folder / HEARD).exists()


def test_a_folder_that_was_deleted_is_made_again_with_its_key(folder: Path) -> None:
    disk = opened(folder)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    disk.spoken(NAME, SMALL)
    disk.spoken_again(NAME, SMALL)
    assert opened(folder).read(NAME) == SMALL


def test_what_was_cleared_is_heard_for_the_first_time_again(folder: Path) -> None:
    disk = opened(folder)
    disk.spoken_again(NAME, SMALL)
    size = (folder / NAME).stat().st_size
    assert disk.clear() == (1, size)
    disk.spoken(NAME, SMALL)
    assert disk.read(NAME) is None


def test_two_daemons_that_read_write_and_clear_at_once_see_whole_phrases_or_none(
    folder: Path, counts: Callable[[int, int], int]
) -> None:
    phrases = [Phrase(bytes([number]) * 4 * 500, number, number) for number in range(20)]
    turns = counts(400, 20_000)

    def work(disk: PhraseDisk, seed: int) -> int:
        order = random.Random(seed)
        hits = 0
        for turn in range(turns):
            number = order.randrange(len(phrases))
            if turn % 97 == 96:
                disk.clear()
            elif order.random() < 0.4:
                disk.spoken_again(name(number), phrases[number])
            elif (found := disk.read(name(number))) is not None:
                assert found == phrases[number]
                hits += 1
        return hits

    disks = opened(folder, 20_000), opened(folder, 20_000)
    with ThreadPoolExecutor(4) as pool:
        hits = list(pool.map(work, (*disks, *disks), range(4)))
    assert sum(hits) > 0
    assert passing_files(folder) == []


@pytest.mark.parametrize("fault", ["link", "writable", "file", "foreign"])
def test_a_folder_in_which_others_have_a_hand_is_refused(
    folder: Path, tmp_path: Path, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.parent.mkdir()
    if fault == "link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        folder.symlink_to(tmp_path / "elsewhere")
    elif fault == "writable":
        folder.mkdir()
        folder.chmod(0o777)
    elif fault == "file":
        folder.write_text("")
    else:
        folder.mkdir(mode=0o700)
        monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
    with pytest.raises(DaemonError):
        PhraseDisk(folder, 1000).open()
    if fault == "link":
        assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_full_disk_leaves_nothing_half_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = opened(folder)
    replace = Path.replace

    def full(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        disk.spoken_again(NAME, SMALL)
    monkeypatch.setattr(Path, "replace", replace)
    assert passing_files(folder) == [] and disk.read(NAME) is None


def test_a_phrase_appears_whole_or_not_at_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = opened(folder)
    reader = opened(folder)
    seen: list[object] = []
    replace = Path.replace

    def watched(self: Path, target: Path) -> Path:
        seen.append(reader.read(NAME))
        done = replace(self, target)
        seen.append(reader.read(NAME))
        return done

    monkeypatch.setattr(Path, "replace", watched)
    disk.spoken_again(NAME, SMALL)
    assert seen == [None, SMALL]


def test_the_longest_phrase_fits_into_a_file() -> None:
    from model_server.phrase_cache import MOST_SAMPLES

    assert MOST_SAMPLES * 4 + 10_000 < phrase_disk.MOST_BYTES
