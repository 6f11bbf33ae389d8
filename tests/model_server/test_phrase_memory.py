from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from model_server.phrase_format import Phrase
from model_server.phrase_memory import PhraseMemory


def phrase(size: int) -> Phrase:
    return Phrase(bytes(size), 0, 0)


def test_the_phrase_unused_longest_goes_first() -> None:
    memory = PhraseMemory(100)
    for name in ("one", "two", "three"):
        memory.put(name, phrase(30))
    assert memory.get("one") == phrase(30)
    memory.put("four", phrase(30))
    assert memory.get("two") is None
    assert all(memory.get(name) for name in ("one", "three", "four"))


def test_what_is_larger_than_all_of_it_costs_no_other_its_place() -> None:
    memory = PhraseMemory(100)
    memory.put("small", phrase(10))
    memory.put("huge", phrase(101))
    assert memory.get("huge") is None and memory.get("small") is not None


def test_clearing_says_how_much_there_was() -> None:
    memory = PhraseMemory(100)
    memory.put("one", phrase(40))
    memory.put("two", phrase(20))
    assert memory.clear() == 60
    assert memory.clear() == 0 and memory.get("one") is None


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 60))))
def test_it_is_never_larger_than_it_may_be_and_knows_its_size(puts: list[tuple[str, int]]) -> None:
    memory = PhraseMemory(100)
    for name, size in puts:
        memory.put(name, phrase(size))
        kept = [found for name in "abcdef" if (found := memory.get(name)) is not None]
        assert memory.size == sum(len(one.samples) for one in kept) <= 100


def test_threads_that_use_it_together_leave_it_right() -> None:
    memory = PhraseMemory(100)

    def work(number: int) -> None:
        for turn in range(300):
            memory.put(str((number * turn) % 11), phrase(turn % 40))
            memory.get(str(turn % 11))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    kept = [found for name in range(11) if (found := memory.get(str(name))) is not None]
    assert memory.size == sum(len(one.samples) for one in kept) <= 100
