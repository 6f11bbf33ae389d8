from __future__ import annotations

import pytest

from common.settings import GATEWAY, TABLE
from say.arguments import OPTIONS
from say.exits import STATUSES
from say.usage import WIDTH, help_text


def test_help_has_every_option_setting_and_exit_status() -> None:
    text = help_text()
    for option in OPTIONS:
        assert f" {option} " in text or f" {option}[" in text or f" {option}\n" in text
        assert not option.short or f" -{option.short}, {option}" in text
    for setting in TABLE:
        assert (f"\n  {setting.name} " in text) == (setting.reader != GATEWAY)
    for status, meaning in STATUSES:
        assert f"  {status}".ljust(10) + meaning in text


def test_help_fits_an_ordinary_terminal() -> None:
    assert max(map(len, help_text().splitlines())) <= WIDTH < 80


def test_help_is_the_same_whatever_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    before = help_text()
    monkeypatch.setenv("SAY_VOICE", "bm_george")
    monkeypatch.setenv("COLUMNS", "40")
    assert help_text() == before
