"""Kokoro's config.json, read and checked. Knows nothing of torch."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from common.errors import ModelUnavailable
from model_server.engines.torch_file import corrupt

# The boundary symbol that `KModel` puts around every piece.
BOUNDARY_ID = 0

# The published file has 2.3 kB.
_LARGEST = 1 << 20

# Least and greatest values: the published ones are the greatest, so that no file asks for a larger model. Widths that
# `KModel`'s decoder or the 256 numbers of a voice fix have only one value.
_RANGES = {
    "hidden_dim": (512, 512),
    "style_dim": (128, 128),
    "n_mels": (1, 80),
    "n_token": (2, 178),
    "n_layer": (1, 3),
    "max_dur": (1, 50),
    "text_encoder_kernel_size": (1, 5),
}
_PLBERT_RANGES = {
    "hidden_size": (1, 768),
    "num_attention_heads": (1, 12),
    "intermediate_size": (1, 2048),
    "max_position_embeddings": (512, 512),
    "num_hidden_layers": (1, 12),
}
_VOCODER_RANGES = {
    "upsample_initial_channel": (512, 512),
    "gen_istft_n_fft": (20, 20),
    "gen_istft_hop_size": (5, 5),
}
_VOCODER_LISTS = ("upsample_rates", "upsample_kernel_sizes", "resblock_kernel_sizes")
_MOST_BLOCKS = 3
_LARGEST_KERNEL = 20
# Two vocoder frames of 300 samples make one frame of the duration predictor.
_SAMPLES_PER_VOCODER_FRAME = 300


@dataclass(frozen=True)
class KokoroConfig:
    """What `KModel` is built from."""

    values: Mapping[str, object]  # the whole file
    vocabulary: Mapping[str, int]  # phoneme symbol -> number


def read_config(path: Path) -> KokoroConfig:
    """Return the checked configuration. Raises CorruptFile, or ModelUnavailable when it cannot be opened."""
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
    except OSError as error:
        raise ModelUnavailable(f"{path.name} cannot be read: {error.strerror or error}") from error
    if len(raw) > _LARGEST:
        raise corrupt(path, f"it is larger than {_LARGEST} bytes")
    try:
        values = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise corrupt(path, "it is no JSON") from error
    fault = _fault(values)
    if fault:
        raise corrupt(path, fault)
    return KokoroConfig(values, values["vocab"])


def _fault(values: object) -> str:
    """Return what is wrong, or ""."""
    if not isinstance(values, dict):
        return "it is no JSON object"
    plbert, vocoder = values.get("plbert"), values.get("istftnet")
    if not isinstance(plbert, dict) or not isinstance(vocoder, dict):
        return "'plbert' or 'istftnet' is missing"
    return (
        _fault_in_numbers(values, _RANGES)
        or _fault_in_numbers(plbert, _PLBERT_RANGES)
        or _fault_in_numbers(vocoder, _VOCODER_RANGES)
        or _fault_in_dropout(values)
        or _fault_in_plbert(plbert)
        or _fault_in_vocoder(vocoder)
        or _fault_in_vocabulary(values.get("vocab"), values["n_token"])
    )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _fault_in_numbers(values: Mapping[str, object], ranges: Mapping[str, tuple[int, int]]) -> str:
    for name, (least, greatest) in ranges.items():
        value = values.get(name)
        if not (isinstance(value, int) and not isinstance(value, bool) and least <= value <= greatest):
            return f"{name!r} is not between {least} and {greatest}"
    return ""


def _fault_in_dropout(values: Mapping[str, object]) -> str:
    dropout = values.get("dropout")
    return "" if isinstance(dropout, (int, float)) and 0 <= dropout < 1 else "'dropout' is not between 0 and 1"


def _fault_in_plbert(plbert: Mapping[str, object]) -> str:
    unknown = sorted(set(plbert) - set(_PLBERT_RANGES) - {"dropout"})
    return f"'plbert' has an unknown {unknown[0]!r}" if unknown else ""


def _fault_in_vocoder(vocoder: Mapping[str, object]) -> str:
    known = {*_VOCODER_RANGES, *_VOCODER_LISTS, "resblock_dilation_sizes"}
    if set(vocoder) != known:
        return "'istftnet' has other entries than it should"
    for name in _VOCODER_LISTS:
        if not _is_short_list(vocoder[name], _LARGEST_KERNEL):
            return f"{name!r} is no short list of small numbers"
    dilations = vocoder["resblock_dilation_sizes"]
    if not isinstance(dilations, list) or not all(_is_short_list(row, 5) and len(row) == 3 for row in dilations):
        return "'resblock_dilation_sizes' is no list of three small numbers each"
    rates, kernels = vocoder["upsample_rates"], vocoder["resblock_kernel_sizes"]
    upsample_kernels, hop = vocoder["upsample_kernel_sizes"], vocoder["gen_istft_hop_size"]
    assert isinstance(rates, list) and isinstance(kernels, list) and isinstance(upsample_kernels, list)
    assert isinstance(hop, int)
    if len(rates) != len(upsample_kernels) or len(kernels) != len(dilations):
        return "'istftnet' has lists of different lengths"
    if math.prod(rates) * hop != _SAMPLES_PER_VOCODER_FRAME:
        return "'upsample_rates' do not make frames of 25 ms"
    return ""


def _is_short_list(value: object, greatest: int) -> bool:
    if not isinstance(value, list) or not 1 <= len(value) <= _MOST_BLOCKS:
        return False
    return all(_is_count(item) and 1 <= item <= greatest for item in value)


def _fault_in_vocabulary(vocabulary: object, tokens: object) -> str:
    assert isinstance(tokens, int)
    if not isinstance(vocabulary, dict) or not vocabulary:
        return "'vocab' is missing"
    for symbol, number in vocabulary.items():
        if len(symbol) != 1 or not _is_count(number) or not BOUNDARY_ID < number < tokens:
            return "'vocab' maps something else than symbols to numbers"
    return ""
