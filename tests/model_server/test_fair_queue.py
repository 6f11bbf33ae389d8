from __future__ import annotations

import math
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from model_server.fair_queue import ENDURANCE, MOST_ACCOUNTS, PATIENCE, FairQueue, Need, Order

FIRST = Order(Need.FIRST, cost=1.0)
AHEAD = Order(Need.AHEAD, cost=1.0)
BULK = Order(Need.BULK, cost=1.0)


def filled(**orders: Order) -> FairQueue[str]:
    """Return a queue in which each owner has one job, both named alike."""
    queue: FairQueue[str] = FairQueue()
    for owner, order in orders.items():
        queue.push(owner, owner, order)
    return queue


def served(queue: FairQueue[str], count: int, now: float = 0.0) -> list[str]:
    return [queue.pop(now) for _ in range(count)]


def test_owners_take_turns_and_keep_their_own_order() -> None:
    queue: FairQueue[str] = FairQueue()
    for job in ("a1", "a2", "a3", "b1", "c1", "c2"):
        queue.push(job[0], job)

    assert served(queue, 6) == ["a1", "b1", "c1", "a2", "c2", "a3"]


def test_first_pieces_go_before_look_ahead_and_that_before_what_waits_and_files() -> None:
    waiting = Order(Need.FIRST, cost=1.0, aloud=True)
    queue = filled(bulk=BULK, waiting=waiting, ahead=AHEAD, first=FIRST)
    queue.front = lambda: "another"

    assert served(queue, 4) == ["first", "ahead", "waiting", "bulk"]


def test_an_utterance_that_gets_the_loudspeaker_waits_no_longer_behind_the_look_ahead_of_others() -> None:
    aloud = Order(Need.FIRST, cost=1.0, aloud=True)
    queue = filled(ahead=AHEAD, one=aloud, other=aloud)
    queue.front = lambda: "other"

    assert served(queue, 3) == ["other", "ahead", "one"]


def test_a_loudspeaker_that_nobody_asked_for_yet_is_everybodys() -> None:
    queue = filled(ahead=AHEAD, one=Order(Need.FIRST, aloud=True))

    assert served(queue, 2) == ["one", "ahead"]


def test_what_is_about_to_fall_silent_goes_before_everything() -> None:
    sounds = Order(Need.AHEAD, cost=1.0, due=103.0, aloud=True)

    early, late = filled(sounds=sounds, first=FIRST), filled(sounds=sounds, first=FIRST)
    early.front = late.front = lambda: "sounds"

    assert served(early, 1, now=99.9) == ["first"]
    assert served(late, 1, now=100.1) == ["sounds"]


def test_of_two_that_are_about_to_fall_silent_the_first_to_do_so_goes_first() -> None:
    queue = filled(later=Order(Need.AHEAD, due=2.0), sooner=Order(Need.AHEAD, due=1.0))

    assert served(queue, 2, now=1.0) == ["sooner", "later"]


def test_a_client_with_many_utterances_gets_no_more_than_one_with_a_single_one() -> None:
    queue: FairQueue[str] = FairQueue()
    for number in range(10):
        queue.push(f"busy {number}", "busy", Order(Need.BULK, client="busy", cost=1.0))
    for _ in range(3):
        queue.push("modest", "modest", Order(Need.BULK, client="modest", cost=1.0))

    assert served(queue, 6).count("modest") == 3


def test_clients_share_the_work_by_what_it_costs() -> None:
    queue: FairQueue[str] = FairQueue()
    for _ in range(40):
        queue.push("long", "long", Order(Need.BULK, cost=4.0))
        queue.push("short", "short", Order(Need.BULK, cost=1.0))

    assert served(queue, 20).count("long") == 4


def test_who_comes_late_does_not_make_up_for_what_others_had_before() -> None:
    queue: FairQueue[str] = FairQueue()
    for _ in range(20):
        queue.push("old", "old", BULK)
    served(queue, 10)
    for _ in range(10):
        queue.push("new", "new", BULK)

    assert served(queue, 6).count("old") == 3


def test_clients_that_came_for_one_piece_each_are_forgotten_but_not_those_that_wait() -> None:
    queue: FairQueue[str] = FairQueue()
    for _ in range(10):
        queue.push("much", "much", Order(Need.BULK, client="much", cost=1000.0))
    served(queue, 1)
    for number in range(4 * MOST_ACCOUNTS):
        queue.push(f"say {number}", f"say {number}", Order(client=f"say {number}", cost=0.1))
        queue.pop()
        assert len(queue._had) <= MOST_ACCOUNTS + 2
    queue.push("new", "new", Order(Need.BULK, client="new", cost=1.0))
    queue.push("new", "new", Order(Need.BULK, client="new", cost=1.0))

    assert served(queue, 1) == ["new"]


def test_files_are_written_although_something_is_wanted_first_all_the_time() -> None:
    queue = filled(bulk=BULK)
    order = []
    for number in range(40):
        queue.push(f"first {number}", "first", FIRST)
        order.append(queue.pop())

    assert order.index("bulk") == PATIENCE


def test_files_are_written_even_where_sound_is_never_made_in_time() -> None:
    queue = filled(bulk=BULK)
    order = []
    for _ in range(40):
        queue.push("sounds", "sounds", Order(Need.AHEAD, cost=1.0, due=0.0))
        order.append(queue.pop(now=10.0))

    assert order.index("bulk") == ENDURANCE


def test_a_turn_is_for_one_job_however_long_the_wait_was() -> None:
    queue: FairQueue[str] = FairQueue()
    for _ in range(20):
        queue.push("bulk", "bulk", BULK)
    order = []
    for _ in range(20):
        queue.push("first", "first", FIRST)
        order.append(queue.pop())

    assert "".join(job[0] for job in order) == "ffffbffffbffffbffffb"


def test_a_job_that_gave_way_comes_before_its_owners_others_and_costs_no_more() -> None:
    queue: FairQueue[str] = FairQueue()
    for job in ("a1", "a2", "b1", "b2"):
        queue.push(job[0], job, BULK)
    assert served(queue, 1) == ["a1"]

    queue.push_back("a", "a1", BULK)

    assert served(queue, 4) == ["b1", "a1", "b2", "a2"]


def test_an_empty_queue_says_so() -> None:
    with pytest.raises(IndexError):
        FairQueue().pop()


def test_discard_returns_what_was_waiting() -> None:
    queue: FairQueue[int] = FairQueue()
    queue.push("a", 1)
    queue.push("a", 2)
    queue.push("b", 3)

    assert list(queue.discard("a")) == [1, 2]
    assert list(queue.discard("a")) == []
    assert len(queue) == 1 and queue.pop() == 3


COSTS = st.sampled_from([0.0, 0.1, 0.5, 1.0, 2.0])
LONGEST = 2.0


class Machine(RuleBasedStateMachine):
    """Jobs of six utterances of three clients come, are done and are given up, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.queue: FairQueue[tuple[int, int]] = FairQueue()
        self.queue.front = lambda: self.front
        self.front: int | None = None
        self.now = 0.0
        self.count = 0
        self.waiting: dict[int, deque[tuple[int, Order]]] = {owner: deque() for owner in range(6)}

    @rule(
        owner=st.integers(0, 5),
        need=st.sampled_from(Need),
        cost=COSTS,
        ahead=st.none() | st.floats(0, 5),
        aloud=st.booleans(),
    )
    def push(self, owner: int, need: Need, cost: float, ahead: float | None, aloud: bool) -> None:
        order = Order(need, owner % 3, cost, math.inf if ahead is None else self.now + ahead, aloud)
        self.queue.push(owner, (owner, self.count), order)
        self.waiting[owner].append((self.count, order))
        self.count += 1

    @rule(owner=st.integers(0, 5))
    def discard(self, owner: int) -> None:
        assert list(self.queue.discard(owner)) == [(owner, job) for job, _ in self.waiting[owner]]
        self.waiting[owner].clear()

    @rule(front=st.none() | st.integers(0, 5), seconds=st.floats(0, 3))
    def time_passes(self, front: int | None, seconds: float) -> None:
        self.front = front
        self.now += seconds

    @rule()
    def pop(self) -> None:
        if not any(self.waiting.values()):
            return
        owner, job = self.queue.pop(self.now)
        expected, _ = self.waiting[owner].popleft()
        assert job == expected, "an owner's jobs keep their order"

    @invariant()
    def nothing_is_lost(self) -> None:
        assert len(self.queue) == sum(map(len, self.waiting.values()))


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)


# Each of four has a job before it in a rank, the rank has a turn when those of others took ENDURANCE times what the longest
# costs, and each of the three other ranks may have such a turn just before.
LONGEST_WAIT = 4 * (ENDURANCE + 4) * LONGEST


@given(st.sampled_from(Need), st.floats(0.5, LONGEST), st.data())
def test_nobody_starves_whatever_the_others_want(need: Need, cost: float, data: st.DataObject) -> None:
    queue: FairQueue[tuple[str, float]] = FairQueue()
    queue.front = lambda: "b"
    others = [
        (name, Order(data.draw(st.sampled_from(Need)), cost=data.draw(st.floats(0.5, LONGEST)), due=0.0, aloud=aloud))
        for name, aloud in (("a", True), ("b", True), ("c", False))
    ]
    for name, order in others * 3:
        queue.push(name, (name, order.cost), order)
    queue.push("lonely", ("lonely", cost), Order(need, cost=cost, aloud=True))

    worked, served = 0.0, ""
    while worked <= LONGEST_WAIT and served != "lonely":
        served, seconds = queue.pop(now=10.0)
        worked += seconds
        for name, order in others:
            if name == served:
                queue.push(name, (name, order.cost), order)

    assert served == "lonely"


class Files(RuleBasedStateMachine):
    """Clients that always have files to write: what they had never differs by more than the two jobs under way."""

    def __init__(self) -> None:
        super().__init__()
        self.queue: FairQueue[tuple[str, float]] = FairQueue()
        self.had = dict.fromkeys("abc", 0.0)
        self.ready = dict.fromkeys("abc", 0)

    @rule(data=st.data())
    def pop(self, data: st.DataObject) -> None:
        for client in self.had:
            while self.ready[client] < 2:
                cost = data.draw(st.floats(0.1, LONGEST))
                owner = client + str(data.draw(st.integers(0, 3)))
                self.queue.push(owner, (client, cost), Order(Need.BULK, client, cost))
                self.ready[client] += 1
        client, cost = self.queue.pop()
        self.had[client] += cost
        self.ready[client] -= 1

    @invariant()
    def shares_stay_close(self) -> None:
        assert max(self.had.values()) - min(self.had.values()) <= LONGEST + 1e-9


TestFiles = Files.TestCase
TestFiles.settings = settings(max_examples=40, stateful_step_count=50, deadline=None)
