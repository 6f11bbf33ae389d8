"""Regular expressions that are compiled when they are used first.

How text is read takes a hundred of them, 27 ms of CPU to compile; a sentence meets a third.
"""

from __future__ import annotations

import re

from common import TYPE_CHECKING

__all__ = ["regex"]

if TYPE_CHECKING:
    from re import compile as regex
else:

    class regex:  # noqa: N801  # as `re.compile` for those who use it
        """Stands for what `re.compile` returns for the same arguments."""

        def __init__(self, pattern: str, flags: int = 0) -> None:
            self.pattern = pattern
            self._given_flags = flags

        def __getattr__(self, name: str) -> object:
            found = getattr(re.compile(self.pattern, self._given_flags), name)
            setattr(self, name, found)  # the next time it is found at once
            return found
