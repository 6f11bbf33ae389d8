from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
import struct
from dataclasses import replace

import pytest

from common.errors import DaemonError
from say.gateways.telephony.call import Manners
from say.gateways.telephony.exchange import Exchange, Place
from tests.say.gateways.telephony.lines import Line, Peer, Speech, on_a_line, until


def test_many_calls_have_their_own_answers() -> None:
    async def calls(line: Line) -> None:
        async def one(number: int) -> list[tuple[int, list[int]]]:
            peer = await line.call(str(number))
            peer.send(str(number), f"{number} {number + 1}")
            return [await peer.answer(), await peer.answer()]

        answers = await asyncio.gather(*map(one, range(50)))
        assert answers == [[(1, [number]), (2, [number, number + 1])] for number in range(50)]

    line = on_a_line(calls, most_calls=100)
    assert line.exchange.totals.calls == 50
    assert line.exchange.totals.answers == 100


def test_two_connections_with_one_id_are_served_side_by_side() -> None:
    async def calls(line: Line) -> None:
        first, second = await line.call("7"), await line.call("7")
        first.send("1")
        second.send("2")
        assert (await first.answer(), await second.answer()) == ((1, [1]), (1, [2]))

    on_a_line(calls)


def test_bye_over_udp_ends_the_calls_of_that_id_alone() -> None:
    async def calls(line: Line) -> None:
        ended, other = await line.call("7"), await line.call("8")
        ended.send("slow")
        other.send("5")
        assert await other.answer() == (1, [5])
        await until(lambda: ("7", "slow") in line.speech.said)
        await line.datagram(b"REGISTER:7")
        await line.datagram(b"BYE:7")
        assert await ended.ended()
        other.send("6")
        assert await other.answer() == (2, [6])
        assert line.exchange.totals.recent[-1].end == "hung up"

    on_a_line(calls)


def test_no_host_but_the_callers_and_the_one_that_registered_hangs_up() -> None:
    async def calls(line: Line) -> None:
        exchange = line.exchange
        exchange._place = replace(exchange._place, peers=(ipaddress.ip_network("10.0.0.0/24"),))
        peer = await line.call("7")
        peer.send("1")
        assert await peer.answer() == (1, [1])
        for data, host in (
            ("REGISTER", "10.0.0.5"),
            ("REGISTER", "10.0.0.6"),
            ("BYE", "10.0.0.6"),
            ("BYE", "10.9.9.9"),
        ):
            exchange._datagram(f"{data}:7".encode(), host)
        peer.send("2")
        assert await peer.answer() == (2, [2])
        exchange._datagram(b"BYE:7", "10.0.0.5")
        assert await peer.ended()

    on_a_line(calls)


def test_junk_over_udp_is_not_answered_and_disturbs_nothing() -> None:
    async def calls(line: Line) -> None:
        peer = await line.call()
        loop = asyncio.get_running_loop()
        answers: list[bytes] = []

        class Listening(asyncio.DatagramProtocol):
            def datagram_received(self, data: bytes, address: object) -> None:
                answers.append(data)

        transport, _ = await loop.create_datagram_endpoint(Listening, remote_addr=("127.0.0.1", line.exchange.udp_port))
        junk = [b"\xff" * 1000, b"REGISTER:", b"BYE:9\0", b"REGISTER:1" * 100]
        for data in junk:
            transport.sendto(data)
        transport.sendto(b"REGISTER:5")
        await until(lambda: "5" in line.exchange.registrations)
        peer.send("1")
        assert await peer.answer() == (1, [1])
        assert line.exchange.registrations.junk == len(junk)
        assert answers == []
        transport.close()

    assert on_a_line(calls).told == []


def test_more_calls_than_allowed_are_refused_with_one_line() -> None:
    async def calls(line: Line) -> None:
        peers = [await line.call(str(number)) for number in range(2)]
        for peer in peers:
            peer.send("1")
            await peer.answer()
        for _ in range(3):
            refused = await line.call("9")
            assert await refused.ended()
            refused.close()
        peers[0].close()
        await until(lambda: len(line.exchange.calls) == 1)
        peer = await line.call("10")
        peer.send("2")
        assert await peer.answer() == (1, [2])

    line = on_a_line(calls, most_calls=2)
    assert line.told == ["there are 2 calls: no more is taken. SAY_TELEPHONY_CALLS changes that"]
    assert line.exchange.totals.refused == 3


def test_finishing_answers_what_came_and_takes_no_more() -> None:
    async def calls(line: Line) -> None:
        peer, silent = await line.call("1"), await line.call("2")
        peer.send("slow 1", "2")
        await until(lambda: line.exchange.totals.texts == 2 and len(line.exchange.calls) == 2)
        closing = asyncio.create_task(line.exchange.close(finish=True))
        assert await silent.ended()
        with pytest.raises(ConnectionRefusedError):
            await line.call("3")
        peer.send("3")
        await until(lambda: bool(line.exchange.calls[0]._late))
        line.speech.may_speak.set()
        assert [await peer.answer(), await peer.answer()] == [(1, [1]), (2, [2])]
        assert await peer.ended()
        await closing

    line = on_a_line(calls)
    assert line.told == ["call 1: 1 text came while the service was leaving, to be spoken no more"]
    assert line.exchange.totals.texts == 2


def test_finishing_drops_nothing_that_a_slow_caller_has_not_taken_yet() -> None:
    async def calls(line: Line) -> None:
        line.speech.samples = 240_000
        peer = await line.call()
        peer.reader._limit = 1 << 12  # type: ignore[attr-defined]  # asyncio reads no more than twice that
        await until(lambda: bool(line.exchange.calls))
        [call] = line.exchange.calls
        # Or the system itself takes all of it.
        peer.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 14)
        call._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 14)
        peer.send("1")
        await until(lambda: call.figures.texts == 1)
        closing = asyncio.create_task(line.exchange.close(finish=True))
        size = struct.unpack("!III", await peer.reader.readexactly(12))[0]
        taken = 0
        while data := await peer.reader.read(1 << 14):
            taken += len(data)
            await asyncio.sleep(0.001)
        assert taken == size
        await closing

    assert on_a_line(calls).told == []


def test_an_exchange_that_was_closed_can_be_opened_again() -> None:
    async def calls(line: Line) -> None:
        peer = await line.call()
        peer.send("slow")
        await until(lambda: bool(line.speech.said))
        await line.exchange.close(finish=False)
        assert await peer.ended()
        peer.close()
        await line.exchange.open()
        again = await line.call()
        again.send("1")
        assert await again.answer() == (1, [1])

    on_a_line(calls)


@pytest.mark.parametrize("kind", ["TCP", "UDP"])
def test_a_port_that_is_taken_leaves_neither_open(kind: str) -> None:
    async def calls(line: Line) -> None:
        taken = line.exchange
        place = (
            Place(tcp_port=taken.tcp_port, udp_port=0) if kind == "TCP" else Place(tcp_port=0, udp_port=taken.udp_port)
        )
        second = Exchange(place, Speech(), Manners(), 10, line.told.append)
        with pytest.raises(DaemonError, match=f"{kind} port") as error:
            await second.open()
        assert error.value.message.endswith(" of 127.0.0.1: address already in use")
        assert f"--{kind.lower()}-port" in error.value.hint
        assert not second.is_open

    on_a_line(calls)


def test_nobody_can_call_while_the_other_port_is_being_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    async def calls(line: Line) -> None:
        with socket.create_server(("127.0.0.1", 0)) as found:
            port = found.getsockname()[1]
        loop = asyncio.get_running_loop()
        refused: list[bool] = []

        async def look(*_: object) -> None:
            with socket.socket() as caller:
                refused.append(caller.connect_ex(("127.0.0.1", port)) != 0)
            raise OSError(errno.EADDRINUSE, "taken")

        monkeypatch.setattr(loop, "create_datagram_endpoint", look)
        with pytest.raises(DaemonError, match="UDP"):
            await Exchange(Place(tcp_port=port, udp_port=0), Speech(), Manners(), 10, print).open()
        assert refused == [True]

    on_a_line(calls)


def test_an_address_of_another_machine_is_told_from_a_port_that_is_taken() -> None:
    exchange = Exchange(Place("192.0.2.1", 0, 0), Speech(), Manners(), 10, print)
    with pytest.raises(DaemonError, match="192.0.2.1") as error:
        asyncio.run(exchange.open())
    assert "--telephony-host" in error.value.hint


@pytest.mark.parametrize(
    ("host", "may"),
    [("127.0.0.1", True), ("::1", True), ("::ffff:127.0.0.1", True), ("10.0.0.5", True), ("10.0.1.5", False), ("::ffff:10.0.0.9", True), ("fe80::1%eth0", False), ("", False)],
)  # fmt: skip
def test_only_this_machine_and_named_peers_may_call(host: str, may: bool) -> None:
    place = Place(peers=(ipaddress.ip_network("10.0.0.0/24"),))
    exchange = Exchange(place, Speech(), Manners(), 10, print)

    assert exchange._may_call(host) is may


def test_a_mistake_of_ours_ends_one_call_and_is_logged_whole() -> None:
    async def calls(line: Line) -> None:
        def broken(text: str, call_id: str) -> object:
            raise ZeroDivisionError

        good: Peer = await line.call("1")
        line.exchange._render, render = broken, line.exchange._render  # type: ignore[assignment]
        bad = await line.call("2")
        bad.send("1")
        assert await bad.ended()
        line.exchange._render = render
        good.send("1")
        assert await good.answer() == (1, [1])

    [told] = on_a_line(calls).told
    assert told.startswith("call 2 is ended by a fault of ours")
    assert "ZeroDivisionError" in told
