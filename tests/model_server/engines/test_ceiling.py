"""A piece that would take more memory than is allowed is an error, once what is free was given back."""

from __future__ import annotations

import pytest

from common.errors import OutOfMemory
from model_server.engines.ceiling import MIB, Ceiling


class Memory:
    """What a process holds, of which `free` can be given back."""

    def __init__(self, resident: int, free: int = 0) -> None:
        self.resident = resident * MIB
        self.free = free * MIB
        self.given_back = 0

    def give_back(self) -> None:
        self.given_back += 1
        self.resident -= self.free
        self.free = 0


def make_room(memory: Memory, limit: int, needed: int) -> None:
    Ceiling(limit * MIB, lambda: memory.resident).make_room(lambda: needed * MIB, memory.give_back, "this piece")


@pytest.mark.parametrize(("limit", "needed"), [(0, 10_000), (1000, 300), (500, 0)])
def test_what_is_allowed_gives_nothing_back(limit: int, needed: int) -> None:
    memory = Memory(700)

    make_room(memory, limit, needed)

    assert memory.given_back == 0


def test_without_a_limit_nobody_is_asked_what_is_needed() -> None:
    Ceiling(0).make_room(lambda: pytest.fail("it was asked"), lambda: None, "this piece")


def test_memory_that_is_only_kept_makes_room() -> None:
    memory = Memory(700, free=200)

    make_room(memory, 800, 300)

    assert memory.given_back == 1


def test_more_than_is_allowed_is_an_error_that_says_what_to_do() -> None:
    memory = Memory(700, free=100)

    with pytest.raises(
        OutOfMemory, match="this piece would take the model server to about 901 MiB, .* is 900 MiB"
    ) as error:
        make_room(memory, 900, 301)

    assert "memory_limit" in error.value.hint
