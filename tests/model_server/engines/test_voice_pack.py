"""A voice is 510 rows of 256 finite numbers, or it is refused."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import torch

from common.errors import BadVoiceFile, CorruptFile
from common.voice_files import own_voice
from common.voices import VOICES, find_voice
from model_server.engines import voice_pack
from model_server.engines.voice_pack import SHAPE, VoicePacks, check_own_voice, load_voice_pack, mix, style_for


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


# Blends


class Written:
    """Packs of random numbers on disk, as the files of the model; notes which were asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []

    def voice(self, name: str) -> Path:
        self.asked.append(name)
        path = self.folder / f"{name}.pt"
        if not path.exists():
            torch.save(self.pack(name), path)
        return path

    def pack(self, name: str) -> torch.Tensor:
        return torch.randn(SHAPE, generator=torch.Generator().manual_seed(sum(map(ord, name))))


@pytest.fixture
def files(tmp_path: Path) -> Written:
    return Written(tmp_path)


def test_a_voice_of_the_catalogue_is_its_pack(files: Written) -> None:
    assert torch.equal(VoicePacks(files).of(find_voice("af_sky")), files.pack("af_sky"))


def test_an_even_blend_is_the_mean(files: Written) -> None:
    mixed = VoicePacks(files).of(find_voice("af_bella,af_sky"))

    mean = np.mean([files.pack("af_bella").numpy(), files.pack("af_sky").numpy()], axis=0)
    assert mixed.dtype == torch.float32
    assert np.array_equal(mixed.numpy(), mean)


@pytest.mark.parametrize(
    "blend", ["af_bella(2)+af_heart(1)", "af_sky(0.7)+bm_george(0.2)+jf_alpha(0.1)", "+".join(list(VOICES)[:8])]
)
def test_a_blend_is_the_mean_by_weight(files: Written, blend: str) -> None:
    voice = find_voice(blend)
    mixed = VoicePacks(files).of(voice)

    packs = [files.pack(part.name).numpy() for part in voice.parts]
    mean = np.average(packs, axis=0, weights=[part.weight for part in voice.parts])
    assert np.allclose(mixed.numpy(), mean, rtol=0, atol=1e-6)


def test_a_blend_has_the_same_numbers_in_every_process(files: Written) -> None:
    voice = find_voice("af_sky(0.7)+bm_george(0.2)+jf_alpha(0.1)")
    in_order = torch.zeros(SHAPE).numpy()
    total = sum(part.weight for part in voice.parts)
    for part in voice.parts:
        in_order += files.pack(part.name).numpy() * np.float32(part.weight / total)

    assert np.array_equal(VoicePacks(files).of(voice).numpy(), in_order)


def test_numbers_near_the_largest_do_not_overflow_on_the_way() -> None:
    largest = torch.full(SHAPE, 3e38)

    assert torch.isfinite(mix([largest, largest, largest], [999_999_999, 1, 5])).all()


def test_a_blend_with_a_damaged_voice_is_refused(files: Written) -> None:
    files.voice("af_sky").write_bytes(b"<html>")

    with pytest.raises(CorruptFile, match="af_sky"):
        VoicePacks(files).of(find_voice("af_bella+af_sky"))


def test_what_was_loaded_is_kept_and_what_was_used_longest_ago_goes(
    files: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice_pack, "MOST_PACKS", 2)
    packs = VoicePacks(files)
    for name in ("af_sky", "af_bella", "af_sky", "am_adam", "af_sky", "af_bella"):
        packs.of(find_voice(name))

    assert files.asked == ["af_sky", "af_bella", "am_adam", "af_bella"]


def test_all_published_voices_fit_beside_each_other() -> None:
    assert len(VOICES) < voice_pack.MOST_PACKS


# Users' own


@pytest.mark.parametrize("name", ["mine.pt", "bf_mine.pt", "no ending"])
def test_a_users_own_voice_is_loaded_as_saved(tmp_path: Path, files: Written, name: str) -> None:
    pack = torch.randn(SHAPE)
    torch.save(pack, tmp_path / name)
    voice = own_voice(str(tmp_path / name))

    check_own_voice(voice)
    assert torch.equal(VoicePacks(files).of(voice), pack)
    assert files.asked == []


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(torch.zeros(511, 1, 256), id="one row more"),
        pytest.param(torch.zeros(SHAPE, dtype=torch.float16), id="half the digits"),
        pytest.param(torch.zeros(SHAPE, dtype=torch.float64)[:100], id="twice the digits"),
        pytest.param(_with(float("nan")), id="not a number"),
        pytest.param(_with(float("inf")), id="infinite"),
        pytest.param(torch.zeros(1).expand(SHAPE), id="one number for all"),
        pytest.param({"mine": torch.zeros(SHAPE)}, id="a dictionary"),
        pytest.param(b"bytes", id="bytes"),
    ],
)
def test_a_users_file_that_holds_no_voice_is_refused(tmp_path: Path, files: Written, other: object) -> None:
    torch.save(other, tmp_path / "mine.pt")
    voice = own_voice(str(tmp_path / "mine.pt"))

    with pytest.raises(BadVoiceFile, match="mine.pt") as refused:
        VoicePacks(files).of(voice)
    assert "510" in refused.value.hint and "--download" not in refused.value.hint


def test_a_users_file_that_is_damaged_or_runs_code_is_refused_without_torch(tmp_path: Path) -> None:
    trace = tmp_path / "trace"

    class Attack:
        def __reduce__(self) -> tuple[object, ...]:
            return os.mkdir, (str(trace),)

    path = tmp_path / "mine.pt"
    torch.save(torch.zeros(SHAPE), path)
    whole = path.read_bytes()
    torch.save(Attack(), path)
    for content in (whole[:-100], whole[:100], b"PK\x03\x04", path.read_bytes()):
        path.write_bytes(content)
        with pytest.raises(BadVoiceFile, match="mine.pt"):
            check_own_voice(own_voice(str(path)))
    assert not trace.exists()


def test_a_users_file_that_is_another_by_now_is_refused(tmp_path: Path, files: Written) -> None:
    torch.save(torch.zeros(SHAPE), tmp_path / "mine.pt")
    voice = own_voice(str(tmp_path / "mine.pt"))
    torch.save(torch.ones(SHAPE), tmp_path / "mine.pt")

    with pytest.raises(BadVoiceFile, match="changed"):
        VoicePacks(files).of(voice)
