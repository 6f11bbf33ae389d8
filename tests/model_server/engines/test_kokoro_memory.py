"""Kokoro's weights leave memory when told to, and come back with the same sound; what it will take is known before."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from common.voices import find_voice
from model_server.engines import kokoro
from model_server.engines.base import EnginePiece
from model_server.engines.kokoro import KokoroEngine
from model_server.engines.kokoro_memory import WORK_OF_PHONEME, bytes_to_begin, bytes_to_load, release
from tests.fakes.tiny_kokoro import FolderOfFiles

HELLO = EnginePiece("Hello, world.", "həlˈO, wˈɜɹld.", find_voice("af_heart"), "en-us", 1.0)


@pytest.mark.parametrize("speedups", ["folded", "all"])
def test_unloaded_weights_are_gone_and_come_back_with_the_same_sound(tiny_kokoro: Path, speedups: str) -> None:
    engine = KokoroEngine(FolderOfFiles(tiny_kokoro), "cpu", 1, speedups)
    before = engine.speak(HELLO)
    assert engine._model is not None
    model = weakref.ref(engine._model)

    engine.rest()
    assert model() is not None
    engine.unload()
    gc.collect()

    assert model() is None
    assert np.array_equal(engine.speak(HELLO).samples, before.samples)


def test_what_it_needs_follows_the_piece_until_it_is_loaded_and_after(tiny_kokoro: Path) -> None:
    engine = KokoroEngine(FolderOfFiles(tiny_kokoro), "cpu", 1, "folded")
    weights = FolderOfFiles(tiny_kokoro).weights().stat().st_size

    assert engine.needs(None) >= weights
    engine.load(lambda what: None)

    assert engine.needs(None) == 0
    assert engine.needs(HELLO) == len(HELLO.phonemes) * WORK_OF_PHONEME
    assert engine.needs(replace(HELLO, speed=0.5)) == 2 * engine.needs(HELLO)


def test_a_gpu_s_work_is_not_counted_as_this_process_s_memory(tiny_kokoro: Path) -> None:
    assert KokoroEngine(FolderOfFiles(tiny_kokoro), "cuda", 1).needs(HELLO) == 0


def test_the_first_piece_brings_the_faster_vocoder_s_weights(tiny_kokoro: Path) -> None:
    engine = KokoroEngine(FolderOfFiles(tiny_kokoro), "cpu", 1, "all")
    work = len(HELLO.phonemes) * WORK_OF_PHONEME

    engine.load(lambda what: None)
    assert engine.needs(HELLO) > work
    engine.speak(HELLO)
    assert engine.needs(HELLO) == work
    engine.unload()
    assert engine.needs(None) > FolderOfFiles(tiny_kokoro).weights().stat().st_size


def test_room_for_the_first_piece_is_asked_for_before_loading(tiny_kokoro: Path) -> None:
    weights = FolderOfFiles(tiny_kokoro).weights()

    more = bytes_to_load(weights, own_form=True) - bytes_to_load(weights, own_form=False)

    assert more == bytes_to_begin(weights) > 0


@pytest.mark.parametrize(
    ("device", "speedups", "precision", "own_form"),
    [("cpu", "all", "fp32", True), ("cpu", "folded", "fp32", False), ("cpu", "none", "bf16", True),
     ("auto", "all", "fp32", True), ("cuda", "all", "bf16", False)],
)  # fmt: skip
def test_an_own_form_of_the_weights_is_counted_where_there_will_be_one(
    tiny_kokoro: Path, device: str, speedups: str, precision: str, own_form: bool
) -> None:
    files = FolderOfFiles(tiny_kokoro)
    engine = KokoroEngine(files, device, 1, speedups, precision)

    assert engine.needs(None) == bytes_to_load(files.weights(), own_form)


def test_a_gpu_s_memory_goes_back_when_nobody_speaks_also_without_a_model_and_when_it_was_left(
    tiny_kokoro: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released: list[str] = []
    monkeypatch.setattr(kokoro, "release", released.append)
    monkeypatch.setattr(kokoro, "choose_device", lambda wanted: "cpu" if wanted == "cpu" else "meta")
    engine = KokoroEngine(FolderOfFiles(tiny_kokoro), "auto", 1, "folded")

    engine.rest()
    assert released == []
    engine.load(lambda what: None)
    engine.unload()
    engine.rest()
    assert released == ["meta"]
    engine.speak(HELLO)  # which fails there, and goes on with the CPU
    assert engine.device == "cpu"
    engine.rest()
    assert released == ["meta", "meta"]


def test_a_gpu_that_failed_is_no_trouble_when_its_memory_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("CUDA error: an illegal memory access was encountered")

    monkeypatch.setattr(torch.cuda, "empty_cache", fail)

    release("cuda")
