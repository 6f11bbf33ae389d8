"""Jobs come to be, change and go as their callers ask, and listings are stable."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import update

from say.gateways.http.jobs.cursor import BadCursor, Cursor
from say.gateways.http.jobs.states import CANCELLABLE, RETRIABLE, State
from say.gateways.http.jobs.store import KeyTaken, NoJob, Store, WrongState
from say.gateways.http.jobs.table import PROJECTS
from say.gateways.http.jobs.work_list import WorkList
from tests.say.gateways.http.jobs.conftest import Clock, order

Workers = Callable[[str], WorkList]


def test_pages_hold_every_job_once_while_others_come_and_go(store: Store, clock: Clock) -> None:
    jobs = []
    for number in range(25):
        jobs += store.add([order(str(number), "u")])[0]
        clock.pass_by(number % 3)  # some at the same moment
    found, cursor = [], None
    while True:
        page = store.page(4, "u", cursor)
        found += [job.id for job in page.jobs]
        clock.pass_by(1)
        store.add([order("new", "u")])
        store.delete(page.jobs[0].id)
        if (cursor := page.next) is None:
            break
    assert sorted(found) == sorted(job.id for job in jobs)
    assert [job.created_at for job in sorted(jobs, key=lambda job: (job.created_at, job.id), reverse=True)] == [
        next(job for job in jobs if job.id == each).created_at for each in found
    ]


def test_a_listing_is_of_one_user_or_of_all(store: Store) -> None:
    store.add([order(user="a"), order(user="b"), order(user="a")])
    assert len(store.page(10, "a").jobs) == 2
    assert len(store.page(10).jobs) == 3
    assert store.page(10, "c").jobs == []


def test_the_last_page_has_no_next_one_even_if_it_is_full(store: Store) -> None:
    store.add([order(), order()])
    assert store.page(2).next is None


def test_a_cursor_comes_back_as_it_was(store: Store) -> None:
    (job,), _ = store.add([order()])
    cursor = Cursor(job.created_at, job.id)
    assert Cursor.decode(cursor.encode()) == cursor


@pytest.mark.parametrize(
    "text", ["", "x", "é", "====", "A" * 31, "A" * 32 + "=" * 3, "/" * 32, "f" * 32, "../../etc/passwd"]
)
def test_a_cursor_of_others_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        Cursor.decode(text)


def test_the_same_key_is_the_same_job(store: Store) -> None:
    (job,), fresh = store.add([order(key="k", user="u")])
    again, second = store.add([order(key="k", user="u")])
    assert (fresh, second) == (True, False)
    assert again == [job]
    assert len(store.page(10).jobs) == 1


def test_a_key_with_another_body_is_refused_and_makes_nothing(store: Store) -> None:
    store.add([order(key="k")])
    with pytest.raises(KeyTaken):
        store.add([order(key="k", digest="other")])
    assert len(store.page(10).jobs) == 1


def test_keys_are_each_users_own(store: Store) -> None:
    store.add([order(key="k", user="a")])
    _, fresh = store.add([order(key="k", user="b", digest="other")])
    assert fresh


def test_the_key_of_a_deleted_job_is_free(store: Store) -> None:
    (job,), _ = store.add([order(key="k")])
    store.delete(job.id)
    (other,), fresh = store.add([order(key="k", digest="other")])
    assert fresh and other.id != job.id


def test_a_batch_comes_to_be_as_a_whole_or_not_at_all(store: Store) -> None:
    batch = uuid.uuid4()
    jobs, _ = store.add([order(str(number)) for number in range(5)], batch)
    assert {job.batch for job in jobs} == {batch}
    broken = [order(key="k"), order(key="k")]  # the second may not be there
    with pytest.raises(Exception, match="(?i)unique"):
        store.add(broken)
    assert len(store.page(10).jobs) == 5


def at(state: State, store: Store, workers: Workers) -> uuid.UUID:
    """Return a job in that state."""
    (job,), _ = store.add([order()])
    if state == State.CANCELLED:
        store.cancel(job.id)
    elif state != State.PENDING:
        taken = workers("w").take()
        assert taken is not None
        if state != State.PROCESSING:
            workers("w").change(taken, status=state, owner=None, progress=50)
    assert store.get(job.id).status == state
    return job.id


@pytest.mark.parametrize("state", State)
def test_only_what_has_not_ended_can_be_cancelled(state: State, store: Store, worker: Workers) -> None:
    job = at(state, store, worker)
    if state in CANCELLABLE:
        cancelled = store.cancel(job)
        assert (cancelled.status, cancelled.owner) == (State.CANCELLED, None)
        assert cancelled.finished_at is not None
    else:
        with pytest.raises(WrongState):
            store.cancel(job)


@pytest.mark.parametrize("state", State)
def test_only_what_failed_or_was_cancelled_can_be_tried_again(state: State, store: Store, worker: Workers) -> None:
    job = at(state, store, worker)
    if state in RETRIABLE:
        again = store.retry(job)
        assert (again.status, again.progress, again.attempt, again.error) == (State.PENDING, 0, 1, None)
    else:
        with pytest.raises(WrongState):
            store.retry(job)


@pytest.mark.parametrize("state", State)
def test_a_job_can_be_deleted_at_any_time_and_is_remembered_until_its_sound_is_gone(
    state: State, store: Store, worker: Workers
) -> None:
    job = at(state, store, worker)
    store.delete(job)
    for ask in (store.get, store.cancel, store.retry, store.delete):
        with pytest.raises(NoJob):
            ask(job)
    assert store.removals(10) == {job: 0}
    store.removed(job)
    assert store.removals(10) == {}


def test_every_change_has_a_version_of_its_own(store: Store, worker: Workers) -> None:
    (job,), _ = store.add([order()])
    versions = [job.version]
    taken = worker("w").take()
    assert taken is not None
    changed = worker("w").change(taken, progress=30)
    assert changed is not None
    versions += [taken.version, changed.version, store.cancel(job.id).version, store.retry(job.id).version]
    assert versions == sorted(set(versions))


def test_what_ended_long_ago_goes_and_nothing_else(store: Store, worker: Workers, clock: Clock) -> None:
    spared, unnoted, cancelled, failed, completed = (
        at(state, store, worker)
        for state in (State.COMPLETED, State.COMPLETED, State.CANCELLED, State.FAILED, State.COMPLETED)
    )
    left = {spared, at(State.PROCESSING, store, worker), at(State.PENDING, store, worker)}
    clock.pass_by(60)
    with store._database.writing() as connection:
        for job in (spared, cancelled, failed, completed):
            connection.execute(update(PROJECTS).where(PROJECTS.c.id == job).values(finished_at=clock.now))
    heard = frozenset({spared})
    assert store.expire(clock.now, heard, 10) == [unnoted], "without a noted end it counts from its beginning"
    clock.pass_by(0.001)
    gone = [store.expire(clock.now, heard, 2) for _ in range(3)]
    assert [len(some) for some in gone] == [2, 1, 0]
    assert {*gone[0], *gone[1]} == {cancelled, failed, completed}
    assert store.removals(10).keys() == {unnoted, cancelled, failed, completed}, "their sound is to be removed"
    assert {job.id for job in store.page(10).jobs} == left
