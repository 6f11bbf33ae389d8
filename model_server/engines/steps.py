"""Work that is given up between two of its steps, once nobody needs what it makes: a piece takes seconds, a step much less.

The one who has the work done says in `unless` when that is; engines say `step` wherever they may stop.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

_here = threading.local()  # .unneeded: a function, in a thread that works under `unless`


class GivenUp(Exception):  # noqa: N818  # it says what happened, and is no error
    """Nobody needs this work any more. Not of the tree of errors: nobody is told."""


@contextlib.contextmanager
def unless(unneeded: Callable[[], bool]) -> Iterator[None]:
    """Let `step` raise GivenUp in this thread as soon as `unneeded()` holds."""
    _here.unneeded = unneeded
    try:
        yield
    finally:
        del _here.unneeded


def step() -> None:
    """Raise GivenUp if what this thread works on is not needed any more."""
    unneeded: Callable[[], bool] | None = getattr(_here, "unneeded", None)
    if unneeded is not None and unneeded():
        raise GivenUp


def step_with(network: torch.nn.Module, depth: int = 4) -> None:
    """Make a step with each call of the network's modules down to `depth`: of Kokoro, some 200 a piece."""
    for name, module in network.named_modules():
        if name and name.count(".") < depth:
            module.register_forward_pre_hook(_step_before)


def _step_before(_: torch.nn.Module, __: object) -> None:
    step()
