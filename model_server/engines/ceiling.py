"""The setting `memory_limit`: beyond how much memory the model server begins nothing."""

from __future__ import annotations

from collections.abc import Callable

from common.errors import OutOfMemory
from common.memory import resident_bytes

MIB = 1 << 20


class Ceiling:
    """Looks before a load and before each piece, and enforces nothing meanwhile: what either takes is an estimate, a piece's by
    its length. What else the process holds, of caches and utterances, counts as it is resident."""

    def __init__(self, limit: int, resident: Callable[[], int] = resident_bytes) -> None:
        """`limit` is in bytes; 0: none."""
        self._limit = limit
        self._resident = resident

    def make_room(
        self, needs: Callable[[], int], give_back: Callable[[], None], what: str, less: str = "use '--engine espeak'"
    ) -> None:
        """Return if `needs()` bytes more are allowed, at worst after `give_back()`.

        Without a limit nobody is asked: what an engine needs, it may have to look for. Raises OutOfMemory, saying `what` it is
        for and how `less` would do.
        """
        if not self._limit:
            return
        needed = needs()
        if not needed or self._resident() + needed <= self._limit:
            return
        give_back()
        wanted = self._resident() + needed
        if wanted > self._limit:
            raise OutOfMemory(
                f"{what} would take the model server to about {-(-wanted // MIB)} MiB, and 'memory_limit' is {self._limit // MIB} MiB",
                f"Raise 'memory_limit', then 'say --shutdown'; or {less}.",
            )
