"""The import rule: who may import whom, read from the sources without running them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("common", "model_server", "say", "voice_server")
GATEWAYS = "gateways"  # within say: users of the client, which may be heavy
ALLOWED_ROOMS = {
    "common": {"common"},
    GATEWAYS: {"common", "say"},
    "model_server": {"common", "model_server"},
    "say": {"common", "say"},
    "voice_server": {"common", "voice_server"},
}
MODEL_SERVER_ONLY = {"torch", "kokoro", "misaki", "spacy", "transformers", "huggingface_hub", "espeakng_loader"}
# Our tests may run with an older Python than the one that has all of them.
STANDARD_LIBRARY = sys.stdlib_module_names | {"_sha2"}  # from 3.12 on
# Not even inside a function: the client's way to speech must stay light.
NEVER_IN_CLIENT = {"numpy", "sounddevice"}


@dataclass(frozen=True)
class Import:
    """One import statement."""

    module: str  # dotted, absolute
    line: int
    at_import_time: bool  # runs when the module is imported

    @property
    def top(self) -> str:
        return self.module.split(".")[0]


def imports(source: str, package: str) -> list[Import]:
    """Return every import in `source`, a module of `package` (for relative imports), those within functions too."""
    return list(_walk(ast.parse(source), package, at_import_time=True))


def _walk(node: ast.AST, package: str, *, at_import_time: bool) -> Iterator[Import]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        at_import_time = False
    elif isinstance(node, ast.If) and _is_type_checking(node.test):
        for child in node.body:
            yield from _walk(child, package, at_import_time=False)
        for child in node.orelse:
            yield from _walk(child, package, at_import_time=at_import_time)
        return
    for module in _imported(node, package):
        yield Import(module, getattr(node, "lineno", 0), at_import_time)
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, package, at_import_time=at_import_time)


def _imported(node: ast.AST, package: str) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        return [".".join([*base, *(node.module.split(".") if node.module else [])])]
    if isinstance(node, ast.Call) and _is_import_call(node.func) and node.args:
        name = node.args[0]
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            return [name.value]
    return []


def _is_import_call(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in {"import_module", "__import__"}


def _is_type_checking(test: ast.expr) -> bool:
    return (test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")) == "TYPE_CHECKING"


def faults(room: str, found: list[Import]) -> list[str]:
    """Return a line for each import that `room` must not have."""
    lines = []
    for statement in found:
        why = _fault(room, statement)
        if why:
            lines.append(f"line {statement.line}: {statement.module}: {why}")
    return lines


def _fault(room: str, statement: Import) -> str:
    top = statement.top
    if top in ROOMS and top not in ALLOWED_ROOMS[room]:
        return f"{room} must not import {top}"
    if top in MODEL_SERVER_ONLY and room != "model_server":
        return "belongs to model_server"
    if top in {"tests", "benchmarks"}:
        return "is not installed"
    if top == "sounddevice" and room != "voice_server":
        return "belongs to voice_server"
    if room == "say" and top in NEVER_IN_CLIENT:
        return "is too heavy for the client"
    if room == "say" and statement.module.startswith("say.gateways"):
        return "is a user of the client, not a part of it"
    if room == "common" and statement.at_import_time and top not in STANDARD_LIBRARY | {"common"}:
        return "common needs the standard library only when it is imported"
    return ""


def modules(room: str) -> list[Path]:
    doors = ROOT / "say" / GATEWAYS
    if room == GATEWAYS:
        return sorted(doors.rglob("*.py"))
    return [path for path in sorted((ROOT / room).rglob("*.py")) if doors not in path.parents]


def package_of(path: Path) -> str:
    return ".".join(path.parent.relative_to(ROOT).parts)


@pytest.mark.parametrize("room", ALLOWED_ROOMS)
def test_each_room_imports_what_it_may(room: str) -> None:
    lines = []
    for path in modules(room):
        found = imports(path.read_text(encoding="utf-8"), package_of(path))
        lines += [f"{path.relative_to(ROOT)}, {line}" for line in faults(room, found)]
    assert not lines, "\n".join(lines)


def test_one_file_of_the_voice_server_imports_sounddevice() -> None:
    users = [
        str(path.relative_to(ROOT))
        for path in modules("voice_server")
        if any(one.top == "sounddevice" for one in imports(path.read_text(encoding="utf-8"), package_of(path)))
    ]
    assert len(users) == 1, users


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("say", "import model_server.server"),
        ("say", "from voice_server import utterance"),
        ("say", "def late():\n    from model_server import catalogue"),
        ("say", "import importlib\nimportlib.import_module('voice_server.speaker')"),
        ("say", "from ..model_server import server"),
        ("say", "def late():\n    import numpy as np"),
        ("say", "import sounddevice"),
        ("say", "def late():\n    from say.gateways import serving"),
        ("gateways", "import model_server.server"),
        ("gateways", "import torch"),
        ("model_server", "import say"),
        ("model_server", "import sounddevice"),
        ("voice_server", "import model_server"),
        ("voice_server", "try:\n    import torch\nexcept ImportError:\n    torch = None"),
        ("voice_server", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from model_server import server"),
        ("common", "import say.client"),
        ("common", "import psutil"),
        ("common", "class Holder:\n    import numpy"),
        ("common", "if True:\n    import platformdirs"),
        ("common", "def late():\n    import torch"),
        ("model_server", "from tests.fakes import hub"),
    ],
)
def test_a_breach_is_seen(room: str, source: str) -> None:
    # Package depth two, so that `..` is the root.
    assert len(faults(room, imports(source, f"{room}"))) == 1


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("say", "import socket\nfrom common import frames\nfrom say.client import SayClient"),
        ("say", "from . import client"),
        ("gateways", "import numpy, fastapi\nfrom say.client import SayClient"),
        ("model_server", "import torch, kokoro, numpy\nfrom common.messages import hello"),
        ("voice_server", "import numpy\nimport sounddevice"),
        ("common", "def late():\n    import platformdirs, psutil, numpy"),
        ("common", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import numpy"),
    ],
)
def test_what_is_allowed_is_let_be(room: str, source: str) -> None:
    assert faults(room, imports(source, room)) == []
