"""One Python environment for each rival and one to draw with, made once by pip and kept beside the weights.

A rival's packages stay out of this project's environment and out of each other's.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("requirements")
CONSTRAINTS = Path(__file__).parents[1] / "constraints.txt"
# What kokoro-onnx needs differs from what this project does.
_CONSTRAINED = {"stock"}

STOCK, ONNX, PLOT = "stock", "onnx", "plot"


class Environments:
    """The environments in `folder`, by name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def python(self, name: str) -> Path:
        """Return the interpreter of an environment, which is made if it is missing or was made from other requirements.

        Raises SystemExit where pip cannot install.
        """
        folder = self._folder / name
        stamp = folder / "made-from.txt"
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != _wanted(name):
            print(f"bench: making the environment {folder} (once)", file=sys.stderr)
            self._make(name, folder)
            stamp.write_text(_wanted(name), encoding="utf-8")
        return _interpreter(folder)

    def versions(self, name: str) -> dict[str, str]:
        """Return every package of an environment with its version."""
        return _versions(self.python(name))

    def _make(self, name: str, folder: Path) -> None:
        venv.create(folder, clear=True, with_pip=False)  # this environment's pip installs into others
        command = [*_pip(_interpreter(folder)), "install", "-q", "-r", str(REQUIREMENTS / f"{name}.txt")]
        if name in _CONSTRAINED:
            command += ["-c", str(CONSTRAINTS)]
        if subprocess.run(command, check=False, stdout=sys.stderr).returncode != 0:
            raise SystemExit(f"bench: pip could not make {folder} (see above). Mend that, then run it again.")


def own_versions() -> dict[str, str]:
    """Return every package of the environment that runs this."""
    return _versions(Path(sys.executable))


def _versions(python: Path) -> dict[str, str]:
    done = subprocess.run([*_pip(python), "list", "--format", "json"], check=True, stdout=subprocess.PIPE)
    return {package["name"]: package["version"] for package in json.loads(done.stdout)}


def _pip(python: Path) -> list[str]:
    return [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]


def _interpreter(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def _wanted(name: str) -> str:
    """Return what an environment is made from: another Python or another list makes it anew."""
    lines = [f"python {sys.version_info.major}.{sys.version_info.minor}", (REQUIREMENTS / f"{name}.txt").read_text()]
    if name in _CONSTRAINED:
        lines.append(CONSTRAINTS.read_text(encoding="utf-8"))
    return "\n".join(lines)
