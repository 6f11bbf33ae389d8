"""Tests with real processes: none of them may leave one behind."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_process_left(no_process_left: object) -> None:
    """Guard every test of this folder."""
