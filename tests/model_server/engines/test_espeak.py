from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import espeakng_loader  # type: ignore[import-untyped]  # it ships no types
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from common.errors import EngineError, LanguageUnavailable, Unspeakable
from common.voice_files import known_voice
from common.voices import LANGUAGES, VOICES, Voice, find_voice
from model_server.engines.base import RATE, Engine, EnginePiece, Speech
from model_server.engines.espeak import EspeakEngine, words_per_minute
from model_server.engines.espeak_voices import VARIANTS, espeak_voice
from model_server.espeak_data import EspeakFiles, espeak_files
from tests.soaking import examples

FOX = "The quick brown fox jumps over the lazy dog."
PIECE = EnginePiece(FOX, "", find_voice("af_heart"), "en-us", 1.0)
ONE_TWO_THREE = {
    "en-us": "one two three",
    "en-gb": "one two three",
    "es": "uno dos tres",
    "fr": "un deux trois",
    "hi": "एक दो तीन",
    "it": "uno due tre",
    "ja": "いち に さん",
    "pt-br": "um dois três",
    "zh": "一二三",
}


@pytest.fixture(scope="module")
def engine() -> EspeakEngine:
    return EspeakEngine()


def seconds(speech: Speech) -> float:
    return (speech.speech_end - speech.speech_start) / RATE


def pitch(samples: npt.NDArray[np.float32]) -> float:
    """Return the median fundamental frequency in Hz, by autocorrelation of the voiced parts."""
    found = []
    for start in range(0, len(samples) - 1200, 600):
        part = samples[start : start + 1200]
        similar = np.correlate(part, part, "full")[1199:]
        low, high = RATE // 400, RATE // 60
        lag = low + int(np.argmax(similar[low:high]))
        if similar[0] > 0.3 and similar[lag] > 0.6 * similar[0]:
            found.append(RATE / lag)
    return float(np.median(found))


def timbre(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return the long-term spectrum, as logarithms."""
    parts = samples[: len(samples) // 1024 * 1024].reshape(-1, 1024) * np.hanning(1024)
    levels: npt.NDArray[np.float64] = np.log(np.abs(np.fft.rfft(parts)).mean(axis=0) + 1e-4)
    return levels


def spoken_words(piece: EnginePiece, speech: Speech) -> list[str]:
    return [piece.text[word.start - piece.start : word.end - piece.start] for word in speech.words]


# Speaking


def test_it_is_an_engine() -> None:
    engine: Engine = EspeakEngine()

    assert (engine.name, engine.takes, engine.device) == ("espeak", "said", "cpu")


def test_a_sentence_takes_as_long_as_someone_would_and_sounds_like_a_voice(engine: EspeakEngine) -> None:
    speech = engine.speak(PIECE)

    spectrum = np.abs(np.fft.rfft(speech.samples)) ** 2
    frequency = np.fft.rfftfreq(len(speech.samples), 1 / RATE)
    assert 1.5 < seconds(speech) < 4
    assert speech.samples.dtype == np.float32
    assert 0.1 < np.abs(speech.samples).max() < 1.1
    assert spectrum[(frequency > 100) & (frequency < 4000)].sum() > 0.8 * spectrum.sum()


def test_more_words_take_longer(engine: EspeakEngine) -> None:
    once, thrice = engine.speak(PIECE), engine.speak(replace(PIECE, text=f"{FOX} {FOX} {FOX}"))

    assert 2.7 < seconds(thrice) / seconds(once) < 4


@pytest.mark.parametrize("speed", [0.5, 0.75, 1.5, 2.0])
def test_speed_divides_the_duration(engine: EspeakEngine, speed: float) -> None:
    ratio = seconds(engine.speak(PIECE)) / seconds(engine.speak(replace(PIECE, speed=speed)))

    assert ratio == pytest.approx(speed, rel=0.1)


@pytest.mark.parametrize(("speed", "expected"), [(1.0, 175), (0.5, 88), (2.0, 350), (0.01, 80), (99.0, 450)])
def test_speed_stays_in_the_range_that_espeak_follows(speed: float, expected: int) -> None:
    assert words_per_minute(speed) == expected


def test_speech_is_found_between_its_silences(engine: EspeakEngine) -> None:
    speech = engine.speak(replace(PIECE, text="Hello."))

    outside = np.concatenate([speech.samples[: speech.speech_start], speech.samples[speech.speech_end :]])
    assert 0 <= speech.speech_start < speech.speech_end <= len(speech.samples)
    assert np.abs(outside).max(initial=0) <= 0.0032
    assert abs(speech.samples[speech.speech_start]) > 0.0031
    assert abs(speech.samples[speech.speech_end - 1]) > 0.0031


# Voices and languages


@pytest.mark.parametrize("voice", VOICES.values(), ids=VOICES)
def test_every_voice_of_the_catalogue_speaks(engine: EspeakEngine, voice: Voice) -> None:
    speech = engine.speak(EnginePiece(ONE_TWO_THREE[voice.language], "", voice, voice.language, 1.0))

    assert 0.5 < seconds(speech) < 3
    assert np.sqrt(np.mean(speech.samples**2)) > 0.02


def test_each_voice_of_a_language_has_a_name_of_its_own() -> None:
    names = [espeak_voice(voice, voice.language) for voice in VOICES.values()]

    assert len(set(names)) == len(VOICES)


def test_every_variant_is_in_the_shipped_data() -> None:
    shipped = set(os.listdir(Path(espeak_files().data, "voices", "!v")))

    assert set(VARIANTS["female"]) | set(VARIANTS["male"]) <= shipped


def test_every_language_of_the_catalogue_has_a_voice() -> None:
    assert {espeak_voice(PIECE.voice, language).partition("+")[0] for language in LANGUAGES.values()} >= {"cmn", "ja"}


@pytest.mark.parametrize("language", ["en-us", "en-gb", "es", "hi", "it", "pt-br", "zh"])
def test_women_speak_higher_than_men(engine: EspeakEngine, language: str) -> None:
    text = " ".join([ONE_TWO_THREE[language]] * 3)
    pitches: dict[str, list[float]] = {"female": [], "male": []}
    for voice in VOICES.values():
        if voice.language == language:
            pitches[voice.gender].append(pitch(engine.speak(EnginePiece(text, "", voice, language, 1.0)).samples))

    assert min(pitches["female"]) > 1.2 * max(pitches["male"])


def test_two_voices_of_one_language_sound_different(engine: EspeakEngine) -> None:
    voices = [voice for voice in VOICES.values() if voice.language == "en-us"]
    timbres = [timbre(engine.speak(replace(PIECE, voice=voice)).samples) for voice in voices]
    again = timbre(engine.speak(replace(PIECE, voice=voices[0])).samples)

    itself = float(np.abs(timbres[0] - again).mean())
    nearest = min(float(np.abs(a - b).mean()) for index, a in enumerate(timbres) for b in timbres[:index])
    assert nearest > 1.5 * itself


def test_languages_read_the_same_text_differently(engine: EspeakEngine) -> None:
    durations = {
        language: round(seconds(engine.speak(replace(PIECE, text="Paris, 1789", language=language))), 1)
        for language in ("en-us", "fr", "es", "hi", "it", "pt-br")
    }

    assert len(set(durations.values())) >= 4, durations


def test_a_voice_may_speak_another_language_than_its_own(engine: EspeakEngine) -> None:
    french = engine.speak(replace(PIECE, text="Bonjour tout le monde", language="fr"))

    assert espeak_voice(PIECE.voice, "fr") == "fr+f3"
    assert 0.5 < seconds(french) < 3


def test_a_language_it_does_not_speak_is_named(engine: EspeakEngine) -> None:
    with pytest.raises(LanguageUnavailable, match=r"'tlh'.*en-us"):
        engine.speak(replace(PIECE, language="tlh"))


def test_kana_is_spoken_and_kanji_are_silent(engine: EspeakEngine) -> None:
    japanese = EnginePiece("こんにちは、コンピューター", "", find_voice("jf_alpha"), "ja", 1.0)

    assert 1 < seconds(engine.speak(japanese)) < 4
    assert seconds(engine.speak(replace(japanese, text="日本"))) == 0  # the reader has named them


# Words


def test_words_point_into_the_whole_text_and_follow_each_other(engine: EspeakEngine) -> None:
    piece = replace(PIECE, start=1000)

    speech = engine.speak(piece)

    assert spoken_words(piece, speech) == ["The", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog"]
    assert all(word.at < word.until for word in speech.words)
    assert all(a.until <= b.at + 1e-9 for a, b in pairwise(speech.words))
    assert speech.words[-1].until == pytest.approx(speech.speech_end / RATE, abs=0.05)


def test_a_word_does_not_own_the_pause_after_it(engine: EspeakEngine) -> None:
    first, second = engine.speak(replace(PIECE, text="Hello. World.")).words

    assert second.at - first.until > 0.1


def test_every_word_has_sound_at_its_time(engine: EspeakEngine) -> None:
    speech = engine.speak(PIECE)

    levels = [np.abs(speech.samples[int(word.at * RATE) : int(word.until * RATE)]).max() for word in speech.words]
    assert min(levels) > 0.02


# Any content


@pytest.mark.parametrize("text", ["", " ", "\n\n", "...", "\x00", "\ud800", "\u200b", "\x01", "-", "''"])
def test_text_without_anything_to_say_is_silent(engine: EspeakEngine, text: str) -> None:
    speech = engine.speak(replace(PIECE, text=text))

    assert len(speech.samples) == 0
    assert (speech.speech_start, speech.speech_end, speech.words) == (0, 0, ())


@pytest.mark.parametrize("text", ["be\x00fore", "be\ud800fore", "be\x01400Sfore", "be\ue000fore"])
def test_characters_that_would_trouble_the_library_count_as_blanks(engine: EspeakEngine, text: str) -> None:
    piece = replace(PIECE, text=text)

    assert spoken_words(piece, engine.speak(piece))[0] == "be"
    assert seconds(engine.speak(piece)) > seconds(engine.speak(replace(PIECE, text="be")))


def test_an_embedded_command_does_not_change_how_later_text_is_spoken(engine: EspeakEngine) -> None:
    before = seconds(engine.speak(PIECE))

    engine.speak(replace(PIECE, text="\x01 10A \x01 400S \x01 99P quiet"))

    assert seconds(engine.speak(PIECE)) == pytest.approx(before, rel=0.02)


@settings(max_examples=examples(150))
@given(
    text=st.text(st.characters(codec=None), max_size=80),
    language=st.sampled_from([language for language in LANGUAGES.values() if language != "ja"]),
)
@example("مرحبا بالعالم 😀 👩‍👩‍👧", "en-us")
@example("[[h@'loU]] <speak>&amp;</speak> \x1b[31m", "en-us")
@example("\u202eabc\u202c e\u0301\u0301\u0301", "fr")
def test_any_text_is_spoken_or_silent_but_never_harmful(engine: EspeakEngine, text: str, language: str) -> None:
    speech = engine.speak(EnginePiece(text, "", PIECE.voice, language, 1.0, start=7))

    assert np.isfinite(speech.samples).all()
    assert 0 <= speech.speech_start <= speech.speech_end <= len(speech.samples)
    places = [place for word in speech.words for place in (word.start, word.end)]
    times = [time for word in speech.words for time in (word.at, word.until)]
    assert places == sorted(places)
    assert all(7 <= place <= 7 + len(text) for place in places)
    assert all(later >= earlier - 1e-9 for earlier, later in pairwise(times))
    assert all(0 <= at <= len(speech.samples) / RATE + 1e-3 for at in times)


@pytest.mark.parametrize("unit", ["hello ", "1", "漢", "क्", "😀"])
def test_a_megabyte_in_one_piece_is_refused_soon_and_the_engine_lives_on(engine: EspeakEngine, unit: str) -> None:
    began = time.monotonic()

    with pytest.raises(Unspeakable, match="600 s"):
        engine.speak(replace(PIECE, text=unit * (1_000_000 // len(unit.encode()))))

    assert time.monotonic() - began < 60
    assert 1.5 < seconds(engine.speak(PIECE)) < 4


@pytest.mark.parametrize("unit", [" ", ".", "\u200b", "-", "\n\n.\n"])
def test_a_megabyte_of_nothing_is_silent(engine: EspeakEngine, unit: str) -> None:
    assert len(engine.speak(replace(PIECE, text=unit * (1_000_000 // len(unit)))).samples) == 0


# Threads


def test_two_threads_get_each_their_own_sound() -> None:
    pieces = [PIECE, EnginePiece("Bonjour.", "", find_voice("ff_siwis"), "fr", 1.0)]
    engines = [EspeakEngine(), EspeakEngine()]
    expected = [seconds(engines[0].speak(piece)) for piece in pieces]
    heard: list[list[float]] = [[], []]
    together = threading.Barrier(2)

    def speak(index: int) -> None:
        together.wait(timeout=30)
        for _ in range(20):
            heard[index].append(seconds(engines[index].speak(pieces[index])))

    threads = [threading.Thread(target=speak, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    for index in range(2):
        assert heard[index] == pytest.approx([expected[index]] * 20, rel=0.05)


# Loading


def test_loading_reports_once() -> None:
    reports: list[str] = []
    engine = EspeakEngine()

    engine.load(reports.append)
    engine.load(reports.append)

    assert reports == ["espeak-ng"]


def test_a_missing_library_says_what_to_do(tmp_path: Path) -> None:
    engine = EspeakEngine(lambda: EspeakFiles(str(tmp_path / "libespeak-ng.so"), espeak_files().data))

    with pytest.raises(EngineError, match=r"cannot be loaded.*pip install"):
        engine.load(lambda _: None)


def test_a_library_that_is_none_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "libespeak-ng.so").write_bytes(b"not a library")
    engine = EspeakEngine(lambda: EspeakFiles(str(tmp_path / "libespeak-ng.so"), espeak_files().data))

    with pytest.raises(EngineError, match=r"cannot be loaded.*pip install"):
        engine.load(lambda _: None)


def test_data_that_the_library_cannot_find_is_noticed(tmp_path: Path) -> None:
    # In a process of its own: the library keeps the last data folder it was given.
    program = f"""
from common.errors import EngineError
from model_server.engines.espeak import EspeakEngine
from model_server.espeak_data import EspeakFiles, espeak_files
try:
    EspeakEngine(lambda: EspeakFiles(espeak_files().library, {str(tmp_path / "gone")!r})).load(print)
except EngineError as error:
    print(error)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)

    assert ended.returncode == 0, ended.stderr
    assert "cannot read its data" in ended.stdout


def test_it_speaks_from_a_path_longer_than_espeak_can_hold(tmp_path: Path) -> None:
    package = tmp_path / ("deep" * 20) / ("deeper" * 20) / "espeakng_loader"
    package.mkdir(parents=True)
    for name in os.listdir(Path(espeakng_loader.__file__).parent):
        (package / name).symlink_to(Path(espeakng_loader.__file__).parent / name)
    # The module itself is copied: it finds its data beside itself.
    (package / "__init__.py").unlink()
    (package / "__init__.py").write_text(Path(espeakng_loader.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    program = f"""
import sys
sys.path.insert(0, {str(package.parent)!r})
from common.voices import find_voice
from model_server.engines.base import EnginePiece
from model_server.engines.espeak import EspeakEngine
import espeakng_loader
print(len(espeakng_loader.get_data_path()) > 160)
speech = EspeakEngine().speak(EnginePiece("Hello world", "", find_voice("ff_siwis"), "fr", 1.0))
print(len(speech.samples) > 10_000)
"""
    environment = dict(os.environ, SAY_HOME=str(tmp_path / ("long" * 20) / ("longer" * 20)))
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False, env=environment
    )

    assert ended.stdout.split() == ["True", "True"], ended.stderr


def test_a_blend_is_spoken_as_its_heaviest_part_and_a_users_own_voice_as_its_name_says(tmp_path: Path) -> None:
    assert espeak_voice(find_voice("af_bella(2)+am_adam(3)"), "en-us") == espeak_voice(find_voice("am_adam"), "en-us")
    assert espeak_voice(find_voice("bf_emma,am_adam"), "en-gb") == espeak_voice(find_voice("bf_emma"), "en-gb")
    for stem, variant in (("bm_mine", "m3"), ("mine", "f3")):
        voice = known_voice(f"{stem}#0123456789abcdef")
        assert espeak_voice(voice, voice.language).endswith(f"+{variant}")
