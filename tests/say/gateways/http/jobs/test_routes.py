"""What callers ask of jobs is answered as the original service does, and never by a fault of ours."""

from __future__ import annotations

import asyncio
import json
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from sqlalchemy import update

from common.settings import load
from say.gateways.http.app import create_app
from say.gateways.http.configuration import HttpConfiguration
from say.gateways.http.jobs import service
from say.gateways.http.jobs.events import version_of
from say.gateways.http.jobs.service import Jobs, JobsPlace
from say.gateways.http.jobs.states import State
from say.gateways.http.jobs.store import NoJob
from say.gateways.http.jobs.table import PROJECTS
from say.gateways.http.services import make_services
from tests.fakes.speech import FakeSpeech
from tests.say.gateways.http.jobs.conftest import order

JOBS = "/api/v1/tts"
SEED = {
    "text": "Hello, welcome to Creatorify AI.",
    "voice": "af_heart",
    "speed": 1.0,
    "lang_code": "a",
    "user_id": "user_123",
}
RANGES = ["", "bytes=0-99", "bytes=-1", "bytes=2000-", "bytes=5-1", "nonsense"]
SEED_FIELDS = {*SEED, "tts_id", "audio_url", "status", "progress", "created_at"}


class Door:
    """The application, with jobs that nobody works at."""

    def __init__(self, folder: Path, waiting: int = 12, kept: float = 0.0) -> None:
        configuration = HttpConfiguration(rate=0.0, text_limit=2000)
        limits = {"BATCH_LIMIT": 3, "JOBS_WAITING": waiting, "JOBS_KEPT": kept}
        table = load(environment={f"SAY_HTTP_{name}": str(value) for name, value in limits.items()})
        client = FakeSpeech().as_client()
        self.services = make_services(client, table, configuration)
        self.jobs = Jobs(client, JobsPlace.of(configuration, table, folder))
        asyncio.run(self.jobs.open())
        self.services.jobs = self.jobs
        self.app = create_app(self.services)

    def ask(self, method: str, path: str, *, under: str = JOBS, **request: object) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                return await client.request(method, f"{under}{path}", **request)  # type: ignore[arg-type]  # as httpx has them

        return asyncio.run(asyncio.wait_for(send(), 50))

    def made(self, **fields: object) -> str:
        return str(self.ask("POST", "/generate", json={**SEED, **fields}).json()["tts_id"])


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    door = Door(tmp_path / "home")
    yield door
    asyncio.run(door.jobs.close())


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """Return one for all tests that get nothing made."""
    door = Door(tmp_path_factory.mktemp("refusing") / "home")
    yield door
    asyncio.run(door.jobs.close())


def test_a_job_has_the_fields_of_the_original_service_and_the_values_that_were_sent(door: Door) -> None:
    answer = door.ask("POST", "/generate", json=SEED)
    job = answer.json()
    assert answer.status_code == 202
    assert job.keys() >= SEED_FIELDS
    assert {name: job[name] for name in SEED} == SEED
    assert (job["status"], job["progress"], job["audio_url"]) == ("pending", 0, None)
    assert answer.headers["location"] == f"{JOBS}/{job['tts_id']}"
    assert door.ask("GET", f"/{job['tts_id']}").json() == job
    assert door.ask("GET", "/", params={"user_id": "user_123"}).json() == {"items": [job], "next_cursor": None}
    assert door.ask("GET", "", params={"user_id": "nobody"}).json()["items"] == []


def test_what_is_not_said_comes_from_the_settings(door: Door) -> None:
    job = door.ask("POST", "/generate", json={"text": "Hello."}).json()
    assert (job["voice"], job["speed"], job["lang_code"], job["user_id"]) == ("af_heart", 1.0, "", "")


def test_a_speed_beyond_is_clipped_and_said(door: Door) -> None:
    answer = door.ask("POST", "/generate", json={**SEED, "speed": 4})
    assert answer.json()["speed"] == 2.0
    assert "spoken at 2" in answer.headers["warning"]


@pytest.mark.parametrize(
    "change, status",
    [
        ({"voice": "af_hart"}, 400),
        ({"lang_code": "q"}, 400),
        ({"text": ""}, 400),
        ({"text": " \n"}, 400),
        ({"text": "x" * 2001}, 413),
        ({"text": None}, 422),
        ({"speed": "fast"}, 422),
        ({"user_id": "x" * 201}, 422),
        ({"user_id": "a\0b"}, 422),
    ],
)
def test_what_makes_no_sense_is_refused_in_words_and_makes_no_row(
    refusing: Door, change: dict[str, object], status: int
) -> None:
    for path, body in (("/generate", {**SEED, **change}), ("/batch", {"items": [SEED, {**SEED, **change}]})):
        answer = refusing.ask("POST", path, json=body)
        assert answer.status_code == status, answer.text
        assert list(answer.json()) == ["detail"]
        assert isinstance(answer.json()["detail"], str)
    assert "items.1" in answer.json()["detail"]
    assert refusing.ask("GET", "/").json()["items"] == []


@pytest.mark.parametrize(
    "sent, kept",
    [
        (r"cut \ud83d", "cut \ufffd"),
        (r"\ude00 cut", "\ufffd cut"),
        (r"whole \ud83d\ude00", "whole \U0001f600"),
        (r"a\u0000b", "a b"),
    ],
)
def test_a_text_is_kept_as_every_database_takes_it(door: Door, sent: str, kept: str) -> None:
    """Half of a character, which callers make that cut a text at a length, was a fault of ours."""
    body = f'{{"text": "{sent}"}}'
    answer = door.ask("POST", "/generate", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["text"]) == (202, kept)


def test_a_batch_has_a_limit(door: Door) -> None:
    assert door.ask("POST", "/batch", json={"items": [SEED] * 3}).status_code == 202
    answer = door.ask("POST", "/batch", json={"items": [SEED] * 4})
    assert (answer.status_code, "SAY_HTTP_BATCH_LIMIT" in answer.json()["detail"]) == (413, True)
    assert door.ask("POST", "/batch", json={"items": []}).status_code == 422


def test_a_key_repeats_a_request_and_no_other(door: Door) -> None:
    key = {"Idempotency-Key": "8e03978e-40d5-43e8-bc93-6894a57f9324"}
    first = door.ask("POST", "/generate", json=SEED, headers=key)
    again = door.ask("POST", "/generate", json=SEED, headers=key)
    assert (again.status_code, again.json()) == (200, first.json())
    other = door.ask("POST", "/generate", json={**SEED, "text": "Another."}, headers=key)
    assert other.status_code == 409
    assert door.ask("POST", "/generate", json={**SEED, "user_id": "b"}, headers=key).status_code == 202
    assert door.ask("POST", "/batch", json={"items": [SEED]}, headers=key).status_code == 202
    for bad in ("", "a b", "x" * 256):
        assert door.ask("POST", "/generate", json=SEED, headers={"Idempotency-Key": bad}).status_code == 422
    assert len(door.ask("GET", "/").json()["items"]) == 3


def test_so_many_wait_and_no_more(door: Door) -> None:
    for _ in range(3):
        assert door.ask("POST", "/batch", json={"items": [SEED] * 3}).status_code == 202
    assert door.ask("POST", "/batch", json={"items": [SEED] * 2}, headers={"Idempotency-Key": "k"}).status_code == 202
    refused = door.ask("POST", "/batch", json={"items": [SEED] * 2})
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    assert door.ask("POST", "/generate", json=SEED).status_code == 202
    assert door.ask("POST", "/generate", json=SEED).status_code == 429
    again = door.ask("POST", "/batch", json={"items": [SEED] * 2}, headers={"Idempotency-Key": "k"})
    assert again.status_code == 200, "what was taken already is answered"


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=" + "A" * 65])
def test_a_page_that_makes_no_sense_is_refused(refusing: Door, query: str) -> None:
    assert refusing.ask("GET", f"/?{query}").status_code in (400, 422)


@pytest.mark.parametrize("job", ["x", "..%2f..%2fetc%2fpasswd", "%00", "1" * 31, str(uuid.UUID(int=5))])
@pytest.mark.parametrize(
    "method, path", [("GET", ""), ("GET", "/audio"), ("GET", "/events"), ("POST", "/cancel"), ("DELETE", "")]
)
def test_a_job_that_is_none_is_refused(refusing: Door, job: str, method: str, path: str) -> None:
    answer = refusing.ask(method, f"/{job}{path}")
    assert answer.status_code in (404, 405, 422)
    assert isinstance(answer.json()["detail"], str)


@pytest.mark.parametrize("job", ["nope", "550e8400-e29b-41d4-a716-44665544000", "é" * 40])
@pytest.mark.parametrize(
    "method, path",
    [("GET", ""), ("GET", "/audio"), ("GET", "/events"), ("POST", "/cancel"), ("POST", "/retry"), ("DELETE", "")],
)
def test_what_is_no_id_is_told_in_a_sentence_of_ours(refusing: Door, job: str, method: str, path: str) -> None:
    answer = refusing.ask(method, f"/{job}{path}")
    assert (answer.status_code, answer.json()) == (
        422,
        {
            "detail": "tts_id: this is no id of a job; they are UUIDs such as 550e8400-e29b-41d4-a716-446655440000, "
            "as `generate` answers"
        },
    )


def test_a_deleted_job_is_not_there_any_more(door: Door) -> None:
    job = door.made()
    assert door.ask("DELETE", f"/{job}").status_code == 204
    for method, path in (("GET", ""), ("GET", "/audio"), ("POST", "/cancel"), ("POST", "/retry"), ("DELETE", "")):
        assert door.ask(method, f"/{job}{path}").status_code == 404


@pytest.mark.parametrize("method, path", [("POST", "/cancel"), ("DELETE", "")])
def test_who_ends_a_job_is_answered_once_it_is_silent(
    door: Door, monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    stopped = []

    async def stop(job: uuid.UUID) -> None:
        stopped.append(str(job))

    monkeypatch.setattr(door.jobs._runner, "stop", stop)
    job = door.made()
    assert door.ask(method, f"/{job}{path}").status_code in (200, 204)
    assert stopped == [job]


def test_a_store_that_hangs_holds_up_nobody_who_deletes(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_PATIENCE", 0.05)
    job, go_on = door.made(), threading.Event()
    monkeypatch.setattr(door.jobs.shop.audio, "remove", lambda *_: go_on.wait(50))
    try:
        assert door.ask("DELETE", f"/{job}").status_code == 204
        assert not go_on.is_set()
        assert list(door.jobs.shop.store.removals(10)) == [uuid.UUID(job)], "it is remembered"
    finally:
        go_on.set()


def test_states_that_do_not_allow_it_are_told(door: Door) -> None:
    job = door.made()
    retried = door.ask("POST", f"/{job}/retry")
    assert (retried.status_code, retried.json()["detail"]) == (
        409,
        "the job is pending. Cancel it first, or wait for its end.",
    )
    assert door.ask("POST", f"/{job}/cancel").json()["status"] == "cancelled"
    assert door.ask("GET", f"/{job}/audio").status_code == 409
    assert door.ask("POST", f"/{job}/retry").json()["attempt"] == 1


def test_a_reader_of_events_is_told_the_end_once(door: Door) -> None:
    job = door.made()
    door.ask("POST", f"/{job}/cancel")
    answer = door.ask("GET", f"/{job}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    retry, event = answer.text.strip().split("\n\n")
    assert retry == "retry: 2000"
    number, kind, data = event.split("\n")
    assert kind == "event: progress"
    assert json.loads(data.removeprefix("data: ")) == door.ask("GET", f"/{job}").json()
    last = {"Last-Event-ID": number.removeprefix("id: ")}
    assert door.ask("GET", f"/{job}/events", headers=last).status_code == 204
    assert door.ask("GET", f"/{job}/events", headers={"Last-Event-ID": "0"}).status_code == 200


def test_events_end_when_the_door_closes(door: Door) -> None:
    job = door.made()
    door.services.leaving.set()
    assert door.ask("GET", f"/{job}/events").text == "retry: 2000\n\n"


@pytest.mark.parametrize(
    "text, version", [(None, None), ("", None), ("7", 7), ("-1", None), ("٣", None), ("9" * 20, None)]
)
def test_the_id_of_an_event_may_be_anything(text: str | None, version: int | None) -> None:
    assert version_of(text) == version


def test_the_sound_that_is_gone_from_the_store_is_told(door: Door) -> None:
    job = uuid.UUID(door.made())
    taken = door.jobs.shop.work.take()
    assert taken is not None
    door.jobs.shop.work.change(taken, status=State.COMPLETED, progress=100, owner=None)
    answer = door.ask("GET", f"/{job}/audio")
    assert (answer.status_code, answer.json()["detail"]) == (
        404,
        "the sound of this job is not in its store any more. POST /api/v1/tts/generate makes it anew.",
    )


def test_parts_belong_to_a_database_whatever_its_password_and_wherever_we_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def folder(address: str) -> Path:
        return JobsPlace.of(HttpConfiguration(database=address), load(environment={}), tmp_path).folder

    server = "postgresql+psycopg://say:{}@host/{}"
    assert folder(server.format("old", "jobs")) == folder(server.format("new", "jobs"))
    assert folder(server.format("old", "jobs")) != folder(server.format("old", "others"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path)
    there = folder("sqlite:///jobs.sqlite3")
    assert there == folder(f"sqlite:///{tmp_path}/jobs.sqlite3")
    monkeypatch.chdir(tmp_path / "here")
    assert folder("sqlite:///jobs.sqlite3") != there, "the sweep of one would remove the parts of the other"


@pytest.mark.parametrize("kept, left", [(0.0, True), (1e-6, False), (1.0, True)])
def test_jobs_are_kept_as_long_as_it_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: float, left: bool
) -> None:
    monkeypatch.setattr(service, "_REMOVE_EVERY", 0.01)
    door = Door(tmp_path / "home", kept=kept)
    job, waiting = uuid.UUID(door.made()), door.made()
    (tmp_path / "sound").write_bytes(bytes(100))
    door.jobs.shop.audio.put(job, 0, tmp_path / "sound")
    door.ask("POST", f"/{job}/cancel")
    looks = threading.Semaphore(0)
    removals = door.jobs.shop.store.removals

    def counted(limit: int) -> dict[uuid.UUID, int]:
        looks.release()
        return removals(limit)

    monkeypatch.setattr(door.jobs.shop.store, "removals", counted)

    async def look() -> None:
        removing = asyncio.create_task(door.jobs._remove())
        for _ in range(1 if left and not kept else 5):  # with nothing to wait for there is no second look
            assert await asyncio.to_thread(looks.acquire, timeout=20)
        removing.cancel()
        await asyncio.wait([removing])

    asyncio.run(look())
    assert door.ask("GET", f"/{waiting}").status_code == 200
    assert door.ask("GET", f"/{job}").status_code == (200 if left else 404)
    assert (door.jobs.shop.audio.size(job, 0) is not None) is left
    asyncio.run(door.jobs.close())


def test_jobs_and_their_sound_are_counted_while_the_database_works(door: Door, tmp_path: Path) -> None:
    def counted() -> set[str]:
        lines = door.ask("GET", "/metrics", under="").text.splitlines()
        return {line for line in lines if line.startswith("say_http_jobs")}

    for _ in range(3):
        cancelled = door.made()
    door.ask("POST", f"/{cancelled}/cancel")
    for seconds in (1.5, 2.0):
        taken = door.jobs.shop.work.take()
        assert taken is not None
        door.jobs.shop.work.change(taken, status=State.COMPLETED, duration=seconds)
    expected = {"pending": (0, 0), "processing": (0, 0), "completed": (2, 3.5), "failed": (0, 0), "cancelled": (1, 0)}
    assert counted() == {
        line
        for state, (number, seconds) in expected.items()
        for line in (
            f'say_http_jobs{{state="{state}"}} {number:.1f}',
            f'say_http_jobs_sound_seconds{{state="{state}"}} {seconds:.1f}',
        )
    }
    (tmp_path / "home" / "http-jobs" / "jobs.sqlite3").unlink()
    assert counted() == set()


def test_no_text_is_outside_of_the_database(door: Door, tmp_path: Path) -> None:
    door.made(text="A secret.")
    holding = [path.name for path in tmp_path.rglob("*") if path.is_file() and b"A secret." in path.read_bytes()]
    assert all(name.startswith("jobs.sqlite3") for name in holding)
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.rglob("*") if tmp_path != path)


class Known:
    """Jobs of a door in all their states, `number` of each, for every second request that is for one."""

    def __init__(self, door: Door, sound: Path, number: int) -> None:
        """`sound` is that of the completed ones."""
        self._jobs = door.jobs
        made, _ = door.jobs.shop.store.add([order() for _ in range(number * len(State))])
        self._ids = [job.id for job in made]
        self._asked = 0
        with door.jobs._database.writing() as connection:
            for place, job in enumerate(self._ids):
                state = list(State)[place % len(State)]
                connection.execute(update(PROJECTS).where(PROJECTS.c.id == job).values(status=state))
                if state == State.COMPLETED:
                    door.jobs.shop.audio.put(job, 0, sound)

    def choose(self, path: str) -> str | None:
        """Return the id for a request to `path`, None for whichever the schema gives."""
        self._asked += 1
        if self._asked % 2:
            return None
        found = self._ids[self._asked // 2 % len(self._ids)]
        try:  # what is being made is listened to for as long as that takes
            listening = path.endswith("/audio") and not self._jobs.shop.store.get(found).final
        except NoJob:
            return str(found)
        return None if listening else str(found)


@pytest.mark.timeout(900)  # soaking, and a busy machine
def test_every_request_is_answered_as_described(
    tmp_path_factory: pytest.TempPathFactory, counts: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    folder = tmp_path_factory.mktemp("schema")
    door = Door(folder / "home", waiting=10**6)
    door.services.leaving.set()  # whoever follows a job that nobody works at would never be done
    (folder / "sound").write_bytes(bytes(1000))
    headers = {"Host": "localhost"}
    described = schemathesis.openapi.from_asgi("/openapi.json", door.app, headers=headers)
    operations = [found.ok() for found in described.include(tag="Jobs").get_all_operations() if isinstance(found, Ok)]
    kinds = [
        (operation, mode)
        for operation in operations
        for mode in (GenerationMode if operation.method == "post" else (GenerationMode.POSITIVE,))
    ]
    known = {operation.label: Known(door, folder / "sound", counts(1, 50)) for operation in operations}
    each = counts(100, 20_000) // len(kinds) + 1
    asked: Counter[tuple[str, int]] = Counter()
    for operation, mode in kinds:

        @given(operation.as_strategy(generation_mode=mode), st.sampled_from(RANGES))
        @settings(max_examples=each, suppress_health_check=list(HealthCheck))
        def ask(case: schemathesis.Case, span: str) -> None:
            if "tts_id" in case.path_parameters and (job := known[case.operation.label].choose(case.path)) is not None:
                case.path_parameters["tts_id"] = job
            extra = {"Range": span} if case.path.endswith("/audio") and span else {}
            answer = case.call_and_validate(headers={**headers, **extra}, excluded_checks=[positive_data_acceptance])
            asked[case.operation.label, answer.status_code] += 1

        ask()
    asyncio.run(door.jobs.close())
    figure(f"{asked.total()} requests for jobs: {sorted(asked.items())}")
    assert {200, 202, 204, 404, 409, 422} <= {status for _, status in asked}
