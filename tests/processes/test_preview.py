"""`say --phonemes` as a user meets it: no weights, no engine, no sound; from words, files and pipes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types
import pytest

from common.errors import EXIT_FAILED, EXIT_OK, EXIT_USAGE
from tests.fakes.daemon import Daemon
from tests.fakes.said import message

MEGABYTE = 1_000_000
CLIENT_GROWTH = 40 * MEGABYTE  # bytes, the spool's own memory among them
SERVER_GROWTH = 60 * MEGABYTE  # the lexicons among them


@pytest.fixture
def daemon(no_process_left: object, tmp_path: Path) -> Iterator[Daemon]:
    with Daemon(tmp_path, start=False, engine="auto") as started:
        yield started


def previewed(daemon: Daemon, *arguments: str, **input: str) -> list[dict[str, object]]:
    done = daemon.run_say("--phonemes", "--json", *arguments, **input)  # type: ignore[arg-type]  # `input`
    assert (done.returncode, done.stderr) == (EXIT_OK, b"")
    pieces: list[dict[str, object]] = json.loads(done.stdout)["pieces"]
    return pieces


def test_it_starts_the_daemon_and_loads_no_engine(daemon: Daemon) -> None:
    (piece,) = previewed(daemon, "It costs $5.")

    assert piece == {
        "text": "It costs $5.",
        "start": 0,
        "end": 12,
        "normalised": "It costs five dollars.",
        "phonemes": "ˌɪt kˈɔsts fˈIv dˈɑləɹz.",
        "voice": "af_heart",
    }
    status = json.loads(daemon.run_say("--status", "--json").stdout)
    assert set(status["engines"].values()) == {"not loaded"}
    assert status["voices"] == []


def test_people_get_the_words_in_columns(daemon: Daemon) -> None:
    done = daemon.run_say("--phonemes", "The price is $5, ok? [pause 1s]", "Yes.")
    assert (done.returncode, done.stderr) == (EXIT_OK, b"")
    assert done.stdout.decode().splitlines() == [
        "0–21",  # noqa: RUF001  # a span
        "  text      The  price  is  $5,            ok?",
        "  said      The  price  is  five dollars,  ok?",
        "  phonemes  ðə   pɹˈIs  ɪz  fˈIv dˈɑləɹz,  ˌOkˈA?",
        "",
        "21–31  a pause of 1 s",  # noqa: RUF001
        "",
        "31–36",  # noqa: RUF001
        "  text      Yes.",
        "  said      Yes.",
        "  phonemes  jˈɛs.",
    ]


def test_the_text_may_come_from_a_file_or_a_pipe(daemon: Daemon) -> None:
    text = "# Title\n\nIt costs **$5**.\n"
    (daemon.folder / "notes.md").write_text(text)
    of_file = previewed(daemon, "-f", "notes.md")
    assert [piece["normalised"] for piece in of_file] == ["Title.", "It costs five dollars."]
    assert previewed(daemon, "--as", "markdown", input=text) == of_file
    assert previewed(daemon, input="") == []


def test_voice_language_engine_and_reading_are_those_asked_for(daemon: Daemon) -> None:
    def said(*arguments: str) -> str:
        return " | ".join(str(piece["normalised"]) for piece in previewed(daemon, *arguments))

    assert said("-v", "bm_george", "On 3/4/2024.") != said("On 3/4/2024.")
    assert previewed(daemon, "-v", "bm_george", "Hi.")[0]["voice"] == "bm_george"
    assert "five dollars" in said("--engine", "espeak", "It costs $5.")
    assert previewed(daemon, "--engine", "espeak", "It costs $5.")[0]["phonemes"] == ""
    assert "$5" in said("--engine", "tone", "It costs $5.")
    assert previewed(daemon, "--language", "fr", "Bonjour.")[0]["phonemes"] == "bɔ̃ʒˈuʁ."
    assert said("--split", ";", "One; two") == "One | two"
    _, pause, second = previewed(daemon, "One. [pause 500ms] Two.")
    assert (pause["text"], pause["pause"], pause["end"]) == ("[pause 500ms]", 0.5, second["start"])
    assert "party popper" in said("A 🎉!") and "party" not in said("--emoji", "drop", "A 🎉!")


def test_what_kokoro_does_not_read_is_previewed_as_espeak_gets_it(daemon: Daemon) -> None:
    done = daemon.run_say("--phonemes", "--json", "-v", "jf_alpha", "こんにちは。")
    assert done.returncode == EXIT_OK and "espeak" in message(done)
    assert json.loads(done.stdout)["pieces"][0]["normalised"] == "こんにちは。"


def test_what_has_no_phonemes_is_named_or_left_out(daemon: Daemon) -> None:
    text = "Bonjour. [pause 1s] \N{CHEROKEE LETTER TSA} [pause 1s] Au revoir."
    refused = daemon.run_say("--phonemes", "--language", "fr", text)
    assert refused.returncode == EXIT_FAILED
    assert "'\N{CHEROKEE LETTER TSA}'" in message(refused) and "--skip-unspeakable" in message(refused)
    assert "bɔ̃ʒˈuʁ" in refused.stdout.decode()  # what came before it is not lost

    skipped = daemon.run_say("--phonemes", "--skip-unspeakable", "--language", "fr", text)
    assert skipped.returncode == EXIT_OK
    assert message(skipped) == "1 word could not be spoken and was left out: '\N{CHEROKEE LETTER TSA}'"


def test_what_makes_no_sense_is_said(daemon: Daemon) -> None:
    for arguments in (["--split", "(", "Hi."], ["--split", "^x", "Hi."], ["-v", "nobody", "Hi."]):
        done = daemon.run_say("--phonemes", *arguments)
        assert (done.returncode, done.stdout) == (EXIT_USAGE, b"")
        assert message(done)
    assert "none.txt cannot be read" in message(daemon.run_say("--phonemes", "-f", "none.txt"))


def test_a_reader_that_has_seen_enough_ends_it(daemon: Daemon) -> None:
    (daemon.folder / "long.txt").write_text("One sentence after the other. " * 3000)
    process = daemon.start_say("--phonemes", "-f", "long.txt")
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(30) != EXIT_OK
        assert process.stderr is not None and process.stderr.read() == b""


def test_a_long_text_takes_no_memory(
    daemon: Daemon, counts: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    size = counts(300_000, 10_000_000)
    text = "It was the 3rd of May; nobody knows why, and 1,250 of them left.\n"
    (daemon.folder / "book.txt").write_text(text * (size // len(text)))
    daemon.run_say("--phonemes", text)  # what is loaded at the first use is there
    (server,) = daemon.processes()
    before = server.memory_info().rss
    process = daemon.start_say("--phonemes", "--json", "-f", "book.txt")
    most, characters, line = 0, 0, b""
    with process:
        assert process.stdout is not None
        client = psutil.Process(process.pid)
        first = 0
        for number, line in enumerate(process.stdout):
            if number == 1:
                first = client.memory_info().rss
            elif number % 200 == 0 and number:
                most = max(most, client.memory_info().rss - first)
            if line.startswith(b'{"text"'):
                characters += len(json.loads(line.rstrip(b",\n"))["text"])
    assert process.returncode == EXIT_OK and line == b"]}\n"
    assert characters == size // len(text) * len(text)
    grown = server.memory_info().rss - before
    figure(f"a preview of {size:,} characters: client {most / 1e6:+.0f} MB, server {grown / 1e6:+.0f} MB")
    assert most < CLIENT_GROWTH and grown < SERVER_GROWTH


def test_a_server_that_dies_in_between_costs_nothing(daemon: Daemon) -> None:
    (daemon.folder / "page.txt").write_text("One sentence after the other. " * 2000)
    whole = daemon.run_say("--phonemes", "--json", "-f", "page.txt").stdout
    process = daemon.start_say("--phonemes", "--json", "-f", "-", stdin=subprocess.PIPE)
    with process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(b"One sentence after the other. " * 1000)
        process.stdin.flush()
        begun = b"".join(process.stdout.readline() for _ in range(5))
        for server in daemon.processes():
            server.kill()
        process.stdin.write(b"One sentence after the other. " * 1000)
        process.stdin.close()
        assert begun + process.stdout.read() == whole
    assert process.returncode == EXIT_OK
