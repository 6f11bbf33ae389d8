"""What is said of the project in several places is said alike, and what is installed is what it needs."""

from __future__ import annotations

import fnmatch
import importlib
import itertools
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from common import VERSION

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("common", "model_server", "say", "voice_server")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PINS = dict(
    line.split("==")
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _requirements() -> list[Requirement]:
    project = PROJECT["project"]
    return [
        Requirement(line)
        for line in (*project["dependencies"], *itertools.chain(*project["optional-dependencies"].values()))
    ]


def test_one_version_everywhere() -> None:
    entry = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert entry is not None
    assert PROJECT["project"]["version"] == VERSION == entry[1]


def test_both_names_of_the_program_are_the_same_program() -> None:
    scripts = PROJECT["project"]["scripts"]
    assert scripts["say"] == scripts["kokoro-say"]


@pytest.mark.parametrize("script", PROJECT["project"]["scripts"].values())
def test_every_program_can_be_found(script: str) -> None:
    module, function = script.split(":")
    assert callable(getattr(importlib.import_module(module), function))


def test_every_package_of_the_rooms_is_installed_and_nothing_else() -> None:
    patterns = PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
    folders = {path.parent for room in ROOMS for path in (ROOT / room).rglob("*.py")}
    for folder in folders:
        name = ".".join(folder.relative_to(ROOT).parts)
        assert any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns), name
        assert (folder / "__init__.py").exists(), f"{name} has no __init__.py, so it would not be installed"
    for stranger in ("tests", "tests.fakes", "benchmarks", "docs", "scripts"):
        assert not any(fnmatch.fnmatchcase(stranger, pattern) for pattern in patterns)


def test_every_data_file_of_the_rooms_is_installed() -> None:
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["*"]
    for room in ROOMS:
        for path in (ROOT / room).rglob("*"):
            if path.is_file() and path.suffix not in {".py", ".pyc"}:
                assert any(fnmatch.fnmatchcase(path.name, pattern) for pattern in patterns), path


def test_constraints_name_exact_versions_without_a_builder_s_suffix() -> None:
    for name, version in PINS.items():
        assert re.fullmatch(r"[0-9][0-9a-z.]*", version), f"{name}=={version}"
    assert PINS["torch"] == "2.13.0"


@pytest.mark.parametrize("requirement", _requirements(), ids=lambda requirement: requirement.name)
def test_each_dependency_is_pinned_within_its_range(requirement: Requirement) -> None:
    pins = {_plain(name): version for name, version in PINS.items()}
    assert requirement.specifier.contains(pins[_plain(requirement.name)])


def test_each_dependency_has_its_reason_written_down() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for requirement in _requirements():
        assert f"`{requirement.name}`" in page, requirement.name


def test_the_licence_travels_with_the_package() -> None:
    assert PROJECT["project"]["license"] == "Apache-2.0"
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert PROJECT["project"]["license-files"] == ["LICENSE"]
