"""Connections are kept for the next utterance: not more of them than make sense, and none is left open."""

from __future__ import annotations

import socket

from common.connection import Connection
from say.kept import KeptConnections


def connection() -> Connection:
    ours, theirs = socket.socketpair()
    theirs.close()
    return Connection(ours)


def is_open(kept: Connection) -> bool:
    return kept.fileno() != -1


def test_the_one_used_last_is_taken_first() -> None:
    kept = KeptConnections()
    older, newer, other = connection(), connection(), connection()
    kept.keep("af_heart", older)
    kept.keep("af_heart", newer)
    kept.keep("bm_george", other)
    assert kept.take("af_heart") is newer
    assert kept.take("af_heart") is older
    assert kept.take("af_heart") is None
    assert kept.take("bm_george") is other
    for each in (older, newer, other):
        each.close()


def test_the_one_unused_longest_makes_room() -> None:
    kept = KeptConnections(most=2)
    first, second, third = connection(), connection(), connection()
    for name, each in (("a", first), ("b", second), ("c", third)):
        kept.keep(name, each)
    assert [is_open(each) for each in (first, second, third)] == [False, True, True]
    assert len(kept) == 2
    kept.close()
    assert not is_open(second) and not is_open(third)


def test_after_the_end_nothing_is_kept() -> None:
    kept = KeptConnections()
    kept.close()
    late = connection()
    kept.keep("af_heart", late)
    assert not is_open(late) and not len(kept)
