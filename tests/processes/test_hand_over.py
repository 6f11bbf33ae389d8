"""Two installed versions side by side that speak different protocols: no word is cut, nobody is talked over, and nobody
has to do anything by hand."""

from __future__ import annotations

import itertools
import json
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from common.errors import EXIT_DROPPED, EXIT_FAILED, EXIT_STOPPED, StateUnusable
from common.paths import draining_files
from say.hold import HELD
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.installations import Installation, build_wheel
from tests.fakes.lives import (
    FILE_HEADER,
    STREAM_HEADER,
    kill,
    model_servers,
    speak_into_the_middle,
    voice_servers,
    whole_log,
)
from tests.fakes.pulse import NullSink, Recording
from tests.fakes.said import message
from tests.fakes.saying import saying
from tests.fakes.tones import followed, heard, lasted, most_at_once, short_text, text_of_pieces, tones_of

pytestmark = [pytest.mark.sound, pytest.mark.timeout(180)]

LONG = text_of_pieces(2)  # 4 s
LENGTH = 2.0  # seconds of each of its pieces
LONG_TONES = tones_of(LONG)
LASTING = " ".join([LONG] * 30)  # two minutes: longer than it takes anybody to come and to end it, with the same tones
assert tones_of(LASTING) == LONG_TONES * 30
SHORT: list[str] = []
for _ in range(4):
    SHORT.append(short_text(unlike=[*LONG_TONES, *(tone for text in SHORT for tone in tones_of(text))]))
TONES = [*LONG_TONES, *(tone for text in SHORT for tone in tones_of(text))]
SHORT_TONES = TONES[len(LONG_TONES) :]


class Versions:
    """Both installations, and the programs of either in one state directory."""

    def __init__(self, old: Installation, new: Installation) -> None:
        self.old, self.new = old, new

    def restore(self) -> None:
        self.old.become("1.0.0", 1)
        self.new.become("2.0.0", 2)


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Versions:
    folder = tmp_path_factory.mktemp("versions")
    wheel = build_wheel(folder)
    return Versions(Installation(folder / "old", wheel), Installation(folder / "new", wheel))


@pytest.fixture
def of(versions: Versions, tmp_path: Path, sink: NullSink) -> Iterator[Callable[[Installation], Daemon]]:
    """Return what makes of an installation its programs, all of one state directory."""
    versions.restore()
    home = tmp_path / "say-home"

    def programs(installation: Installation) -> Daemon:
        return Daemon(tmp_path, start=False, environment=sink.environment, home=home, python=installation.python)

    with programs(versions.old):
        yield programs


@pytest.fixture
def old(versions: Versions, of: Callable[[Installation], Daemon]) -> Daemon:
    """Return the programs of the version that came first, of protocol 1."""
    return of(versions.old)


@pytest.fixture
def new(versions: Versions, of: Callable[[Installation], Daemon]) -> Daemon:
    """Return the programs of the version that came later, of protocol 2."""
    return of(versions.new)


@pytest.fixture(params=["upgrade", "downgrade"])
def first_then(request: pytest.FixtureRequest, old: Daemon, new: Daemon) -> tuple[Daemon, Daemon]:
    """Return the programs whose daemon runs first, and those that come then."""
    return (old, new) if request.param == "upgrade" else (new, old)


def order(recording: Recording, tones: Sequence[int] = TONES) -> list[int]:
    """Return the tones as they followed each other, after a look whether each was alone."""
    assert most_at_once(recording.samples, tones) == 1
    return followed(recording.samples, tones)


def assert_whole(recording: Recording) -> None:
    """Look whether each piece of LONG was heard at its full length at least: what was cut off came again from its start."""
    assert min(lasted(recording.samples, LONG_TONES).values()) > LENGTH - 0.1


def assert_spoke(*clients: subprocess.Popen[bytes]) -> None:
    for client in clients:
        _, said = client.communicate(timeout=90)  # two daemons may have to start one after the other
        assert (client.returncode, said) == (0, b"")


def wait_for_tone(recording: Recording, frequency: int) -> None:
    eventually(lambda: bool(heard(recording.samples, [frequency])), f"a tone of {frequency} Hz", 30.0)


def wait_for_waiting(daemon: Daemon, count: int) -> None:
    eventually(lambda: [one.state for one in daemon.queue()].count("waiting") == count, f"{count} wait")


def has_the_place(daemon: Daemon, pid: int) -> bool:
    """Return whether clients find this model server."""
    try:
        return daemon.state().pid == pid
    except StateUnusable:
        return False


def states(daemon: Daemon) -> list[str]:
    """Return what the utterances at a daemon of this version are doing; nothing while another version's runs."""
    done = daemon.run_say("--queue", "--json")
    report = json.loads(done.stdout or "null")
    return [one["state"] for one in report["utterances"]] if report else []


def assert_only(daemon: Daemon, protocol: int) -> None:
    """Wait until nothing is left but one daemon of that protocol with one voice server."""
    eventually(lambda: len(model_servers(daemon)) == 1, "the replaced daemon leaves")
    eventually(lambda: len(voice_servers(daemon)) == 1, "its voice server leaves")
    assert daemon.state().protocol == daemon.voice_state().protocol == protocol
    assert not draining_files(daemon.home)


def test_what_was_begun_is_heard_to_its_end_and_then_what_came(
    first_then: tuple[Daemon, Daemon], sink: NullSink
) -> None:
    first, then = first_then
    with sink.record() as recording, saying(first, "-s", "2", LONG) as speaking:
        recording.wait_for_sound()
        replaced = first.state().protocol
        with saying(then, SHORT[0]) as other:
            assert_spoke(speaking, other)
        recording.wait_for_silence()
        assert order(recording) == [*LONG_TONES, SHORT_TONES[0]]
    assert_only(then, 3 - replaced)


def test_a_file_that_is_being_written_is_the_same_as_ever(old: Daemon, new: Daemon) -> None:
    client, come = speak_into_the_middle(old)
    done = new.run_say("-f", "long.txt", "-o", "whole.wav")
    assert (done.returncode, done.stderr) == (0, b"")
    rest, said = client.communicate(timeout=90)
    assert (client.returncode, said) == (0, b"")
    assert (come + rest)[STREAM_HEADER:] == (new.folder / "whole.wav").read_bytes()[FILE_HEADER:]


def test_those_who_waited_speak_before_those_who_came_later(old: Daemon, new: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(old, LASTING) as speaking, ExitStack() as stack:
        recording.wait_for_sound()
        clients = []
        for count, text in enumerate(SHORT[:2], start=1):
            clients.append(stack.enter_context(saying(old, text)))
            wait_for_waiting(old, count)
        clients.append(stack.enter_context(saying(new, SHORT[2])))
        eventually(lambda: states(new) == ["waiting"], "the last one waits, at its own daemon", 60.0)
        dropped = new.run_say("--policy", "drop", SHORT[3])
        assert dropped.returncode == EXIT_DROPPED, dropped.stderr
        status = new.run_say("--status").stdout.decode()
        assert "version 2.0.0" in status and "the daemon of version 1.0.0" in status and "was replaced" in status
        speaking.send_signal(signal.SIGINT)
        assert_spoke(*clients)
        recording.wait_for_silence()
        # Without the tone that was cut off: the next one may begin within the window in which that one faded.
        assert order(recording, SHORT_TONES) == SHORT_TONES[:3]


def test_a_stream_that_stays_open_takes_turns_with_a_new_version(old: Daemon, new: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(old, stdin=subprocess.PIPE) as stream:
        assert stream.stdin is not None

        def write(text: str) -> None:
            assert stream.stdin is not None
            stream.stdin.write(f"{text}\n".encode())
            stream.stdin.flush()

        write(SHORT[0])
        wait_for_tone(recording, SHORT_TONES[0])
        with saying(new, "-s", "2", LONG) as other:
            wait_for_tone(recording, LONG_TONES[0])
            pid = new.state().pid
            write(SHORT[1])
            assert_spoke(other)
        wait_for_tone(recording, SHORT_TONES[1])
        done = new.run_say(SHORT[2])
        assert (done.returncode, done.stderr) == (0, b"")
        write(SHORT[3])
        assert_spoke(stream)
        recording.wait_for_silence()
        assert order(recording) == [SHORT_TONES[0], *LONG_TONES, *SHORT_TONES[1:]]
    assert new.state().pid == pid, "it was replaced in its turn"
    assert_only(new, 2)


def test_stop_silences_both_versions(old: Daemon, new: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(old, LASTING) as speaking:
        recording.wait_for_sound()
        with saying(new, SHORT[0]) as waiting:
            eventually(lambda: states(new) == ["waiting"], "it waits", 60.0)
            assert b"stopped 2 utterances" in new.run_say("--stop").stdout
            for client in (speaking, waiting):
                client.communicate(timeout=90)
                assert client.returncode == EXIT_STOPPED
        recording.wait_for_silence()
        assert SHORT_TONES[0] not in order(recording)
    assert_only(new, 2)


def test_stop_and_a_look_replace_no_daemon(old: Daemon, new: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(old, LASTING) as speaking:
        recording.wait_for_sound()
        pid = old.state().pid
        for option in ("--status", "--queue", "--skip"):
            done = new.run_say(option)
            assert done.returncode == EXIT_FAILED
            assert "the running daemon is version 1.0.0 and speaks protocol 1, not 2" in message(done)
        assert b"stopped 1 utterance" in new.run_say("--stop").stdout
        speaking.communicate(timeout=90)
        assert speaking.returncode == EXIT_STOPPED
    assert model_servers(old) == [pid]


def test_ctrl_c_silences_one_that_drains_and_the_next_one_speaks(old: Daemon, new: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(old, LASTING) as speaking:
        wait_for_tone(recording, LONG_TONES[0])
        with saying(new, SHORT[0]) as other:
            eventually(lambda: states(new) == ["waiting"], "it waits", 60.0)
            speaking.send_signal(signal.SIGINT)
            assert_spoke(other)
            speaking.communicate(timeout=90)
            assert speaking.returncode == -signal.SIGINT
        recording.wait_for_silence()
        assert order(recording)[-1] == SHORT_TONES[0]
    eventually(lambda: len(model_servers(new)) == 1, "the replaced daemon leaves")


def test_a_pause_by_one_version_holds_the_other_until_it_is_resumed(old: Daemon, new: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(old, LONG) as speaking:
        wait_for_tone(recording, LONG_TONES[0])
        assert b"paused" in new.run_say("--pause").stdout
        recording.wait_for_silence()
        silent = len(recording.samples)
        with saying(new, SHORT[0]) as other:
            eventually(lambda: states(new) == ["held"], "it is held", 30.0)
            assert not heard(recording.samples[silent:], TONES)
            assert b"resumed" in new.run_say("--resume").stdout
            assert_spoke(speaking)
            _, said = other.communicate(timeout=90)
            assert (other.returncode, said.decode()) == (0, f"say: {HELD}\n")
        recording.wait_for_silence()
        assert most_at_once(recording.samples, TONES) == 1
        assert followed(recording.samples, TONES) == [*LONG_TONES, SHORT_TONES[0]]
        assert_whole(recording)


def test_a_hold_of_nothing_outlives_its_daemon(old: Daemon, new: Daemon, sink: NullSink) -> None:
    """Once, what was spoken after a hold sounded all the same if another version, or a crash, had come in between."""
    pid = old.start()
    assert b"paused" in old.run_say("--pause").stdout
    with sink.record() as recording, saying(new, SHORT[0]) as held:
        eventually(lambda: states(new) == ["held"], "it is held", 30.0)
        eventually(lambda: pid not in model_servers(old), "the one before leaves")
        kill(new.state().pid)
        eventually(lambda: states(new) == ["held"], "it is held again", 30.0)
        assert not heard(recording.samples, TONES)
        assert b"resumed" in new.run_say("--resume").stdout
        held.communicate(timeout=90)
        assert held.returncode == 0
        recording.wait_for_silence()
        assert order(recording) == SHORT_TONES[:1]


def test_what_a_crash_cuts_off_while_it_drains_goes_on_and_the_new_one_keeps_its_words(
    old: Daemon, new: Daemon, sink: NullSink
) -> None:
    with sink.record() as recording, saying(old, LONG) as speaking:
        wait_for_tone(recording, LONG_TONES[0])
        draining = old.state().pid
        with saying(new, SHORT[0]) as other:
            eventually(lambda: not has_the_place(old, draining), "it drains", 30.0)
            kill(draining)
            assert_spoke(speaking, other)
        recording.wait_for_silence()
        tones = order(recording)
        assert_whole(recording)
    assert tones.count(SHORT_TONES[0]) == 1
    alone = [tone for tone, _ in itertools.groupby(tone for tone in tones if tone != SHORT_TONES[0])]
    # On a busy machine the end of the first piece may have been heard, but not told.
    assert alone in (LONG_TONES, LONG_TONES * 2)
    eventually(lambda: len(model_servers(new)) == 1, "one daemon stays")
    done = new.run_say("-o", "out.wav", SHORT[1])
    assert (done.returncode, done.stderr) == (0, b"")
    eventually(lambda: not draining_files(new.home), "nothing is left of the one that was killed")


def test_many_that_come_at_once_start_one_daemon(old: Daemon, new: Daemon, counts: Callable[[int, int], int]) -> None:
    old.start()
    with ExitStack() as stack:
        for number in range(counts(4, 20)):
            client = stack.enter_context(saying(new, "-o", f"{number}.wav", SHORT[0]))
            stack.callback(assert_spoke, client)
    assert whole_log(new).count("listening on port") == 2
    assert_only(new, 2)


def test_both_versions_at_once_are_both_served(old: Daemon, new: Daemon, counts: Callable[[int, int], int]) -> None:
    """Once, each replaced the daemon of the other, over and over, before it had begun to speak."""
    with ExitStack() as stack:
        for number in range(counts(2, 6)):
            for programs in (old, new):
                name = f"{programs is old}{number}.wav"
                stack.callback(assert_spoke, stack.enter_context(saying(programs, "-o", name, SHORT[0])))


def test_another_version_of_the_same_protocol_replaces_nothing(
    versions: Versions, old: Daemon, new: Daemon, sink: NullSink
) -> None:
    versions.new.become("2.0.0", 1)
    pid = old.start()
    done = new.run_say("-o", "out.wav", SHORT[0])
    assert (done.returncode, done.stderr) == (0, b"")
    assert model_servers(old) == [pid]
    assert old.voice_state().version == "1.0.0"


def test_a_shutdown_ends_both_versions(old: Daemon, new: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(old, LASTING) as speaking:
        recording.wait_for_sound()
        with saying(new, SHORT[0]) as waiting:
            eventually(lambda: states(new) == ["waiting"], "it waits", 60.0)
            done = old.run_say("--shutdown")
            assert (done.returncode, done.stdout) == (0, b"the daemon has ended\n"), done.stderr
            for client in (speaking, waiting):
                client.communicate(timeout=90)
                assert client.returncode == EXIT_STOPPED
    assert not new.processes() and not draining_files(new.home)


def test_a_shutdown_ends_one_that_speaks_another_protocol(old: Daemon, new: Daemon) -> None:
    old.start()
    done = new.run_say("--shutdown")
    assert (done.returncode, done.stdout) == (0, b"the daemon has ended\n"), done.stderr
    assert not old.processes()


def test_an_update_in_place_leaves_a_running_stream_its_voice(versions: Versions, old: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(old, stdin=subprocess.PIPE) as stream:
        assert stream.stdin is not None
        stream.stdin.write(f"{SHORT[0]}\n".encode())
        stream.stdin.flush()
        wait_for_tone(recording, SHORT_TONES[0])
        versions.old.become("2.0.0", 2)
        done = old.run_say(SHORT[1])
        assert (done.returncode, done.stderr) == (0, b"")
        stream.stdin.write(f"{SHORT[2]}\n".encode())
        assert_spoke(stream)
        recording.wait_for_silence()
        assert order(recording) == SHORT_TONES[:3]
    assert_only(old, 2)


_SPEAKS_TWICE = """
import sys
from say.client import SayClient
from common.errors import SayError
with SayClient() as client:
    client.render(sys.argv[1], write=lambda pcm: None)
    print("once", flush=True)
    sys.stdin.readline()
    try:
        client.render(sys.argv[1], write=lambda pcm: None)
    except SayError as error:
        print(error.code, error)
"""


@pytest.mark.parametrize("daemon_runs", [True, False])
def test_a_program_that_was_updated_while_it_runs_is_told_and_disturbs_nobody(
    daemon_runs: bool, versions: Versions, old: Daemon
) -> None:
    program = old.start_python("-c", _SPEAKS_TWICE, SHORT[0], stdin=subprocess.PIPE)
    assert program.stdout is not None and program.stdout.readline() == b"once\n"
    versions.old.become("2.0.0", 2)
    done = old.run_say(*(["-o", "out.wav", SHORT[1]] if daemon_runs else ["--shutdown"]))
    assert (done.returncode, done.stderr) == (0, b"")
    running = model_servers(old)
    said, _ = program.communicate(b"\n", timeout=90)
    assert said.decode().startswith("protocol_mismatch this program began as version 1.0.0, and version 2.0.0 has been")
    assert not running or old.state().pid in running
    done = old.run_say("-o", "out.wav", SHORT[1])
    assert (done.returncode, done.stderr) == (0, b"")
    assert_only(old, 2)


def test_a_program_of_another_version_that_speaks_again_has_its_own_daemon_back(old: Daemon, new: Daemon) -> None:
    program = old.start_python("-c", _SPEAKS_TWICE, SHORT[0], stdin=subprocess.PIPE)
    assert program.stdout is not None and program.stdout.readline() == b"once\n"
    done = new.run_say("-o", "out.wav", SHORT[1])
    assert (done.returncode, done.stderr) == (0, b"")
    assert program.communicate(b"\n", timeout=90)[0] == b""
    assert_only(old, 1)
