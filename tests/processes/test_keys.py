"""Keys on the terminal from which something is spoken, and the terminal afterwards, however it ends."""

from __future__ import annotations

import random
import shlex
import signal
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from common.errors import EXIT_OK, EXIT_STOPPED
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.lives import kill, voice_servers
from tests.fakes.pulse import LOUD, RATE, NullSink, Recording, block_levels
from tests.fakes.shared_daemon import SharedDaemon
from tests.fakes.terminal import Terminal
from tests.fakes.tones import followed, heard, lasted, pieces_of, text_of_pieces, tones_of
from voice_server.reel import JUST_BEGUN

pytestmark = pytest.mark.sound

TEXT = text_of_pieces(4)  # a sentence each, of 4 s at speed 1
CHARACTER = 0.04  # seconds that each character sounds at speed 1
SLOWLY = ("-s", "0.5")  # a sentence lasts 8 s: longer than it takes to press a key on a busy machine
TONES = tones_of(TEXT)
SOON = 10.0  # seconds in which a flood is silent, which would last for hours; it takes a hundredth of that
RIGHT, LEFT, UP, DOWN = "\x1b[C", "\x1b[D", "\x1b[A", "\x1b[B"


@pytest.fixture(scope="module")
def shared_daemon(tmp_path_factory: pytest.TempPathFactory, shared_sink: NullSink) -> Iterator[SharedDaemon]:
    arguments = ("--tone-character", str(CHARACTER))
    with SharedDaemon(tmp_path_factory.mktemp("shared"), shared_sink, arguments=arguments) as shared:
        yield shared


def order(recording: Recording) -> list[int]:
    """Return which sentences were heard, by their numbers, in this order."""
    return [TONES.index(tone) for tone in followed(recording.samples, TONES)]


def sounding(recording: Recording, sentence: int, after: float = 0.0, seconds: float = 0.4) -> None:
    """Wait until this sentence has sounded for so long, and later than `after` (monotonic seconds).

    When it has just begun, a server on a busy machine may not have told yet that the one before is over.
    """

    def sounds() -> bool:
        found = heard(recording.samples, [TONES[sentence]])
        return any(each.end - each.start > seconds and recording.start_time + each.end > after + 0.2 for each in found)

    eventually(sounds, f"sentence {sentence}; there were {order(recording)}", 40.0)


def paused(daemon: Daemon) -> None:
    """Wait until it is paused: on a busy machine a recording may be silent for other reasons."""
    eventually(lambda: [each.state for each in daemon.queue()] == ["paused"], "it is paused")


def ended(terminal: Terminal) -> int:
    """Wait for the end; return the status. The terminal must be as it was."""
    status = terminal.wait()
    assert terminal.modes == terminal.modes_before
    assert "Traceback" not in terminal.shown
    return status


def test_space_pauses_and_goes_on(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, Terminal(daemon, *SLOWLY, TEXT) as terminal:
        recording.wait_for_sound()
        assert terminal.hands_out_keys
        terminal.enter(" ")
        paused(daemon)
        recording.wait_for_silence(0.5)
        silent = time.monotonic()
        assert terminal.process.poll() is None
        terminal.enter(" ")
        recording.wait_for_sound(after=silent)
        terminal.enter("q")
        assert ended(terminal) == EXIT_STOPPED
        assert set(order(recording)) == {0}


def test_arrows_go_from_sentence_to_sentence(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, Terminal(daemon, *SLOWLY, TEXT) as terminal:
        sounding(recording, 0)
        terminal.enter(RIGHT)
        sounding(recording, 1)
        terminal.enter(RIGHT + RIGHT)
        sounding(recording, 3, seconds=JUST_BEGUN + 0.5)  # so that it counts itself, on a busy machine as well
        now = time.monotonic()
        terminal.enter(LEFT + LEFT + LEFT)
        sounding(recording, 1, after=now)
        terminal.enter("q")
        assert ended(terminal) == EXIT_STOPPED
        assert order(recording) == [0, 1, 3, 1]


def test_q_stops_and_tells_what_was_not_spoken(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, Terminal(daemon, *SLOWLY, TEXT) as terminal:
        sounding(recording, 1)
        terminal.enter("q")
        recording.wait_for_silence(0.3)
        assert ended(terminal) == EXIT_STOPPED
        rest = TEXT[TEXT.index("Sentence", 1) :]
        quoted = rest[:60].rsplit(" ", 1)[0]
        assert terminal.lines_shown == (
            f'say: stopped. Not spoken: "{quoted}…" and {len(rest) - len(quoted)} more characters;'
            " 'say --continue' goes on there.\r\n"
        )


def test_a_question_mark_lists_the_keys(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, Terminal(daemon, *SLOWLY, TEXT) as terminal:
        recording.wait_for_sound()
        terminal.enter("?")
        terminal.wait_for("space: pause, go on")
        terminal.enter("q")
        assert ended(terminal) == EXIT_STOPPED


def test_up_and_down_change_the_speed(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, Terminal(daemon, "--debug", f"{TEXT} {TEXT}") as terminal:
        recording.wait_for_sound()
        terminal.enter(UP)
        terminal.wait_for("speed 1.1")
        terminal.enter(DOWN + DOWN)
        terminal.wait_for("speed 0.9")
        terminal.enter("q")
        assert terminal.wait() == EXIT_STOPPED
        assert terminal.modes == terminal.modes_before


@pytest.mark.parametrize(
    "typed",
    [
        "\x1b",
        "\x1b[",
        "\x1b[1;5",
        "\x1bq",
        "quit quickly?",
        "\x04",
        "\r\n",
        "\x00\xff",
        "\x1b[200~q\x1b[201~",
        "q" * 2 + "z",
    ],
    ids=["escape", "half", "more", "alt", "pasted", "end", "lines", "binary", "bracketed", "word"],
)
def test_what_is_no_key_does_nothing(daemon: Daemon, sink: NullSink, typed: str) -> None:
    text = text_of_pieces(1)
    with sink.record() as recording, Terminal(daemon, text) as terminal:
        recording.wait_for_sound()
        terminal.enter(typed)
        assert ended(terminal) == EXIT_OK
        assert terminal.lines_shown == ""
        recording.wait_for_silence(0.3)
        assert followed(recording.samples, tones_of(text)) == tones_of(text)
        (piece,) = pieces_of(text)  # all of it, and once; without the holes that a busy machine leaves
        sounded = 0.01 * np.count_nonzero(block_levels(recording.samples, 0.01) > LOUD)
        length = len(piece.text) * CHARACTER
        assert length - 0.1 < sounded < length + 0.5


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_the_terminal_is_as_before_when_a_signal_ends_it(
    daemon: Daemon, sink: NullSink, number: signal.Signals
) -> None:
    with sink.record() as recording, Terminal(daemon, *SLOWLY, TEXT) as terminal:
        recording.wait_for_sound()
        assert terminal.hands_out_keys
        terminal.process.send_signal(number)
        assert ended(terminal) == -number
        recording.wait_for_silence(0.3)


@pytest.mark.own_daemon
def test_the_terminal_is_as_before_when_it_fails(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, Terminal(daemon, *SLOWLY, TEXT) as terminal:
        recording.wait_for_sound()
        daemon.run_say("--shutdown")
        assert ended(terminal) != EXIT_OK


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        ({}, "printf %s {text} | {say}"),
        ({}, "{say} {text} | cat"),
        ({}, "{say} {text} < /dev/null"),
        ({"SAY_KEYS": "off"}, "{say} {text}"),
    ],
    ids=["text from a pipe", "output to a pipe", "other input", "keys off"],
)
def test_another_terminal_is_left_alone(daemon: Daemon, sink: NullSink, setting: dict[str, str], line: str) -> None:
    daemon.environment.update(setting)
    line = line.format(text=f"'{TEXT}'", say=shlex.join([sys.executable, "-m", "say", *SLOWLY]))
    with sink.record() as recording, Terminal(daemon, command=["/bin/sh", "-c", line]) as terminal:
        recording.wait_for_sound()
        assert terminal.modes == terminal.modes_before
        terminal.enter("\x03")
        recording.wait_for_silence(0.3)
        assert ended(terminal) in (-signal.SIGINT, 128 + signal.SIGINT)


@pytest.mark.timeout(3600)
def test_ctrl_c_at_any_moment_leaves_the_terminal_as_it_was(
    daemon: Daemon, sink: NullSink, counts: Callable[[int, int], int]
) -> None:
    """From the first line of our code to the end of the text."""
    chance = random.Random(7)
    for _ in range(counts(8, 200)):
        with Terminal(daemon, *SLOWLY, TEXT) as terminal:
            time.sleep(chance.uniform(0.05, 0.8))  # the random moment, not a wait
            terminal.enter("\x03")
            status = terminal.wait()
            if "KeyboardInterrupt" in terminal.shown:
                assert "cli.py" not in terminal.shown  # Python itself was still starting
            else:
                assert status == -signal.SIGINT, terminal.shown
                assert "Traceback" not in terminal.shown and "Exception" not in terminal.shown, terminal.shown
            assert terminal.modes == terminal.modes_before


@pytest.mark.timeout(3600)
def test_ctrl_c_ends_a_flooded_pipeline_at_any_moment(
    daemon: Daemon, sink: NullSink, counts: Callable[[int, int], int]
) -> None:
    """While a thread reads text as fast as it can, too."""
    daemon.run_say("-o", "warm.wav", "warm")
    chance = random.Random(11)
    for number in range(counts(4, 50)):
        flood = ("yes 'A line of text.'", "seq 10000000000")[number % 2]
        line = f"{flood} | {sys.executable} -m say"
        with sink.record() as recording, Terminal(daemon, command=["/bin/bash", "-c", line]) as terminal:
            time.sleep(chance.uniform(0.3, 2.0))  # the random moment, not a wait
            assert terminal.modes == terminal.modes_before
            told = time.monotonic()
            terminal.enter("\x03")
            status = terminal.wait()
            assert "cli.py" not in terminal.shown and "Exception" not in terminal.shown, terminal.shown
            # Else Python itself was still starting, and bash had whatever status it then ends with.
            assert status == -signal.SIGINT or "KeyboardInterrupt" in terminal.shown, terminal.shown
            eventually(lambda: not daemon.queue(), "nothing of it is in work")
            recording.wait_for_silence(0.3)
            assert (recording.last_sound_time() or 0.0) < told + SOON


def test_a_pause_outlives_a_crash(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, Terminal(daemon, *SLOWLY, TEXT) as terminal:
        recording.wait_for_sound()
        terminal.enter(RIGHT)
        sounding(recording, 1)
        terminal.enter(" ")
        paused(daemon)
        recording.wait_for_silence(0.5)
        silent = time.monotonic()
        (server,) = voice_servers(daemon)
        kill(server)
        eventually(lambda: bool(voice_servers(daemon)) and voice_servers(daemon) != [server], "another server")
        recording.wait_for_samples(RATE)
        assert (recording.last_sound_time() or 0.0) < silent
        terminal.enter(" ")
        recording.wait_for_sound(after=silent)
        sounding(recording, 2)
        terminal.enter("q")
        assert ended(terminal) == EXIT_STOPPED
        assert order(recording) == [0, 1, 2]
        # What a crash cut off is heard again from its start: more of it than it has.
        length = len(pieces_of(TEXT)[1].text) * CHARACTER / 0.5
        assert lasted(recording.samples, TONES)[TONES[1]] > length + 0.2


def test_a_stop_takes_the_shown_text_away(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, Terminal(daemon, "-i", "--progress", TEXT) as terminal:
        sounding(recording, 0)
        terminal.enter("\x03")
        assert ended(terminal) == -signal.SIGINT
        said = terminal.shown.rpartition("\x1b[K")[2]
        assert said.startswith("say: stopped. Not spoken: ") and "\x1b" not in said
