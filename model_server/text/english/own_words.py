"""The user's own words in English: whatever the dictionary has is said as it says, wherever it stands."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from model_server.text.english.given import possessive, transcribed, within
from model_server.text.english.scanner import scan
from model_server.text.english.tokens import Found, Kind, Manner, Own, Token
from model_server.text.pronunciations import Entry, Table


@functools.lru_cache(4)
def own_words(table: Table) -> Own | None:
    """Return what finds the words of a table; None for an empty one."""
    return _OwnWords(table) if table else None


class _OwnWords:
    def __init__(self, table: Table) -> None:
        self._table = table
        self._kept: dict[tuple[str, Manner], list[Token]] = {}  # no more than the dictionary has, for each manner

    def match(self, text: str, at: int, manner: Manner) -> Found | None:
        found = self._table.find(text, at)
        return self._found(text, at, found.end, found.entry, manner) if found else None

    def inside(self, tokens: Iterable[Token], text: str, manner: Manner) -> Iterator[Token]:
        done = 0
        for (start, end), group in groupby(tokens, key=lambda token: (token.start, token.end)):
            if start < done:  # the "s" of a possessive, which code has apart
                continue
            said = tuple(group)
            own = None if said[0].kind is Kind.MARK else self._of(start, end, text, manner)
            if own is None:
                yield from said
            elif own:
                yield from (*own[:-1], own[-1].followed(said[-1].space))
                done = own[-1].end

    def _of(self, start: int, end: int, text: str, manner: Manner) -> tuple[Token, ...] | None:
        """Return what is said for a word, or for a compound of which the dictionary has a part; None if it has nothing."""
        written = text[start:end]
        if entry := self._table.word(bare := written.removesuffix("'s")):
            return self._found(text, start, start + len(bare), entry, manner).tokens
        parts = written.split("-")
        if len(parts) < 2:
            return None
        tokens: list[Token] = []
        has_any = False
        for part in parts:
            own = self._of(start, start + len(part), text, manner) if part else ()
            has_any = has_any or bool(part and own is not None)
            tokens += (Token(part, start, start + len(part)),) if own is None else own
            start += len(part) + 1
        return tuple(tokens) if has_any else None

    def _found(self, text: str, at: int, end: int, entry: Entry, manner: Manner) -> Found:
        if entry.ipa:
            tokens = transcribed(text[at:end], at, end, entry.ipa, manner, scan)
        else:
            tokens = within(at, end, self._respelled(entry.respelling, manner))
        return possessive(text, Found(end, tokens), manner.british)

    def _respelled(self, respelling: str, manner: Manner) -> list[Token]:
        plain = replace(manner, own=None)  # a respelling is not looked up again
        if (respelling, plain) not in self._kept:
            self._kept[respelling, plain] = scan(respelling, plain)
        return self._kept[respelling, plain]
