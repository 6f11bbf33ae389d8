"""How words are written: abbreviations, initialisms, capitals, Roman numerals, quotes, emoji, other scripts.

`FIRST` is asked before the rules of the other rooms: what looks like code or mathematics to those who know only that.
`RULES` are asked after them.
"""

from __future__ import annotations

import functools

from model_server.text.english.tokens import Found, Manner, Matcher, Rule
from model_server.text.english.writing import (
    abbreviations,
    addresses,
    capitals,
    days,
    designations,
    emoji,
    everyday,
    expressive,
    folded,
    foreign,
    headers,
    initials,
    lines,
    marks,
    roman,
    sections,
    single_letters,
    states,
    symbols,
)
from model_server.text.english.writing.plain import is_plain

# In the order in which they are asked.
_FIRST_WORDS: tuple[Matcher, ...] = (
    emoji.face,
    everyday.match,
    expressive.censored,
    addresses.compass,
    initials.dotted,
    roman.ordinals,
    capitals.mixed,
    designations.several,
    headers.match,
)
_WORDS: tuple[Matcher, ...] = (
    lines.match,
    single_letters.row,
    designations.match,
    initials.stroke,
    states.state,
    states.party,
    addresses.street_or_saint,
    addresses.streets_or_saints,
    roman.match,
    days.match,
    days.week,
    abbreviations.calendar,
    abbreviations.contracted,
    abbreviations.size,
    abbreviations.match,
    capitals.contraction,
    capitals.compound,
    expressive.clipped,
    expressive.match,
    capitals.match,
    single_letters.match,
)
# The words of one letter, which come often, and what they can be otherwise.
_SHORT = ("I ", "a ")
_SHORT_WORDS: tuple[Matcher, ...] = (roman.match, single_letters.match)
# Letters beyond ASCII, anywhere in the word; and words in which such letters stand.
_STRANGE_WORDS: tuple[Matcher, ...] = (foreign.match, folded.match, folded.ligature)

# Matchers of signs and the characters that they begin with; "" is any beyond ASCII.
_FIRST_SIGNS: tuple[tuple[str, Matcher], ...] = (
    (emoji.FIRSTS, emoji.face),
    ("@#$%&*!^", expressive.grawlix),
    ("&", symbols.et_cetera),
    ("©§", symbols.match),
    ("(", sections.clause),
    ("#*", sections.key),
    ("*", everyday.star),
    ("#", everyday.number_sign),
    ("▲△▼▽", everyday.arrow),
)
_SIGNS: tuple[tuple[str, Matcher], ...] = (
    ("#*", emoji.match),
    ("", emoji.match),
    ("", folded.numbered),
    ("", folded.match),
    ("!?‽,;:", marks.repeated),
    (".…", marks.ellipsis),
    ("'\"`", marks.quote),
    ("-–—―⸺⸻−‐", marks.dash),
    ("(", marks.plural_in_brackets),
    ("([", marks.copyright_in_brackets),
    ("`^|<>~=+_\\&@#%$", symbols.match),
    ("", symbols.match),
)


@functools.lru_cache(1024)
def _matchers(character: str, first: bool) -> tuple[Matcher, ...]:
    """Return the matchers of signs that are worth asking for a character."""
    beyond = not character.isascii()
    signs = _FIRST_SIGNS if first else _SIGNS
    return tuple(match for begins, match in signs if (character in begins if begins else beyond))


def _first_word(text: str, at: int, manner: Manner) -> Found | None:
    if text.startswith(_SHORT, at):
        return None
    if is_plain(text, at):
        return headers.match(text, at, manner) if at == 0 or text[at - 1] == "\n" else None
    return _ask(_FIRST_WORDS, text, at, manner)


def _word(text: str, at: int, manner: Manner) -> Found | None:
    if text.startswith(_SHORT, at):
        return _ask(_SHORT_WORDS, text, at, manner)
    if is_plain(text, at):
        return None
    return _ask(_STRANGE_WORDS, text, at, manner) or _ask(_WORDS, text, at, manner)


def _first_sign(text: str, at: int, manner: Manner) -> Found | None:
    return _ask(_matchers(text[at], True), text, at, manner)


def _sign(text: str, at: int, manner: Manner) -> Found | None:
    return _ask(_matchers(text[at], False), text, at, manner)


def _ask(matchers: tuple[Matcher, ...], text: str, at: int, manner: Manner) -> Found | None:
    for match in matchers:
        if (found := match(text, at, manner)) is not None:
            return found
    return None


FIRST: tuple[Rule, ...] = (Rule("words like code", "l", _first_word), Rule("signs like code", "sd", _first_sign))
RULES: tuple[Rule, ...] = (Rule("words as written", "l", _word), Rule("signs as written", "sd", _sign))
