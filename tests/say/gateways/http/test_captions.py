from __future__ import annotations

import asyncio
import base64
import json

import pytest

from common.errors import EngineError
from say.gateways.http import admission
from tests.fakes.http import CAPTIONED, Application, Exchange, decoded, run, samples
from tests.fakes.speech import CHARACTER, FakeSpeech, sound_of

TEXT = "Hello 🎉 there. One more."
LONG = "This is one of many sentences. " * 100  # seven megabytes
WORDS = ["Hello", "there", "One", "more"]


def test_one_answer_has_all_the_sound_and_every_word() -> None:
    answer = Application().speak(CAPTIONED, text=TEXT)

    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content)
    found = answer.json()
    assert found["audio_format"] == "wav"
    assert decoded(base64.b64decode(found["audio"])).tolist() == samples(sound_of(TEXT)).tolist()
    assert found["duration"] == len(sound_of(TEXT)) / 48_000
    assert [word["word"] for word in found["words"]] == WORDS
    for word in found["words"]:
        assert TEXT[word["start"] : word["end"]] == word["word"]
        assert word["start_time"] == round(word["start"] * CHARACTER, 4)
        assert word["end_time"] == round(word["end"] * CHARACTER, 4)


@pytest.mark.parametrize(("sentences", "places"), [(1, 0), (200, 1)])
def test_a_large_answer_keeps_its_place_until_it_is_taken(sentences: int, places: int) -> None:
    async def scenario() -> None:
        application = Application(concurrent=1)
        taken = asyncio.Event()
        exchange = Exchange(CAPTIONED, {"text": "Hello there. " * sentences}, taken=taken)
        answering = asyncio.create_task(exchange.run(application))
        await exchange.until(2)
        assert application.services.admission.in_work == places
        taken.set()
        await answering
        assert application.services.admission.in_work == 0

    run(scenario())


@pytest.mark.parametrize("stream", [False, True])
def test_another_client_has_its_turn_amid_a_long_text(stream: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        application = Application(concurrent=1)
        long = Exchange(CAPTIONED, {"text": "Hello there. " * 200, "stream": stream})
        making = asyncio.create_task(long.run(application))
        while not application.services.admission.in_work:
            await asyncio.sleep(0)
        await Exchange(CAPTIONED, {"text": "Hello."}, client="192.0.2.1").run(application)
        assert not long.is_complete
        await making
        assert long.is_complete

    monkeypatch.setattr(admission, "_TURN", 0.0)
    run(scenario())


def test_a_client_that_goes_away_is_noted_amid_a_long_answer() -> None:
    async def scenario() -> None:
        exchange = Exchange(CAPTIONED, {"text": LONG})
        answering = asyncio.create_task(exchange.run(Application()))
        await exchange.until(2)
        exchange.gone.set()
        await answering
        assert not exchange.is_complete
        assert sum(len(message.get("body", b"")) for message in exchange.sent) < 1 << 20

    run(scenario())


def test_lines_have_words_before_their_sound() -> None:
    answer = Application().speak(CAPTIONED, input=TEXT, stream=True)

    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["type"] for line in lines] == ["words", "audio", "words", "audio", "done"]
    assert [word["word"] for line in lines if line["type"] == "words" for word in line["words"]] == WORDS
    sound = b"".join(base64.b64decode(line["audio"]) for line in lines if line["type"] == "audio")
    assert sound == sound_of(TEXT)
    assert lines[-1] == {"type": "done", "duration": len(sound) / 48_000}


def test_a_notice_is_a_line_ahead_of_the_sound_that_it_is_about() -> None:
    notices = {0: "speaking with espeak", 1: "speaking on the CPU", 2: "speaking with espeak"}
    answer = Application(FakeSpeech(notices=notices)).speak(CAPTIONED, text=f"{TEXT} And one.", stream=True)
    lines = [json.loads(line) for line in answer.text.splitlines()]
    kinds = ["notice", "words", "audio", "notice", "words", "audio", "words", "audio", "done"]
    assert [line["type"] for line in lines] == kinds
    assert [line["message"] for line in lines if line["type"] == "notice"] == list(notices.values())[:2]  # each once


def test_one_answer_has_its_notices() -> None:
    application = Application(FakeSpeech(notices={0: "speaking with espeak", 1: "speaking on the CPU"}))
    assert application.speak(CAPTIONED, text=TEXT).json()["notices"] == ["speaking with espeak", "speaking on the CPU"]
    assert Application().speak(CAPTIONED, text=TEXT).json()["notices"] == []


def test_an_error_behind_a_notice_still_has_its_status() -> None:
    speech = FakeSpeech(error=EngineError("broken"), notices={0: "speaking with espeak"})
    answer = Application(speech).speak(CAPTIONED, text=TEXT, stream=True)
    assert (answer.status_code, answer.json()) == (500, {"detail": "broken"})


def test_what_lines_may_be_is_described() -> None:
    document = Application().ask("GET", "/openapi.json").json()
    described = document["paths"][CAPTIONED]["post"]["responses"]["200"]["description"]
    assert all(f"`{kind}`" in described for kind in ("words", "audio", "notice", "done", "error"))
    assert "notices" in document["components"]["schemas"]["Captioned"]["properties"]


def test_lines_may_hold_any_format() -> None:
    answer = Application().speak(CAPTIONED, input=TEXT, stream=True, response_format="flac")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    sound = b"".join(base64.b64decode(line["audio"]) for line in lines if line["type"] == "audio")
    assert decoded(sound).tolist() == samples(sound_of(TEXT)).tolist()


def test_an_error_amid_lines_is_a_line_and_nothing_is_done() -> None:
    application = Application(FakeSpeech(error=EngineError("broken", "Mend it."), fails_at=1))
    lines = [json.loads(line) for line in application.speak(CAPTIONED, text=TEXT, stream=True).text.splitlines()]
    assert [line["type"] for line in lines] == ["words", "audio", "error"]
    assert lines[-1]["detail"] == "broken. Mend it."


def test_errors_before_are_a_sentence() -> None:
    application = Application(FakeSpeech(error=EngineError("broken")))
    for stream in (False, True):
        answer = application.speak(CAPTIONED, text=TEXT, stream=stream)
        assert (answer.status_code, answer.json()) == (500, {"detail": "broken"})
    assert application.speak(CAPTIONED).json() == {"detail": "text: Field required"}
    answer = application.speak(CAPTIONED, text="Hi.", voice="nobody")
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("there is no voice 'nobody'")


def test_a_text_too_long_for_one_answer_is_told_to_stream() -> None:
    application = Application()
    answer = application.speak(CAPTIONED, text="x" * 20_001)
    assert answer.status_code == 413
    assert '"stream": true' in answer.json()["detail"]
    assert not application.speech.asked
