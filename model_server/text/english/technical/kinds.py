"""The kinds of technical writing in the order in which they are asked."""

from __future__ import annotations

import re
import string
from dataclasses import replace
from itertools import zip_longest

from model_server.text.english.amounts import notes
from model_server.text.english.technical import (
    addresses,
    brands,
    code,
    expressions,
    flags,
    formulas,
    globs,
    hashes,
    keys,
    listings,
    markup,
    mathematics,
    messages,
    network,
    notations,
    operators,
    pairs,
    paths,
    shell,
    signs,
    versions,
)
from model_server.text.english.technical.reading import closes, opens
from model_server.text.english.tokens import Found, Kind, Manner, Matcher, Token

# A word as prose has it: only asked whether it is a name.
_PLAIN = re.compile(
    r"(?:[A-Z]?[a-z]{1,40}+|[A-Z]{1,40}+)(?:'[a-z]{1,8}+)?(?=[\s,;!\"]|\?(?![.?\w])|[.:)]{1,8}+(?:[\s\"]|\Z)|\Z)"
)

_MOST_FIRSTS = 1024  # characters whose matchers are kept


class _ByFirst(dict[str, tuple[Matcher, ...]]):
    """Matchers in order, by the character at hand: those that may begin with it."""

    def __init__(self, *asked: tuple[str, Matcher]) -> None:
        """Take matchers with the characters that they begin with; "" stands for any."""
        super().__init__()
        self._asked = asked

    def __missing__(self, character: str) -> tuple[Matcher, ...]:
        found = tuple(match for begins, match in self._asked if not begins or character in begins)
        if len(self) < _MOST_FIRSTS:
            self[character] = found
        return found


_SMALL = string.ascii_lowercase
_CAPITALS = string.ascii_uppercase
_ASCII = string.ascii_letters
_HEX = "ABCDEFabcdef"

_LETTERS = _ByFirst(
    (brands.BEGINS, brands.brand),
    ("v", brands.editor),
    (keys.BEGINS, keys.pressed),
    ("CM", keys.emacs),
    (messages.LEVEL_BEGINS, messages.level),
    (_SMALL, notations.decrement),
    ("d", notations.derivative),
    ("cst", notations.function_of),
    (_SMALL, notations.prime),
    ("U", notations.code_point),
    ("dlbcps", listings.modes),
    ("", globs.choice),
    ("", globs.any_one),
    ("", addresses.url),
    ("", addresses.mail),
    (_HEX, network.mac),
    (_HEX, network.ipv6),
    ("", hashes.checksum),
    ("", hashes.key),
    ("", addresses.bare),
    ("", paths.windows),
    ("", paths.relative),
    ("", paths.file),
    ("CG", versions.advisory),
    ("vV", versions.version),
    ("", brands.model),
    ("P", notes.match_lasting),
    ("λ", expressions.abstraction),
    ("l", expressions.logarithm),
    ("l", expressions.limits),
    (_CAPITALS + "ep", expressions.ion),
    (_ASCII, expressions.beside_greek),
    (mathematics.GREEK, mathematics.greek),
    (_ASCII, formulas.scripted),
    ("", code.identifier),
    ("", brands.known_word),
    (_ASCII, mathematics.raised),
    (_ASCII, operators.letter),
)
_DIGITS: tuple[Matcher, ...] = (
    brands.brand,
    shell.mode,
    shell.schedule,
    shell.redirection,
    messages.answer_class,
    messages.answer,
    addresses.mail,
    network.mac,
    network.ipv6,
    network.ipv4,
    hashes.hexadecimal,
    hashes.checksum,
    hashes.key,
    addresses.bare,
    paths.relative,
    paths.file,
    versions.edition,
    shell.ports,
    versions.numbered,
    versions.status,
    versions.version,
    notations.product,
    mathematics.coefficient,
    expressions.root,
    expressions.charge,
    mathematics.power,
)
_SIGNS = _ByFirst(
    ("$\\", formulas.between_dollars),
    ("\\", formulas.command),
    ("^_", formulas.script),
    ("∑∏∫⋃⋂", expressions.limits),
    ("^", keys.caret),
    ("⌃⌘⌥⇧", keys.pressed),
    ("'\"`‘“", messages.quoted_mark),
    ("*", shell.schedule),
    ("<>&", shell.redirection),
    ("?:", expressions.condition),
    ("?", expressions.coalescing),
    ("<", expressions.types),
    ("/", expressions.fraction),
    ("*&", expressions.reference),
    (".", expressions.row),
    ("%", expressions.placeholder),
    ("∂", expressions.partial),
    ("⁺⁻", expressions.charge),
    ("*./~", globs.choice),
    ("*", globs.any_one),
    ("[", network.ipv6_in_brackets),
    ("~^", shell.ancestor),
    ("-", shell.number_option),
    ("-", notations.negative),
    ("-−", notations.less),
    (".", shell.here),
    ("$", shell.state),
    (":", shell.editor),
    (":", messages.short_code),
    (".", messages.range_of_commits),
    (".", code.member),
    (".", paths.joint),
    ("@", messages.hunk),
    ("#", shell.interpreter),
    ("#", messages.directive),
    ("-", messages.pointer),
    ("!", notations.factorial),
    ("!", notations.negation),
    ("|", notations.absolute),
    ("[", notations.check_box),
    ("[", notations.character_class),
    (".", notations.anything),
    ("#.*", brands.brand),
    (":", network.ipv6),
    (":", listings.role),
    ("#", hashes.colour),
    ("![", markup.link),
    ("]", markup.target),
    ("<", markup.tag),
    ("&", markup.named),
    ("{", hashes.checksum),
    ("_%+", addresses.mail),
    ("@", addresses.handle),
    ("#", versions.numbered),
    ("#", addresses.hashtag),
    ("\\%", paths.windows),
    ("/~.$", paths.rooted),
    ("_.*@", paths.relative),
    ("_*", paths.file),
    (".", paths.dotfile),
    ("$%", listings.prompt),
    ("-", listings.modes),
    ("-", flags.flag),
    (".", listings.parent),
    ("$", shell.variable),
    ("_", code.identifier),
    ("^", mathematics.caret),
    ("⁻", mathematics.power),
    ("*/", operators.doubled),
    (operators.BEGINS, operators.between),
    (signs.BEGINS, signs.sign),
    ("/", pairs.pair),
    (signs.BEGINS_ALONE, signs.alone),
)
_IN_PLAIN = _ByFirst(
    (keys.BEGINS, keys.pressed),
    ("v", brands.editor),
    ("l", expressions.limits),
    ("cst", notations.function_of),
    ("E", messages.failed),
    (messages.LEVEL_BEGINS, messages.level),
    ("", brands.known_word),
    (_ASCII, operators.letter),
)

# Amid other characters, where nothing begins that is apart by blanks or brackets.
_LETTERS_INSIDE = _ByFirst(
    ("ⁿ", mathematics.power),
    (mathematics.GREEK, mathematics.greek),
    (_ASCII, formulas.scripted),
    ("", code.identifier),
    (_ASCII, mathematics.raised),
    (_ASCII, operators.letter),
)
_DIGITS_INSIDE: tuple[Matcher, ...] = (versions.numbered, versions.version, expressions.charge, mathematics.power)


# What "'s" sounds like behind these; "z" behind all else.
_SOUNDS = {**dict.fromkeys("ptkfθ", "s"), **dict.fromkeys("szʃʒʧʤ", "ᵻz")}


def find(text: str, at: int, manner: Manner) -> Found | None:
    """Return what technical writing begins at `at`."""
    character = text[at]
    for match in _asked(text, at, character):
        if (found := match(text, at, manner)) is not None and found.end > at:
            return _owned(text, Found(found.end, joined(found.tokens)))
    return None


def _owned(text: str, found: Found) -> Found:
    """Return what was found with the "'s" behind it: "amazon.com's"."""
    end = found.end
    if not text.startswith("'s", end) or not closes(text, end + 2) or not found.tokens:
        return found
    *others, last = found.tokens
    if last.kind is Kind.MARK or text[end - 1] in "'\"`":
        return found
    sound = last.phonemes and last.phonemes + _SOUNDS.get(last.phonemes[-1], "z")
    whole = last.start == others[-1].start if others else False
    if whole:  # several words for the same characters keep one span
        others = [replace(token, end=end + 2) if token.start == last.start else token for token in others]
    return Found(end + 2, (*others, replace(last, text=f"{last.text}'s", end=end + 2, phonemes=sound)))


def joined(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return the tokens without a blank before a mark."""
    return tuple(
        token.followed(False) if after is not None and after.kind is Kind.MARK else token
        for token, after in zip_longest(tokens, tokens[1:])
    )


def _asked(text: str, at: int, character: str) -> tuple[Matcher, ...]:
    if character.isalpha():
        if _PLAIN.match(text, at):
            return _IN_PLAIN[character]
        return (_LETTERS if opens(text, at) or text[at - 1] in "@#-." else _LETTERS_INSIDE)[character]
    if character.isnumeric():
        return _DIGITS if opens(text, at) or text[at - 1] in "@#-." else _DIGITS_INSIDE
    return _SIGNS[character]
