from __future__ import annotations

from common.messages.speaking import SPEAKER, ReadingOptions, Speak
from common.messages.synthesis import Begin
from common.records import fields_of, replace
from voice_server.beginning import begin_of


def test_all_that_the_model_server_knows_of_a_request_is_passed_on() -> None:
    plain = Speak("r", "af_heart", SPEAKER, "tone")
    unusual = replace(
        plain,
        language="en-gb",
        priority="important",
        policy="drop",
        number=7,
        speed=1.5,
        volume=0.5,
        held=True,
        voice_file="/a/voice.pt",
        reading=ReadingOptions(split="line"),
        client="4711",
        bulk=True,
    )
    for name in fields_of(Begin):
        assert getattr(begin_of(unusual), name) == getattr(unusual, name)
        assert getattr(begin_of(plain), name) == getattr(plain, name)
    assert {name for name in fields_of(Begin) if getattr(unusual, name) == getattr(plain, name)} == {
        "voice",
        "engine",
        "sink",
    }
