"""Promises about what a terminal does with a text: sequences, overwritten and overstruck characters."""

from __future__ import annotations

import subprocess
import sys

import pytest

from say.forms.controls import LINE_MOST, Controls


def shown(text: str, *, live: bool = False) -> str:
    controls = Controls(live=live)
    return controls.feed(text) + controls.finish()


@pytest.mark.parametrize(
    "sequence",
    [
        *("\x1b[0m", "\x1b[38;5;196m", "\x1b[?25l", "\x1b[2J", "\x1b(B", "\x1b#8", "\x1b=", "\x1b7", "\x9b1m"),
        *(
            "\x1b]0;title\x07",
            "\x1b]8;;https://e.com\x1b\\",
            "\x1bPq#0;2\x1b\\",
            "\x1b_app\x1b\\",
            "\x9d0;t\x9c",
            "\x07",
            "\x00",
        ),
    ],
)
@pytest.mark.parametrize("live", [False, True])
def test_sequences_are_not_read(sequence: str, live: bool) -> None:
    assert shown(f"one {sequence}two", live=live) == "one two"


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("10%\r20%\rdone\n", "done\n"),
        ("10%\r\x1b[Kdone", "done"),
        ("working\x1b[2K\rdone", "done"),
        ("working\x1b[1Gdone", "done"),
        ("line\r\nnext\r\n", "line\nnext\n"),
        ("|\b/\b-\bready", "ready"),
        ("passwort\bd", "password"),
        ("ab\b \bc", "ac"),
    ],
)
def test_a_line_that_is_overwritten_is_read_in_its_last_state(text: str, state: str) -> None:
    assert shown(text) == state


@pytest.mark.parametrize("live", [False, True])
def test_overstruck_letters_are_read_once(live: bool) -> None:
    assert shown("N\bNA\bAM\bME\bE _\bx y\b_", live=live) == "NAME x y"


def test_a_live_text_is_passed_on_but_for_its_last_character() -> None:
    controls = Controls(live=True)

    assert controls.feed("hello") == "hell"
    assert controls.flush() == "o"


def test_a_line_too_long_to_be_kept_is_passed_on() -> None:
    controls = Controls(live=False)

    assert len(controls.feed("x" * (LINE_MOST + 100))) == LINE_MOST + 99
    assert controls.finish() == "x"


@pytest.mark.parametrize("opening", ["\x1b[", "\x1b]0;", "\x1bP", "\x1b("])
def test_what_follows_a_sequence_without_end_is_read_after_all(opening: str) -> None:
    text = opening + "1" * (1 << 21) + "\nlast words"

    assert shown(text).endswith("last words")


def test_the_forms_are_loaded_when_they_are_asked_for() -> None:
    code = (
        "import sys, say.forms; say.forms.filter_for('plain'); "
        "print([name for name in sys.modules if name.startswith('say.forms.')])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout.strip() == "['say.forms.controls']"
