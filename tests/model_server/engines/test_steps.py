"""Promises about work that is given up."""

from __future__ import annotations

import threading

import pytest
import torch

from model_server.engines.steps import GivenUp, step, step_with, unless


def test_a_step_of_work_that_nobody_needs_is_the_last() -> None:
    needed = [True, True, False]
    done = 0

    with pytest.raises(GivenUp), unless(lambda: not needed[done]):
        for done in range(3):  # noqa: B007  # the condition reads it
            step()

    assert done == 2


def test_work_of_other_threads_and_later_work_goes_on() -> None:
    with unless(lambda: True):
        other = threading.Thread(target=step)
        other.start()
        other.join()

    step()


def test_each_part_of_a_network_is_a_step() -> None:
    network = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Sequential(torch.nn.Linear(2, 2)))
    step_with(network)
    steps = 0

    def counted() -> bool:
        nonlocal steps
        steps += 1
        return False

    with unless(counted):
        network(torch.zeros(1, 2))

    assert steps == 3
