from __future__ import annotations

from common.voices import VOICES
from tests.fakes.http import Application


def test_voices_are_names_with_what_is_known_of_them_beside() -> None:
    found = Application().ask("GET", "/v1/audio/voices").json()
    assert found["voices"] == [{"id": name, "name": name} for name in VOICES]  # as Open WebUI reads them
    assert [voice["id"] for voice in found["details"]] == list(VOICES)
    assert found["details"][0] == {"id": "af_heart", "language": "en-us", "gender": "female", "grade": "A"}


def test_languages_are_those_that_speech_takes() -> None:
    application = Application()
    languages = application.ask("GET", "/v1/audio/voices").json()["languages"]
    assert {voice.language for voice in VOICES.values()} == {language["id"] for language in languages}
    for language in languages:
        for name in (language["id"], language["lang_code"]):
            assert application.speak(input="Hello.", lang_code=name).status_code == 200
            assert application.speech.asked[-1]["language"] == language["id"]


def test_models_are_those_that_speech_takes() -> None:
    application = Application()
    models = application.ask("GET", "/v1/models").json()
    assert models["object"] == "list"
    names = [model["id"] for model in models["data"]]
    assert {"kokoro", "tts-1", "tts-1-hd", "gpt-4o-mini-tts"} <= set(names)
    for name in names:
        assert application.ask("GET", f"/v1/models/{name}").json()["id"] == name
        assert application.speak(input="Hello.", model=name).status_code == 200


def test_a_model_that_is_not_there_is_not_found() -> None:
    answer = Application().ask("GET", "/v1/models/gpt-9")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "model_not_found"
