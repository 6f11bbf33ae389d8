"""Free memory is the least that machine, container and ulimit leave."""

from __future__ import annotations

from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types
import pytest

from model_server.engines import memory


def _cgroup(folder: Path, limit: str) -> Path:
    (folder / "memory.max").write_text(f"{limit}\n")
    (folder / "memory.current").write_text("600\n")
    (folder / "memory.stat").write_text("anon 400\ninactive_file 150\nactive_file 50\n")
    return folder


def test_some_memory_is_free_and_not_more_than_there_is() -> None:
    assert 0 < memory.free_memory() <= psutil.virtual_memory().total


def test_a_container_leaves_its_limit_less_what_the_kernel_cannot_take_back(tmp_path: Path) -> None:
    assert memory._left_in_cgroup(_cgroup(tmp_path, "1000")) == 550


@pytest.mark.parametrize("exists", [True, False])
def test_a_container_without_a_limit_leaves_everything(tmp_path: Path, exists: bool) -> None:
    assert memory._left_in_cgroup(_cgroup(tmp_path, "max") if exists else tmp_path) is None
