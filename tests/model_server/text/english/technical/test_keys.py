"""Keys that are pressed together."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.technical.saying import said

SAID = [
    ("Press Ctrl+C to stop.", "Press control C to stop."),
    ("Hit Ctrl+Shift+T.", "Hit control shift T."),
    ("Press Ctrl + Alt + Del now.", "Press control alt delete now."),
    ("⌘K opens it.", "command K opens it."),
    ("Press ⌘+Shift+P.", "Press command shift P."),
    ("⌥⌘I toggles it.", "option command I toggles it."),
    ("Alt+F4 closes it.", "alt F four closes it."),
    ("Press Cmd-Q or Alt-Tab.", "Press command Q or alt tab."),
    ("Use Ctrl+/ here.", "Use control slash here."),
    ("Hit ^C twice.", "Hit control C twice."),
    ("C-x C-s saves.", "control X control S saves."),
    ("M-x shell", "meta X shell"),
    ("Win+R runs it.", "windows R runs it."),
]

# What looks alike and is something else.
LEFT_ALONE = [
    ("It is a win-win here.", "It is a win-win here."),
    ("the Super-G race", "the Super G race"),
    ("a C-section there", "a C section there"),
    ("Hold Shift and click.", "Hold Shift and click."),
    ("2^C", "two to the power of C"),
]


@pytest.mark.parametrize(("written", "spoken"), SAID)
def test_keys_are_said_as_people_say_them(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize(("written", "spoken"), LEFT_ALONE)
def test_what_only_looks_alike_is_left_alone(written: str, spoken: str) -> None:
    assert said(written) == spoken
