from __future__ import annotations

import os
import re

import pytest

from common.errors import EXIT_USAGE, BadSpeed, UsageError
from say.arguments import Request, parse_arguments
from say.options import OPTIONS, Action, Option


@pytest.mark.parametrize(
    ("arguments", "request_made"),
    [
        ([], Request()),
        (["hello"], Request(words=("hello",))),
        (["these", "words", "too"], Request(words=("these", "words", "too"))),
        ([""], Request(words=("",))),
        (
            ["-v", "bm_george", "-s", "1.2", "Right then."],
            Request(words=("Right then.",), settings={"voice": "bm_george", "speed": 1.2}),
        ),
        (["one", "-o", "x.wav", "two"], Request(words=("one", "two"), output="x.wav")),
        (["--output=x.wav", "-s2", "x"], Request(words=("x",), output="x.wav", settings={"speed": 2.0})),
        (["--file", "a=b.txt"], Request(file="a=b.txt")),
        (["-f", "-", "-o", "-"], Request(file="-", output="-")),
        (["--", "-v", "--"], Request(words=("-v", "--"))),
        (["5", "-", "3"], Request(words=("5", "-", "3"))),
        (["-v", "a", "-v", "b", "x"], Request(words=("x",), settings={"voice": "b"})),
        (
            ["--engine", "espeak", "--language", "fr", "x"],
            Request(words=("x",), language="fr", settings={"engine": "espeak"}),
        ),
        (["-v", "af_bella(2)+af_sky", "x"], Request(words=("x",), settings={"voice": "af_bella(2)+af_sky"})),
        (["--voice-file", "/mine.pt", "x"], Request(words=("x",), voice_file="/mine.pt")),
        (["--voice-file=a/../mine.pt", "x"], Request(words=("x",), voice_file=os.path.abspath("mine.pt"))),
        (["--voice-file", "/mine.pt", "--run", "ls"], Request(Action.RUN, command=("ls",), voice_file="/mine.pt")),
        (["--voices"], Request(Action.VOICES)),
        (["-v", "?"], Request(Action.VOICES, settings={"voice": "?"})),
        (["-v?"], Request(Action.VOICES, settings={"voice": "?"})),
        (["--voices", "-v", "?"], Request(Action.VOICES, settings={"voice": "?"})),
        (["--download", "af_bella"], Request(Action.DOWNLOAD, names=("af_bella",))),
        (["--download", "a", "b", "--download", "c"], Request(Action.DOWNLOAD, names=("a", "c", "b"))),
        (["--warm"], Request(Action.WARM)),
        (["--warm", "a", "b"], Request(Action.WARM, names=("a", "b"))),
        (["a", "--warm", "--engine", "espeak"], Request(Action.WARM, names=("a",), settings={"engine": "espeak"})),
        (["--remove", "all"], Request(Action.REMOVE, names=("all",))),
        (["--status", "--json"], Request(Action.STATUS, json=True)),
        (["--phonemes", "read", "it"], Request(Action.PHONEMES, words=("read", "it"))),
        (["it", "--phonemes", "--json"], Request(Action.PHONEMES, words=("it",), json=True)),
        (["--phonemes", "-f", "x.md", "--as", "log"], Request(Action.PHONEMES, file="x.md", form="log")),
        (
            ["--split", r"\n+", "--emoji", "drop", "--skip-unspeakable", "x"],
            Request(words=("x",), settings={"split": r"\n+", "emoji": "drop", "skip_unspeakable": "on"}),
        ),
        (["--split", "", "x"], Request(words=("x",), settings={"split": ""})),
        (["--split=", "x"], Request(words=("x",), settings={"split": ""})),
        (
            ["-o", "x.wav", "--timings", "x.json", "--subtitles", "x.srt", "x"],
            Request(words=("x",), output="x.wav", timings="x.json", subtitles="x.srt"),
        ),
        (["--stop"], Request(Action.STOP)),
        (["--shutdown", "--debug"], Request(Action.SHUTDOWN, debug=True)),
        (["-r", "350", "x"], Request(words=("x",), settings={"speed": 2.0})),
        (["--volume", "50%", "x"], Request(words=("x",), settings={"volume": 0.5})),
        (["--volume", "4", "x"], Request(words=("x",), settings={"volume": 4.0})),
        (["-a", "hdmi", "x"], Request(words=("x",), settings={"audio_device": "hdmi"})),
        (["-a", "?"], Request(Action.DEVICES, settings={"audio_device": "?"})),
        (["-a?", "-v", "af_sky"], Request(Action.DEVICES, settings={"voice": "af_sky", "audio_device": "?"})),
        (["--devices"], Request(Action.DEVICES)),
        (["--as", "markdown", "-f", "x.md"], Request(file="x.md", form="markdown")),
        (["-i", "--progress", "x"], Request(words=("x",), interactive=True, progress=True)),
        (["--tee", "--behind", "summary"], Request(tee=True, settings={"behind": "summary"})),
        (["--tee", "-f", "-"], Request(file="-", tee=True)),
        (["--background", "--priority", "reading", "x"], Request(words=("x",), background=True, priority="reading")),
        (["--interrupt", "x"], Request(words=("x",), policy="interrupt")),
        (["--interrupt", "--policy", "interrupt", "x"], Request(words=("x",), policy="interrupt")),
        (["--policy", "drop", "x"], Request(words=("x",), policy="drop")),
        (["--run", "make", "-j", "--help"], Request(Action.RUN, command=("make", "-j", "--help"))),
        (["--run", "--", "-odd"], Request(Action.RUN, command=("-odd",))),
        (["--run", "sh", "--", "x"], Request(Action.RUN, command=("sh", "--", "x"))),
        (
            ["--tell", "30s", "-v", "a", "--policy", "drop", "--run", "ls"],
            Request(Action.RUN, command=("ls",), tell="30s", policy="drop", settings={"voice": "a"}),
        ),
        (["--tell", "failure", "--run", "ls"], Request(Action.RUN, command=("ls",), tell="failure")),
        (["--replay", "-s", "2", "-i"], Request(Action.REPLAY, interactive=True, settings={"speed": 2.0})),
        (["--continue", "--background"], Request(Action.CONTINUE, background=True)),
        (["--pause"], Request(Action.PAUSE)),
        (["--resume"], Request(Action.RESUME)),
        (["--skip"], Request(Action.SKIP, number=1)),
        (["--skip=3"], Request(Action.SKIP, number=3)),
        (["--back"], Request(Action.BACK, number=1)),
        (["--back=12", "--debug"], Request(Action.BACK, number=12, debug=True)),
        (["--cancel", "7"], Request(Action.CANCEL, number=7)),
        (["--cancel=7"], Request(Action.CANCEL, number=7)),
        (["--wait", "007"], Request(Action.WAIT, number=7)),
        (["--queue", "--json"], Request(Action.QUEUE, json=True)),
        (["--logs"], Request(Action.LOGS)),
        (["--logs", "-f"], Request(Action.LOGS, follow=True)),
        (["--follow", "--logs"], Request(Action.LOGS, follow=True)),
        (["--version"], Request(Action.VERSION)),
        (["-h", "--stop", "words"], Request(Action.HELP)),
    ],
)
def test_arguments_become_a_request(arguments: list[str], request_made: Request) -> None:
    assert parse_arguments(arguments) == request_made


REFUSED = [
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
    ["-v", "?", "-a", "?"],
    ["-v", "?", "words"],
    ["-v", "af_sky", "--voice-file", "mine.pt", "x"],
    ["--voice-file", "", "x"],
    ["--voices", "--voice-file", "mine.pt"],
    ["--devices", "--voice-file", "mine.pt"],
    ["--download", "af_sky", "--voice-file", "mine.pt"],
    ["--json"],
    ["--json", "words"],
    ["--phonemes", "-o", "x.wav", "words"],
    ["--phonemes", "-s", "2", "words"],
    ["--phonemes", "-f", "x", "words"],
    ["--phonemes", "--status"],
    ["--timings", "x.json", "words"],
    ["--subtitles", "x.srt", "words"],
    ["--subtitles", "x.srt", "--phonemes", "words"],
    ["--emoji", "draw", "words"],
    ["--emoji", "", "words"],
    ["-o", "a.wav", "-o", "b.wav", "words"],
    ["-o", "a.wav", "--subtitles", "a.srt", "--subtitles=a.vtt", "words"],
    ["-o", "a.wav", "--timings", "a.json", "--timings", "a.json", "words"],
    ["--split", ",", "--stop"],
    ["--skip-unspeakable", "--voices"],
    ["--voices", "--json"],
    ["-f", "x", "words"],
    ["--engine", "piper", "x"],
    ["--language", "tlh", "x"],
    ["-"],
    ["---help"],
    ["--=x"],
    ["-hello"],
    ["-voice", "af_heart"],
    ["-s", "1", "-r", "175", "x"],
    ["-r", "fast", "x"],
    ["-r", "87", "x"],
    ["-r", "351", "x"],
    ["-r", "nan", "x"],
    ["--volume", "loud", "x"],
    ["--volume", "401%", "x"],
    ["--volume", "-1", "x"],
    ["--volume", "nan", "x"],
    ["--volume", "5%%", "x"],
    ["--as", "pdf", "x"],
    ["--behind", "never"],
    ["--priority", "urgent", "x"],
    ["--policy", "shout", "x"],
    ["--interrupt", "--policy", "drop", "x"],
    ["--tee", "words"],
    ["--tee", "-f", "x.txt"],
    ["--tee", "-o", "x.wav"],
    ["--behind", "latest", "-o", "x.wav"],
    ["--behind", "latest", "words"],
    ["-f", "one.txt", "-f", "two.txt"],
    ["-i", "-o", "x.wav", "x"],
    ["-a", "hdmi", "-o", "x.wav", "x"],
    ["--interrupt", "-o", "x.wav", "x"],
    ["--priority", "text", "-o", "x.wav", "x"],
    ["--background", "-o", "x.wav", "x"],
    ["--background", "-i", "x"],
    ["--background", "--progress", "x"],
    ["--background", "--tee"],
    ["--run"],
    ["--run", "--"],
    ["--run", "--tell", "failure", "make"],
    ["--run=make"],
    ["words", "--run", "make"],
    ["--output", "x.wav", "--run", "make"],
    ["--background", "--run", "make"],
    ["--tell", "failure", "x"],
    ["--tell", "30", "--run", "make"],
    ["--tell", "-3s", "--run", "make"],
    ["--tell", "nans", "--run", "make"],
    ["--pause", "--resume"],
    ["--pause", "-v", "af_sky"],
    ["--pause=3"],
    ["--skip", "3"],
    ["--skip=0"],
    ["--skip=-1"],
    ["--skip=1.5"],
    ["--skip="],
    ["--skip=" + "9" * 5000],
    ["--skip=\N{SUPERSCRIPT TWO}"],
    ["--back=many"],
    ["--cancel"],
    ["--cancel", "0"],
    ["--cancel", "all"],
    ["--cancel", "1", "2"],
    ["--wait"],
    ["--wait", "x"],
    ["--wait", "3", "--json"],
    ["--queue", "--stop"],
    ["--queue", "-f"],
    ["--logs", "-f", "x"],
    ["--follow"],
    ["--status", "--follow"],
    ["--replay", "words"],
    ["--replay", "-f", "x"],
    ["--continue", "--tee"],
    ["--devices", "-s", "1"],
]


@pytest.mark.parametrize("arguments", REFUSED, ids=lambda arguments: " ".join(arguments)[:30])
def test_what_makes_no_sense_is_refused_with_what_to_do(arguments: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        parse_arguments(arguments)
    assert caught.value.exit_status == EXIT_USAGE
    assert caught.value.hint or re.search(r" one of | none of |needs a|takes ", caught.value.message)
    assert len(str(caught.value)) < 250


def test_a_second_file_to_write_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match=r"--subtitles is given twice: 'a\.srt' and 'a\.vtt'"):
        parse_arguments(["-o", "a.wav", "--subtitles", "a.srt", "--subtitles", "a.vtt", "x"])


def test_a_number_of_sentences_is_shown_how_to_be_written() -> None:
    with pytest.raises(UsageError, match="Write --skip=3"):
        parse_arguments(["--skip", "3"])


@pytest.mark.parametrize("option", OPTIONS, ids=str)
def test_every_option_has_a_place_with_its_action_or_with_speech(option: Option) -> None:
    """Whatever is in the table is understood somewhere: no option is refused with all actions."""
    value = {
        "N": "1",
        "FACTOR": "1",
        "WPM": "175",
        "TAG": "fr",
        "FORM": "log",
        "POLICY": "",
        "WHEN": "5m",
        "LEVEL": "text",
        "HOW": "drop",
    }
    value[option.metavar] = {"behind": "all", "policy": "drop", "engine": "tone", "markup": "off"}.get(
        option.long, value.get(option.metavar, "x")
    )
    given = [str(option)] + ([value[option.metavar]] if option.value_follows else [])
    company = {"json": ["--status"], "follow": ["--logs"], "tell": ["--run", "ls"]}
    with_it = company.get(option.long, ["-o", "x.wav"] if option.long in ("timings", "subtitles") else [])
    parse_arguments([*given, *with_it])


@pytest.mark.parametrize("text", ["-hello", "- hello", "-5 degrees", "--hello", "-\n", "-é"])
def test_text_that_begins_with_a_dash_gets_a_hint(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_arguments([text])
    assert "say -- '-" in caught.value.hint
    assert parse_arguments(["--", text]).words == (text,)


@pytest.mark.parametrize("option", [option for option in OPTIONS if option.long not in ("voices", "run")], ids=str)
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
    assert "-s 0.9, or -r 160" in caught.value.hint


@pytest.mark.parametrize("speed", ["0.5", "2", "2.0", "1"])
def test_both_bounds_of_speed_are_within(speed: str) -> None:
    assert parse_arguments(["-s", speed, "x"]).settings == {"speed": float(speed)}
