"""Letters in costume: full-width, mathematical bold, circled, small capitals, ligatures, and floods of accents."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from model_server.text.english.amounts.numerals import cardinal
from model_server.text.english.tokens import Found, Manner, Token, words
from model_server.text.english.writing.near import FIGURES

_MOST = 80  # characters of one costume that are read at once
_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True))
_ENCLOSED = {  # letters without a decomposition of their own: negative circled, negative squared
    **{chr(0x1F150 + index): chr(97 + index) for index in range(26)},
    **{chr(0x1F170 + index): chr(97 + index) for index in range(26)},
}
_ASCII = re.compile(r"[A-Za-z0-9][\x21-\x7e]*")
_ACCENTED = re.compile(
    rf"(?:[^\W\d_{FIGURES}][\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u00ad]*+){{1,60}}"
)


def match(text: str, at: int, manner: Manner) -> Found | None:
    """Read letters in a costume as plain ones."""
    if ord(text[at]) < 0x250 and text[at] not in "ǫªº":
        return None
    end, plain = _undressed(text, at)
    if end == at or not _ASCII.fullmatch(plain):
        return None
    if _is_small_capitals_only(text, at, end) and end - at < 2:
        return None
    from model_server.text.english.scanner import scan  # which asks this module: what is plain is read like all else

    tokens = tuple(replace(token, start=at, end=end) for token in scan(plain, manner))
    return Found(end, tokens)


def _undressed(text: str, at: int) -> tuple[int, str]:
    """Return where a run of characters in costume ends, and the plain ones."""
    plain: list[str] = []
    end = at
    while end < len(text) and end - at < _MOST:
        character = text[end]
        dressed = _plain(character)
        if dressed is None:
            if not (plain and (character.isascii() and (character.isalnum() or character in "'-"))):
                break
            dressed = character
        plain.append(dressed)
        end += 1
    return end, "".join(plain).rstrip("'-")


def _plain(character: str) -> str | None:
    """Return the plain letters of a character in costume, None if it wears none."""
    if character in _SMALL_CAPITALS:
        return _SMALL_CAPITALS[character]
    if character in _ENCLOSED:
        return _ENCLOSED[character]
    kind = unicodedata.decomposition(character)
    if (
        character in "№™℠℡"
        or not kind.startswith("<")
        or (character.isnumeric() and not kind.startswith(("<wide>", "<font>")))
    ):
        return None
    folded = unicodedata.normalize("NFKC", character)
    return folded if folded.isascii() and folded.isalnum() else None


def _is_small_capitals_only(text: str, at: int, end: int) -> bool:
    return all(character in _SMALL_CAPITALS or character.isascii() for character in text[at:end])


def numbered(text: str, at: int, manner: Manner) -> Found | None:
    """Read a number in one character: "①", "❷", "⑽", "Ⅳ"."""
    character = text[at]
    value = unicodedata.numeric(character, -1.0)
    if (
        value < 0
        or value != int(value)
        or character.isdecimal()
        or character.isalpha()
        or character in "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"
    ):
        return None
    return Found(at + 1, words(cardinal(str(int(value)), manner.british), at, at + 1))


def ligature(text: str, at: int, manner: Manner) -> Found | None:
    """Read words with ligatures ("ﬁnd"), or letters that carry more accents than a language gives them."""
    found = _ACCENTED.match(text, at)
    if found is None:
        return None
    written = found.group()
    if written.isascii():
        return None
    plain = unicodedata.normalize("NFC", written.replace("\u00ad", ""))
    small = sum(character in _SMALL_CAPITALS for character in plain)
    if small > 1 and all(character.isascii() or character in _SMALL_CAPITALS for character in plain):
        return Found(found.end(), (Token("".join(map(_small, plain)), at, found.end()),))
    if any("\ufb00" <= character <= "\ufb06" or character in "ŉǆǉǌ" for character in plain):
        plain = unicodedata.normalize("NFKC", plain)
        return Found(found.end(), tuple(replace(token, start=at, end=found.end()) for token in _scan(plain, manner)))
    if not any(unicodedata.category(character)[0] == "M" for character in plain):
        return None
    bases = unicodedata.normalize("NFD", plain)
    bare = "".join(character for character in bases if unicodedata.category(character)[0] != "M")
    return Found(found.end(), (Token(bare, at, found.end()),))


def _small(character: str) -> str:
    return _SMALL_CAPITALS.get(character, character)


def _scan(plain: str, manner: Manner) -> list[Token]:
    from model_server.text.english.scanner import scan  # which asks this module

    return scan(plain, manner)
