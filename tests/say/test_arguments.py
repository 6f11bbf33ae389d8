from __future__ import annotations

import pytest

from common.errors import EXIT_USAGE, BadSpeed, UsageError
from say.arguments import OPTIONS, Action, Option, Request, parse_arguments


@pytest.mark.parametrize(
    ("arguments", "request_made"),
    [
        ([], Request()),
        (["hello"], Request(words=("hello",))),
        (["these", "words", "too"], Request(words=("these", "words", "too"))),
        ([""], Request(words=("",))),
        (
            ["-v", "bm_george", "-s", "1.2", "Right then."],
            Request(words=("Right then.",), voice="bm_george", speed=1.2),
        ),
        (["one", "-o", "x.wav", "two"], Request(words=("one", "two"), output="x.wav")),
        (["--output=x.wav", "-s2", "x"], Request(words=("x",), output="x.wav", speed=2.0)),
        (["--file", "a=b.txt"], Request(file="a=b.txt")),
        (["-f", "-", "-o", "-"], Request(file="-", output="-")),
        (["--", "-v", "--"], Request(words=("-v", "--"))),
        (["5", "-", "3"], Request(words=("5", "-", "3"))),
        (["-v", "a", "-v", "b", "x"], Request(words=("x",), voice="b")),
        (["--engine", "espeak", "--language", "fr", "x"], Request(words=("x",), engine="espeak", language="fr")),
        (["--voices"], Request(Action.VOICES)),
        (["-v", "?"], Request(Action.VOICES, voice="?")),
        (["-v?"], Request(Action.VOICES, voice="?")),
        (["--voices", "-v", "?"], Request(Action.VOICES, voice="?")),
        (["--download", "af_bella"], Request(Action.DOWNLOAD, names=("af_bella",))),
        (["--download", "a", "b", "--download", "c"], Request(Action.DOWNLOAD, names=("a", "c", "b"))),
        (["--remove", "all"], Request(Action.REMOVE, names=("all",))),
        (["--status", "--json"], Request(Action.STATUS, json=True)),
        (["--stop"], Request(Action.STOP)),
        (["--shutdown", "--debug"], Request(Action.SHUTDOWN, debug=True)),
        (["--version"], Request(Action.VERSION)),
        (["-h", "--stop", "words"], Request(Action.HELP)),
    ],
)
def test_arguments_become_a_request(arguments: list[str], request_made: Request) -> None:
    assert parse_arguments(arguments) == request_made


@pytest.mark.parametrize(
    "arguments",
    [
        ["--voi"],
        ["--stat"],
        ["--speed"],
        ["-v"],
        ["--voice="],
        ["-o", ""],
        ["--voice", "--speed", "1"],
        ["--stop=1"],
        ["--stop", "--shutdown"],
        ["--stop", "words"],
        ["--status", "-o", "x.wav"],
        ["--voices", "-s", "1"],
        ["-v", "?", "--status"],
        ["-v", "?", "words"],
        ["--json"],
        ["--json", "words"],
        ["-f", "x", "words"],
        ["--engine", "piper", "x"],
        ["--language", "tlh", "x"],
        ["-"],
        ["---help"],
        ["--=x"],
        ["-hello"],
        ["-voice", "af_heart"],
    ],
)
def test_what_makes_no_sense_is_a_usage_error(arguments: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        parse_arguments(arguments)
    assert caught.value.exit_status == EXIT_USAGE


@pytest.mark.parametrize("text", ["-hello", "- hello", "-5 degrees", "--hello", "-\n", "-é"])
def test_text_that_begins_with_a_dash_gets_a_hint(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_arguments([text])
    assert "say -- '-" in caught.value.hint
    assert parse_arguments(["--", text]).words == (text,)


@pytest.mark.parametrize("option", [option for option in OPTIONS if option.long != "voices"], ids=str)
def test_no_option_can_be_abbreviated(option: Option) -> None:
    with pytest.raises(UsageError, match="no option"):
        parse_arguments([str(option)[:-1], "x"])


def test_a_misspelt_option_names_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        parse_arguments(["--downlod", "all"])
    assert "--download" in caught.value.hint


@pytest.mark.parametrize("speed", ["0.49", "2.01", "0", "-1", "nan", "inf", "160", "fast", "1,2", "1e400"])
def test_speed_outside_its_range_is_refused(speed: str) -> None:
    with pytest.raises(BadSpeed):
        parse_arguments(["-s", speed, "x"])


def test_words_a_minute_get_a_word_about_rates() -> None:
    with pytest.raises(BadSpeed) as caught:
        parse_arguments(["-s", "160", "x"])
    assert "words a minute" in caught.value.hint
    assert "-s 0.9" in caught.value.hint


@pytest.mark.parametrize("speed", ["0.5", "2", "2.0", "1"])
def test_both_bounds_of_speed_are_within(speed: str) -> None:
    assert parse_arguments(["-s", speed, "x"]).speed == float(speed)
