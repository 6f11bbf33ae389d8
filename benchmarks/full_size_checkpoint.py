"""Write a Kokoro with random weights in the published layout: right in shapes, sizes and speed, noise to the ear.

    python -m benchmarks.full_size_checkpoint FOLDER [VOICE...]

writes one of full size (81.8 M parameters); with `model_dir` set to FOLDER, `say` speaks with it.
"""

from __future__ import annotations

import argparse
import json
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import torch

from model_server.engines.kokoro_config import read_config
from model_server.engines.kokoro_model import build_random
from model_server.engines.voice_pack import SHAPE

PUBLISHED_CONFIG = Path(__file__).with_name("kokoro_config.json")
WEIGHTS = "kokoro-v1_0.pth"

# Random weights give 25 frames a phoneme, real speech has about 2.9; with this bias (of the 50 outputs of the duration
# head) random ones have that too.
_DURATION_BIAS = -3.05

# Standard deviation of the published voices: 0.14 to 0.25.
_VOICE_SPREAD = 0.18


def write_full_size(folder: Path, voices: Sequence[str] = ("af_heart",), seed: int = 0) -> None:
    """Write a checkpoint of the published size into `folder`."""
    write_random_checkpoint(folder, json.loads(PUBLISHED_CONFIG.read_text(encoding="utf-8")), voices, seed)


def write_random_checkpoint(folder: Path, config: dict[str, object], voices: Sequence[str], seed: int) -> None:
    """Write config.json, kokoro-v1_0.pth and voices/*.pt into `folder`; the same seed gives the same numbers."""
    (folder / "voices").mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config, ensure_ascii=False), encoding="utf-8")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = build_random(read_config(folder / "config.json"))
        model.get_parameter("predictor.duration_proj.linear_layer.bias").data.fill_(_DURATION_BIAS)
        torch.save({name: _as_published(part) for name, part in model.named_children()}, folder / WEIGHTS)
        for voice in voices:
            torch.save(torch.randn(SHAPE) * _VOICE_SPREAD, folder / "voices" / f"{voice}.pt")


def _as_published(part: torch.nn.Module) -> OrderedDict[str, torch.Tensor]:
    """Return a part's tensors under DataParallel's prefix, without the scales of its instance norms."""
    norms = {name for name, module in part.named_modules() if isinstance(module, torch.nn.InstanceNorm1d)}
    state = {key: tensor for key, tensor in part.state_dict().items() if key.rpartition(".")[0] not in norms}
    return OrderedDict((f"module.{key}", tensor) for key, tensor in state.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("voices", nargs="*", default=["af_heart"])
    arguments = parser.parse_args()
    write_full_size(arguments.folder, arguments.voices)


if __name__ == "__main__":
    main()
