"""Files that nobody vouches for: none of them runs code, takes memory or passes for what it is not."""

from __future__ import annotations

import io
import os
import pickle
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from common.errors import CorruptFile, ModelUnavailable, OutOfMemory
from model_server.engines import torch_file
from model_server.engines.torch_file import read_torch_file

LARGEST = 1 << 20


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "voice.pt"
    torch.save(_tensor(), path)
    return path


def _tensor() -> torch.Tensor:
    return torch.arange(2000, dtype=torch.float32).reshape(20, 100)


def _archive(index: bytes, data: bytes = b"") -> bytes:
    """Return a torch archive with this pickle and one storage."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("a/data.pkl", index)
        archive.writestr("a/byteorder", "little")
        archive.writestr("a/data/0", data)
        archive.writestr("a/version", "3\n")
    return raw.getvalue()


def test_what_was_saved_is_read_back(saved: Path) -> None:
    read = read_torch_file(saved, LARGEST)

    assert isinstance(read, torch.Tensor)
    assert torch.equal(read, _tensor())


def test_what_was_read_does_not_change_with_the_file(saved: Path) -> None:
    read = read_torch_file(saved, LARGEST)
    saved.write_bytes(bytes(saved.stat().st_size))

    assert isinstance(read, torch.Tensor)
    assert torch.equal(read, _tensor())


def test_a_truncated_file_is_refused(saved: Path, counts: Callable[[int, int], int]) -> None:
    whole = saved.read_bytes()
    chance = random.Random(1)
    for length in [0, 1, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(counts(60, 512)))]:
        saved.write_bytes(whole[:length])
        with pytest.raises(CorruptFile):
            read_torch_file(saved, LARGEST)


def test_a_flipped_bit_is_refused_or_changes_nothing(saved: Path, counts: Callable[[int, int], int]) -> None:
    whole = saved.read_bytes()
    chance = random.Random(2)
    refused = 0
    for _ in range(counts(200, 4096)):
        flipped = bytearray(whole)
        flipped[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        saved.write_bytes(flipped)
        try:
            read = read_torch_file(saved, LARGEST)
        except CorruptFile:
            refused += 1
        else:  # a date, or padding between the entries
            assert isinstance(read, torch.Tensor)
            assert torch.equal(read, _tensor())
    assert refused > 0


@pytest.mark.parametrize(
    "content", [b"<!DOCTYPE html><title>404</title>", b"version https://git-lfs.github.com/spec/v1\n"]
)
def test_a_page_in_place_of_a_file_is_refused(tmp_path: Path, content: bytes) -> None:
    page = tmp_path / "voice.pt"
    page.write_bytes(content)

    with pytest.raises(CorruptFile) as caught:
        read_torch_file(page, LARGEST)

    assert "voice.pt" in caught.value.message
    assert "--download" in caught.value.hint


def test_code_in_a_pickle_is_not_run(tmp_path: Path) -> None:
    trace = tmp_path / "trace"

    class Attack:
        def __reduce__(self) -> tuple[object, ...]:
            return os.mkdir, (str(trace),)

    old_format, archive = tmp_path / "old.pt", tmp_path / "new.pt"
    old_format.write_bytes(pickle.dumps(Attack(), protocol=2))
    archive.write_bytes(_archive(pickle.dumps(Attack(), protocol=2)))

    for path in (old_format, archive):
        with pytest.raises(CorruptFile):
            read_torch_file(path, LARGEST)
    assert not trace.exists()


@pytest.mark.parametrize("protocol", [2, 4])
def test_a_harmless_call_that_takes_all_memory_is_refused(tmp_path: Path, protocol: int) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, ...]:
            return bytearray, (1 << 40,)

    bomb = tmp_path / "bomb.pt"
    bomb.write_bytes(_archive(pickle.dumps(Bomb(), protocol=protocol)))

    with pytest.raises(CorruptFile, match="other things than tensors"):
        read_torch_file(bomb, LARGEST)


def test_numbers_of_another_kind_are_told_as_such(tmp_path: Path) -> None:
    halves = tmp_path / "half.pt"
    torch.save(_tensor().half(), halves)

    with pytest.raises(CorruptFile, match="its numbers are not float32"):
        read_torch_file(halves, LARGEST)


def test_a_compressed_bomb_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.pt"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/data.pkl", pickle.dumps({}, protocol=2))
        archive.writestr("a/data/0", bytes(100 << 20))
    assert bomb.stat().st_size < LARGEST

    with pytest.raises(CorruptFile, match="compressed"):
        read_torch_file(bomb, LARGEST)


def test_entries_that_claim_more_than_the_file_holds_are_refused(saved: Path) -> None:
    raw = bytearray(saved.read_bytes())
    first = raw.index(b"PK\x01\x02")
    raw[first + 20 : first + 28] = struct.pack("<II", 1 << 31, 1 << 31)  # compressed and real size, little-endian
    saved.write_bytes(raw)

    with pytest.raises(CorruptFile):
        read_torch_file(saved, LARGEST)


def test_a_storage_larger_than_its_entry_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "short.pt"
    torch.save(_tensor(), path)
    with zipfile.ZipFile(path) as archive:
        index = archive.read("short/data.pkl")
    path.write_bytes(_archive(index, data=bytes(16)))

    with pytest.raises(CorruptFile):
        read_torch_file(path, LARGEST)


def test_two_indexes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "two.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/data.pkl", pickle.dumps({}, protocol=2))
        archive.writestr("b/data.pkl", pickle.dumps({}, protocol=2))

    with pytest.raises(CorruptFile, match="index"):
        read_torch_file(path, LARGEST)


def test_a_file_beyond_the_bound_is_refused_unread(saved: Path) -> None:
    with pytest.raises(CorruptFile, match="larger"):
        read_torch_file(saved, 100)


def test_too_little_memory_is_said_before_anything_is_loaded(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch_file, "free_memory", lambda: 1000)

    with pytest.raises(OutOfMemory):
        read_torch_file(saved, LARGEST)


def test_a_missing_file_a_folder_and_a_fifo_are_unavailable(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path / "none.pt", tmp_path, tmp_path / "fifo"):
        with pytest.raises(ModelUnavailable):
            read_torch_file(path, LARGEST)
