"""What every test may use: loop counts, a tiny Kokoro, and the guard against processes left behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.process_guard import MARKER, ProcessGuard

SOAK = "SAY_SOAK"
FIGURE = "figure"


def full_counts() -> bool:
    """Return True under `scripts/soak`: loops run as often as before a release."""
    return os.environ.get(SOAK) == "1"


# The same examples in every run, so that a failure means a change; soaking looks further. No time limits: a busy machine
# is no fault.
settings.register_profile(
    "say",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=not full_counts(),
    max_examples=2000 if full_counts() else 60,
)
settings.load_profile("say")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests marked `soak` unless soaking."""
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
    """Fail the test if a process that it started, directly or not, is still there 5 s after it, and end that process.

    Requested before other fixtures (autouse), it is torn down after them.
    """
    guard = ProcessGuard()
    monkeypatch.setenv(MARKER, guard.token)
    yield guard
    left = guard.end_those_left(grace=5.0)
    if left:
        pytest.fail("the test left processes behind:\n" + "\n".join(left), pytrace=False)


@pytest.fixture(scope="session")
def tiny_kokoro(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a tiny Kokoro of three voices in the published layout; not to be changed."""
    from tests.fakes.tiny_kokoro import write_tiny_kokoro

    folder = tmp_path_factory.mktemp("tiny_kokoro")
    write_tiny_kokoro(folder, ("af_heart", "af_bella", "bm_george"))
    return folder
