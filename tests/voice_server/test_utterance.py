from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from common.errors import EngineError, SayError, Stopped, Unspeakable
from common.messages.speaking import CLIENT, SPEAKER, Accepted, Credit, Done, Piece, Speak, Steer
from common.messages.synthesis import Plan, Planned, PlannedPiece
from tests.fakes.loops import run, settle
from tests.fakes.utterance import SAMPLES, FakeLink, FakeSink
from voice_server.joins import RATE, pause_after
from voice_server.look_ahead import LOOK_AHEAD
from voice_server.model_link import Sound
from voice_server.text_window import TEXT_CREDIT
from voice_server.utterance import MOST_EARLY, Utterance

FIVE = "One. Two. Three. Four. Five."


class Client:
    """The client's end: an utterance and what it sends."""

    def __init__(self, text: str = "", *, end: bool = True, start: int = 0, sink: str = CLIENT) -> None:
        self.sent: list[object] = []
        self.utterance = Utterance(Speak("r", "af_heart", sink, start=start), self._send, self.sent.append)
        self.utterance.append(text)
        if end:
            self.utterance.end()

    async def _send(self, message: object, raw: bytes = b"") -> None:
        await asyncio.sleep(0)
        self.sent.append(message)

    def start(self, link: FakeLink, sink: FakeSink) -> asyncio.Task[None]:
        return asyncio.create_task(self.utterance.run(link, sink))  # type: ignore[arg-type]  # a fake link


def indexes(sent: list[object]) -> list[int]:
    return [message.index for message in sent if isinstance(message, Piece)]


def test_pieces_reach_the_sink_in_order_and_done_comes_last() -> None:
    async def test() -> None:
        client, sink = Client(FIVE), FakeSink()

        await client.start(FakeLink(), sink)

        assert sink.taken_indexes == [0, 1, 2, 3, 4] and sink.finished
        assert client.sent[0] == Accepted("r", "tone", RATE, 1)
        assert client.sent[1] == Credit("r", text=TEXT_CREDIT)
        assert indexes(client.sent) == [0, 1, 2, 3, 4]
        samples = 5 * (SAMPLES + pause_after("sentence", 1.0))
        assert client.sent[-1] == Done("r", samples / RATE, 5, 0)

    run(test())


def test_text_is_planned_while_the_engine_is_loaded_and_nothing_is_told_of_it_before() -> None:
    async def test() -> None:
        client, link, sink = Client(FIVE), FakeLink(), FakeSink()
        link.loaded.clear()
        speaking = client.start(link, sink)
        await settle()
        assert [plan.text for plan in link.plans] == [FIVE] and not client.sent and not link.requested
        link.loaded.set()
        await speaking
        assert [plan.text for plan in link.plans] == [FIVE]
        assert isinstance(client.sent[0], Accepted)
        assert sink.taken_indexes == [0, 1, 2, 3, 4]

    run(test())


def test_nothing_is_planned_ahead_of_the_engine_where_it_would_be_lost() -> None:
    """A daemon of before 0.4 that runs on after an update starts voice servers of the new version."""

    async def test() -> None:
        client, link, sink = Client(FIVE), FakeLink(), FakeSink()
        link.plans_early = False
        link.loaded.clear()
        speaking = client.start(link, sink)
        await settle()
        assert link.plans == []
        link.loaded.set()
        await speaking
        assert sink.taken_indexes == [0, 1, 2, 3, 4]

    run(test())


def test_a_skip_before_the_engine_is_there_leaves_out_what_was_planned_early() -> None:
    async def test() -> None:
        client, link, sink = Client(FIVE, sink=SPEAKER), FakeLink(), FakeSink()
        link.pieces_a_plan = 2
        link.loaded.clear()
        speaking = client.start(link, sink)
        await settle()
        client.utterance.steer(Steer("skip", "r", 1))
        link.loaded.set()
        await speaking
        assert link.pieces[0].text == "Two. "

    run(test())


def test_an_utterance_that_never_begins_leaves_no_plan_behind() -> None:
    async def test() -> None:
        client, link = Client("", end=False), FakeLink(fails_at="begin")
        with pytest.raises(SayError):
            await client.start(link, FakeSink())
        assert len(asyncio.all_tasks()) == 1

    run(test())


def test_of_endless_commands_before_it_begins_the_last_ones_count() -> None:
    """All were kept while a model was fetched."""

    async def test() -> None:
        client, sink = Client(FIVE, sink=SPEAKER), FakeSink()
        for _ in range(10_000):
            client.utterance.steer(Steer("resume"))
        client.utterance.steer(Steer("pause"))

        await client.start(FakeLink(), sink)

        assert sink.asked.count("resume") + 1 == MOST_EARLY
        assert [asked for asked in sink.asked if asked != "note"][-1] == "pause"

    run(test())


def test_sounds_made_out_of_order_are_taken_in_order() -> None:
    async def test() -> None:
        client, sink, link = Client("One. Two."), FakeSink(), FakeLink(made_at_once=False)
        speaking = client.start(link, sink)
        await settle()

        link.make(1)
        await settle()
        assert sink.taken_indexes == []
        link.make(0)
        await speaking

        assert sink.taken_indexes == [0, 1]

    run(test())


def test_no_more_than_the_look_ahead_is_made_beyond_what_the_sink_took() -> None:
    async def test() -> None:
        client, sink, link = Client(FIVE), FakeSink(room=0), FakeLink()
        sink.state = "waiting"
        speaking = client.start(link, sink)

        for taken in range(4):
            await settle()
            assert len(link.requested) == min(taken + LOOK_AHEAD, 5)
            sink.make_room()
        sink.make_room()
        await speaking

    run(test())


@pytest.mark.parametrize(("sink_kind", "asked"), [(CLIENT, 1 + 2 * 2), (SPEAKER, 1 + LOOK_AHEAD)])
def test_more_of_a_file_is_asked_for_where_several_pieces_are_made_at_once(sink_kind: str, asked: int) -> None:
    async def test() -> None:
        client, sink, link = Client(FIVE + " Six. Seven. Eight.", sink=sink_kind), FakeSink(room=1), FakeLink()
        sink.state = "waiting"
        link.together = 2
        speaking = client.start(link, sink)
        await settle()
        assert len(link.requested) == asked
        for _ in range(8):
            sink.make_room()
        await speaking

    run(test())


def test_what_sounds_is_made_further_ahead_than_what_waits() -> None:
    async def test() -> None:
        client, sink, link = Client(FIVE), FakeSink(room=0), FakeLink()

        speaking = client.start(link, sink)
        await settle()
        assert len(link.requested) == 5
        for _ in range(5):
            sink.make_room()
        await speaking

    run(test())


def test_the_model_server_learns_how_soon_each_piece_is_needed_and_what_is_planned_goes_by_it() -> None:
    async def test() -> None:
        client, sink, link = Client(FIVE, sink=SPEAKER), FakeSink(room=0), FakeLink(made_at_once=False)
        link.pieces_a_plan = 1
        speaking = client.start(link, sink)
        await settle()

        (first, _), (second, seconds) = link.needs[:2]
        assert (first, second) == (True, False) and seconds > 0
        assert link.plans[0].sound == 0.0 and link.plans[0].unmade == ()
        assert link.plans[1].unmade == (len(link.pieces[0].text),)
        for index in range(5):
            link.make(index)
            sink.make_room()
            await settle()
        await speaking

    run(test())


def test_a_file_is_planned_without_a_look_at_the_clock() -> None:
    async def test() -> None:
        client, link = Client(FIVE), FakeLink()

        await client.start(link, FakeSink())

        assert {plan.sound for plan in link.plans} == {-1.0}

    run(test())


def test_text_that_was_planned_is_granted_again_and_no_more() -> None:
    async def test() -> None:
        client, sink = Client(FIVE), FakeSink()

        await client.start(FakeLink(), sink)

        granted = sum(message.text for message in client.sent if isinstance(message, Credit))
        assert granted == TEXT_CREDIT + len(FIVE)
        assert client.utterance.unplanned == 0

    run(test())


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_utterance_without_words_is_done_at_once(text: str) -> None:
    async def test() -> None:
        client, sink = Client(text), FakeSink()

        await client.start(FakeLink(), sink)

        assert isinstance(client.sent[-1], Done) and client.sent[-1].pieces <= 1

    run(test())


def test_text_may_come_later() -> None:
    async def test() -> None:
        client, sink = Client("One. ", end=False), FakeSink()
        speaking = client.start(FakeLink(), sink)
        await settle()
        assert sink.taken_indexes == [0]

        client.utterance.append("Two. Thr")
        await settle()
        assert sink.taken_indexes == [0, 1]
        client.utterance.append("ee")
        await settle()
        assert sink.taken_indexes == [0, 1]
        client.utterance.flush(whole=True)
        await settle()
        assert sink.taken_indexes == [0, 1, 2]
        client.utterance.end()
        await speaking

    run(test())


def test_offsets_of_a_retry_count_from_the_beginning_of_the_text() -> None:
    async def test() -> None:
        client, sink = Client("Two.", start=5), FakeSink()

        await client.start(FakeLink(), sink)

        (piece,) = [message for message in client.sent if isinstance(message, Piece)]
        assert (piece.start, piece.end) == (5, 9)

    run(test())


STEPS_OF_LINK = ("begin", "plan", "synthesize", "sound")
STEPS_OF_SINK = ("take", "finish")


@pytest.mark.parametrize("step", STEPS_OF_LINK + STEPS_OF_SINK)
def test_a_step_that_fails_ends_it_with_its_error_and_leaves_nothing_at_work(step: str) -> None:
    async def test() -> None:
        client = Client(FIVE)
        link = FakeLink(fails_at=step if step in STEPS_OF_LINK else "")
        sink = FakeSink(fails_at=step if step in STEPS_OF_SINK else "")

        with pytest.raises(SayError, match="broken on purpose"):
            await client.start(link, sink)

        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert not any(isinstance(message, Done) for message in client.sent)

    run(test())


@pytest.mark.parametrize("moment", ["in the middle", "while the last piece sounds"])
def test_a_stop_is_heard_at_any_moment(moment: str) -> None:
    """Once, nobody listened to the model server any more while the last pieces sounded."""

    async def test() -> None:
        client, link = Client("One."), FakeLink()
        sink = FakeSink(room=0 if moment == "in the middle" else None)
        sink.heard.clear()
        speaking = client.start(link, sink)
        await settle()

        link.fail(Stopped("the speech was stopped"))

        with pytest.raises(Stopped):
            await speaking

    run(test())


class Stumbling(FakeLink):
    """Plans a sentence at a time, and none that is bad."""

    async def plan(self, plan: Plan) -> Planned:
        planned = await super().plan(plan)
        first = planned.pieces[0]
        if "bad" in first.text:
            raise Unspeakable("there are no phonemes for 'bad'")
        return Planned((first,), first.end - plan.start)


def test_what_comes_before_something_that_cannot_be_spoken_is_heard_first() -> None:
    async def test() -> None:
        client, sink = Client("One. Two. Three bad. Four."), FakeSink(room=0)
        speaking = client.start(Stumbling(), sink)
        await settle()
        assert sink.taken_indexes == [] and not speaking.done()

        sink.make_room()
        sink.make_room()

        with pytest.raises(Unspeakable):
            await speaking
        assert sink.taken_indexes == [0, 1]

    run(test())


class Faltering(FakeLink):
    """Makes the sound of no sentence that is bad, and tells so at once."""

    async def synthesize(
        self, index: int, piece: PlannedPiece, speed: float, *, first: bool = False, ahead: float = -1.0
    ) -> asyncio.Future[Sound]:
        if "bad" not in piece.text:
            return await super().synthesize(index, piece, speed, first=first, ahead=ahead)
        failed: asyncio.Future[Sound] = asyncio.get_running_loop().create_future()
        failed.set_exception(EngineError("the engine stumbled"))
        return failed


def test_what_comes_before_a_piece_that_cannot_be_made_is_heard_first() -> None:
    async def test() -> None:
        client, sink = Client("One. Two. Three bad. Four."), FakeSink(room=0)
        speaking = client.start(Faltering(), sink)
        await settle()
        assert sink.taken_indexes == [] and not speaking.done()

        sink.make_room()
        sink.make_room()

        with pytest.raises(EngineError, match="stumbled"):
            await speaking
        assert sink.taken_indexes == [0, 1]

    run(test())


def test_one_may_skip_a_piece_that_cannot_be_made() -> None:
    async def test() -> None:
        client, sink = Client("One. Two bad. Three.", sink=SPEAKER), FakeSink(room=0)
        speaking = client.start(Faltering(), sink)
        await settle()
        client.utterance.steer(Steer("skip", amount=2.0))
        await settle()
        for _ in range(3):
            sink.make_room()
        await speaking

    run(test())


def test_one_may_go_back_before_what_cannot_be_spoken_is_reached() -> None:
    async def test() -> None:
        client, sink = Client("One. Two. Three bad.", sink=SPEAKER), FakeSink(room=1)
        speaking = client.start(Stumbling(), sink)
        await settle()
        client.utterance.steer(Steer("speed", amount=1.5))  # all that was not heard is planned again
        await settle()
        assert not speaking.done()

        for _ in range(3):
            sink.make_room()

        with pytest.raises(Unspeakable):
            await speaking
        assert len(sink.taken_indexes) == 2

    run(test())


def test_many_failures_at_once_leave_none_unseen() -> None:
    async def test() -> None:
        link = FakeLink(fails_at="plan", error=EngineError("the link broke"))
        speaking = Client(FIVE).start(link, FakeSink(fails_at="take"))
        await asyncio.sleep(0)
        link.fail(EngineError("the link broke"))
        with pytest.raises(SayError):
            await speaking

    run(test())


def test_cancelled_at_any_point_it_leaves_nothing_at_work() -> None:
    async def turns(client: Client, cancel_after: int) -> bool:
        """Return whether it was still under way."""
        speaking = client.start(FakeLink(), FakeSink())
        for _ in range(cancel_after):
            await asyncio.sleep(0)
        under_way = speaking.cancel()
        await asyncio.gather(speaking, return_exceptions=True)
        assert asyncio.all_tasks() == {asyncio.current_task()}, cancel_after
        assert speaking.cancelled() == under_way, cancel_after
        return under_way

    assert _count(lambda count: turns(Client("One. Two."), count)) > 10


def _count(attempt: Callable[[int], Awaitable[bool]]) -> int:
    """Try with 0, 1, 2, … turns of the event loop until it is through before; return how many it took."""
    count = 0
    under_way = True

    async def test() -> None:
        nonlocal under_way
        under_way = await attempt(count)

    while under_way:
        run(test())
        count += 1
    return count
