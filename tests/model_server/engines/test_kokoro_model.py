"""The model takes the published tensors and no others, and comes without what `import kokoro` would bring along."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from common.errors import CorruptFile, ModelUnavailable
from model_server.engines import kokoro_model
from model_server.engines.kokoro_config import KokoroConfig, read_config
from model_server.engines.kokoro_model import fill, hollow_model, load_model
from tests.fakes.tiny_kokoro import FolderOfFiles

Saved = dict[str, dict[str, torch.Tensor]]
NORM = "module.encode.norm1.norm.weight"


@pytest.fixture(scope="module")
def config(tiny_kokoro: Path) -> KokoroConfig:
    return read_config(tiny_kokoro / "config.json")


@pytest.fixture(scope="module")
def published(tiny_kokoro: Path) -> Saved:
    loaded: Saved = torch.load(FolderOfFiles(tiny_kokoro).weights(), weights_only=True)
    return loaded


@pytest.fixture
def saved(published: Saved) -> Saved:
    """Return the tensors in dictionaries that a test may change."""
    return {name: dict(state) for name, state in published.items()}


def test_every_tensor_is_the_saved_one(config: KokoroConfig, saved: Saved) -> None:
    model = hollow_model(config)

    fill(model, saved, Path("weights.pth"))

    state = model.state_dict()
    for name, tensors in saved.items():
        for key, tensor in tensors.items():
            assert state[f"{name}.{key.removeprefix('module.')}"] is not None
            assert torch.equal(state[f"{name}.{key.removeprefix('module.')}"], tensor)


def test_tensors_without_the_prefix_of_dataparallel_are_taken(config: KokoroConfig, saved: Saved) -> None:
    bare = {name: {key.removeprefix("module."): t for key, t in state.items()} for name, state in saved.items()}

    fill(hollow_model(config), bare, Path("weights.pth"))


def test_scales_of_the_instance_norms_are_neutral_unless_saved(config: KokoroConfig, saved: Saved) -> None:
    without, with_scales = hollow_model(config), hollow_model(config)
    fill(without, saved, Path("weights.pth"))
    saved["decoder"][NORM] = torch.full((514,), 2.0)
    fill(with_scales, saved, Path("weights.pth"))

    assert (without.get_parameter("decoder.encode.norm1.norm.weight") == 1).all()
    assert (with_scales.get_parameter("decoder.encode.norm1.norm.weight") == 2).all()


def test_position_numbers_of_older_checkpoints_are_left_out(config: KokoroConfig, saved: Saved) -> None:
    saved["bert"]["module.embeddings.position_ids"] = torch.arange(512)[None]

    fill(hollow_model(config), saved, Path("weights.pth"))


def _drop_a_part(saved: Saved) -> object:
    return {name: state for name, state in saved.items() if name != "predictor"}


def _add_a_part(saved: Saved) -> object:
    return saved | {"forward": {}}


def _make_it_a_list(saved: Saved) -> object:
    return list(saved.values())


def _make_a_part_a_tensor(saved: Saved) -> object:
    return saved | {"bert": torch.zeros(3)}


def _change(change: Callable[[dict[str, torch.Tensor], str], None]) -> Callable[[Saved], object]:
    def changed(saved: Saved) -> object:
        change(saved["bert_encoder"], "module.weight")
        return saved

    return changed


def _drop(state: dict[str, torch.Tensor], key: str) -> None:
    del state[key]


def _rename(state: dict[str, torch.Tensor], key: str) -> None:
    state["module.other"] = state.pop(key)


def _add_twin(state: dict[str, torch.Tensor], key: str) -> None:
    state["weight"] = state[key] + 1


def _transpose(state: dict[str, torch.Tensor], key: str) -> None:
    state[key] = state[key].T.contiguous()


def _transpose_in_place(state: dict[str, torch.Tensor], key: str) -> None:
    state[key] = state[key].T.contiguous().T


def _halve(state: dict[str, torch.Tensor], key: str) -> None:
    state[key] = state[key].half()


def _expand(state: dict[str, torch.Tensor], key: str) -> None:
    state[key] = torch.zeros(1).expand(state[key].shape)


def _spoil(state: dict[str, torch.Tensor], key: str) -> None:
    state[key] = state[key].clone()
    state[key][3, 5] = float("nan")


def _overflow(state: dict[str, torch.Tensor], key: str) -> None:
    state[key] = state[key].clone()
    state[key][3, 5] = float("inf")


def _make_a_number(state: dict[str, torch.Tensor], key: str) -> None:
    state[key] = 1.0  # type: ignore[assignment]  # what a foreign file may hold


@pytest.mark.parametrize(
    "spoilt",
    [
        _drop_a_part,
        _add_a_part,
        _make_it_a_list,
        _make_a_part_a_tensor,
        *map(
            _change,
            [_drop, _rename, _add_twin, _transpose, _transpose_in_place, _halve, _expand]
            + [_spoil, _overflow, _make_a_number],
        ),
    ],
)
def test_other_tensors_than_the_models_are_refused(
    config: KokoroConfig, saved: Saved, spoilt: Callable[[Saved], object]
) -> None:
    with pytest.raises(CorruptFile, match=r"weights\.pth"):
        fill(hollow_model(config), spoilt(saved), Path("weights.pth"))


def test_a_voice_in_place_of_the_weights_is_refused(config: KokoroConfig, tiny_kokoro: Path) -> None:
    with pytest.raises(CorruptFile, match="af_heart"):
        load_model(config, FolderOfFiles(tiny_kokoro).voice("af_heart"), "cpu")


def test_missing_weights_are_unavailable(config: KokoroConfig, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable):
        load_model(config, tmp_path / "none.pth", "cpu")


def _with_another_hollow_tensor(config: KokoroConfig) -> torch.nn.Module:
    model = hollow_model(config)
    model.register_buffer("another", torch.empty(3, device="meta"), persistent=False)
    return model


def test_tensors_that_no_file_has_cost_time_but_not_sense(
    config: KokoroConfig, tiny_kokoro: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights, style = FolderOfFiles(tiny_kokoro).weights(), torch.full((1, 256), 0.1)
    quick = load_model(config, weights, "cpu")
    monkeypatch.setattr(kokoro_model, "hollow_model", _with_another_hollow_tensor)
    slow = load_model(config, weights, "cpu")

    sounds = []
    for model in (quick, slow):
        torch.manual_seed(1)
        sounds.append(model("həlˈO", style, return_output=True).audio)

    assert torch.equal(*sounds)


# Run in a fresh interpreter, where nothing is imported yet; `report` must be all that it writes.
_SPEAKS_ALONE = """
import sys
def refuse(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system"):
        raise AssertionError(event)
sys.addaudithook(refuse)
from loguru import logger
handlers = dict(logger._core.handlers)
from pathlib import Path
from common.voices import find_voice
from model_server.engines.base import EnginePiece
from model_server.engines.kokoro import KokoroEngine

class Files:
    folder = Path(sys.argv[1])
    def config(self): return self.folder / "config.json"
    def weights(self): return self.folder / "kokoro-v1_0.pth"
    def voice(self, name): return self.folder / "voices" / (name + ".pt")

engine = KokoroEngine(Files(), "cpu", 1)
engine.load(lambda what: None)
speech = engine.speak(EnginePiece("Hello.", "həlˈO.", find_voice("af_heart"), "en-us", 1.0))
assert len(speech.samples)
assert logger._core.handlers == handlers
unwanted = {"spacy", "misaki", "misaki.en", "phonemizer", "kokoro.pipeline", "sounddevice"}
unwanted |= {"transformers", "huggingface_hub", "torch._dynamo", "sympy"}
unwanted &= set(sys.modules)
assert not unwanted, unwanted
sys.stdout.write("report")
"""


def test_it_speaks_without_spacy_network_or_a_word_on_the_terminal(tiny_kokoro: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SPEAKS_ALONE, str(tiny_kokoro)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        cwd=Path(__file__).parents[3],
    )

    assert (done.stdout, done.stderr) == ("report", "")
