"""What the rules for amounts alone make of a text."""

from __future__ import annotations

from unittest.mock import patch

from model_server.text.english import scanner
from model_server.text.english.amounts import RULES
from model_server.text.english.tokens import Manner, Token, text_of


def tokens(text: str, *, british: bool = False) -> list[Token]:
    with patch.object(scanner, "RULES", RULES):
        return scanner.scan(text, Manner(british=british))


def said(text: str, *, british: bool = False) -> str:
    return text_of(tokens(text, british=british))
