"""What the tables of this folder have in common: how a text is said by all rules together, with the real lexicon's words."""

from __future__ import annotations

import functools

from model_server.text.english.lexicon import Lexicon
from model_server.text.english.scanner import scan
from model_server.text.english.tokens import Kind, Manner, Token, text_of


@functools.cache
def manner(british: bool = False, emoji: bool = True) -> Manner:
    return Manner(british=british, emoji=emoji, known=Lexicon(british, lambda _: "").known)


def said(text: str, british: bool = False, emoji: bool = True) -> str:
    return text_of(tokens(text, british, emoji))


def tokens(text: str, british: bool = False, emoji: bool = True) -> list[Token]:
    return scan(text, manner(british, emoji))


def spelled(text: str) -> list[str]:
    """Return what is read letter by letter."""
    return [token.text for token in tokens(text) if token.kind is Kind.LETTERS]
