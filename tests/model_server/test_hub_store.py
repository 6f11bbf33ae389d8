"""Digests are those of the bytes that are there, and each state of a file is read once."""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from io import BufferedReader
from pathlib import Path

import pytest

from model_server.hub_store import Digests

PATIENCE = 20.0  # seconds


def test_a_file_that_several_ask_for_at_once_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, digests = tmp_path / "weights", Digests()
    file.write_bytes(b"weights")
    reading, go = threading.Event(), threading.Event()
    reads: list[str] = []
    digest = hashlib.file_digest

    def slow(stream: BufferedReader, kind: str) -> object:
        reads.append(kind)
        reading.set()
        assert go.wait(PATIENCE)
        return digest(stream, kind)

    monkeypatch.setattr(hashlib, "file_digest", slow)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(digests.sha256, file)
        assert reading.wait(PATIENCE)
        second = threads.submit(digests.sha256, file)
        go.set()
        assert first.result(PATIENCE) == second.result(PATIENCE) == hashlib.sha256(b"weights").hexdigest()

    assert len(reads) == 1


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    file, digests = tmp_path / "weights", Digests()
    for content in (b"one", b"other"):
        file.write_bytes(content)
        assert digests.sha256(file) == hashlib.sha256(content).hexdigest()
