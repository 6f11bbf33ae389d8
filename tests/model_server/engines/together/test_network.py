"""Pieces that are spoken at once sound as each of them alone, whatever is beside it."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch

from model_server.engines.device import prepare_torch
from model_server.engines.kokoro_config import read_config
from model_server.engines.kokoro_model import KokoroModel, load_model
from model_server.engines.stock import StockModel
from model_server.engines.together.company import agreement
from model_server.engines.together.network import speak_at_once
from model_server.engines.together.said import Heard, Said
from tests.fakes.tiny_kokoro import FolderOfFiles

# Rounding leaves 120 dB; below 60 a difference could be heard.
DECIBELS = 100.0

WORDS = "həlˈO, wˈɜɹld."
SENTENCE = "ðə kwˈɪk bɹˈWn fˈɑks ʤˈʌmps; wˈI?"


@pytest.fixture(scope="module")
def model(tiny_kokoro: Path) -> KokoroModel:
    prepare_torch(threads=1)  # several gain little on so short pieces, and lose much beside other work
    files = FolderOfFiles(tiny_kokoro)
    return load_model(read_config(files.config()), files.weights(), "cpu")


@pytest.fixture(scope="module")
def said(tiny_kokoro: Path) -> list[Said]:
    """Return pieces of different lengths, voices, speeds and noise."""

    def piece(symbols: str, voice: str, speed: float, seed: int) -> Said:
        pack = torch.load(FolderOfFiles(tiny_kokoro).voice(voice), weights_only=True)
        return Said(symbols, pack[len(symbols) - 1], speed, seed)

    return [
        piece(WORDS, "af_heart", 1.0, 1),
        piece("A", "bm_george", 0.5, 2),
        piece(SENTENCE, "af_bella", 1.37, 3),
        piece("nˈO.", "bm_george", 2.0, 4),
        piece(WORDS, "af_heart", 1.0, 5),
    ]


def alone(model: KokoroModel, said: Said) -> Heard:
    torch.manual_seed(said.seed)
    with torch.inference_mode():
        output = model(said.symbols, said.style, said.speed, return_output=True)
    return Heard(output.audio.numpy(), output.pred_dur.tolist())


def at_once(model: KokoroModel, said: list[Said]) -> list[Heard]:
    return speak_at_once(cast(StockModel, model), said)


def test_each_piece_sounds_as_it_does_alone(model: KokoroModel, said: list[Said]) -> None:
    for piece, heard in zip(said, at_once(model, said), strict=True):
        assert agreement(alone(model, piece), heard) > DECIBELS


def test_two_pieces_that_differ_in_their_noise_only_have_each_its_own(model: KokoroModel, said: list[Said]) -> None:
    first, last = at_once(model, [said[0], said[4]])

    assert first.durations == last.durations
    assert agreement(first, last) < 40
    assert agreement(alone(model, said[4]), last) > DECIBELS


def test_one_piece_by_itself_is_a_batch_too(model: KokoroModel, said: list[Said]) -> None:
    assert agreement(alone(model, said[3]), at_once(model, [said[3]])[0]) > DECIBELS


def test_sound_that_is_not_finite_is_an_error(model: KokoroModel, said: list[Said]) -> None:
    broken = Said(WORDS, torch.full((1, 256), torch.nan), 1.0, 1)

    with pytest.raises(RuntimeError):
        at_once(model, [said[0], broken])


def test_agreement_is_that_of_the_whole_sound() -> None:
    sound = Heard(np.array([1.0, 0.0], np.float32), [1])

    assert agreement(sound, sound) == np.inf
    assert agreement(sound, Heard(np.array([1.0, 0.1], np.float32), [1])) == pytest.approx(20.0)
    assert agreement(sound, Heard(sound.samples, [2])) == -np.inf
    assert agreement(Heard(np.zeros(2, np.float32), [1]), sound) == 0.0
