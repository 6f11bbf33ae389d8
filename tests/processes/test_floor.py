"""The one loudspeaker: voices take turns, in the order in which they came, whoever dies or leaves meanwhile."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack

import pytest

from common.messages.control import Drain, Draining
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.lives import kill, model_servers, voice_servers
from tests.fakes.pulse import NullSink, Recording, Samples
from tests.fakes.saying import saying
from tests.fakes.terminal import Terminal
from tests.fakes.tones import followed, heard, lasted, most_at_once, pieces_of, short_text, text_of_pieces, tones_of

pytestmark = pytest.mark.sound

FIRST, SECOND = "af_heart", "bm_george"
LONG = text_of_pieces(3, FIRST)  # 6 s
CHARACTER = 0.02  # seconds that each character sounds at speed 1
LASTING = " ".join([LONG] * 20)  # two minutes: longer than it takes others to come, with the same tones
OTHER = text_of_pieces(1, SECOND, unlike=tones_of(LONG, FIRST))
LONG_TONES, OTHER_TONES = tones_of(LONG, FIRST), tones_of(OTHER, SECOND)
TONES = LONG_TONES + OTHER_TONES


def texts_in_turn(*voices: str, unlike: Sequence[int] = (), end: str = "") -> tuple[list[str], list[int]]:
    """Return a short text for each voice, which ends with `end`, and their tones, apart from each other and `unlike`."""
    texts: list[str] = []
    tones: list[int] = []
    for number, voice in enumerate(voices):
        texts.append(short_text(voice, unlike=[*unlike, *tones], words=f"Text number {number} of a few", end=end))
        tones += tones_of(texts[-1], voice)
    return texts, tones


def order(recorded: Samples, frequencies: Sequence[int]) -> list[int]:
    """Return the tones as they followed each other, after a look whether each was alone."""
    assert most_at_once(recorded, frequencies) <= 1
    return followed(recorded, frequencies)


def assert_whole(recorded: Samples, text: str, voice: str = FIRST, speed: float = 1.0) -> None:
    """Look whether each piece of a text sounded as long as it is at least: what was cut off came again from its start."""
    tones = tones_of(text, voice)
    found = lasted(recorded, tones)
    for piece, tone in zip(pieces_of(text), tones, strict=True):
        assert found[tone] > len(piece.text) * CHARACTER / speed - 0.1, (found, piece)


def assert_spoke(*clients: subprocess.Popen[bytes]) -> None:
    for client in clients:
        _, said = client.communicate(timeout=90)
        assert (client.returncode, said) == (0, b"")


def wait_for_waiting(daemon: Daemon, count: int) -> None:
    def waiting() -> int:
        return [one.state for one in daemon.queue()].count("waiting")

    eventually(lambda: waiting() == count, f"{count} wait for the loudspeaker")


def wait_for_tone(recording: Recording, frequency: int) -> None:
    """Wait until a tone has sounded for a while: so long that the piece before it has been reported as played."""

    def sounds() -> bool:
        return any(each.end - each.start > 0.5 for each in heard(recording.samples, [frequency]))

    eventually(sounds, f"a tone of {frequency} Hz")


def test_two_voices_at_once_take_turns(daemon: Daemon, sink: NullSink, counts: Callable[[int, int], int]) -> None:
    (mine, other), tones = texts_in_turn(FIRST, SECOND)
    for _ in range(counts(2, 50)):
        with (
            sink.record() as recording,
            saying(daemon, "-v", FIRST, mine) as first,
            saying(daemon, "-v", SECOND, other) as second,
        ):
            assert_spoke(first, second)
            recording.wait_for_silence()
            recorded = recording.samples
        assert sorted(order(recorded, tones)) == sorted(tones)


def test_six_clients_at_once_are_each_heard_alone(daemon: Daemon, sink: NullSink) -> None:
    voices = [FIRST, SECOND] * 3
    texts, tones = texts_in_turn(*voices)
    with sink.record() as recording, ExitStack() as stack:
        assert_spoke(*[stack.enter_context(saying(daemon, "-v", *each)) for each in zip(voices, texts, strict=True)])
        recording.wait_for_silence()
        assert sorted(order(recording.samples, tones)) == sorted(tones)


def test_who_came_first_speaks_first(daemon: Daemon, sink: NullSink) -> None:
    voices = [FIRST, SECOND, FIRST, "af_bella", SECOND, FIRST]
    texts, tones = texts_in_turn(*voices[1:], unlike=LONG_TONES)
    with sink.record() as recording, saying(daemon, "-v", voices[0], LASTING) as speaking, ExitStack() as stack:
        recording.wait_for_sound()
        clients = []
        for count, (voice, text) in enumerate(zip(voices[1:], texts, strict=True), start=1):
            clients.append(stack.enter_context(saying(daemon, "-v", voice, text)))
            wait_for_waiting(daemon, count)
        speaking.send_signal(signal.SIGINT)
        assert_spoke(*clients)
        recording.wait_for_silence()
        # Without the tone that was cut off: the next one may begin within the window in which that one faded.
        assert order(recording.samples, tones) == tones


def test_a_client_that_is_killed_while_it_waits_frees_its_place(daemon: Daemon, sink: NullSink) -> None:
    (last,), last_tones = texts_in_turn(FIRST, unlike=TONES)
    with sink.record() as recording, saying(daemon, "-v", FIRST, LASTING) as speaking:
        recording.wait_for_sound()
        with saying(daemon, "-v", SECOND, OTHER) as waiting:
            wait_for_waiting(daemon, 1)
            with saying(daemon, "-v", FIRST, last) as third:
                wait_for_waiting(daemon, 2)
                waiting.kill()
                wait_for_waiting(daemon, 1)
                speaking.send_signal(signal.SIGINT)
                assert_spoke(third)
        recording.wait_for_silence()
        assert order(recording.samples, OTHER_TONES + last_tones) == last_tones


def test_a_killed_voice_server_costs_no_word_and_keeps_nobody_waiting(daemon: Daemon, sink: NullSink) -> None:
    with (
        sink.record() as recording,
        saying(daemon, "-s", "0.5", "-v", FIRST, LONG) as speaking,
    ):
        recording.wait_for_sound()
        server = daemon.voice_state(FIRST).pid
        with saying(daemon, "-s", "2", "-v", SECOND, OTHER) as waiting:
            wait_for_waiting(daemon, 1)
            wait_for_tone(recording, LONG_TONES[1])
            kill(server)
            killed = len(recording.samples)
            assert_spoke(speaking, waiting)
        recording.wait_for_silence()
        recorded = recording.samples
    # It was cut off in its second piece, or, on a busy machine, in its third, whose beginning may not have been told yet.
    cuts = [(2, 1), (3, 2), (3, 1)]
    assert order(recorded, TONES) in [[*LONG_TONES[:cut], *OTHER_TONES, *LONG_TONES[on:]] for cut, on in cuts]
    assert_whole(recorded, LONG, speed=0.5)
    after = heard(recorded[killed:], OTHER_TONES)
    assert after[0].start < 9.0  # at once; a server that hangs is waited for for 10


@pytest.mark.own_daemon
def test_a_killed_model_server_costs_no_word(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(daemon, "-v", FIRST, LONG) as speaking:
        wait_for_tone(recording, LONG_TONES[1])
        before = model_servers(daemon)
        kill(before[0])
        assert_spoke(speaking)
        recording.wait_for_silence()
        recorded = recording.samples
    assert model_servers(daemon) != before
    assert order(recorded, LONG_TONES) in ways_to_go_on(LONG_TONES)
    assert_whole(recorded, LONG)


@pytest.mark.timeout(3600)
@pytest.mark.own_daemon
def test_a_kill_at_any_moment_costs_no_word(daemon: Daemon, sink: NullSink, counts: Callable[[int, int], int]) -> None:
    text = text_of_pieces(2, FIRST)
    chance = random.Random(11)
    for number in range(counts(3, 100)):
        victims = (voice_servers, model_servers)[number % 2]
        with sink.record() as recording, saying(daemon, "-s", "2", "-v", FIRST, text) as speaking:
            time.sleep(chance.uniform(0.2, 3.0))  # the random moment, not a wait
            for pid in victims(daemon):
                kill(pid)
            assert_spoke(speaking)
            recording.wait_for_silence()
            recorded = recording.samples
        tones = order(recorded, tones_of(text, FIRST))
        assert tones in ways_to_go_on(tones_of(text, FIRST)), tones
        assert_whole(recorded, text, speed=2.0)


def ways_to_go_on(tones: list[int]) -> list[list[int]]:
    """Return what may follow each other of pieces that were broken off once: they go on with the piece that was cut off,
    or with the one before, if its end was heard but not yet reported."""
    return [tones, *(tones[:cut] + tones[cut - 2 :] for cut in range(2, len(tones) + 1))]


@pytest.mark.parametrize("voice", [FIRST, SECOND])
@pytest.mark.own_daemon
def test_a_daemon_that_drains_is_not_talked_over(daemon: Daemon, sink: NullSink, voice: str) -> None:
    text = text_of_pieces(1, voice, unlike=LONG_TONES)
    tones = LONG_TONES + tones_of(text, voice)
    with sink.record() as recording, saying(daemon, "-v", FIRST, LONG) as speaking:
        recording.wait_for_sound()
        old = model_servers(daemon)
        with daemon.connect() as connection:
            connection.send(Drain())
            assert connection.receive()[0] == Draining(1)
        with saying(daemon, "-s", "2", "-v", voice, text) as second:
            eventually(lambda: bool(set(model_servers(daemon)) - set(old)), "a new daemon")
            assert_spoke(speaking, second)
        recording.wait_for_silence()
        recorded = recording.samples
    assert order(recorded, tones) == tones  # no word cut, no overlap
    eventually(lambda: not set(old) & set(model_servers(daemon)), "the old daemon leaves")
    eventually(lambda: len(voice_servers(daemon)) == 1, "its voice server leaves")


def test_a_text_that_pauses_lets_others_speak(daemon: Daemon, sink: NullSink) -> None:
    (first, second, third), tones = texts_in_turn(FIRST, SECOND, FIRST, end="\n")
    with sink.record() as recording, saying(daemon, "-v", FIRST, stdin=subprocess.PIPE) as paused:
        assert paused.stdin is not None
        paused.stdin.write(first.encode())
        paused.stdin.flush()
        recording.wait_for_sound()
        with saying(daemon, "-v", SECOND, second) as other:
            assert_spoke(other)
        paused.stdin.write(third.encode())  # the rest of its input, and its end
        assert_spoke(paused)
        recording.wait_for_silence()
        assert order(recording.samples, tones) == tones


def test_each_line_is_spoken_as_it_is_entered(daemon: Daemon, sink: NullSink) -> None:
    lines, tones = texts_in_turn(FIRST, FIRST, FIRST, end="\n")
    with sink.record() as recording, Terminal(daemon) as terminal:
        terminal.wait_for("Ctrl-D ends")
        for count, line in enumerate(lines, start=1):
            terminal.enter(line)
            eventually(lambda: len(order(recording.samples, tones)) == count, f"line {count}")  # noqa: B023  # used at once
            recording.wait_for_silence()
        terminal.enter("\x04")
        assert terminal.wait() == os.EX_OK
        assert order(recording.samples, tones) == tones
