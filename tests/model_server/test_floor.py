from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from common.messages.speaking import DROP, INTERRUPT, POLICIES, PRIORITIES, QUEUE
from model_server.floor import Floor

PLAIN = ""
ALL = ("important", "message", PLAIN, "text", "notification", "progress", "reading")
LAST = "last"  # the last progress of a series, when all else is said


class Utterance:
    """Wants to sound; knows what it was told."""

    def __init__(self, priority: str = PLAIN, policy: str = QUEUE) -> None:
        self.voice = "af_heart"
        self.priority = priority
        self.policy = policy
        self.told: list[str] = []  # "granted", "yield", "hold", or an error code
        self.waits_for_hold = False  # as it was told since it is in line
        self.sounding = False
        self.ended = ""  # by which code

    def __repr__(self) -> str:
        return f"<{self.priority or 'plain'} {self.policy} {self.told}>"

    def floor_granted(self) -> None:
        assert not self.sounding and not self.ended
        self.told.append("granted")
        self.sounding, self.waits_for_hold = True, False

    def yield_floor(self, held: bool) -> None:
        assert self.sounding
        self.told.append("hold" if held else "yield")
        self.sounding, self.waits_for_hold = False, held

    def hold_changed(self, held: bool) -> None:
        assert not self.sounding and not self.ended and self.waits_for_hold != held
        self.waits_for_hold = held

    def stop(self, code: str, message: str) -> None:
        assert message and not self.ended
        self.told.append(code)
        self.ended = code
        self.sounding = self.waits_for_hold = False


def asking(floor: Floor, *priorities: str) -> list[Utterance]:
    """Let utterances ask for the floor, one after the other."""
    utterances = [Utterance(priority) for priority in priorities]
    for utterance in utterances:
        floor.ask(utterance)
    return utterances


def spoken(floor: Floor) -> list[Utterance]:
    """Let each that sounds come to its end, and return them in that order."""
    order = []
    while (holder := floor.holder) is not None:
        assert isinstance(holder, Utterance) and holder.sounding
        order.append(holder)
        give(floor, holder)
    return order


def give(floor: Floor, utterance: Utterance) -> None:
    utterance.sounding = utterance.waits_for_hold = False
    floor.give(utterance)


# The rule table. What an utterance that arrives (row) does to the one that sounds (column):
#   waits: it waits, the other goes on      cuts: the other is dropped      pushes: the other yields and goes on later
#   dropped: it is dropped itself           kept: it waits as the last progress so far

SOUNDING = """
              important  message  plain    text     notification  progress  last     reading
important     waits      cuts     pushes   cuts     cuts          pushes    pushes   pushes
message       waits      waits    waits    cuts     cuts          pushes    waits    pushes
plain         waits      waits    waits    cuts     cuts          pushes    waits    pushes
text          waits      waits    waits    cuts     cuts          pushes    waits    pushes
notification  dropped    dropped  dropped  dropped  cuts          dropped   dropped  pushes
progress      kept       kept     kept     kept     kept          kept      kept     pushes
reading       waits      waits    waits    waits    waits         waits     waits    waits
"""

# What it does to one that waits, where the one that sounds lets it:
#   ahead, behind: of the other in line     drops: the other is dropped     dropped, kept: as above

WAITING = """
              important  message  plain    text     notification  progress  reading
important     behind     ahead    ahead    ahead    drops         ahead     ahead
message       behind     behind   behind   drops    drops         ahead     ahead
plain         behind     behind   behind   drops    drops         ahead     ahead
text          behind     behind   behind   drops    drops         ahead     ahead
notification  dropped    dropped  dropped  dropped  drops         dropped   ahead
progress      kept       kept     kept     kept     kept          drops     ahead
reading       behind     behind   behind   behind   behind        behind    behind
"""


def table(text: str) -> dict[tuple[str, str], str]:
    """Return what stands in each (row, column)."""
    head, *rows = [line.split() for line in text.strip().splitlines()]
    cells = {(row[0], column): cell for row in rows for column, cell in zip(head, row[1:], strict=True)}
    return {
        (row.replace("plain", PLAIN), column.replace("plain", PLAIN)): cell for (row, column), cell in cells.items()
    }


ON_SOUNDING, ON_WAITING = table(SOUNDING), table(WAITING)


def scene(sounding: str, waiting: str | None) -> tuple[Floor, Utterance, Utterance | None] | None:
    """Return a floor where these sound and wait, or None if the rules do not let that come about."""
    floor = Floor()
    if sounding == LAST:
        message, first = asking(floor, "message", "progress")
        give(floor, message)
    else:
        (first,) = asking(floor, sounding)
    (second,) = asking(floor, waiting) if waiting is not None else (None,)
    if floor.line != tuple(one for one in (first, second) if one is not None) or floor.holder is not first:
        return None
    return floor, first, second


SCENES = [
    (sounding, waiting)
    for sounding, waiting in product((*ALL, LAST), (None, *ALL))
    if scene(sounding, waiting) is not None
]


def test_the_table_covers_all_that_can_sound_and_wait_together() -> None:
    assert set(ON_SOUNDING) == set(product(ALL, (*ALL, LAST)))
    assert set(ON_WAITING) == set(product(ALL, ALL))
    assert {name or PLAIN for name in PRIORITIES} | {PLAIN} == set(ALL)
    together: dict[str, list[str]] = {(sounding or "plain"): [] for sounding in (*ALL, LAST)}
    for sounding, waiting in SCENES:
        together[sounding or "plain"].append("-" if waiting is None else waiting or "plain")
    rank_message = ["-", "important", "message", "plain", "text", "progress", "reading"]
    rank_message.remove("important")  # it cuts off or pushes aside whatever sounds, but its like
    assert together == {
        "important": ["-", "important", "message", "plain", "text", "progress", "reading"],
        "message": rank_message,
        "plain": rank_message,
        "last": rank_message,
        "text": ["-", "progress", "reading"],
        "notification": ["-", "progress", "reading"],
        "progress": ["-", "progress", "reading"],
        "reading": ["-", "reading"],
    }


@pytest.mark.parametrize(("sounding", "waiting"), SCENES)
@pytest.mark.parametrize("arriving", ALL)
def test_each_does_to_those_who_sound_and_wait_what_the_rules_say(
    arriving: str, sounding: str, waiting: str | None
) -> None:
    there = scene(sounding, waiting)
    assert there is not None
    floor, first, second = there
    new = Utterance(arriving)
    on_first = ON_SOUNDING[arriving, sounding]
    on_second = "nothing" if waiting is None else ON_WAITING[arriving, waiting]

    floor.ask(new)

    if "dropped" in (on_first, on_second):
        assert new.ended == "dropped" and new not in floor.line
        assert first.sounding and (second is None or second in floor.line)
        return
    assert not new.ended and new in floor.line
    if second is not None:
        assert (second.ended == "dropped") == (on_second == "drops") == (second not in floor.line)
    if on_first in ("waits", "kept"):
        assert first.sounding
    elif on_first == "cuts" or (sounding in ("progress", LAST) and waiting == "progress"):  # a newer one is kept
        assert first.ended == "dropped" and new.sounding
    else:
        assert first.told[-1] == "yield" and first in floor.line and new.sounding
    order = spoken(floor)
    assert order.count(new) == 1
    if second in order:
        assert (order.index(second) < order.index(new)) == (on_second in ("behind", "kept"))
    if on_first == "pushes" and first in order:
        assert order[0] is new and first.told[-1] == "granted"  # and it goes on afterwards


# Policies


@pytest.mark.parametrize("arriving", ALL)
@pytest.mark.parametrize("sounding", [*ALL, LAST])
def test_who_interrupts_stops_whatever_sounds_and_is_next(sounding: str, arriving: str) -> None:
    there = scene(sounding, None)
    assert there is not None
    floor, first, _ = there
    new = Utterance(arriving, INTERRUPT)
    floor.ask(new)
    assert first.ended == "stopped" and new.sounding
    assert floor.line == (new,)


def test_who_interrupts_is_spoken_before_those_who_wait() -> None:
    floor = Floor()
    _, urgent, message = asking(floor, "important", "important", "message")
    new = Utterance("text", INTERRUPT)
    floor.ask(new)
    assert spoken(floor) == [new, urgent, message]


def test_who_interrupts_drops_of_those_who_wait_whom_its_priority_drops() -> None:
    floor = Floor()
    _, text, older = asking(floor, "important", "text", "progress")
    floor.ask(Utterance("message", INTERRUPT))
    assert (text.ended, older.ended) == ("dropped", "")
    floor.ask(Utterance("progress", INTERRUPT))
    assert older.ended == "dropped"


@pytest.mark.parametrize("arriving", ALL)
@pytest.mark.parametrize(("sounding", "waiting"), SCENES)
def test_who_would_rather_be_dropped_is_while_anything_sounds(
    sounding: str, waiting: str | None, arriving: str
) -> None:
    there = scene(sounding, waiting)
    assert there is not None
    floor, first, second = there
    new = Utterance(arriving, DROP)
    floor.ask(new)
    assert new.ended == "dropped" and first.sounding
    assert floor.line == tuple(one for one in (first, second) if one is not None)


@pytest.mark.parametrize("arriving", ALL)
@pytest.mark.parametrize("policy", POLICIES)
def test_on_a_free_floor_all_sound_at_once(arriving: str, policy: str) -> None:
    floor, new = Floor(), Utterance(arriving, policy)
    floor.ask(new)
    assert new.told == ["granted"] and floor.holder is new


# Holding


@pytest.mark.parametrize("sounding", [*ALL, LAST])
def test_a_hold_silences_what_sounds_and_it_goes_on_first(sounding: str) -> None:
    there = scene(sounding, None)
    assert there is not None
    floor, first, _ = there
    (waiting,) = asking(floor, "reading")

    floor.hold()
    assert (first.told[-1], floor.holder, floor.line) == ("hold", None, (first, waiting))
    floor.resume()
    assert (first.told[-1], floor.holder, floor.line) == ("granted", first, (first, waiting))
    assert spoken(floor) == [first, waiting]


# What arrives while another is held, and in which order they sound on `resume`: n the newcomer, h the held one.
HELD = """
              important  message  plain  text  notification  progress  last  reading
important     hn         nh       nh     nh    n             nh        nh    nh
message       hn         hn       hn     n     n             hn        hn    nh
plain         hn         hn       hn     n     n             hn        hn    nh
text          hn         hn       hn     n     n             hn        hn    nh
notification  h          h        h      h     h             h         h     h
progress      hn         hn       hn     hn    hn            hn        hn    nh
reading       hn         hn       hn     hn    hn            hn        hn    hn
"""


@pytest.mark.parametrize(("pair", "order"), table(HELD).items())
def test_nothing_sounds_while_held_and_all_that_may_wait_does(pair: tuple[str, str], order: str) -> None:
    arriving, sounding = pair
    there = scene(sounding, None)
    assert there is not None
    floor, first, _ = there
    floor.hold()

    (new,) = asking(floor, arriving)
    assert floor.holder is None and not new.sounding
    floor.resume()

    assert "".join("n" if one is new else "h" for one in spoken(floor)) == order
    assert (new.ended or "dropped") == (first.ended or "dropped") == "dropped"


def test_of_progress_reported_during_a_hold_the_last_is_spoken() -> None:
    floor = Floor()
    (plain,) = asking(floor, PLAIN)
    floor.hold()
    *older, last = asking(floor, *["progress"] * 3)
    assert [one.ended for one in older] == ["dropped", "dropped"]
    floor.resume()
    assert spoken(floor) == [plain, last]


def test_who_interrupts_during_a_hold_waits_and_goes_first() -> None:
    floor = Floor()
    (plain,) = asking(floor, PLAIN)
    floor.hold()
    new = Utterance("text", INTERRUPT)
    floor.ask(new)
    assert floor.holder is None
    floor.resume()
    assert spoken(floor) == [new, plain]


def test_holding_twice_and_resuming_without_a_hold_change_nothing() -> None:
    floor = Floor()
    (plain,) = asking(floor, PLAIN)
    floor.resume()
    floor.hold()
    floor.hold()
    floor.resume()
    floor.resume()
    assert plain.told == ["granted", "hold", "granted"]


@pytest.mark.parametrize("arriving", ALL)
@pytest.mark.parametrize("policy", POLICIES)
def test_a_hold_of_nothing_holds_what_comes(arriving: str, policy: str) -> None:
    floor, new = Floor(), Utterance(arriving, policy)
    floor.hold()
    floor.ask(new)
    if policy == DROP or (arriving == "notification" and policy == QUEUE):
        assert new.told == ["dropped"] and not floor.line
        return
    assert floor.line == (new,) and not new.sounding and new.waits_for_hold
    floor.resume()
    assert new.told == ["granted"]


def test_those_of_another_daemon_who_came_first_speak_first() -> None:
    floor = Floor()
    (sounding,) = asking(floor, PLAIN)
    floor.let_others_first(True)
    waiting, notification = asking(floor, PLAIN, "notification")
    assert (sounding.sounding, waiting.told, notification.ended) == (True, [], "dropped")
    refused = Utterance(policy=DROP)
    give(floor, sounding)
    give(floor, waiting)
    floor.ask(refused)
    assert refused.ended == "dropped"
    floor.ask(waiting)
    assert floor.line == (waiting,) and not waiting.sounding
    floor.let_others_first(False)
    assert waiting.sounding


def test_reading_yields_to_progress_once_those_of_another_daemon_are_gone() -> None:
    floor = Floor()
    (reading,) = asking(floor, "reading")
    floor.let_others_first(True)
    (progress,) = asking(floor, "progress")
    assert (reading.sounding, progress.sounding, progress.ended) == (True, False, "")
    floor.let_others_first(False)
    assert (reading.told[-1], progress.sounding) == ("yield", True)
    give(floor, progress)
    assert reading.sounding


def test_a_hold_outlasts_those_that_it_held() -> None:
    floor = Floor()
    (plain,) = asking(floor, PLAIN)
    floor.hold()
    give(floor, plain)
    assert floor.held
    (next_,) = asking(floor, PLAIN)
    assert not next_.sounding


def test_all_who_wait_know_whether_it_is_for_the_hold() -> None:
    floor = Floor()
    first, second, kept = asking(floor, PLAIN, PLAIN, "progress")
    floor.hold()
    (third,) = asking(floor, PLAIN)
    assert all(one.waits_for_hold for one in (first, second, third, kept))
    floor.resume()
    assert not any(one.waits_for_hold for one in (first, second, third, kept))
    assert first.told == ["granted", "hold", "granted"]


def test_a_hold_of_a_floor_that_is_gone_is_taken_over() -> None:
    floor = Floor()
    (early,) = asking(floor, PLAIN)
    floor.hold_as_before()
    assert early.told == ["granted", "hold"] and floor.held
    floor.hold_as_before()
    floor.resume()
    assert early.sounding


@pytest.mark.parametrize("told", [Floor.resume, Floor.clear])
def test_who_was_told_otherwise_takes_over_no_hold(told: Callable[[Floor], None]) -> None:
    floor = Floor()
    told(floor)
    floor.hold_as_before()
    assert not floor.held


def test_clearing_forgets_all_and_the_hold() -> None:
    floor = Floor()
    asking(floor, PLAIN, "progress", "reading")
    floor.hold()
    floor.clear()
    (new,) = asking(floor, PLAIN)
    assert floor.line == (new,) and new.sounding


# Asking and giving


def test_without_priorities_it_is_first_come_first_served() -> None:
    floor = Floor()
    first, second, third = asking(floor, PLAIN, PLAIN, PLAIN)
    assert (floor.holder, floor.waiting) == (first, 2)
    assert [one.told for one in (first, second, third)] == [["granted"], [], []]
    assert spoken(floor) == [first, second, third]
    assert (floor.holder, floor.waiting) == (None, 0)


def test_who_asks_twice_is_told_once() -> None:
    floor = Floor()
    first, second, kept = asking(floor, PLAIN, PLAIN, "progress")
    for utterance in (first, second, kept):
        floor.ask(utterance)
    assert floor.line == (first, second, kept) and first.told == ["granted"]


def test_who_leaves_the_line_is_never_told() -> None:
    floor = Floor()
    first, second, third, kept = asking(floor, PLAIN, PLAIN, PLAIN, "progress")
    give(floor, second)
    give(floor, kept)
    assert spoken(floor) == [first, third]
    assert second.told == kept.told == []


def test_giving_what_one_does_not_have_changes_nothing() -> None:
    floor = Floor()
    second = Utterance()
    give(floor, second)
    (first,) = asking(floor, PLAIN)
    give(floor, second)
    assert floor.holder is first


def test_who_gives_it_back_may_ask_again_and_waits_behind_the_others() -> None:
    floor = Floor()
    first, second = asking(floor, PLAIN, PLAIN)
    give(floor, first)
    floor.ask(first)
    assert spoken(floor) == [second, first]


def test_giving_it_back_just_when_it_was_taken_away_is_harmless() -> None:
    floor = Floor()
    plain, urgent = asking(floor, PLAIN, "important")
    assert plain.told == ["granted", "yield"]
    give(floor, plain)  # it was on its way already
    assert spoken(floor) == [urgent] and plain.told == ["granted", "yield"]
    floor.ask(plain)
    assert plain.sounding


def test_who_was_pushed_aside_goes_on_before_those_who_came_later() -> None:
    floor = Floor()
    plain, later, urgent, urgent_too = asking(floor, PLAIN, PLAIN, "important", "important")
    assert spoken(floor) == [urgent, urgent_too, plain, later]


def test_the_last_progress_is_spoken_with_the_rank_of_a_message() -> None:
    floor = Floor()
    message, _, last, reading = asking(floor, "message", "progress", "progress", "reading")
    give(floor, message)
    assert last.sounding
    (text,) = asking(floor, "text")
    assert spoken(floor) == [last, text, reading]


def test_progress_that_was_pushed_aside_is_the_last_unless_a_newer_one_came() -> None:
    floor = Floor()
    progress, message = asking(floor, "progress", "message")
    assert floor.line == (message, progress)
    (newer,) = asking(floor, "progress")
    assert progress.ended == "dropped"
    assert spoken(floor) == [message, newer]


# Twenty utterances that do whatever they like, with messages that cross


class TwentyUtterances(RuleBasedStateMachine):
    """What each of them would hear at its end of the wire, against what may be expected of a floor."""

    def __init__(self) -> None:
        super().__init__()
        self.floor = Floor()
        self.all = [Utterance() for _ in range(20)]
        self.last_progress: Utterance | None = None  # nobody took it back, and it was not spoken to its end
        self.plain: list[Utterance] = []  # those who wait, in the order in which they shall sound
        self.interrupting: Utterance | None = None

    @rule(index=st.integers(0, 19), priority=st.sampled_from(ALL), policy=st.sampled_from((QUEUE, QUEUE, *POLICIES)))
    def ask(self, index: int, priority: str, policy: str) -> None:
        new = self.all[index]
        if new in self.floor.line:
            self.floor.ask(new)
            return
        new = self.all[index] = Utterance(priority, policy)
        before = self.floor.holder
        self.floor.ask(new)
        if policy == INTERRUPT:
            self.interrupting = new
            assert before is None or (isinstance(before, Utterance) and before.ended == "stopped")
        if priority == "progress" and new.ended == "":
            self.last_progress = new
        self._note_plain(before, new)

    @rule(index=st.integers(0, 19))
    def ask_again(self, index: int) -> None:
        again = self.all[index]
        if again.ended or again in self.floor.line:
            return
        again.policy = QUEUE
        self.interrupting = None
        before = self.floor.holder
        self.floor.ask(again)
        if again.priority == "progress":
            self.last_progress = again
        self._note_plain(before, again)

    def _note_plain(self, before: object, new: Utterance) -> None:
        if isinstance(before, Utterance) and before.told[-1] == "yield" and before.priority == PLAIN:
            self.plain.insert(0, before)
        if new in self.floor.line and new.priority == PLAIN:
            self.plain.insert(0 if new is self.interrupting else len(self.plain), new)

    @rule(index=st.integers(0, 19))
    def give_or_die(self, index: int) -> None:
        """At its end, at a rest, when it is paused on its own, or when its process dies: also while it waits."""
        self._leave(self.all[index])

    @precondition(lambda self: self.floor.holder is not None)
    @rule()
    def come_to_the_end(self) -> None:
        self._leave(self.floor.holder)  # type: ignore[arg-type]  # there is one, and they are all of this class

    def _leave(self, utterance: Utterance) -> None:
        if self.last_progress is utterance:
            self.last_progress = None
        give(self.floor, utterance)

    @rule()
    def hold(self) -> None:
        before = self.floor.holder
        self.floor.hold()
        if isinstance(before, Utterance) and before.priority == PLAIN:
            self.plain.insert(0, before)

    @rule()
    def resume(self) -> None:
        self.floor.resume()

    @rule(behind=st.booleans())
    def let_others_first(self, behind: bool) -> None:
        self.floor.let_others_first(behind)

    @rule(index=st.integers(0, 19))
    def cancel(self, index: int) -> None:
        utterance = self.all[index]
        utterance.ended = utterance.ended or "cancelled"
        self._leave(utterance)

    @invariant()
    def one_sounds_at_a_time_and_it_knows(self) -> None:
        sounding = [one for one in self.all if one.sounding]
        assert sounding == ([] if self.floor.holder is None else [self.floor.holder])

    @invariant()
    def nothing_sounds_while_held_and_something_does_otherwise(self) -> None:
        if self.floor.held or not self.floor.line:
            assert self.floor.holder is None
        elif not self.floor.behind_others:
            assert self.floor.holder is not None

    @invariant()
    def who_waits_knows_whether_it_is_for_the_hold(self) -> None:
        for one in self.all:
            assert one.waits_for_hold == (self.floor.held and one in self.floor.line), one

    @invariant()
    def who_ended_is_out_of_the_line(self) -> None:
        assert not [one for one in self.floor.line if isinstance(one, Utterance) and one.ended]

    @invariant()
    def those_without_a_priority_are_cut_off_by_an_interruption_alone_and_keep_their_order(self) -> None:
        plain = [one for one in self.all if one.priority == PLAIN]
        assert not [one for one in plain if one.ended == "dropped" and one.policy != DROP]
        self.plain = [one for one in self.plain if one in self.floor.line and not one.sounding]
        waiting = [one for one in self.floor.line if one.priority == PLAIN and one is not self.floor.holder]
        assert waiting == self.plain

    @invariant()
    def the_last_progress_is_sounding_or_waits(self) -> None:
        if self.last_progress is not None and self.last_progress.ended != "stopped":
            assert self.last_progress in self.floor.line

    @invariant()
    def no_one_sounds_out_of_turn(self) -> None:
        holder = self.floor.holder
        if holder is None or holder.policy == INTERRUPT or self.floor.behind_others:
            return
        waiting = {one.priority for one in self.floor.line} - {holder.priority}
        if holder.priority == "reading":
            assert not waiting
        elif holder.priority != "important":
            assert "important" not in waiting

    def teardown(self) -> None:
        """Nobody starves: when no more come, all that wait are spoken, the last progress too."""
        waiting = list(self.floor.line)
        self.floor.resume()
        self.floor.let_others_first(False)
        order = spoken(self.floor)
        assert len(order) == len(waiting) and set(order) == set(waiting)
        if self.last_progress is not None and not self.last_progress.ended:
            assert self.last_progress in order


TestTwentyUtterances = TwentyUtterances.TestCase
TestTwentyUtterances.settings = settings(stateful_step_count=60)
TestTwentyUtterances.pytestmark = [pytest.mark.timeout(1800)]  # type: ignore[attr-defined]  # 2,000 runs take minutes
