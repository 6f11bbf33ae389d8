from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import BadFrame
from common.frames import MAX_JSON, MAX_RAW, Frame, FrameDecoder, encode, parse_object
from tests.cpu_time import LINEAR, growth

# Any text, unpaired surrogates among it: `st.text()` leaves those out unless asked.
TEXTS = st.text(st.characters(codec=None, exclude_categories=()), max_size=50)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=10,
)
OBJECTS = st.dictionaries(TEXTS.filter(lambda name: name != "bytes"), JSON_VALUES, max_size=6)


def with_raw(fields: dict[str, object], raw: bytes) -> Frame:
    return Frame({**fields, "bytes": len(raw)} if raw else fields, raw)


FRAMES = st.builds(with_raw, OBJECTS, st.binary(max_size=200))


def frame_of(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + body


def decode(data: bytes, max_json: int = MAX_JSON) -> list[Frame]:
    return list(FrameDecoder(max_json).feed(data))


@given(st.lists(FRAMES, max_size=5), st.lists(st.integers(min_value=0, max_value=2000), max_size=12))
def test_frames_come_out_as_they_went_in_wherever_the_stream_is_cut(frames: list[Frame], cuts: list[int]) -> None:
    stream = b"".join(encode(frame.fields, frame.raw) for frame in frames)
    bounds = sorted({0, len(stream), *(min(cut, len(stream)) for cut in cuts)})
    decoder = FrameDecoder()

    decoded = [
        frame for start, end in zip(bounds, bounds[1:], strict=False) for frame in decoder.feed(stream[start:end])
    ]

    assert decoded == frames
    assert not decoder.mid_frame


@given(st.lists(FRAMES, min_size=1, max_size=3))
def test_frames_come_out_of_single_bytes(frames: list[Frame]) -> None:
    decoder = FrameDecoder()
    stream = b"".join(encode(frame.fields, frame.raw) for frame in frames)

    decoded = [frame for index in range(len(stream)) for frame in decoder.feed(stream[index : index + 1])]

    assert decoded == frames


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_frames_or_a_bad_frame(data: bytes) -> None:
    try:
        decode(data)
    except BadFrame:
        pass


@given(st.binary(max_size=300))
def test_an_arbitrary_body_is_an_object_or_a_bad_frame(body: bytes) -> None:
    try:
        assert isinstance(parse_object(body), dict)
    except BadFrame:
        pass


@given(FRAMES, st.data())
def test_a_frame_with_one_byte_changed_is_frames_or_a_bad_frame(frame: Frame, data: st.DataObject) -> None:
    stream = bytearray(encode(frame.fields, frame.raw))
    stream[data.draw(st.integers(0, len(stream) - 1))] = data.draw(st.integers(0, 255))
    try:
        decode(bytes(stream))
    except BadFrame:
        pass


@given(FRAMES)
def test_a_cut_frame_is_waited_for(frame: Frame) -> None:
    stream = encode(frame.fields, frame.raw)
    decoder = FrameDecoder()

    assert list(decoder.feed(stream[:-1])) == []
    assert decoder.mid_frame
    assert list(decoder.feed(stream[-1:])) == [frame]


@pytest.mark.parametrize("length", [0, 1, MAX_JSON + 1, 2**31, 2**32 - 1])
def test_an_impossible_length_is_refused_before_its_bytes_come(length: int) -> None:
    with pytest.raises(BadFrame):
        decode(struct.pack(">I", length))


def test_the_limit_before_authentication_is_lower_and_can_be_raised() -> None:
    frame = encode({"text": "x" * 100})
    decoder = FrameDecoder(max_json=50)
    with pytest.raises(BadFrame):
        list(decoder.feed(frame))

    decoder = FrameDecoder(max_json=50)
    decoder.max_json = MAX_JSON
    assert len(list(decoder.feed(frame))) == 1


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" * 200_000, id="deep lists"),
        pytest.param(b'{"a":' * 100_000 + b"1" + b"}" * 100_000, id="deep objects"),
        pytest.param(b'{"a":' + b"9" * 5000 + b"}", id="an integer of 5,000 digits"),
        pytest.param(b'{"a":NaN}', id="NaN"),
        pytest.param(b'{"a":-Infinity}', id="infinity"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'"text"', id="a string"),
        pytest.param(b"12", id="a number"),
        pytest.param(b"{}x", id="something behind it"),
        pytest.param(b"{'a':1}", id="other quotes"),
        pytest.param(b"\xff\xfe{\x00}\x00", id="UTF-16"),
        pytest.param(b"\xef\xbb\xbf{}", id="a byte order mark"),
        pytest.param(b'{"a":"\xed\xa0\x80"}', id="a surrogate in UTF-8"),
        pytest.param(b'{"a":"\n"}', id="a bare line feed"),
    ],
)
def test_what_is_no_json_object_is_a_bad_frame(body: bytes) -> None:
    with pytest.raises(BadFrame):
        decode(frame_of(body))


@pytest.mark.parametrize("announced", [-1, MAX_RAW + 1, 2**70, 1.0, True, None, "1", [], {}])
def test_an_impossible_number_of_raw_bytes_is_refused_before_they_come(announced: object) -> None:
    with pytest.raises(BadFrame):
        decode(frame_of(json.dumps({"bytes": announced}).encode()))


def test_of_duplicate_keys_the_last_counts() -> None:
    assert decode(frame_of(b'{"a":1,"a":2}')) == [Frame({"a": 2})]


def test_unpaired_surrogates_survive() -> None:
    assert decode(encode({"text": "a\ud800b\udcff"})) == [Frame({"text": "a\ud800b\udcff"})]


def test_frames_are_ascii_so_that_no_text_encoding_matters() -> None:
    assert encode({"text": "Käse 🧀"}).isascii()


@pytest.mark.parametrize("fields, raw", [({"text": "x" * MAX_JSON}, b""), ({"bytes": MAX_RAW + 1}, bytes(MAX_RAW + 1))])
def test_what_no_peer_would_take_is_not_sent(fields: dict[str, object], raw: bytes) -> None:
    with pytest.raises(BadFrame):
        encode(fields, raw)


def test_a_number_that_json_does_not_have_is_not_sent() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode({"at": math.nan})


def test_the_largest_frame_is_taken() -> None:
    fields: dict[str, object] = {
        "text": "x" * (MAX_JSON - len(json.dumps({"text": "", "bytes": MAX_RAW}))),
        "bytes": MAX_RAW,
    }
    raw = bytes(MAX_RAW)

    assert decode(encode(fields, raw)) == [Frame(fields, raw)]


def test_time_to_decode_grows_with_the_input_and_not_faster() -> None:
    def frame_of(size: int) -> Callable[[], None]:
        stream = encode({"text": "x" * size})
        decoder = FrameDecoder()

        def decode_bytewise() -> None:
            for index in range(len(stream)):
                for _ in decoder.feed(stream[index : index + 1]):
                    pass

        return decode_bytewise

    assert growth(frame_of, 20_000, 200_000) < LINEAR


def test_many_frames_in_one_read_do_not_take_quadratic_time() -> None:
    def frames(count: int) -> Callable[[], object]:
        return partial(decode, encode({"a": "x" * 1000}) * count)

    assert growth(frames, 1000, 20_000) < LINEAR
