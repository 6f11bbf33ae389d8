"""`KModel` as its package has it, with `transformers`' ALBERT, beside the lean one that the program imports."""

from __future__ import annotations

import importlib
import sys

import torch

from model_server.engines.lean_import import bare_package


def import_stock_kmodel() -> type[torch.nn.Module]:
    """Return `kokoro.model.KModel` imported whole; spaCy and misaki alone are spared."""
    ours = {name: sys.modules.pop(name) for name in _modules()}
    try:
        sys.modules["kokoro"] = bare_package("kokoro")
        kmodel: type[torch.nn.Module] = importlib.import_module("kokoro.model").KModel
        return kmodel
    finally:
        for name in _modules():
            del sys.modules[name]
        sys.modules.update(ours)


def _modules() -> list[str]:
    return [name for name in sys.modules if name.partition(".")[0] == "kokoro"]
