from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from common.errors import SayError
from say.gateways.http.failures import Refused, handle_refused, handle_say_error
from say.gateways.http.metrics import Metrics
from say.gateways.http.service_control import router
from say.gateways.http.services import services_of
from say.gateways.telephony.control import DatabaseControl, ServiceControl
from say.gateways.telephony.database import ServiceDatabase

ADDRESS = "/api/v1/service"


def client_for(telephony: ServiceControl | None) -> TestClient:
    app = FastAPI()
    app.include_router(router)
    app.add_exception_handler(Refused, handle_refused)
    app.add_exception_handler(SayError, handle_say_error)
    app.state.services = services = SimpleNamespace(telephony=telephony, metrics=Metrics())
    app.dependency_overrides[services_of] = lambda: services
    return TestClient(app)


@pytest.fixture
def database(tmp_path: Path) -> ServiceDatabase:
    database = ServiceDatabase(tmp_path / "settings.db")
    database.create()
    return database


@pytest.fixture
def client(database: ServiceDatabase) -> TestClient:
    return client_for(DatabaseControl(database))


def test_it_shows_what_the_database_says(client: TestClient) -> None:
    answer = client.get(ADDRESS)

    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in ("enabled", "voice", "status", "calls", "active")} == {
        "enabled": False,
        "voice": "af_sky",
        "status": "stopped",
        "calls": 0,
        "active": [],
    }


def test_it_changes_what_is_named_and_nothing_else(client: TestClient, database: ServiceDatabase) -> None:
    assert client.put(ADDRESS, json={"enabled": True}).json()["enabled"] is True
    assert client.put(ADDRESS, json={"voice": "am_adam"}).json()["voice"] == "am_adam"

    row = database.read()
    assert (row.enabled, row.voice) == (True, "am_adam")


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 422), ({"enabled": "true"}, 422), ({"enabled": 1}, 422), ({"voice": 1}, 422), ({"voice": "x" * 501}, 422), ({"port": 1}, 422), ([], 422), ({"voice": "af_ski"}, 400)],
)  # fmt: skip
def test_a_wrong_wish_changes_nothing(client: TestClient, database: ServiceDatabase, body: object, status: int) -> None:
    before = database.read()

    answer = client.put(ADDRESS, json=body)

    assert answer.status_code == status
    assert answer.json()["detail"]
    assert database.read() == before


def test_without_a_service_there_is_none() -> None:
    client = client_for(None)

    for answer in (client.get(ADDRESS), client.put(ADDRESS, json={"enabled": True})):
        assert answer.status_code == 404
        assert "--telephony" in answer.json()["detail"]


def test_a_database_that_cannot_be_used_is_a_conflict(client: TestClient, database: ServiceDatabase) -> None:
    database.path.unlink()

    for answer in (client.get(ADDRESS), client.put(ADDRESS, json={"enabled": True})):
        assert answer.status_code == 409
        assert "cannot be used" in answer.json()["detail"]
