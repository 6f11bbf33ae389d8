"""Short notations of code and mathematics: "n!", "|x|", "!done", "i--", "U+1F600", "[a-z]+", "- [x]"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from model_server.text.english.amounts.numerals import cardinal, decimal
from model_server.text.english.technical.latex_names import FUNCTIONS
from model_server.text.english.technical.parts import characters, name, said
from model_server.text.english.technical.reading import before, found, opens
from model_server.text.english.tokens import Found, Kind, Manner, Token, letters

_FACTORIAL = re.compile(r"!(?= ?[=*/+·×)^-](?:\s|\w|\()|\)| ?[≈≤≥])")
_SURELY_FACTORIAL = re.compile(r"(?:(?<![\w'.])[nk]|\([a-z0-9] ?[-+−] ?[a-z0-9]\))\Z")
_FACTORIAL_OF = re.compile(r"(?<![\w.])(?:[a-z]|\d{1,3}|\))\Z")
_NEGATIVE = re.compile(r"-[a-z](?=[²³^]| ?[±+*] ?[\w(√]|\)|;)")
_ALONE = re.compile(r"(?:\A|[(=]) ?\Z")
_ELSE = re.compile(r"\w [?:] \Z")  # "x > 0 ? x : -x"
_LETTER = re.compile(r"-[a-z](?![\w-])")
_DIVIDED = re.compile(r"(?<=[=(] )-[a-z](?=/[\w(])|(?<=[=(])-[a-z](?=/[\w(])")
_PRODUCT = re.compile(r"(\d{1,3})((?!st|nd|rd|th)[a-z]{2})(?=\)| ?[-+=*/²³^]|\s*\Z)")
_SUM_BEFORE = re.compile(r"(?:[²³)]|(?<![\w.])[a-z0-9])(?: [-+−±] |[-+−±])\Z")
_DERIVATIVE = re.compile(r"(d[a-z])/d[a-z](?!\w)")
_FUNCTION = re.compile(r"(sin|cos|tan) (?=[b-hj-zα-ω](?!\w))")
_PRIME = re.compile(r"[a-z](''?)(?:\(([a-z])\)|(?= ?[=+] ?[\w(]))")
_ABSOLUTE = re.compile(
    r"\|(-?[A-Za-z](?: ?[-+−∪∩] ?[A-Za-z0-9]{1,3})?|[-−]\d{1,6}(?:\.\d{1,6})?)\|(?:(?![|\w])|(?=\|[A-Za-z]\|)|(?=cos|sin))"
)
_LENGTH = re.compile(r"\|[A-Za-z]\|\Z")
_JOINING = {"+": "plus", "-": "minus", "−": "minus", "∪": "union", "∩": "intersection"}
_NOT = re.compile(r"!(?=!?[A-Za-z_(])")
_NOT_ALONE = re.compile(r"\A!\(|\A!{1,2}[A-Za-z_]\w{0,40}+(?:\.\w{1,40})?(?:\(\))?(?:;?\Z| (?:&&|\|\||[=!]=|\?) )")
_NOT_BEHIND = re.compile(r"(?:&&|\|\||[(=!,?:`]|\b(?:if|while|return|and|or|unless|assert)) ?\Z")
_LESS_ONE = re.compile(r"([a-z]|(?<=[(;] )[a-z]{2,12})--(?=[;)\],]|\s*\Z)")
_CODE_POINT = re.compile(r"U\+([0-9A-F]{4,6})(?!\w)")
_CLASS = re.compile(r"\[(\^?)((?:\w-\w|\\?[\w.+%@/#_-]){1,16}?)\]([+*?]|\{\d{1,3}(?:,\d{0,3})?\})?(?![\w(])")
_RANGE = re.compile(r"(\w)-(\w)|\\(\w)|(.)", re.DOTALL)
_REPEATED = {"+": "plus", "*": "star", "?": "question mark"}
_ANYTHING = re.compile(r"\.[*+]\??(?=[\s,;:)'\"`]|\Z)")
_BOX = re.compile(r"\[([ xX✓]?)\](?= \S)")
_BULLET = re.compile(r"(?:\A|\n)[ \t]{0,8}(?:[-*+]|\d{1,3}[.)])? ?\Z")
_CLASS_SIGNS = {
    "_": "underscore",
    ".": "dot",
    "-": "dash",
    "+": "plus",
    "%": "percent",
    "@": "at",
    "/": "slash",
    "#": "hash",
}


def factorial(text: str, at: int, manner: Manner) -> Found | None:
    """The exclamation mark of "5! = 120"."""
    if text[at] != "!" or text[at + 1 : at + 2] == "!":
        return None
    behind = before(text, at, 8)
    if not _SURELY_FACTORIAL.search(behind) and not (_FACTORIAL.match(text, at) and _FACTORIAL_OF.search(behind)):
        return None
    return found(at + 1, said("factorial", at, at + 1, manner))


def negative(text: str, at: int, manner: Manner) -> Found | None:
    """The minus of the "-b" of "-b ± c": no option of a command."""
    if text[at] != "-":
        return None
    behind = before(text, at, 4)
    alone = (_NEGATIVE.match(text, at) or _DIVIDED.match(text, at)) and _ALONE.search(behind)
    if not alone and not (_ELSE.search(behind) and _LETTER.match(text, at)):
        return None
    return Found(at + 2, (*said("minus", at, at + 1, manner), letters(text[at + 1], at + 1, at + 2)))


def less(text: str, at: int, manner: Manner) -> Found | None:
    """The minus before a product: that of "b² - 4ac"."""
    if text[at] not in "-−" or text[at + 1 : at + 2] != " " or not _SUM_BEFORE.search(before(text, at + 2, 4)):
        return None
    return found(at + 1, said("minus", at, at + 1, manner)) if _PRODUCT.match(text, at + 2) else None


def product(text: str, at: int, manner: Manner) -> Found | None:
    """A number and two variables in a sum: the "4ac" of "b² - 4ac"."""
    written = _PRODUCT.match(text, at)
    if not written or not _SUM_BEFORE.search(before(text, at, 4)):
        return None
    tokens = [*said(cardinal(written[1], manner.british), *written.span(1), manner)]
    return Found(written.end(), (*tokens, *(letters(text[i], i, i + 1) for i in range(written.end(1), written.end()))))


def derivative(text: str, at: int, manner: Manner) -> Found | None:
    """A derivative: "dy/dx"."""
    if text[at] != "d" or (at and text[at - 1].isalnum()) or not (written := _DERIVATIVE.match(text, at)):
        return None
    over = written.end(1)
    tokens = [letters(text[at:over], at, over), *said("over", over, over + 1, manner)]
    return Found(written.end(), (*tokens, letters(text[over + 1 : written.end()], over + 1, written.end())))


def function_of(text: str, at: int, manner: Manner) -> Found | None:
    """A function and its variable: "sin x", "cos θ"."""
    if text[at] not in "cst" or (at and text[at - 1].isalpha()) or not (written := _FUNCTION.match(text, at)):
        return None
    return found(written.end(1), said(FUNCTIONS[written[1]], *written.span(1), manner))


def prime(text: str, at: int, manner: Manner) -> Found | None:
    """A function's derivative: "f'(x)", "y' = 2"."""
    if (at and (text[at - 1].isalnum() or text[at - 1] in "'_")) or not (written := _PRIME.match(text, at)):
        return None
    marks = "double prime" if written[1] == "''" else "prime"
    tokens = [letters(text[at], at, at + 1), *said(marks, *written.span(1), manner)]
    if written[2]:
        tokens += said("of", written.start(2) - 1, written.start(2), manner)
        tokens.append(letters(written[2], *written.span(2)))
    return Found(written.end(), tuple(tokens))


def absolute(text: str, at: int, manner: Manner) -> Found | None:
    """A variable or a number between bars: "|x|"."""
    if (
        text[at] != "|"
        or (at and text[at - 1] == "|" and not _LENGTH.search(before(text, at, 3)))
        or not (written := _ABSOLUTE.match(text, at))
    ):
        return None
    tokens = [*said("the absolute value of", at, at + 1, manner)]
    for part in re.finditer(r"[A-Za-z]|\d+(?:\.\d+)?|[-+−∪∩]", written[1]):
        start, end = written.start(1) + part.start(), written.start(1) + part.end()
        if part.group().isalpha():
            tokens.append(letters(part.group(), start, end))
        elif part.group() in _JOINING:
            tokens += said(_JOINING[part.group()], start, end, manner)
        else:
            tokens += said(_number(part.group(), manner), start, end, manner)
    return Found(written.end(), tuple(tokens))


def _number(written: str, manner: Manner) -> str:
    whole, point, fraction = written.partition(".")
    return decimal(whole, fraction, manner.british) if point else cardinal(whole, manner.british)


def negation(text: str, at: int, manner: Manner) -> Found | None:
    """The exclamation mark of "x && !y"."""
    written = _NOT.match(text, at) if text[at] == "!" else None
    if not written or not (_NOT_BEHIND.search(before(text, at, 8)) or (at < 2 and _NOT_ALONE.match(text))):
        return None
    return found(at + 1, said("not", at, at + 1, manner))


def decrement(text: str, at: int, manner: Manner) -> Found | None:
    """A variable and the signs behind it: "i--;"."""
    if (at and (text[at - 1].isalnum() or text[at - 1] in "_'.")) or not (written := _LESS_ONE.match(text, at)):
        return None
    end = written.end(1)
    tokens = [*name(written[1], at, manner), *said("minus minus", end, written.end(), manner)]
    return Found(written.end(), tuple(tokens))


def code_point(text: str, at: int, manner: Manner) -> Found | None:
    """A character's number in Unicode: "U+1F600"."""
    if text[at] != "U" or not (written := _CODE_POINT.match(text, at)):
        return None
    tokens = [letters("U", at, at + 1), *said("plus", at + 1, at + 2, manner)]
    return Found(written.end(), (*tokens, *characters(written[1], at + 2, manner)))


def character_class(text: str, at: int, manner: Manner) -> Found | None:
    """A class of characters of a regular expression: "[a-z]+" is "A to Z plus"."""
    written = _CLASS.match(text, at)
    if not written or not re.search(r"[A-Za-z]-[A-Za-z]|\d-\d.*[A-Za-z]-[A-Za-z]|\\\w", written[2]):
        return None
    if not (
        written[3]
        or written[1]
        or re.search(r"\w-\w.*\w-\w", written[2])
        or re.search(r"[\\^(|`'\"]\Z", before(text, at, 1))
    ):
        return None
    return Found(written.end(), tuple(_class(written, manner)))


def _class(written: re.Match[str], manner: Manner) -> Iterator[Token]:
    base = written.start(2)
    if written[1]:
        yield from said("not", written.start(1), written.end(1), manner)
    for part in _RANGE.finditer(written[2]):
        start, end = base + part.start(), base + part.end()
        if part[1]:
            yield from characters(part[1], start, manner)
            yield from said("to", start + 1, start + 2, manner)
            yield from characters(part[2], start + 2, manner)
        elif part[3]:
            yield from said("backslash", start, start + 1, manner)
            yield from characters(part[3], start + 1, manner)
        elif part[4] in _CLASS_SIGNS:
            yield from said(_CLASS_SIGNS[part[4]], start, end, manner)
        else:
            yield from characters(part[4], start, manner)
    if written[3]:
        repeated = _REPEATED.get(written[3], "")
        start = written.start(3)
        yield from said(repeated, start, written.end(3), manner)
        if not repeated:
            yield Token(",", start, start + 1, Kind.MARK)
            for count in re.finditer(r"\d+", written[3]):
                yield from said(cardinal(count.group()), start + count.start(), start + count.end(), manner)


def anything(text: str, at: int, manner: Manner) -> Found | None:
    """The ".*" of a regular expression."""
    if text[at] != "." or not opens(text, at) or not (written := _ANYTHING.match(text, at)):
        return None
    return found(written.end(), said("dot " + _REPEATED[text[at + 1]], at, written.end(), manner))


def check_box(text: str, at: int, manner: Manner) -> Found | None:
    """The box before an item of a list of tasks: "- [ ] buy milk" is to do, "[x]" is done."""
    if text[at] != "[" or not (written := _BOX.match(text, at)) or not _BULLET.search(before(text, at, 16)):
        return None
    spoken = "done," if written[1].strip() else "to do,"
    return found(written.end(), said(spoken, at, written.end(), manner))
