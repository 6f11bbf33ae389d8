"""What was not spoken when speech was stopped: told, kept, and spoken by `say --continue`."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess

import pytest

from common.errors import EXIT_DROPPED, EXIT_FAILED, EXIT_STOPPED
from common.messages.control import Stop, StopReport
from say.reading import Flush, Input, pour
from say.rests import kept_files, recall
from say.spool import TextSpool
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.lives import kill, voice_servers
from tests.fakes.pulse import NullSink, Recording
from tests.fakes.said import message
from tests.fakes.saying import saying
from tests.fakes.tones import followed, heard, lasted, short_text, text_of_pieces, tones_of

pytestmark = pytest.mark.sound

TEXT = text_of_pieces(4)  # a sentence each, of 2 s at speed 1
SLOWLY = ("-s", "0.5")  # a sentence lasts longer than it takes to stop it on a busy machine
TONES = tones_of(TEXT)
LENGTH = 2.0  # seconds of a sentence at speed 1
SENTENCES = re.findall(r"[^.]+\.", TEXT)


def kept(daemon: Daemon) -> str | None:
    """Return the text that is kept; None if there is none."""
    files = kept_files(daemon.home)
    if not files:
        return None
    assert [stat.S_IMODE(path.stat().st_mode) for path in files] == [0o600]
    return files[0].read_text().partition("\n")[2]


def still_to_be_spoken(daemon: Daemon) -> str:
    """Return what `say --continue` would speak, to the last character."""
    rest = recall(daemon.home)
    assert rest is not None
    with TextSpool() as spool:
        source = Input(os.dup(rest.descriptor), "the rest", terminal=False)
        pour(source, spool, Flush.AT_END, pytest.fail, text_filter=rest.recipe.filter()).join()
        os.close(rest.descriptor)
        return spool.read(0, spool.length).text


def order(recording: Recording) -> list[int]:
    """Return which sentences were heard, by their numbers, in this order."""
    return [TONES.index(tone) for tone in followed(recording.samples, TONES)]


def reach(recording: Recording, sentence: int) -> None:
    """Wait until this sentence has sounded for a while: on a busy machine the client learns later than we that it does."""

    def under_way() -> bool:
        found = heard(recording.samples, [TONES[sentence]])
        return sum(each.end - each.start for each in found) > 1.0

    eventually(under_way, f"sentence {sentence}")


def interrupt(client: subprocess.Popen[bytes], number: int = signal.SIGINT) -> str:
    """End `say` by a signal; return what it said."""
    client.send_signal(number)
    _, said = client.communicate(timeout=30)
    assert client.returncode == -number, said
    return said.decode()


def report(text: str) -> str:
    """Return how what is left of TEXT is told."""
    lead = text[:60].rsplit(" ", 1)[0]
    return f"Not spoken: \"{lead}…\" and {len(text) - len(lead):,} more characters; 'say --continue' goes on there."


def test_what_ctrl_c_cut_off_is_spoken_from_its_sentence_on(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording:
        with saying(daemon, *SLOWLY, TEXT) as client:
            reach(recording, 1)
            said = interrupt(client)
        rest = "".join(SENTENCES[1:]).strip()
        assert said == f"say: stopped. {report(rest)}\n"
        assert kept(daemon) == rest
        recording.wait_for_silence()
        assert order(recording) == [0, 1]
    with sink.record() as recording:
        done = daemon.run_say("--continue", "-s", "1.5")

        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
        recording.wait_for_silence()
        assert order(recording) == [1, 2, 3]
        assert lasted(recording.samples, TONES)[TONES[1]] > LENGTH / 1.5 - 0.1
        assert kept(daemon) is None
    done = daemon.run_say("--continue")
    assert (done.returncode, message(done)) == (EXIT_FAILED, "nothing is left unspoken.")


def test_what_is_continued_and_interrupted_again_is_kept_again(daemon: Daemon, sink: NullSink) -> None:
    for sentence, arguments in ((1, (*SLOWLY, TEXT)), (2, ("--continue",)), (3, ("--continue",))):
        with sink.record() as recording:
            with saying(daemon, *arguments) as client:
                reach(recording, sentence)
                interrupt(client, signal.SIGTERM)
            assert kept(daemon) == "".join(SENTENCES[sentence:]).strip()
            recording.wait_for_silence()
            assert order(recording) == [sentence - 1, sentence]
    with sink.record() as recording:
        assert daemon.run_say("--continue", "-s", "1.5").returncode == 0
        recording.wait_for_silence()
        assert order(recording) == [3]
        assert lasted(recording.samples, TONES)[TONES[3]] > LENGTH / 1.5 - 0.1


def test_it_goes_on_in_its_voice_and_at_its_speed_unless_told_otherwise(daemon: Daemon, sink: NullSink) -> None:
    text = text_of_pieces(2, "bm_george", "af_heart")
    for arguments, voice in (((), "bm_george"), (("-v", "af_heart"), "af_heart")):
        with sink.record() as recording, saying(daemon, "-v", "bm_george", "-s", "0.75", text) as client:
            recording.wait_for_sound()
            interrupt(client)
            recording.wait_for_silence()
        with sink.record() as recording:
            assert daemon.run_say("--continue", *arguments).returncode == 0
            recording.wait_for_silence()
            tones = tones_of(text, voice)
            assert followed(recording.samples, tones) == tones
            assert lasted(recording.samples, tones)[tones[0]] > LENGTH / 0.75 - 0.1


def test_the_rest_of_a_file_that_was_not_read_yet_belongs_to_it(daemon: Daemon, sink: NullSink) -> None:
    text = TEXT + "\n" + "And so on, and on. " * 200_000
    (daemon.folder / "long.txt").write_text(text)
    with sink.record() as recording, saying(daemon, *SLOWLY, "-f", "long.txt") as client:
        reach(recording, 1)
        said = interrupt(client)
    assert still_to_be_spoken(daemon) == text[text.index(SENTENCES[1].strip()) :]
    assert said.endswith("'say --continue' goes on there.\n")


def test_of_a_pipe_what_had_come_is_kept(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(daemon, *SLOWLY, stdin=subprocess.PIPE) as client:
        assert client.stdin is not None
        client.stdin.write(TEXT.encode() + b"\n")
        client.stdin.flush()
        reach(recording, 1)
        client.send_signal(signal.SIGINT)
        assert client.wait(30) == -signal.SIGINT
    assert kept(daemon) == "".join(SENTENCES[1:]).strip() + "\n"


def test_what_others_stop_is_kept_too(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(daemon, *SLOWLY, TEXT) as client:
        reach(recording, 1)
        daemon.ask(Stop(), StopReport)  # as `say --stop` does, which may take longer to start than the sentence lasts
        _, said = client.communicate(timeout=30)
        assert client.returncode == EXIT_STOPPED
        assert said.decode() == f"say: the speech was stopped. {report(''.join(SENTENCES[1:]).strip())}\n"
    assert kept(daemon) == "".join(SENTENCES[1:]).strip()


def test_when_all_was_heard_nothing_is_kept(daemon: Daemon, sink: NullSink) -> None:
    assert daemon.run_say("Short text.").returncode == 0
    assert daemon.run_say("Short text.", "-o", "out.wav").returncode == 0
    assert kept(daemon) is None


def test_what_others_displace_is_not_reported(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(daemon, *SLOWLY, "--priority", "text", TEXT) as client:
        recording.wait_for_sound()
        assert daemon.run_say("--priority", "text", short_text(unlike=TONES)).returncode == 0
        _, said = client.communicate(timeout=30)
        assert client.returncode == EXIT_DROPPED
        assert b"Not spoken" not in said
    assert kept(daemon) is None


@pytest.mark.own_daemon
def test_a_server_that_keeps_crashing_leaves_the_rest(daemon: Daemon, sink: NullSink) -> None:
    with sink.record() as recording, saying(daemon, *SLOWLY, TEXT) as client:
        reach(recording, 1)
        said = kill_servers_of(client, daemon)
        assert client.returncode == EXIT_FAILED
        assert b"'say --continue' goes on there." in said
    rest = kept(daemon)
    assert rest is not None and TEXT.endswith(rest) and rest.startswith("Sentence")
    with saying(daemon, "--continue") as client:
        kill_servers_of(client, daemon)
        assert client.returncode == EXIT_FAILED
    assert kept(daemon) == rest


def kill_servers_of(client: subprocess.Popen[bytes], daemon: Daemon) -> bytes:
    """Kill every voice server until `say` has ended; return what it said."""
    while client.poll() is None:
        for pid in voice_servers(daemon):
            kill(pid)
    return client.communicate()[1]


def test_a_damaged_file_is_said_to_be_one(daemon: Daemon) -> None:
    (daemon.home / "unspoken.1.1").write_bytes(b"\xff\xff\n" * 10_000)
    done = daemon.run_say("--continue")
    assert done.returncode == EXIT_FAILED
    assert message(done).startswith("what was not spoken cannot be read: the file is damaged. Remove ")
