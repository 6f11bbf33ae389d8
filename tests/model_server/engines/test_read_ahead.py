"""Weights are read beside the import of torch: they wait for it, and nothing is left behind where it fails."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest

from common.errors import CorruptFile, ModelUnavailable
from model_server.engines.read_ahead import ReadAhead

PATH = Path("/weights.pth")
PATIENCE = 30.0  # seconds


class Tensors:
    """What is saved."""


class Reader:
    """Checks the file, waits for torch, reads it."""

    def __init__(self) -> None:
        self.checked = threading.Event()
        self.read = 0

    def __call__(self, path: Path, await_torch: Callable[[], None]) -> object:
        assert path == PATH
        self.checked.set()
        await_torch()
        self.read += 1
        return Tensors()


def test_the_file_is_checked_before_torch_is_there_and_read_afterwards() -> None:
    reader = Reader()
    with ReadAhead(lambda: PATH, reader) as ahead:
        assert ahead.path() == PATH
        assert reader.checked.wait(PATIENCE) and not reader.read
        ahead.torch_is_here()
        assert isinstance(ahead.take(), Tensors)


def test_where_torch_does_not_load_nothing_is_read() -> None:
    reader = Reader()
    with pytest.raises(MemoryError), ReadAhead(lambda: PATH, reader):
        assert reader.checked.wait(PATIENCE)
        raise MemoryError

    assert not reader.read
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("weights")]


def test_what_was_taken_is_kept_by_nobody_else() -> None:
    with ReadAhead(lambda: PATH, Reader()) as ahead:
        ahead.torch_is_here()
        taken = ahead.take()
        gone = threading.Event()
        weakref.finalize(taken, gone.set)
        del taken
        assert gone.wait(PATIENCE)  # the thread that read it may still be about to end


def test_a_file_that_is_not_there_is_told_by_both() -> None:
    def find() -> Path:
        raise ModelUnavailable("it is not on disk")

    with ReadAhead(find, Reader()) as ahead:
        ahead.torch_is_here()
        with pytest.raises(ModelUnavailable):
            ahead.path()
        with pytest.raises(ModelUnavailable):
            ahead.take()


def test_a_file_that_is_damaged_is_told_when_it_is_taken() -> None:
    def read(path: Path, await_torch: Callable[[], None]) -> object:
        raise CorruptFile("it is cut off")

    with ReadAhead(lambda: PATH, read) as ahead:
        assert ahead.path() == PATH
        with pytest.raises(CorruptFile):
            ahead.take()
