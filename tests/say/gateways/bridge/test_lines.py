from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator

import pytest

from common.errors import InputFailed, Stopped, UsageError
from say.control import Control
from say.exits import OutputClosed
from say.gateways.bridge import lines
from say.gateways.bridge.lines import AT_ONCE, Lines
from say.gateways.bridge.orders import MOST_BYTES, Order
from tests.fakes.daemon import eventually

WAIT = 20.0  # seconds; a deadline, never a pause


class Desk:
    """Lines with a stand-in for what fills files: each order waits for leave if its text says so."""

    def __init__(self) -> None:
        self.answers: list[dict[str, object]] = []
        self.news = threading.Condition()
        self.in_work: set[str] = set()
        self.leave = threading.Event()
        self.most_at_once = 0
        reading, self._writing = os.pipe()
        self.lines = Lines(self.fill, {}, self._answer)
        self.thread = threading.Thread(target=self._serve, args=(reading,))
        self.raised: BaseException | None = None

    def fill(self, order: Order, control: Control) -> float:
        with self.news:
            self.in_work.add(order.output)
            self.most_at_once = max(self.most_at_once, len(self.in_work))
            self.news.notify_all()
        try:
            if order.text == "wait":
                assert self.leave.wait(WAIT)
            elif order.text == "until stopped":
                stopped = threading.Event()
                control.watch_stop(stopped.set)
                assert control.stopping or stopped.wait(WAIT)
                raise Stopped("stopped")
            elif order.text == "fail":
                raise UsageError("it went wrong", "Do better.")
            elif order.text == "bug":
                raise ZeroDivisionError("a fault")
            return 1.5
        finally:
            with self.news:
                self.in_work.discard(order.output)

    def _answer(self, line: bytes) -> None:
        assert line.endswith(b"\n") and line.count(b"\n") == 1
        with self.news:
            self.answers.append(json.loads(line))
            self.news.notify_all()

    def _serve(self, descriptor: int) -> None:
        try:
            self.lines.serve(descriptor)
        except BaseException as error:
            self.raised = error

    def send(self, *payloads: dict[str, object]) -> None:
        self.write(b"".join(json.dumps(payload).encode() + b"\n" for payload in payloads))

    def write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._writing, view) :]

    def until(self, condition: Callable[[], bool]) -> None:
        with self.news:
            assert self.news.wait_for(condition, WAIT)

    def end(self) -> list[dict[str, object]]:
        """End the input, and return all answers once it has been served."""
        self.leave.set()
        os.close(self._writing)
        self.thread.join(WAIT)
        assert not self.thread.is_alive()
        return self.answers


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    desk.thread.start()
    yield desk
    if desk.thread.is_alive():
        desk.end()


def order(key: object, text: str = "Hello.", **fields: object) -> dict[str, object]:
    return {"id": key, "text": text, "output": f"{key}.wav", **fields}


def test_each_order_is_answered_with_its_id(desk: Desk) -> None:
    desk.send(*(order(key) for key in ("a", 7, "")))

    assert sorted(desk.end(), key=str) == sorted(({"id": key, "duration": 1.5} for key in ("a", 7, "")), key=str)


def test_several_are_in_work_at_once_and_no_more_than_that(desk: Desk) -> None:
    desk.send(*(order(key, "wait") for key in range(3 * AT_ONCE)))
    desk.until(lambda: len(desk.in_work) == AT_ONCE)

    assert sorted(answer["id"] for answer in desk.end()) == list(range(3 * AT_ONCE))  # type: ignore[type-var]  # ints
    assert desk.most_at_once == AT_ONCE


def test_what_is_done_is_answered_while_others_are_in_work(desk: Desk) -> None:
    desk.send(order("long", "wait"), order("short"))

    desk.until(lambda: desk.answers == [{"id": "short", "duration": 1.5}])
    assert desk.end()[1] == {"id": "long", "duration": 1.5}


def test_an_order_without_a_thread_fails_and_the_next_is_served(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    starts = threading.Thread.start
    refusals = [RuntimeError("can't start new thread")]

    def start(thread: threading.Thread) -> None:
        if refusals:
            raise refusals.pop()
        starts(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    desk.send(order(1), order(2))

    first, second = sorted(desk.end(), key=lambda answer: str(answer["id"]))
    assert "starts no more threads" in str(first["error"])
    assert second == {"id": 2, "duration": 1.5}


def test_one_that_fails_is_answered_with_why_and_others_go_on(desk: Desk) -> None:
    desk.send(order(1, "fail"), order(2, "bug"), order(3))

    answers = {answer["id"]: answer for answer in desk.end()}
    assert answers[1]["error"] == {"code": "usage", "message": "it went wrong", "hint": "Do better."}
    assert "ZeroDivisionError" in str(answers[2]["error"])
    assert answers[3]["duration"] == 1.5


@pytest.mark.parametrize(
    ("line", "key", "message"),
    [
        (b"{", None, "the payload is no JSON"),
        (b"[]", None, "the payload is a list"),
        (b"{} {}", None, "more than one JSON value"),
        (b"\xff", None, "not UTF-8"),
        (b"{}", None, "id: is missing"),
        (b'{"id": null}', None, "id: is neither"),
        (b'{"id": true}', None, "id: is neither"),
        (b'{"id": [1]}', None, "id: is neither"),
        (b'{"id": 1.0}', None, "id: is neither"),
        (b'{"id": 1}', 1, "text: is missing"),
        (b'{"id": 1, "text": "a", "output": "b", "voice": "c"}', 1, "voice: there is no voice 'c'"),
        (b'{"id": 1, "cancel": {}}', 1, "cancel: is neither"),
        (b'{"id": "\\ud800"}', "\ud800", "text: is missing"),
    ],
)
def test_a_bad_line_is_answered_and_the_next_one_is_served(line: bytes, key: object, message: str, desk: Desk) -> None:
    desk.write(line + b"\n")
    desk.send(order("next"))

    bad, good = sorted(desk.end(), key=lambda answer: "duration" in answer)
    assert bad["id"] == key
    error = bad["error"]
    assert isinstance(error, dict)
    assert message in error["message"] and error["hint"] and error["code"]
    assert good == {"id": "next", "duration": 1.5}


def test_a_line_without_end_is_answered_before_it_ends(desk: Desk) -> None:
    desk.write(b"x" * (MOST_BYTES + 1))

    desk.until(lambda: len(desk.answers) == 1)
    assert desk.answers[0]["id"] is None
    assert "16 MiB" in str(desk.answers[0]["error"])
    desk.write(b"more\n")
    desk.send(order("next"))
    assert desk.end()[1:] == [{"id": "next", "duration": 1.5}]


def test_an_id_that_is_in_work_is_refused_and_free_again_afterwards(desk: Desk) -> None:
    desk.send(order(1, "wait"), order(1))
    desk.until(lambda: len(desk.answers) == 1)
    assert "in work" in str(desk.answers[0]["error"])
    desk.leave.set()
    desk.until(lambda: len(desk.answers) == 2)
    desk.send(order(1))

    assert desk.end()[1:] == 2 * [{"id": 1, "duration": 1.5}]


def test_an_order_can_be_cancelled_in_work_and_while_it_waits(desk: Desk) -> None:
    desk.send(*(order(key, "until stopped") for key in range(AT_ONCE)))
    desk.send(
        order("waits"), {"id": "c1", "cancel": "waits"}, {"id": "c2", "cancel": 0}, {"id": "c3", "cancel": "none"}
    )
    desk.until(lambda: len(desk.answers) == 5)

    answers = {answer["id"]: answer for answer in desk.answers}
    assert [answers[key].get("cancelled") for key in ("c1", "c2", "c3")] == [True, True, False]
    for key in ("waits", 0):
        error = answers[key]["error"]
        assert isinstance(error, dict) and error["code"] == "stopped"
    desk.send(*({"id": f"end {key}", "cancel": key} for key in range(1, AT_ONCE)))
    assert len(desk.end()) == AT_ONCE + 1 + 3 + AT_ONCE - 1


def test_the_last_line_needs_no_end(desk: Desk) -> None:
    desk.write(b"\n \n" + json.dumps(order(1)).encode())

    assert desk.end() == [{"id": 1, "duration": 1.5}]


def test_the_end_of_the_input_waits_for_what_is_in_work(desk: Desk) -> None:
    desk.send(*(order(key, "wait") for key in range(20)))

    assert len(desk.end()) == 20


def test_a_writer_who_is_far_ahead_has_to_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_MOST_WAITING", 10)
    padding = "x" * 100_000  # a line is more than is read at once
    writer = threading.Thread(
        target=desk.send, args=[order(key, "wait", padding=padding) for key in range(AT_ONCE + 30)]
    )
    writer.start()
    eventually(lambda: len(desk.lines._waiting) == 10, "as many wait as may")
    writer.join(0.05)  # in which a reader that takes more would have all of them

    assert writer.is_alive()
    assert len(desk.lines._waiting) == 10
    desk.leave.set()
    writer.join(WAIT)
    assert len(desk.end()) == AT_ONCE + 30


def test_lines_that_wait_are_bounded_in_bytes_and_make_room_as_they_are_begun_or_cancelled(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "_MOST_WAITING_BYTES", 1000)
    for turn in range(3):
        orders = [order(f"{turn} {number}", "wait" if turn == 0 else "Hello.") for number in range(AT_ONCE + 5)]
        desk.send(
            *orders, *({"id": f"{turn} stop {number}", "cancel": f"{turn} {AT_ONCE + number}"} for number in range(3))
        )
        desk.leave.set()
        desk.until(lambda: len(desk.answers) == (turn + 1) * (AT_ONCE + 8))  # noqa: B023  # called within the turn

    assert desk.lines._waiting_bytes == 0


def test_a_reader_that_went_away_stops_what_is_in_work(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()

    def gone(line: bytes) -> None:
        raise OutputClosed

    desk.lines._answer_with = gone
    desk.thread.start()
    desk.send(order(1, "until stopped"), order(2))
    desk.end()

    assert isinstance(desk.raised, OutputClosed)
    assert desk.in_work == set()


def test_an_input_that_cannot_be_read_is_an_error(tmp_path: object) -> None:
    folder = os.open("/", os.O_RDONLY)
    try:
        with pytest.raises(InputFailed):
            Lines(lambda order, control: 0.0, {}).serve(folder)
    finally:
        os.close(folder)
