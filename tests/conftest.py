"""What every test may use: loop counts, a tiny Kokoro, and the guard against processes left behind."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer

from tests import scheduling
from tests.process_guard import MARKER, ProcessGuard
from tests.soaking import examples, full_counts

FIGURE = "figure"

# Before anything else imports numpy. Its threads wait for each other actively: where several workers share two cores, a
# look at a recording costs ten times as much with them as without. Programs under test do not inherit this.
with pytest.MonkeyPatch.context() as patch:
    patch.setenv("OPENBLAS_NUM_THREADS", "1")
    import numpy as np  # noqa: F401


# The same examples in every run, so that a failure means a change; soaking looks further. No time limits: a busy machine
# is no fault.
settings.register_profile(
    "say",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=not full_counts(),
    max_examples=examples(60),
)
settings.load_profile("say")


@pytest.hookimpl(optionalhook=True)  # of xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> scheduling.Scheduling:
    """Hand out tests as `tests/scheduling.py` says."""
    config.option.loadscopereorder = False  # by the number of tests, which says little
    scheduler = scheduling.Scheduling(config, log)
    scheduler.soaking = full_counts()
    return scheduler


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip tests marked `soak` unless soaking. In a worker, put them into the order in which they are handed out."""
    if hasattr(config, "workerinput"):
        scheduling.arrange(items, soaking=full_counts())
    if full_counts():
        return
    skip = pytest.mark.skip(reason="runs under scripts/soak only")
    for item in items:
        if item.get_closest_marker("soak"):
            item.add_marker(skip)


@pytest.fixture(autouse=True, scope="session")
def signals_as_on_a_terminal() -> None:
    """Let no program under test inherit ignored signals, as those of a background job or of `nohup` are."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


@pytest.fixture
def counts() -> Callable[[int, int], int]:
    """Return a function of (reduced, full): how often a loop runs under scripts/test and under scripts/soak."""
    return lambda reduced, full: full if full_counts() else reduced


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Return a function that shows a measured figure, in words, at the end of the run."""
    return lambda text: record_property(FIGURE, text)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.getreports(kind)]
    figures = [text for report in reports for name, text in report.user_properties if name == FIGURE]
    if figures:
        terminalreporter.section("figures")
        for text in dict.fromkeys(figures):
            terminalreporter.line(str(text))


@pytest.fixture
def no_process_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[ProcessGuard]:
    """Fail the test if a process that it started, directly or not, is still there 15 s after it, and end that process.

    Requested before other fixtures (autouse), it is torn down after them.
    """
    guard = ProcessGuard()
    monkeypatch.setenv(MARKER, guard.token)
    yield guard
    left = guard.end_those_left(grace=15.0)
    if left:
        pytest.fail("the test left processes behind:\n" + "\n".join(left), pytrace=False)


@pytest.fixture(scope="session")
def tiny_kokoro(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a tiny Kokoro of three voices in the published layout; not to be changed.

    Making it takes seconds: one worker does for all.
    """
    from tests.fakes.tiny_kokoro import write_tiny_kokoro

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # every worker has a folder of its own in it
    folder = shared / "tiny_kokoro"
    with (shared / "tiny_kokoro.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "tiny_kokoro.made").exists():
            folder.mkdir()
            write_tiny_kokoro(folder, ("af_heart", "af_bella", "bm_george"))
            (shared / "tiny_kokoro.made").touch()
    return folder
