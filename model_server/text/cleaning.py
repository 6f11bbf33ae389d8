"""Text as it is typed made text that can be read: one character for one, so that offsets stay as they are.

What is said for numbers, dates and addresses is a matter of the language, and of its reader.
"""

from __future__ import annotations

import re
import unicodedata

from model_server.text.characters import LINE_SEPARATOR, MARK, NEWLINE, SPACE, TABLE_SIZE, classes_of
from model_server.text.markup import given_in, unfinished_markup

# Most characters kept of what stands between two speakable ones: floods of brackets, and of accents on one letter.
_GAP_KEPT = 12
_FLOOD = re.compile(f"[^luds]{{{_GAP_KEPT + 1},}}")
# Four and more of the same: a ruler ("-----", "=====", "....."), of which one stop at most is worth a pause.
_RULER = re.compile(r"([^\w\s]|_)\1{3,}")
_PAUSES = {".": "…", **{mark: mark for mark in "!?…。！？"}}

# Colours and cursor movements of terminals (ECMA-48 CSI), and the two-character ones.
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]{0,32}[ -/]{0,4}[@-~]|[@-Z\\-_])")
_ESCAPE_LENGTH = 40

# libespeak-ng and misaki read on over a soft hyphen, while other characters of no width break the word for them.
_NO_WIDTH = "\u00ad"
_FOLDED = {
    **dict.fromkeys("\n\u0085\u2029", "\n"),
    "\u2800": " ",  # braille without a dot
    LINE_SEPARATOR: "",  # kept: it says more than a line end
    **dict.fromkeys("’‘ʼ＇", "'"),
    **dict.fromkeys("\u2010\u2011", "-"),
    **dict.fromkeys("\u200c\u200d", ""),  # joiners shape letters and emoji: kept, see `_fold`
}


def _fold(character: str) -> str:
    if character in _FOLDED:
        return _FOLDED[character] or character
    category = unicodedata.category(character)
    if category in ("Cc", "Cs", "Co", "Zs", "Zl", "Zp"):
        return " "
    if category == "Cf" and not 0xE0020 <= ord(character) <= 0xE007F:  # tags belong to the flag before them
        return _NO_WIDTH
    return character


class _Folds(dict[int, str]):
    def __missing__(self, code: int) -> str:
        found = _fold(chr(code))
        if len(self) < TABLE_SIZE:
            self[code] = found
        return found


_folds = _Folds()


def clean(text: str) -> tuple[str, str]:
    """Return the text with what nobody says made blank, and its classes: both as long as `text`.

    Line ends and separators remain, since they tell paragraphs and lists; `reflow` makes them blanks.
    """
    text = without_escapes(text).translate(_folds)
    classes = classes_of(text)
    if _RULER.search(text):
        text = _RULER.sub(lambda found: _blank_ruler(found.group(), classes[found.start()]), text)
        classes = classes_of(text)
    if _FLOOD.search(classes):
        text = _without_floods(text, classes)
        classes = classes_of(text)
    return text, _with_markup(text, classes)


def without_escapes(text: str) -> str:
    """Return the text, as long as before, with blanks for the escape sequences of terminals."""
    return _ESCAPE.sub(lambda found: " " * len(found.group()), text) if "\x1b" in text else text


def _with_markup(text: str, classes: str) -> str:
    """Return the classes with those of words whose phonemes are given: each is one word, and the rest not to be said."""
    for given in given_in(text):
        word_end = given.start + 1 + len(given.word)
        word = _GAPS.sub(MARK, classes[given.start : word_end])
        classes = classes[: given.start] + word + MARK * (given.end - word_end) + classes[given.end :]
    return classes


_GAPS = re.compile("[^luds]")


def unfinished(text: str) -> int:
    """Return where an escape sequence or markup begins that may end beyond the text; its length if there is none."""
    escape = text.rfind("\x1b", max(0, len(text) - _ESCAPE_LENGTH))
    end = len(text) if escape < 0 or _ESCAPE.match(text, escape) else escape
    return unfinished_markup(text[:end])


def reflow(text: str) -> str:
    """Return the text on one line, as long as before."""
    return text.replace("\n", " ").replace(LINE_SEPARATOR, " ")


def spoken(text: str) -> str:
    """Return the text as it is phonemized and measured: single blanks, nothing of no width. May be shorter."""
    return " ".join(text.replace(_NO_WIDTH, "").split())


_OTHER_DIGIT = re.compile(r"(?![0-9])\d")


def with_known_digits(text: str) -> str:
    """Return the text with the digits of all scripts as 0 to 9: espeak-ng passes over most of those it does not know."""
    return text if text.isascii() else _OTHER_DIGIT.sub(lambda found: str(unicodedata.decimal(found.group())), text)


def _blank_ruler(run: str, kind: str) -> str:
    if kind in "luds" or kind == MARK:
        return run
    return _PAUSES.get(run[0], " ") + " " * (len(run) - 1)


def _without_floods(text: str, classes: str) -> str:
    kept: list[str] = []
    position = 0
    for flood in _FLOOD.finditer(classes):
        kept.append(text[position : flood.start()])
        room = _GAP_KEPT
        for index in range(flood.start(), flood.end()):
            blank = classes[index] in (SPACE, NEWLINE)
            kept.append(text[index] if blank or room > 0 else " ")
            room -= not blank
        position = flood.end()
    kept.append(text[position:])
    return "".join(kept)
