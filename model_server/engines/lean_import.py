"""Import torch without what it brings for its compiler, and `kokoro.model` without packages of which it uses little.

torch's `_meta_registrations` (0.3 of the 1.2 s that torch takes) tell the shapes of results where tensors have no
memory; it is imported when somebody asks for anything in it. The package kokoro's `__init__` would import spaCy (2.3 s) and replace loguru's handlers; its modules would import
`transformers` (2.0 s) for one network and `huggingface_hub` (0.15 s) for a download that never happens here. Seconds of
processor time, of November 2026 on an AMD EPYC Zen 4. Only what those modules themselves import is replaced: whoever else
imports these packages gets them whole.
"""

from __future__ import annotations

import builtins
import importlib
import importlib.util
import sys
import types
from collections.abc import Callable, Mapping, Sequence

_FOR_TENSORS_WITHOUT_MEMORY = "torch._meta_registrations"

# Of the package kokoro; each is imported after those that it imports.
_MODULES = ("kokoro.modules", "kokoro.model")


def import_torch() -> types.ModuleType:
    """Return torch. Raises ImportError, OSError or MemoryError, as the import of a library does."""
    if "torch" in sys.modules:
        return importlib.import_module("torch")  # which waits for whoever is importing it
    later = sys.modules[_FOR_TENSORS_WITHOUT_MEMORY] = _Later(_FOR_TENSORS_WITHOUT_MEMORY)
    try:
        return importlib.import_module("torch")
    except BaseException:
        if sys.modules.get(_FOR_TENSORS_WITHOUT_MEMORY) is later:
            del sys.modules[_FOR_TENSORS_WITHOUT_MEMORY]
        raise


class _Later(types.ModuleType):
    """Stands for a module until something in it is asked for."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):  # as those ask who look through all modules
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def import_kokoro() -> types.ModuleType:
    """Return `kokoro.model`. Raises ImportError, OSError or MemoryError, as the import of a library does."""
    if "kokoro" not in sys.modules:
        sys.modules["kokoro"] = bare_package("kokoro")
    for name in _MODULES:
        if name not in sys.modules:
            _import_lean(name, _stand_ins())
    return sys.modules[_MODULES[-1]]


def _stand_ins() -> dict[str, types.ModuleType]:
    """Return what takes the place of whole packages, by their names."""
    from model_server.engines.albert import AlbertConfig, AlbertModel

    return {
        "transformers": _module("transformers", AlbertConfig=AlbertConfig, AlbertModel=AlbertModel),
        "huggingface_hub": _module("huggingface_hub", hf_hub_download=_never),
    }


def _module(name: str, **contents: object) -> types.ModuleType:
    module = types.ModuleType(name)
    vars(module).update(contents)
    return module


def _never(*_: object, **__: object) -> str:
    raise RuntimeError("Kokoro was built without its files being given")


def bare_package(name: str) -> types.ModuleType:
    """Return a package that knows where its modules are, and has run none of its own code."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError(f"{name} is not installed")
    package = types.ModuleType(name)
    package.__path__ = list(spec.submodule_search_locations)
    package.__spec__ = spec
    return package


def _import_lean(name: str, stand_ins: Mapping[str, types.ModuleType]) -> None:
    """Import one module whose own `from PACKAGE import …` take from a stand-in what that has."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        raise ImportError(f"{name} is not there")
    module = importlib.util.module_from_spec(spec)
    vars(module)["__builtins__"] = {**vars(builtins), "__import__": _importer(stand_ins)}
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    setattr(sys.modules[name.rpartition(".")[0]], name.rpartition(".")[2], module)


def _importer(stand_ins: Mapping[str, types.ModuleType]) -> Callable[..., object]:
    """Return an `__import__` that prefers stand-ins. What they lack, as in another version of kokoro, is imported whole."""

    def import_(
        name: str,
        globals_: Mapping[str, object] | None = None,
        locals_: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> object:
        stand_in = stand_ins.get(name) if not level else None
        if stand_in is not None and fromlist and all(hasattr(stand_in, part) for part in fromlist):
            return stand_in
        return builtins.__import__(name, globals_, locals_, fromlist or (), level)

    return import_
