"""What each character is to the planner: a letter to write its classes with, and whether it can be said at all.

A string of classes has the length of its text, so that plain regular expressions over a few ASCII letters work for
every script.
"""

from __future__ import annotations

import re
import unicodedata

# Classes of what can be said: lower-case letters, upper-case letters, digits, and the rest (letters without case,
# symbols with a spoken name). A gap is what lies between two of them.
SPEAKABLE = re.compile("[luds]")
GAP = re.compile("[^luds]+")
BLANK = re.compile("[ \n]")

# Classes in gaps. NARROW marks count only before a space ("3.14", "1,234"), WIDE ones always (scripts without spaces).
SPACE, NEWLINE = " ", "\n"
STOP, ELLIPSIS, EXCLAIM, WIDE_STOP = ".", "~", "!", "|"
COLON, WIDE_COLON, COMMA, WIDE_COMMA = ";", ":", ",", "-"
CLOSER, MARK, OTHER = ")", "m", "o"
# Unicode's own: a line ends here on purpose. A blank by class; who wrote a line end too says it of that.
LINE_SEPARATOR = "\u2028"

# Said by their names where they are all of a text.
LONE_SIGNS = frozenset("=<>|~^")

_NAMED = {
    **dict.fromkeys("\n", NEWLINE),
    **dict.fromkeys(" \u2800" + LINE_SEPARATOR, SPACE),  # braille without a dot is a blank
    **dict.fromkeys(".", STOP),
    **dict.fromkeys("…‥", ELLIPSIS),
    **dict.fromkeys("!?‽", EXCLAIM),
    **dict.fromkeys("。｡！？।॥؟۔።", WIDE_STOP),
    **dict.fromkeys(";:", COLON),
    **dict.fromkeys("；：", WIDE_COLON),
    **dict.fromkeys(",–", COMMA),
    **dict.fromkeys("，、､،—―", WIDE_COMMA),
    # Straight quotes and markup open as well as close; what follows a stop without a space closes.
    **dict.fromkeys("\"'*_`", CLOSER),
    **dict.fromkeys("%‰&@§", "s"),  # punctuation by category, but with names of their own
    **dict.fromkeys("=<>|~^", OTHER),  # rulers, tables, quoted mail: nothing to say alone on a line, see LONE_SIGNS
    **dict.fromkeys("\u00ad\u200c\u200d", MARK),  # soft hyphen, joiners
}
_BY_CATEGORY = {
    **dict.fromkeys(("Ll",), "l"),
    **dict.fromkeys(("Lu", "Lt"), "u"),
    **dict.fromkeys(("Nd", "Nl", "No"), "d"),
    **dict.fromkeys(("Lo", "Lm", "Sm", "Sc", "So"), "s"),
    **dict.fromkeys(("Mn", "Mc", "Me"), MARK),
    **dict.fromkeys(("Pe", "Pf"), CLOSER),
}
_BULLETS = frozenset("•‣·∙➤❖✦✧⁂⸱")
# A table that grew with every character ever seen would hold a million entries after a hostile text.
TABLE_SIZE = 10_000


def pictograph(character: str) -> bool:
    """Return whether it is an emoji or its like, also one that this Python's Unicode does not know yet."""
    return "\U0001f000" <= character <= "\U0001faff"


def decoration(character: str) -> bool:
    """Return whether a sign only draws or marks a line, so that nobody misses it: bullets, boxes, accents by themselves."""
    if "\u2500" <= character <= "\u25ff" or character in _BULLETS:
        return True
    return unicodedata.category(character) == "Sk"


def _class_of(character: str) -> str:
    code = ord(character)
    if character in _NAMED:
        return _NAMED[character]
    if 0x2500 <= code <= 0x259F:  # box drawing and blocks: rulers and bars
        return OTHER
    if 0x1F3FB <= code <= 0x1F3FF or 0xE0020 <= code <= 0xE007F:  # skin tones, tags of flags
        return MARK
    if pictograph(character):
        return "s"
    return _BY_CATEGORY.get(unicodedata.category(character), OTHER)


class _Classes(dict[int, str]):
    def __missing__(self, code: int) -> str:
        found = _class_of(chr(code))
        if len(self) < TABLE_SIZE:
            self[code] = found
        return found


_classes = _Classes()


def classes_of(text: str) -> str:
    """Return the class of each character; as long as the text."""
    return text.translate(_classes)


def speakable(text: str) -> bool:
    """Return whether the text holds a letter, a digit or a symbol with a spoken name."""
    return SPEAKABLE.search(classes_of(text)) is not None


def mark_end(gap: str, narrow: str, wide: str) -> int:
    """Return where a gap (classes) may be cut after its last mark, with what closes it; 0 if there is no such mark.

    After a `narrow` mark the cut is at the next space, after a `wide` one behind quotes and brackets.
    """
    end = 0
    last_space = max(gap.rfind(SPACE), gap.rfind(NEWLINE))
    if last_space > 0:
        found = max(gap.rfind(mark, 0, last_space) for mark in narrow)
        if found >= 0 and (space := BLANK.search(gap, found)):
            end = space.start()
    found = max((gap.rfind(mark) for mark in wide), default=-1)
    if found >= 0 and (closers := _CLOSERS.match(gap, found + 1)):
        end = max(end, closers.end())
    return end


_CLOSERS = re.compile("[)m|!]*")
