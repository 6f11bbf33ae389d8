from __future__ import annotations

import asyncio
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from say.gateways.telephony.control import DatabaseControl
from say.gateways.telephony.database import ServiceDatabase
from say.gateways.telephony.statistics import CallFigures, ServiceReport, Totals, report_of
from say.gateways.telephony.status_file import StatusFile, reports, show


@pytest.fixture
def report(tmp_path: Path) -> ServiceReport:
    database = ServiceDatabase(tmp_path / "settings.db")
    database.create()
    call = report_of(CallFigures("7", "127.0.0.1", texts=2, answers=1, seconds=1.5, first_audio=0.2, waiting=1))
    return replace(asyncio.run(DatabaseControl(database).report()), active=(call,), recent=(replace(call, end="bye"),))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_what_was_written_is_read_as_long_as_the_writer_lives(home: Path, report: ServiceReport) -> None:
    with StatusFile(home) as file:
        file.write(report)
        [(pid, found)] = reports(home)
        assert pid == os.getpid()
        assert replace(found, uptime=0.0, active=()) == replace(report, uptime=0.0, active=())
        assert found.active[0].call_id == "7"
        [path] = home.glob("telephony_*.json")
        assert path.stat().st_mode & 0o777 == 0o600
    assert list(reports(home)) == []
    assert list(home.iterdir()) == []


def test_nothing_is_written_where_only_time_has_passed(home: Path, report: ServiceReport) -> None:
    with StatusFile(home) as file:
        file.write(report)
        [path] = home.glob("telephony_*.json")
        before = path.stat().st_ino
        file.write(replace(report, uptime=99.0, active=(replace(report.active[0], lasted=99.0),)))
        assert path.stat().st_ino == before
        file.write(replace(report, texts=1))
        assert path.stat().st_ino != before


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b'{"pid": 1}', b'{"pid": "x", "started": "", "written": 0.0, "report": {}}', b"\xff" * 100, b"{" * 100_000],
)  # fmt: skip
def test_a_file_that_makes_no_sense_means_nothing_and_is_removed(home: Path, content: bytes) -> None:
    home.mkdir(mode=0o700)
    path = home / "telephony_1.json"
    path.write_bytes(content)

    assert list(reports(home)) == []
    with StatusFile(home):
        assert not path.exists()


def test_a_dead_writers_file_means_nothing(home: Path, report: ServiceReport) -> None:
    with StatusFile(home) as file:
        file.write(report)
        [path] = home.glob("telephony_*.json")
        content = json.loads(path.read_text())
        content["started"] = "another process of that number"
        path.write_text(json.dumps(content))
        assert list(reports(home)) == []


def test_a_report_reads_as_sentences_without_texts_or_callers_addresses(report: ServiceReport) -> None:
    shown = show(4711, report).splitlines()

    assert shown[0] == "telephony    stopped but for these calls, process 4711, up 0 s"
    assert show(4711, replace(report, active=())).splitlines()[0] == "telephony    stopped, process 4711, up 0 s"
    assert "call         7: 2 texts, 1 answer, 1.5 s of sound, first after 0.20 s, 0 s long, 1 waiting" in shown
    assert "ended        7: 2 texts, 1 answer, 1.5 s of sound, first after 0.20 s, 0 s long; bye" in shown
    assert "problem" not in " ".join(shown)
    assert show(1, replace(report, problem="The port is taken.")).splitlines()[1] == "problem      The port is taken."


def test_the_first_sounds_wait_is_a_median() -> None:
    totals = Totals()
    assert totals.first_audio == -1
    for seconds in (9.0, 0.1, 0.2):
        totals.note_first_audio(seconds)

    assert totals.first_audio == 0.2
