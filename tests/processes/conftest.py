"""Tests with real processes: none of them may leave one behind. Those of a module may share a daemon and its loudspeaker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.daemon import Daemon
from tests.fakes.pulse import NullSink
from tests.fakes.shared_daemon import SharedDaemon

HANGS = 300.0  # seconds; the slowest of these tests takes 40 where nothing else runs


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give the tests of this folder longer than others: they wait for many processes, each of which a busy machine lets
    wait. Whoever runs them with a --timeout, as scripts/soak does, means that."""
    if config.getoption("timeout") is not None:
        return
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(HANGS))


@pytest.fixture(autouse=True)
def _no_process_left(no_process_left: object) -> None:
    """Guard every test of this folder."""


@pytest.fixture(scope="module")
def shared_sink() -> Iterator[NullSink]:
    """Return the loudspeaker of a module's tests."""
    with NullSink() as sink:
        yield sink


@pytest.fixture(scope="module")
def shared_daemon(tmp_path_factory: pytest.TempPathFactory, shared_sink: NullSink) -> Iterator[SharedDaemon]:
    """Return the daemon of a module's tests, which plays on `shared_sink`."""
    with SharedDaemon(tmp_path_factory.mktemp("shared"), shared_sink) as shared:
        yield shared


@pytest.fixture
def sink(shared_sink: NullSink) -> NullSink:
    return shared_sink


@pytest.fixture
def daemon(
    request: pytest.FixtureRequest, shared_daemon: SharedDaemon, tmp_path: Path, sink: NullSink
) -> Iterator[Daemon]:
    """Return a daemon that plays on `sink`: the module's, or one of its own for a test that is marked `own_daemon`."""
    if request.node.get_closest_marker("own_daemon") is None:
        yield shared_daemon.for_test(tmp_path)
        return
    with Daemon(tmp_path, environment=sink.environment) as daemon:
        yield daemon
