"""Control from any terminal: looking, pausing, moving, cancelling, waiting; and looking in."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
import wave
from pathlib import Path
from typing import Any

import pytest

from common.errors import EXIT_DROPPED, EXIT_FAILED, EXIT_NO_SOUND, EXIT_OK, EXIT_STOPPED
from common.messages.control import QueuedUtterance
from say.hold import HELD
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.lives import kill, model_servers
from tests.fakes.pulse import NullSink, Recording, wait_until
from tests.fakes.saying import saying
from tests.fakes.tones import followed, heard, most_at_once, short_text, text_of_pieces, tones_of

FIRST, SECOND = "af_heart", "bm_george"
LONG = text_of_pieces(4, FIRST)  # sentences of 2 s each
LONG_TONES = tones_of(LONG, FIRST)
OTHER = short_text(SECOND, unlike=LONG_TONES)
OTHER_TONES = tones_of(OTHER, SECOND)
SLOWLY = ("-s", "0.5")  # a sentence lasts longer than any command takes on a busy machine
TONES = LONG_TONES + OTHER_TONES
QUIET = 0.5  # seconds of silence that mean more than a pause between sentences

with_sound = pytest.mark.sound


def answer(daemon: Daemon, *arguments: str) -> str:
    """Return what `say` answers, once it was successful."""
    done = daemon.run_say(*arguments)
    assert (done.returncode, done.stderr) == (EXIT_OK, b"")
    return done.stdout.decode().rstrip("\n")


def queue(daemon: Daemon) -> list[dict[str, Any]]:
    utterances = json.loads(answer(daemon, "--queue", "--json"))["utterances"]
    assert isinstance(utterances, list)
    return utterances


def wait_for_states(daemon: Daemon, *expected: str) -> list[int]:
    """Return the numbers of the utterances in work once their states are these, in the order of the queue."""
    found: list[QueuedUtterance] = []

    def come() -> bool:
        found[:] = daemon.queue()
        return tuple(each.state for each in found) == expected

    eventually(come, f"utterances that are {expected}")
    return [each.number for each in found]


def wait_for_tone(recording: Recording, frequency: int, after: float = 0.0) -> None:
    """Wait until a tone has sounded for a while, later than `after` (monotonic seconds)."""

    def sounds() -> bool:
        found = heard(recording.samples, [frequency])
        return any(each.end - each.start > 0.3 and recording.start_time + each.end > after + 0.3 for each in found)

    wait_until(sounds, f"a tone of {frequency} Hz")


def order(recording: Recording) -> list[int]:
    """Return the tones as they followed each other, after a look whether each was alone. One that a pause or a busy
    machine broke off, and that went on, is one."""
    assert most_at_once(recording.samples, TONES) == 1
    return followed(recording.samples, TONES)


def assert_spoke(*clients: subprocess.Popen[bytes]) -> None:
    for client in clients:
        _, said = client.communicate(timeout=30)
        assert (client.returncode, said) == (EXIT_OK, b"")


def assert_waited_and_spoke(client: subprocess.Popen[bytes]) -> None:
    _, said = client.communicate(timeout=30)
    assert (client.returncode, said) == (EXIT_OK, f"say: {HELD}\n".encode())


# Without a daemon


@pytest.mark.parametrize("action", ["--queue", "--pause", "--resume", "--skip", "--back", "--cancel=1", "--wait=1"])
def test_without_a_daemon_none_is_started(action: str, tmp_path: Path) -> None:
    with Daemon(tmp_path, start=False) as daemon:
        done = daemon.run_say(action)
        assert done.returncode == (EXIT_FAILED if action[-1] == "1" else EXIT_OK)
        assert b"Traceback" not in done.stderr
        assert daemon.processes() == []


# The queue


@with_sound
def test_the_queue_shows_who_speaks_and_who_waits(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(daemon, *SLOWLY, LONG) as speaking:
        wait_for_tone(recording, LONG_TONES[1])
        with saying(daemon, "-v", SECOND, "--priority", "message", "\u65e5\u672c\u8a9e and so on. " + OTHER) as waiting:
            numbers = wait_for_states(daemon, "speaking", "waiting")
            first, second = queue(daemon)
            table = answer(daemon, "--queue").splitlines()
            waiting.kill()
        speaking.kill()

    assert numbers[1] == numbers[0] + 1
    assert (first["voice"], first["priority"]) == (FIRST, "")
    assert first["text"].startswith(LONG[:40])
    assert 0 < first["played"] < first["total"] == len(LONG)
    assert (second["voice"], second["priority"], second["played"]) == (SECOND, "message", 0)
    assert second["text"].startswith("\u65e5\u672c\u8a9e and so on.")
    rows = [[str(numbers[0]), FIRST, "speaking"], [str(numbers[1]), SECOND, "waiting"]]
    assert [line.split()[:3] for line in table[1:]] == rows
    eventually(lambda: answer(daemon, "--queue") == "nothing is speaking", "those killed leave the queue")


# Pausing


@with_sound
def test_a_pause_holds_all_speech_until_it_is_resumed_and_costs_no_word(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(daemon, LONG) as speaking:
        wait_for_tone(recording, LONG_TONES[0])
        assert answer(daemon, "--pause") == "paused"
        recording.wait_for_silence(QUIET)
        with saying(daemon, "-v", SECOND, OTHER) as later:
            wait_for_states(daemon, "held", "held")
            assert "say --resume" in answer(daemon, "--queue").splitlines()[0]
            recording.wait_for_samples(len(recording.samples) // 10)
            assert not set(OTHER_TONES) & set(order(recording))

            assert answer(daemon, "--resume") == "resumed"
            assert_spoke(speaking)
            assert_waited_and_spoke(later)
        recording.wait_for_silence()
        tones = order(recording)

    assert tones == LONG_TONES + OTHER_TONES


@with_sound
def test_what_comes_after_a_pause_waits_though_nothing_was_speaking(daemon: Daemon, sink: NullSink) -> None:
    """Once, a pause of nothing held nothing, and the next notification broke the silence that was asked for."""
    assert answer(daemon, "--pause") == "paused: what comes waits for 'say --resume'"
    assert "say --resume" in answer(daemon, "--queue")
    assert "say --resume" in answer(daemon, "--status")
    with sink.record() as recording, saying(daemon, "-v", SECOND, OTHER) as waiting:
        wait_for_states(daemon, "held")
        recording.wait_for_samples(24_000)
        assert not heard(recording.samples, TONES)
        assert answer(daemon, "--resume") == "resumed"
        assert_waited_and_spoke(waiting)
        recording.wait_for_silence()
        assert order(recording) == OTHER_TONES
    assert answer(daemon, "--resume") == "nothing was paused"


@with_sound
@pytest.mark.parametrize("ending", ["--resume", "--stop"])
def test_a_hold_of_nothing_is_lifted(ending: str, daemon: Daemon, sink: NullSink) -> None:
    answer(daemon, "--pause")
    assert answer(daemon, ending) == {"--resume": "resumed", "--stop": "nothing was speaking"}[ending]
    with saying(daemon, "-v", SECOND, OTHER) as speaking:
        assert_spoke(speaking)


# Moving


@with_sound
def test_sentences_are_skipped_and_gone_back_to(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(daemon, *SLOWLY, LONG) as speaking:
        wait_for_tone(recording, LONG_TONES[0])
        assert answer(daemon, "--skip=2") == "skipped up to 2 sentences"
        wait_for_tone(recording, LONG_TONES[2])
        # The one that sounds counts, unless it has just begun.
        moved = time.monotonic()
        assert answer(daemon, "--back=3") == "went back up to 3 sentences"
        wait_for_tone(recording, LONG_TONES[0], after=moved)
        assert answer(daemon, "--skip=3") == "skipped up to 3 sentences"
        assert_spoke(speaking)
        recording.wait_for_silence()
        tones = order(recording)

    assert tones == [LONG_TONES[each] for each in (0, 2, 0, 3)]


@with_sound
def test_skipping_what_is_left_ends_it(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(daemon, *SLOWLY, LONG) as speaking:
        wait_for_tone(recording, LONG_TONES[0])
        answer(daemon, "--skip=1000")
        assert_spoke(speaking)
        recording.wait_for_silence()
        assert order(recording) == LONG_TONES[:1]
    assert answer(daemon, "--skip") == "nothing was speaking"


@with_sound
def test_sentences_are_skipped_while_all_is_paused(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(daemon, *SLOWLY, LONG) as speaking:
        wait_for_tone(recording, LONG_TONES[0])
        answer(daemon, "--pause")
        recording.wait_for_silence(QUIET)
        assert answer(daemon, "--skip=3") == "skipped up to 3 sentences"
        answer(daemon, "--resume")
        assert_spoke(speaking)
        recording.wait_for_silence()
        assert order(recording) == [LONG_TONES[0], LONG_TONES[3]]


# Cancelling and waiting


@with_sound
def test_cancelling_ends_one_and_leaves_the_others(daemon: Daemon, sink: NullSink) -> None:
    with (
        sink.record() as recording,
        saying(daemon, *SLOWLY, LONG) as speaking,
    ):
        recording.wait_for_sound()
        with saying(daemon, "-v", SECOND, OTHER) as waiting:
            _, number = wait_for_states(daemon, "speaking", "waiting")
            with daemon.start_say("--wait", str(number)) as waiter:
                assert answer(daemon, "--cancel", str(number)) == f"cancelled utterance {number}"
                _, said = waiting.communicate(timeout=30)
                assert waiting.returncode == EXIT_STOPPED
                assert said.startswith(b"say: ") and b"--cancel" in said
                _, said = waiter.communicate(timeout=30)
                assert (waiter.returncode, said) == (EXIT_STOPPED, f"say: utterance {number} was stopped\n".encode())
        assert_spoke(speaking)
        recording.wait_for_silence()
        assert order(recording) == LONG_TONES
    again = daemon.run_say("--cancel", str(number))
    assert again.returncode == EXIT_FAILED
    assert again.stderr.startswith(f"say: utterance {number} has ended already (stopped)".encode())


def test_a_file_that_is_written_can_be_cancelled(tmp_path: Path) -> None:
    with (
        Daemon(tmp_path, tone_delay=0.5) as daemon,
        saying(daemon, "-o", "out.wav", " ".join([LONG] * 8)) as writing,
    ):
        (number,) = wait_for_states(daemon, "writing")
        assert answer(daemon, "--pause").startswith("paused: ")  # files are written all the same
        assert answer(daemon, "--cancel", str(number)) == f"cancelled utterance {number}"
        _, said = writing.communicate(timeout=30)
        assert writing.returncode == EXIT_STOPPED
        assert b"Traceback" not in said
    assert not (tmp_path / "out.wav").exists()


@with_sound
def test_waiting_ends_when_the_utterance_does(daemon: Daemon, sink: NullSink) -> None:
    with saying(daemon, LONG) as speaking:
        (number,) = wait_for_states(daemon, "speaking")
        answer(daemon, "--skip=2")
        done = daemon.run_say("--wait", str(number))
        assert (done.returncode, done.stdout, done.stderr) == (EXIT_OK, b"", b"")
        assert_spoke(speaking)
    assert daemon.run_say("--wait", str(number)).returncode == EXIT_OK  # it is known afterwards, too


@with_sound
@pytest.mark.own_daemon
def test_waiting_outlasts_a_crash_of_the_model_server(daemon: Daemon, sink: NullSink) -> None:
    with saying(daemon, LONG) as speaking:
        (number,) = wait_for_states(daemon, "speaking")
        with daemon.start_say("--wait", str(number), "--debug") as waiter:
            assert waiter.stderr is not None
            while b"connected" not in (line := waiter.stderr.readline()):
                assert line
            kill(model_servers(daemon)[0])
            _, said = waiter.communicate(timeout=30)
        assert waiter.returncode == EXIT_OK, said
        assert_spoke(speaking)


@with_sound
def test_who_was_dropped_and_who_was_interrupted_is_known(daemon: Daemon, sink: NullSink) -> None:
    with saying(daemon, *SLOWLY, LONG) as speaking:
        (first,) = wait_for_states(daemon, "speaking")
        dropped = daemon.run_say("-v", SECOND, "--policy", "drop", OTHER)
        assert dropped.returncode == EXIT_DROPPED
        assert daemon.run_say("--wait", str(first + 1)).returncode == EXIT_DROPPED
        assert daemon.run_say("-v", SECOND, "--interrupt", OTHER).returncode == EXIT_OK
        assert speaking.wait(30) == EXIT_STOPPED
        assert daemon.run_say("--wait", str(first)).returncode == EXIT_STOPPED


@with_sound
def test_ctrl_c_ends_the_wait_and_not_the_utterance(daemon: Daemon, sink: NullSink) -> None:
    with saying(daemon, *SLOWLY, LONG) as speaking:
        (number,) = wait_for_states(daemon, "speaking")
        with daemon.start_say("--wait", str(number), "--debug") as waiter:
            assert waiter.stderr is not None
            while b"connected" not in (line := waiter.stderr.readline()):
                assert line
            waiter.send_signal(signal.SIGINT)
            out, said = waiter.communicate(timeout=30)
        assert (waiter.returncode, out, said) == (-signal.SIGINT, b"", b"")
        assert wait_for_states(daemon, "speaking") == [number]
        answer(daemon, "--skip=1000")
        assert_spoke(speaking)


# Seeing in


@with_sound
@pytest.mark.own_daemon
def test_the_last_utterances_are_in_the_status(daemon: Daemon, sink: NullSink, tmp_path: Path) -> None:
    answer(daemon, "-v", SECOND, OTHER)
    answer(daemon, "-o", "out.wav", OTHER)
    with wave.open(str(tmp_path / "out.wav"), "rb") as file:
        length = file.getnframes() / file.getframerate()

    def recent() -> list[dict[str, Any]]:
        found = json.loads(answer(daemon, "--status", "--json"))["recent"]
        assert isinstance(found, list)
        return found

    eventually(lambda: len(recent()) == 2, "both are told of")
    spoken, written = recent()
    assert (spoken["number"], spoken["voice"], spoken["engine"], spoken["sink"]) == (1, SECOND, "tone", "speaker")
    assert (written["number"], written["voice"], written["sink"]) == (2, FIRST, "client")
    assert spoken["outcome"] == written["outcome"] == "spoken"
    assert 0 < spoken["first_audio"] < 20
    assert 0 <= spoken["waited"] < 20
    assert spoken["real_time_factor"] > 0
    assert written["seconds"] == pytest.approx(length, abs=0.01)
    table = answer(daemon, "--status").splitlines()[-2:]
    assert [line.split()[:4] for line in table] == [["1", SECOND, "tone", "spoken"], ["2", FIRST, "tone", "written"]]


@with_sound
@pytest.mark.parametrize("arguments", [["--devices"], ["-a", "?"]])
def test_loudspeakers_are_listed(arguments: list[str], tmp_path: Path, sink: NullSink) -> None:
    with Daemon(tmp_path, start=False, environment=sink.environment) as daemon:  # it is started for that
        lines = answer(daemon, *arguments).splitlines()
    assert lines[0].split() == ["NAME", "DESCRIPTION"]
    (default,) = (line for line in lines if line.startswith("*"))
    assert default.split()[1:] == [sink.sink, "Null", "Output"]


def test_no_loudspeaker_is_said(tmp_path: Path) -> None:
    configuration = tmp_path / "asoundrc"
    configuration.write_text("pcm.!default { type hw card 99 }\nctl.!default { type hw card 99 }\n")
    nowhere = {"ALSA_CONFIG_PATH": str(configuration), "PULSE_SERVER": str(tmp_path / "nobody")}
    with Daemon(tmp_path, environment=nowhere) as daemon:
        done = daemon.run_say("--devices")
        assert (done.returncode, done.stdout) == (EXIT_NO_SOUND, b"")
        assert done.stderr.startswith(b"say: ") and done.stderr.count(b"\n") == 1


def test_the_logs_of_all_servers_are_followed(tmp_path: Path) -> None:
    with Daemon(tmp_path, start=False) as daemon, saying(daemon, "--logs", "-f") as reader:
        assert reader.stdout is not None
        daemon.start()
        assert b" listening on port " in reader.stdout.readline()
        (server,) = daemon.processes()
        answer(daemon, "-o", "out.wav", "hello")
        voice = daemon.voice_state()
        with (daemon.home / "logs" / f"voice_{FIRST}.log").open("a") as log:
            log.write("Something from a library\n")
        while b"Something from a library" not in (line := reader.stdout.readline()):
            assert re.match(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d [A-Z]+ +\w+ ", line), line
        assert line.split() == [FIRST.encode(), b"|", b"Something", b"from", b"a", b"library"]
        assert voice.pid != server.pid
        reader.send_signal(signal.SIGINT)
        assert reader.wait(30) == -signal.SIGINT
        assert reader.stderr is not None and reader.stderr.read() == b""

    done = daemon.run_say("--logs")  # also when the daemon is gone
    assert b"Something from a library" in done.stdout


def test_debug_tells_every_step_and_never_the_text(tmp_path: Path) -> None:
    with Daemon(tmp_path, start=False) as daemon:
        cold, warm = (daemon.run_say("--debug", "-o", "out.wav", "A secret sentence.").stderr for _ in range(2))
    steps = [re.sub(r"^say: +\d+\.\d ms  ", "", line) for line in cold.decode().splitlines()]
    for number, beginning in enumerate(
        (
            "settings: engine=tone",
            "no model server runs: starting one",
            "connected to the model server: pid ",
            "the model server knows the voice server af_heart: pid ",
            "accepted: utterance 1, engine tone, 24000 Hz",
            "first piece planned: characters 0 to 18",
        )
    ):
        assert steps[number].startswith(beginning), steps
    assert steps[-1].startswith("done: ") and steps[-1].endswith(" s of sound, 1 piece, 18 characters")
    assert "connected to the voice server af_heart, which was there: pid " in warm.decode()
    times = [float(number) for number in re.findall(r"^say: +(\d+\.\d) ms", cold.decode(), re.MULTILINE)]
    assert times == sorted(times) and len(times) == len(steps)
    assert b"secret" not in cold + warm
