"""Signs that are not punctuation: what they are called, and where they are not said."""

from __future__ import annotations

import re

from model_server.text.english.technical.parts import said
from model_server.text.english.technical.reading import before, found
from model_server.text.english.tokens import Found, Kind, Manner, Token

# Said wherever they stand. Longer ones first.
_ALWAYS = {
    "===": "triple equals",
    "!==": "not equal to",
    "<=>": "compared to",
    "==": "equals",
    "!=": "not equal to",
    "=~": "matches",
    "<=": "less than or equal to",
    ">=": "greater than or equal to",
    "<->": "to and from",
    "->": "to",
    "=>": "arrow",
    "<-": "from",
    "<!--": "",
    "-->": "to",
    "<--": "from",
    ":=": "colon equals",
    "&&": "and",
    "||": "or",
    "+=": "plus equals",
    "-=": "minus equals",
    "*=": "times equals",
    "/=": "divided by equals",
    "??=": "null coalescing equals",
    "||=": "or equals",
    "&&=": "and equals",
    "**=": "to the power of equals",
    "//=": "floor divided by equals",
    "%=": "mod equals",
    "<<=": "left shift equals",
    ">>=": "right shift equals",
    "|>": "pipe",
    "|=": "or equals",
    "&=": "and equals",
    "~=": "compatible with",
    "+/-": "plus or minus",
    "÷": "divided by",
    "×": "times",
    "±": "plus or minus",
    "∓": "minus or plus",
    "≈": "approximately equals",
    "≅": "is congruent to",
    "≡": "is equivalent to",
    "≠": "is not equal to",
    "≤": "less than or equal to",
    "≥": "greater than or equal to",
    "≪": "much less than",
    "≫": "much greater than",
    "∝": "is proportional to",
    "√": "the square root of",
    "∛": "the cube root of",
    "∞": "infinity",
    "∑": "the sum of",
    "∏": "the product of",
    "∫": "the integral of",
    "∂": "partial",
    "∇": "nabla",
    "∈": "in",
    "∉": "not in",
    "∅": "the empty set",
    "∪": "union",
    "∩": "intersection",
    "⊂": "is a subset of",
    "⊆": "is a subset of",
    "⊃": "is a superset of",
    "⊇": "is a superset of",
    "<>": "not equal to",
    "∀": "for all",
    "∃": "there exists",
    "∧": "and",
    "∨": "or",
    "¬": "not",
    "∴": "therefore",
    "∵": "because",
    "∘": "of",
    "⋅": "times",
    "→": "to",
    "←": "from",
    "↔": "to and from",
    "⇒": "implies",
    "⇐": "follows from",
    "⇔": "if and only if",
    "↦": "maps to",
    "△": "triangle",
    "⊥": "perpendicular to",
    "⌈": "the ceiling of",
    "⌉": "",
    "⌊": "the floor of",
    "⌋": "",
    "↑": "up",
    "↓": "down",
    "ℝ": "the real numbers",
    "ℕ": "the natural numbers",
    "ℤ": "the integers",
    "ℚ": "the rational numbers",
    "ℂ": "the complex numbers",
    "©": "copyright",
    "™": "",
    "®": "",
    "++": "plus plus",
    "~~": "",
    "```": "",
    "`": "",
    "{": "",
    "}": "",
    "<<": "left shift",
    ">>": "right shift",
    "<<<": "",
    ">>>": "",
}
_SIGN = re.compile("|".join(re.escape(sign) for sign in sorted(_ALWAYS, key=len, reverse=True)))

# A lone sign that no rule knows. What has no name here is not said.
_ALONE = {
    "=": "equals",
    "+": "plus",
    "^": "caret",
    "$": "dollar",
    "~": "",
    "|": "",
    "<": "",
    ">": "",
    "−": "minus",
    "&": "and",
    "§": "section",
    "@": "at",
}

BEGINS = "".join({sign[0]: "" for sign in _ALWAYS})  # of "sign"
_DRAWN = r"─-▟⠀-⣿■-▩▬-▵▷-▿◁-◺◿"  # characters that lines and bars are drawn of
_DRAWN_RUN = re.compile(f"[{_DRAWN}]{{1,80}}+(?!\ufe0f)")
BEGINS_ALONE = "".join(  # of "alone"
    (*_ALONE, "*/%\\#", *(chr(code) for code in range(0x2500, 0x2900) if _DRAWN_RUN.match(chr(code))))
)

# Faces and hearts: others read them.
_FACE = re.compile(r"(?<![,=])</?3(?!\w)|=[()DPp|](?!\w)|>[:;]|\^[_.-]?\^|\\o/|<\)|>_<|>\.<")
_STAR = re.compile(r"(?i)(?:\b(?:select|distinct|import|accept:|ls|rm|cp|mv|du|wc|cat|git add)\s|\w\(|\s-\w{1,4}\s)\Z")


def sign(text: str, at: int, manner: Manner) -> Found | None:
    """Signs that mean one thing wherever they stand."""
    if not (written := _SIGN.match(text, at)):
        return None
    character = written.group()
    if character == "<>" and not (text[at - 1 : at] == text[at + 2 : at + 3] == " "):
        return Found(written.end(), ())
    if character == "++" and (run := _PLUSES.match(text, at)):
        return Found(run.end(), ())
    if character == "->" and _RETURNS.search(before(text, at, 2)):
        return found(written.end(), said("returns", at, written.end(), manner))
    if character == "-->" and "<!--" in before(text, at, 200):
        return Found(written.end(), ())
    if (
        character == "≈"
        and (not text[:at].strip() or text[at - 1] in "(~")
        and text[at + 1 : at + 3].strip()[:1].isdecimal()
    ):
        return found(written.end(), said("about", at, written.end(), manner))
    if character == "≈" and text[written.end() : written.end() + 1].isdecimal():
        return found(written.end(), said("about", at, written.end(), manner))
    if text[written.end() : written.end() + 1] == "\ufe0f" or _FACE.match(text, at):  # an emoji
        return None
    if (
        character in ("<-", "->", "<--", "-->")
        and at
        and text[at - 1].isalnum()
        and text[written.end() : written.end() + 1].isdecimal()
    ):
        return None
    return Found(written.end(), tuple(said(_ALWAYS[character], at, written.end(), manner)))


_RETURNS = re.compile(r"\) ?\Z")
_PLUSES = re.compile(r"\+{3,80}+")  # a ruler
_ROOT = re.compile(r"(?:\b(?:cd|ls|rm|df|du|find|tree|the|under|mount|root)|\s-\w{1,3}) \Z")
_AMOUNT = re.compile(r"[$€£]?\d")
_PRICE = re.compile(r"[ ]?[-−]?\.?[0-9]")
_LISTED = re.compile(r"\w \Z")
_APART = re.compile(r"(?<=[ ])/[ ](?=\w)")
_FORMULA = re.compile(r"\$[A-Za-z\\][^$]{0,60}\$(?!\w)")
_ABOUT = re.compile(r"~(?=[$€£]?\d)(?!\d+\.\d+\.\d)")


def alone(text: str, at: int, manner: Manner) -> Found | None:
    """A sign that no other rule wanted: its name, or nothing. Rules and bars of terminals are not said."""
    if drawn := _DRAWN_RUN.match(text, at):
        return Found(drawn.end(), ())
    if _ABOUT.match(text, at) and not (at and text[at - 1].isalnum()):
        return found(at + 1, said("about", at, at + 1, manner))
    character = text[at]
    if (
        character == "/"
        and _APART.match(text, at)
        and _LISTED.search(before(text, at, 2))
        and not _ROOT.search(before(text, at))
    ):  # "Yes / No"
        return Found(at + 1, (Token(",", at, at + 1, Kind.MARK),))
    if _FACE.match(text, at) or (character == "$" and _PRICE.match(text, at + 1)):
        return None
    if character == "*":
        return found(at + 1, said("star", at, at + 1, manner)) if _STAR.search(before(text, at, 10)) else None
    if (spoken := _by_neighbours(text, at)) is None:
        spoken = _ALONE.get(character)
    return None if spoken is None else Found(at + 1, tuple(said(spoken, at, at + 1, manner)))


def _by_neighbours(text: str, at: int) -> str | None:
    """Return the name of a sign that only has one behind or before a word or a number."""
    behind, after = text[at - 1 : at].isalnum() and at > 0, text[at + 1 : at + 2]
    if text[at] == "%" and behind:
        return "percent"
    if text[at] in "<>" and _AMOUNT.match(text, at + 1):
        return "less than" if text[at] == "<" else "more than"
    if text[at] == "/" and _ROOT.search(before(text, at)):
        return "slash"
    if text[at] == "\\" and after.isalnum():
        return "backslash"
    if text[at] == "#" and (after.isdecimal() or after.isspace()):
        return "number" if after.isdecimal() else ""
    if text[at] == "$" and (behind or _FORMULA.match(text, at)):
        return ""
    return None
