from __future__ import annotations

import asyncio
import errno
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from common.errors import OutputFailed
from say.gateways.telephony.answers import Answers, CallerTakesNothing, KeptSound, SoundLost


def answers_where(drained: asyncio.Future[None], patience: float = 10.0) -> Answers:
    async def drain() -> None:
        await drained

    transport = SimpleNamespace(set_write_buffer_limits=lambda **_: None)
    writer = SimpleNamespace(transport=transport, write=lambda _: None, drain=drain)
    return Answers(cast(asyncio.StreamWriter, writer), patience)


@pytest.mark.parametrize("number", [errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.EPIPE])
def test_a_connection_that_is_lost_while_sound_is_sent_is_no_fault_of_the_caller(number: int) -> None:
    async def test() -> None:
        lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        lost.set_exception(OSError(number, "as the system's probes find out"))
        await answers_where(lost).send(b"\0\0")

    with pytest.raises(ConnectionError):
        asyncio.run(test())


def test_a_caller_has_so_much_time_to_take_sound_and_no_more() -> None:
    async def test() -> None:
        await answers_where(asyncio.get_running_loop().create_future(), patience=0.01).send(b"\0\0")

    with pytest.raises(CallerTakesNothing):
        asyncio.run(test())


def answers_to(sent: list[bytes]) -> Answers:
    async def drain() -> None:
        pass

    transport = SimpleNamespace(set_write_buffer_limits=lambda **_: None)
    writer = SimpleNamespace(transport=transport, write=sent.append, drain=drain)
    return Answers(cast(asyncio.StreamWriter, writer), patience=10.0)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full here")
@pytest.mark.parametrize("size", [100, 100_000], ids=["at the end", "midway"])
def test_a_full_disk_is_told_as_such_before_anything_is_sent(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.SpooledTemporaryFile", lambda **_: open("/dev/full", "r+b"))  # noqa: SIM115
    sent: list[bytes] = []
    with pytest.raises(OutputFailed, match="no space left"), KeptSound(1 << 20) as kept:
        kept.add(bytes(size))
        asyncio.run(answers_to(sent).send_kept(kept))
    assert sent == []


def test_sound_that_cannot_be_read_back_ends_the_call_for_its_length_has_been_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[bytes] = []
    with KeptSound(1 << 20) as kept:
        kept.add(bytes(100))
        file = SimpleNamespace(seek=lambda _: 0, read=refuse, close=kept._file.close)
        monkeypatch.setattr(kept, "_file", file)
        with pytest.raises(SoundLost, match="cannot be read back: as a broken disk has it"):
            asyncio.run(answers_to(sent).send_kept(kept))
    assert len(sent) == 1


def refuse(size: int) -> bytes:
    raise OSError(errno.EIO, "as a broken disk has it")
