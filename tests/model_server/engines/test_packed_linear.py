"""Matrices laid out anew give what they gave, and where torch cannot do it nothing is changed."""

from __future__ import annotations

import pytest
import torch

from model_server.engines import packed_linear
from model_server.engines.packed_linear import can_pack, pack_linear_layers


def network() -> torch.nn.Sequential:
    torch.manual_seed(5)
    return torch.nn.Sequential(torch.nn.Linear(48, 96), torch.nn.GELU(), torch.nn.Linear(96, 32, bias=False))


@pytest.mark.parametrize("shape", [(1, 48), (10, 48), (2, 7, 48)])
@torch.inference_mode()
def test_it_gives_what_the_layers_gave(shape: tuple[int, ...]) -> None:
    layers, x = network(), torch.randn(shape)
    wanted = layers(x)

    pack_linear_layers(layers)

    assert can_pack()
    assert torch.allclose(layers(x), wanted, atol=1e-5)
    assert layers[0]._parameters["weight"] is None  # nothing is kept twice


@pytest.mark.parametrize(("mkl", "arm", "can"), [(True, False, True), (False, True, True), (False, False, False)])
def test_it_is_done_where_torch_s_compiler_does_it(
    monkeypatch: pytest.MonkeyPatch, mkl: bool, arm: bool, can: bool
) -> None:
    monkeypatch.setattr(torch._C, "has_mkl", mkl)
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_acl_supported", lambda: arm)

    assert can_pack() == can


@torch.inference_mode()
def test_without_the_operation_the_layers_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed_linear, "can_pack", lambda: False)
    layers, x = network(), torch.randn(3, 48)
    wanted = layers(x)

    pack_linear_layers(layers)

    assert torch.equal(layers(x), wanted)
    assert layers[0]._parameters["weight"] is not None
