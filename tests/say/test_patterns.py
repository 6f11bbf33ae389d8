from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys

import pytest

import say
from say.patterns import regex

MODULES = [found.name for found in pkgutil.walk_packages(say.__path__, "say.") if not found.name.endswith("__main__")]


def lazy_ones() -> list[tuple[str, regex]]:  # type: ignore[valid-type]  # at run time it is a class
    found = []
    for name in MODULES:
        module = importlib.import_module(name)
        found += [(f"{name}.{key}", value) for key, value in vars(module).items() if type(value) is regex]
    return found


def test_every_one_of_ours_can_be_compiled() -> None:
    found = lazy_ones()
    assert len(found) > 50
    for _, each in found:
        each.match("")


def test_it_does_what_a_compiled_one_does() -> None:
    lazy, compiled = regex(r"(a+)(?P<b>b)", re.IGNORECASE), re.compile(r"(a+)(?P<b>b)", re.IGNORECASE)
    for _ in range(2):
        assert lazy.sub(r"\1", "xAABx") == compiled.sub(r"\1", "xAABx") == "xAAx"
        assert [each.span() for each in lazy.finditer("ab aab")] == [(0, 2), (3, 6)]
    assert (lazy.groups, lazy.groupindex, lazy.flags) == (compiled.groups, compiled.groupindex, compiled.flags)
    assert lazy.pattern == compiled.pattern


def test_a_mistake_shows_at_the_first_use() -> None:
    wrong = regex("(")
    with pytest.raises(re.error):
        wrong.match("")


def test_importing_what_reads_text_compiles_next_to_nothing() -> None:
    program = """
import json, re
compiled = []
compile = re._compile
re._compile = lambda pattern, flags: compiled.append(pattern) or compile(pattern, flags)
import say.forms.auto, say.forms.controls, say.pump
print(sum(len(str(each)) for each in compiled))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=50, check=True)
    assert int(done.stdout) < 200  # characters; all together are 6000
