from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import psutil  # type: ignore[import-untyped]  # ships no types
import pytest

from common import process_identity
from common.process_identity import start_mark

WAITS_FOR_ITS_INPUT = [sys.executable, "-S", "-c", "import sys; sys.stdin.read()"]


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(WAITS_FOR_ITS_INPUT, stdin=subprocess.PIPE) as process:
        yield process


def test_a_process_keeps_its_mark(child: subprocess.Popen[bytes]) -> None:
    assert start_mark(child.pid) == start_mark(child.pid) is not None


def test_two_processes_have_two_marks(child: subprocess.Popen[bytes]) -> None:
    with subprocess.Popen(WAITS_FOR_ITS_INPUT, stdin=subprocess.PIPE) as second:
        marks = {start_mark(pid) for pid in (os.getpid(), child.pid)}
        assert len(marks) == 2
        second.stdin.close()  # type: ignore[union-attr]  # a pipe was asked for


def test_a_dead_process_that_is_not_reaped_has_none(child: subprocess.Popen[bytes]) -> None:
    assert child.stdin is not None
    child.stdin.close()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

    assert start_mark(child.pid) is None


def test_a_pid_of_nobody_has_none(child: subprocess.Popen[bytes]) -> None:
    assert child.stdin is not None
    child.stdin.close()
    child.wait()

    assert start_mark(child.pid) is None


def test_a_name_with_parentheses_and_spaces_does_not_confuse_it() -> None:
    name = ") Z 1 (x"
    code = f"import sys; open('/proc/self/comm', 'w').write({name!r}); print(flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-S", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdin is not None
        process.stdout.readline()
        assert psutil.Process(process.pid).name() == name
        mark = start_mark(process.pid)
        assert mark is not None and mark.split()[-1].isdecimal()
        process.stdin.close()


def test_without_proc_the_creation_time_serves(child: subprocess.Popen[bytes]) -> None:
    assert child.stdin is not None
    mark = process_identity._created(child.pid)
    assert mark is not None and mark == process_identity._created(child.pid)

    child.stdin.close()
    child.wait()
    assert process_identity._created(child.pid) is None
