"""Cutting a text where a regular expression of the user's matches.

RE2 runs them: it takes time with the length of the text whatever the expression is, and refuses those that it cannot.
"""

from __future__ import annotations

import functools
import re

import re2  # type: ignore[import-untyped]  # ships no types

from common.errors import BadSplit

PATTERN_MOST = 200  # characters
# A separator is looked for with so many characters known behind its beginning, so that text that comes in parts is
# cut as if it had come at once. One that is longer may count as several, with nothing between them.
SEPARATOR_MOST = 64
_MEMORY = 1 << 20  # bytes for a compiled expression
_SURROGATE = re.compile("[\ud800-\udfff]")  # RE2 takes UTF-8, which cannot hold them
# What would tell the beginning or end of a word, line or text, which a stretch of a stream does not have; and classes and
# escapes, in which the same characters mean themselves.
_ANCHORS = re.compile(r"(\\[AzZbBGQE]|[\^$])|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*+\]|\\.", re.DOTALL)


class Splitter:
    """Finds the separators of a text."""

    def __init__(self, pattern: str) -> None:
        """Raises BadSplit for a pattern that is wrong, too long, or that matches nothing or places instead of text."""
        if len(pattern) > PATTERN_MOST:
            raise BadSplit(f"the split pattern has more than {PATTERN_MOST} characters", "Use a shorter one.")
        if _SURROGATE.search(pattern):
            raise BadSplit(f"the split pattern {pattern!r} is not UTF-8", "Write it in UTF-8.")
        _refuse_anchors(pattern)
        options = re2.Options()
        options.max_mem = _MEMORY
        options.log_errors = False
        try:
            self._expression = re2.compile(pattern, options)
        except re2.error as error:
            said = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
            raise BadSplit(
                f"the split pattern {_shown(pattern)} cannot be used: {said}",
                "RE2's syntax is understood: no backreferences, no looking around.",
            ) from error
        if self._expression.search("") is not None:
            raise BadSplit(
                f"the split pattern {_shown(pattern)} also matches where there is no text",
                "Let it match one character or more: + in place of *.",
            )

    def find(self, text: str, start: int, end: int) -> tuple[int, int] | None:
        """Return where the first separator is that begins from `start` on and before `end`, None if there is none."""
        found = self._expression.search(_SURROGATE.sub("\ufffd", text), start)
        if found is None or found.start() >= end or found.end() == found.start():
            return None
        return found.start(), found.end()


@functools.lru_cache(maxsize=64)
def splitter_for(pattern: str) -> Splitter | None:
    """Return what cuts at a pattern, None for the empty one. Raises BadSplit."""
    return Splitter(pattern) if pattern else None


def _refuse_anchors(pattern: str) -> None:
    for found in _ANCHORS.finditer(pattern):
        if found[1]:
            raise BadSplit(
                f"the split pattern has {_shown(found[1])}, which matches a place", "Match the text at it, such as \\n."
            )


def _shown(pattern: str) -> str:
    """Return an expression in quotes, its backslashes as they were typed."""
    return repr(pattern).replace("\\\\", "\\")
