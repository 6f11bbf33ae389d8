"""Build a `kokoro.KModel` and fill it with checked weights, without what else `import kokoro` would bring along."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from model_server.engines.device import does_not_load
from model_server.engines.kokoro_config import KokoroConfig
from model_server.engines.lean_import import import_kokoro
from model_server.engines.steps import step_with
from model_server.engines.torch_file import corrupt, read_torch_file

if TYPE_CHECKING:
    import torch

# Only a label inside KModel as long as config and weights are given; without it, it prints to stdout.
_REPO_ID = "hexgrad/Kokoro-82M"

# The published weights have 327 MB.
_LARGEST_WEIGHTS = 512 << 20

# As saved by DataParallel, and so published.
_PREFIX = "module."

# Saved by the transformers of its day; today's make it themselves.
_OBSOLETE = {"bert": {"embeddings.position_ids"}}


class KokoroOutput(Protocol):
    """`KModel.Output`."""

    audio: torch.Tensor  # float32 [samples]
    pred_dur: torch.Tensor  # int64 [phonemes + 2], frames; the boundary symbols at both ends count


class KokoroModel(Protocol):
    """The part of `KModel` that speaking needs."""

    def __call__(
        self, phonemes: str, ref_s: torch.Tensor, speed: float = 1, return_output: bool = False
    ) -> KokoroOutput: ...


def read_weights(path: Path, await_torch: Callable[[], None] = lambda: None) -> object:
    """Return what is saved in the file of the weights. Raises CorruptFile, OutOfMemory, ModelUnavailable.

    `await_torch` is called once the file is checked; torch is not imported before.
    """
    return read_torch_file(path, _LARGEST_WEIGHTS, await_torch)


def load_model(
    config: KokoroConfig, weights: Path, device: str, read: Callable[[], object] | None = None
) -> KokoroModel:
    """Return the model on `device`, ready to speak. Raises CorruptFile, OutOfMemory, ModelUnavailable, EngineError.

    `read` returns what is saved in `weights`, where somebody reads it already. A failing GPU shows as RuntimeError.
    """
    try:
        model = hollow_model(config)
    except NotImplementedError:  # of a torch that computes something with tensors without memory: slow, and right too
        model = build_random(config)
    saved = read() if read is not None else read_weights(weights)
    fill(model, saved, weights)
    if _has_hollow_tensors(model):  # of a kokoro newer than this knows of: the slow way is right too
        model = build_random(config)
        fill(model, saved, weights)
    step_with(model)
    return cast(KokoroModel, model.requires_grad_(False).eval().to(device))


def import_kmodel() -> type[torch.nn.Module]:
    """Return `kokoro.model.KModel`. Raises EngineError if its libraries do not load."""
    try:
        with _known_warnings_silenced():
            kmodel = import_kokoro().KModel
        from loguru import logger
    except (ImportError, OSError, MemoryError) as error:
        raise does_not_load("the package kokoro", error) from error
    # As the package's `__init__`, which was skipped, does: otherwise every piece is written to stderr, phonemes and all.
    logger.disable("kokoro")
    return cast("type[torch.nn.Module]", kmodel)


def build_random(config: KokoroConfig) -> torch.nn.Module:
    """Return a model with random weights. `KModel` loads a file by itself, not strictly: it gets an empty one."""
    import torch

    kmodel = import_kmodel()
    nothing = io.BytesIO()
    torch.save({}, nothing)
    nothing.seek(0)
    with _known_warnings_silenced():
        return kmodel(repo_id=_REPO_ID, config=dict(config.values), model=nothing)


def hollow_model(config: KokoroConfig) -> torch.nn.Module:
    """Return a model whose tensors have a shape but no memory: random weights to be overwritten take 2 s."""
    import torch

    from model_server.engines.hollow import Uncomputed

    with torch.device("meta"), Uncomputed():
        return build_random(config)


@contextlib.contextmanager
def _known_warnings_silenced() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "dropout option adds dropout after all but last", UserWarning)
        warnings.filterwarnings("ignore", r".*weight_norm.* is deprecated", FutureWarning)
        yield


def fill(model: torch.nn.Module, saved: object, path: Path) -> None:
    """Give the model the saved tensors themselves, no copies, once all of them are checked. Raises CorruptFile."""
    parts = dict(model.named_children())
    if not isinstance(saved, dict) or set(saved) != set(parts):
        raise corrupt(path, f"it does not hold just {', '.join(sorted(parts))}")
    states = {name: _checked_state(name, part, saved[name], path) for name, part in parts.items()}
    for name, part in parts.items():
        part.load_state_dict(states[name], strict=True, assign=True)


def _checked_state(name: str, part: torch.nn.Module, saved: object, path: Path) -> dict[str, torch.Tensor]:
    import torch

    if not isinstance(saved, dict) or not all(isinstance(key, str) for key in saved):
        raise corrupt(path, f"{name} is no set of tensors")
    found = {key.removeprefix(_PREFIX): value for key, value in saved.items()}
    for key in _OBSOLETE.get(name, ()):
        found.pop(key, None)
    wanted = part.state_dict()
    neutral = _neutral_values(part)
    missing = wanted.keys() - found.keys() - neutral.keys()
    unknown = found.keys() - wanted.keys()
    if missing or unknown or len(found) < len(saved) - len(_OBSOLETE.get(name, ())):
        raise corrupt(path, f"{name} does not hold the tensors that the model has")
    for key, tensor in found.items():
        if not isinstance(tensor, torch.Tensor):
            raise corrupt(path, f"{name}.{key} is no tensor")
        _check_tensor(f"{name}.{key}", tensor, wanted[key], path)
    return {key: found[key] if key in found else neutral[key] for key in wanted}


def _check_tensor(name: str, tensor: torch.Tensor, wanted: torch.Tensor, path: Path) -> None:
    import torch

    if tensor.dtype != torch.float32 or tensor.shape != wanted.shape:
        raise corrupt(path, f"{name} is of another kind or shape than the model's")
    if not tensor.is_contiguous():  # also where one number stands for many
        raise corrupt(path, f"{name} overlaps itself")
    low, high = torch.aminmax(tensor)
    if not (torch.isfinite(low) and torch.isfinite(high)):
        raise corrupt(path, f"{name} is not finite")


def _neutral_values(part: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Return what the published weights lack: scale and shift of the instance norms.

    They came into the code after the weights were trained (to please an exporter) and change nothing. Stock `KModel`
    loads with `strict=False` and so leaves them as they are made.
    """
    import torch

    values = {}
    for name, module in part.named_modules():
        if isinstance(module, torch.nn.InstanceNorm1d) and module.affine:
            values[f"{name}.weight"] = torch.ones(module.num_features, device="cpu")
            values[f"{name}.bias"] = torch.zeros(module.num_features, device="cpu")
    return values


def _has_hollow_tensors(model: torch.nn.Module) -> bool:
    named: Mapping[str, torch.Tensor] = {**dict(model.named_parameters()), **dict(model.named_buffers())}
    return any(tensor.is_meta for tensor in named.values()) or any(
        _has_hollow_attribute(module) for module in model.modules()
    )


def _has_hollow_attribute(module: torch.nn.Module) -> bool:
    import torch

    # Weight norm computes the attribute `weight` from `weight_g` and `weight_v` before each use: it may stay hollow.
    return any(
        isinstance(value, torch.Tensor) and value.is_meta and f"{name}_v" not in module._parameters
        for name, value in vars(module).items()
    )
