"""Emoji by name or dropped, also those made of several characters; and the faces that people typed before them.

The names are CLDR's short names, read when the first emoji comes.
"""

from __future__ import annotations

import functools
import importlib.resources
import json
import re
import unicodedata
from typing import cast

from model_server.text.english.amounts.numerals import cardinal
from model_server.text.english.tokens import Found, Kind, Manner, Token, word_set, words
from model_server.text.english.writing import near

_NO_NAME = "[\U0001f3fb-\U0001f3ff\ufe0e\ufe0f]"  # skin tones, presentation selectors
_ONE = (
    "(?:[\U0001f1e6-\U0001f1ff]{2}"
    "|[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55\u3030\u303d"
    "\u3297\u3299\U0001f000-\U0001fbff])"
)
_TONES = f"{_NO_NAME}{{0,4}}"
# One emoji with its skin tones, those it is joined with, and the tags of a flag.
_SEQUENCE = re.compile(f"{_ONE}{_TONES}(?:\u200d{_ONE}{_TONES}){{0,5}}(?:[\U000e0020-\U000e007f]{{1,12}})?")
_KEYCAP = re.compile("[#*]\ufe0f?\u20e3")
_FIGURES = re.compile("[0-9]+")
_IGNORED = re.compile(_NO_NAME)
_SPELLED = word_set("ATM SOS VS TV ID CL AB NG VHS UFO DNA DVD ZZZ")
_TEXT_SIGNS = "\u00a9\u00ae\u2122\u2139"  # signs that are emoji only where the text says so
_SIGNS = "★☆☎✉♠♣♥♦♀♂☑♪"
_MOST_TOKENS = 60  # of one find
_SAME_LIMIT = 20  # how many of one emoji in a row are taken as one

_FACES = {
    **dict.fromkeys((":)", ":-)", "=)", ":]", "(:", "(-:", ":^)", "c:"), "smiley face"),
    **dict.fromkeys((":(", ":-(", "=(", ":[", "):", ")-:", ":'(", ":,("), "sad face"),
    **dict.fromkeys((";)", ";-)", ";]", ";^)"), "winking face"),
    **dict.fromkeys((":D", ":-D", "=D", "xD", "XD", "xd"), "grinning face"),
    **dict.fromkeys((":P", ":-P", ":p", ":-p", "=P", ";P", ";p", "xP"), "face with tongue out"),
    **dict.fromkeys((":O", ":-O", ":o", ":-o", "o_O", "O_o", "o_o", "O_O", "o.O", "O.o"), "surprised face"),
    **dict.fromkeys((":/", ":-/", ":\\", ":-\\", ":|", ":-|", "-_-", "-.-", "=/"), "skeptical face"),
    **dict.fromkeys((":*", ":-*", ";*"), "kiss"),
    **dict.fromkeys((">:(", ">:-("), "angry face"),
    **dict.fromkeys(("<3", "&lt;3"), "heart"),
    **dict.fromkeys(("</3",), "broken heart"),
    **dict.fromkeys(("B-)", "8-)"), "cool face"),
    **dict.fromkeys(("^_^", "^^", "^.^", "^-^", "(^_^)", "(^.^)", "n_n"), "happy face"),
    **dict.fromkeys(("T_T", "T.T", ";_;", "Q_Q", ":'-("), "crying face"),
    **dict.fromkeys((":')", ":'-)", ":'D"), "happy tears"),
    **dict.fromkeys(("\\o/", "\\O/", "\\(^o^)/"), "hooray"),
    **dict.fromkeys((":3",), "cat face"),
    **dict.fromkeys(("O:)", "O:-)", "0:)"), "angel"),
    **dict.fromkeys(("¯\\_(ツ)_/¯", "¯\\_(ツ)_/¯", "¯\\(ツ)/¯", "¯\\\\_(ツ)_/¯", "¯_(ツ)_/¯", "¯\\(°_o)/¯"), "shrug"),
    **dict.fromkeys(("(╯°□°)╯︵ ┻━┻", "(╯°□°）╯︵ ┻━┻", "(ノಠ益ಠ)ノ彡┻━┻"), "table flip"),
    **dict.fromkeys(("┬─┬ノ( º _ ºノ)", "┬─┬ ノ( ゜-゜ノ)"), "table put back"),
    **dict.fromkeys(("ಠ_ಠ",), "look of disapproval"),
    **dict.fromkeys(("( ͡° ͜ʖ ͡°)",), "smirking face"),
    **dict.fromkeys(("ʕ•ᴥ•ʔ",), "bear"),
}
_LONGEST_FACE = max(map(len, _FACES))
_FACE = re.compile("|".join(re.escape(face) for face in sorted(_FACES, key=len, reverse=True)))
FIRSTS = "".join(sorted({face[0] for face in _FACES}))
_BEHIND_FACE = re.compile(r"[\s.,!?)\"”]|\Z")


@functools.cache
def _names() -> dict[str, str]:
    """Read the names of emoji, without skin tones and presentation selectors."""
    data = importlib.resources.files(__package__) / "emoji_names.json"
    return cast("dict[str, str]", json.loads(data.read_text("utf-8"))["names"])


def match(text: str, at: int, manner: Manner) -> Found | None:
    """Read emoji; several of the same are one, commas keep others apart."""
    if text[at].isascii():
        return _keycap(text, at, manner)
    tokens: list[Token] = []
    end = at
    while len(tokens) < _MOST_TOKENS and (one := _one(text, begin := _behind_blank(text, end, end > at))) is not None:
        if tokens:
            tokens[-1] = tokens[-1].followed(False)
            tokens.append(Token(",", begin - (begin > end), begin, Kind.MARK) if begin > end else _comma(tokens[-1]))
        end, name = one
        tokens += _said(name, begin, end)
    if end == at:
        return None
    return Found(end, tuple(tokens) if manner.emoji else ())


def _comma(token: Token) -> Token:
    return Token(",", token.start, token.end, Kind.MARK)


def _behind_blank(text: str, at: int, further: bool) -> int:
    """Return where a further emoji begins, behind one blank."""
    return at + 1 if further and text[at : at + 1] == " " else at


def _keycap(text: str, at: int, manner: Manner) -> Found | None:
    keycap = _KEYCAP.match(text, at)
    if keycap is None:
        return None
    return Found(keycap.end(), words("hash" if text[at] == "#" else "star", at, keycap.end()) if manner.emoji else ())


def _one(text: str, at: int) -> tuple[int, str] | None:
    """Return where the emoji at `at`, and the same again behind it, ends, and its name; None if there is none."""
    found = _SEQUENCE.match(text, at)
    if found is None or (_is_text(found.group())):
        return None
    bare = _IGNORED.sub("", found.group())
    name = _name(bare)
    if name is None:
        return None
    end = found.end()
    for _ in range(_SAME_LIMIT):
        if not (again := _SEQUENCE.match(text, end)) or _IGNORED.sub("", again.group()) != bare:
            break
        end = again.end()
    return end, name


def _is_text(written: str) -> bool:
    """Return whether a sign is a sign unless the text says that it is an emoji, as it does not here."""
    if "\ufe0f" in written:
        return False
    return written[0] in _TEXT_SIGNS or "\u2190" <= written[0] < "\u2300" or (len(written) == 1 and written in _SIGNS)


def _name(written: str) -> str | None:
    """Return the name of a sequence, of its parts if it has none of its own; None if its first part has none either."""
    names = _names()
    if written in names:
        return names[written]
    flag = "".join(character for character in written if not 0xE0020 <= ord(character) <= 0xE007F)
    if flag in names:
        return names[flag]
    if written and 0x1F1E6 <= ord(written[0]) <= 0x1F1FF:
        return "flag"
    parts = [names.get(part) for part in flag.split("\u200d")]
    known = [part for part in parts if part]
    if known:
        return " ".join(known)
    drawn = bool(written) and ord(written[0]) >= 0x1F000 and not 0x1F100 <= ord(written[0]) <= 0x1F1E5
    return in_words(unicodedata.name(written[0], "emoji").lower()) if drawn else None


def in_words(name: str) -> str:
    """Return a character's name with its figures in words: "domino tile horizontal-06-05"."""
    return (
        _FIGURES.sub(lambda found: f" {cardinal(found.group())} ", name.replace("-", " "))
        if _FIGURES.search(name)
        else name
    )


def _said(name: str, start: int, end: int) -> tuple[Token, ...]:
    tokens: list[Token] = []
    for word in name.split():
        if word in _SPELLED or (len(word) == 1 and word.isupper()):
            tokens.append(Token(" ".join(word), start, end, Kind.LETTERS, tag="NNP"))
        else:
            tokens.append(Token(word.lower() if word.isupper() and word != "OK" else word, start, end))
    return tuple(tokens)


def face(text: str, at: int, manner: Manner) -> Found | None:
    """Read a face made of punctuation; it stands apart from the words around it."""
    if text[at] not in FIRSTS or (at and not text[at - 1].isspace() and not _may_touch(text, at)):
        return None
    found = _FACE.match(text, at, at + _LONGEST_FACE)
    if found is None or not _BEHIND_FACE.match(text, found.end()):
        return None
    if found.group()[0].isalnum() and not near.is_bounded(text, at, found.end()):
        return None
    if found.group() in ("c:", "(:", "):", ":|", "^^") and not (
        text[at - 1 : at].isspace() and found.end() >= len(text.rstrip())
    ):
        return None
    return Found(found.end(), words(_FACES[found.group()], at, found.end()) if manner.emoji else ())


def _may_touch(text: str, at: int) -> bool:
    """Return whether a face follows a word or a mark without a blank: "great:)", "no!:-("."""
    return text[at] in ":;" and (text[at - 1].isalpha() or text[at - 1] in ".!?") and text[at + 1 : at + 2] in ")-(D"
