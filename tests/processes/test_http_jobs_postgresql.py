"""Gateways that share a PostgreSQL: neither the end of one nor that of the server costs a job."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.daemon import Daemon
from tests.fakes.lives import LONG_TEXT
from tests.fakes.serving import JOBS, Serving
from tests.say.gateways.http.jobs.postgresql import Postgresql

DELAY = 0.05  # seconds a piece


def written(daemon: Daemon, text: str) -> bytes:
    """Return the file that `say -o` writes."""
    done = daemon.run_say("-f", "-", "-o", "expected.wav", input=text)
    assert done.returncode == 0, done.stderr
    return (daemon.folder / "expected.wav").read_bytes()


def test_a_gateway_that_is_killed_while_the_server_is_away_costs_no_job(tmp_path: Path) -> None:
    texts = [f"Text {number} begins here. {LONG_TEXT[:1200]}" for number in range(3)]
    with Postgresql() as server, Daemon(tmp_path, tone_delay=DELAY) as daemon:
        environment = {"SAY_HTTP_DATABASE": server.url}
        with Serving(daemon, environment) as first:
            with Serving(daemon, environment) as second:
                jobs = [second.generate(text, user_id=f"u{number}") for number, text in enumerate(texts)]
                first.reaches(jobs[0], 31)
                server.stop()
                refused = first.client.get(f"{JOBS}/{jobs[0]}")
                assert (refused.status_code, str(server.folder) in refused.text) == (503, False), refused.text
                second.kill()
            server.start()
            for job, text in zip(jobs, texts, strict=True):
                done = first.finished(job, 60.0)
                assert (done["status"], done["error"], done["attempt"]) == ("completed", None, 0)
                assert first.audio(job) == written(daemon, text)
            assert not list((daemon.home / "http-jobs").glob("*/parts/*"))
