"""Steering an utterance through its control, against servers that follow a script."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import cast

import pytest

from common.errors import BadFrame, BadSpeed, ConnectionLost, SayError, Stopped
from common.messages.hello import Error
from common.messages.speaking import (
    BACK,
    PAUSE,
    REPLAY,
    RESUME,
    SKIP,
    SPEAKER,
    SPEED,
    Accepted,
    Cancel,
    Credit,
    Moved,
    Played,
    Speak,
    Standing,
    Steer,
)
from say.control import Control
from say.exits import Interrupted
from say.speaking import MOST_CRASHES, Speaking
from say.spool import TextSpool
from say.utterance import Event, Request, Spoken
from tests.fakes.peers import CREDIT, Peer, Servers

TEXT = "One. Two. Three."
REQUEST = Request("af_heart", SPEAKER, "auto", "", 1.0, 1.0, False, {}, "", "message", "interrupt")


def speak(servers: Servers, control: Control, heard: Callable[[Event], None] = lambda _: None) -> Spoken:
    with TextSpool.of(TEXT) as spool:
        work = Speaking(REQUEST, spool, servers.connect, heard, sleep=lambda _: None, control=control)
        spoken, connection = work.run()
        connection.close()
    return spoken


def accept(peer: Peer, number: int = 7) -> Speak:
    """Take a request as a server of this version does."""
    speak = peer.next()
    assert isinstance(speak, Speak)
    peer.request, peer.start = speak.id, speak.start
    peer.send(Accepted(speak.id, "tone", 24_000, number), Credit(speak.id, text=CREDIT))
    return speak


def steer(peer: Peer) -> tuple[str, float]:
    message = peer.next()
    assert isinstance(message, Steer) and message.id == peer.request, message
    return message.action, message.amount


def finish(peer: Peer) -> None:
    peer.play(0, len(TEXT))
    peer.done()


def test_every_command_reaches_the_server_in_order() -> None:
    control = Control()

    def script(peer: Peer) -> list[tuple[str, float]]:
        accept(peer)
        peer.text()
        control.pause()
        control.resume()
        control.skip()
        control.skip(3)
        control.back(2)
        control.replay()
        control.set_speed(1.5)
        got = [steer(peer) for _ in range(7)]
        finish(peer)
        return got

    with Servers(script) as servers:
        assert speak(servers, control).number == 7
    assert servers.results == [
        [(PAUSE, 1.0), (RESUME, 1.0), (SKIP, 1), (SKIP, 3), (BACK, 2), (REPLAY, 1.0), (SPEED, 1.5)]
    ]


def test_toggle_follows_what_the_server_says() -> None:
    control = Control()

    def script(peer: Peer) -> list[str]:
        accept(peer)
        peer.text()
        got = []
        for _ in range(2):
            control.toggle()
            got.append(steer(peer)[0])
            peer.send(Standing(peer.request, "paused" if got[-1] == PAUSE else "speaking"))
        # Paused from another terminal; what comes after it tells that it was understood.
        peer.send(Standing(peer.request, "paused"), Played(peer.request, 0, 4))
        assert told.wait(10)
        control.toggle()
        got.append(steer(peer)[0])
        finish(peer)
        return got

    told = threading.Event()
    with Servers(script) as servers:
        speak(servers, control, lambda event: told.set() if isinstance(event, Played) else None)
    assert servers.results == [[PAUSE, RESUME, RESUME]]


def test_the_speed_changes_in_steps_within_its_limits() -> None:
    control = Control()

    def script(peer: Peer) -> list[float]:
        accept(peer)
        peer.text()
        for _ in range(12):
            control.change_speed(0.1)
        control.change_speed(-5)
        speeds = [steer(peer)[1] for _ in range(13)]
        finish(peer)
        return speeds

    with Servers(script) as servers:
        speak(servers, control)
    assert servers.results == [[1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0, 2.0, 2.0, 0.5]]


@pytest.mark.parametrize("factor", [0.4, 2.1, float("nan"), -1])
def test_a_speed_that_makes_no_sense_is_refused(factor: float) -> None:
    with pytest.raises(BadSpeed):
        Control().set_speed(factor)


def test_what_was_asked_for_before_speech_began_is_done_from_the_start() -> None:
    control = Control()
    control.pause()
    control.set_speed(1.3)
    control.skip(2)

    def script(peer: Peer) -> None:
        speak = accept(peer)
        assert (speak.paused, speak.speed) == (True, 1.3)
        assert steer(peer) == (SKIP, 2)
        peer.text()
        finish(peer)

    with Servers(script) as servers:
        speak(servers, control)


def test_a_retry_keeps_place_number_pause_and_speed_and_forces_its_way_only_once() -> None:
    control = Control()

    def first(peer: Peer) -> Speak:
        speak = accept(peer)
        peer.text()
        peer.play(0, 5)
        control.pause()
        control.set_speed(0.8)
        assert [steer(peer), steer(peer)] == [(PAUSE, 1.0), (SPEED, 0.8)]
        return speak

    def second(peer: Peer) -> tuple[Speak, str]:
        speak = accept(peer)
        text = peer.text()
        finish(peer)
        return speak, text

    with Servers(first, second) as servers:
        assert speak(servers, control).number == 7
    speak_1, (speak_2, text) = servers.results[0], cast(tuple[Speak, str], servers.results[1])
    assert isinstance(speak_1, Speak)
    assert (speak_1.number, speak_1.policy, speak_1.paused, speak_1.start) == (0, "interrupt", False, 0)
    assert speak_2 == replace(
        speak_1, id=speak_2.id, number=7, policy="queue", paused=True, speed=0.8, start=5, engine="tone"
    )
    assert text == "Two. Three."


@pytest.mark.parametrize(("states", "held"), [(["waiting", "held"], True), (["held", "waiting"], False)])
def test_a_retry_tells_that_it_was_held_with_all_others(states: list[str], held: bool) -> None:
    def first(peer: Peer) -> bool:
        speak = accept(peer)
        peer.text()
        peer.send(*(Standing(peer.request, state) for state in states))
        return speak.held

    def second(peer: Peer) -> bool:
        speak = accept(peer)
        peer.text()
        finish(peer)
        return speak.held

    with Servers(first, second) as servers:
        speak(servers, Control())
    assert servers.results == [False, held]


def test_before_it_was_accepted_a_retry_is_the_same_request() -> None:
    def lost(peer: Peer) -> object:
        return peer.next()

    def script(peer: Peer) -> Speak:
        speak = accept(peer)
        peer.text()
        finish(peer)
        return speak

    with Servers(lost, script) as servers:
        speak(servers, Control())
    first, second = servers.results
    assert isinstance(first, Speak) and isinstance(second, Speak)
    assert second == replace(first, id=second.id)


def test_a_retry_begins_where_speech_went_to() -> None:
    def back(peer: Peer) -> None:
        accept(peer)
        peer.text()
        peer.play(0, 5)
        peer.play(1, 10)
        peer.send(Moved(peer.request, 5))

    def again(peer: Peer) -> str:
        speak = accept(peer)
        assert speak.start == 5
        text = peer.text()
        peer.play(0, 10)
        peer.send(Moved(peer.request, 5))
        peer.play(0, 10)
        finish(peer)
        return text

    events: list[Event] = []
    with Servers(back, again) as servers:
        speak(servers, Control(), events.append)
    assert servers.results[1] == "Two. Three."
    assert [event.start for event in events if isinstance(event, Moved)] == [5, 5]


@pytest.mark.parametrize("place", [-1, len(TEXT) + 1])
def test_a_server_that_goes_where_there_is_no_text_is_not_believed(place: int) -> None:
    def wild(peer: Peer) -> None:
        accept(peer)
        peer.text()
        peer.send(Moved(peer.request, place))
        peer.wait_for_the_end()

    with Servers(*[wild] * MOST_CRASHES) as servers, pytest.raises(BadFrame):
        speak(servers, Control())


# Ending it


def test_stop_returns_when_the_server_has_fallen_silent() -> None:
    control = Control()

    def script(peer: Peer) -> None:
        accept(peer)
        peer.text()
        control.stop()
        assert peer.next() == Cancel(peer.request)
        peer.send(Error("cancelled", "cancelled", "", peer.request))
        peer.wait_for_the_end()

    with Servers(script) as servers, pytest.raises(Stopped):
        speak(servers, control)


@pytest.mark.parametrize("reply", ["end", "silence"])
def test_stop_does_not_wait_for_a_server_that_does_not_answer(reply: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("say.speaking.CANCEL_TIMEOUT", 0.05)
    control = Control()

    def script(peer: Peer) -> None:
        accept(peer)
        peer.text()
        control.stop()
        assert isinstance(peer.next(), Cancel)
        if reply == "silence":
            peer.wait_for_the_end()

    with Servers(script) as servers, pytest.raises(Stopped):
        speak(servers, control)


def test_stop_before_it_began_means_that_it_never_begins() -> None:
    control = Control()
    control.stop()

    def script(peer: Peer) -> None:
        with pytest.raises(ConnectionLost):
            peer.next()

    with Servers(script) as servers, pytest.raises(Stopped):
        speak(servers, control)


def test_stop_during_a_crash_ends_it_without_another_try() -> None:
    control = Control()

    def script(peer: Peer) -> None:
        accept(peer)
        peer.text()
        control.stop()

    with Servers(script) as servers, pytest.raises(Stopped):
        speak(servers, control)


def test_what_others_report_as_cancelled_is_not_taken_for_our_own_stop() -> None:
    def script(peer: Peer) -> None:
        accept(peer)
        peer.text()
        peer.send(Error("cancelled", "cancelled by 'say --cancel'", "", peer.request))
        peer.wait_for_the_end()

    with Servers(script) as servers, pytest.raises(SayError, match="say --cancel") as caught:
        speak(servers, Control())
    assert caught.value.code == "cancelled"


def test_an_interruption_drops_the_connection_at_once() -> None:
    control, interrupt = Control(), Interrupted(2)

    def script(peer: Peer) -> None:
        accept(peer)
        peer.text()
        control.end_with(interrupt)
        peer.wait_for_the_end()

    with Servers(script) as servers, pytest.raises(Interrupted) as caught:
        speak(servers, control)
    assert caught.value is interrupt


def test_an_interruption_at_the_very_end_is_not_lost() -> None:
    control = Control()

    def script(peer: Peer) -> None:
        accept(peer)
        peer.text()
        with suppress(ConnectionLost):  # the client may be gone before it is done
            finish(peer)

    def interrupt(event: Event) -> None:
        if isinstance(event, Played):
            control.end_with(Interrupted(2))

    with Servers(script) as servers, pytest.raises(Interrupted):
        speak(servers, control, interrupt)


def test_a_control_is_harmless_when_all_is_over() -> None:
    control = Control()

    def script(peer: Peer) -> None:
        accept(peer)
        peer.text()
        finish(peer)

    with Servers(script) as servers:
        speak(servers, control)
    assert not control.in_session
    control.stop()
    control.pause()


def test_commands_after_the_end_are_not_kept() -> None:
    """They piled up in a control that lived on."""
    control = Control()
    control.begin()
    control.pause()
    control.finish()
    control.skip()
    control.stop()
    control.call_soon(lambda: None)
    assert (control.take(), control.take_calls(), control.stopping) == ([], [], False)


def test_going_back_to_text_that_is_no_longer_kept_is_a_fault_of_the_server() -> None:
    """The next try would have asked the spool for text that it had let go."""
    text = "Word. " * 20

    def script(peer: Peer) -> None:
        accept(peer)
        peer.text()
        peer.play(0, len(text) // 2)
        with suppress(ConnectionLost):
            peer.send(Moved(peer.request, 0))
            peer.wait_for_the_end()

    def again(peer: Peer) -> int:
        start = accept(peer).start
        peer.text()
        peer.play(0, len(text))
        peer.done()
        return start

    with Servers(script, again) as servers, TextSpool(history=8) as spool:
        spool.append(text)
        spool.finish()
        Speaking(REQUEST, spool, servers.connect, lambda _: None, sleep=lambda _: None).run()[1].close()
    assert servers.results[1] == len(text) // 2


# What accompanies a session


def test_descriptors_and_ticks_are_looked_after() -> None:
    control = Control()
    reading, writing = os.pipe()
    read: list[bytes] = []
    ticked = threading.Event()
    woken = threading.Event()

    def take() -> None:
        read.append(os.read(reading, 10))
        if read[-1] == b"last":
            control.unwatch(reading)
            woken.set()

    control.watch(reading, take)
    control.every(0.01, ticked.set)

    def script(peer: Peer) -> None:
        accept(peer)
        peer.text()
        os.write(writing, b"first")
        assert ticked.wait(10)
        while not read:
            pass
        os.write(writing, b"last")
        assert woken.wait(10)
        os.write(writing, b"nobody looks any more")
        finish(peer)

    try:
        with Servers(script) as servers:
            speak(servers, control)
    finally:
        os.close(reading)
        os.close(writing)
    assert read == [b"first", b"last"]


def test_what_shall_be_done_soon_is_done_after_the_commands_before_it() -> None:
    control = Control()
    done = threading.Event()

    def script(peer: Peer) -> None:
        accept(peer)
        peer.text()
        control.pause()
        control.call_soon(done.set)
        assert steer(peer) == (PAUSE, 1.0)
        assert done.wait(10)
        finish(peer)

    with Servers(script) as servers:
        speak(servers, control)


def test_an_error_of_what_accompanies_it_ends_it() -> None:
    control = Control()
    error = ConnectionLost("of another kind")

    def fail() -> None:
        raise error

    def script(peer: Peer) -> None:
        with suppress(ConnectionLost):
            accept(peer)
            peer.text()
        control.call_soon(fail)
        peer.wait_for_the_end()

    with Servers(script) as servers, pytest.raises(ConnectionLost) as caught:
        speak(servers, control)
    assert caught.value is error


def test_a_thousand_commands_from_four_threads_all_arrive() -> None:
    control = Control()
    count = 250

    def press() -> None:
        for _ in range(count):
            control.skip()

    def script(peer: Peer) -> int:
        accept(peer)
        peer.text()
        threads = [threading.Thread(target=press) for _ in range(4)]
        for thread in threads:
            thread.start()
        arrived = 0
        while arrived < 4 * count:
            assert steer(peer)[0] == SKIP
            arrived += 1
        for thread in threads:
            thread.join(10)
        finish(peer)
        return arrived

    with Servers(script) as servers:
        speak(servers, control)
    assert servers.results == [4 * count]


def test_reports_that_were_on_their_way_when_something_was_asked_for_are_out_of_date() -> None:
    control = Control()
    control.speed = 1.0
    control.pause()
    control.set_speed(1.2)
    control.take()
    control.report(paused=False, speed=1.0)
    assert control.paused and control.speed == 1.2
    control.report(paused=True, speed=1.1)
    control.report(paused=True, speed=1.2)
    control.report(paused=False, speed=1.0)  # by somebody else, from now on
    assert not control.paused and control.speed == 1.0
