"""The kinds of technical writing in the order in which they are asked."""

from __future__ import annotations

import re
from itertools import zip_longest

from model_server.text.english.technical import (
    addresses,
    brands,
    code,
    hashes,
    mathematics,
    network,
    operators,
    pairs,
    paths,
    versions,
)
from model_server.text.english.tokens import Found, Kind, Manner, Matcher, Token

# A word as prose has it: only asked whether it is a name.
_PLAIN = re.compile(r"(?:[A-Z]?[a-z]++|[A-Z]++)(?:'[a-z]++)?(?=[\s,;!?\"]|[.:)]++(?:[\s\"]|\Z)|\Z)")

_LETTERS: tuple[Matcher, ...] = (
    brands.brand,
    addresses.url,
    addresses.mail,
    network.mac,
    network.ipv6,
    hashes.checksum,
    paths.windows,
    paths.relative,
    paths.file,
    addresses.bare,
    versions.advisory,
    versions.version,
    brands.model,
    code.identifier,
    brands.known_word,
    mathematics.raised,
    operators.letter,
    mathematics.greek,
)
_DIGITS: tuple[Matcher, ...] = (
    brands.brand,
    addresses.mail,
    network.mac,
    network.ipv6,
    network.ipv4,
    hashes.hexadecimal,
    hashes.checksum,
    paths.relative,
    paths.file,
    addresses.bare,
    versions.numbered,
    versions.version,
    mathematics.power,
)
_SIGNS: tuple[Matcher, ...] = (
    brands.brand,
    network.ipv6,
    hashes.colour,
    hashes.checksum,
    addresses.mail,
    addresses.handle,
    versions.numbered,
    addresses.hashtag,
    paths.windows,
    paths.rooted,
    paths.relative,
    paths.file,
    paths.dotfile,
    code.flag,
    code.variable,
    code.identifier,
    mathematics.caret,
    mathematics.power,
    operators.between,
    operators.sign,
    pairs.pair,
    operators.alone,
)
_IN_PLAIN: tuple[Matcher, ...] = (brands.known_word, operators.letter)


def find(text: str, at: int, manner: Manner) -> Found | None:
    """Return what technical writing begins at `at`."""
    character = text[at]
    for match in _asked(text, at, character):
        if (found := match(text, at, manner)) is not None and found.end > at:
            return Found(found.end, joined(found.tokens))
    return None


def joined(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return the tokens without a blank before a mark."""
    return tuple(
        token.followed(False) if after is not None and after.kind is Kind.MARK else token
        for token, after in zip_longest(tokens, tokens[1:])
    )


def _asked(text: str, at: int, character: str) -> tuple[Matcher, ...]:
    if character.isalpha():
        return _IN_PLAIN if _PLAIN.match(text, at) else _LETTERS
    return _DIGITS if character.isnumeric() else _SIGNS
