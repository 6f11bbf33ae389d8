from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from common import logs as server_logs
from say.logs_merged import LogFile, MergedLogs, records, show, time_of


def line(second: int, text: str, component: str = "model_server") -> str:
    return f"2026-11-20T13:00:{second:02}.500+01:00 INFO    {component} {text}"


def shown(logs: MergedLogs) -> list[str]:
    """Return what is new, without the times."""
    return [each.partition(" ")[2].strip() for record in logs.new_records() for each in record.shown()]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., None]:
    """Append lines to a log."""

    def write(name: str, *lines: str) -> None:
        with (tmp_path / name).open("a", encoding="utf-8") as file:
            file.writelines(each + "\n" for each in lines)

    return write


@pytest.fixture
def following(tmp_path: Path) -> Iterator[MergedLogs]:
    with closing(MergedLogs(tmp_path, grow=True)) as logs:
        yield logs


@pytest.fixture
def merged(tmp_path: Path) -> Iterator[MergedLogs]:
    with closing(MergedLogs(tmp_path)) as logs:
        yield logs


# Times


def test_what_the_servers_write_has_a_time_that_is_understood() -> None:
    record = logging.LogRecord("", logging.INFO, "", 0, "text", None, None)
    formatted = server_logs._Formatter(server_logs._FORMAT.format(component="af_heart")).format(record)

    found = time_of(formatted)
    assert found is not None and abs(found - record.created) <= 0.001
    assert formatted.endswith(" INFO    af_heart text")


def test_the_hour_that_comes_twice_a_year_is_told_apart() -> None:
    first, second = (time_of(f"2026-10-25T02:30:00.000{offset} x") for offset in ("+02:00", "+01:00"))
    assert first is not None and second is not None
    assert second - first == 3600


def test_a_log_of_an_older_version_is_read_as_local_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC-2")
    time.tzset()
    try:
        assert time_of("2026-11-20 13:00:00,250 INFO x y") == time_of("2026-11-20T11:00:00.250+00:00 x")
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    "text",
    ["", "Traceback (most recent call last):", "2026-99-20T13:00:00.000+00:00 x", "0001-01-01 00:00:00,000 x"],
)
def test_other_lines_have_no_time(text: str) -> None:
    assert time_of(text) is None


def test_entries_never_go_back_in_time_when_a_clock_does() -> None:
    found = list(records([line(5, "a"), line(3, "b"), line(7, "c")], "x", None, 0.0))
    assert [record.lines[0][-1] for record in found] == ["a", "b", "c"]
    assert found[0].time == found[1].time < found[2].time


# Merging


def test_lines_of_all_logs_are_in_the_order_of_their_times(
    write: Callable[..., None], tmp_path: Path, merged: MergedLogs
) -> None:
    write("voice_af_heart.log", line(2, "second", "af_heart"), line(4, "fourth", "af_heart"))
    write("model_server.log", line(3, "third"), line(5, "fifth"))
    write("model_server.log.1", line(1, "first"))
    (tmp_path / "notes.txt").write_text("no log")

    assert [text.split()[-1] for text in shown(merged)] == ["first", "second", "third", "fourth", "fifth"]


def test_a_traceback_stays_with_its_line_and_says_whose_it_is(write: Callable[..., None], merged: MergedLogs) -> None:
    trace = ("Traceback (most recent call last):", '  File "x.py", line 1', "ValueError: no")
    write("voice_af_heart.log", line(1, "failed", "af_heart"), *trace, line(3, "later", "af_heart"))
    write("model_server.log", line(2, "meanwhile"))

    assert shown(merged) == [
        "INFO    af_heart failed",
        *(f"af_heart     | {each}" for each in trace),
        "INFO    model_server meanwhile",
        "INFO    af_heart later",
    ]


def test_lines_in_front_of_the_first_time_come_before_it(write: Callable[..., None], merged: MergedLogs) -> None:
    write("model_server.log", "rest of a traceback", line(2, "then"))
    write("voice_af_heart.log", line(1, "first", "af_heart"))

    assert shown(merged) == [
        "INFO    af_heart first",
        "model        | rest of a traceback",
        "INFO    model_server then",
    ]


def test_a_log_without_any_time_is_shown(tmp_path: Path, merged: MergedLogs) -> None:
    (tmp_path / "model_server.log").write_bytes(b"Segmentation fault")  # and no line end
    assert shown(merged) == ["model        | Segmentation fault"]


def test_bytes_that_are_no_text_are_harmless(write: Callable[..., None], tmp_path: Path, merged: MergedLogs) -> None:
    write("model_server.log", line(1, "before"))
    with (tmp_path / "model_server.log").open("ab") as file:
        file.write(b"\xff\xfe\x00 \x1b[2J\tx\r\n" + b"y" * (3 << 20) + b"\n")
    write("model_server.log", line(2, "after"))

    before, odd, *long, after = shown(merged)
    assert odd == "model        | \\xff\\xfe\\x00 \\x1b[2J  x"
    assert sum(text.count("y") for text in long) == 3 << 20
    assert (before, after) == ("INFO    model_server before", "INFO    model_server after")


def test_no_folder_is_no_log(tmp_path: Path) -> None:
    assert shown(MergedLogs(tmp_path / "none")) == []


def test_a_log_that_may_not_be_read_is_passed_over(
    write: Callable[..., None], tmp_path: Path, merged: MergedLogs
) -> None:
    (tmp_path / "voice_af_heart.log").mkdir()
    write("model_server.log", line(1, "here"))

    assert shown(merged) == ["INFO    model_server here"]


# Following


def test_what_is_added_is_shown_once(write: Callable[..., None], following: MergedLogs) -> None:
    write("model_server.log", line(1, "a"))
    assert shown(following) == ["INFO    model_server a"]
    assert shown(following) == []
    write("model_server.log", line(2, "b"))
    assert shown(following) == ["INFO    model_server b"]


def test_a_new_server_appears(write: Callable[..., None], following: MergedLogs) -> None:
    assert shown(following) == []
    write("voice_af_heart.log", line(2, "begun", "af_heart"))
    assert shown(following) == ["INFO    af_heart begun"]


def test_a_line_is_shown_when_it_is_complete(write: Callable[..., None], following: MergedLogs, tmp_path: Path) -> None:
    path = tmp_path / "model_server.log"
    path.write_text(line(1, "half"))
    assert shown(following) == []
    write("model_server.log", " and half")
    assert shown(following) == ["INFO    model_server half and half"]


def test_the_rest_of_a_traceback_comes_later(write: Callable[..., None], following: MergedLogs) -> None:
    write("model_server.log", line(1, "failed"), "Traceback")
    assert shown(following) == ["INFO    model_server failed", "model        | Traceback"]
    write("model_server.log", "ValueError", line(9, "later"))
    write("voice_af_heart.log", line(5, "meanwhile", "af_heart"))
    assert shown(following) == [
        "model        | ValueError",
        "INFO    af_heart meanwhile",
        "INFO    model_server later",
    ]


def rotate(path: Path) -> None:
    path.replace(path.with_name(path.name + ".1"))


@pytest.mark.parametrize("times", [1, 2])
def test_nothing_is_lost_when_a_log_is_rotated(
    times: int, write: Callable[..., None], following: MergedLogs, tmp_path: Path
) -> None:
    write("model_server.log", line(1, "1"))
    shown(following)
    for number in range(2, 2 + times):
        write("model_server.log", line(number, str(number)))
        rotate(tmp_path / "model_server.log")
    write("model_server.log", line(8, "last"))

    # The file that was open is read to its end, whatever became of its name.
    expected = [str(number) for number in range(2, 2 + times)]
    assert [text.split()[-1] for text in shown(following)] == [*expected, "last"]
    write("model_server.log", line(9, "more"))
    assert shown(following) == ["INFO    model_server more"]


def test_a_log_that_was_emptied_is_read_from_its_start(
    write: Callable[..., None], following: MergedLogs, tmp_path: Path
) -> None:
    write("model_server.log.1", line(0, "old"))
    write("model_server.log", line(1, "something long"))
    assert len(shown(following)) == 2
    (tmp_path / "model_server.log").write_text(line(2, "new") + "\n")
    assert shown(following) == ["INFO    model_server new"]


def test_a_log_that_was_removed_may_come_again(
    write: Callable[..., None], following: MergedLogs, tmp_path: Path
) -> None:
    write("model_server.log", line(1, "a"))
    shown(following)
    (tmp_path / "model_server.log").unlink()
    assert shown(following) == []
    write("model_server.log", line(2, "b"))
    assert shown(following) == ["INFO    model_server b"]


def test_descriptors_are_closed(write: Callable[..., None], tmp_path: Path) -> None:
    write("model_server.log.1", line(1, "a"))
    write("model_server.log", line(2, "b"))
    file = LogFile(tmp_path / "model_server.log", grows=True)
    assert len(list(file.new_records())) == 2
    opened = file._file
    file.close()
    assert opened is not None and opened.closed


def test_many_lines_are_written_in_few_goes(write: Callable[..., None], tmp_path: Path) -> None:
    for component in ("model_server", "voice_af_heart"):
        write(f"{component}.log", *(line(number // 100, str(number)) for number in range(5000)))
    written: list[str] = []

    show(tmp_path, written.append, None)
    assert sum(text.count("\n") + 1 for text in written) == 10_000
    assert len(written) < 100


def test_following_goes_on_until_the_reader_leaves(write: Callable[..., None], tmp_path: Path) -> None:
    class ReaderLeft(Exception):
        pass

    written: list[str] = []

    def pause(seconds: float) -> None:
        if len(written) == 3:
            raise ReaderLeft
        write("model_server.log", line(len(written), "more"))

    with pytest.raises(ReaderLeft):
        show(tmp_path, written.append, pause)
    assert len(written) == 3
