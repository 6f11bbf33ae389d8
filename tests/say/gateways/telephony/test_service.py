"""The service in the test's own loop: its database is real, its guardian and its speech are not."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from common.errors import DaemonBusy, DaemonError, UnknownVoice
from say.gateways.telephony.call import Manners
from say.gateways.telephony.control import DatabaseControl
from say.gateways.telephony.database import DatabaseFailed, ServiceDatabase
from say.gateways.telephony.exchange import Place
from say.gateways.telephony.keeping import Keeper
from say.gateways.telephony.service import Plan, Service
from tests.say.gateways.telephony.lines import Peer, Speech, until

DEADLINE = 45.0  # seconds


class LoneKeeper(Keeper):
    """Has no guardian."""

    def _watch_guardian(self) -> None:
        pass


@dataclass
class Setting:
    """A service under way, and what it did."""

    service: Service
    told: list[str]
    opened: list[str]
    speech: Speech
    leaving: asyncio.Event
    voices: list[str] = field(default_factory=list)  # of each text
    prepared: list[str] = field(default_factory=list)

    async def call(self) -> Peer:
        port = (await self.service.report()).tcp_port
        peer = Peer(*await asyncio.open_connection("127.0.0.1", port))
        peer.send("1")
        return peer


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAY_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("say.gateways.telephony.service.POLL", 0.05)


@pytest.fixture
def database(tmp_path: Path) -> ServiceDatabase:
    database = ServiceDatabase(tmp_path / "settings.db")
    database.create()
    database.set_kokoro_service_enabled(True)
    return database


@contextlib.asynccontextmanager
async def serving(
    database: ServiceDatabase | None = None,
    *,
    place: Place | None = None,
    voice: str = "af_sky",
    voice_is_chosen: bool = False,
) -> AsyncIterator[Setting]:
    """Give a service that serves, and have it leave."""
    keeper = LoneKeeper(database, lock_within=0.0) if database else None
    plan = Plan(place or Place(tcp_port=0, udp_port=0), Manners(), 10, voice, voice_is_chosen)
    told: list[str] = []
    voices: list[str] = []
    prepared: list[str] = []
    speech = Speech()

    def speak(text: str, call_id: str, voice: str) -> contextlib.AbstractAsyncContextManager[AsyncIterator[object]]:
        voices.append(voice)
        return speech(text, call_id)

    service = Service(plan, speak, prepared.append, told.append, keeper)
    leaving = asyncio.Event()
    setting = Setting(service, told, [], speech, leaving, voices, prepared)
    task = asyncio.create_task(service.serve(leaving, setting.opened.append))
    try:
        yield setting
    finally:
        speech.may_speak.set()  # or it would answer for ever
        leaving.set()
        await task


def served(
    test: Callable[[Setting], Coroutine[object, object, None]],
    database: ServiceDatabase | None = None,
    *,
    voice: str = "af_sky",
    voice_is_chosen: bool = False,
) -> Setting:
    """Run a test beside a service."""

    async def run() -> Setting:
        async with serving(database, voice=voice, voice_is_chosen=voice_is_chosen) as setting:
            async with asyncio.timeout(DEADLINE):
                await test(setting)
        return setting

    return asyncio.run(run())


async def has_status(setting: Setting, status: str) -> None:
    while (await setting.service.report()).status != status:
        await asyncio.sleep(0.01)


def test_without_a_database_it_listens_at_once() -> None:
    async def test(setting: Setting) -> None:
        await has_status(setting, "running")
        peer = await setting.call()
        peer.send("3")
        assert await peer.answer() == (1, [3])
        peer.close()

    setting = served(test)
    assert len(setting.opened) == 1
    assert setting.voices == ["af_sky"]
    assert setting.prepared == ["af_sky"]
    assert setting.told == []


def test_it_can_be_switched_and_given_a_voice_without_a_database() -> None:
    async def test(setting: Setting) -> None:
        await has_status(setting, "running")
        port = (await setting.service.report()).tcp_port
        assert (await setting.service.change(enabled=False)).status == "stopped"
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
        report = await setting.service.change(enabled=True, voice="am_adam")
        assert (report.status, report.voice, report.enabled) == ("running", "am_adam", True)
        with pytest.raises(UnknownVoice):
            await setting.service.change(enabled=False, voice="nobody")
        assert (await setting.service.report()).status == "running", "what is wrong in part changes nothing"

    served(test)


def test_the_database_switches_it_and_has_its_status(database: ServiceDatabase) -> None:
    database.set_kokoro_service_enabled(False)

    async def test(setting: Setting) -> None:
        await until(lambda: bool(setting.told))
        assert database.get_kokoro_service_status() == "stopped"
        for _ in range(2):
            database.set_kokoro_service_enabled(True)
            await until(lambda: database.get_kokoro_service_status() == "running")
            peer = await setting.call()
            peer.send("slow")
            database.set_kokoro_service_enabled(False)
            await until(lambda: database.get_kokoro_service_status() == "stopped")
            assert await peer.ended()
            peer.close()

    setting = served(test, database)
    assert setting.told[0] == "telephony waits: kokoro_service_enabled is not 'true' in the database"
    assert database.get_kokoro_service_status() == "stopped"


def test_the_voice_of_the_database_is_followed_from_text_to_text(database: ServiceDatabase) -> None:
    database.set_kokoro_voice("af_bella")

    async def test(setting: Setting) -> None:
        await has_status(setting, "running")
        peer = await setting.call()
        for voice in ("af_bella", "bm_george", "am_adam"):
            database.set_kokoro_voice(voice)
            while (await setting.service.report()).voice != voice:
                await asyncio.sleep(0.01)
            peer.send("1")
            await peer.answer()
        peer.close()

    setting = served(test, database)
    assert setting.voices == ["af_bella", "bm_george", "am_adam"]


def test_a_voice_that_is_none_is_told_once_and_changes_nothing(database: ServiceDatabase) -> None:
    async def test(setting: Setting) -> None:
        await has_status(setting, "running")
        database.write("kokoro_voice", "af_ski")
        await until(lambda: bool(setting.told))
        await asyncio.sleep(0.2)  # more looks
        assert (await setting.service.report()).voice == "af_sky"

    [told] = served(test, database).told
    assert told.startswith("kokoro_voice in the database: there is no voice 'af_ski'. Did you mean af_sky")
    assert told.endswith("af_sky goes on.")


def test_a_chosen_voice_counts_until_the_database_has_a_new_one(database: ServiceDatabase) -> None:
    async def test(setting: Setting) -> None:
        await has_status(setting, "running")
        assert (await setting.service.report()).voice == "bf_emma"
        database.set_kokoro_voice("am_adam")
        while (await setting.service.report()).voice != "am_adam":
            await asyncio.sleep(0.01)

    served(test, database, voice="bf_emma", voice_is_chosen=True)


def test_a_status_that_somebody_else_wrote_is_put_right(database: ServiceDatabase) -> None:
    async def test(setting: Setting) -> None:
        await has_status(setting, "running")
        database.set_kokoro_service_status("error")
        await until(lambda: database.get_kokoro_service_status() == "running")

    served(test, database)


def test_changes_go_into_the_database(database: ServiceDatabase) -> None:
    async def test(setting: Setting) -> None:
        await has_status(setting, "running")
        await setting.service.change(enabled=False, voice="am_adam")
        row = database.read()
        assert (row.enabled, row.voice, row.status) == (False, "am_adam", "stopped")
        with contextlib.closing(sqlite3.connect(database.path, isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            with pytest.raises(DatabaseFailed):
                await setting.service.change(enabled=True)
        assert (await setting.service.report()).status == "stopped"

    served(test, database)


def _replace(path: Path, content: bytes) -> None:
    """Give it another content in one step: an empty file is an empty database, whose tables are made."""
    other = path.with_suffix(".other")
    other.write_bytes(content)
    other.replace(path)


@pytest.mark.parametrize("harm", ["locked", "corrupt", "vanished"])
def test_calls_go_on_whatever_happens_to_the_database(database: ServiceDatabase, harm: str) -> None:
    content = database.path.read_bytes()

    async def test(setting: Setting) -> None:
        await has_status(setting, "running")
        peer = await setting.call()
        with contextlib.ExitStack() as stack:
            if harm == "locked":
                connection = stack.enter_context(
                    contextlib.closing(sqlite3.connect(database.path, isolation_level=None))
                )
                connection.execute("BEGIN EXCLUSIVE")
            elif harm == "vanished":
                database.path.unlink()
            else:
                _replace(database.path, b"no database" * 1000)
            await until(lambda: bool(setting.told))
            await asyncio.sleep(0.2)  # more looks
            assert str(database.path) in (await setting.service.report()).problem
            peer.send("3")
            assert await peer.answer() == (1, [3])
            if harm == "vanished":
                assert not database.path.exists(), "whoever took it away may be about to put another in its place"
        if harm != "locked":
            _replace(database.path, content)
        database.set_kokoro_voice("am_adam")
        while (await setting.service.report()).voice != "am_adam":
            await asyncio.sleep(0.01)
        assert database.get_kokoro_service_status() == "running"
        peer.close()

    assert len(served(test, database).told) == 1


def test_a_read_only_database_is_followed_and_its_status_is_told_to_be_old(
    database: ServiceDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: ServiceDatabase, key: str, value: str) -> None:
        raise DatabaseFailed("attempt to write a readonly database")

    async def test(setting: Setting) -> None:
        await has_status(setting, "running")
        with contextlib.closing(sqlite3.connect(database.path, isolation_level=None)) as connection:
            connection.execute("UPDATE system_config SET value = 'am_adam' WHERE key = 'kokoro_voice'")
        while (await setting.service.report()).voice != "am_adam":
            await asyncio.sleep(0.01)

    monkeypatch.setattr(ServiceDatabase, "write", refuse)
    [told] = served(test, database).told
    assert "readonly" in told


def test_taken_ports_are_an_error_where_nobody_could_free_them_in_time() -> None:
    async def test(setting: Setting) -> None:
        await has_status(setting, "running")
        report = await setting.service.report()
        second = Service(
            Plan(Place(tcp_port=report.tcp_port, udp_port=0), Manners(), 10, "af_sky", False),
            lambda *_: Speech()("", ""),
            print,
            print,
        )
        with pytest.raises(DaemonError, match="TCP port"):
            await second.serve(asyncio.Event(), print)

    served(test)


def test_with_a_database_taken_ports_are_tried_again_until_they_are_free(
    database: ServiceDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("say.gateways.telephony.service.RETRY", 0.1)

    async def test(first: Setting) -> None:
        await has_status(first, "running")
        report = await first.service.report()
        async with serving(database, place=Place(tcp_port=report.tcp_port, udp_port=report.udp_port)) as second:
            await until(lambda: database.get_kokoro_service_status() == "error")
            await asyncio.sleep(0.3)  # several tries
            await first.service.change(enabled=False)
            await until(lambda: database.get_kokoro_service_status() == "running")
            [told] = second.told
            assert f"TCP port {report.tcp_port}" in told

    served(test)


def test_without_a_database_ports_that_are_taken_when_it_is_switched_on_are_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("say.gateways.telephony.service.RETRY", 0.1)

    async def test(setting: Setting) -> None:
        await has_status(setting, "running")
        port = (await setting.service.report()).tcp_port
        await setting.service.change(enabled=False)
        await asyncio.sleep(0.1)  # its own look, with nothing to be done
        other = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", port)
        async with other:
            report = await setting.service.change(enabled=True)
            assert report.status == "error"
            assert f"TCP port {port}" in report.problem
        await has_status(setting, "running")
        assert not (await setting.service.report()).problem

    async def run() -> None:
        with socket.create_server(("127.0.0.1", 0)) as found:
            port = found.getsockname()[1]
        async with serving(place=Place(tcp_port=port, udp_port=0)) as setting, asyncio.timeout(DEADLINE):
            await test(setting)

    asyncio.run(run())


@pytest.mark.parametrize("homes", ["one", "two"])
def test_a_database_has_one_service(
    database: ServiceDatabase, homes: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = LoneKeeper(database, lock_within=0.0)
    if homes == "two":
        monkeypatch.setenv("SAY_HOME", str(tmp_path / "other"))
    with pytest.raises(DaemonBusy, match="follows .* already"):
        LoneKeeper(database, lock_within=0.0)
    keeper.close("stopped")
    LoneKeeper(database, lock_within=0.0).close("stopped")


def test_a_service_that_is_told_to_leave_is_stopped_for_new_calls_while_it_answers_the_others(
    database: ServiceDatabase,
) -> None:
    async def test(setting: Setting) -> None:
        await has_status(setting, "running")
        peer = await setting.call()
        peer.send("slow 1")
        await until(lambda: bool(setting.speech.said))
        setting.leaving.set()
        await until(lambda: database.get_kokoro_service_status() == "stopped")
        assert (await setting.service.report()).status == "stopped"
        with pytest.raises(ConnectionRefusedError):
            await setting.call()
        assert (await setting.service.change(enabled=True, voice="am_adam")).status == "stopped"
        with pytest.raises(ConnectionRefusedError):
            await setting.call()
        LoneKeeper(database, lock_within=20.0).close("running")  # another service may have it now
        setting.speech.may_speak.set()
        assert await peer.answer() == (1, [1])
        assert await peer.ended()
        peer.close()

    setting = served(test, database)
    assert setting.told == []
    assert len(setting.opened) == 1
    assert database.read().status == "running", "which has the last word"


def test_a_service_that_is_switched_off_while_it_leaves_ends_its_calls(database: ServiceDatabase) -> None:
    async def test(setting: Setting) -> None:
        await has_status(setting, "running")
        peer = await setting.call()
        peer.send("slow")
        await until(lambda: bool(setting.speech.said))
        setting.leaving.set()
        await until(lambda: database.get_kokoro_service_status() == "stopped")
        await setting.service.change(enabled=False)
        assert await peer.ended()
        peer.close()

    served(test, database)


def test_a_look_that_outlasts_the_service_changes_nothing_and_starts_nobody(database: ServiceDatabase) -> None:
    keeper = Keeper(database, lock_within=0.0)
    keeper.close("stopped")
    keeper.look("running")

    assert database.read().status == "stopped"
    assert keeper._guardian is None


def test_a_database_alone_can_be_switched_for_a_service_elsewhere(database: ServiceDatabase) -> None:
    async def test() -> None:
        control = DatabaseControl(database)
        report = await control.change(enabled=False, voice="am_adam")
        assert (report.enabled, report.voice, report.status) == (False, "am_adam", "stopped")

    asyncio.run(test())
    assert database.read().voice == "am_adam"
