"""What the tables of this folder have in common: how a text is said by all rules together."""

from __future__ import annotations

from model_server.text.english.scanner import scan
from model_server.text.english.tokens import Manner, text_of

# Stands in for the lexicon: words that could be taken for names of code, or for letters.
_WORDS = frozenset(("max", "get", "shh", "macbook", "decade", "facade", "mcdonald", "lebron", "typescript"))


def said(text: str, british: bool = False) -> str:
    return text_of(scan(text, Manner(british=british, known=_WORDS.__contains__)))
