from __future__ import annotations

import pytest

from common.messages.speaking import Playing, Standing
from say.hold import HELD, HoldTeller


@pytest.mark.parametrize(
    ("states", "times"),
    [
        (["held"], 1),
        (["waiting", "held"], 1),
        (["waiting", "held", "waiting", "speaking", "waiting", "held"], 1),
        (["waiting", "speaking", "held"], 0),  # silenced by the pause
        (["waiting", "speaking", "held", "held", "speaking"], 0),
        (["waiting", "speaking", "paused", "held"], 1),
        (["waiting", "speaking"], 0),
    ],
)
def test_who_waits_for_a_resumption_is_told_once(states: list[str], times: int) -> None:
    lines: list[str] = []
    teller = HoldTeller(lines.append)
    for state in states:
        teller.note(Standing("r", state))
        teller.note(Playing("r", 0))
    assert lines == [HELD] * times
