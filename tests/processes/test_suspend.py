"""Ctrl-Z and `fg`, in a real shell: silence while stopped, then on from where it was; the terminal is the shell's meanwhile."""

from __future__ import annotations

import random
import shlex
import signal
import statistics
import sys
import time
from collections.abc import Callable

import pytest

from common.errors import EXIT_STOPPED
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.pulse import NullSink, Recording
from tests.fakes.terminal import ShellTerminal
from tests.fakes.tones import followed, text_of_pieces, tones_of

pytestmark = pytest.mark.sound

TEXT = text_of_pieces(2)  # a sentence each, of 2 s
TONES = tones_of(TEXT)
SLOWLY = ("-s", "0.5")  # twice as long: longer than it takes to press keys on a busy machine
AT_MOST = 2.0  # seconds until it is silent, in the median of the tries
STOPPED = 128 + signal.SIGTSTP  # as the shell shows it


def sounded(recording: Recording) -> list[int]:
    """Return the tones heard, one after the other, those that a pause cut into parts as one."""
    return followed(recording.samples, TONES)


def test_ctrl_z_is_silence_and_fg_goes_on(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, ShellTerminal(daemon) as terminal:
        of_the_shell = terminal.modes
        terminal.start(terminal.say(*SLOWLY, TEXT))
        recording.wait_for_sound()
        eventually(lambda: terminal.hands_out_keys, "keys")
        terminal.enter("\x1a")
        assert terminal.wait_for_shell() == STOPPED
        assert terminal.modes == of_the_shell
        recording.wait_for_silence(1.0)
        terminal.start("fg > /dev/null")
        eventually(lambda: terminal.hands_out_keys, "keys again")
        assert terminal.wait_for_shell() == 0
        assert terminal.modes == of_the_shell
        assert sounded(recording) == TONES


def test_a_stopped_one_goes_on_in_the_background_without_the_terminal(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, ShellTerminal(daemon) as terminal:
        of_the_shell = terminal.modes
        terminal.start(terminal.say(*SLOWLY, TEXT))
        recording.wait_for_sound()
        terminal.enter("\x1a")
        assert terminal.wait_for_shell() == STOPPED
        recording.wait_for_silence(0.5)
        stopped = time.monotonic()
        assert terminal.run("bg > /dev/null") == 0
        recording.wait_for_sound(after=stopped)
        assert terminal.modes == of_the_shell
        assert terminal.run("wait") == 0
        assert terminal.modes == of_the_shell
        assert sounded(recording) == TONES


def test_keys_steer_what_began_in_the_background_once_it_is_in_front(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, ShellTerminal(daemon) as terminal:
        of_the_shell = terminal.modes
        assert terminal.run(f"{{ {terminal.say(*SLOWLY, TEXT)} & }} 2> /dev/null") == 0
        recording.wait_for_sound()
        assert terminal.modes == of_the_shell
        terminal.start("fg > /dev/null")
        eventually(lambda: terminal.hands_out_keys, "keys")
        terminal.enter("q")
        assert terminal.wait_for_shell() == EXIT_STOPPED
        assert terminal.modes == of_the_shell


def test_what_was_paused_stays_paused_after_fg(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, ShellTerminal(daemon) as terminal:
        terminal.start(terminal.say(*SLOWLY, TEXT))
        recording.wait_for_sound()
        terminal.enter(" ")
        eventually(lambda: [each.state for each in daemon.queue()] == ["paused"], "it is paused")
        recording.wait_for_silence(0.5)
        silent = time.monotonic()
        terminal.enter("\x1a")
        assert terminal.wait_for_shell() == STOPPED
        terminal.start("fg > /dev/null")
        eventually(lambda: terminal.hands_out_keys, "keys again")
        recording.wait_for_silence(0.5)
        assert (recording.last_sound_time() or 0.0) <= silent
        terminal.enter(" ")
        recording.wait_for_sound(after=silent)
        assert terminal.wait_for_shell() == 0


def test_a_pipeline_is_stopped_whole_and_goes_on(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, ShellTerminal(daemon) as terminal:
        of_the_shell = terminal.modes
        terminal.start(f"(printf %s '{TEXT}'; sleep 0.1) | {shlex.join([sys.executable, '-m', 'say', *SLOWLY])}")
        recording.wait_for_sound()
        assert terminal.modes == of_the_shell
        terminal.enter("\x1a")
        assert terminal.wait_for_shell() >= 128  # bash does not tell more of a pipeline whose first command has ended
        recording.wait_for_silence(1.0)
        assert terminal.run("fg > /dev/null") == 0
        assert sounded(recording) == TONES


@pytest.mark.timeout(3600)
def test_ctrl_z_at_any_moment(
    daemon: Daemon, sink: NullSink, counts: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    """From the first line of our code on. Each time it falls silent, and after `fg` all is spoken."""
    chance = random.Random(5)
    took = []
    count = counts(5, 100)
    for number in range(count):
        surely = number in (0, count - 1)  # something is measured, on the slowest machine
        with sink.record() as recording, ShellTerminal(daemon) as terminal:
            of_the_shell = terminal.modes
            terminal.start(terminal.say(*(SLOWLY if surely else ()), TEXT))
            if surely:
                recording.wait_for_sound()
            else:
                time.sleep(chance.uniform(0.05, 2.0))  # the random moment, not a wait
            told = time.monotonic()
            terminal.enter("\x1a")
            status = terminal.wait_for_shell()
            if status == STOPPED:
                assert terminal.modes == of_the_shell
                recording.wait_for_silence(0.3)
                if (last := recording.last_sound_time() or 0.0) > told - 0.1:
                    took.append(max(0.0, last - told))
                assert terminal.run("fg > /dev/null") == 0
            else:
                assert status == 0  # it was through
            assert "Traceback" not in terminal.shown
            assert terminal.modes == of_the_shell
            assert sounded(recording) == TONES
    assert took, "it did not sound in a single try"
    assert statistics.median_low(took) < AT_MOST, took  # of two the better one
    figure(
        f"silent {statistics.median(took) * 1000:.0f} ms after Ctrl-Z (median of {len(took)}; at most"
        f" {max(took) * 1000:.0f} ms)"
    )
