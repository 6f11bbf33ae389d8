"""Pauses, transcriptions and the user's own dictionary, as a user of `say` meets them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from common.errors import EXIT_OK, EXIT_USAGE
from tests.fakes.daemon import Daemon
from tests.fakes.said import lines, message, samples

RATE = 24_000


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    with Daemon(tmp_path_factory.mktemp("pronunciations")) as daemon:
        yield daemon


@pytest.fixture
def dictionary(daemon: Daemon) -> Iterator[Path]:
    path = daemon.home / "pronunciations.txt"
    yield path
    path.unlink(missing_ok=True)


def silences(daemon: Daemon, text: str, *arguments: str) -> list[float]:
    """Return the seconds of all silences longer than 50 ms in the file that is written for a text."""
    done = daemon.run_say(text, "-o", "out.wav", *arguments)
    assert (done.returncode, done.stderr) == (EXIT_OK, b"")
    loud = np.abs(np.frombuffer(samples(daemon.folder / "out.wav"), "<i2").astype(np.int32)) > 100
    edges = np.flatnonzero(np.diff(np.concatenate(([True], loud, [True])).astype(np.int8)))
    gaps = (edges[1::2] - edges[::2]) / RATE
    return [round(float(gap), 2) for gap in gaps if gap > 0.05]


def previewed(daemon: Daemon, text: str, *arguments: str) -> tuple[str, str]:
    """Return what would be said, and its phonemes."""
    done = daemon.run_say("--phonemes", "--json", "--engine", "kokoro", text, *arguments)
    assert done.returncode == EXIT_OK
    pieces = json.loads(done.stdout)["pieces"]
    return " ".join(piece["normalised"] for piece in pieces), " ".join(piece["phonemes"] for piece in pieces)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("One [pause 500ms] two", [0.5]),
        ("One [pause 1s] [pause 250 ms] two", [1.25]),
        ("[pause 700ms] One", [0.7]),
        ("One. [pause 300ms] Two. [pause 2s] Three", [0.3, 2.0]),
        ("[pause 1s]", [1.0]),
        ("One two", []),
    ],
)
@pytest.mark.parametrize("speed", ["1", "2"])
def test_a_pause_in_a_file_is_as_long_as_the_text_says(
    daemon: Daemon, text: str, seconds: list[float], speed: str
) -> None:
    assert [gap for gap in silences(daemon, text, "-s", speed) if gap != 0.05] == pytest.approx(seconds, abs=0.03)


def test_a_pause_ends_a_file_too(daemon: Daemon) -> None:
    assert silences(daemon, "One. [pause 1s]") == pytest.approx([1.0], abs=0.03)


def test_espeak_pauses_as_well(daemon: Daemon) -> None:
    assert max(silences(daemon, "Hello there. [pause 1s] Bye.", "--engine", "espeak")) == pytest.approx(1.0, abs=0.15)


def test_a_transcription_is_spoken_as_it_is_written(daemon: Daemon) -> None:
    assert previewed(daemon, "My [cat](/ˈdɒɡ/).") == ("My cat.", "mˌI dˈɑɡ.")
    assert previewed(daemon, "My [cat](/ˈdɒɡ/).", "-v", "bf_emma") == ("My cat.", "mˌI dˈɒɡ.")


def test_the_dictionary_is_read_anew_when_it_changes(daemon: Daemon, dictionary: Path) -> None:
    assert previewed(daemon, "Frobctl!")[0] == "Frobctl!"
    dictionary.write_text("frobctl = frob control\n")
    assert previewed(daemon, "Frobctl!")[0] == "frob control!"
    dictionary.write_text("frobctl = /frɒb/ # short\n", encoding="utf-8")
    assert previewed(daemon, "Frobctl!") == ("Frobctl!", "fɹɑb!")
    dictionary.unlink()
    assert previewed(daemon, "Frobctl!")[0] == "Frobctl!"


def test_speech_goes_by_the_dictionary(daemon: Daemon, dictionary: Path) -> None:
    def length() -> int:
        done = daemon.run_say("frob", "-o", "frob.wav", "--engine", "espeak", "-s", "2")
        assert (done.returncode, done.stderr) == (EXIT_OK, b"")
        return len(samples(daemon.folder / "frob.wav"))

    before = length()
    dictionary.write_text("frob = a much longer thing to say than that\n")
    assert length() > 3 * before


def test_a_dictionary_as_it_should_be_is_said_to_be(daemon: Daemon, dictionary: Path) -> None:
    none = daemon.run_say("--check-pronunciations")
    assert (none.returncode, none.stdout.decode()) == (EXIT_OK, f"no pronunciations: there is no file {dictionary}\n")
    dictionary.write_text("# mine\nfrobctl = frob control\n")
    one = daemon.run_say("--check-pronunciations")
    assert (one.returncode, one.stdout.decode()) == (EXIT_OK, f"1 pronunciation in {dictionary}\n")
    assert one.stderr == b""


def test_bad_lines_are_named_and_the_others_used(daemon: Daemon, dictionary: Path) -> None:
    dictionary.write_text("frobctl\nfrobnix = frob nix\nx = /7/\n")
    checked = daemon.run_say("--check-pronunciations")
    assert checked.returncode == EXIT_USAGE
    assert checked.stdout.decode() == f"1 pronunciation in {dictionary}\n"
    assert lines(checked) == [
        f"{dictionary}: line 1: there is no '=' in 'frobctl'",
        f"{dictionary}: line 3: the transcription '/7/' has what is no symbol of the phonetic alphabet: 7",
    ]

    spoken = daemon.run_say("frobnix", "-o", "x.wav")
    assert spoken.returncode == EXIT_OK
    complaint = f"{dictionary}: line 1: there is no '=' in 'frobctl', and 1 more"
    assert message(spoken) == f"{complaint}; 'say --check-pronunciations' shows what is wrong with it"
    assert message(daemon.run_say("--phonemes", "frobnix")).startswith(complaint)
    assert previewed(daemon, "frobnix")[0] == "frob nix"


def test_of_a_file_that_is_all_wrong_a_thousand_lines_are_told(daemon: Daemon, dictionary: Path) -> None:
    dictionary.write_text("wrong\n" * 100_000)
    checked = daemon.run_say("--check-pronunciations")
    assert checked.returncode == EXIT_USAGE
    assert len(lines(checked)) == 1001
    assert lines(checked)[-1] == f"{dictionary}: line 1001: nothing from here on is read, after so many faults"
