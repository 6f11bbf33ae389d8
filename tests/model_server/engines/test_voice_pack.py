"""A voice is 510 rows of 256 finite numbers, or it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from common.errors import CorruptFile
from model_server.engines.voice_pack import SHAPE, load_voice_pack, style_for


def _with(value: float) -> torch.Tensor:
    pack = torch.zeros(SHAPE)
    pack[300, 0, 17] = value
    return pack


def test_a_voice_is_loaded_as_saved(tmp_path: Path) -> None:
    pack = torch.randn(SHAPE)
    torch.save(pack, tmp_path / "af_heart.pt")

    assert torch.equal(load_voice_pack(tmp_path / "af_heart.pt"), pack)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(torch.zeros(511, 1, 256), id="one row more"),
        pytest.param(torch.zeros(510, 256), id="two dimensions"),
        pytest.param(torch.zeros(SHAPE, dtype=torch.int64)[:100], id="integers"),
        pytest.param(torch.zeros(1).expand(SHAPE), id="one number for all"),
        pytest.param(torch.zeros(256, 1, 510).transpose(0, 2), id="columns first"),
        pytest.param(_with(float("nan")), id="not a number"),
        pytest.param(_with(float("-inf")), id="infinite"),
        pytest.param({"af_heart": torch.zeros(SHAPE)}, id="a dictionary"),
        pytest.param([], id="nothing"),
    ],
)
def test_anything_else_is_refused(tmp_path: Path, other: object) -> None:
    torch.save(other, tmp_path / "af_heart.pt")

    with pytest.raises(CorruptFile, match="af_heart"):
        load_voice_pack(tmp_path / "af_heart.pt")


def test_a_tensor_of_ten_billion_numbers_from_one_is_refused(tmp_path: Path) -> None:
    torch.save(torch.zeros(1).expand(100_000, 100_000), tmp_path / "af_heart.pt")

    with pytest.raises(CorruptFile):
        load_voice_pack(tmp_path / "af_heart.pt")


@pytest.mark.parametrize(("phonemes", "row"), [(1, 0), (42, 41), (510, 509), (0, 0), (600, 509)])
def test_the_style_row_follows_the_number_of_phonemes(phonemes: int, row: int) -> None:
    pack = torch.arange(510.0).reshape(510, 1, 1).expand(SHAPE)

    style = style_for(pack, phonemes)

    assert style.shape == (1, 256)
    assert style[0, 0] == row
