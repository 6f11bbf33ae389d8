from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from types import SimpleNamespace

import pytest

from common.connection import SILENCE_LIMIT, Connection
from common.errors import (
    BadFrame,
    ConnectionLost,
    EngineError,
    InputFailed,
    PeerLeaving,
    SayError,
    StartFailed,
    StateUnusable,
    Stopped,
)
from common.messages.hello import Error, Heartbeat, Notice, Progress
from common.messages.speaking import (
    CLIENT,
    SPEAKER,
    Accepted,
    Audio,
    Credit,
    Done,
    End,
    Flush,
    Played,
    Playing,
    ReadingOptions,
    Speak,
    Text,
    Word,
)
from say import session_loop, speaking
from say.attempt import TEXT_AHEAD
from say.speaking import AUDIO_CREDIT, MOST_CRASHES, MOST_TRIES, SECOND, Speaking
from say.spool import TextSpool
from say.utterance import Event, Request, Spoken
from tests.fakes.peers import CREDIT, Peer, Servers

TEXT = "One. Two. Three."
PCM = b"\1\0" * 12_000  # half a second


def request(sink: str = CLIENT) -> Request:
    return Request("af_heart", sink, "auto", "", 1.0, 1.0, False, {})


class Told:
    """What the caller of Speaking gets to know."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.written: list[bytes] = []
        self.pauses: list[float] = []


def speak(servers: Servers, text: str | TextSpool = TEXT, told: Told | None = None, sink: str = CLIENT) -> Spoken:
    """Speak `text` and close the connection."""
    told = told or Told()
    spool = TextSpool.of(text) if isinstance(text, str) else text
    with spool:
        write = told.written.append if sink == CLIENT else None
        work = Speaking(request(sink), spool, servers.connect, told.events.append, write, told.pauses.append)
        spoken, connection = work.run()
        connection.close()
    return spoken


def lost(peer: Peer) -> None:
    """A server that is gone before it took anything."""


def leaving(peer: Peer) -> None:
    speak = peer.next()
    assert isinstance(speak, Speak)
    peer.send(Error("peer_leaving", "the voice server is leaving", "", speak.id))


def garbled(peer: Peer) -> None:
    peer.connection._socket.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    peer.wait_for_the_end()


def crashing(peer: Peer) -> None:
    """A server that takes the request and dies."""
    peer.accept()
    peer.text()


# The way it should be


def test_text_goes_out_and_each_piece_is_written_whole() -> None:
    def script(peer: Peer) -> str:
        peer.accept()
        text = peer.text()
        peer.audio(0, PCM)
        peer.play(0, 5, PCM)
        peer.play(1, 16, PCM)
        peer.done(1.5, 2)
        return text

    told = Told()
    with Servers(script) as servers:
        spoken = speak(servers, told=told)

    assert servers.results == [TEXT] and servers.fresh == [False]
    assert told.written == [PCM + PCM, PCM]
    assert spoken == Spoken(1.5, 2, "tone", len(TEXT))
    assert [type(event) for event in told.events] == [Accepted, Played, Played]


def test_the_connection_serves_again_and_what_was_meant_for_the_last_request_is_ignored() -> None:
    def script(peer: Peer) -> None:
        peer.speak_all()
        old = peer.request
        peer.send(Error("stopped", "late", "", old))
        peer.accept()
        peer.connection.send(Audio(old, 7, 4), b"\0" * 4)
        peer.send(
            Played(old, 7, 1), Credit(old, text=5), Playing(old, 7), Done(old, 9.0, 9), Notice("late", "late", old)
        )
        text = peer.text()
        peer.play(0, len(text), PCM)
        peer.done()

    told = Told()
    with Servers(script) as servers, TextSpool.of(TEXT) as first, TextSpool.of("Four.") as second:
        _, connection = Speaking(request(), first, servers.connect, told.events.append, told.written.append).run()
        told.events.clear()
        told.written.clear()
        again = Speaking(request(), second, lambda _: connection, told.events.append, told.written.append)
        spoken, same = again.run()
        connection.close()

    assert same is connection and spoken.pieces == 1
    assert told.written == [PCM]
    assert [type(event) for event in told.events] == [Accepted, Played]


@pytest.mark.parametrize("first", [3, TEXT_AHEAD - 1, TEXT_AHEAD, TEXT_AHEAD + 2])
def test_no_more_text_goes_out_than_was_granted_and_what_goes_ahead(first: int) -> None:
    whole = "ab" * TEXT_AHEAD

    def script(peer: Peer) -> str:
        peer.accept(credit=first)
        granted, text = first, ""
        while not isinstance(message := peer.next(), End):
            assert isinstance(message, Text)
            text += message.text
            assert len(text) <= max(granted, TEXT_AHEAD)
            while len(text) >= granted:
                granted += 1000
                peer.send(Credit(peer.request, text=1000))
        peer.play(0, len(text))
        peer.done()
        return text

    with Servers(script) as servers, TextSpool.of(whole) as spool:
        Speaking(request(), spool, servers.connect, lambda event: None).run()[1].close()

    assert servers.results == [whole]


def test_a_short_text_and_its_end_come_before_the_request_is_accepted() -> None:
    def script(peer: Peer) -> None:
        opening = peer.next()
        assert isinstance(opening, Speak)
        assert peer.next() == Text(opening.id, TEXT, len(TEXT))
        assert peer.next() == End(opening.id)
        peer.send(
            Accepted(opening.id, "tone", 24_000), Credit(opening.id, text=CREDIT), Played(opening.id, 0, len(TEXT))
        )
        peer.send(Done(opening.id, 1.0, 1))

    with Servers(script) as servers:
        speak(servers)


@pytest.mark.parametrize(("sink", "granted"), [(CLIENT, AUDIO_CREDIT), (SPEAKER, 0)])
def test_sound_is_granted_at_first_and_again_as_it_comes(sink: str, granted: int) -> None:
    def script(peer: Peer) -> None:
        speak = peer.accept()
        assert speak.audio_credit == granted
        peer.text()
        if sink == CLIENT:
            for length in (48_000, 2):
                peer.audio(0, b"\0" * length)
                assert peer.next() == Credit(peer.request, audio=length)
        peer.play(0, len(TEXT))
        peer.done()

    with Servers(script) as servers:
        speak(servers, sink=sink)


def test_flush_marks_are_passed_on_where_they_stand_and_again_after_a_crash() -> None:
    def script(peer: Peer) -> list[object]:
        peer.accept()
        got: list[object] = []
        while not got or not isinstance(got[-1], End):
            got.append(peer.next())
        if not peer.start:
            return got[:0]
        peer.play(0, 16)
        peer.done()
        return got

    def first(peer: Peer) -> None:
        peer.accept()
        assert peer.next() == Text(peer.request, "One. ", 16) and peer.next() == Flush(peer.request)
        assert peer.next() == Text(peer.request, "Two. ", 16) and peer.next() == Flush(peer.request)
        peer.play(0, 5)

    spool = TextSpool()
    for sentence in ("One. ", "Two. "):
        spool.append(sentence)
        spool.mark_flush()
    spool.append("Three.")
    spool.finish()
    with Servers(first, script) as servers:
        speak(servers, spool)

    messages = [
        (type(message), getattr(message, "text", ""))
        for message in servers.results[1]  # type: ignore[attr-defined]  # a list
    ]
    # The mark at the very beginning flushes nothing, and costs nothing.
    assert [one for one in messages if one != (Flush, "")] == [(Text, "Two. "), (Text, "Three."), (End, "")]
    assert messages[messages.index((Text, "Two. ")) + 1] == (Flush, "")


def test_text_that_comes_later_is_sent_when_it_comes() -> None:
    spool = TextSpool()

    def script(peer: Peer) -> None:
        peer.accept()
        for sentence, total in (("One. ", 5), ("Two.", 9)):
            spool.append(sentence)
            assert peer.next() == Text(peer.request, sentence, total)
        spool.finish()
        assert isinstance(peer.next(), End)
        peer.play(0, 9)
        peer.done()

    with Servers(script) as servers:
        assert speak(servers, spool).characters == 9


def test_a_text_larger_than_the_spool_arrives_whole_while_its_writer_waits() -> None:
    text = "".join(f"Sentence {index}. " for index in range(20_000))
    told_full: list[bool] = []

    def script(peer: Peer) -> str:
        peer.accept(credit=5000)
        arrived = ""
        index = 0
        while not isinstance(message := peer.next(), End):
            if isinstance(message, Text):
                arrived += message.text
                peer.play(index, len(arrived))
                peer.send(Credit(peer.request, text=len(message.text)))
                index += 1
        peer.play(index, len(arrived))
        peer.done()
        return arrived

    spool = TextSpool(disk_limit=1 << 14, on_full=lambda: told_full.append(True), memory_limit=1 << 12)

    def write() -> None:
        assert spool.append(text)
        spool.finish()

    writer = threading.Thread(target=write)
    with Servers(script) as servers:
        writer.start()
        speak(servers, spool)
        writer.join(10)

    assert servers.results == [text] and told_full == [True]


# Retrying


def test_before_it_is_accepted_a_request_is_repeated_freely() -> None:
    refusals = [lost, leaving, garbled] * (MOST_CRASHES + 1)
    told = Told()
    with Servers(*refusals, Peer.speak_all) as servers:
        spoken = speak(servers, told=told)

    assert servers.results[-1] == TEXT
    assert spoken.pieces == 1
    assert servers.fresh == [False] + [True] * len(refusals)
    assert len(told.pauses) == len(refusals) and max(told.pauses) <= 0.25


def test_a_server_that_cannot_even_be_found_is_looked_for_again() -> None:
    faults: list[SayError] = [StateUnusable("stale"), ConnectionLost("gone"), PeerLeaving("leaving")]

    with Servers(Peer.speak_all) as servers, TextSpool.of(TEXT) as spool:

        def connect(fresh: bool) -> Connection:
            if faults:
                raise faults.pop()
            return servers.connect(fresh)

        _, connection = Speaking(request(SPEAKER), spool, connect, lambda _: None, None, lambda _: None).run()
        connection.close()

    assert servers.fresh == [True]


def test_after_that_it_resumes_with_the_first_piece_not_played_and_no_half_piece_is_written() -> None:
    def first(peer: Peer) -> None:
        assert peer.accept().start == 0
        peer.text()
        peer.play(0, 5, PCM)
        peer.audio(1, b"\7\0" * 100)  # of a piece that it does not finish

    def second(peer: Peer) -> str:
        speak = peer.accept()
        assert (speak.start, speak.engine) == (5, "tone")  # the engine never changes within an utterance
        text = peer.text()
        peer.play(0, 10, PCM)
        peer.play(1, 16, PCM)
        peer.done(1.0, 2)
        return text

    told = Told()
    with Servers(first, second) as servers:
        spoken = speak(servers, told=told)

    assert servers.results[1] == "Two. Three."
    assert told.written == [PCM] * 3
    assert spoken == Spoken(3 * len(PCM) / SECOND, 3, "tone", len(TEXT))


def test_a_spool_whose_beginning_was_forgotten_is_spoken_from_there_as_the_rest_of_the_whole() -> None:
    def script(peer: Peer) -> str:
        assert peer.accept().start == 5
        text = peer.text()
        peer.play(0, 16, PCM)
        peer.done(0.5, 1)
        return text

    told = Told()
    spool = TextSpool.of(TEXT)
    spool.forget(5)
    with Servers(script) as servers:
        speak(servers, spool, told)

    assert servers.results == [TEXT[5:]]
    assert told.written == [PCM]


def test_word_times_count_from_the_first_sample_that_was_written_and_no_word_is_told_twice() -> None:
    def first(peer: Peer) -> None:
        peer.accept()
        peer.text()
        peer.send(Word(peer.request, 0, 3, 0.1, 0.4))
        peer.play(0, 5, PCM)
        peer.send(Word(peer.request, 5, 8, 0.6, 0.9))  # of a piece that it does not finish
        peer.audio(1, PCM)

    def second(peer: Peer) -> None:
        peer.accept()
        peer.text()
        peer.send(Word(peer.request, 5, 8, 0.1, 0.4))
        peer.play(0, 10, PCM)
        peer.send(Word(peer.request, 10, 15, 0.6, 0.9))
        peer.play(1, 16, PCM)
        peer.done(1.0, 2)

    told = Told()
    with Servers(first, second) as servers:
        speak(servers, told=told)

    words = [(word.start, word.end, word.at, word.until) for word in told.events if isinstance(word, Word)]
    assert words == [(0, 3, 0.1, 0.4), (5, 8, 0.6, 0.9), (10, 15, 1.1, 1.4)]


def test_what_was_reported_before_a_crash_counts_however_late_it_is_read() -> None:
    """The client learns of the crash when it sends; what had come in by then must not be spoken again."""

    def first(peer: Peer) -> None:
        peer.accept()
        peer.text()
        peer.play(0, 16)

    def second(peer: Peer) -> None:
        assert peer.accept().start == 16
        assert peer.text() == ""
        peer.done(0.0, 0)

    with Servers(first, second) as servers:
        assert speak(servers).pieces == 1


def test_a_text_that_takes_the_server_down_each_time_is_given_up_and_named() -> None:
    def first(peer: Peer) -> None:
        peer.accept()
        peer.text()
        peer.play(0, 5)

    with Servers(first, *[crashing] * (MOST_CRASHES - 1)) as servers, pytest.raises(ConnectionLost) as caught:
        speak(servers)

    assert "Not spoken: 'Two. Three.'." in caught.value.hint


def test_a_server_that_dies_of_loading_an_engine_is_not_tried_for_ever() -> None:
    """40 daemons were started one after the other, each to die of the same library."""

    def dying(peer: Peer) -> None:
        speak = peer.next()
        assert isinstance(speak, Speak)
        peer.send(Progress("loading", "kokoro", id=speak.id))

    with Servers(*[dying] * MOST_CRASHES) as servers, pytest.raises(ConnectionLost, match="loading kokoro") as caught:
        speak(servers)

    assert "'--engine espeak' speaks without it" in caught.value.hint


def test_another_try_asks_for_the_same_voice_and_the_same_reading() -> None:
    asked: list[Speak] = []

    def dying(peer: Peer) -> None:
        asked.append(peer.accept())

    def last(peer: Peer) -> None:
        asked.append(peer.accept())
        peer.text()
        peer.play(0, len(TEXT), PCM)
        peer.done(0.5, 1)

    reading = ReadingOptions("drop", "CUT", skip_unspeakable=True)
    wanted = replace(request(), voice="mine#0123456789abcdef", voice_file="/home/me/mine.pt", reading=reading)
    with Servers(dying, last) as servers, TextSpool.of(TEXT) as spool:
        _, connection = Speaking(wanted, spool, servers.connect, lambda _: None, lambda _: None, lambda _: None).run()
        connection.close()

    first, second = asked
    assert (second.voice, second.voice_file, second.reading) == (wanted.voice, wanted.voice_file, reading)
    assert replace(second, id=first.id, engine=first.engine, number=first.number, policy=first.policy) == first


def test_a_long_rest_is_named_by_its_beginning() -> None:
    with Servers(*[crashing] * MOST_CRASHES) as servers, pytest.raises(ConnectionLost) as caught:
        speak(servers, "word " * 1000)

    assert caught.value.hint.count("word") == 60 and "and 4700 more characters." in caught.value.hint


def test_what_was_not_spoken_is_named_even_right_behind_a_flush() -> None:
    """Once, it was not, since a flush mark stood in front of it."""

    def first(peer: Peer) -> None:
        peer.accept()
        peer.text()
        peer.play(0, 5)

    spool = TextSpool()
    spool.append("One. ")
    spool.mark_flush()
    spool.append("Two.")
    spool.finish()
    with Servers(first, *[crashing] * (MOST_CRASHES - 1)) as servers, pytest.raises(ConnectionLost) as caught:
        speak(servers, spool)

    assert "Not spoken: 'Two.'." in caught.value.hint


def test_nothing_is_said_of_unspoken_text_where_all_was_heard() -> None:
    def first(peer: Peer) -> None:
        peer.accept()
        peer.text()
        peer.play(0, 16)

    with Servers(first, *[crashing] * (MOST_CRASHES - 1)) as servers, pytest.raises(ConnectionLost) as caught:
        speak(servers)

    assert "Not spoken" not in str(caught.value)


def test_as_long_as_pieces_are_played_no_number_of_crashes_is_too_many() -> None:
    def one_piece(peer: Peer) -> None:
        peer.accept()
        peer.text()
        peer.play(0, peer.start + 1)

    with Servers(*[one_piece] * (MOST_CRASHES * 3), Peer.speak_all) as servers:
        assert speak(servers).pieces == MOST_CRASHES * 3 + 1


def test_the_tries_come_to_an_end() -> None:
    told = Told()
    with Servers(*[lost] * MOST_TRIES) as servers, pytest.raises(ConnectionLost, match="Not spoken"):
        speak(servers, told=told)

    assert len(told.pauses) == MOST_TRIES - 1


@pytest.mark.parametrize("error", [EngineError("broken"), Stopped("stopped"), StartFailed("crashed again and again")])
def test_other_errors_end_it_at_once(error: SayError) -> None:
    def script(peer: Peer) -> None:
        peer.accept()
        peer.send(Error(error.code, error.message, "", peer.request))
        peer.wait_for_the_end()

    with Servers(script) as servers, pytest.raises(type(error)) as caught:
        speak(servers)

    assert caught.value.message == error.message and caught.value.__cause__ is not caught.value


@pytest.mark.parametrize("end", [17, -1])
def test_a_server_that_claims_the_impossible_is_one_to_leave(end: int) -> None:
    def script(peer: Peer) -> None:
        peer.accept()
        peer.text()
        peer.send(Played(peer.request, 0, end))
        peer.wait_for_the_end()

    with Servers(script, Peer.speak_all) as servers:
        assert speak(servers).pieces == 1


# The caller's own code and text


@pytest.mark.parametrize("error", [OSError("disk full"), ConnectionLost("of another kind"), KeyboardInterrupt()])
@pytest.mark.parametrize("where", ["write", "on_event"])
def test_what_the_caller_raises_ends_it_and_is_raised(error: BaseException, where: str) -> None:
    """Once, an error of a kind that servers cause was taken for one, and the piece was written twice."""

    def script(peer: Peer) -> None:
        with suppress(ConnectionLost):  # the client may be gone at any moment
            peer.accept()
            peer.text()
            peer.play(0, 5, PCM)
        peer.wait_for_the_end()

    calls = 0

    def fail(_: object) -> None:
        nonlocal calls
        calls += 1
        raise error

    def ignore(_: object) -> None:
        """Take anything."""

    with Servers(script) as servers, TextSpool.of(TEXT) as spool:
        listeners: tuple[Callable[[object], None], Callable[[object], None]] = (
            (fail, ignore) if where == "on_event" else (ignore, fail)
        )
        with pytest.raises(type(error)) as caught:
            Speaking(request(), spool, servers.connect, *listeners).run()

    assert caught.value is error and calls == 1


def test_text_that_breaks_off_is_spoken_so_far_and_then_its_error_is_raised() -> None:
    def script(peer: Peer) -> str:
        text = peer.speak_all()
        peer.wait_for_the_end()  # the connection is not left open
        return text

    spool = TextSpool()
    spool.append("One.")
    spool.finish(InputFailed("the disk was pulled out"))
    with Servers(script) as servers, pytest.raises(InputFailed):
        speak(servers, spool)

    assert servers.results == ["One."]


# Silence


def test_a_server_that_falls_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class PatientlyReached(Servers):
        def connect(self, fresh: bool = False) -> Connection:
            monkeypatch.setattr(session_loop, "SILENCE_LIMIT", SILENCE_LIMIT)
            return super().connect(fresh)

    def hanging(peer: Peer) -> None:
        peer.accept()
        peer.text()
        monkeypatch.setattr(session_loop, "SILENCE_LIMIT", 0.02)
        peer.send(Heartbeat())  # which lets the limit be looked at
        peer.wait_for_the_end()

    with PatientlyReached(*[hanging] * MOST_CRASHES) as servers, pytest.raises(ConnectionLost, match="silent"):
        speak(servers)


def test_heartbeats_are_enough_to_go_on_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five minutes pass by the client's clock, none of its silences longer than the limit."""
    now, readings = 0.0, 0

    def monotonic() -> float:
        nonlocal readings
        readings += 1
        return now

    monkeypatch.setattr(session_loop, "time", SimpleNamespace(monotonic=monotonic))

    def script(peer: Peer) -> None:
        nonlocal now
        peer.accept()
        peer.text()
        while now < 300:
            seen = readings
            peer.send(Heartbeat(), Progress("loading", "kokoro", peer.request))
            while readings < seen + 2:  # until the client has looked at the clock, and again before it waits
                pass
            now += SILENCE_LIMIT * 0.9
        peer.play(0, 16)
        peer.done()

    with Servers(script) as servers:
        assert speak(servers).pieces == 1


def test_frames_cut_anywhere_make_no_difference() -> None:
    def script(peer: Peer) -> None:
        class Dripping:
            """A socket that sends a byte at a time."""

            def __init__(self, stream: socket.socket) -> None:
                self._stream = stream

            def sendall(self, data: bytes) -> None:
                for index in range(len(data)):
                    self._stream.sendall(data[index : index + 1])

            def __getattr__(self, name: str) -> object:
                return getattr(self._stream, name)

        peer.connection._socket = Dripping(peer.connection._socket)  # type: ignore[assignment]  # enough of one
        peer.accept()
        text = peer.text()
        peer.play(0, len(text), b"\1\0" * 500)
        peer.done()

    told = Told()
    with Servers(script) as servers:
        speak(servers, told=told)

    assert told.written == [b"\1\0" * 500]


def test_bad_frames_are_no_reason_to_lose_a_word() -> None:
    def script(peer: Peer) -> None:
        peer.accept()
        peer.text()
        peer.play(0, 5)
        peer.connection._socket.sendall(b"\xff" * 8)
        peer.wait_for_the_end()

    with Servers(script, Peer.speak_all) as servers:
        speak(servers)

    assert servers.results[1] == "Two. Three."
    assert BadFrame in speaking.TRY_AGAIN
