"""The order of all synthesis: what must sound before what gets ready, and fair between clients. Pure: the time is passed in.

Each job has a rank:

0. first pieces, of utterances of which nothing was heard and that have the loudspeaker, or send their sound to a client,
1. look-ahead of those,
2. utterances that wait in line for the loudspeaker,
3. bulk work: files.

The lowest rank goes first, with two exceptions. What sounds goes before everything as soon as it would fall silent if
another job were done first. And every rank has its share: it has a turn once those that went ahead of it took `PATIENCE`
times what its next job costs, if what sounds can wait for that, and `ENDURANCE` times in any case.

Within a rank clients share the work by what it costs, not by how many jobs they have: the client that had least is next
(start-time fair queueing: the accounts of two that wait never differ by more than one job).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from typing import Generic, TypeVar

Job = TypeVar("Job")

# How much of other ranks' work goes ahead of a job, as multiples of its own cost: it has a fifth of the time where what
# sounds is not in danger, and a seventeenth on a machine that is too slow for what sounds alone.
PATIENCE = 4.0
ENDURANCE = 16.0
# Work may take so much longer than it was estimated to, when it is a matter of falling silent: another process has begun
# to compute.
CAUTION = 1.5
# Nothing costs nothing, in seconds.
LEAST_COST = 0.02
# Accounts that are remembered. Each `say` is a client, most come for one piece, and nobody says that one is gone.
MOST_ACCOUNTS = 256


class Need(IntEnum):
    """What a piece is needed for, as its voice server says."""

    FIRST = 0  # nothing of its utterance was heard before it
    AHEAD = 1
    BULK = 3  # nobody listens yet


_WAITING = 2  # the rank of what cannot be heard before others have left the loudspeaker


@dataclass(frozen=True)
class Order:
    """What is known of a job when it is given."""

    need: Need = Need.FIRST
    client: Hashable = None  # who shares the work with others; None: the owner itself
    cost: float = LEAST_COST  # seconds of work, as estimated
    due: float = math.inf  # when the sound before it ends, as the clock has it; inf: nothing sounds
    aloud: bool = False  # it needs the loudspeaker


@dataclass(frozen=True)
class _Entry(Generic[Job]):
    job: Job
    owner: Hashable
    client: Hashable
    order: Order
    cost: float


class FairQueue(Generic[Job]):
    """Jobs of owners; an owner's own jobs keep their order. `front` tells which owner sounds, or will sound next."""

    def __init__(self) -> None:
        self._jobs: dict[Hashable, deque[_Entry[Job]]] = {}  # owners in the order of their next turn within a client
        self.front: Callable[[], Hashable | None] = lambda: None
        self._passed: dict[int, float] = {}  # rank that waits -> seconds of work of others since it had a turn
        self._had: dict[tuple[int, Hashable], float] = {}  # (rank, client) -> seconds of work; more than `_level`
        self._level: dict[int, float] = {}  # rank -> what those clients have had of it that had least
        self._popped = 0  # rank of the job that was given last

    def __len__(self) -> int:
        return sum(map(len, self._jobs.values()))

    def push(self, owner: Hashable, job: Job, order: Order | None = None) -> None:
        order = order or Order()
        client = owner if order.client is None else order.client
        entry = _Entry(job, owner, client, order, max(LEAST_COST, order.cost))
        self._jobs.setdefault(owner, deque()).append(entry)

    def push_back(self, owner: Hashable, job: Job, order: Order) -> None:
        """Take a job again that gave way, ahead of its owner's others. What it cost was charged before."""
        entry = _Entry(job, owner, owner if order.client is None else order.client, order, LEAST_COST)
        self._jobs = {owner: deque((entry, *self._jobs.pop(owner, ()))), **self._jobs}

    def is_first(self, owner: Hashable, order: Order) -> bool:
        """Return whether such a job has the lowest rank: somebody waits for it in silence."""
        return _rank(owner, order, self.front()) == Need.FIRST

    def pop(self, now: float = 0.0) -> Job:
        """Return the next job. Raises IndexError if there is none."""
        if not self._jobs:
            raise IndexError("the queue is empty")
        waiting = self._by_rank()
        return self._take(*self._choose(waiting, now), waiting)

    def pop_beside(self, now: float, until: float, goes: Callable[[Job, Order], bool]) -> Job | None:
        """Return the next job to be done at once with those that were popped before at `now`, which would take until `until`
        one after the other. None: it is of another rank than they are, or it does not go with them.

        So nobody's turn comes later than if they were done one after the other, but that of those themselves.
        """
        if not self._jobs:
            return None
        waiting = self._by_rank()
        rank, entry = self._choose(waiting, until)
        if rank != self._popped or not goes(entry.job, entry.order):
            return None
        end = until + entry.cost
        urgent = (each.order.due for each in waiting.get(Need.AHEAD, ()))
        if any(due - now < CAUTION * (end - now) for due in urgent):
            return None
        return self._take(rank, entry, waiting)

    def _take(self, rank: int, entry: _Entry[Job], waiting: dict[int, list[_Entry[Job]]]) -> Job:
        self._charge(rank, entry, waiting)
        self._popped = rank
        jobs = self._jobs.pop(entry.owner)
        jobs.popleft()
        if jobs:
            self._jobs[entry.owner] = jobs
        return entry.job

    def discard(self, owner: Hashable) -> Iterable[Job]:
        """Forget everything that `owner` has waiting, and return it."""
        return [entry.job for entry in self._jobs.pop(owner, ())]

    def _by_rank(self) -> dict[int, list[_Entry[Job]]]:
        """Return what each owner has next, by its rank at this moment, the lowest first."""
        front = self.front()
        found: dict[int, list[_Entry[Job]]] = {}
        for jobs in self._jobs.values():
            found.setdefault(_rank(jobs[0].owner, jobs[0].order, front), []).append(jobs[0])
        return dict(sorted(found.items()))

    def _choose(self, waiting: dict[int, list[_Entry[Job]]], now: float) -> tuple[int, _Entry[Job]]:
        fairest = {rank: min(found, key=partial(self._share, rank)) for rank, found in waiting.items()}
        for rank, entry in fairest.items():
            if self._passed.get(rank, 0.0) >= ENDURANCE * entry.cost:
                return rank, entry
        overdue = (rank for rank, entry in fairest.items() if self._passed.get(rank, 0.0) >= PATIENCE * entry.cost)
        rank = next(overdue, min(fairest))
        sounds = min(waiting.get(Need.AHEAD, ()), key=lambda entry: entry.order.due, default=None)
        if sounds is not None and sounds.order.due - now < CAUTION * (sounds.cost + fairest[rank].cost):
            return Need.AHEAD, sounds
        return rank, fairest[rank]

    def _share(self, rank: int, entry: _Entry[Job]) -> float:
        """Return what a client has had. Who has long wanted nothing has no claim to make up for all of that."""
        level = self._level.get(rank, 0.0)
        return max(self._had.get((rank, entry.client), level), level)

    def _charge(self, rank: int, entry: _Entry[Job], waiting: dict[int, list[_Entry[Job]]]) -> None:
        self._passed = {each: self._passed.get(each, 0.0) + entry.cost for each in waiting if each != rank}
        shares = {one.client: self._share(rank, one) for one in waiting[rank]}
        level = self._level[rank] = min(shares.values())
        shares[entry.client] += entry.cost
        kept = {key: had for key, had in self._had.items() if key[0] != rank or had > level}
        if len(kept) > MOST_ACCOUNTS:
            here = {(each, one.client) for each, found in waiting.items() for one in found}
            kept = {key: had for key, had in kept.items() if key in here}
        self._had = kept | {(rank, client): had for client, had in shares.items()}


def _rank(owner: Hashable, order: Order, front: Hashable | None) -> int:
    silent = order.aloud and front is not None and front is not owner
    return _WAITING if silent and order.need is not Need.BULK else int(order.need)
