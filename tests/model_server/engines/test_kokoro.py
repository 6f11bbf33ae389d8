"""The engine says what stock `KModel` would say, the same each time, and falls back from a GPU that fails."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from common.errors import BadSpeed, CorruptFile, EngineError, OutOfMemory, Unspeakable, UsageError
from common.voice_files import own_voice
from common.voices import find_voice
from model_server.engines import kokoro
from model_server.engines.base import RATE, EnginePiece
from model_server.engines.kokoro import KokoroEngine, seed_for
from model_server.engines.kokoro_config import KokoroConfig
from model_server.engines.kokoro_model import KokoroModel, load_model
from model_server.engines.speedups import has_half_products
from model_server.engines.steps import GivenUp, unless
from model_server.engines.vocoder import convolution
from tests.fakes.stock_kokoro import import_stock_kmodel
from tests.fakes.tiny_kokoro import FolderOfFiles

# Several threads gain nothing on so little work, and lose much beside other work.
ONE_THREAD = 1

HELLO = EnginePiece("Hello, world.", "həlˈO, wˈɜɹld.", find_voice("af_heart"), "en-us", 1.0)


@pytest.fixture(scope="module")
def engine(tiny_kokoro: Path) -> KokoroEngine:
    engine = KokoroEngine(FolderOfFiles(tiny_kokoro), "cpu", ONE_THREAD, "folded")
    engine.load(lambda what: None)
    return engine


@pytest.fixture(scope="module")
def faster(tiny_kokoro: Path) -> KokoroEngine:
    engine = KokoroEngine(FolderOfFiles(tiny_kokoro), "cpu", ONE_THREAD, "all")
    engine.load(lambda what: None)
    return engine


@pytest.fixture(scope="module")
def half(tiny_kokoro: Path) -> Iterator[KokoroEngine]:
    """Return an engine that computes in bf16, on any processor: slowly where it has to be imitated."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kokoro, "has_half_products", lambda: True)
        engine = KokoroEngine(FolderOfFiles(tiny_kokoro), "cpu", ONE_THREAD, precision="bf16")
        engine.load(lambda what: None)
        yield engine


@pytest.fixture(scope="module")
def stock(tiny_kokoro: Path) -> Callable[[EnginePiece], torch.Tensor]:
    """Return what `KModel`, loaded by its own code, makes of a piece with the engine's seed."""
    files = FolderOfFiles(tiny_kokoro)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kmodel = import_stock_kmodel()
        model = kmodel(repo_id="hexgrad/Kokoro-82M", config=str(files.config()), model=str(files.weights()))
    model.eval()

    def speak(piece: EnginePiece) -> torch.Tensor:
        pack = torch.load(files.voice(piece.voice.name), weights_only=True)
        torch.manual_seed(seed_for(piece.phonemes, piece.voice.name, piece.speed))
        with torch.no_grad():
            sound: torch.Tensor = model(piece.phonemes, pack[len(piece.phonemes) - 1], piece.speed)
        return sound

    return speak


PIECES = [
    HELLO,
    replace(HELLO, speed=0.5),
    replace(HELLO, speed=1.37, voice=find_voice("bm_george")),
    replace(HELLO, phonemes="A"),
    replace(HELLO, phonemes="ðə kwˈɪk bɹˈWn fˈɑks ʤˈʌmps ˌOvəɹ ðə lˈAzi dˈɔɡ; wˈI?"),
]
# On a processor without half products, which torch imitates, the others take a minute.
IN_HALF_PRECISION = [
    piece if short else pytest.param(piece, marks=pytest.mark.soak)
    for piece, short in zip(PIECES, (True, False, True, True, False), strict=True)
]


@pytest.mark.parametrize("piece", PIECES)
def test_it_sounds_exactly_as_stock_kokoro(
    engine: KokoroEngine, stock: Callable[[EnginePiece], torch.Tensor], piece: EnginePiece
) -> None:
    assert np.array_equal(engine.speak(piece).samples, stock(piece).numpy())


@pytest.mark.parametrize("whole", [0, 100_000, 10_000_000])  # samples: always in chunks, some layers, never
@pytest.mark.parametrize("piece", PIECES)
def test_faster_it_sounds_as_stock_kokoro(
    faster: KokoroEngine,
    stock: Callable[[EnginePiece], torch.Tensor],
    piece: EnginePiece,
    whole: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(convolution, "_WHOLE", whole)
    wanted = stock(piece).numpy()

    error = faster.speak(piece).samples - wanted

    assert np.linalg.norm(error) < 10 ** (-90 / 20) * np.linalg.norm(wanted)  # 90 dB; below 60 could be heard


@pytest.mark.parametrize("piece", IN_HALF_PRECISION)
def test_in_half_precision_it_sounds_nearly_as_stock_kokoro(
    half: KokoroEngine,
    stock: Callable[[EnginePiece], torch.Tensor],
    piece: EnginePiece,
) -> None:
    wanted = stock(piece).numpy()

    error = half.speak(piece).samples - wanted

    assert 1e-4 * np.linalg.norm(wanted) < np.linalg.norm(error) < 0.01 * np.linalg.norm(wanted)  # 40 dB


def test_a_processor_without_half_precision_stays_with_floats_and_says_so(
    tiny_kokoro: Path, faster: KokoroEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kokoro, "has_half_products", lambda: False)
    notices: list[str] = []
    engine = KokoroEngine(FolderOfFiles(tiny_kokoro), "cpu", ONE_THREAD, precision="bf16", notice=notices.append)

    assert np.array_equal(engine.speak(HELLO).samples, faster.speak(HELLO).samples)
    assert notices == ["'precision' is bf16, which this processor has no products for; Kokoro computes in fp32"]


@pytest.mark.parametrize("names", ["folded", "packed", "vocoder", "vocoder, folded"])
def test_speedups_are_chosen_by_name(tiny_kokoro: Path, engine: KokoroEngine, names: str) -> None:
    some = KokoroEngine(FolderOfFiles(tiny_kokoro), "cpu", ONE_THREAD, speedups=names)

    assert np.allclose(some.speak(HELLO).samples, engine.speak(HELLO).samples, atol=1e-4)


def test_a_speedup_that_there_is_not_is_named(tiny_kokoro: Path) -> None:
    with pytest.raises(UsageError, match="there is no 'warp'"):
        KokoroEngine(FolderOfFiles(tiny_kokoro), speedups="folded,warp")


def test_the_same_piece_sounds_the_same_each_time(engine: KokoroEngine) -> None:
    first = engine.speak(HELLO)
    engine.speak(replace(HELLO, phonemes="nˈO"))
    torch.manual_seed(12345)

    assert np.array_equal(engine.speak(HELLO).samples, first.samples)


def test_text_and_place_do_not_change_the_sound(engine: KokoroEngine) -> None:
    elsewhere = replace(HELLO, text="Hallo, Welt.", start=5000)

    assert np.array_equal(engine.speak(elsewhere).samples, engine.speak(HELLO).samples)


def test_sound_is_mono_float_of_whole_frames(engine: KokoroEngine) -> None:
    speech = engine.speak(HELLO)

    assert speech.samples.dtype == np.float32
    assert speech.samples.ndim == 1
    assert len(speech.samples) % 600 == 0
    assert 0 <= speech.speech_start < speech.speech_end <= len(speech.samples)


def test_words_point_into_the_whole_text(engine: KokoroEngine) -> None:
    speech = engine.speak(replace(HELLO, start=100))

    assert [(word.start, word.end) for word in speech.words] == [(100, 106), (107, 113)]
    first, second = speech.words
    assert 0 < first.at < first.until <= second.at < second.until <= len(speech.samples) / RATE


@pytest.mark.parametrize("phonemes", ["", "…", " . ", "😀"])
def test_without_a_phone_there_is_no_sound(engine: KokoroEngine, phonemes: str) -> None:
    speech = engine.speak(replace(HELLO, phonemes=phonemes))

    assert (len(speech.samples), speech.speech_start, speech.speech_end, speech.words) == (0, 0, 0, ())


def test_unknown_symbols_are_left_out_and_can_be_asked_for(engine: KokoroEngine) -> None:
    strange = replace(HELLO, phonemes="h%əlˈO,\n wˈɜ%ɹld.")

    assert engine.unknown_symbols(strange.phonemes) == "%\n"
    assert np.array_equal(engine.speak(strange).samples, engine.speak(HELLO).samples)


def test_510_phonemes_are_spoken_and_511_are_refused(tiny_kokoro: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Quick:  # a second for each length would not tell more
        audio = torch.zeros(512 * 600)
        pred_dur = torch.ones(512, dtype=torch.int64)

        def __call__(self, phonemes: str, *rest: object, **options: object) -> Quick:
            asked.append(phonemes)
            return self

    monkeypatch.setattr(kokoro, "load_model", lambda *args: Quick())
    engine = KokoroEngine(FolderOfFiles(tiny_kokoro), "cpu", ONE_THREAD, "none")

    assert len(engine.speak(replace(HELLO, phonemes="a" * 510)).samples) == 512 * 600
    with pytest.raises(Unspeakable, match="Hello, world"):
        engine.speak(replace(HELLO, phonemes="a" * 511))
    assert asked == ["a" * 510]


@pytest.mark.parametrize("speed", [0.0, -1.0, 0.49, 2.01, float("nan"), float("inf")])
def test_a_speed_out_of_bounds_is_refused(engine: KokoroEngine, speed: float) -> None:
    with pytest.raises(BadSpeed):
        engine.speak(replace(HELLO, speed=speed))


def test_the_seed_is_the_same_on_every_machine() -> None:
    assert seed_for("həlˈO", "af_heart", 1.0) == 8162848692448939026
    assert (
        len({seed_for("a", "b", 1.0), seed_for("a", "b", 1.1), seed_for("a", "c", 1.0), seed_for("b", "b", 1.0)}) == 4
    )


def test_loading_again_does_nothing(engine: KokoroEngine) -> None:
    told: list[str] = []

    engine.load(told.append)

    assert told == []


def test_a_damaged_voice_spoils_only_itself(tiny_kokoro: Path, tmp_path: Path, engine: KokoroEngine) -> None:
    class OneDamaged(FolderOfFiles):
        def voice(self, name: str) -> Path:
            return damaged if name == "bm_george" else super().voice(name)

    damaged = tmp_path / "bm_george.pt"
    damaged.write_bytes(b"<html>")
    other = KokoroEngine(OneDamaged(tiny_kokoro), "cpu", ONE_THREAD, "folded")

    with pytest.raises(CorruptFile, match="bm_george"):
        other.speak(replace(HELLO, voice=find_voice("bm_george")))
    assert np.array_equal(other.speak(HELLO).samples, engine.speak(HELLO).samples)


@pytest.fixture
def _gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand for a GPU: torch's "meta" device has shapes but no memory, so that loading works and speaking fails."""
    monkeypatch.setattr(kokoro, "choose_device", lambda wanted: "cpu" if wanted == "cpu" else "meta")


@pytest.mark.usefixtures("_gpu")
def test_a_gpu_that_fails_while_speaking_is_left_for_good_with_one_notice(
    tiny_kokoro: Path, engine: KokoroEngine
) -> None:
    notices: list[str] = []
    on_gpu = KokoroEngine(FolderOfFiles(tiny_kokoro), "auto", ONE_THREAD, "folded", notice=notices.append)
    on_gpu.load(lambda what: None)
    assert on_gpu.device == "meta"

    speech = on_gpu.speak(HELLO)
    on_gpu.speak(HELLO)

    assert np.array_equal(speech.samples, engine.speak(HELLO).samples)
    assert on_gpu.device == "cpu"
    assert len(notices) == 1
    assert "GPU failed" in notices[0]


@pytest.mark.usefixtures("_gpu")
def test_a_gpu_that_fails_while_loading_is_left_for_good_with_one_notice(
    tiny_kokoro: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notices: list[str] = []

    def fails_off_the_cpu(config: KokoroConfig, weights: Path, device: str, read: object) -> KokoroModel:
        if device != "cpu":
            raise torch.OutOfMemoryError("CUDA out of memory\nlong story")
        return load_model(config, weights, device)

    monkeypatch.setattr(kokoro, "load_model", fails_off_the_cpu)
    broken = KokoroEngine(FolderOfFiles(tiny_kokoro), "auto", ONE_THREAD, "folded", notice=notices.append)
    broken.load(lambda what: None)

    assert broken.device == "cpu"
    assert notices == ["the GPU failed (CUDA out of memory); Kokoro goes on with the CPU"]


class _Failing:
    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __call__(self, *args: object, **kwargs: object) -> KokoroModel:
        raise self.error


@pytest.mark.parametrize(
    ("error", "free", "expected"),
    [
        (MemoryError(), 1 << 40, OutOfMemory),
        (torch.OutOfMemoryError("…"), 1 << 40, OutOfMemory),
        (RuntimeError("as torch's allocator for the CPU raises it"), 1 << 10, OutOfMemory),
        (RuntimeError("something else"), 1 << 40, EngineError),
    ],
)
@pytest.mark.parametrize("stage", ["load", "speak"])
def test_a_failure_on_the_cpu_is_out_of_memory_only_if_memory_is_short(
    tiny_kokoro: Path,
    monkeypatch: pytest.MonkeyPatch,
    stage: str,
    error: Exception,
    free: int,
    expected: type[EngineError],
) -> None:
    fails = _Failing(error)
    monkeypatch.setattr(kokoro, "load_model", fails if stage == "load" else lambda *args: fails)
    monkeypatch.setattr(kokoro, "free_memory", lambda: free)

    with pytest.raises(EngineError) as caught:
        KokoroEngine(FolderOfFiles(tiny_kokoro), "cpu", ONE_THREAD, "none").speak(HELLO)

    assert type(caught.value) is expected


def test_the_engine_loads_again_after_a_failure(tiny_kokoro: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = KokoroEngine(FolderOfFiles(tiny_kokoro), "cpu", ONE_THREAD, "none")
    with monkeypatch.context() as patch:
        patch.setattr(kokoro, "load_model", _Failing(MemoryError()))
        with pytest.raises(OutOfMemory):
            engine.load(lambda what: None)

    assert len(engine.speak(HELLO).samples) > 0


def test_a_model_that_could_not_be_made_faster_is_not_used_as_it_is(
    tiny_kokoro: Path, engine: KokoroEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = KokoroEngine(FolderOfFiles(tiny_kokoro), "cpu", ONE_THREAD, "folded")
    with monkeypatch.context() as patch:
        patch.setattr(kokoro, "speed_up", _Failing(RuntimeError("can't start new thread")))
        with pytest.raises(EngineError, match="could not be loaded"):
            late.load(lambda what: None)
        assert late.needs(None) > 0

    assert np.array_equal(late.speak(HELLO).samples, engine.speak(HELLO).samples)
    assert late.device == "cpu"


def test_half_precision_is_not_asked_of_a_torch_that_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"):
        monkeypatch.delattr(torch.cpu, name)

    assert not has_half_products()


def test_sound_that_is_not_finite_is_an_error(tiny_kokoro: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent_nonsense(*args: object, **kwargs: object) -> object:
        class Output:
            audio = torch.tensor([float("nan")] * 600)
            pred_dur = torch.ones(16, dtype=torch.int64)

        return Output()

    monkeypatch.setattr(kokoro, "load_model", lambda *args: silent_nonsense)

    with pytest.raises(EngineError, match="cannot say"):
        KokoroEngine(FolderOfFiles(tiny_kokoro), "cpu", ONE_THREAD, "none").speak(HELLO)


def test_a_blend_sounds_as_a_pack_that_holds_its_mean(
    engine: KokoroEngine, tiny_kokoro: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kokoro, "seed_for", lambda *of: 7)
    files = FolderOfFiles(tiny_kokoro)
    bella, george = (torch.load(files.voice(name), weights_only=True) for name in ("af_bella", "bm_george"))
    torch.save(bella * 0.75 + george * 0.25, tmp_path / "mixed.pt")

    sound = engine.speak(replace(HELLO, voice=find_voice("af_bella(3)+bm_george(1)"))).samples
    mixed = engine.speak(replace(HELLO, voice=own_voice(str(tmp_path / "mixed.pt")))).samples
    assert np.array_equal(sound, mixed)
    assert not np.array_equal(sound, engine.speak(replace(HELLO, voice=find_voice("af_bella"))).samples)


def test_every_spelling_of_a_blend_sounds_the_same(engine: KokoroEngine) -> None:
    sounds = [
        engine.speak(replace(HELLO, voice=find_voice(spelling))).samples.tobytes()
        for spelling in ("af_bella(2)+af_heart(1)", "af_heart(0.5),af_bella", "af_bella+af_heart+af_bella")
    ]
    assert len(set(sounds)) == 1


def test_a_users_own_pack_sounds_as_the_same_pack_of_the_catalogue_but_for_the_seed(
    engine: KokoroEngine, tiny_kokoro: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = replace(HELLO, voice=own_voice(str(FolderOfFiles(tiny_kokoro).voice("af_heart"))))
    engine.prepare(own.voice)

    assert engine.speak(own).words == engine.speak(HELLO).words
    assert not np.array_equal(engine.speak(own).samples, engine.speak(HELLO).samples)
    monkeypatch.setattr(kokoro, "seed_for", lambda *of: 7)
    assert np.array_equal(engine.speak(own).samples, engine.speak(HELLO).samples)


@pytest.mark.parametrize("name", ["engine", "faster"])
def test_a_piece_that_nobody_needs_any_more_is_given_up_in_the_middle_and_said_as_ever_later(
    name: str, request: pytest.FixtureRequest
) -> None:
    engine: KokoroEngine = request.getfixturevalue(name)
    whole = engine.speak(HELLO)
    steps = 0

    def late() -> bool:
        nonlocal steps
        steps += 1
        return steps > most

    most = 1000
    with unless(late):
        engine.speak(HELLO)
    assert 20 < steps < most

    most, steps = steps - 1, 0
    with pytest.raises(GivenUp), unless(late):
        engine.speak(HELLO)
    again = engine.speak(HELLO)
    assert np.array_equal(again.samples, whole.samples)
