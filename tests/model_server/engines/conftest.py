"""The tiny Kokoro, written once for all tests of the engines."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def tiny_kokoro(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a tiny Kokoro in the published layout; not to be changed."""
    from tests.fakes.tiny_kokoro import write_tiny_kokoro

    folder = tmp_path_factory.mktemp("tiny_kokoro")
    write_tiny_kokoro(folder)
    return folder
