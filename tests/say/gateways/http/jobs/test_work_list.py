"""Each job has one worker at a time, users take turns, and those who vanish are inherited."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from say.gateways.http.jobs.database import Database
from say.gateways.http.jobs.states import TAKEN_PROGRESS, Job, State, generating
from say.gateways.http.jobs.store import Store
from say.gateways.http.jobs.work_list import LEASE, Turns, WorkList
from tests.say.gateways.http.jobs.conftest import Clock, order

Workers = Callable[[str], WorkList]


def taken(work: WorkList) -> Job:
    job = work.take()
    assert job is not None
    return job


def test_the_oldest_is_taken_first(store: Store, worker: Workers, clock: Clock) -> None:
    for number in range(4):
        store.add([order(str(number))])
        clock.pass_by(1)
    work = worker("w")
    assert [taken(work).text for _ in range(4)] == ["0", "1", "2", "3"]
    assert work.take() is None


def test_a_batch_is_made_in_its_order_and_listed_backwards(store: Store, worker: Workers) -> None:
    """A book maker saw chapters of one batch, all of the same moment, in the order of their random ids."""
    texts = [str(number) for number in range(20)]
    store.add([order(text) for text in texts])
    assert [job.text for job in store.page(20).jobs] == texts[::-1]
    assert [taken(worker("w")).text for _ in texts] == texts


def test_users_take_turns(store: Store, worker: Workers, clock: Clock) -> None:
    for number in range(4):
        store.add([order(f"many {number}", "many")])
        clock.pass_by(1)
    store.add([order("few 0", "few")])
    work = worker("w")
    order_of_work = []
    for _ in range(5):
        job = taken(work)
        order_of_work.append(job.text)
        work.change(job, status=State.COMPLETED, owner=None)
    assert order_of_work == ["many 0", "few 0", "many 1", "many 2", "many 3"]


def test_who_has_fewest_in_work_is_next(store: Store, worker: Workers) -> None:
    store.add([order("a", "a"), order("a", "a")])
    work = worker("w")
    taken(work)
    store.add([order("b", "b")])
    assert taken(worker("another")).user_id == "b"


@given(st.lists(st.sampled_from("abc"), max_size=30))
def test_nobody_waits_for_more_turns_than_there_are_users(arrivals: list[str]) -> None:
    moment = Clock()
    turns = Turns()
    waiting: dict[str, datetime] = {}
    for user in arrivals:
        moment.pass_by(1)
        waiting.setdefault(user, moment())
    since = dict.fromkeys(waiting, 0)
    for _ in range(12):
        chosen = turns.choose(waiting, {})
        if chosen is None:
            return
        turns.note(chosen, waiting)
        since = {user: 0 if user == chosen else turns_waited + 1 for user, turns_waited in since.items()}
        assert max(since.values()) < len(waiting)


def test_no_job_is_taken_by_two(database: Database, store: Store, clock: Clock) -> None:
    store.add([order(str(number)) for number in range(40)])
    found: list[Job] = []
    workers = [WorkList(database, name, clock) for name in "abcd"]

    def work(worker: WorkList) -> None:
        while (job := worker.take()) is not None:
            found.append(job)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len({job.id for job in found}) == 40


def test_what_was_cancelled_or_tried_again_is_not_its_workers_any_more(store: Store, worker: Workers) -> None:
    store.add([order()])
    work = worker("w")
    job = taken(work)
    store.cancel(job.id)
    assert work.change(job, progress=50) is None
    store.retry(job.id)
    assert work.change(job, progress=50) is None
    again = taken(work)
    assert work.change(job, progress=50) is None, "that was the attempt before"
    assert work.change(again, progress=50) is not None


def test_a_job_of_a_worker_that_vanished_goes_on_where_it_was(store: Store, worker: Workers, clock: Clock) -> None:
    store.add([order()])
    dead, heir = worker("dead"), worker("heir")
    job = taken(dead)
    dead.change(job, progress=45, engine="tone")
    assert heir.take() is None
    assert heir.others() == {"dead": clock() + LEASE}
    assert heir.disown("dead") == 1
    inherited = taken(heir)
    assert (inherited.progress, inherited.engine, inherited.attempt, inherited.losses) == (45, "tone", 0, 1)
    assert dead.change(job, progress=50) is None
    assert heir.change(inherited, progress=50) is not None


def test_what_was_begun_goes_before_what_was_not(store: Store, worker: Workers) -> None:
    store.add([order("begun")])
    taken(worker("dead"))
    store.add([order("new")])
    worker("heir").disown("dead")
    assert taken(worker("heir")).text == "begun"


def test_a_worker_that_leaves_costs_its_jobs_nothing(store: Store, worker: Workers) -> None:
    store.add([order()])
    taken(worker("w"))
    worker("w").disown("w", lost=False)
    again = taken(worker("next"))
    assert (again.losses, again.progress) == (0, TAKEN_PROGRESS)


def test_a_lease_is_renewed(store: Store, worker: Workers, clock: Clock) -> None:
    store.add([order()])
    work = worker("w")
    taken(work)
    clock.pass_by(40)
    work.renew()
    assert worker("other").others() == {"w": clock() + LEASE}


def test_a_clock_that_is_wrong_makes_no_second_end(store: Store, worker: Workers, clock: Clock) -> None:
    """A worker that another one took for dead, since the time of day jumped, can neither end the job nor change it."""
    store.add([order()])
    first, second = worker("first"), worker("second")
    job = taken(first)
    clock.pass_by(3600)
    second.disown("first")
    other = taken(second)
    clock.pass_by(-7200)
    assert first.change(job, status=State.COMPLETED) is None
    assert first.ours() == {}
    assert second.change(other, status=State.COMPLETED) is not None
    assert second.change(other, status=State.COMPLETED) is None


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_progress_rises_with_the_text_between_30_and_60(done: int, length: int) -> None:
    assert 30 <= generating(done, length) < 60
    assert generating(done, length) <= generating(done + 1, length)
