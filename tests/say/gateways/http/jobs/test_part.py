"""What is marked in a part file stays, wherever a crash cuts it off, and nothing else counts."""

from __future__ import annotations

import stat
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from say.gateways.http.jobs.journal import Mark, mark_line, parse_marks
from say.gateways.http.jobs.part import HEADER, PartFile, PartReader, journal_path, part_path, parts_in, remove_part
from say.wav import file_header

PIECES = [b"\1\2" * 700, b"", b"\3\4" * 1000, b"\5\6" * 3]


def filled(path: Path, pieces: list[bytes], *, whole: bool = False) -> bytes:
    """Write pieces of ten characters each, and return their sound."""
    part = PartFile(path, "digest")
    for number, piece in enumerate(pieces):
        part.append(piece)
        part.mark(10 * (number + 1))
    if whole:
        part.finish(10 * len(pieces))
    part.close()
    return b"".join(pieces)


def standing(path: Path, digest: str = "digest") -> tuple[int, int, bool]:
    part = PartFile(path, digest)
    part.close()
    return part.characters, part.size, part.whole


def test_it_goes_on_behind_the_last_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.part"
    sound = filled(path, PIECES[:2])
    part = PartFile(path, "digest")
    assert (part.characters, part.size, part.whole) == (20, len(sound), False)
    part.append(PIECES[2])
    part.mark(30)
    part.finish(30)
    part.close()
    data = sound + PIECES[2]
    assert path.read_bytes() == file_header(len(data)) + data
    assert standing(path) == (30, len(data), True)


def test_sound_without_a_mark_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "a.part"
    part = PartFile(path, "digest")
    part.append(PIECES[0])
    part.mark(10)
    part.append(PIECES[2])
    part.close()
    assert standing(path) == (10, len(PIECES[0]), False)
    assert path.stat().st_size == HEADER + len(PIECES[0])


def test_what_is_unmarked_at_the_end_is_marked_by_it(tmp_path: Path) -> None:
    part = PartFile(tmp_path / "a.part", "digest")
    part.append(PIECES[0])
    part.finish(10)
    part.close()
    assert standing(tmp_path / "a.part") == (10, len(PIECES[0]), True)


def test_another_speech_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.part"
    filled(path, PIECES, whole=True)
    assert standing(path, "another") == (0, 0, False)
    assert path.read_bytes() == file_header(0)


@given(st.data())
def test_a_journal_cut_off_or_spoilt_anywhere_loses_pieces_from_there_on_only(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("cut") / "a.part"
    filled(path, PIECES, whole=data.draw(st.booleans()))
    journal = journal_path(path)
    written = journal.read_bytes()
    place = data.draw(st.integers(0, len(written)))
    spoilt = data.draw(st.sampled_from([b"", b"\0", b"9", b"\n", b"garbage\n"]))
    journal.write_bytes(written[:place] + spoilt)
    characters, size, _ = standing(path)
    assert (characters, size) in [(10 * number, sum(map(len, PIECES[:number]))) for number in range(len(PIECES) + 1)]
    assert size >= sum(len(piece) for piece in PIECES[: max(0, written[:place].count(b"\n") - 1)]) or spoilt == b"9"
    filled_to = PartFile(path, "digest")
    rest = b"".join(PIECES)[filled_to.size :]
    if not filled_to.whole:
        filled_to.append(rest)
        filled_to.finish(40)
    filled_to.close()
    assert path.read_bytes()[HEADER:] == b"".join(PIECES)


@pytest.mark.parametrize("place", [HEADER, HEADER + 1399, HEADER + 1400, HEADER + 3000])
def test_sound_that_a_cut_of_the_power_has_spoilt_does_not_count(tmp_path: Path, place: int) -> None:
    path = tmp_path / "a.part"
    filled(path, PIECES)
    data = bytearray(path.read_bytes())
    data[place] ^= 0xFF
    path.write_bytes(data)
    _, size, _ = standing(path)
    assert size <= place - HEADER
    assert size == (0 if place < HEADER + 1400 else 1400)


def test_a_file_shorter_than_its_journal_counts_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "a.part"
    filled(path, PIECES, whole=True)
    with path.open("r+b") as file:
        file.truncate(HEADER + 2000)
    assert standing(path) == (20, 1400, False)


def test_a_listener_gets_marked_sound_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.part"
    with pytest.raises(FileNotFoundError):
        PartReader(path)
    part = PartFile(path, "digest")
    reader = PartReader(path)
    part.append(PIECES[0])
    assert reader.read(10_000) == b""
    part.mark(10)
    assert reader.read(1000) == PIECES[0][:1000]
    assert reader.read(1000) == PIECES[0][1000:]
    ended = [reader.ended]
    part.append(PIECES[2])
    part.finish(20)
    part.close()
    remove_part(path)
    assert reader.read(10_000) == PIECES[2]
    assert [*ended, reader.ended] == [False, True]
    reader.close()


def test_a_listener_goes_on_with_what_a_second_worker_makes(tmp_path: Path) -> None:
    path = tmp_path / "a.part"
    part = PartFile(path, "digest")
    part.append(PIECES[0])
    part.mark(10)
    part.append(b"not marked")
    part.close()
    reader = PartReader(path)
    heard = reader.read(10_000)
    filled_on = PartFile(path, "digest")
    filled_on.append(PIECES[2])
    filled_on.finish(20)
    filled_on.close()
    assert heard + reader.read(10_000) == PIECES[0] + PIECES[2]
    assert reader.ended
    reader.close()


def test_they_are_private_and_found_by_their_job(tmp_path: Path) -> None:
    job = UUID(int=7)
    path = part_path(tmp_path, job, 3)
    filled(path, PIECES)
    (tmp_path / "else.txt").touch()
    assert parts_in(tmp_path) == {path: (job, 3), journal_path(path): (job, 3)}
    assert {stat.S_IMODE(each.stat().st_mode) for each in parts_in(tmp_path)} == {0o600}
    remove_part(path)
    remove_part(path)
    assert parts_in(tmp_path) == {}


def test_marks_never_go_back() -> None:
    lines = mark_line(Mark(10, 100, 5)) + mark_line(Mark(5, 200, 5)) + mark_line(Mark(20, 300, 5))
    assert [mark.bytes for mark in parse_marks(lines, Mark(0, 0))] == [100]
    lines = mark_line(Mark(10, 100, end=True)) + mark_line(Mark(20, 300, 5))
    assert [mark.end for mark in parse_marks(lines, Mark(0, 0))] == [True]
