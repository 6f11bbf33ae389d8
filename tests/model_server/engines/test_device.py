"""Where Kokoro runs: what was asked for, or a sentence that says why not."""

from __future__ import annotations

import pytest
import torch

from common.errors import EngineError, OutOfMemory
from model_server.engines import device
from model_server.engines.device import choose_device, describe, prepare_torch, usable_cores


@pytest.fixture
def _no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


@pytest.fixture
def _all_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "Example 1000")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)


@pytest.mark.usefixtures("_no_gpu")
@pytest.mark.parametrize("wanted", ["auto", "cpu"])
def test_without_a_gpu_it_is_the_cpu(wanted: str) -> None:
    assert choose_device(wanted) == "cpu"


@pytest.mark.usefixtures("_all_gpus")
@pytest.mark.parametrize(("wanted", "chosen"), [("auto", "cuda"), ("cuda", "cuda"), ("mps", "mps"), ("cpu", "cpu")])
def test_a_gpu_is_taken_by_itself_only_if_it_is_cuda(wanted: str, chosen: str) -> None:
    assert choose_device(wanted) == chosen


@pytest.mark.usefixtures("_no_gpu")
@pytest.mark.parametrize("wanted", ["cuda", "mps"])
def test_a_missing_gpu_asked_for_by_name_is_an_error_with_a_way_out(wanted: str) -> None:
    with pytest.raises(EngineError) as caught:
        choose_device(wanted)

    assert "'auto'" in caught.value.hint


@pytest.mark.usefixtures("_all_gpus")
def test_rocm_shows_by_its_name_and_runs_without_miopen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.version, "hip", "6.4")
    monkeypatch.setattr(torch.backends.cudnn, "enabled", True)

    assert choose_device("auto") == "cuda"
    assert not torch.backends.cudnn.enabled
    assert describe("cuda") == "rocm (Example 1000)"


@pytest.mark.parametrize(("free", "expected"), [(1 << 40, EngineError), (1 << 20, OutOfMemory)])
def test_a_library_that_does_not_load_is_short_of_memory_or_broken(
    monkeypatch: pytest.MonkeyPatch, free: int, expected: type[EngineError]
) -> None:
    monkeypatch.setattr(device, "free_memory", lambda: free)

    assert type(device.does_not_load("torch", ImportError("failed to map segment"))) is expected


def test_the_number_of_threads_is_the_setting_or_the_cores() -> None:
    before = torch.get_num_threads()
    try:
        prepare_torch(1)
        assert torch.get_num_threads() == 1
        prepare_torch(0)
        assert torch.get_num_threads() == usable_cores() >= 1
    finally:
        torch.set_num_threads(before)
