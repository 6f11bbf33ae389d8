from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from common.errors import DaemonError
from common.messages.control import StatusReport
from say.gateways.http.services import Jobs
from tests.fakes.client import REPORT
from tests.fakes.http import Application
from tests.fakes.speech import FakeSpeech


class Unreachable(FakeSpeech):
    def status(self) -> StatusReport | None:
        raise DaemonError("the daemon hangs", "End it.")


def test_it_lives_whatever_the_daemon_does() -> None:
    assert Application(Unreachable()).ask("GET", "/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("report", "daemon"),
    [(REPORT, "running"), (replace(REPORT, state="draining"), "draining"), (None, "not running")],
)
def test_it_is_ready_if_the_daemon_is_there_or_can_be_started(report: StatusReport | None, daemon: str) -> None:
    application = Application()
    application.speech.report = report
    answer = application.ask("GET", "/readyz")
    assert answer.status_code == 200
    assert answer.json()["daemon"] == daemon
    assert answer.json()["engines"] == (report.engines if report else {})


def test_it_is_not_ready_while_the_daemon_cannot_be_reached() -> None:
    answer = Application(Unreachable()).ask("GET", "/readyz")
    assert answer.status_code == 503
    assert answer.json()["reason"] == "the daemon hangs. End it."


def test_it_is_not_ready_when_it_leaves() -> None:
    application = Application()
    application.services.leaving.set()
    assert application.ask("GET", "/readyz").status_code == 503


class NoJobs:
    """Jobs that cannot be taken while there is some `problem`."""

    def __init__(self) -> None:
        self.problem: str | None = None

    async def trouble(self) -> str | None:
        return self.problem


def test_it_is_not_ready_while_no_jobs_can_be_taken() -> None:
    application, jobs = Application(), NoJobs()
    application.services.jobs = cast(Jobs, jobs)
    assert application.ask("GET", "/readyz").status_code == 200
    jobs.problem = "the database of the jobs does not work"
    answer = application.ask("GET", "/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "not ready",
        "daemon": "running",
        "engines": REPORT.engines,
        "reason": "the database of the jobs does not work",
    }
    assert application.ask("GET", "/healthz").status_code == 200
    jobs.problem = None
    assert application.ask("GET", "/readyz").status_code == 200


def counted(application: Application) -> dict[str, float]:
    lines = application.ask("GET", "/metrics").text.splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}


def test_what_was_done_is_counted() -> None:
    application = Application(text_limit=100)
    application.speak(input="Hello. You.", response_format="pcm")
    application.speak(input="x", voice="nobody")
    application.speak(input="x" * 101)
    application.ask("GET", "/v1/models/kokoro", headers={"Host": "evil.example"})
    application.ask("GET", "/somewhere/else")

    found = counted(application)

    speech = 'route="/v1/audio/speech"'
    assert found[f'say_http_requests_total{{method="POST",{speech},status="200"}}'] == 1
    assert found[f'say_http_requests_total{{method="POST",{speech},status="400"}}'] == 1
    assert found['say_http_requests_total{method="GET",route="none",status="403"}'] == 1
    assert found['say_http_requests_total{method="GET",route="none",status="404"}'] == 1
    assert found['say_http_refused_total{reason="foreign_host"}'] == 1
    assert found['say_http_refused_total{reason="unknown_voice"}'] == 1
    assert found['say_http_refused_total{reason="text_too_long"}'] == 1
    assert found["say_http_characters_total"] == len("Hello. You.")
    assert found["say_http_sound_seconds_total"] == pytest.approx(len("Hello. You.") * 0.05)
    assert found[f"say_http_first_byte_seconds_count{{{speech}}}"] == 1
    assert found[f"say_http_request_seconds_count{{{speech}}}"] == 3
    assert found["say_http_syntheses"] == found["say_http_waiting"] == 0


def test_counters_belong_to_one_application() -> None:
    Application().speak(input="Hello.")
    assert counted(Application())["say_http_characters_total"] == 0
