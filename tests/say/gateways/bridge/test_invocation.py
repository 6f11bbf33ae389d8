from __future__ import annotations

import pytest

from common.errors import UsageError
from say.gateways.bridge import invocation
from say.gateways.bridge.invocation import HELP, LINES, ONE, VERSION, action_of
from say.gateways.bridge.orders import HIGHEST_RATE, LOWEST_RATE, VARIABLES


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["-c", "import sys"],
        ["-c", ""],
        ["-cimport sys"],
        ["-c", "import sys", "--lines", "-h"],
        ["-u", "-c", "import sys"],
        ["-Iuc", "import sys"],
        ["-I", "-X", "utf8", "-Wignore", "-W", "ignore", "-c", "import sys", "more"],
        ["-Xc", "-c", "import sys"],
    ],
)
def test_it_stands_in_for_python_with_a_script(arguments: list[str]) -> None:
    assert action_of(arguments) == ONE


@pytest.mark.parametrize(
    ("argument", "action"),
    [("--lines", LINES), ("--help", HELP), ("-h", HELP), ("--version", VERSION), ("-V", VERSION)],
)
def test_each_option_of_its_own_is_known(argument: str, action: str) -> None:
    assert action_of([argument]) == action


@pytest.mark.parametrize(
    "arguments",
    [
        ["-c"],
        ["-u"],
        ["-W", "-c", "x"],
        ["kokoro_bridge.py"],
        ["-"],
        [""],
        ["-m", "kokoro"],
        ["--lines", "x"],
        ["-u", "x.py", "-c", "x"],
    ],
)
def test_what_python_would_not_take_for_a_script_is_refused(arguments: list[str]) -> None:
    with pytest.raises(UsageError, match="mean nothing here"):
        action_of(arguments)


def test_the_help_names_every_variable_and_the_true_limits() -> None:
    text = " ".join(invocation.HELP_TEXT.split())

    assert f"{LOWEST_RATE} to {HIGHEST_RATE}" in text
    for field, variable in VARIABLES.items():
        assert field in text
        assert variable in text or variable.removeprefix("VOXWEAVE_KOKORO") in text
