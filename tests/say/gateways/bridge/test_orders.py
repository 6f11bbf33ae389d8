from __future__ import annotations

import json

import pytest

from common.errors import SayError, UnknownVoice, UsageError
from say.gateways.bridge.orders import MOST_BYTES, SPLIT_PATTERN, Order, order_of, read_object

LEAST: dict[str, object] = {"text": "Hello.", "output": "hello.wav"}


def order(environment: dict[str, str] | None = None, **fields: object) -> Order:
    return order_of({**LEAST, **fields}, environment or {})


def test_the_least_payload_has_the_defaults_of_the_caller() -> None:
    assert order() == Order("Hello.", "hello.wav", rate=24_000, split=r"\n+")


def test_every_field_is_followed() -> None:
    found = order(
        voice="bf_emma", lang_code="a", speed=1.5, sample_rate=16_000, repo_id="me/mine", device="cuda:1", split_pattern="[.] "
    )  # fmt: skip

    assert found == Order(
        "Hello.", "hello.wav", "bf_emma", None, "en-us", 1.5, 16_000, "[.] ", "me/mine", "cuda:1", ""
    )  # fmt: skip


def test_other_fields_are_passed_over() -> None:
    assert order(emotion="glad", id=7) == order()


@pytest.mark.parametrize("name", ["voice", "lang_code", "speed", "sample_rate", "repo_id", "device"])
def test_null_is_as_if_it_were_missing(name: str) -> None:
    assert order_of({**LEAST, name: None}, {}) == order()


def test_the_environment_fills_in_what_the_payload_lacks() -> None:
    environment = {
        "VOXWEAVE_KOKORO_REPO_ID": "me/mine",
        "VOXWEAVE_KOKORO_DEVICE": "cuda",
        "VOXWEAVE_KOKORO_SAMPLE_RATE": " 8000 ",
        "VOXWEAVE_KOKORO_SPLIT_PATTERN": "[;]",
    }

    found = order(environment)
    assert (found.repository, found.device, found.rate, found.split) == ("me/mine", "cuda", 8000, "[;]")
    found = order(environment, repo_id="a/b", device="cpu", sample_rate=48_000, split_pattern="x")
    assert (found.repository, found.device, found.rate, found.split) == ("a/b", "cpu", 48_000, "x")


def test_it_is_known_where_a_pattern_stands() -> None:
    environment = {"VOXWEAVE_KOKORO_SPLIT_PATTERN": "x"}
    assert order(environment).split_named == "VOXWEAVE_KOKORO_SPLIT_PATTERN"
    assert order(environment, split_pattern="y").split_named == "split_pattern"
    assert order(environment, split_pattern=None).split_named == "split_pattern"


@pytest.mark.parametrize("pattern", [r"\pL+", r"\p{Greek}", r"\x{2028}", r"(?U)\s+", r"\Q.\E", "[[:^alpha:]]"])
def test_what_re2_has_and_python_has_not_is_left_to_re2(pattern: str) -> None:
    assert order(split_pattern=pattern).split == pattern


def test_an_empty_variable_counts_as_unset() -> None:
    assert order({"VOXWEAVE_KOKORO_SAMPLE_RATE": "", "VOXWEAVE_KOKORO_SPLIT_PATTERN": ""}) == order()


@pytest.mark.parametrize("pattern", [None, ""])
def test_no_split_pattern_is_none_whatever_the_environment_says(pattern: object) -> None:
    assert order({"VOXWEAVE_KOKORO_SPLIT_PATTERN": "x"}, split_pattern=pattern).split == ""


def test_a_wrong_variable_is_named_if_it_counts() -> None:
    environment = {"VOXWEAVE_KOKORO_SAMPLE_RATE": "loud"}

    with pytest.raises(UsageError, match=r"^VOXWEAVE_KOKORO_SAMPLE_RATE: is 'loud'"):
        order(environment)
    assert order(environment, sample_rate=24_000).rate == 24_000


@pytest.mark.parametrize(("asked", "taken"), [(0.01, 0.5), (0.4, 0.5), (2.5, 2.0), (1e300, 2.0)])
def test_a_speed_that_kokoro_was_not_made_for_becomes_the_nearest_and_is_told(asked: float, taken: float) -> None:
    found = order(speed=asked)

    assert found.speed == taken
    assert found.note == f"speed {asked:g} is beyond 0.5 to 2, and {taken:g} is taken"


@pytest.mark.parametrize("speed", [0.5, 1, 2.0])
def test_a_speed_within_the_limits_is_taken_without_a_word(speed: float) -> None:
    assert (order(speed=speed).speed, order(speed=speed).note) == (speed, "")


def test_a_whole_number_may_be_written_as_a_float() -> None:
    assert order(sample_rate=22_050.0).rate == 22_050


def test_the_path_of_a_voice_pack_is_a_voice() -> None:
    assert (order(voice="mine/me.pt").voice, order(voice="mine/me.pt").voice_file) == (None, "mine/me.pt")


def test_a_blend_is_a_voice() -> None:
    assert order(voice="af_bella,af_sky").voice is not None


def test_a_wrong_voice_names_the_field_and_the_nearest() -> None:
    with pytest.raises(UnknownVoice, match=r"^voice: there is no voice 'af_hart'\. Did you mean af_heart"):
        order(voice="af_hart")


WRONG_VALUES: dict[str, tuple[object, ...]] = {
    "text": (None, 1, 1.5, True, [], {}, ["a"]),
    "output": (None, 1, True, [], {}, "", "a\0b", "folder/", "\ud800.wav"),
    "voice": (1, True, [], {}, "nobody", "af_heart(", "../af_heart", "a" * 100_000),
    "lang_code": (1, True, [], {}, "x", "en", "aa", "english"),
    "speed": ("1", True, [], {}, 0, -1, -0.5, float("inf"), float("nan"), 10**400),
    "sample_rate": ("24000", True, [], {}, 0, -1, 3999, 192_001, 10**400, 0.5, float("inf"), float("nan")),
    "repo_id": (1, True, [], {}),
    "device": (1, True, [], {}),
    "split_pattern": (1, True, [], {}),
}
WRONG = [(name, value) for name, values in WRONG_VALUES.items() for value in values]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_an_error_that_begins_with_its_field_and_says_what_to_do(name: str, value: object) -> None:
    with pytest.raises(SayError) as raised:
        order_of({**LEAST, name: value}, {})

    assert raised.value.message.startswith(f"{name}: ")
    assert raised.value.hint
    assert len(str(raised.value)) < 500


@pytest.mark.parametrize("name", LEAST)
def test_what_must_be_there_is_named_if_it_is_not(name: str) -> None:
    with pytest.raises(UsageError, match=f"^{name}: is missing"):
        order_of({key: value for key, value in LEAST.items() if key != name}, {})


@pytest.mark.parametrize("text", ["", " ", "\n\t\u2003"])
def test_blank_text_is_none_the_less_an_order(text: str) -> None:
    assert order(text=text).text == text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the payload is empty"),
        (b" \n\t", "the payload is empty"),
        (b"\xef\xbb\xbf", "the payload is empty"),
        (b"{", "no JSON"),
        (b"{'text': 1}", "no JSON"),
        (b"[]", "is a list, not an object"),
        (b'"text"', "is a string, not an object"),
        (b"1", "is a number, not an object"),
        (b"true", "is a boolean, not an object"),
        (b"null", "is null, not an object"),
        (b"{}{}", "more than one JSON value"),
        (b"{}\n{}", "more than one JSON value"),
        (b'{"text": NaN}', "has NaN"),
        (b'{"speed": -Infinity}', "has -Infinity"),
        (b'{"text": "a", "text": "b"}', "text: is there twice"),
        (b'{"a": {"b": 1, "b": 2}}', "b: is there twice"),
        (b'{"text": "\xff"}', "not UTF-8, from byte 10 on"),
        ('{"text": "a"}'.encode("utf-16"), "not UTF-8"),
        ('{"text": "a"}'.encode("utf-16-le"), "has a zero at byte 1, as UTF-16 does"),
        (b'{"text": "a"}\0', "has a zero at byte 13"),
        (b'{"speed": ' + b"1" * 5000 + b"}", "has a number of too many digits"),
        (b"[" * 100_000, "has too many lists or objects in one another"),
        (b" " * (MOST_BYTES + 1), "more than 16 MiB"),
    ],
)
def test_what_is_not_one_object_is_an_error_that_says_why(data: bytes, message: str) -> None:
    with pytest.raises(UsageError, match=message) as raised:
        read_object(data)

    assert raised.value.hint
    assert "\n" not in str(raised.value)


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read_object(b"\xef\xbb\xbf" + json.dumps(LEAST).encode()) == LEAST


def test_the_pattern_of_the_caller_is_the_default() -> None:
    assert order(split_pattern=SPLIT_PATTERN) == order()
