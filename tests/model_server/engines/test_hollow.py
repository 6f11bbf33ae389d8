"""A network is built with every shape and no memory, and without the work of computing what it will be given."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import torch

from model_server.engines.hollow import Uncomputed


def _network() -> torch.nn.Module:
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.nn.Sequential(
            torch.nn.utils.weight_norm(torch.nn.Conv1d(4, 6, 3)),
            torch.nn.utils.weight_norm(torch.nn.ConvTranspose1d(6, 4, 3)),
            torch.nn.LSTM(4, 4, bidirectional=True),
            torch.nn.Embedding(7, 4, padding_idx=0),
            torch.nn.InstanceNorm1d(4, affine=True),
        )


def test_a_hollow_network_has_the_tensors_of_a_real_one() -> None:
    with torch.device("meta"), Uncomputed():
        hollow = _network()
    real = _network()

    assert all(tensor.is_meta for tensor in hollow.state_dict().values())
    shapes = {name: (tensor.shape, tensor.dtype) for name, tensor in real.state_dict().items()}
    assert {name: (tensor.shape, tensor.dtype) for name, tensor in hollow.state_dict().items()} == shapes
    assert {name for name, _ in hollow.named_parameters()} == {name for name, _ in real.named_parameters()}


def test_windows_are_real() -> None:
    with torch.device("meta"), Uncomputed():
        window = torch.hann_window(20, periodic=True)

    assert torch.equal(window, torch.hann_window(20, periodic=True))


def test_afterwards_tensors_are_filled_again() -> None:
    with torch.device("meta"), Uncomputed():
        torch.nn.Linear(2, 2)

    assert torch.empty(3).fill_(1.0).tolist() == [1.0, 1.0, 1.0]


_BUILDS = """
import sys, torch
from tests.model_server.engines.test_hollow import _network
from model_server.engines.hollow import Uncomputed
with torch.device("meta"), Uncomputed():
    _network()
print({"torch._dynamo", "sympy"} & set(sys.modules))
"""


def test_torch_needs_no_compiler_for_it() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _BUILDS],
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
        cwd=Path(__file__).parents[3],
    )

    assert done.stdout == "set()\n"
