"""A benchmark leaves nothing behind, lets nothing of the caller in, and knows when the machine is at rest."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from benchmarks import child_cost
from benchmarks.processes import Processes, end, first_sound, resident, rest_of

pytestmark = pytest.mark.usefixtures("no_process_left")

DETACHED = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    print(os.getpid(), flush=True)
    os.close(1)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def handlers_as_they_were() -> object:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def python(code: str) -> list[str | Path]:
    return [sys.executable, "-I", "-S", "-c", code]


def output(process: subprocess.Popen[bytes]) -> bytes:
    return process.communicate(timeout=30)[0]


def test_a_detached_process_is_ended_with_the_run() -> None:
    with pytest.raises(KeyboardInterrupt), Processes() as processes:
        pid = int(output(processes.start(python(DETACHED))))
        assert psutil.pid_exists(pid)
        raise KeyboardInterrupt
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_its_folder_goes_with_it() -> None:
    with Processes() as processes:
        (processes.folder / "file").touch()
    assert not processes.folder.exists()


def test_the_callers_settings_do_not_reach_a_contestant(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OMP_NUM_THREADS", "MALLOC_ARENA_MAX", "SAY_THREADS", "PYTHONPATH"):
        monkeypatch.setenv(name, "1")
    with Processes() as processes:
        seen = output(processes.start(python("import os; print(*os.environ)"))).split()
    assert not {b"OMP_NUM_THREADS", b"MALLOC_ARENA_MAX", b"SAY_THREADS", b"PYTHONPATH"} & set(seen)


def test_it_waits_for_what_computes_but_not_for_what_is_to_be_busy() -> None:
    until = "import time\nwhile time.process_time() < 0.4: pass\nprint('done', flush=True)\ninput()"
    with Processes() as processes, processes.busy(1):
        working = processes.start(python(until), stdin=subprocess.PIPE)
        processes.settle()
        used = psutil.Process(working.pid).cpu_times()
        assert used.user + used.system >= 0.35
        end(working)


def test_busy_processes_end_with_their_block() -> None:
    with Processes() as processes:
        with processes.busy(2):
            loops = [child.pid for child in psutil.Process().children()]
        assert len(loops) >= 2
        assert not [pid for pid in loops if psutil.pid_exists(pid)]


def test_sound_begins_behind_the_header() -> None:
    code = "import os, time; os.write(1, b'h' * 44); time.sleep(0.3); os.write(1, b's' * 10)"
    with Processes() as processes:
        begun = time.perf_counter()
        process = processes.start(python(code))
        assert first_sound(process, begun, header=44) >= 0.3
        rest_of(process)


def test_a_program_without_sound_ends_the_run() -> None:
    with Processes() as processes, pytest.raises(SystemExit, match="no sound from"):
        process = processes.start(python("import os; os.write(1, b'h' * 44)"))
        try:
            first_sound(process, time.perf_counter(), header=44)
        finally:
            end(process)


def test_a_program_that_fails_ends_the_run() -> None:
    with Processes() as processes, pytest.raises(SystemExit, match="status 3"):
        rest_of(processes.start(python("raise SystemExit(3)")))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell no peak of another process")
def test_the_peak_of_a_process_outlasts_what_it_gave_back() -> None:
    code = "block = b'x' * 80_000_000; del block; print('now', flush=True); input()"
    with Processes() as processes:
        process = processes.start(python(code), stdin=subprocess.PIPE)
        assert process.stdout is not None and process.stdout.readline() == b"now\n"
        assert resident(process.pid, peak=True) > 80 > resident(process.pid)
        end(process)


def test_the_cost_of_a_child_is_its_own() -> None:
    block = bytearray(150_000_000)  # of ours, which must not count
    code = "import time\nblock = b'x' * 50_000_000\nwhile time.process_time() < 0.2: pass"
    command = [sys.executable, "-I", "-S", child_cost.__file__, *map(str, python(code))]
    cost = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert block and 50 < cost["megabytes"] < 140
    assert 0.2 <= cost["seconds"] < 5


def test_a_child_that_fails_is_no_figure() -> None:
    command = [sys.executable, "-I", "-S", child_cost.__file__, *map(str, python("raise SystemExit(1)"))]
    assert subprocess.run(command, capture_output=True).returncode == 1
    assert os.path.isabs(child_cost.__file__)
