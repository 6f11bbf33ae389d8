"""Words that were cut at the end of a line, with a hyphen: "inter-" and "national" on the next line are one."""

from __future__ import annotations

import re

from model_server.text.english.tokens import Found, Manner, Token
from model_server.text.english.writing import near

_CUT = re.compile(
    r"([^\W\d_]{2,30}+)(?:-[ \t]{0,8}+(?:\n|\u2028)[ \t>]{0,12}+|-[ ]{1,8}+)([a-z][^\W\d_]{0,30}+)(?![\w])"
)
# Behind what looks like a cut word these go with another one: "pre- and post-war".
_LINKS = frozenset(("and", "or", "to", "nor", "versus", "but", "und"))


def match(text: str, at: int, manner: Manner) -> Found | None:
    """Join a word that a line's end cut, if it is one; else leave its hyphen: "well-" and "known"."""
    found = _CUT.match(text, at)
    if found is None or (at and near.joins(text[at - 1])):
        return None
    first, second = found.groups()
    if second in _LINKS:
        return None
    joined = first + second
    if manner.known(joined.lower()):
        return Found(found.end(), (Token(joined, at, found.end()),))
    if "\n" not in found.group() and "\u2028" not in found.group():
        return None
    return Found(found.end(), (Token(f"{first}-{second}", at, found.end()),))
