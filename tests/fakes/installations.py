"""The project as a user installs it: a wheel, in an environment of its own; and another version of it beside that."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.fakes.daemon import ROOT

ROOMS = ("common", "model_server", "say", "voice_server")
_LIMIT = 120.0  # seconds for each step on a busy machine


class Installation:
    """One environment. Dependencies are those of the tests' own environment; the project itself is not."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        _run(sys.executable, "-m", "venv", "--without-pip", str(folder))
        self.python = folder / "bin" / "python"
        _pip("--python", str(self.python), "install", "--no-deps", "--no-index", "--no-compile", str(wheel))
        (self._packages,) = folder.glob("lib/python*/site-packages")
        # Folders named in a .pth file are not searched for further ones, such as that of an editable installation.
        dependencies = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
        (self._packages / "dependencies.pth").write_text("\n".join(dependencies))

    def become(self, version: str, protocol: int) -> None:
        """Put another version in the place of what is installed, as an update does, whoever runs it."""
        path = self._packages / "common" / "__init__.py"
        source = re.sub(r'(?m)^VERSION = ".*"$', f'VERSION = "{version}"', path.read_text())
        source, count = re.subn(r"(?m)^PROTOCOL = \d+$", f"PROTOCOL = {protocol}", source)
        assert count == 1
        path.unlink()  # a new file, as an installer writes it
        path.write_text(source)
        shutil.rmtree(path.with_name("__pycache__"), ignore_errors=True)  # times of a second tell too little


def build_wheel(folder: Path) -> Path:
    """Return a wheel of this checkout, built in `folder`, without a network."""
    source = folder / "source"
    for room in ROOMS:
        shutil.copytree(ROOT / room, source / room, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    _pip("wheel", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", str(folder), str(source))
    (wheel,) = folder.glob("*.whl")
    return wheel


def _pip(*arguments: str) -> None:
    quiet = ("--quiet", "--disable-pip-version-check", "--no-cache-dir")
    _run(sys.executable, "-m", "pip", *quiet, *arguments)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, check=False, timeout=_LIMIT)
    assert done.returncode == 0, done.stderr.decode()
