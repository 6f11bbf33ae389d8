from __future__ import annotations

import pytest

from common.errors import UsageError
from say.arguments import parse_arguments
from say.options import OPTIONS
from say.unknown_options import ELSEWHERE


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["-w", "x.wav", "hello"], "--output"),
        (["-S"], "--stop"),
        (["-C"], "--stop"),
        (["-P", "text", "hello"], "--priority"),
        (["-L"], "--voices"),
        (["-l", "en", "hello"], "--language"),
        (["-e"], "--tee"),
        (["--input-file=x.txt"], "--file"),
        (["--output-file=x.wav"], "--output"),
        (["--cache"], "--clear-cache"),
        (["--back-ground", "hello"], "--background"),
    ],
)
def test_what_another_program_calls_it_gets_the_name_it_has_here(arguments: list[str], option: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_arguments(arguments)
    assert f"Did you mean {option}?" in caught.value.hint


def test_what_there_is_nothing_like_is_not_taken_for_something_else() -> None:
    with pytest.raises(UsageError) as caught:
        parse_arguments(["-p", "50", "hello"])
    assert "Did you mean" not in caught.value.hint
    assert "say --help" in caught.value.hint


def test_no_option_of_ours_counts_as_another_programs() -> None:
    ours = {option.long for option in OPTIONS} | {option.short for option in OPTIONS}
    assert not ours & ELSEWHERE.keys()
    assert {option for option in ELSEWHERE.values() if option} <= ours
