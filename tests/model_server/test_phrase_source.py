from __future__ import annotations

import dataclasses

import pytest

from common.hub_cache import CONFIG, WEIGHTS, voice_path
from common.settings import BY_NAME
from common.voice_files import known_voice
from common.voices import find_voice
from model_server import phrase_source
from model_server.phrase_source import SOUND_SETTINGS, source_of_sound

HEART, BLEND = find_voice("af_heart"), find_voice("af_bella(2)+af_heart(1)")
OWN = dataclasses.replace(known_voice("mine#0123456789abcdef"), file="/tmp/mine.pt")


class Files:
    """The identities of a model's files."""

    def __init__(self) -> None:
        self.known = {
            path: f"first {path}" for path in (CONFIG, WEIGHTS, voice_path("af_heart"), voice_path("af_bella"))
        }

    def identity(self, path: str) -> str:
        return self.known.get(path, "")


def test_every_voice_has_a_source_of_its_own() -> None:
    source = source_of_sound({}, Files().identity)
    voices = (HEART, BLEND, OWN, find_voice("af_bella"), find_voice("af_bella(1)+af_heart(2)"))
    sources = [source("kokoro", voice) for voice in voices]
    assert all(sources) and len(set(sources)) == len(voices)


def test_the_path_of_ones_own_voice_makes_no_difference() -> None:
    source = source_of_sound({}, Files().identity)
    assert source("kokoro", OWN) == source("kokoro", dataclasses.replace(OWN, file="/home/mine.pt"))


@pytest.mark.parametrize("path", [CONFIG, WEIGHTS, voice_path("af_bella")])
def test_another_file_is_another_source_for_whoever_needs_it(path: str) -> None:
    files = Files()
    source = source_of_sound({}, files.identity)
    before = {voice.name: source("kokoro", voice) for voice in (BLEND, HEART)}
    files.known[path] = "second"
    assert source("kokoro", BLEND) != before[BLEND.name]
    assert (source("kokoro", HEART) == before[HEART.name]) == (path == voice_path("af_bella"))
    del files.known[path]
    assert source("kokoro", BLEND) == ""


@pytest.mark.parametrize("setting", SOUND_SETTINGS)
def test_every_setting_that_changes_the_sound_counts(setting: str) -> None:
    files = Files()
    values = dict.fromkeys(SOUND_SETTINGS, "as it is")
    one = source_of_sound(values, files.identity)
    other = source_of_sound({**values, setting: "other"}, files.identity)
    assert one("kokoro", HEART) != other("kokoro", HEART)


def test_settings_that_change_the_sound_are_settings() -> None:
    assert set(SOUND_SETTINGS) - {"precision"} <= BY_NAME.keys()


def test_another_version_is_another_source(monkeypatch: pytest.MonkeyPatch) -> None:
    source = source_of_sound({}, Files().identity)
    before = source("kokoro", HEART)
    monkeypatch.setattr(phrase_source, "_versions", lambda: ("999",))
    assert source("kokoro", HEART) != before


def test_only_kokoro_is_kept_and_tones_where_that_is_asked_for() -> None:
    files = Files()
    source = source_of_sound({}, files.identity)
    assert source("espeak", HEART) == source("tone", HEART) == source("fake", HEART) == ""
    tones = {tone: source_of_sound({}, files.identity, tone)("tone", HEART) for tone in ("slow", "fast")}
    assert all(tones.values()) and tones["slow"] != tones["fast"]
