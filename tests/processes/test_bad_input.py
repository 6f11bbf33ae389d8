"""What bad input gets: a status, one sentence that helps, and never a traceback. Through the program itself."""

from __future__ import annotations

import os
import pty
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.errors import EXIT_FAILED, EXIT_OK, EXIT_USAGE
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.said import lines, message, samples
from tests.fakes.shared_daemon import SharedDaemon

SOON = 15.0  # seconds; 0.1 s on an idle machine


@pytest.fixture
def cold(tmp_path: Path) -> Iterator[Daemon]:
    """Yield a home in which nothing runs."""
    with Daemon(tmp_path, start=False) as daemon:
        yield daemon


@pytest.fixture(scope="module")
def shared_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedDaemon]:
    with SharedDaemon(tmp_path_factory.mktemp("shared"), None) as shared:
        yield shared


@pytest.fixture
def daemon(shared_daemon: SharedDaemon, tmp_path: Path) -> Daemon:
    return shared_daemon.for_test(tmp_path)


# What no server is asked for

USAGE: dict[str, tuple[list[str], str]] = {
    "unknown voice": (["-v", "af_haert", "x"], "Did you mean af_heart"),
    "voice like no other": (["-v", "../../etc/passwd", "x"], "'say --voices' lists them all"),
    "unknown voice to download": (["--download", "bm_goerge"], "Did you mean bm_george"),
    "unknown voice beside all": (["--remove", "all", "bm_goerge"], "Did you mean bm_george"),
    "too slow": (["-s", "0.4", "x"], "speed is a factor from 0.5 to 2.0, not 0.4"),
    "too fast": (["-s", "2.1", "x"], "speed is a factor from 0.5 to 2.0, not 2.1"),
    "a rate": (["-s", "160", "x"], "It is not a rate: about 175 words a minute are 1.0, so 160 would be -s 0.9"),
    "no number": (["-s", "nan", "x"], "speed is a factor from 0.5 to 2.0"),
    "infinite": (["-s", "inf", "x"], "speed is a factor from 0.5 to 2.0"),
    "a word for a speed": (["-s", "fast", "x"], "'fast' is no speed. Give a factor from 0.5 to 2.0"),
    "speed left out": (["-s"], "--speed needs a value"),
    "another ending": (["x", "-o", "x.mp3"], "does not end in .wav"),
    "no ending": (["x", "-o", "x"], "does not end in .wav"),
    "abbreviated option": (["--outp", "x.wav", "x"], "there is no option '--outp'. Did you mean --output?"),
    "abbreviated with a value": (
        ["--voic=af_heart", "x"],
        "there is no option '--voic=af_heart'. Did you mean --voice?",
    ),
    "text that begins with a dash": (["-5 degrees"], "Put '--' in front of text that begins with '-'"),
    "a word that begins with a dash": (["it", "is", "-very", "cold"], "Put '--' in front of text"),
    "a word that could be a speed": (["-so", "be", "it"], "Put '--' in front of text"),
    "a word that could be an output": (["-or", "not"], "Put '--' in front of text"),
    "unknown engine": (["--engine", "festival", "x"], "not one of auto, kokoro, espeak, tone"),
    "unknown language": (["--language", "eo", "x"], "there is no language 'eo'. Choose from en-us"),
    "text twice": (["-f", "x.txt", "x"], "text is given both as words and with --file"),
    "a dash alone": (["-"], "Standard input is read by 'say' alone and by 'say -f -'"),
    "two actions": (["--status", "--stop"], "--stop and --status cannot be done at once"),
    "text beside an action": (["--shutdown", "x"], "--shutdown takes no text"),
    "an option beside an action": (["--stop", "-v", "af_heart"], "--stop and --voice do not go together"),
    "json of nothing": (["--json", "x"], "--json goes with --status"),
}


@pytest.mark.parametrize("name", USAGE)
def test_a_usage_error_costs_no_daemon_and_says_what_to_do(cold: Daemon, name: str) -> None:
    arguments, helpful = USAGE[name]
    began = time.monotonic()

    done = cold.run_say(*arguments)

    assert (done.returncode, done.stdout) == (EXIT_USAGE, b"")
    assert helpful in message(done)
    assert time.monotonic() - began < SOON
    assert not cold.home.exists()


OUT_OF_REACH: dict[str, tuple[list[str], str]] = {
    "output in a missing folder": (["x", "-o", "missing/x.wav"], "missing/x.wav cannot be written: no such file"),
    "output that is a folder": (["x", "-o", "."], ". is a directory. Name a file in it."),
    "output below a file": (["x", "-o", "file.txt/x.wav"], "cannot be written: not a directory"),
    "missing text": (["-f", "missing.txt"], "missing.txt cannot be read: no such file"),
    "folder for a text": (["-f", "."], ". cannot be read: is a directory"),
    "name too long": (["x", "-o", "x" * 300 + ".wav"], "cannot be written: file name too long"),
}


@pytest.mark.parametrize("name", OUT_OF_REACH)
def test_files_out_of_reach_are_noticed_before_any_synthesis(cold: Daemon, name: str) -> None:
    (cold.folder / "file.txt").write_text("Text.")
    arguments, helpful = OUT_OF_REACH[name]

    done = cold.run_say(*arguments)

    assert (done.returncode, done.stdout) == (EXIT_FAILED, b"")
    assert helpful in message(done)
    assert not cold.home.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write and read anything")
def test_files_without_permission_are_noticed_before_any_synthesis(cold: Daemon) -> None:
    for name in ("text.txt", "sound.wav"):
        (cold.folder / name).touch(mode=0)

    assert "text.txt cannot be read: permission denied" in message(cold.run_say("-f", "text.txt"))
    assert "sound.wav cannot be written: permission denied" in message(cold.run_say("x", "-o", "sound.wav"))
    assert not cold.home.exists()


@pytest.mark.parametrize("text", ["", "   ", "\n\t \n", "\u3000"])
def test_nothing_to_speak_is_no_error(cold: Daemon, text: str) -> None:
    for done in (cold.run_say(text), cold.run_say(input=text), cold.run_say(text, "-o", "empty.wav")):
        assert (done.returncode, done.stdout, done.stderr) == (EXIT_OK, b"", b"")

    assert samples(cold.folder / "empty.wav") == b""
    assert cold.pids() == []


@pytest.mark.parametrize("option", ["--status", "--stop", "--shutdown"])
def test_looking_after_a_daemon_starts_none(cold: Daemon, option: str) -> None:
    done = cold.run_say(option)

    assert (done.returncode, done.stdout, done.stderr) == (EXIT_OK, b"no daemon is running\n", b"")
    assert cold.pids() == []
    assert not cold.home.exists()


# Settings

SETTINGS: dict[str, tuple[dict[str, str], str, str]] = {
    "a word for a number": ({"SAY_SPEED": "fast"}, "", "SAY_SPEED: 'fast' is no number"),
    "out of bounds": ({"SAY_SPEED": "3"}, "", "SAY_SPEED: 3.0 is outside 0.5 to 2"),
    "unknown voice": ({"SAY_VOICE": "af_haert"}, "", "Did you mean af_heart"),
    "not TOML": ({}, "speed =", "config.toml cannot be read: "),
    "unknown name": ({}, "sped = 1.0", "config.toml: there is no setting 'sped'. 'say --help' lists the settings"),
    "wrong type": ({}, "speed = true", "config.toml: speed: True is no number"),
    "a table": ({}, "[speed]\nvalue = 1", "config.toml: speed: "),
    "not UTF-8": ({}, "voice = '\udcff'", "config.toml cannot be read: "),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_bad_setting_is_named_with_its_source(cold: Daemon, name: str) -> None:
    variables, config, helpful = SETTINGS[name]
    if config:
        cold.home.mkdir(mode=0o700)
        (cold.home / "config.toml").write_text(config, encoding="utf-8", errors="surrogateescape")

    done = cold.run_say("x", "-o", "x.wav", env=variables)

    assert done.returncode == EXIT_USAGE
    assert helpful in message(done)
    assert cold.pids() == []
    assert not (cold.folder / "x.wav").exists()


@pytest.mark.parametrize("option", ["--stop", "--pause", "--queue", "--status", "--clear-cache", "--shutdown"])
def test_a_bad_setting_keeps_nobody_from_silence(tmp_path: Path, option: str) -> None:
    with Daemon(tmp_path) as daemon:
        good, bad = daemon.run_say(option), daemon.run_say(option, env={"SAY_CACHE": "maybe"})

    assert (good.returncode, good.stderr) == (bad.returncode, b"") == (EXIT_OK, b"")
    assert message(bad) == "SAY_CACHE: 'maybe' is not one of on, off."
    assert bad.stdout


def test_a_config_file_that_cannot_be_opened_is_named(cold: Daemon) -> None:
    (cold.home / "config.toml").mkdir(parents=True)

    assert "config.toml cannot be read: " in message(cold.run_say("x", "-o", "x.wav"))


def test_a_relative_model_dir_is_refused_with_the_remedy(cold: Daemon) -> None:
    done = cold.run_say("x", "-o", "x.wav", env={"SAY_MODEL_DIR": "model"})

    assert done.returncode == EXIT_USAGE
    assert "model_dir 'model' is not an absolute path. Give the whole path" in message(done)


# Text

BROKEN = b"caf\xe9 \xff au lait"


def test_text_that_is_not_utf8_is_spoken_with_one_warning(daemon: Daemon) -> None:
    (daemon.folder / "latin.txt").write_bytes(BROKEN * 3)
    from_pipe = daemon.run_say("-o", "pipe.wav", input=BROKEN * 3)
    from_file = daemon.run_say("-o", "file.wav", "-f", "latin.txt")
    from_words = daemon.run_say("-o", "words.wav", os.fsdecode(BROKEN * 3))

    for done, name in ((from_pipe, "standard input"), (from_file, "latin.txt"), (from_words, "the text")):
        assert done.returncode == EXIT_OK
        assert message(done) == f"{name} is not UTF-8; what cannot be decoded is replaced"
    pipe, file, words = (samples(daemon.folder / f"{each}.wav") for each in ("pipe", "file", "words"))
    assert pipe == file == words
    assert len(pipe) > 10_000


@pytest.mark.parametrize("engine", ["tone", "espeak"])
def test_odd_characters_are_no_trouble(daemon: Daemon, engine: str) -> None:
    odd = "a\0b \x1b[31m \u202e \ufeff \U0001f600 \x01q \ue001 e\u0301 " + "\u0301" * 50 + " end"
    done = daemon.run_say("-o", "odd.wav", "--engine", engine, input=odd)

    assert done.returncode == EXIT_OK
    assert message(done) == "1 character could not be spoken and was left out: U+E001 (private-use character)"
    assert samples(daemon.folder / "odd.wav")


def test_a_huge_word_of_the_command_line_is_spoken(daemon: Daemon) -> None:
    done = daemon.run_say("-o", "huge.wav", " " * 120_000 + "word")

    assert (done.returncode, done.stderr) == (EXIT_OK, b"")
    assert samples(daemon.folder / "huge.wav")


def test_a_huge_wrong_argument_is_not_repeated_in_full(cold: Daemon) -> None:
    huge = "x" * 100_000  # Linux takes 128 KiB an argument
    for arguments in (["-v", huge], ["--" + huge], ["--engine", huge], ["--language", huge], ["-s", huge]):
        done = cold.run_say(*arguments, "text")
        assert done.returncode == EXIT_USAGE
        assert len(message(done)) < 400


def test_what_confuses_a_terminal_is_shown_as_an_escape(cold: Daemon) -> None:
    done = cold.run_say("-v", "\x1b]0;title\x07\u202e", "x")

    assert done.returncode == EXIT_USAGE
    assert message(done).isprintable()


# Outputs


@pytest.mark.parametrize("output", ["/dev/full", "-"])
def test_a_full_device_is_said(daemon: Daemon, output: str) -> None:
    with Path("/dev/full").open("wb") as full:
        running = daemon.start_say("Hello.", "-o", output, stdout=full.fileno())
        _, err = running.communicate(timeout=30)

    assert running.returncode == EXIT_FAILED
    assert err.endswith(b" cannot be written: no space left on device.\n")
    assert err.count(b"\n") == 1


@pytest.mark.parametrize("option", ["--voices", "--help", "--version", "--status"])
def test_an_answer_that_cannot_be_written_is_said(cold: Daemon, option: str) -> None:
    with Path("/dev/full").open("wb") as full:
        running = cold.start_say(option, stdout=full.fileno())
        _, err = running.communicate(timeout=30)

    assert running.returncode == EXIT_FAILED
    assert err == b"say: standard output cannot be written: no space left on device.\n"


def test_dev_null_is_written_to_and_stays(daemon: Daemon) -> None:
    before = os.stat("/dev/null")

    assert daemon.run_say("Hello.", "-o", "/dev/null").returncode == EXIT_OK

    assert os.stat("/dev/null").st_ino == before.st_ino
    assert not Path("/dev/null").is_file()


def test_a_fifo_is_written_to_and_stays(daemon: Daemon) -> None:
    fifo = daemon.folder / "fifo"
    os.mkfifo(fifo)
    running = daemon.start_say("Hello.", "-o", "fifo")

    data = fifo.read_bytes()

    assert running.wait(30) == EXIT_OK
    running.communicate()
    assert data.startswith(b"RIFF")
    assert len(data) > 1000
    assert fifo.is_fifo()


def test_a_link_stays_a_link(daemon: Daemon) -> None:
    (daemon.folder / "link.wav").symlink_to("real.wav")

    assert daemon.run_say("Hello.", "-o", "link.wav").returncode == EXIT_OK

    assert (daemon.folder / "link.wav").is_symlink()
    assert samples(daemon.folder / "real.wav")


def test_a_wav_is_never_sent_to_a_terminal(cold: Daemon) -> None:
    terminal, side = pty.openpty()
    try:
        running = cold.start_say("Hello.", "-o", "-", stdout=side)
        _, err = running.communicate(timeout=30)
    finally:
        os.close(side)
        os.close(terminal)

    assert running.returncode == EXIT_USAGE
    assert err == "say: a terminal cannot show a WAV. Send it to a file or to a program: say -o - … | …\n".encode()
    assert not cold.home.exists()


def test_a_reader_that_leaves_ends_the_program_as_a_shell_expects(daemon: Daemon) -> None:
    text = "A sentence that takes a while to speak. " * 500
    running = daemon.start_say("-o", "-", text)
    assert running.stdout is not None and running.stderr is not None
    assert running.stdout.read(10).startswith(b"RIFF")
    running.stdout.close()

    assert running.wait(30) == -signal.SIGPIPE
    assert running.stderr.read() == b""
    running.stderr.close()


def test_head_gets_its_lines_of_the_voices(cold: Daemon) -> None:
    shell = 'set -o pipefail; "$0" -m say --voices | head -c 10; exit ${PIPESTATUS[0]}'
    done = _bash(cold, shell)

    assert done.stdout == b"VOICE     "
    assert done.returncode in (EXIT_OK, 128 + signal.SIGPIPE)
    assert done.stderr == b""


def _bash(daemon: Daemon, script: str) -> subprocess.CompletedProcess[bytes]:
    """Run a script in which "$0" is Python."""
    return subprocess.run(
        ["bash", "-c", script, sys.executable],
        cwd=daemon.folder,
        env=daemon.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
    )


CLOSED: dict[str, tuple[str, int, bytes]] = {
    "no standard output": ('"$0" -m say hi -o x.wav >&-', EXIT_OK, b""),
    "a WAV to no standard output": ('"$0" -m say hi -o - >&-', EXIT_FAILED, b"say: standard output is closed.\n"),
    "an answer to no standard output": ('"$0" -m say --voices >&-', EXIT_FAILED, b"say: standard output is closed.\n"),
    "no standard error": ('"$0" -m say hi -o x.wav 2>&-', EXIT_OK, b""),
    "an error to no standard error": ('"$0" -m say -v nobody hi 2>&-', EXIT_USAGE, b""),
    "an error to a full standard error": ('"$0" -m say -v nobody hi 2>/dev/full', EXIT_USAGE, b""),
    "nothing open": ('"$0" -m say hi -o x.wav <&- >&- 2>&-', EXIT_OK, b""),
    "no standard input": (
        '"$0" -m say -o x.wav <&-',
        EXIT_FAILED,
        b"say: standard input is closed. Give the text as words, or a file with -f.\n",
    ),
}


@pytest.mark.parametrize("name", CLOSED)
def test_closed_streams_are_no_surprise(cold: Daemon, name: str) -> None:
    script, status, said = CLOSED[name]

    done = _bash(cold, script)

    assert (done.returncode, done.stderr) == (status, said)
    if "-o x.wav" in script and status == EXIT_OK:
        assert samples(cold.folder / "x.wav")


def test_a_loop_that_reads_lines_keeps_its_input(daemon: Daemon) -> None:
    script = 'printf "one\\ntwo\\nthree\\n" | while read -r line; do "$0" -m say -o "$line.wav" "$line"; done'
    assert _bash(daemon, script).returncode == EXIT_OK
    assert sorted(path.name for path in daemon.folder.glob("*.wav")) == ["one.wav", "three.wav", "two.wav"]


def test_a_file_that_fails_midway_leaves_the_old_one(daemon: Daemon) -> None:
    (daemon.folder / "out.wav").write_bytes(b"before")
    done = daemon.run_say(
        "-v", "jf_alpha", "--engine", "espeak", "\u3053\u3093. " * 5 + "\u65e5\u672c", "-o", "out.wav"
    )

    assert done.returncode == EXIT_FAILED
    assert "kanji" in message(done)
    assert (daemon.folder / "out.wav").read_bytes() == b"before"
    assert [path.name for path in daemon.folder.glob(".say-*")] == []


# The machine's limits


def test_a_fixed_port_that_is_taken_is_said_with_its_number(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with Daemon(tmp_path, start=False, model_port=port) as daemon:
            done = daemon.run_say("x", "-o", "x.wav")

            assert done.returncode == EXIT_FAILED
            assert f"port {port} is taken by another program. Set model_port" in message(done)
            eventually(lambda: daemon.pids() == [], "no daemon stays")


def test_a_fixed_voice_port_that_is_taken_is_said_or_avoided(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with Daemon(tmp_path, start=False, voice_port_base=port) as daemon:
            done = daemon.run_say("x", "-o", "x.wav")

            if done.returncode == EXIT_OK:
                assert daemon.voice_state().port != port
            else:
                assert f"port {port} is taken by another program. Set" in lines(done)[-1]


@pytest.mark.parametrize("limit", [6, 8, 10, 12, 16, 20])
def test_too_many_open_files_are_said_in_a_sentence(cold: Daemon, limit: int) -> None:
    """Whatever runs out first, in the client or in the daemon that it starts: a sentence, or it works."""
    done = _bash(cold, f'ulimit -n {limit}; exec "$0" -m say x -o x.wav')

    if done.returncode != EXIT_OK:
        assert done.returncode == EXIT_FAILED
        assert "too many open files" in message(done).lower() or "too many files are open" in message(done).lower()


def test_a_home_that_is_no_directory_is_said(tmp_path: Path) -> None:
    with Daemon(tmp_path, start=False) as daemon:
        daemon.home.write_text("")
        done = daemon.run_say("x", "-o", "x.wav")

        assert done.returncode == EXIT_FAILED
        assert "Set SAY_HOME to a directory of your own." in message(done)


# Debugging


def test_a_traceback_is_for_those_who_ask(cold: Daemon) -> None:
    assert b"Traceback" not in cold.run_say("-v", "nobody", "x").stderr
    asked = cold.run_say("--debug", "-v", "nobody", "x")
    assert asked.returncode == EXIT_USAGE
    assert b"Traceback" in asked.stderr
    assert b"Traceback" not in cold.run_say("-v", "nobody", "--", "--debug").stderr


def test_ctrl_c_ends_the_program_by_its_signal_and_leaves_no_file(daemon: Daemon) -> None:
    (daemon.folder / "long.txt").write_text("A sentence. " * 100_000)
    running = daemon.start_say("-o", "long.wav", "-f", "long.txt")
    eventually(lambda: bool(daemon.queue()), "it is at work")

    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)

    assert (running.returncode, out, err) == (-signal.SIGINT, b"", b"")
    assert list(daemon.folder.glob("*.wav")) + list(daemon.folder.glob(".say-*")) == []


def test_a_policy_for_pipes_is_refused_for_a_file(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("One.\n")
    with Daemon(tmp_path, start=False) as daemon:
        done = daemon.run_say("--behind", "errors", "-f", "notes.txt")
        assert done.returncode == 2
        assert b"--behind is about pipes, and notes.txt is a file" in done.stderr
        assert not daemon.pids()
