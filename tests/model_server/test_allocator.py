"""Memory of one piece is there for the next, and goes back when asked."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from model_server import allocator

PIECE = 64 << 20  # bytes, as a tensor of the vocoder has

# Prints the resident bytes beyond those at the start: after a piece's memory was freed in a thread, and after giving back.
SCRIPT = f"""
import threading
from common.memory import resident_bytes
from model_server import allocator

kept = allocator.keep_memory()
before = resident_bytes()

def work():
    first = bytearray(b"1") * {PIECE}
    del first

thread = threading.Thread(target=work)
thread.start()
thread.join()
after = resident_bytes()
allocator.give_memory_back()
print(int(kept), after - before, resident_bytes() - before)
"""

needs_glibc = pytest.mark.skipif(not allocator._is_glibc(), reason="glibc's allocator only")


def freed(**environment: str) -> tuple[int, int, int]:
    """Return whether memory is kept, what is resident after a piece, and after giving back; bytes."""
    clean = {name: value for name, value in os.environ.items() if name not in allocator._BY_HAND}
    run = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(run, env={**clean, **environment}, capture_output=True, check=True, text=True, timeout=60)
    kept, after, given_back = map(int, done.stdout.split())
    return kept, after, given_back


@needs_glibc
def test_a_thread_s_freed_memory_is_kept_until_it_is_given_back() -> None:
    kept, after, given_back = freed()

    assert kept
    assert after > PIECE * 0.9
    assert given_back < PIECE * 0.1


@needs_glibc
@pytest.mark.parametrize("name", [*allocator._BY_HAND, "GLIBC_TUNABLES"])
def test_whoever_sets_the_allocator_by_hand_is_left_alone(name: str) -> None:
    # 100 kB: a threshold of their own, by which memory of that size goes back at once.
    value = "glibc.malloc.mmap_threshold=100000" if name == "GLIBC_TUNABLES" else "100000"

    assert not allocator.keep_memory({name: value})


@needs_glibc
def test_memory_is_not_kept_with_a_threshold_of_the_user_s() -> None:
    kept, after, _ = freed(MALLOC_MMAP_THRESHOLD_="100000")

    assert not kept
    assert after < PIECE * 0.1


def test_without_glibc_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(name: str) -> str:
        raise ValueError("unrecognized configuration name")

    monkeypatch.setattr(os, "confstr", unknown)

    assert not allocator.keep_memory({})
    allocator.give_memory_back()
