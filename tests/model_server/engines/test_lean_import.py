"""`kokoro.model` gets stand-ins for what it uses little of; other imports, of its own and of others, stay as they are."""

from __future__ import annotations

import builtins
import subprocess
import sys
import types
from pathlib import Path

import pytest

from model_server.engines import lean_import
from model_server.engines.albert import AlbertModel

_PACKAGE = {
    "__init__.py": "raise AssertionError('its own code was run')",
    "modules.py": "from far_away import part\nfrom json import dumps\nimport math",
    "model.py": "from .modules import part\nclass KModel: ...",
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a package named kokoro whose modules import `part` from far_away, which is not installed."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "kokoro"]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("kokoro", "kokoro.modules", "kokoro.model", "far_away"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))  # so that what was is put back afterwards
        del sys.modules[name]
    (tmp_path / "kokoro").mkdir()
    for name, text in _PACKAGE.items():
        (tmp_path / "kokoro" / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def _lend(monkeypatch: pytest.MonkeyPatch, **contents: object) -> None:
    stand_in = types.ModuleType("far_away")
    vars(stand_in).update(contents)
    monkeypatch.setattr(lean_import, "_stand_ins", lambda: {"far_away": stand_in})


def test_modules_take_from_the_stand_in(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _lend(monkeypatch, part="lent")

    model = lean_import.import_kokoro()

    assert model.part == "lent"
    assert sys.modules["kokoro.modules"].dumps({}) == "{}"
    assert "far_away" not in sys.modules


def test_what_the_stand_in_lacks_comes_from_the_package_itself(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (package / "far_away.py").write_text("part = 'whole'")
    _lend(monkeypatch, another="lent")

    assert lean_import.import_kokoro().part == "whole"


def test_a_failed_import_leaves_nothing_half_done(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _lend(monkeypatch)
    with pytest.raises(ImportError, match="far_away"):
        lean_import.import_kokoro()
    _lend(monkeypatch, part="lent")

    assert lean_import.import_kokoro().part == "lent"


def test_others_import_as_ever(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import_ = builtins.__import__
    _lend(monkeypatch, part="lent")

    lean_import.import_kokoro()

    assert builtins.__import__ is import_
    with pytest.raises(ImportError):
        import far_away  # type: ignore[import-not-found]  # noqa: F401


def test_the_real_package_uses_our_albert() -> None:
    model = lean_import.import_kokoro()

    assert issubclass(model.CustomAlbert, AlbertModel)


_IMPORTS_TORCH = """
import sys
from model_server.engines.lean_import import import_torch
torch = import_torch()
assert torch is sys.modules["torch"] and import_torch() is torch
heavy = {"torch._refs", "torch._decomp", "torch._dynamo"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
assert not hasattr(torch._meta_registrations, "__path__")
assert float((torch.ones(3) @ torch.ones(3))) == 3.0
assert callable(torch._meta_registrations.register_meta)  # asked for, it is there
assert "torch._refs" in sys.modules
import torch._meta_registrations
assert torch._meta_registrations.__file__
assert torch.arange(5, device="meta").shape == (5,)
print("all is well")
"""


def test_torch_comes_without_its_compiler_until_that_is_asked_for() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _IMPORTS_TORCH],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        cwd=Path(__file__).parents[3],
    )

    assert done.stdout == "all is well\n", done.stderr


def test_a_torch_that_does_not_load_leaves_nothing_half_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "torch"]:
        monkeypatch.delitem(sys.modules, name)
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text("raise OSError('libtorch is missing')")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(OSError, match="libtorch"):
        lean_import.import_torch()

    assert not [name for name in sys.modules if name.partition(".")[0] == "torch"]
