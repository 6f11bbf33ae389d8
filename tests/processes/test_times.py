"""`--timings` and `--subtitles` beside a file: they tell of the sound that is in it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import wave
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types
import pytest

from common.errors import EXIT_FAILED, EXIT_OK, EXIT_USAGE
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.said import message, samples

RATE = 24_000  # Hz
CHARACTER = 0.02  # seconds of a tone
TEXT = "One two three, and four. [pause 1s] It costs $5; [six](/sˈɪks/) more\nwords, and the end of it is near. Here."


@dataclass(frozen=True)
class Timed:
    """An entry of the timings."""

    start: int
    end: int
    text: str
    at: float
    until: float


def timings(path: Path) -> tuple[list[Timed], list[Timed], float]:
    """Return (pieces, words, seconds)."""
    found = json.loads(path.read_text("utf-8"))
    assert found["rate"] == RATE
    return [Timed(**each) for each in found["pieces"]], [Timed(**each) for each in found["words"]], found["seconds"]


def levels(folder: Path, name: str = "out.wav") -> array[int]:
    return array("h", samples(folder / name))


def loud(found: array[int], at: float, until: float) -> bool:
    """Return whether there is sound in a stretch of time."""
    return any(abs(sample) > 300 for sample in found[max(0, round(at * RATE)) : max(0, round(until * RATE))])


def cues(path: Path) -> list[tuple[float, float, str]]:
    """Return (from, until, text) of a SubRip file, read by its rules and not by our writer's."""
    found: list[tuple[float, float, str]] = []
    for block in path.read_text("utf-8").rstrip("\n").split("\n\n") if path.stat().st_size else []:
        number, times, *lines = block.split("\n")
        assert number == str(len(found) + 1) and 1 <= len(lines) <= 2 and all(lines)
        stamps = re.fullmatch(r"(\d\d):(\d\d):(\d\d),(\d\d\d) --> (\d\d):(\d\d):(\d\d),(\d\d\d)", times)
        assert stamps, times
        one, two = [
            int(h) * 3600 + int(m) * 60 + int(s) + int(ms) / 1000
            for h, m, s, ms in (stamps.groups()[:4], stamps.groups()[4:])
        ]
        found.append((one, two, " ".join(lines)))
    return found


def test_the_times_of_tones_are_exact_and_everything_refers_to_the_text(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        done = daemon.run_say(TEXT, "-o", "out.wav", "--timings", "out.json", "--subtitles", "out.srt")
    assert (done.returncode, done.stderr, done.stdout) == (EXIT_OK, b"", b"")
    pieces, words, seconds = timings(tmp_path / "out.json")
    found = levels(tmp_path)

    assert seconds == pytest.approx(len(found) / RATE, abs=1e-5)
    assert "".join(piece.text for piece in pieces) == TEXT
    assert all(TEXT[each.start : each.end] == each.text for each in (*pieces, *words))
    assert [piece.until for piece in pieces[:-1]] == [piece.at for piece in pieces[1:]]
    assert pieces[0].at == 0.0 and pieces[-1].until == pytest.approx(seconds, abs=1e-5)
    for piece in pieces:
        if piece.text.startswith("[pause"):
            assert not loud(found, piece.at, piece.until)
            continue
        tone = len(piece.text.rstrip() if piece.text.endswith(" ") else piece.text) * CHARACTER
        assert loud(found, piece.at, piece.at + 0.01) and loud(found, piece.at + tone - 0.05, piece.at + tone)
        for word in words:
            if piece.start <= word.start < piece.end:
                assert word.at == pytest.approx(piece.at + (word.start - piece.start) * CHARACTER, abs=2e-4), word
                assert word.until - word.at == pytest.approx((word.end - word.start) * CHARACTER, abs=2e-4)

    told = cues(tmp_path / "out.srt")
    assert " ".join(text for _, _, text in told) == (
        "One two three, and four. It costs $5; six more words, and the end of it is near. Here."
    )
    for (at, until, _), following in zip(told, [*told[1:], (seconds, 0.0, "")], strict=True):
        assert at < until <= following[0] + 1e-3
    for word in words:
        assert any(at - 1e-3 <= word.at and word.until <= until + 1e-3 for at, until, _ in told), word


def test_words_of_espeak_are_where_there_is_sound(tmp_path: Path) -> None:
    text = "Wait for it. [pause 1s] Now! [pause 700ms] It costs $5, or £2,000 in all."
    with Daemon(tmp_path, engine="espeak") as daemon:
        assert daemon.run_say(text, "-o", "out.wav", "--timings", "out.json").returncode == EXIT_OK
    pieces, words, seconds = timings(tmp_path / "out.json")
    found = levels(tmp_path)
    near = 0.1  # seconds

    assert [word.text for word in words] == re.findall(r"[$£]?[\w,]*\w", re.sub(r"\[.*?\]", "", text))
    assert len([piece for piece in pieces if piece.text.startswith("[")]) == 2
    for word in words:
        assert loud(found, word.at - near, word.until + near), word
        assert 0 <= word.at < word.until <= seconds
    # At the ends of speech, where silence shows where a word begins and ends.
    for piece in pieces:
        inside = [word for word in words if piece.start <= word.start < piece.end]
        if inside:
            assert not loud(found, inside[-1].until + near, piece.until), piece
            assert not loud(found, piece.at, inside[0].at - near), piece
            assert loud(found, inside[0].at, inside[0].at + near) and loud(
                found, inside[-1].until - near, inside[-1].until
            )


def test_a_language_whose_word_times_nobody_tells_has_cues_all_the_same(tmp_path: Path) -> None:
    text = "これはとてもながいぶんしょうです。" * 6
    with Daemon(tmp_path, engine="espeak") as daemon:
        arguments = ("--language", "ja", text, "-o", "out.wav", "--subtitles", "out.srt")
        assert daemon.run_say(*arguments).returncode == EXIT_OK
    told = cues(tmp_path / "out.srt")
    assert "".join(line for _, _, line in told).replace(" ", "") == text
    assert all(1.0 <= until - at <= 7.0 for at, until, _ in told[:-1])


def test_a_cue_ends_with_a_paragraph_and_where_the_user_has_a_piece_end(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        arguments = ("--split", ";", "Yes.\n\nNo; well.", "-o", "out.wav", "--subtitles", "out.lrc")
        assert daemon.run_say(*arguments).returncode == EXIT_OK
        shown = [line.partition("]")[2] for line in (tmp_path / "out.lrc").read_text().splitlines()]
        assert [line for line in shown if line] == ["Yes.", "No;", "well."]


def test_the_text_of_others_can_be_read_and_shown_as_it_stands_there(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        text = "Wait. [pause 9s] Ask [Kokoro](/kˈOkəɹO/)."
        done = daemon.run_say("--markup", "off", text, "-o", "out.wav", "--subtitles", "out.lrc")
        assert (done.returncode, done.stderr) == (EXIT_OK, b"")
        assert text in " ".join(
            line.partition("]")[2] for line in (tmp_path / "out.lrc").read_text().splitlines() if line[10:]
        )
        assert (tmp_path / "out.wav").stat().st_size < 9 * 48_000


def test_a_stream_has_times_and_subtitles_too(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        whole = daemon.run_say(TEXT, "-o", "out.wav", "--timings", "a.json", "--subtitles", "a.vtt")
        streamed = daemon.run_say("-o", "-", "--timings", "b.json", "--subtitles", "b.vtt", "--as", "plain", input=TEXT)
    assert whole.returncode == streamed.returncode == EXIT_OK
    assert len(streamed.stdout) == 44 + len(samples(tmp_path / "out.wav"))
    for ending in ("json", "vtt"):
        assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()


def test_blank_text_has_files_without_words(tmp_path: Path) -> None:
    with Daemon(tmp_path, start=False) as daemon:
        done = daemon.run_say("", "-o", "out.wav", "--timings", "out.json", "--subtitles", "out.vtt")
    assert done.returncode == EXIT_OK
    assert timings(tmp_path / "out.json") == ([], [], 0.0)
    assert (tmp_path / "out.vtt").read_text() == "WEBVTT\n\n"


def test_after_an_error_or_ctrl_c_nothing_is_left(tmp_path: Path) -> None:
    files = ("-o", "out.wav", "--timings", "out.json", "--subtitles", "out.lrc")
    with Daemon(tmp_path, tone_delay=0.3) as daemon:
        refused = daemon.run_say("Hello.", *files, "--split", "(")
        assert refused.returncode == EXIT_USAGE and message(refused)
        failed = daemon.run_say("Hello.", "-o", "none/out.wav", *files[2:])
        assert failed.returncode == EXIT_FAILED and message(failed)
        wrong = daemon.run_say("Hello.", *files[:4], "--subtitles", "out.txt")
        assert wrong.returncode == EXIT_USAGE and message(wrong)
        assert os.listdir(tmp_path) == ["say-home"]

        own = tmp_path / "film.srt"
        own.write_text("What would be lost.")
        lost = daemon.run_say("-f", "film.srt", *files[:2], "--subtitles", "film.srt")
        assert (lost.returncode, own.read_text()) == (EXIT_USAGE, "What would be lost.")
        own.unlink()

        process = daemon.start_say("One sentence after another. " * 1000, *files)
        with process:
            opened = Path(f"/proc/{process.pid}/fd")
            eventually(lambda: sum(_grows(each) for each in opened.iterdir()) >= 2, "both files are being written")
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == -signal.SIGINT
    assert os.listdir(tmp_path) == ["say-home"]


def _grows(descriptor: Path) -> bool:
    """Return whether that is a file without a name with something in it."""
    try:
        return "deleted" in os.readlink(descriptor) and descriptor.stat().st_size > 200
    except OSError:
        return False


def test_a_server_that_is_killed_moves_no_word(tmp_path: Path) -> None:
    text = "One sentence after another, and each is as long as the one before. " * 20
    with Daemon(tmp_path, tone_delay=0.2) as daemon:
        assert daemon.run_say(text, "-o", "a.wav", "--timings", "a.json", "--subtitles", "a.srt").returncode == EXIT_OK
        process = daemon.start_say(text, "-o", "b.wav", "--timings", "b.json", "--subtitles", "b.srt")
        with process:
            opened = Path(f"/proc/{process.pid}/fd")
            eventually(  # a test that a busy machine holds up may come too late
                lambda: process.poll() is not None or any(_grows(each) for each in opened.iterdir()),
                "the first pieces are written",
            )
            for server in daemon.processes():
                server.kill()
            assert process.wait(60) == EXIT_OK
    assert samples(tmp_path / "a.wav") == samples(tmp_path / "b.wav")
    for ending in ("json", "srt"):
        assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()


def test_a_long_text_has_times_without_memory(
    tmp_path: Path, counts: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    size = counts(60_000, 10_000_000)
    sentence = "The quick brown fox jumps over the lazy dog, as it does every day. "
    (tmp_path / "book.txt").write_text(sentence * (size // len(sentence)))
    with Daemon(tmp_path, arguments=("--tone-character", "0.001")) as daemon:
        process = daemon.start_say("-f", "book.txt", "-o", "out.wav", "--timings", "out.json", "--subtitles", "out.srt")
        client, most = psutil.Process(process.pid), 0
        errors = b""
        while process.returncode is None:
            most = max(most, client.memory_info().rss)
            with contextlib.suppress(subprocess.TimeoutExpired):
                _, errors = process.communicate(timeout=0.1)
    assert (process.returncode, errors) == (EXIT_OK, b"")
    figure(f"times of {size:,} characters: the client had {most / 1e6:.0f} MB at most")
    assert most < 90_000_000
    with wave.open(str(tmp_path / "out.wav")) as file:
        length = file.getnframes() / RATE
    _, words, seconds = timings(tmp_path / "out.json")
    assert seconds == pytest.approx(length, abs=1e-4)
    assert len(words) == size // len(sentence) * len(sentence.split())
    assert words[-1].until <= seconds
