"""kill -9 around what steers speech: a client that dies paused, held or waiting leaves a clean queue; after the death of
a server, speech goes on where it had been moved to, at its speed, and what was paused stays paused."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from common.errors import EXIT_OK, EXIT_STOPPED, SayError
from common.messages.control import Steered, SteerNumber
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.lives import clients, kill, model_servers, voice_servers
from tests.fakes.pulse import RATE, NullSink, Recording
from tests.fakes.saying import saying
from tests.fakes.terminal import Terminal
from tests.fakes.tones import followed, heard, short_text, text_of_pieces, tones_of

pytestmark = pytest.mark.sound

TEXT = text_of_pieces(4)  # a sentence each, of 2 s at speed 1
TONES = tones_of(TEXT)
OTHER = short_text("bm_george", unlike=TONES)
OTHER_TONES = tones_of(OTHER, "bm_george")
SLOWLY = ("-s", "0.5")  # a sentence lasts longer than a command takes on a busy machine
QUIET = 0.5  # seconds of silence that mean more than a pause between sentences

Servers = Callable[[Daemon], list[int]]
whichever_server_dies = pytest.mark.parametrize("servers", [voice_servers, model_servers])


def states(daemon: Daemon) -> list[str]:
    """Return the states of all utterances in work, in the order of the queue; what is no state while there is no daemon."""
    try:
        return [each.state for each in daemon.queue()]
    except SayError:
        return ["no daemon"]


def wait_for_states(daemon: Daemon, *expected: str) -> None:
    eventually(lambda: states(daemon) == list(expected), f"utterances that are {expected}")


def steer(daemon: Daemon, action: str, sentences: int) -> None:
    """Move, as `say --skip` and `say --back` do, which may take longer to start than a sentence lasts."""
    assert daemon.ask(SteerNumber(action, amount=float(sentences)), Steered) == Steered(1)


def order(recording: Recording) -> list[int]:
    """Return which sentences were heard, by their numbers; one that went on after a pause is one."""
    return [TONES.index(tone) for tone in followed(recording.samples, TONES)]


def sounding(recording: Recording, sentence: int, after: float = 0.0) -> None:
    """Wait until this sentence is well under way, later than `after` (monotonic seconds).

    When it has just begun, a server on a busy machine may not have told yet that the one before is over.
    """

    def sounds() -> bool:
        found = heard(recording.samples, [TONES[sentence]])
        return any(each.end - each.start > 0.4 and recording.start_time + each.end > after + 0.2 for each in found)

    eventually(sounds, f"sentence {sentence}; there were {order(recording)}")


def kill_and_await_another(daemon: Daemon, servers: Servers) -> None:
    (victim,) = servers(daemon)
    kill(victim)
    eventually(lambda: servers(daemon) not in ([], [victim]), "another server")


def assert_clean(daemon: Daemon, sink: NullSink) -> None:
    """Nobody is in the queue, and the next one speaks."""
    wait_for_states(daemon)
    assert daemon.run_say("--resume").returncode == EXIT_OK
    with sink.record() as recording:
        done = daemon.run_say("-v", "bm_george", OTHER)
        assert (done.returncode, done.stderr) == (EXIT_OK, b"")
        recording.wait_for_silence()
        assert followed(recording.samples, [*TONES, *OTHER_TONES]) == OTHER_TONES


# The client dies


def test_a_client_killed_while_paused_by_its_key_leaves_a_clean_queue(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, Terminal(daemon, *SLOWLY, TEXT) as terminal:
        recording.wait_for_sound()
        terminal.enter(" ")
        wait_for_states(daemon, "paused")
        kill(terminal.process.pid)
        assert_clean(daemon, sink)


def test_a_client_killed_while_all_is_held_leaves_a_clean_queue(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(daemon, *SLOWLY, TEXT) as client:
        recording.wait_for_sound()
        daemon.run_say("--pause")
        wait_for_states(daemon, "held")
        client.kill()
        assert_clean(daemon, sink)


def test_a_client_killed_while_it_waits_leaves_the_one_that_speaks(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(daemon, *SLOWLY, TEXT) as speaking:
        recording.wait_for_sound()
        with saying(daemon, "-v", "bm_george", OTHER) as waiting:
            wait_for_states(daemon, "speaking", "waiting")
            waiting.kill()
            wait_for_states(daemon, "speaking")
        assert daemon.run_say("--skip=3").returncode == EXIT_OK
        assert (speaking.communicate(timeout=30)[1], speaking.returncode) == (b"", EXIT_OK)
        recording.wait_for_silence()
        assert not heard(recording.samples, OTHER_TONES)
    assert_clean(daemon, sink)


def test_a_client_killed_in_the_background_falls_silent(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording:
        started = daemon.run_say("--background", *SLOWLY, TEXT)
        assert started.returncode == EXIT_OK
        recording.wait_for_sound()
        (client,) = clients(daemon)
        kill(client.pid)
        recording.wait_for_silence(QUIET)
        assert daemon.run_say("--wait", started.stdout.decode().strip()).returncode != EXIT_OK
        assert set(order(recording)) == {0}
    assert_clean(daemon, sink)


# A server dies


@whichever_server_dies
@pytest.mark.own_daemon
def test_what_its_key_paused_stays_paused(daemon: Daemon, sink: NullSink, servers: Servers) -> None:
    with sink.record() as recording, Terminal(daemon, *SLOWLY, TEXT) as terminal:
        sounding(recording, 1)
        terminal.enter(" ")
        wait_for_states(daemon, "paused")
        recording.wait_for_silence(QUIET)
        paused = time.monotonic()
        kill_and_await_another(daemon, servers)
        wait_for_states(daemon, "paused")
        recording.wait_for_samples(RATE)
        assert (recording.last_sound_time() or 0.0) < paused
        terminal.enter(" ")
        sounding(recording, 2, after=paused)
        terminal.enter("q")
        assert terminal.wait() == EXIT_STOPPED
        assert terminal.modes == terminal.modes_before
        assert order(recording) == [0, 1, 2]


@whichever_server_dies
@pytest.mark.own_daemon
def test_what_was_skipped_stays_skipped(daemon: Daemon, sink: NullSink, servers: Servers) -> None:
    with sink.record() as recording, saying(daemon, *SLOWLY, TEXT) as client:
        sounding(recording, 0)
        steer(daemon, "skip", 2)
        sounding(recording, 2)
        kill_and_await_another(daemon, servers)
        assert (client.communicate(timeout=30)[1], client.returncode) == (b"", EXIT_OK)
        recording.wait_for_silence()
        assert order(recording) == [0, 2, 3]


@whichever_server_dies
@pytest.mark.own_daemon
def test_who_went_back_goes_on_from_there(daemon: Daemon, sink: NullSink, servers: Servers) -> None:
    """The text that was spoken already is needed again, from the client."""
    with sink.record() as recording, saying(daemon, *SLOWLY, TEXT) as client:
        sounding(recording, 0)
        steer(daemon, "skip", 2)
        sounding(recording, 2)
        moved = time.monotonic()
        steer(daemon, "back", 3)
        sounding(recording, 0, after=moved)
        kill_and_await_another(daemon, servers)
        moved = time.monotonic()
        sounding(recording, 1, after=moved)
        steer(daemon, "skip", 3)
        assert (client.communicate(timeout=30)[1], client.returncode) == (b"", EXIT_OK)
        recording.wait_for_silence()
        assert order(recording) in ([0, 2, 0, 1], [0, 2, 0, 1, 3])  # the last may have begun when it was skipped


@whichever_server_dies
@pytest.mark.own_daemon
def test_a_changed_speed_stays(daemon: Daemon, sink: NullSink, servers: Servers) -> None:
    with sink.record() as recording, Terminal(daemon, "--debug", *SLOWLY, TEXT) as terminal:
        recording.wait_for_sound()
        terminal.enter("\x1b[A" * 15)
        terminal.wait_for("speed 2")
        kill_and_await_another(daemon, servers)
        assert terminal.wait(30) == EXIT_OK
        assert terminal.modes == terminal.modes_before
        recording.wait_for_silence()
        last = heard(recording.samples, TONES)[-1]
        assert last.frequency == TONES[3]
        assert last.end - last.start < 2.5  # 1 s at speed 2, 4 s at the speed it began with
