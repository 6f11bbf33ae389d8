"""Signs with a name of their own: "©", "→", "§ 5", "✓", "&", "@", "#"."""

from __future__ import annotations

import re

from model_server.text.english.tokens import Found, Kind, Manner, Token, words
from model_server.text.english.writing import near
from model_server.text.english.writing.pronounced import said_words

_NAMES = {
    "©": "copyright",
    "®": "registered",
    "™": "trademark",
    "℠": "service mark",
    "§": "section",
    "¶": "paragraph",
    "№": "number",
    "‰": "per mille",
    "‱": "per ten thousand",
    "†": "dagger",
    "‡": "double dagger",
    "→": "to",
    "⟶": "to",
    "➜": "to",
    "➔": "to",
    "⇒": "implies",
    "⟹": "implies",
    "←": "left arrow",
    "⇐": "left arrow",
    "↑": "up",
    "↓": "down",
    "↔": "to and from",
    "⇔": "if and only if",
    "✓": "check mark",
    "✔": "check mark",
    "☑": "checked",
    "☐": "unchecked",
    "☒": "crossed",
    "✗": "cross",
    "✘": "cross",
    "✕": "cross",
    "✖": "cross",
    "★": "star",
    "☆": "white star",
    "♥": "heart",
    "♡": "heart",
    "❤": "heart",
    "♦": "diamonds",
    "♣": "clubs",
    "♠": "spades",
    "♪": "music note",
    "♫": "music notes",
    "♯": "sharp",
    "♭": "flat",
    "♮": "natural",
    "℃": "degrees Celsius",
    "℉": "degrees Fahrenheit",
    "Ω": "ohm",
    "℮": "estimated",
    "℞": "prescription",
    "℗": "published",
    "⌘": "command",
    "⌥": "option",
    "⇧": "shift",
    "⌃": "control",
    "⏎": "return",
    "↵": "return",
    "☎": "telephone",
    "✉": "email",
    "♂": "male",
    "♀": "female",
    "∴": "therefore",
    "∵": "because",
    "&": "and",
    "+": "plus",
    "=": "equals",
    "<": "less than",
    ">": "greater than",
    "@": "at",
    "#": "number",
    "%": "percent",
    "~": "about",
    "°": "degrees",
    "$": "dollars",
    "€": "euros",
    "£": "pounds",
    "¥": "yen",
}
# Where a sign is all of a text; elsewhere it decorates, or belongs to what stands beside it.
_ALL_OF_IT = {
    "<": "less than",
    ">": "greater than",
    "=": "equals",
    "|": "vertical bar",
    "~": "tilde",
    "^": "caret",
    "®": "registered",
    "™": "trademark",
}
_NAMED = re.compile("[" + re.escape("".join(_NAMES)) + "]")
# Not said: what decorates, underlines and draws.
_SILENT = re.compile(r"[\u2500-\u259f\u25a0-\u25ff`´¨^|<>~=+•‣◦▪·∙●○■□◆◇▶►▸➤❖✦✧⁂⸱_\\ˈˌ]{1,40}")
_STARS = re.compile("(★{1,5})(☆{0,5})")
_SECTIONS = re.compile("§{1,4}")
_PLUSES = re.compile(r"\+{1,3}")
_ET_CETERA = re.compile(r"&c(?!\w)\.?")
_ALONE = "&+=<>@#%~"  # words only between blanks; elsewhere what is left of markup


def match(text: str, at: int, manner: Manner) -> Found | None:
    """Read a sign."""
    character = text[at]
    if character not in _NAMES:
        return _silent(text, at)
    end = at + 1
    if text[end : end + 1] in "\ufe0e\ufe0f" and end < len(text):
        end += 1
    if character == "★" or (character == "☆" and text[at - 1 : at] != "★"):
        return _stars(text, at)
    if character == "&":
        end = at + 2 if text.startswith("&&", at) else end
        return Found(end, words("and", at, end, tag="CC"))
    if character in "†‡¶©" and not _is_said(character, text, at, end):
        return Found(end, ())
    if character == "§":
        run = _SECTIONS.match(text, at)
        end = run.end() if run else end
        return Found(end, words("sections" if end > at + 1 else "section", at, end))
    if character in _ALONE:
        return _between_blanks(text, at, end)
    if character == "✓" and manner.british:
        return Found(end, words("tick", at, end))
    if character in "→⟶➜➔" and not (text[max(0, at - 2) : at].strip() and text[end : end + 2].strip()):
        return Found(end, words("right arrow", at, end))
    return Found(end, said_words(_NAMES[character], at, end, manner.british))


def all_of(text: str) -> tuple[Token, ...]:
    """Return what is said where a sign is all of a text; nothing where it is not, or is read as anywhere."""
    said = _ALL_OF_IT.get(text.strip())
    at = len(text) - len(text.lstrip())
    return words(said, at, at + 1) if said else ()


def et_cetera(text: str, at: int, manner: Manner) -> Found | None:
    """Read "&c."."""
    found = _ET_CETERA.match(text, at) if text[at] == "&" else None
    if found is None:
        return None
    end = found.end() - (found.group().endswith(".") and near.ends_sentence(text, found.end(), names=True))
    return Found(end, said_words("et cetera", at, end, manner.british))


def _is_said(character: str, text: str, at: int, end: int) -> bool:
    if character == "©":
        return not text[max(0, at - 12) : at].rstrip().lower().endswith("copyright")
    if character == "¶":
        return text[end : end + 2].strip()[:1].isdigit()
    return bool(at) and text[at - 1].isspace() and text[end : end + 1].isspace()


def _between_blanks(text: str, at: int, end: int) -> Found | None:
    before, after = text[at - 1 : at], text[end : end + 1]
    if text[at] in "@#" and after.isalnum():
        said = "at" if text[at] == "@" else "hashtag"
        return Found(end, words(said, at, end))
    if before.isspace() and after.isspace() and text[max(0, at - 2) : at].strip():
        return Found(end, words(_NAMES[text[at]], at, end))
    if text[at] in "%" or (text[at] == "@" and after):
        return Found(end, words(_NAMES[text[at]], at, end))
    if text[at] == "+" and before.isalnum() and not after.isalnum():
        run = _PLUSES.match(text, at)
        end = run.end() if run else end
        return Found(end, words("plus " * (end - at), at, end))
    if text[at] == "#" and before.isalpha():
        return Found(end, words("sharp", at, end))
    return Found(end, ())


def _silent(text: str, at: int) -> Found | None:
    if (
        text[at] == "|"
        and text[at - 1 : at].isspace()
        and text[at + 1 : at + 2].isspace()
        and text[max(0, at - 3) : at].strip(" |")
    ):
        return Found(at + 1, (Token(",", at, at + 1, Kind.MARK),))
    found = _SILENT.match(text, at)
    return Found(found.end(), ()) if found else None


def _stars(text: str, at: int) -> Found:
    found = _STARS.match(text, at)
    if found is None:
        return Found(at + 1, words("star", at, at + 1))
    filled, empty = len(found.group(1)), len(found.group(2))
    number = ("", "one", "two", "three", "four", "five")
    if filled + empty < 2 or filled + empty > 5:
        return Found(found.end(), words("star", at, found.end()))
    said = f"{number[filled]} out of {number[filled + empty]} stars" if empty else f"{number[filled]} stars"
    return Found(found.end(), words(said, at, found.end()))
