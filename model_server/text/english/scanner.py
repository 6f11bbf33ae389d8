"""From text as it is written to what is said, in one pass: at each token the rules are asked, the first that matches is
believed. What no rule knows is a word or a mark.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import zip_longest

from model_server.text.english import given
from model_server.text.english.amounts import RULES as AMOUNTS
from model_server.text.english.technical import RULES as TECHNICAL
from model_server.text.english.tokens import Found, Kind, Manner, Token
from model_server.text.english.writing import FIRST
from model_server.text.english.writing import RULES as WRITING
from model_server.text.english.writing.emoji import in_words
from model_server.text.english.writing.near import FIGURES

RULES = (*FIRST, *TECHNICAL, *AMOUNTS, *WRITING)

_BLANKS = re.compile(r"[\s\u00ad]+")
# Letters with their accents and soft hyphens; apostrophes and hyphens between letters. A run is one match.
_RUN = rf"(?:[^\W\d_{FIGURES}][\u0300-\u036f\u00ad]*+)++"
_WORD = re.compile(f"{_RUN}(?:['-]{_RUN})*+")

# Marks that Kokoro knows, and what stands for what among them. Source: `vocab` of the published config.json.
_MARKS = {
    **{mark: mark for mark in ";:,.!?—…()“”"},
    **dict.fromkeys("–―", "—"),
    **dict.fromkeys("«„", "“"),
    "»": "”",
    "‽": "?",
    **dict.fromkeys("[{", "("),
    **dict.fromkeys("]}", ")"),
}
_CLOSING = frozenset(",;:!?…)")
_NAME_LENGTH = 60
_SAME = re.compile(r"(.)\1{0,999}", re.DOTALL)


def scan(text: str, manner: Manner) -> list[Token]:
    """Return what is said of a text, in order. Pure; takes time with the length of the text, as long as rules do."""
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        if blanks := _BLANKS.match(text, at):
            if tokens:  # behind what nobody says, too
                tokens[-1] = tokens[-1].followed(True)
            at = blanks.end()
            continue
        found = _ask(text, at, manner)
        tokens += _spaced(found, text)
        at = found.end
    return [token.followed(_blank(token, after)) for token, after in zip_longest(tokens, tokens[1:])]


def _blank(token: Token, after: Token | None) -> bool:
    """Return whether a blank is said between two tokens; none is before a comma, "Yes / No" is "Yes, No"."""
    if after is not None and after.kind is Kind.MARK and after.text in ",;:" and token.kind is not Kind.MARK:
        return False
    return token.space or _apart(token, after)


def _apart(token: Token, after: Token | None) -> bool:
    """Return whether a blank is said though none is written: two words never run together, nor a mark and a word."""
    if after is None or after.kind is Kind.MARK:
        return after is not None and after.text == "“" and token.kind is not Kind.MARK
    return token.kind is not Kind.MARK or token.text in _CLOSING


def _ask(text: str, at: int, manner: Manner) -> Found:
    if text[at] == "[" and (said := given.match(text, at, manner, scan)):
        return said
    if manner.own is None:
        return _by_rules(text, at, manner)
    if said := manner.own.match(text, at, manner):
        return said
    found = _by_rules(text, at, manner)
    return Found(found.end, tuple(manner.own.inside(found.tokens, text, manner)))


def _by_rules(text: str, at: int, manner: Manner) -> Found:
    kind = _kind(text[at])
    for rule in RULES:
        if kind in rule.begins and (found := rule.match(text, at, manner)) is not None and found.end > at:
            return found
    return _word(text, at) or _mark(text, at) or _symbol(text, at)


def _kind(character: str) -> str:
    if character.isalpha():
        return "l"
    return "d" if character.isnumeric() else "s"


def _spaced(found: Found, text: str) -> Iterator[Token]:
    """Yield the tokens, the last one with a blank behind it if one is written there."""
    last = len(found.tokens) - 1
    for index, token in enumerate(found.tokens):
        yield token if index < last else token.followed(found.end == len(text) or bool(_BLANKS.match(text, found.end)))


def _word(text: str, at: int) -> Found | None:
    if not (word := _WORD.match(text, at)):
        return None
    said = unicodedata.normalize("NFC", word.group().replace("\u00ad", ""))
    return Found(word.end(), (Token(said, at, word.end()),))


def _mark(text: str, at: int) -> Found | None:
    mark = _MARKS.get(text[at], "")
    return Found(at + 1, (Token(mark, at, at + 1, Kind.MARK),)) if mark else None


def _symbol(text: str, at: int) -> Found:
    """Name what nothing else knows, the same many times once; punctuation and what is not printed is not said."""
    character = text[at]
    if unicodedata.category(character)[0] in "PZCM":
        return Found(at + 1, ())
    same = _SAME.match(text, at)
    end = same.end() if same else at + 1
    name = in_words(unicodedata.name(character, "symbol").lower()).replace("-", " ")
    return Found(end, tuple(Token(word, at, end) for word in name[:_NAME_LENGTH].split()))
