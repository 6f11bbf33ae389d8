"""How many pieces are spoken at once follows what is measured: as many as gain, and one by one where nothing does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from model_server.engines.together.gain import SIZES, Gain

LENGTHS = (40.0, 120.0, 80.0, 100.0, 60.0)
Machine = Callable[[list[float]], float]  # lengths of pieces that are spoken at once -> seconds


def alone(length: float) -> float:
    return 0.05 + 0.001 * length


def gains_up_to(size: int) -> Machine:
    """Return a machine on which more at once than `size` take as long as one after the other."""
    return lambda lengths: sum(map(alone, lengths)) / (min(len(lengths), size) ** 0.5)


def use(gain: Gain, machine: Machine, rounds: int = 40) -> list[int]:
    """Speak as many at once as may be, and one alone now and then; return how many each time."""
    sizes = []
    for turn in range(rounds):
        count = gain.most if turn % 4 else 1
        lengths = [LENGTHS[(turn + each) % len(LENGTHS)] for each in range(count)]
        if count == 1:
            gain.learn_alone(lengths[0], machine(lengths), 0.07 * lengths[0])
        else:
            gain.learn_together(lengths, machine(lengths))
        sizes.append(count)
    return sizes


@pytest.mark.parametrize("best", SIZES)
def test_as_many_are_spoken_at_once_as_gain(best: int) -> None:
    gain = Gain()
    use(gain, gains_up_to(best))

    assert gain.most == best


def test_nothing_is_spoken_at_once_before_it_is_known_what_pieces_take_alone() -> None:
    assert use(Gain(), gains_up_to(8), rounds=4) == [1, 1, 1, 1]


def test_the_first_time_of_a_size_tells_nothing() -> None:
    gain = Gain()
    slow_once = iter([100.0])
    use(gain, lambda lengths: gains_up_to(2)(lengths) if len(lengths) == 1 else next(slow_once, 0.0001), rounds=20)

    assert gain.most > 1


def test_a_size_that_did_not_gain_is_tried_again_later() -> None:
    gain = Gain()
    use(gain, gains_up_to(1), rounds=20)
    assert gain.most == 1

    sizes = use(gain, gains_up_to(2), rounds=200)

    assert sizes[:40] == [1] * 40
    assert gain.most == 2


def test_what_does_not_gain_any_more_is_left() -> None:
    gain = Gain()
    use(gain, gains_up_to(8), rounds=80)
    assert gain.most == 8

    use(gain, gains_up_to(1), rounds=80)

    assert gain.most <= 2


@pytest.mark.parametrize(("count", "most"), [(8, 4), (3, 2), (2, 1)])
def test_without_memory_for_so_many_half_as_many_are_the_most(count: int, most: int) -> None:
    gain = Gain()
    use(gain, gains_up_to(8))
    gain.learn_too_many(count)
    use(gain, gains_up_to(8), rounds=300)

    assert gain.most == most


def test_after_the_third_failure_pieces_are_spoken_one_by_one_for_good() -> None:
    gain = Gain()
    use(gain, gains_up_to(4))
    gain.learn_failure()
    gain.learn_failure()
    assert gain.most == 4

    gain.learn_failure()

    assert use(gain, gains_up_to(8), rounds=300) == [1] * 300
