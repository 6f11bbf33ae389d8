from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Sequence

import pytest

from common.errors import UsageError
from common.settings import load
from say.gateways.http.options import door
from say.gateways.serving import parser
from tests.fakes.speech import FakeSpeech


def opened(*arguments: str) -> object:
    return door(parser().parse_args(arguments), load(environment={}), FakeSpeech().as_client())


def test_nobody_who_does_not_ask_gets_a_door() -> None:
    assert opened() is None


def test_who_asks_gets_it() -> None:
    found = opened("--http", "--http-port", "0")
    assert found is not None and getattr(found, "name", "") == "HTTP"


@pytest.mark.parametrize("flags", [("--http-port", "1"), ("--http-host", "::1"), ("--http-token-file", "x")])
def test_flags_without_the_door_are_an_error(flags: Sequence[str]) -> None:
    with pytest.raises(UsageError, match="without --http"):
        opened(*flags)


def test_a_missing_extra_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "fastapi" else object())
    with pytest.raises(UsageError, match="fastapi") as caught:
        opened("--http")
    assert "pip install 'kokoro-say[http]'" in caught.value.hint


def test_the_libraries_are_loaded_only_for_who_asks() -> None:
    script = "import sys; from say.gateways import serving; serving.parser(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert not {"fastapi", "uvicorn", "av", "sqlalchemy", "numpy", "pydantic"} & set(done.stdout.split())
