"""config.json: the published one is taken, and nothing that would make another or a larger model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.full_size_checkpoint import PUBLISHED_CONFIG
from common.errors import CorruptFile, ModelUnavailable
from model_server.engines.kokoro_config import read_config
from tests.fakes.tiny_kokoro import tiny_config


def test_the_published_configuration_is_taken() -> None:
    config = read_config(PUBLISHED_CONFIG)

    assert len(config.vocabulary) == 114
    assert config.vocabulary["ˈ"] == 156


def test_the_tiny_configuration_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(tiny_config()))

    assert read_config(path).values["n_layer"] == 1


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("", "hidden_dim", 1 << 40),
        ("", "hidden_dim", 512.0),
        ("", "n_layer", True),
        ("", "n_layer", 10**9),
        ("", "n_layer", "3"),
        ("", "dropout", 1.5),
        ("", "max_dur", 0),
        ("", "vocab", []),
        ("", "vocab", {}),
        ("", "vocab", {"ab": 1}),
        ("", "vocab", {"a": 178}),
        ("", "vocab", {"a": 0}),
        ("", "vocab", {"a": 1.0}),
        ("", "vocab", {"a": True}),
        ("", "plbert", None),
        ("", "istftnet", []),
        ("plbert", "hidden_size", 1 << 30),
        ("plbert", "num_hidden_layers", 10**6),
        ("plbert", "embedding_size", 1 << 40),
        ("istftnet", "upsample_rates", [10, 7]),
        ("istftnet", "upsample_rates", [10, 6, 1]),
        ("istftnet", "resblock_kernel_sizes", [3] * 1000),
        ("istftnet", "resblock_kernel_sizes", [10**9, 7, 11]),
        ("istftnet", "resblock_dilation_sizes", [[1, 3, 5]]),
        ("istftnet", "resblock_dilation_sizes", [1, 3, 5]),
        ("istftnet", "upsample_initial_channel", 1 << 20),
        ("istftnet", "disable_complex", True),
    ],
)
def test_any_other_value_is_refused(tmp_path: Path, section: str, name: str, value: object) -> None:
    config = json.loads(PUBLISHED_CONFIG.read_text(encoding="utf-8"))
    (config[section] if section else config)[name] = value
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config))

    with pytest.raises(CorruptFile, match=r"config\.json"):
        read_config(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b"<html>", b"9" * 10_000, b" " * (2 << 20)],
    ids=["empty", "cut", "list", "null", "utf-16", "deep", "page", "long number", "large"],
)
def test_what_is_no_json_object_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(content)

    with pytest.raises(CorruptFile):
        read_config(path)


def test_a_missing_file_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable):
        read_config(tmp_path / "config.json")
