"""The guard itself: a leak of any kind is found, named and ended; a clean test passes."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import psutil
import pytest

from tests.process_guard import MARKER, ProcessGuard

SLEEPER = "import time; print(flush=True); time.sleep(60)"
# Starts the sleeper in a session of its own and exits, so that nothing ties it to the test but its environment, which
# can be read as soon as the sleeper itself says something: a process that is just being made has none.
DAEMONIZE = f"""
import subprocess, sys
pipe, quiet = subprocess.PIPE, subprocess.DEVNULL
child = subprocess.Popen([sys.executable, "-c", {SLEEPER!r}], start_new_session=True, stdout=pipe, stderr=quiet)
child.stdout.readline()
print(child.pid)
"""


@pytest.fixture
def guard(monkeypatch: pytest.MonkeyPatch) -> ProcessGuard:
    guard = ProcessGuard()
    monkeypatch.setenv(MARKER, guard.token)
    return guard


def _start_detached() -> int:
    output = subprocess.run([sys.executable, "-c", DAEMONIZE], check=True, capture_output=True, text=True).stdout
    return int(output)


def test_a_detached_daemon_is_found_and_ended(guard: ProcessGuard) -> None:
    pid = _start_detached()
    (line,) = guard.end_those_left(grace=0.0)
    assert line.startswith(f"  {pid} ")
    assert "time.sleep" in line
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_child_without_the_environment_is_found_and_ended(guard: ProcessGuard) -> None:
    child = subprocess.Popen([sys.executable, "-c", SLEEPER], env={})
    (line,) = guard.end_those_left(grace=0.0)
    assert line.startswith(f"  {child.pid} ")
    assert not psutil.pid_exists(child.pid)
    child.wait(20)


def test_what_an_older_process_starts_is_that_one_s_affair(monkeypatch: pytest.MonkeyPatch) -> None:
    starts_on_demand = f"import subprocess, sys; input(); subprocess.Popen([sys.executable, '-c', {SLEEPER!r}]).wait()"
    older = subprocess.Popen(
        [sys.executable, "-c", starts_on_demand], env={}, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    guard = ProcessGuard()
    assert older.stdin is not None and older.stdout is not None
    older.stdin.write(b"\n")
    older.stdin.flush()
    older.stdout.readline()  # the sleeper's
    assert guard.started() == []
    for process in psutil.Process(older.pid).children() + [psutil.Process(older.pid)]:
        process.kill()
    older.communicate(timeout=20)


def test_a_zombie_is_named(guard: ProcessGuard) -> None:
    pid = os.posix_spawn(sys.executable, [sys.executable, "-c", "pass"], {})
    deadline = time.monotonic() + 20
    while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
    started = guard.started()
    assert [process.pid for process in started] == [pid]
    os.waitpid(pid, 0)


def test_a_process_that_ends_in_time_is_no_leak(guard: ProcessGuard) -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]):
        pass
    assert guard.end_those_left(grace=0.0) == []


def test_children_from_before_the_test_are_let_be(monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen([sys.executable, "-c", SLEEPER]) as child:
        guard = ProcessGuard()
        assert guard.end_those_left(grace=0.0) == []
        assert child.poll() is None
        child.kill()


def test_another_test_s_processes_are_let_be(guard: ProcessGuard, monkeypatch: pytest.MonkeyPatch) -> None:
    other = ProcessGuard()
    monkeypatch.setenv(MARKER, other.token)
    pid = _start_detached()
    assert guard.end_those_left(grace=0.0) == []
    assert psutil.pid_exists(pid)
    assert len(other.end_those_left(grace=0.0)) == 1
