from __future__ import annotations

import contextlib
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import BadFrame
from say.gateways.telephony.frames import (
    BYE,
    MOST_TEXT,
    Bye,
    Decoder,
    Hello,
    Message,
    Text,
    answer_header,
    read_call_id,
    to_float,
)


def framed(content: bytes) -> bytes:
    return struct.pack("!I", len(content)) + content


GOODBYE = struct.pack("!I", BYE)


def taken(decoder: Decoder) -> list[Message]:
    messages = []
    while (message := decoder.take()) is not None:
        messages.append(message)
    return messages


def decoded(data: bytes, cuts: list[int]) -> list[Message]:
    """Return the messages of `data`, which arrives cut at these places."""
    decoder, messages = Decoder(), []
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    for start, end in zip(places, places[1:], strict=False):
        decoder.feed(data[start:end])
        messages += taken(decoder)
    return messages


@given(st.integers(0, 10**20 - 1), st.lists(st.text(max_size=40), max_size=8), st.lists(st.integers(0, 500)))
def test_what_was_sent_arrives_however_it_was_cut(call_id: int, texts: list[str], cuts: list[int]) -> None:
    data = b"".join(framed(part.encode()) for part in [str(call_id), *texts]) + GOODBYE

    assert decoded(data, cuts) == [Hello(str(call_id)), *map(Text, texts), Bye()]


@given(st.binary(max_size=200), st.lists(st.integers(0, 200)))
def test_bytes_mean_the_same_however_they_are_cut(data: bytes, cuts: list[int]) -> None:
    def outcome(cuts: list[int]) -> object:
        try:
            return decoded(data, cuts)
        except BadFrame as error:
            return str(error)

    assert outcome(cuts) == outcome([])


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_end_the_call(data: bytes) -> None:
    decoder = Decoder()
    decoder.feed(framed(b"1"))
    decoder.feed(data)
    messages = [decoder.take()]
    with contextlib.suppress(BadFrame):
        messages += taken(decoder)

    assert messages[0] == Hello("1")
    assert all(isinstance(message, (Text, Bye)) for message in messages[1:])


def test_messages_ahead_of_a_fault_are_given() -> None:
    decoder = Decoder()
    decoder.feed(framed(b"7") + framed(b"Good.") + framed(b"\xff"))

    assert (decoder.take(), decoder.take()) == (Hello("7"), Text("Good."))
    with pytest.raises(BadFrame, match="not UTF-8"):
        decoder.take()


@pytest.mark.parametrize("call_id", [b"", b"12a", b"-1", b"1.0", b" 1", "٣".encode(), b"9" * 21, b"\0"])
def test_a_call_id_is_a_number(call_id: bytes) -> None:
    decoder = Decoder()
    decoder.feed(framed(call_id))

    with pytest.raises(BadFrame, match="call id"):
        decoder.take()


def test_a_call_id_has_one_spelling() -> None:
    assert [read_call_id(text) for text in (b"7", b"007", b"000", b"18446744073709551615")] == [
        "7",
        "7",
        "0",
        "18446744073709551615",
    ]


def test_a_text_may_have_a_mebibyte_and_no_byte_more() -> None:
    decoder = Decoder()
    decoder.feed(framed(b"1") + framed(b"a" * MOST_TEXT) + struct.pack("!I", MOST_TEXT + 1))
    decoder.take()

    message = decoder.take()
    assert isinstance(message, Text)
    assert len(message.text) == MOST_TEXT
    with pytest.raises(BadFrame, match=f"at most {MOST_TEXT}"):
        decoder.take()


@pytest.mark.parametrize("opening", [b"GET / HTTP/1.1", b"POST /", b"\x16\x03\x01\x02\x00", b"\xff\xff\xff\xfe"])
def test_other_protocols_are_found_out_at_their_fourth_byte(opening: bytes) -> None:
    decoder = Decoder()
    decoder.feed(opening[:3])
    assert decoder.take() is None
    decoder.feed(opening[3:4])
    with pytest.raises(BadFrame):
        decoder.take()


def test_nothing_that_follows_the_end_counts() -> None:
    decoder = Decoder()
    decoder.feed(framed(b"1") + GOODBYE + framed(b"Too late."))

    assert taken(decoder) == [Hello("1"), Bye()]
    decoder.feed(b"\xff" * 100)
    assert decoder.take() is None
    assert not decoder.has_begun


def test_a_part_of_a_frame_is_known_to_be_one() -> None:
    decoder = Decoder()
    decoder.feed(framed(b"1"))
    taken(decoder)
    assert not decoder.has_begun
    decoder.feed(b"\0")
    taken(decoder)
    assert decoder.has_begun


def test_an_answer_has_length_rate_and_number_in_network_byte_order() -> None:
    assert answer_header(samples=3, chunk_id=2).hex() == "0000000c" + "00005dc0" + "00000002"


@given(st.lists(st.integers(-32768, 32767)))
def test_samples_are_little_endian_floats_of_exactly_the_same_value(samples: list[int]) -> None:
    floats = np.frombuffer(to_float(struct.pack(f"<{len(samples)}h", *samples)), "<f4")

    assert (floats * 32768).tolist() == samples
    assert all(-1 <= sample <= 1 for sample in floats)
