"""What `-i` and `--progress` show in real terminals: true while something sounds, and gone without a trace afterwards."""

from __future__ import annotations

import os
import random
import re
import signal
import statistics
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types
import pytest

from common.errors import EXIT_OK
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.lives import kill, voice_servers
from tests.fakes.pulse import RATE, NullSink
from tests.fakes.tmux import PROMPT, Tmux
from tests.fakes.tones import heard, pieces_of, text_of_pieces, tones_of
from tests.fakes.watched import WatchedWindow

pytestmark = pytest.mark.sound

CHARACTER = 0.02  # seconds that each character sounds
IN_STEP = 0.4  # seconds between a word's sound and its mark
LATEST = 3.0  # seconds between them on a machine that stands still for a moment
TEXT = text_of_pieces(2)
LONG = text_of_pieces(6)
WIDE = "日本語の文章です。 👩‍👩‍👧 e\u0301te\u0301 「今日は晴れ」 naïve ❤️ 漢字仮名交じり文は折り返される。 🇯🇵 終わり。"
SLOWLY = "say -s 0.5 -i --progress -f text"  # lasts longer than anything that a test does meanwhile
PARAGRAPHS = "\n\n".join(f"Paragraph {number} has a few words.\nAnd a second line." for number in range(3))


@pytest.fixture
def tmux(daemon: Daemon) -> Iterator[Tmux]:
    (daemon.folder / "text").write_text(LONG)
    with Tmux(daemon.folder, daemon.environment) as tmux:
        yield tmux


def window(daemon: Daemon, *arguments: str, **how: int) -> WatchedWindow:
    return WatchedWindow(daemon.folder, [sys.executable, "-m", "say", *arguments], daemon.environment, **how)


def marks(shown: WatchedWindow, columns: int = 80) -> list[tuple[float, str]]:
    """Return the words that were marked, one after the other, and when."""
    found: list[tuple[float, str]] = []
    for look in shown.looks(columns):
        if look.marked and not (found and found[-1][1] == look.marked):
            found.append((look.at, look.marked))
    return found


def bars(shown: WatchedWindow) -> list[tuple[float, str]]:
    """Return the bars that were shown, and when."""
    looks = [(look.at, line) for look in shown.looks() for line in look.lines if "%" in line]
    return [each for number, each in enumerate(looks) if not number or each[1] != looks[number - 1][1]]


def drawn(shown: WatchedWindow) -> bool:
    """Return whether a word was marked, or a bar said how far it is. What takes long to begin may have said so."""
    return b"\x1b[7m" in shown.shown or b"%" in shown.shown


# In step


def test_each_word_is_marked_once_and_while_it_sounds(
    daemon: Daemon, sink: NullSink, figure: Callable[[str], None]
) -> None:
    with sink.record() as recording, window(daemon, "-i", "--progress", TEXT) as shown:
        assert shown.wait() == EXIT_OK
        recording.wait_for_silence(0.2)
        sounds: dict[int, float] = {}
        for each in heard(recording.samples, tones_of(TEXT)):
            sounds.setdefault(each.frequency, recording.start_time + each.start)  # it may go on after a hole
    due = [
        (sounds[tone] + word.start() * CHARACTER, word.group())
        for piece, tone in zip(pieces_of(TEXT), tones_of(TEXT), strict=True)
        for word in re.finditer(r"\S+", piece.text)
    ]
    found = marks(shown)
    assert [word for _, word in found] == [word for _, word in due]
    apart = [abs(at - then) for (at, _), (then, _) in zip(found, due, strict=True)]
    figure(
        f"words are marked {statistics.median(apart) * 1000:.0f} ms off their sound (median; at most {max(apart) * 1000:.0f} ms)"
    )
    assert statistics.median(apart) < IN_STEP and max(apart) < LATEST
    assert shown.now == []


@pytest.mark.parametrize(
    "text, columns", [(WIDE, 20), (WIDE, 9), (PARAGRAPHS, 20)], ids=["wide characters", "narrow", "paragraphs"]
)
def test_each_word_of_any_text_is_marked_once(daemon: Daemon, sink: NullSink, text: str, columns: int) -> None:
    with window(daemon, "-i", "-s", "2", text, columns=columns) as shown:
        assert shown.wait() == EXIT_OK
    found = [word for _, word in marks(shown, columns)]  # the screen refuses lines that are too long
    assert found == [word for word, after in zip(text.split(), ["", *text.split()], strict=False) if word != after]
    assert shown.now == []


def test_a_stream_that_rests_has_no_word_marked(daemon: Daemon, sink: NullSink) -> None:
    line = f"(echo First line.; read wait < go) | {sys.executable} -m say -i --progress"
    os.mkfifo(daemon.folder / "go")
    with WatchedWindow(daemon.folder, ["/bin/sh", "-c", line], daemon.environment) as shown:
        shown.wait_for("\x1b[7mline.")
        eventually(
            lambda: re.search("11 of 12 characters so far|12 of 12", "".join(shown.now)) is not None, "the count"
        )
        eventually(lambda: shown.now[:1] == ["First line."], f"no mark in {shown.now}")
        (daemon.folder / "go").write_text("\n")
        assert shown.wait() == EXIT_OK
        assert shown.now == []


# Nothing is drawn where nobody asked for it, or could see it


def test_without_being_asked_for_nothing_is_drawn(daemon: Daemon, sink: NullSink) -> None:
    with window(daemon, TEXT[:100]) as shown:
        assert shown.wait() == EXIT_OK
    assert not drawn(shown) and b"Sentence" not in shown.shown


@pytest.mark.parametrize("way", ["pipe", "dumb"])
def test_no_sequence_goes_to_what_cannot_redraw(daemon: Daemon, sink: NullSink, way: str) -> None:
    arguments = ("-i", "--progress", "--debug", TEXT[:100])
    if way == "pipe":
        said = daemon.run_say(*arguments).stderr
    else:
        daemon.environment["TERM"] = "dumb"
        with window(daemon, *arguments) as shown:
            assert shown.wait() == EXIT_OK
        said = shown.shown
    assert b"\x1b" not in said
    assert said.count(b"show nothing: standard error is no terminal that can redraw") == 1


def test_what_is_typed_is_not_shown_again(daemon: Daemon, sink: NullSink) -> None:
    with window(daemon, "-i", "--progress", "--debug") as shown:
        shown.wait_for("the text is typed there")
        shown.enter("Some words.\n")
        shown.wait_for("first piece complete")
        shown.enter("\x04")
        assert shown.wait() == EXIT_OK
    assert not drawn(shown)
    assert shown.shown.count(b"Some words.") == 1


# Gone without a trace


def assert_left(tmux: Tmux, *lines: str) -> None:
    """Wait for the prompt. Nothing but these lines stands above it, in the window or scrolled out."""
    tmux.wait_for_prompt()
    found = tmux.history
    assert len(found) == len(lines) + 1, found
    for line, pattern in zip(found, [*lines, r"\$"], strict=True):
        assert re.fullmatch(pattern, line), found
    assert tmux.column == len(PROMPT) + 1  # the prompt began at the line's beginning


def test_it_vanishes_at_the_end(daemon: Daemon, sink: NullSink, tmux: Tmux) -> None:
    tmux.start(f"say -s 0.5 -i --progress {TEXT[:104]!r}")
    tmux.wait_for_word()
    assert_left(tmux, r"\$ say -s .*", ".*'")


STOPPED = "say: stopped. Not spoken: .*"


@pytest.mark.parametrize(
    "key, lines",
    [("C-c", [STOPPED, ".*there.", ""]), ("q", [STOPPED, ".*there."])],
    ids=["Ctrl-C", "q"],
)
def test_it_vanishes_when_a_key_ends_it(
    daemon: Daemon, sink: NullSink, tmux: Tmux, key: str, lines: Sequence[str]
) -> None:
    tmux.start(SLOWLY)
    tmux.wait_for_word()
    tmux.key(key)
    assert_left(tmux, r"\$ say -s .*", *lines)  # the shell answers Ctrl-C with an empty line


def test_it_vanishes_when_it_is_stopped_from_elsewhere(daemon: Daemon, sink: NullSink, tmux: Tmux) -> None:
    tmux.start(SLOWLY)
    tmux.wait_for_word()
    daemon.run_say("--stop")
    assert_left(tmux, r"\$ say -s .*", "say: .*", ".*there.")


@pytest.mark.own_daemon
def test_it_outlives_a_crash_and_vanishes_when_the_daemon_ends(daemon: Daemon, sink: NullSink, tmux: Tmux) -> None:
    tmux.start(SLOWLY)
    tmux.wait_for_word()
    (server,) = voice_servers(daemon)
    kill(server)
    eventually(lambda: bool(voice_servers(daemon)) and voice_servers(daemon) != [server], "another server")
    last = tmux.word  # of the server that is gone, if it still stands there
    eventually(lambda: tmux.word not in (None, last), "another word")
    daemon.run_say("--shutdown")
    tmux.wait_for_prompt()
    assert all(line.startswith(("$", "say: ", " ")) or line.endswith("there.") for line in tmux.history), tmux.history


def test_ctrl_z_takes_it_away_and_fg_brings_it_back(daemon: Daemon, sink: NullSink, tmux: Tmux) -> None:
    tmux.start(SLOWLY)
    tmux.wait_for_word()
    tmux.key("C-z")
    tmux.wait_for_prompt()
    found = [line for line in tmux.history if line and line != "^Z"]
    assert len(found) == 3 and "Stopped" in found[1], found
    tmux.start("bg; sleep 1")
    tmux.wait_for("bg; sleep 1")  # else the prompt is the one before
    tmux.wait_for_prompt()
    assert not any("Sentence" in line or "%" in line for line in tmux.history), tmux.history
    tmux.start("fg")
    tmux.wait_for("%")
    eventually(lambda: not takes_lines(tmux), "keys are taken one by one")
    tmux.key("Space")
    tmux.wait_for("paused")  # its keys steer again
    tmux.key("q")
    tmux.wait_for_prompt()
    assert not any(line.startswith("Sentence") or "%" in line for line in tmux.history), tmux.history


def takes_lines(tmux: Tmux) -> bool:
    """Return whether the terminal hands on lines, and not keys."""
    with open(tmux.terminal, "rb", buffering=0, opener=lambda path, flags: os.open(path, flags | os.O_NOCTTY)) as file:
        return bool(termios.tcgetattr(file)[3] & termios.ICANON)


def test_what_was_written_while_nobody_could_help_it_stays(daemon: Daemon, sink: NullSink, tmux: Tmux) -> None:
    """SIGSTOP leaves no time to tidy up; afterwards nothing that came below may be lost."""
    tmux.start(SLOWLY)
    tmux.wait_for_word()
    child = psutil.Process(tmux.pid()).children()[0]
    child.send_signal(signal.SIGSTOP)
    tmux.wait_for("Stopped")
    eventually(lambda: tmux.lines[-1].startswith(PROMPT), "a prompt, over what was shown")
    tmux.start("echo one; echo two; fg")
    eventually(lambda: sum("Sentence" in line for line in tmux.lines) == 2, "the text below")
    tmux.key("q")
    tmux.wait_for_prompt()
    for line in ("one", "two"):
        assert tmux.history.count(line) == 1, tmux.history


@pytest.mark.parametrize("columns, rows", [(80, 24), (20, 3), (30, 2)])
def test_a_full_terminal_keeps_what_it_showed(
    daemon: Daemon, sink: NullSink, tmux: Tmux, columns: int, rows: int
) -> None:
    tmux.resize(columns, rows)
    tmux.start(f"seq 100; {SLOWLY}")
    tmux.wait_for_word()
    assert len(tmux.lines) <= rows
    tmux.key("Right")
    # By the bar: the narrowest window shows a sentence's number for a moment only.
    eventually(lambda: percent(tmux.lines) * len(pieces_of(LONG)) > 100, "another sentence")
    tmux.key("q")
    tmux.wait_for_prompt()
    numbers = [line for line in tmux.history if re.fullmatch(r"\d+|Sentence.*|.*%.*", line)]
    assert numbers == [str(number) for number in range(1, 101)]


def test_wide_characters_leave_nothing_behind(daemon: Daemon, sink: NullSink, tmux: Tmux) -> None:
    (daemon.folder / "wide").write_text("\n".join([WIDE] * 3))
    tmux.resize(20, 24)
    tmux.start("seq 30; say -i --progress -f wide")
    tmux.wait_for("文")
    assert "29" in tmux.lines  # what is drawn takes no more room than it seems to
    tmux.wait_for_prompt()
    assert [line for line in tmux.history[-31:] if not line.startswith("$")] == [str(number) for number in range(1, 31)]


def test_a_new_size_is_drawn_for_at_once(
    daemon: Daemon, sink: NullSink, tmux: Tmux, figure: Callable[[str], None]
) -> None:
    tmux.start("seq 5; say -i --progress -f text")
    tmux.wait_for_word()
    tmux.key("Space")  # tmux tells of a new size later than it wraps: whatever is drawn in between goes astray
    tmux.wait_for("paused")
    took = []
    for columns, rows in ((30, 24), (50, 24), (18, 24), (80, 24), (40, 10), (80, 24)):
        tmux.resize(columns, rows)
        resized = time.monotonic()
        eventually(lambda: fits(tmux, columns), f"text for {columns} columns")  # noqa: B023  # used at once
        took.append(time.monotonic() - resized)
    figure(f"a new size is drawn for within {statistics.median(took):.1f} s (median; at most {max(took):.1f} s)")
    assert min(took) < 2.0  # a busy machine may take longer, but not each time
    tmux.key("q")
    tmux.wait_for_prompt()
    assert [line for line in tmux.history if line.isdigit()] == ["1", "2", "3", "4", "5"]
    # In the window alone: what a terminal pushes out of it while it wraps anew nobody can take back.
    assert not any(line.startswith("Sentence") or "%" in line for line in tmux.lines), tmux.lines


ABOVE = [f"line {number} {'x' * number}" for number in range(1, 61)]
SIZES = (range(25, 101), range(14, 31))  # columns and rows; at the narrowest what is shown still fits in the window


@pytest.mark.parametrize("other_screen", [False, True], ids=["wraps anew", "cuts off"])
def test_new_sizes_while_it_speaks_leave_nothing_behind(
    daemon: Daemon, sink: NullSink, tmux: Tmux, other_screen: bool, counts: Callable[[int, int], int]
) -> None:
    """Whenever they come: tmux wraps what it shows before it tells of a size, and words are marked in between.

    On its other screen tmux cuts lines off, as xterm does everywhere.
    """
    (daemon.folder / "above").write_text("".join(f"{line}\n" for line in ABOVE))
    (daemon.folder / "text").write_text(TEXT)
    command = "say -i --progress -f text"
    tmux.start("tput smcup; clear; cat above" if other_screen else "clear; cat above")
    tmux.wait_for(ABOVE[-1])
    tmux.wait_for_prompt()
    for _ in range(counts(1, 10)):
        seed = random.randrange(1 << 32)
        tmux.start(command)
        tmux.wait_for_word()
        resized = resize_at_random(tmux, random.Random(seed))
        tmux.resize(100, 30)
        eventually(
            lambda: only_above(tmux, command, other_screen),
            f"what was there before, and nothing else; seed {seed}, sizes {resized}",
        )


def only_above(tmux: Tmux, command: str, other_screen: bool) -> bool:
    """Return whether nothing but what was there before stands above the prompt. The shell may be drawing that anew."""
    shown = [line for line in tmux.unwrapped if line != f"{PROMPT} {command}"]
    missing = 0 if not other_screen else len(ABOVE) + 1 - len(shown)  # what scrolled away is kept nowhere
    return shown[-len(ABOVE) - 1 :] == [*ABOVE[missing:], PROMPT]


def resize_at_random(tmux: Tmux, moment: random.Random) -> list[tuple[int, int]]:
    """Give the window new sizes at any moments until the prompt is back; return them."""
    sizes = []
    while tmux.unwrapped[-1] != PROMPT:
        sizes.append((moment.choice(SIZES[0]), moment.choice(SIZES[1])))
        tmux.resize(*sizes[-1])
        time.sleep(moment.choice((0.0, 0.02, 0.1, 0.3)))
    return sizes


def fits(tmux: Tmux, columns: int) -> bool:
    """Return whether the text is laid out for so many columns, once."""
    lines = tmux.lines
    text = [line for line in lines if line.startswith(("Sentence", "[Sentence"))]
    full = any(len(line.replace("[", "").replace("]", "")) > columns - 20 for line in text)
    return len(text) == 1 and full and sum("%" in line for line in lines) == 1


def test_lines_come_above_what_is_shown(daemon: Daemon, sink: NullSink, tmux: Tmux) -> None:
    tmux.start(SLOWLY)
    tmux.wait_for_word()
    tmux.key("Space")
    tmux.wait_for("paused")  # from here on it shows the same again and again
    tmux.key("?")
    tmux.wait_for("space: pause")
    eventually(lambda: "%" in tmux.lines[-1], "the bar below")
    lines = tmux.lines
    assert lines[1].startswith("say: space: pause")
    assert sum(line.startswith(("Sentence", "[Sentence")) for line in lines) == 1
    tmux.key("q")
    assert_left(tmux, r"\$ say -s .*", "say: space.*", ".*q: stop", STOPPED, ".*there.")


# How far it is

READING = 1 / 17.5  # seconds a character, as people read aloud


@pytest.fixture
def reader(tmp_path: Path, sink: NullSink) -> Iterator[Daemon]:
    """A daemon whose tones last as long as speech does."""
    with Daemon(tmp_path, environment=sink.environment, arguments=("--tone-character", str(READING))) as daemon:
        yield daemon


def test_the_time_left_is_true_through_a_pause_and_another_speed(
    reader: Daemon, sink: NullSink, figure: Callable[[str], None]
) -> None:
    with sink.record() as recording, window(reader, "--progress", TEXT) as shown:
        recording.wait_for_sound()
        eventually(lambda: percent(shown.now) >= 10, "a tenth", 30.0)
        shown.enter(" ")
        eventually(lambda: "paused" in "".join(shown.now), "the pause")
        recording.wait_for_silence(0.5)  # and all that was drawn until then has come
        paused = shown.now
        recording.wait_for_samples(RATE * 3 // 2)
        assert shown.now == paused  # neither time nor place move on
        shown.enter(" ")
        eventually(lambda: percent(shown.now) >= 40, "more", 30.0)
        shown.enter("\x1b[A" * 10)
        faster = time.monotonic()
        assert shown.wait(30.0) == EXIT_OK
        ended = recording.last_sound_time() or 0.0
    assert shown.now == []
    last = [(at, left, share) for at, left, share in times_left(shown) if at > faster + 1.0]
    wrong = [abs(left - (ended - at)) for at, left, _ in last]
    figure(f"--progress is {max(wrong):.1f} s off at most in the {ended - faster:.0f} s after another speed was set")
    assert statistics.median(wrong) < 2.0  # of a machine that stands still for a moment nobody can know
    # By what it says itself of how far it is, at twice the speed, and in whole seconds; at the end all guesses are near.
    guesses = [abs(left - (1 - share) * len(TEXT) * READING / 2) for _, left, share in last]
    assert statistics.median(guesses[: len(guesses) // 2 + 1]) < 1.0


def percent(lines: Sequence[str]) -> int:
    """Return how much the bar says was heard; a bar may pass any one number by."""
    return max((int(found[1]) for line in lines if (found := re.search(r"(\d+)%", line))), default=0)


def times_left(shown: WatchedWindow) -> list[tuple[float, int, float]]:
    """Return how many seconds each bar said were left, when it said so, and which share of all had been heard."""
    found = [(at, re.search(r"(\d+)%  (\d+):(\d\d) left", line)) for at, line in bars(shown)]
    return [(at, int(each[2]) * 60 + int(each[3]), int(each[1]) / 100) for at, each in found if each is not None]


@pytest.mark.parametrize("output", ["book.wav", "-"])
def test_a_file_has_its_progress_shown(tmp_path: Path, output: str) -> None:
    with Daemon(tmp_path, tone_delay=0.4) as daemon:
        daemon.run_say("-o", "warm.wav", "warm")
        (tmp_path / "text").write_text(f"{LONG} {LONG}")
        with (
            open(tmp_path / "sound", "wb") as sound,
            window(daemon, "--progress", "-f", "text", "-o", output, stdout=sound.fileno()) as shown,
        ):
            assert shown.wait() == EXIT_OK
        written = (tmp_path / "sound").read_bytes() if output == "-" else (tmp_path / output).read_bytes()
        assert len(written) > 2 * len(LONG) * CHARACTER * RATE * 2
    shares = [int(re.findall(r"(\d+)%", line)[0]) for _, line in bars(shown)]
    # As many as pieces, but for those that a busy machine has come at once.
    assert shares == sorted(set(shares)) and len(shares) > len(pieces_of(LONG)) / 2
    assert times_left(shown)
    assert shown.now == []


def test_a_file_leaves_no_bar_when_it_is_interrupted(tmp_path: Path) -> None:
    with Daemon(tmp_path, tone_delay=0.4) as daemon:
        (tmp_path / "text").write_text(" ".join([LONG] * 4))
        for arguments in (("-o", "book.wav"), ("-o", "-")):
            with (
                open(tmp_path / "sound", "wb") as sound,
                window(daemon, "--progress", "-f", "text", *arguments, stdout=sound.fileno()) as shown,
            ):
                shown.wait_for("%")
                shown.process.send_signal(signal.SIGTERM)
                assert shown.wait() == -signal.SIGTERM
            assert shown.now == []
