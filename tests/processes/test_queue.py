"""Many who want the loudspeaker: looked at, held, steered, ended and ranked from any terminal."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import pytest

from common.connection import Connection
from common.errors import EXIT_DROPPED, EXIT_STOPPED, DaemonError
from common.messages.control import (
    CancelNumber,
    Queue,
    QueuedUtterance,
    QueueReport,
    Recall,
    Recalled,
    Status,
    StatusReport,
    Steered,
    SteerNumber,
    Stop,
    StopReport,
    Waited,
    WaitFor,
)
from common.messages.hello import Error, Heartbeat
from say.hold import HELD
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.lives import kill, model_servers, voice_servers
from tests.fakes.pulse import NullSink, Recording, Samples
from tests.fakes.saying import saying
from tests.fakes.tones import followed, heard, most_at_once, short_text, text_of_pieces, tones_of

pytestmark = pytest.mark.sound

T = TypeVar("T")

VOICE = "af_heart"
LONG = text_of_pieces(3)  # 6 s
SLOWLY = ("-s", "0.5")  # lasts longer than anything that a test does before it ends it
LONG_TONES = tones_of(LONG)
LASTING = text_of_pieces(6)  # 24 s where it is spoken slowly, for tests that start several clients one after the other
LASTING_TONES = tones_of(LASTING)


def ask(daemon: Daemon, request: object, kind: type[T]) -> T:
    with daemon.connect() as connection:
        return answer(connection, request, kind)


def answer(connection: Connection, request: object, kind: type[T]) -> T:
    connection.send(request)
    while isinstance(message := connection.receive(30.0)[0], Heartbeat):
        pass
    assert isinstance(message, kind), message
    return message


def queue(daemon: Daemon) -> tuple[QueuedUtterance, ...]:
    return ask(daemon, Queue(), QueueReport).utterances


def states(daemon: Daemon) -> list[tuple[int, str]]:
    return [(one.number, one.state) for one in queue(daemon)]


def wait_for_states(daemon: Daemon, *expected: str) -> None:
    eventually(lambda: [state for _, state in states(daemon)] == list(expected), f"a queue of {expected}")


def other_texts(count: int, unlike: Sequence[int] = LONG_TONES) -> tuple[list[str], list[int]]:
    """Return short texts, and their tones: apart from each other and `unlike`."""
    texts: list[str] = []
    tones: list[int] = []
    for number in range(count):
        texts.append(short_text(VOICE, unlike=[*unlike, *tones], words=f"Text number {number} of a few"))
        tones += tones_of(texts[-1])
    return texts, tones


def order(recorded: Samples, frequencies: Sequence[int]) -> list[int]:
    """Return the tones as they followed each other, after a look whether each was alone."""
    assert most_at_once(recorded, frequencies) <= 1
    return followed(recorded, frequencies)


def assert_all_of_it(played: Sequence[int], others: Sequence[int], *, in_between: bool = True) -> None:
    """Look whether LONG was heard whole, its parts in order, a sentence that was cut off perhaps twice, and `others` too:
    before its end, if they came in between."""
    mine = [tone for tone in played if tone in LONG_TONES]
    assert [tone for tone, before in zip(mine, [0, *mine], strict=False) if tone != before] == LONG_TONES, played
    assert sorted(tone for tone in played if tone in others) == sorted(others), played
    assert (played[-1] == LONG_TONES[-1]) == in_between, played


def assert_ended(client: subprocess.Popen[bytes], status: int = os.EX_OK) -> bytes:
    _, said = client.communicate(timeout=30)
    assert (client.returncode, said if status == os.EX_OK else b"") == (status, b"")
    return said


def wait_for_tone(recording: Recording, frequency: int, seconds: float = 0.3) -> None:
    def sounds() -> bool:
        return any(each.end - each.start > seconds for each in heard(recording.samples, [frequency]))

    eventually(sounds, f"a tone of {frequency} Hz")


# Looking


def test_the_queue_tells_who_speaks_who_waits_and_what(daemon: Daemon, sink: NullSink) -> None:
    (second, third), _ = other_texts(2)
    with sink.record() as recording, saying(daemon, *SLOWLY, LONG), ExitStack() as stack:
        recording.wait_for_sound()
        stack.enter_context(saying(daemon, "--priority", "reading", second))
        wait_for_states(daemon, "speaking", "waiting")
        stack.enter_context(saying(daemon, "--priority", "message", third))
        wait_for_states(daemon, "speaking", "waiting", "waiting")
        speaking, message, reading = queue(daemon)
        assert (speaking.priority, speaking.total) == ("", len(LONG))
        assert LONG.startswith(speaking.text.rstrip("…")) and speaking.voice == VOICE
        assert (message.priority, message.text) == ("message", third)
        assert (reading.priority, reading.text) == ("reading", second)
        assert [each.number - speaking.number for each in (reading, message)] == [1, 2]
        assert speaking.age > reading.age > message.age
        wait_for_tone(recording, LONG_TONES[1])
        eventually(lambda: 0 < queue(daemon)[0].played < len(LONG), "progress")
        assert ask(daemon, Stop(), StopReport) == StopReport(3)


def test_what_is_written_to_a_file_is_in_the_queue_and_can_be_cancelled(tmp_path: Path) -> None:
    with Daemon(tmp_path, tone_delay=1.0) as daemon, saying(daemon, "-o", "a.wav", LASTING) as client:
        eventually(lambda: states(daemon) == [(1, "writing")], "it is listed")
        ask(daemon, CancelNumber(1), Steered)
        assert b"--cancel" in assert_ended(client, EXIT_STOPPED)
        assert ask(daemon, WaitFor(1), Waited) == Waited(1, "stopped")
        assert not (tmp_path / "a.wav").exists()


@pytest.mark.own_daemon
def test_the_status_tells_how_the_last_utterances_went(daemon: Daemon, sink: NullSink) -> None:
    (first, second), _ = other_texts(2)
    with saying(daemon, LONG) as speaking:
        wait_for_states(daemon, "speaking")
        with saying(daemon, first) as waiting:
            assert_ended(speaking)
            assert_ended(waiting)
    assert daemon.run_say("-o", "a.wav", second).returncode == 0
    eventually(lambda: len(ask(daemon, Status(), StatusReport).recent) == 3, "all three are told of")
    one, two, three = ask(daemon, Status(), StatusReport).recent
    assert [each.outcome for each in (one, two, three)] == ["spoken"] * 3
    assert [each.sink for each in (one, two, three)] == ["speaker", "speaker", "client"]
    assert one.seconds > 5 and 0 < two.seconds < 1 and 0 < three.seconds < 1
    assert two.waited > 1 and two.waited > one.waited
    assert all(0 < each.first_audio < 20 and each.real_time_factor > 0 for each in (one, two, three))
    assert one.real_time_factor < 1  # the others are so short that a machine which stands still for a moment decides


# Holding and steering


def test_all_is_silent_while_held_and_no_word_is_lost(daemon: Daemon, sink: NullSink) -> None:
    (second,), tones = other_texts(1)
    with sink.record() as recording, saying(daemon, LONG) as speaking:
        wait_for_tone(recording, LONG_TONES[0])
        assert ask(daemon, SteerNumber("pause"), Steered) == Steered(1)
        wait_for_states(daemon, "held")  # else a hole in what sounds may be taken for its end
        recording.wait_for_silence()
        held = len(recording.samples)
        with saying(daemon, second) as waiting:
            wait_for_states(daemon, "held", "held")
            recording.wait_for_samples(24_000)
            assert not order(recording.samples[held:], LONG_TONES + tones)
            assert ask(daemon, SteerNumber("resume"), Steered) == Steered(2, held=True)
            assert_ended(speaking)
            assert_held_and_ended(waiting)
        recording.wait_for_silence()
        recorded = recording.samples
    assert_all_of_it(order(recorded, LONG_TONES + tones), tones, in_between=False)


def assert_held_and_ended(client: subprocess.Popen[bytes]) -> None:
    _, said = client.communicate(timeout=30)
    assert (client.returncode, said) == (os.EX_OK, f"say: {HELD}\n".encode())


def test_a_hold_outlasts_what_it_silenced(daemon: Daemon, sink: NullSink) -> None:
    (second,), tones = other_texts(1)
    with sink.record() as recording:
        with saying(daemon, LONG) as speaking:
            recording.wait_for_sound()
            ask(daemon, SteerNumber("pause"), Steered)
            wait_for_states(daemon, "held")  # else a hole in what sounds may be taken for its end
            recording.wait_for_silence()
            held = len(recording.samples)
            speaking.send_signal(signal.SIGINT)
            speaking.wait(30)
        eventually(lambda: not queue(daemon), "it is gone")
        assert ask(daemon, Queue(), QueueReport).held
        with saying(daemon, second) as client:
            wait_for_states(daemon, "held")
            recording.wait_for_samples(24_000)
            assert not order(recording.samples[held:], LONG_TONES + tones)
            assert ask(daemon, SteerNumber("resume"), Steered) == Steered(1, held=True)
            assert_held_and_ended(client)


@pytest.mark.own_daemon
def test_a_crash_of_the_model_server_breaks_no_silence_that_was_asked_for(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(daemon, LONG) as speaking:
        wait_for_tone(recording, LONG_TONES[0])
        ask(daemon, SteerNumber("pause"), Steered)
        wait_for_states(daemon, "held")
        recording.wait_for_silence()
        silent = len(recording.samples)
        (killed,) = model_servers(daemon)
        kill(killed)
        eventually(lambda: model_servers(daemon) not in ([], [killed]), "there is another one", 30.0)
        eventually(lambda: _states_if_there(daemon) == [(1, "held")], "it is held again", 30.0)
        recording.wait_for_samples(24_000)
        assert not order(recording.samples[silent:], LONG_TONES)
        assert ask(daemon, SteerNumber("resume"), Steered) == Steered(1, held=True)
        _, said = speaking.communicate(timeout=30)
        assert speaking.returncode == os.EX_OK, said
        recording.wait_for_silence()
        assert_all_of_it(order(recording.samples, LONG_TONES), [], in_between=True)


def _states_if_there(daemon: Daemon) -> list[tuple[int, str]]:
    """Return the states, none while the daemon is not there."""
    try:
        return states(daemon)
    except DaemonError:
        return []


def test_sentences_are_skipped_from_another_terminal(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(daemon, *SLOWLY, LONG) as speaking:
        wait_for_tone(recording, LONG_TONES[0])
        assert ask(daemon, SteerNumber("skip", amount=2.0), Steered) == Steered(1)
        assert_ended(speaking)
        recording.wait_for_silence()
        assert order(recording.samples, LONG_TONES) == [LONG_TONES[0], LONG_TONES[2]]
    assert ask(daemon, SteerNumber("skip"), Steered) == Steered(0)


def test_one_of_several_is_paused_by_its_number_and_the_next_speaks(daemon: Daemon, sink: NullSink) -> None:
    (second,), tones = other_texts(1)
    with sink.record() as recording, saying(daemon, LONG) as speaking:
        wait_for_tone(recording, LONG_TONES[0])
        ((number, _),) = states(daemon)
        assert ask(daemon, SteerNumber("pause", number), Steered) == Steered(1)
        with saying(daemon, second) as other:
            assert_ended(other)
        eventually(lambda: states(daemon) == [(number, "paused")], "the other one is gone")
        assert ask(daemon, SteerNumber("resume"), Steered) == Steered(1)
        assert_ended(speaking)
        recording.wait_for_silence()
        assert_all_of_it(order(recording.samples, LONG_TONES + tones), tones)


# Ending and awaiting


@pytest.mark.parametrize("which", [0, 1])
def test_one_is_cancelled_and_the_others_go_on(daemon: Daemon, sink: NullSink, which: int) -> None:
    (second, third), tones = other_texts(2)
    with sink.record() as recording, saying(daemon, *SLOWLY, LONG) as first, ExitStack() as stack:
        recording.wait_for_sound()
        clients = [first]
        for text in (second, third):
            clients.append(stack.enter_context(saying(daemon, text)))
            eventually(lambda: len(queue(daemon)) == len(clients), "it is in the queue")  # noqa: B023  # used at once
        number = queue(daemon)[which].number
        ask(daemon, CancelNumber(number), Steered)
        cancelled = clients.pop(which)
        assert b"--cancel" in assert_ended(cancelled, EXIT_STOPPED)
        for client in clients:
            assert_ended(client)
        recording.wait_for_silence()
        played = order(recording.samples, LONG_TONES + tones)
    assert played[-1] == tones[1] and (tones[0] in played) == (which == 0)
    assert (LONG_TONES[2] in played) == (which == 1)
    error = ask(daemon, CancelNumber(number), Error)
    assert (error.code, "stopped" in error.message) == ("no_utterance", True)


def test_whoever_waits_for_a_number_learns_the_outcome(daemon: Daemon, sink: NullSink) -> None:
    (first, second), _ = other_texts(2)
    with saying(daemon, *SLOWLY, LASTING) as long:
        eventually(lambda: bool(queue(daemon)), "it began")
        with saying(daemon, first) as spoken, saying(daemon, second) as killed:
            wait_for_text(daemon, first)
            wait_for_text(daemon, second)
            numbers = {one.text: one.number for one in queue(daemon)}
            with daemon.connect() as one, daemon.connect() as two:
                killed.kill()
                assert answer(one, WaitFor(numbers[second]), Waited).outcome == "cancelled"
                long.send_signal(signal.SIGINT)
                assert answer(two, WaitFor(numbers[first]), Waited).outcome == "spoken"
            assert_ended(spoken)


@pytest.mark.parametrize("victims", [voice_servers, model_servers])
@pytest.mark.own_daemon
def test_a_crash_costs_an_utterance_neither_its_number_nor_whoever_waits(
    daemon: Daemon, sink: NullSink, victims: Callable[[Daemon], list[int]]
) -> None:
    with sink.record() as recording, saying(daemon, LONG) as speaking:
        wait_for_tone(recording, LONG_TONES[1])
        (before,) = queue(daemon)
        for pid in victims(daemon):
            kill(pid)
        eventually(lambda: bool(model_servers(daemon)), "there is a model server")
        eventually(lambda: _waited_for(daemon, before.number) == "spoken", "it is spoken", 30.0)
        assert_ended(speaking)
        assert ask(daemon, WaitFor(before.number), Waited) == Waited(before.number, "spoken")


def _waited_for(daemon: Daemon, number: int) -> str:
    """Return the outcome, "" if the daemon is not there yet."""
    try:
        return ask(daemon, WaitFor(number), Waited).outcome
    except DaemonError:
        return ""


def test_a_number_that_was_never_given_is_not_waited_for(tmp_path: Path) -> None:
    """Once, whoever asked a new daemon learned so after 15 s."""
    with Daemon(tmp_path) as daemon:
        asked = time.monotonic()
        assert ask(daemon, WaitFor(7), Waited) == Waited(7, "lost")
        assert time.monotonic() - asked < 12


@pytest.mark.own_daemon
def test_what_was_spoken_last_is_remembered(daemon: Daemon, sink: NullSink) -> None:
    assert ask(daemon, Recall(), Recalled).number == 0
    (first, second), _ = other_texts(2)
    for text in (first, second):
        assert daemon.run_say("-s", "1.5", "--volume", "0.5", text).returncode == 0
    assert daemon.run_say("-o", "a.wav", LONG).returncode == 0
    recalled = ask(daemon, Recall(), Recalled)
    assert (recalled.number, recalled.text, recalled.complete) == (2, second, True)
    assert (recalled.voice, recalled.engine, recalled.speed, recalled.volume) == (VOICE, "tone", 1.5, 0.5)


# Priorities and policies


def test_what_is_important_cuts_in_and_the_rest_goes_on_afterwards(daemon: Daemon, sink: NullSink) -> None:
    (urgent,), tones = other_texts(1)
    with sink.record() as recording, saying(daemon, LONG) as speaking:
        wait_for_tone(recording, LONG_TONES[0])
        with saying(daemon, "--priority", "important", urgent) as cutting:
            assert_ended(cutting)
            assert speaking.poll() is None
            assert_ended(speaking)
        recording.wait_for_silence()
        assert_all_of_it(order(recording.samples, LONG_TONES + tones), tones)


def test_background_reading_makes_way_and_goes_on(daemon: Daemon, sink: NullSink) -> None:
    (first, second), tones = other_texts(2)
    with sink.record() as recording, saying(daemon, "--priority", "reading", LONG) as reading:
        wait_for_tone(recording, LONG_TONES[0])
        with saying(daemon, first) as plain, saying(daemon, second) as other:
            assert_ended(plain)
            assert_ended(other)
        assert_ended(reading)
        recording.wait_for_silence()
        assert_all_of_it(order(recording.samples, LONG_TONES + tones), tones)


def test_a_newer_text_takes_the_place_of_an_older_one(daemon: Daemon, sink: NullSink) -> None:
    (newer,), tones = other_texts(1)
    with sink.record() as recording, saying(daemon, *SLOWLY, "--priority", "text", LONG) as older:
        recording.wait_for_sound()
        with saying(daemon, "--priority", "text", newer) as client:
            assert_ended(client)
        assert b"not spoken to its end" in assert_ended(older, EXIT_DROPPED)
        recording.wait_for_silence()
        played = order(recording.samples, LONG_TONES + tones)
    assert played[0] == LONG_TONES[0] and played[-1:] == tones and LONG_TONES[-1] not in played


def test_of_a_series_of_progress_the_last_is_spoken(daemon: Daemon, sink: NullSink) -> None:
    texts, tones = other_texts(4, unlike=LASTING_TONES)
    with sink.record() as recording, saying(daemon, *SLOWLY, LASTING) as speaking, ExitStack() as stack:
        recording.wait_for_sound()
        clients = []
        for text in texts:
            clients.append(stack.enter_context(saying(daemon, "--priority", "progress", text)))
            wait_for_text(daemon, text)
        *older, last = clients
        for client in older:
            assert_ended(client, EXIT_DROPPED)
        ask(daemon, SteerNumber("skip", amount=5.0), Steered)  # they are all there: nothing more to wait for
        assert_ended(speaking)
        assert_ended(last)
        recording.wait_for_silence()
        played = order(recording.samples, LASTING_TONES + tones)
    assert played[-1] == tones[-1] and set(played[:-1]) <= set(LASTING_TONES)


def wait_for_text(daemon: Daemon, text: str) -> None:
    """Wait until an utterance waits for the loudspeaker."""
    eventually(lambda: any((one.text, one.state) == (text, "waiting") for one in queue(daemon)), f"{text!r} waits")


def test_an_interruption_stops_what_sounds_and_leaves_who_waits(daemon: Daemon, sink: NullSink) -> None:
    (second, third), tones = other_texts(2, unlike=LASTING_TONES)
    with sink.record() as recording, saying(daemon, *SLOWLY, LASTING) as speaking:
        recording.wait_for_sound()
        with saying(daemon, second) as waiting:
            wait_for_states(daemon, "speaking", "waiting")
            with saying(daemon, "--interrupt", third) as interrupting:
                assert b"--interrupt" in assert_ended(speaking, EXIT_STOPPED)
                assert_ended(interrupting)
            assert_ended(waiting)
        recording.wait_for_silence()
        played = order(recording.samples, LASTING_TONES + tones)
    assert played[-2:] == [tones[1], tones[0]] and LASTING_TONES[-1] not in played


def test_what_is_to_be_dropped_is_while_another_speaks(daemon: Daemon, sink: NullSink) -> None:
    (second,), tones = other_texts(1)
    with sink.record() as recording, saying(daemon, LONG) as speaking:
        recording.wait_for_sound()
        with saying(daemon, "--policy", "drop", second) as dropped:
            assert b"--policy drop" in assert_ended(dropped, EXIT_DROPPED)
        assert_ended(speaking)
        recording.wait_for_silence()
        assert order(recording.samples, LONG_TONES + tones) == LONG_TONES


# Twenty at once


@pytest.mark.timeout(3600)
@pytest.mark.own_daemon
def test_twenty_clients_who_do_as_they_like_are_heard_one_at_a_time(
    daemon: Daemon, sink: NullSink, counts: Callable[[int, int], int]
) -> None:
    chance = random.Random(5)
    for _ in range(counts(1, 20)):
        with sink.record() as recording, ExitStack() as stack:
            clients = []
            for number in range(20):
                priority = chance.choice(
                    ("", "", "important", "message", "text", "notification", "progress", "reading")
                )
                options = ["--priority", priority] if priority else []
                text = f"Client number {number} says a thing or two. And then it says another one."
                clients.append(stack.enter_context(saying(daemon, *options, text)))
                disturb(daemon, chance, clients)
            eventually(lambda: all_ended(daemon, clients), "the end of all", 120.0)  # noqa: B023  # used at once
            for client in clients:
                _, said = client.communicate(timeout=60)
                assert client.returncode in (os.EX_OK, EXIT_STOPPED, EXIT_DROPPED, -signal.SIGKILL), said
            eventually(lambda: not queue(daemon), "nobody is left in the queue")
            recording.wait_for_silence()
            # Their tones are too many to be told apart; two at once would be louder than one can be.
            assert float(abs(recording.samples).max()) < 1.5 * loudest_alone()
        assert not ask(daemon, Queue(), QueueReport).held
    assert len(model_servers(daemon)) == 1


def all_ended(daemon: Daemon, clients: Sequence[subprocess.Popen[bytes]]) -> bool:
    """Return whether all clients have ended. Lift the hold, then let those go on that were paused one by one: whoever
    was paused a moment ago may not be known to be yet."""
    ask(daemon, SteerNumber("resume"), Steered)
    return all(client.poll() is not None for client in clients)


def disturb(daemon: Daemon, chance: random.Random, clients: Sequence[subprocess.Popen[bytes]]) -> None:
    number = chance.randint(1, len(clients))
    requests: list[object] = [
        SteerNumber("pause"),
        SteerNumber("resume"),
        SteerNumber("skip"),
        SteerNumber("back"),
        SteerNumber("pause", number),
        SteerNumber("resume", number),
        CancelNumber(number),
    ]
    what = chance.randint(0, 2 * len(requests))
    if what < len(requests):
        ask(daemon, requests[what], object)
    elif what == len(requests):
        chance.choice(clients).kill()
    else:
        time.sleep(chance.uniform(0.0, 0.2))  # the random moment, not a wait


def loudest_alone() -> float:
    from model_server.engines.tone import AMPLITUDE

    return AMPLITUDE
