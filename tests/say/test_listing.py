from __future__ import annotations

import json

from common.voices import LANGUAGES, VOICES
from say.listing import LANGUAGE_NAMES, status_json, status_text, voices_table
from tests.fakes.client import REPORT


def test_every_voice_is_listed_with_all_that_is_known_of_it() -> None:
    lines = voices_table(lambda name: name == "bm_george").splitlines()
    assert len(lines) == 1 + 54
    assert sorted(line.split()[0] for line in lines[1:]) == sorted(VOICES)
    (george,) = (line for line in lines if line.startswith("bm_george "))
    assert george.split() == ["bm_george", "George", "en-gb", "British", "English", "male", "C", "yes"]
    assert sum(line.endswith(" yes") for line in lines) == 1


def test_voices_are_grouped_by_language_and_ranked_by_grade() -> None:
    lines = voices_table(lambda name: False).splitlines()[1:]
    languages = [VOICES[line.split()[0]].language for line in lines]
    assert [each for at, each in enumerate(languages) if each not in languages[:at]] == list(LANGUAGE_NAMES)
    assert languages == sorted(languages, key=list(LANGUAGE_NAMES).index)
    assert [line.split()[0] for line in lines[:3]] == ["af_heart", "af_bella", "af_nicole"]


def test_the_voices_fit_on_a_terminal() -> None:
    assert max(map(len, voices_table(lambda name: True).splitlines())) < 80


def test_every_language_has_a_name() -> None:
    assert set(LANGUAGE_NAMES) == set(LANGUAGES.values())


def test_status_shows_all_that_was_reported() -> None:
    text = status_text(REPORT)
    for part in (
        "running",
        "pid 11",
        "4711",
        "ready on cpu",
        "not loaded",
        "1.5 GB",
        "1:02:05",
        "2 pieces",
        "af_heart",
        "41 MB",
    ):
        assert part in text
    assert max(map(len, text.splitlines())) < 80


def test_status_as_json_has_every_field() -> None:
    fields = json.loads(status_json(REPORT))
    assert fields["running"] is True
    assert fields["port"] == 4711
    assert fields["voices"][0]["voice"] == "af_heart"


def test_no_daemon_is_json_too() -> None:
    assert json.loads(status_json(None)) == {"running": False}
