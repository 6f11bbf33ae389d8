"""Operators of code and mathematics, and signs that are not punctuation."""

from __future__ import annotations

import re

from model_server.text.english.technical.parts import said
from model_server.text.english.technical.reading import before, found
from model_server.text.english.tokens import Found, Kind, Manner, Token, letters

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
    "-->": "to",
    "<--": "from",
    ":=": "colon equals",
    "&&": "and",
    "||": "or",
    "+=": "plus equals",
    "-=": "minus equals",
    "*=": "times equals",
    "/=": "divided by equals",
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

# Said between two operands: with blanks on both sides or on none.
_BINARY = {
    "+": "plus",
    "=": "equals",
    "*": "times",
    "<": "less than",
    ">": "greater than",
    "^": "to the power of",
    "%": "mod",
    "−": "minus",
    "-": "minus",
    "·": "times",
    "/": "divided by",
    "&": "and",
    "|": ",",
    "~": "similar to",
    "@": "at",
}
_BETWEEN = re.compile(
    r"(?<=[\w)\]%'\"²³π∞!]) [-+=*<>^%−·/&|~@] (?=[\w(\[$√'\"+−.~-])|(?<=[\w)\]²³π])[+=*<>^−·&](?=[\w(√π−-])"
)
_VARIABLE = r"(?:[A-Za-z]|\d+(?:\.\d+)?|[A-Za-z]?[²³)])"
_VARIABLE_BEFORE = re.compile(rf"(?<![\w'.]){_VARIABLE} ?\Z|[)²³] ?\Z")
_VARIABLE_AFTER = re.compile(rf" ?{_VARIABLE}(?![\w'])|\(")
_LETTER = re.compile(r"[A-Za-z](?![\w'])")
_OPERATOR_AFTER = re.compile(
    r" (?:[=!<>:]=|[-+*/]=|[=-]>|[-+*/=<>^%·−×÷≤≥≈≠±∈→&|]|&&|\|\|) ?(?=[\w(√π∞'\"\[-])|[=+*^<>−×÷²³⁴ⁿ]|\+\+"
)
_OPERATOR_BEFORE = re.compile(r"(?:[=!<>:]=|[-+*/]=|[=-]>|[-+*/=<>^%·−×÷≤≥≈≠±√→(]|&&|\|\|) ?\Z")
_WORDY = re.compile(r"[AaI]")
_WORDY_SIGNS = ("-", "/", "&", "|", "%")

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

_PIPED_TO = re.compile(
    r"(?:grep|less|more|wc|sort|uniq|head|tail|awk|sed|cut|tr|xargs|tee|sh|bash|jq|say|sudo|base64|column)\b"
)
_PIPED_FROM = re.compile(
    r"(?:\A|[^\w-])(?:ls|cat|ps|find|echo|curl|wget|grep|git|du|df|dmesg|journalctl|history|env)(?: [^|]*)?\Z"
)
# Faces and hearts: others read them.
_FACE = re.compile(r"</?3(?!\w)|=[()DPp|](?!\w)|>[:;]|\^[_.-]?\^|\\o/|<\)|>_<|>\.<")
_STAR = re.compile(r"(?i)(?:\b(?:select|distinct|import|accept:)\s|\w\()\Z")


def between(text: str, at: int, manner: Manner) -> Found | None:
    """A sign between two operands: "2+2=4", "x > 5", "Home | About"."""
    start = at - 1 if at and text[at - 1] == " " else at
    if not (sign := _BETWEEN.match(text, start)) or text[at] not in _BINARY:
        return None
    end = at + 1
    spaced = start != at
    character = text[at]
    if character in "-/%" and not _is_arithmetic(text, start, sign.end()):
        return None
    if character == "*" and not spaced and not _is_product(text, at):
        return None
    if character == "*" and spaced and not (_variable_side(text, start, sign.end())):
        return None
    if character in "<>" and spaced and _is_menu(text, start, sign.end()):
        return Found(end, (Token(",", at, end, Kind.MARK),))
    if character == "|" and spaced:
        if _PIPED_TO.match(text, sign.end()) or _PIPED_FROM.search(before(text, start)):
            return found(end, said("pipe", at, end, manner))
        return Found(end, (Token(",", at, end, Kind.MARK),))
    if character == "<" and not spaced and not _variable_side(text, at, end):
        return None
    if character == ">" and not spaced and not _variable_side(text, at, end):
        return None
    return found(end, said(_BINARY[character], at, end, manner))


def _variable_side(text: str, start: int, end: int) -> bool:
    return bool(_VARIABLE_BEFORE.search(before(text, start, 8)) or _VARIABLE_AFTER.match(text, end))


def _is_arithmetic(text: str, start: int, end: int) -> bool:
    """Return whether both sides are numbers or single letters, and one is a letter or there is an equals sign near."""
    left, right = _VARIABLE_BEFORE.search(before(text, start, 8)), _VARIABLE_AFTER.match(text, end)
    if not left or not right:
        return False
    sides = left.group().strip() + right.group().strip()
    if text[end - 2 : end].strip() in _WORDY_SIGNS and any(
        _WORDY.fullmatch(side.group().strip()) for side in (left, right)
    ):
        return "=" in text[max(0, start - 12) : end + 12]
    return any(side.isalpha() or side in "()²³" for side in sides) or "=" in text[max(0, start - 12) : end + 12]


def _is_product(text: str, at: int) -> bool:
    return text[at - 1 : at] != "*" and text[at + 1 : at + 2] != "*" and not re.match(r"\w+[*]", text[at + 1 : at + 30])


def _is_menu(text: str, start: int, end: int) -> bool:
    """Return whether "File > Save As" names steps rather than compares."""
    word = re.search(r"(\w+)\Z", before(text, start, 20))
    return (
        text[end : end + 1].isupper()
        and text[end + 1 : end + 2].isalpha()
        and bool(word and len(word[1]) > 1 and word[1].isalpha())
    )


def letter(text: str, at: int, manner: Manner) -> Found | None:
    """A single letter beside an operator is a variable: its name is said, "a" too."""
    if not _LETTER.match(text, at) or (at and (text[at - 1].isalnum() or text[at - 1] in "_'.")):
        return None
    if at >= 1 and text[at - 1] in "()" and text[at + 1 : at + 2] == ")" and at < 2:
        return None
    after = _OPERATOR_AFTER.match(text, at + 1)
    if not after and not (_OPERATOR_BEFORE.search(before(text, at, 4)) and before(text, at, 1) != "("):
        return None
    if (
        not after
        and before(text, at, 4).rstrip()[-1:] in ("-", "/", "%", "*", ">", "<")
        and not _is_arithmetic_before(text, at)
    ):
        return None
    if (
        after
        and after.group().strip() in ("-", "/", "&", "|", ">", "<", "*")
        and not _is_arithmetic(text, at + 1, after.end())
        and text[at] in "AaI"
    ):
        return None
    return Found(at + 1, (letters(text[at], at, at + 1),))


def _is_arithmetic_before(text: str, at: int) -> bool:
    left = re.search(r"(?<![\w'])(?:[A-Za-z]|[\d.]+|\)|²|³) ?[-/%*<>] ?\Z", before(text, at, 12))
    return bool(left)


def sign(text: str, at: int, manner: Manner) -> Found | None:
    """Signs that mean one thing wherever they stand."""
    if not (written := _SIGN.match(text, at)):
        return None
    character = written.group()
    if character == "->" and _RETURNS.search(before(text, at, 2)):
        return found(written.end(), said("returns", at, written.end(), manner))
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
_PLAIN_RUN = re.compile(r"[─-▟⠀-⣿■-▩▬-▵▷-▿◁-◺◿]{1,80}+(?!\ufe0f)")
_ROOT = re.compile(r"(?:\b(?:cd|ls|rm|df|du|find|tree)|\s-\w{1,3}) \Z")
_FORMULA = re.compile(r"\$[A-Za-z\\][^$]{0,60}\$(?!\w)")
_ABOUT = re.compile(r"~(?=[$€£]?\d)")


def alone(text: str, at: int, manner: Manner) -> Found | None:
    """A sign that no other rule wanted: its name, or nothing. Rules and bars of terminals are not said."""
    if drawn := _PLAIN_RUN.match(text, at):
        return Found(drawn.end(), ())
    if _ABOUT.match(text, at) and not (at and text[at - 1].isalnum()):
        return found(at + 1, said("about", at, at + 1, manner))
    character = text[at]
    if _FACE.match(text, at) or (character == "$" and text[at + 1 : at + 2].isdecimal()):
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
    if text[at] == "/" and _ROOT.search(before(text, at)):
        return "slash"
    if text[at] == "\\" and after.isalnum():
        return "backslash"
    if text[at] == "#" and after.isdecimal():
        return "number"
    if text[at] == "$" and (behind or _FORMULA.match(text, at)):
        return ""
    return None
