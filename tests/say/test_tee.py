from __future__ import annotations

import hashlib
import os
import random
import threading
from pathlib import Path

import pytest

from common.errors import OutputFailed
from say.exits import OutputClosed
from say.tee import Tee, open_tee


def test_a_reader_that_takes_nothing_is_not_waited_for() -> None:
    ours, theirs = os.pipe()
    try:
        tee = Tee(theirs)
        tee.give(b"x" * (1 << 20))
        assert tee.pending
        taken = len(os.read(ours, 1 << 20))
        tee.push()
        assert tee.pending
        while taken < 1 << 20:
            taken += len(os.read(ours, 1 << 20))
            tee.push()
        assert (taken, tee.pending) == (1 << 20, False)
    finally:
        os.close(ours)
        os.close(theirs)


def test_what_is_passed_on_is_what_came_byte_for_byte() -> None:
    chance = random.Random(1)
    ours, theirs = os.pipe()
    sent, received = hashlib.sha256(), hashlib.sha256()

    def read() -> None:
        while data := os.read(ours, chance.randrange(1, 5000)):
            received.update(data)

    reader = threading.Thread(target=read)
    reader.start()
    tee = Tee(theirs)
    for _ in range(100):
        data = chance.randbytes(chance.randrange(1 << 16))
        sent.update(data)
        tee.give(data)
        while tee.pending:
            tee.push()
    os.close(theirs)
    reader.join(10)
    os.close(ours)
    assert received.hexdigest() == sent.hexdigest()


def test_a_file_takes_all(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as file:
        tee = Tee(file.fileno())
        tee.give(b"x" * 100_000)
        assert not tee.pending
    assert (tmp_path / "out").stat().st_size == 100_000


def test_a_reader_that_is_gone_is_the_end() -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    try:
        with pytest.raises(OutputClosed):
            Tee(theirs).give(b"x")
    finally:
        os.close(theirs)


def test_a_full_device_is_an_error_in_a_sentence() -> None:
    descriptor = os.open("/dev/full", os.O_WRONLY)
    try:
        with pytest.raises(OutputFailed, match="no space left"):
            Tee(descriptor).give(b"x")
    finally:
        os.close(descriptor)


def test_closed_standard_output_is_an_error_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", None)
    with pytest.raises(OutputFailed, match="closed"):
        open_tee()
