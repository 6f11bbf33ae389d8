from __future__ import annotations

import asyncio
import errno
import re
import socket
import struct

import pytest

from say.gateways.telephony.answers import KeptSound, SoundLost
from say.gateways.telephony.call import Manners
from tests.say.gateways.telephony.lines import Clock, Line, Peer, Rendered, on_a_line, until


def test_texts_are_answered_in_their_order_and_counted_from_one() -> None:
    async def call(line: Line) -> None:
        peer = await line.call()
        peer.send("1", "2 3", "4")
        assert [await peer.answer() for _ in range(3)] == [(1, [1]), (2, [2, 3]), (3, [4])]
        peer.bye()
        assert await peer.ended()

    line = on_a_line(call)
    assert line.told == []
    assert line.speech.said == [("1", "1"), ("1", "2 3"), ("1", "4")]


def test_by_sentence_each_piece_is_an_answer() -> None:
    async def call(line: Line) -> None:
        peer = await line.call()
        peer.send("1 2", "3")
        assert [await peer.answer() for _ in range(3)] == [(1, [1]), (2, [2]), (3, [3])]

    on_a_line(call, Manners(by_sentence=True))


@pytest.mark.parametrize("by_sentence", [False, True])
@pytest.mark.parametrize("text", ["", "?!", "bad"])
def test_a_text_that_cannot_be_spoken_is_answered_with_no_sound(text: str, by_sentence: bool) -> None:
    async def call(line: Line) -> None:
        peer = await line.call()
        peer.send("1", text, "2")
        assert [await peer.answer() for _ in range(3)] == [(1, [1]), (2, []), (3, [2])]

    line = on_a_line(call, Manners(by_sentence=by_sentence))
    assert line.told == (
        ["call 1: text 2 is not spoken to its end: that cannot be said. Say something else."] if text == "bad" else []
    )


def test_what_was_made_before_an_error_is_sent() -> None:
    async def call(line: Line) -> None:
        peer = await line.call()
        peer.send("1 bad", "2")
        assert [await peer.answer() for _ in range(2)] == [(1, [1]), (2, [2])]

    assert len(on_a_line(call).told) == 1


def test_bye_gives_up_what_is_being_said_and_drops_what_waits() -> None:
    async def call(line: Line) -> None:
        peer = await line.call()
        peer.send("slow", "2")
        await until(lambda: bool(line.speech.said))
        peer.bye()
        assert await peer.ended()
        peer.close()
        assert line.speech.left == ["slow"]

    line = on_a_line(call)
    assert [text for _, text in line.speech.said] == ["slow"]
    assert line.exchange.totals.recent[-1].end == "bye"


def test_a_closed_connection_gives_up_what_is_being_said() -> None:
    async def call(line: Line) -> None:
        peer = await line.call()
        peer.send("slow")
        await until(lambda: bool(line.speech.said))
        peer.close()
        await until(lambda: line.speech.left == ["slow"])

    on_a_line(call)


def test_a_reset_connection_gives_up_what_is_being_said() -> None:
    async def call(line: Line) -> None:
        peer = await line.call()
        peer.send("slow")
        await until(lambda: bool(line.speech.said))
        peer.writer.transport.abort()
        await until(lambda: line.speech.left == ["slow"])

    assert on_a_line(call).told == []


@pytest.mark.parametrize("number", [errno.ETIMEDOUT, errno.EHOSTUNREACH])
@pytest.mark.parametrize("text", [None, "1 slow"])
def test_a_caller_whose_machine_is_gone_has_lost_its_connection_and_done_nothing_wrong(
    text: str | None, number: int
) -> None:
    async def call(line: Line) -> None:
        peer = await line.call()
        if text is not None:
            peer.send(text)
            await until(lambda: bool(line.speech.said))
        await until(lambda: bool(line.exchange.calls))
        line.exchange.calls[0]._reader.set_exception(OSError(number, "as the system's probes find out"))
        await until(lambda: bool(line.exchange.totals.recent))

    line = on_a_line(call)
    assert (line.told, line.exchange.totals.recent[-1].end) == ([], "connection lost")


def test_a_caller_that_takes_nothing_is_dropped_and_others_go_on() -> None:
    async def call(line: Line) -> None:
        line.speech.samples = 24_000 * 60
        stuck = await line.call("1")
        stuck.reader._limit = 1  # type: ignore[attr-defined]  # asyncio reads no more than twice that
        stuck.send(*["1 1 1 1"] * 20)
        await until(lambda: bool(line.told))
        line.speech.samples = 240
        other = await line.call("2")
        other.send("5")
        assert await other.answer() == (1, [5])

    [told] = on_a_line(call, Manners(patience=1.0)).told
    assert re.fullmatch(r"call 1 is ended: it took no sound for 1 s; without answer to \d+ texts", told)


def test_a_caller_that_is_slow_is_not_dropped() -> None:
    async def call(line: Line) -> None:
        line.speech.samples = 24_000 * 4
        clock = Clock()
        peer = await line.call()
        peer.reader._limit = 1 << 14  # type: ignore[attr-defined]
        await _hold_little(line, peer)
        peer.send("1 2 3 4")
        size = struct.unpack("!III", await peer.reader.readexactly(12))[0]
        taken = 0
        while taken < size:
            data = await peer.reader.read(1 << 14)
            assert data
            taken += len(data)
            await clock.pass_by(0.2)  # of 94 times at least

    assert on_a_line(call, Manners(patience=5.0)).told == []


@pytest.mark.parametrize(
    ("bytes_sent", "why"),
    [
        (b"", "a connection from 127.0.0.1 is ended: the call id did not come in time"),
        (b"\0\0\0", "a connection from 127.0.0.1 is ended: the call id did not come in time"),
        (b"\0\0\0\x011\0\0\0\x09half", "call 1 is ended: the rest of a frame did not come in time"),
        (b"\0\0\0\x03abc", "a connection from 127.0.0.1 is ended: the call id is no number of up to 20 digits"),
        (b"GET / HTTP/1.1\r\n\r\n", "is announced, and at most 20 are taken"),
        (b"\0\0\0\x011\x7f\xff\xff\xff", "is announced, and at most 1048576 are taken"),
        (b"\0\0\0\x011\0\0\0\x02\xc3(", "call 1 is ended: a text is not UTF-8 from its byte 0 on"),
    ],
)
def test_a_fault_ends_that_call_with_one_line(bytes_sent: bytes, why: str) -> None:
    async def call(line: Line) -> None:
        other = await line.call("2")
        peer = await line.call(None)
        peer.writer.write(bytes_sent)
        assert await peer.ended()
        peer.close()
        other.send("5")
        assert await other.answer() == (1, [5])

    told = on_a_line(call, Manners(greeting=1.0, patience=1.0)).told
    assert len(told) == 1
    assert why in told[0]


def test_a_fault_that_leaves_texts_unanswered_says_how_many() -> None:
    async def call(line: Line) -> None:
        peer = await line.call()
        peer.send("1")
        await peer.answer()
        peer.send("slow", "2")
        await until(lambda: line.exchange.totals.texts == 3)
        peer.writer.write(b"\0\0\0\x01\xff")
        assert await peer.ended()

    [told] = on_a_line(call).told
    assert told == "call 1 is ended: a text is not UTF-8 from its byte 0 on; without answer to 2 texts"


def test_an_answer_that_cannot_be_gone_on_with_ends_its_call_rather_than_shift_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def call(line: Line) -> None:
        def lose(self: KeptSound, size: int) -> bytes:
            raise SoundLost("its sound cannot be read back: gone")

        peer = await line.call()
        with monkeypatch.context() as patch:
            patch.setattr(KeptSound, "read", lose)
            peer.send("1", "2")
            assert len(await peer.reader.read()) == 12
        other = await line.call("2")
        other.send("3")
        assert await other.answer() == (1, [3])

    [told] = on_a_line(call).told
    assert re.fullmatch("call 1 is ended: its sound cannot be read back: gone; without answer to [12] texts?", told)


def test_a_frame_that_comes_byte_by_byte_has_the_same_deadline() -> None:
    async def call(line: Line) -> None:
        peer = await line.call()
        peer.writer.write(struct.pack("!I", 1000))
        while not line.told:
            peer.writer.write(b"a")
            await asyncio.sleep(0.05)
        assert await peer.ended()

    assert on_a_line(call, Manners(patience=0.3)).told == ["call 1 is ended: the rest of a frame did not come in time"]


def test_a_call_may_be_silent_longer_than_any_deadline() -> None:
    async def call(line: Line) -> None:
        clock = Clock()
        peer = await line.call()
        peer.send("1")
        await peer.answer()
        await clock.pass_by(10.0)
        peer.send("2")
        assert await peer.answer() == (2, [2])

    assert on_a_line(call, Manners(greeting=5.0, patience=5.0)).told == []


def test_a_writer_that_is_faster_than_speech_is_held_back() -> None:
    async def call(line: Line) -> None:
        peer = await line.call()
        peer.send("slow")
        await until(lambda: bool(line.speech.said))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.0):
                for _ in range(200):
                    peer.send("x" * (1 << 19))
                    await peer.writer.drain()
        [under_way] = line.exchange.calls
        assert under_way.figures.waiting <= 4
        line.speech.may_speak.set()
        peer.writer.transport.abort()

    on_a_line(call)


async def _hold_little(line: Line, peer: Peer) -> None:
    """Let the system itself take no megabytes of this call, in either direction."""
    while not line.exchange.calls:
        await asyncio.sleep(0)
    for writer in (line.exchange.calls[0]._writer, peer.writer):
        for buffer in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, buffer, 1 << 17)


def test_a_flood_of_texts_waits_at_the_writer_and_none_is_lost() -> None:
    texts = 400  # of 8000 bytes: more than is taken ahead

    async def call(line: Line) -> None:
        peer = await line.call()
        await _hold_little(line, peer)
        peer.send("slow")

        async def flood() -> None:
            for number in range(texts):
                peer.send(f"{number} {'x' * 8000}")
                await peer.writer.drain()

        writing = asyncio.create_task(flood())
        await until(lambda: not line.exchange.calls[0]._waiting._has_room.is_set())
        received = line.exchange.totals.texts
        assert received <= 257
        await asyncio.sleep(0.2)  # for a flood that goes on
        assert not writing.done()
        assert line.exchange.totals.texts == received
        line.speech.may_speak.set()
        assert await peer.answer() == (1, [])
        for number in range(texts):
            assert await peer.answer() == (number + 2, [number])
        await writing

    line = on_a_line(call)
    assert line.told == []
    assert line.exchange.totals.answers == texts + 1


def test_a_caller_that_is_gone_is_noticed_while_it_is_held_back() -> None:
    async def call(line: Line) -> None:
        peer = await line.call()
        peer.send("slow", *["x"] * 400)
        await until(lambda: bool(line.exchange.calls) and line.exchange.calls[0].figures.waiting >= 256)
        peer.writer.transport.abort()
        await until(lambda: line.speech.left == ["slow"])

    on_a_line(call)


def test_sound_of_one_answer_is_bounded() -> None:
    async def call(line: Line) -> None:
        peer = await line.call()
        peer.send("1 2 3", "4")
        assert [await peer.answer() for _ in range(2)] == [(1, [1, 2]), (2, [4])]

    [told] = on_a_line(call, Manners(most_sound=2 * 480)).told
    assert "more sound than one answer may have" in told


def test_a_log_never_has_a_text() -> None:
    async def call(line: Line) -> None:
        peer = await line.call()
        peer.send("secret bad")
        await peer.answer()
        peer.writer.write(b"\0\0\0\x07secret\xff")
        assert await peer.ended()

    told = on_a_line(call).told
    assert len(told) == 2
    assert "secret" not in " ".join(told)


def test_where_the_system_has_no_more_for_us_a_text_is_answered_all_the_same() -> None:
    def refuse(text: str, call_id: str) -> Rendered:
        raise OSError(24, "Too many open files")

    async def call(line: Line) -> None:
        line.exchange._render, render = refuse, line.exchange._render
        peer = await line.call()
        peer.send("1")
        assert await peer.answer() == (1, [])
        peer.close()
        line.exchange._render = render
        other = await line.call("2")
        other.send("1")
        assert await other.answer() == (1, [1])

    assert on_a_line(call).told == ["call 1: text 1 is not spoken to its end: [Errno 24] Too many open files"]
