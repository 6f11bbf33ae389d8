from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import re
from email.header import decode_header, make_header

import pytest

from common.errors import (
    ConnectionLost,
    EngineError,
    FatalText,
    LanguageUnavailable,
    ModelUnavailable,
    SayError,
    Stopped,
    Unspeakable,
)
from common.settings import load
from say.gateways.http.peer import RESET
from say.gateways.http.wishes import OPENAI_VOICES
from say.wav import UNKNOWN
from tests.fakes.http import JSON, SPEECH, Application, Exchange, decoded, delay_and_likeness, run, samples, until
from tests.fakes.speech import FakeSpeech, pieces_of, sound_of

LONG = "The first sentence. The second one. And a third."
KINDS = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}


@pytest.mark.parametrize("name", KINDS)
def test_each_format_is_the_sound_of_the_text(name: str) -> None:
    answer = Application().speak(input=LONG, response_format=name)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == KINDS[name]
    heard = samples(answer.content) if name == "pcm" else decoded(answer.content)
    assert delay_and_likeness(heard, samples(sound_of(LONG)))[1] > 0.99


def test_mp3_is_what_comes_if_nothing_else_is_asked_for() -> None:
    assert Application().speak(input="Hi.").headers["content-type"] == "audio/mpeg"


def test_a_text_of_one_piece_has_its_length_told() -> None:
    answer = Application().speak(input="Hello.", response_format="wav")
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert int.from_bytes(answer.content[40:44], "little") == len(answer.content) - 44


def test_a_longer_text_is_a_stream() -> None:
    answer = Application().speak(input=LONG, response_format="wav")
    assert "content-length" not in answer.headers
    assert int.from_bytes(answer.content[40:44], "little") == UNKNOWN
    assert answer.content[44:] == sound_of(LONG)


def test_what_is_asked_for_reaches_the_client() -> None:
    application = Application()
    application.speak(
        input="Hello.", voice="af_bella(2)+af_heart(1)", speed=1.5, lang_code="b", volume_multiplier=0.5, model="espeak"
    )
    assert application.speech.asked == [
        {
            "text": "Hello.",
            "voice": "af_bella(2)+af_heart(1)",
            "speed": 1.5,
            "engine": "espeak",
            "language": "en-gb",
            "volume": 0.5,
            "words": False,
            "bulk": False,
            "for": "http 127.0.0.1",
        }
    ]


@pytest.mark.parametrize(
    ("address", "whom"),
    [("2001:db8::1:2", "2001:db8::/64"), ("::ffff:192.0.2.1", "192.0.2.1"), ("192.0.2.1", "192.0.2.1")],
)
def test_a_client_with_many_addresses_has_one_share(address: str, whom: str) -> None:
    application = Application()
    run(Exchange(body={"input": "Hello."}, client=address).run(application))
    assert application.speech.asked[0]["for"] == f"http {whom}"


def test_what_is_left_out_comes_from_the_settings() -> None:
    application = Application(settings=load({"voice": "bm_george", "speed": 0.8}, environment={}))
    application.speak(input="Hello.")
    assert [application.speech.asked[0][name] for name in ("voice", "speed", "engine")] == ["bm_george", 0.8, None]


@pytest.mark.parametrize(("theirs", "ours"), OPENAI_VOICES.items())
def test_voices_of_openai_are_ours(theirs: str, ours: str) -> None:
    application = Application()
    assert application.speak(input="Hello.", voice=theirs).status_code == 200
    assert application.speak(input="Hello.", voice={"id": theirs}).status_code == 200
    assert {asked["voice"] for asked in application.speech.asked} == {ours}


@pytest.mark.parametrize(("asked", "spoken"), [(0.25, 0.5), (4, 2.0)])
def test_a_speed_beyond_what_can_be_spoken_is_clipped_and_told(asked: float, spoken: float) -> None:
    application = Application()
    answer = application.speak(input="Hello.", speed=asked)
    assert application.speech.asked[0]["speed"] == spoken
    assert answer.headers["warning"] == f'299 say "speed {asked:g} is outside 0.5 to 2; spoken at {spoken:g}"'


def test_instructions_are_ignored_and_that_is_told() -> None:
    answer = Application().speak(input="Hello.", instructions="Speak like a pirate.", unknown={"x": 1})
    assert answer.status_code == 200
    assert "instructions" in answer.headers["warning"]
    assert "warning" not in Application().speak(input="Hello.", instructions="").headers


@pytest.mark.parametrize("text", [LONG, "Hello."], ids=["stream", "whole"])
@pytest.mark.parametrize(
    "notice",
    ["espeak speaks, since 'Kokoro' is not here", 'a "quoted" \\ one', "für 日本語 – espeak", "two\r\nX-Lines: x"],
)
def test_what_the_daemon_has_to_say_before_the_first_sound_is_a_warning(notice: str, text: str) -> None:
    answer = Application(FakeSpeech(notices={0: notice})).speak(input=text, speed=4)
    assert answer.status_code == 200
    assert "x-lines" not in answer.headers
    first, told = read_warnings(answer.headers["warning"])
    assert first.startswith("speed 4 is outside")
    assert told == " ".join(notice.split())


def read_warnings(header: str) -> list[str]:
    """Return the sentences of a Warning header."""
    texts = re.findall(r'299 say "((?:[^"\\]|\\.)*)"', header)
    return [str(make_header(decode_header(re.sub(r"\\(.)", r"\1", text)))) for text in texts]


def test_what_the_daemon_has_to_say_without_end_makes_no_head_too_large() -> None:
    answer = Application(FakeSpeech(notices={0: "日本" * 10_000})).speak(input="Hello.")
    assert len(answer.headers["warning"]) < 4096


def test_the_last_event_tells_what_the_daemon_had_to_say() -> None:
    application = Application(FakeSpeech(notices={0: "espeak speaks", 2: "on the CPU"}))
    answer = application.speak(input=LONG, response_format="pcm", stream_format="sse", speed=4)
    assert read_warnings(answer.headers["warning"])[1:] == ["espeak speaks"]
    *deltas, done = events_of(answer.text)
    assert not any("warnings" in event for event in deltas)
    assert [str(told)[:13] for told in done["warnings"]] == ["speed 4 is ou", "espeak speaks", "on the CPU"]  # type: ignore[attr-defined]  # a list


@pytest.mark.parametrize(
    "fields",
    [{"response_format": "WAV"}, {"model": "TTS-1"}, {"stream_format": "Audio"}, {"model": "Kokoro", "voice": "Alloy"}],
)
def test_names_are_taken_in_any_case(fields: dict[str, object]) -> None:
    answer = Application().speak(**{"input": "Hello.", "response_format": "wav", **fields})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/wav")
    assert Application().ask("GET", "/v1/models/TTS-1").json()["id"] == "tts-1"


@pytest.mark.parametrize(
    ("name", "hint"),
    [("af_haert", "Did you mean af_heart"), ("xyzzy", "GET /v1/audio/voices lists them all.")],
)
def test_who_names_no_voice_is_told_one_thing_to_do(name: str, hint: str) -> None:
    message = Application().speak(input="Hello.", voice=name).json()["error"]["message"]
    told, _, rest = message.partition(". ")
    assert told == f"there is no voice {name!r}"
    assert rest.startswith(hint) and "say --" not in rest
    assert rest.count(". ") + rest.count("? ") == 0


@pytest.mark.parametrize(
    ("fields", "status", "code", "param"),
    [
        ({}, 422, "invalid", "input"),
        ({"input": ""}, 400, "empty", "input"),
        ({"input": " \n\t"}, 400, "empty", "input"),
        ({"input": 7}, 422, "invalid", "input"),
        ({"input": "x" * 101}, 413, "text_too_long", "input"),
        ({"input": "x", "voice": "af_nobody"}, 400, "unknown_voice", "voice"),
        ({"input": "x", "voice": "af_sky(0)"}, 400, "unknown_voice", "voice"),
        ({"input": "x", "voice": "../../etc/passwd"}, 400, "unknown_voice", "voice"),
        ({"input": "x", "voice": 7}, 422, "invalid", "voice"),
        ({"input": "x", "voice": {"name": "alloy"}}, 422, "invalid", "voice"),
        ({"input": "x", "voice": {"id": 7}}, 422, "invalid", "voice"),
        ({"input": "x", "model": "gpt-9"}, 404, "model_not_found", "model"),
        ({"input": "x", "speed": 0.1}, 422, "invalid", "speed"),
        ({"input": "x", "speed": "fast"}, 422, "invalid", "speed"),
        ({"input": "x", "speed": True}, 422, "invalid", "speed"),
        ({"input": "x", "lang_code": "q"}, 400, "unknown_language", "lang_code"),
        ({"input": "x", "response_format": "ogg"}, 422, "invalid", "response_format"),
        ({"input": "x", "stream_format": "ndjson"}, 422, "invalid", "stream_format"),
        ({"input": "x", "device": "cuda"}, 400, "usage", None),
        ({"input": "x", "repo_id": "other/Model"}, 400, "usage", None),
        ({"input": "x", "model_repo": "other/Model"}, 400, "usage", None),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_made(
    fields: dict[str, object], status: int, code: str, param: str | None
) -> None:
    application = Application(text_limit=100)

    answer = application.speak(**fields)

    assert answer.status_code == status
    error = answer.json()["error"]
    assert (error["code"], error["param"]) == (code, param)
    assert error["type"] == "invalid_request_error" and error["message"]
    assert not application.speech.asked


def test_what_is_null_is_left_out() -> None:
    application = Application()
    names = ("model", "voice", "speed", "response_format", "stream_format", "instructions", "lang_code")
    answer = application.speak(input="Hello.", **dict.fromkeys(names))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/mpeg")


def test_a_voice_may_be_an_object_with_its_name() -> None:
    application = Application()
    assert application.speak(input="Hello.", voice={"id": "bf_emma"}).status_code == 200
    assert application.speech.asked[0]["voice"] == "bf_emma"


def test_what_runs_on_the_cpu_is_not_taken_for_another_device() -> None:
    application = Application()
    answer = application.speak(input="x", model="espeak", device="cuda")
    assert answer.status_code == 400
    assert "espeak speaks, which runs on the CPU" in answer.json()["error"]["message"]
    assert application.speak(input="x", model="espeak", device="cpu").status_code == 200


@pytest.mark.parametrize("name", ["Ärger", "\ud800", "😀", "\udfff x"])
def test_an_error_quotes_every_character_so_that_json_can_be_read(name: str) -> None:
    answer = Application().ask("POST", SPEECH, content=json.dumps({"input": "x", "model": name}), headers=JSON)
    assert answer.status_code == 404
    assert repr(name) in answer.json()["error"]["message"]


def test_what_cannot_be_spoken_is_told_without_flags_of_say() -> None:
    speech = FakeSpeech(error=Unspeakable("it has no phonemes", "'--skip-unspeakable' leaves it out."))
    message = Application(speech).speak(input="x").json()["error"]["message"]
    assert "it has no phonemes" in message and "--" not in message


def test_the_device_that_the_daemon_has_may_be_named() -> None:
    assert Application().speak(input="x", device="cpu", repo_id="hexgrad/Kokoro-82M").status_code == 200


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (LanguageUnavailable("no such language"), 400),
        (Unspeakable("it has no phonemes"), 422),
        (FatalText("it crashed the model server twice"), 422),
        (Stopped("stopped"), 503),
        (ModelUnavailable("no weights"), 503),
        (ConnectionLost("gone"), 503),
        (EngineError("broken"), 500),
        (SayError("something"), 500),
    ],
)
@pytest.mark.parametrize("kind", ["audio", "sse"])
def test_an_error_before_the_first_sound_has_its_status(error: SayError, status: int, kind: str) -> None:
    answer = Application(FakeSpeech(error=error)).speak(input=LONG, stream_format=kind)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["error"]["message"] == error.message
    assert ("retry-after" in answer.headers) == (status == 503)


def test_what_nobody_thought_of_is_told_without_its_insides(caplog: pytest.LogCaptureFixture) -> None:
    application = Application(FakeSpeech(error=ValueError("inside")))  # type: ignore[arg-type]  # no SayError: that is it
    answer = application.speak(input=LONG)
    assert answer.status_code == 500
    assert answer.json()["error"]["message"] == "something went wrong here. The log of say-serve says what."
    assert "ValueError: inside" in caplog.text
    assert application.services.admission.in_work == 0


@pytest.mark.parametrize(
    ("error", "logged"),
    [
        (Unspeakable(f"no phonemes for {LONG!r}"), "unspeakable"),
        (ConnectionLost("the daemon is gone", f"Not spoken: {LONG!r}"), "the daemon is gone"),
    ],
)
def test_what_is_logged_holds_no_text(error: SayError, logged: str, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        exchange = Exchange(body={"input": LONG, "response_format": "pcm"})
        await exchange.run(Application(FakeSpeech(error=error, fails_at=1)))

    run(scenario())
    assert logged in caplog.text
    assert "sentence" not in caplog.text


def test_an_error_amid_the_sound_breaks_the_answer_off() -> None:
    async def scenario() -> Exchange:
        exchange = Exchange(body={"input": LONG, "response_format": "pcm"})
        await exchange.run(Application(FakeSpeech(error=EngineError("broken"), fails_at=1)))
        return exchange

    exchange = run(scenario())
    assert exchange.sent[0]["status"] == 200
    assert len(exchange.sent) > 1 and not exchange.is_complete


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize(
    "error", [EngineError("broken"), RuntimeError("nobody thought of it")], ids=["told", "unforeseen"]
)
def test_no_end_passes_for_whole(version: str, error: SayError, caplog: pytest.LogCaptureFixture) -> None:
    resets = []

    async def scenario() -> None:
        exchange = Exchange(body={"input": LONG}, version=version, state={RESET: lambda: resets.append(version)})
        with contextlib.suppress(RuntimeError):
            await exchange.run(Application(FakeSpeech(error=error, fails_at=1)))
        assert exchange.sent and not exchange.is_complete

    run(scenario())
    assert resets == (["1.0"] if version == "1.0" else [])


def test_the_first_sound_is_sent_before_the_second_is_made() -> None:
    async def scenario() -> None:
        application = Application(FakeSpeech(gated=True))
        exchange = Exchange(body={"input": LONG, "response_format": "mp3"})
        answering = asyncio.create_task(exchange.run(application))
        await until(lambda: bool(application.speech.asked))
        assert not exchange.sent
        application.speech.allow(1)
        await exchange.until(2)
        assert application.speech.made == 1
        application.speech.allow(2)
        await answering
        assert exchange.is_complete

    run(scenario())


@pytest.mark.parametrize("pieces", [0, 1])
@pytest.mark.parametrize("kind", ["audio", "sse"])
def test_a_client_that_goes_away_ends_its_synthesis(pieces: int, kind: str) -> None:
    async def scenario() -> None:
        application = Application(FakeSpeech(gated=True))
        exchange = Exchange(body={"input": LONG, "response_format": "pcm", "stream_format": kind})
        answering = asyncio.create_task(exchange.run(application))
        await until(lambda: bool(application.speech.asked))
        application.speech.allow(pieces)
        await exchange.until(2 * pieces)
        exchange.gone.set()
        await answering
        assert application.speech.made == pieces
        assert application.speech.stopped == len(application.speech.asked)
        assert application.services.admission.in_work == 0
        assert not exchange.is_complete

    run(scenario())


def test_a_client_that_goes_away_while_it_waits_leaves_its_place_to_others() -> None:
    async def scenario() -> None:
        application = Application(FakeSpeech(gated=True), concurrent=1)
        first, second, third = (Exchange(body={"input": "Hello.", "response_format": "pcm"}) for _ in range(3))
        tasks = [asyncio.create_task(each.run(application)) for each in (first, second, third)]
        await until(lambda: application.services.admission.waiting == 2)
        second.gone.set()
        await tasks[1]
        application.speech.allow(2)
        await asyncio.gather(*tasks)
        assert not second.sent
        assert first.is_complete and third.is_complete
        assert len(application.speech.asked) == 2

    run(scenario())


@pytest.mark.parametrize("kind", ["audio", "sse"])
@pytest.mark.parametrize("sentences", [1, 200], ids=["short", "long"])
def test_who_takes_nothing_holds_up_nobody_else(sentences: int, kind: str) -> None:
    async def scenario() -> None:
        application = Application(concurrent=8, waiting=0)
        body = {"input": "Hello there. " * sentences, "response_format": "pcm", "stream_format": kind}
        taken = asyncio.Event()
        slow = [Exchange(body=body, taken=taken) for _ in range(8)]
        tasks = [asyncio.create_task(each.run(application)) for each in slow]
        for each in slow:
            await each.until(2)
        await until(lambda: not application.services.admission.in_work)
        answer = await application.send("POST", SPEECH, json={"input": LONG, "response_format": "pcm"})
        assert answer.content == sound_of(LONG)
        assert application.speech.made <= 8 * 60  # what is made ahead of those who take nothing has its bound
        taken.set()
        await asyncio.gather(*tasks)
        assert all(each.is_complete for each in slow)
        whole = sound_of(str(body["input"]))
        if kind == "audio":
            assert all(b"".join(part["body"] for part in each.sent[1:]) == whole for each in slow)
        assert application.services.admission.in_work == 0

    run(scenario())


def test_who_comes_when_too_many_wait_is_told_when_to_come_back() -> None:
    async def scenario() -> None:
        application = Application(FakeSpeech(gated=True), concurrent=1, waiting=1)
        patient = [Exchange(body={"input": "Hello.", "response_format": "pcm"}) for _ in range(2)]
        tasks = [asyncio.create_task(each.run(application)) for each in patient]
        await until(lambda: application.services.admission.waiting == 1)
        answer = await application.send("POST", "/v1/audio/speech", json={"input": "Hello."})
        application.speech.allow(2)
        await asyncio.gather(*tasks)
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) >= 1
        assert answer.json()["error"]["type"] == "rate_limit_error"
        assert len(application.speech.asked) == 2

    run(scenario())


def events_of(text: str) -> list[dict[str, object]]:
    return [json.loads(line.removeprefix("data: ")) for line in text.split("\n\n") if line]


def test_events_carry_the_sound_and_what_it_took() -> None:
    answer = Application().speak(input=LONG, response_format="pcm", stream_format="sse")

    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    *deltas, done = events_of(answer.text)
    assert {event["type"] for event in deltas} == {"speech.audio.delta"}
    assert len(deltas) == len(pieces_of(LONG))
    assert b"".join(base64.b64decode(str(event["audio"])) for event in deltas) == sound_of(LONG)
    made = round(len(sound_of(LONG)) / 48_000 * 20)
    usage = {"input_tokens": len(LONG), "output_tokens": made, "total_tokens": len(LONG) + made}
    assert done == {"type": "speech.audio.done", "usage": usage}


def test_an_error_amid_events_is_an_event_and_nothing_is_done() -> None:
    application = Application(FakeSpeech(error=EngineError("broken"), fails_at=1))
    first, last = events_of(application.speak(input=LONG, response_format="pcm", stream_format="sse").text)
    assert first["type"] == "speech.audio.delta"
    assert last["type"] == "error"
    assert last["error"] == {"message": "broken", "type": "server_error", "param": None, "code": "engine"}
