"""The user's own dictionary as a rule of the scanner: whatever it has is said as it says."""

from __future__ import annotations

import functools
from dataclasses import replace

from model_server.text.english.given import possessive, transcribed, within
from model_server.text.english.scanner import scan
from model_server.text.english.tokens import Found, Manner, Rule, Token
from model_server.text.pronunciations import Table


@functools.lru_cache(4)
def rules_of(table: Table) -> tuple[Rule, ...]:
    """Return the rule for a table; none for an empty one."""
    if not table:
        return ()
    kept: dict[tuple[str, Manner], list[Token]] = {}  # no larger than the dictionary, for each manner

    def respelled(respelling: str, manner: Manner) -> list[Token]:
        plain = replace(manner, rules=())  # a respelling is not looked up again
        if (respelling, plain) not in kept:
            kept[respelling, plain] = scan(respelling, plain)
        return kept[respelling, plain]

    def match(text: str, at: int, manner: Manner) -> Found | None:
        found = table.find(text, at)
        if found is None:
            return None
        if found.entry.ipa:
            tokens = transcribed(text[at : found.end], at, found.end, found.entry.ipa, manner, scan)
        else:
            tokens = within(at, found.end, respelled(found.entry.respelling, manner))
        return possessive(text, Found(found.end, tokens), manner.british)

    return (Rule("the user's own words", "dls", match),)
