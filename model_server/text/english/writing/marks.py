"""Punctuation that is written more than once, or with other characters than Kokoro's: dashes, ellipses, quotes."""

from __future__ import annotations

import re

from model_server.text.english.tokens import Found, Kind, Manner, Token, words
from model_server.text.english.writing import near

_ELLIPSIS = re.compile(r"\.{3,}|\.(?: \.){2,8}|…[.…]*|\.\.(?=\s|\Z)")
_REPEATED = re.compile(r"[!?‽]{2,20}|[,;:]{2,20}(?=\s|\Z)|[!?]\.(?=\s|\Z)|,\.(?=\s|\Z)")
_DASH = re.compile(r"-{2,3}(?!-)|–{1,3}|—{2,3}|―{1,3}|⸺|⸻")
_TIME_BEFORE = re.compile(r"\b(?:noon|midnight|dawn|dusk|BCE?|B\.C\.)\Z", re.IGNORECASE)
_TIME_AFTER = re.compile(r"[0-9]|(?:noon|midnight|dawn|dusk|AD|A\.D\.|CE)\b", re.IGNORECASE)
_PLACE = re.compile(r"([A-Z])([0-9]{1,2})(?!\w)")
_PLACE_BEFORE = re.compile(r"(?<!\w)([A-Z])([0-9]{1,2})\Z")
_TO_NUMBER = re.compile("#[0-9]")
_AIRPORT = re.compile(r"[A-Z]{3}(?!\w)")
_AIRPORT_BEFORE = re.compile(r"(?<!\w)[A-Z]{3}\Z")
_HYPHEN = re.compile(r"[-−‐]")
_QUOTE_LENGTH = 150  # characters within which a single quotation mark is looked for

# Words that lost their beginning: written behind an apostrophe -> shown, phonemes where the lexicons have none.
_ELIDED: dict[str, tuple[str, str | None]] = {
    "tis": ("'tis", "tˈɪz"),
    "twas": ("'twas", "twˈʌz"),
    "twere": ("'twere", "twˈɜɹ"),
    "twill": ("'twill", "twˈɪl"),
    "em": ("'em", "əm"),
    "til": ("till", None),
    "till": ("till", None),
    "cause": ("'cause", "kʌz"),
    "cos": ("'cause", "kʌz"),
    "cuz": ("'cause", "kʌz"),
    "coz": ("'cause", "kʌz"),
    "bout": ("'bout", "bˈWt"),
    "round": ("'round", "ɹˈWnd"),
    "neath": ("'neath", "nˈiθ"),
    "fraid": ("'fraid", "fɹˈAd"),
    "nuff": ("'nuff", "nˈʌf"),
    "kay": ("'kay", "kˈA"),
    "gainst": ("'gainst", "ɡˈɛnst"),
    "cept": ("'cept", "sˈɛpt"),
    "nother": ("'nother", "nˈʌðəɹ"),
    "sup": ("'sup", "sˈʌp"),
    "tude": ("'tude", "tˈud"),
    "n": ("and", "ən"),
    "ere": ("here", None),
    "ello": ("hello", None),
    "ave": ("have", None),
    "im": ("him", None),
    "er": ("her", None),
    "ome": ("home", None),
}
_ELIDED_WORD = re.compile(r"'([a-z]{1,6})(?![\w])('?)", re.IGNORECASE)
_OPENING = re.compile(r"(?:\A|[\s(\[{“\"—–-])'(?!\d\ds?\b)(?=[\w$£€(\[“\"…])")
_CLOSING = re.compile(r"(?<=[\w.,;:!?…)\]%”\"-])'(?!\w)")
_GOES_ON = re.compile(r"[ \n][a-z]")
_BEFORE_OPENING = " \n\t([{“-—–/="
_ENDING_IN_BRACKETS = re.compile(r"\((?:s|es|ies|d|ed|[+−-])\)(?!\w)")
_COPYRIGHT = re.compile(r"\([cC]\)(?= ?(?:\d{4}|[A-Z]\w+ \d{4}|Copyright))")
_TRADEMARK = re.compile(r"\((tm|TM|r|R)\)")
_LEFT_OUT = re.compile(r"[\[(](?:\.\.\.|…)[\])]")


def ellipsis(text: str, at: int, manner: Manner) -> Found | None:
    """Read dots as one mark."""
    found = _ELLIPSIS.match(text, at)
    if found is None or (found.end() == at + 1):
        return None
    if found.group() == "..":
        return Found(found.end(), (Token(".", at, found.end(), Kind.MARK),))
    return Found(found.end(), (Token("…", at, found.end(), Kind.MARK),))


def repeated(text: str, at: int, manner: Manner) -> Found | None:
    """Read "!!!" as "!", "?!?!" as "?!"."""
    found = _REPEATED.match(text, at)
    if found is None:
        return None
    written = found.group().replace("‽", "?!")
    if "?" in written:
        tokens = [Token("?", at, found.end(), Kind.MARK, space="!" not in written)]
        tokens += [Token("!", at, found.end(), Kind.MARK)] if "!" in written else []
        return Found(found.end(), tuple(tokens))
    mark = next(mark for mark in "!;:.," if mark in written)
    return Found(found.end(), (Token(mark, at, found.end(), Kind.MARK),))


def dash(text: str, at: int, manner: Manner) -> Found | None:
    """Read two hyphens, and one between blanks, as a dash; at the text's beginning it is a list's."""
    if text[at] in "-–" and _is_span(text, at):
        return Found(at + 1, words("to", at, at + 1))
    found = _DASH.match(text, at)
    lone = found is None
    if found is None and (found := _HYPHEN.match(text, at)) is None:
        return None
    before, after = text[max(0, at - 2) : at], text[found.end() : found.end() + 2]
    if not text[max(0, at - 8) : at].strip() or not text[found.end() : found.end() + 8].strip():
        return Found(found.end(), ()) if not lone or not before.strip() else None
    if lone:
        if not (before[-1].isspace() and after[0].isspace()) and found.group() != "–":
            return None
        if before.strip(" \n-") == "" or not before.strip():
            return None
    elif len(found.group()) == 1 and before[-1:].isalnum() and after[:1].isalnum() and found.group() in "–":
        return _between(text, at, found.end())
    return Found(found.end(), (Token("—", at, found.end(), Kind.MARK),))


def _is_span(text: str, at: int) -> bool:
    """Return whether a dash leads from one place or time to another: "noon–1pm", "300 BC–AD 200", "Q1-Q3", "#1-#500"."""
    after, before = at + 1, text[max(0, at - 12) : at]
    if _TO_NUMBER.match(text, after):
        return before[-1:].isdigit()
    if _TIME_AFTER.match(text, after) and _TIME_BEFORE.search(before):
        return True
    first, last = _PLACE_BEFORE.search(before), _PLACE.match(text, after)
    return bool(first and last and first[1] == last[1] and int(first[2]) < int(last[2]))


def _between(text: str, at: int, end: int) -> Found:
    """Read an en dash between words: "the Paris–London train" is one thing, no pause; "LHR–JFK" has "to"."""
    if _AIRPORT.match(text, end) and _AIRPORT_BEFORE.search(text[max(0, at - 4) : at]):
        return Found(end, words("to", at, end))
    return Found(end, ())


def quote(text: str, at: int, manner: Manner) -> Found | None:
    """Read straight quotation marks, double and single, and apostrophes in front of words."""
    if text[at] == "'":
        return _single(text, at)
    if text[at] == "`" and text[at : at + 2] == "``":
        return Found(at + 2, (Token("“", at, at + 2, Kind.MARK),))
    if text[at] == '"':
        return Found(at + 1, (Token(_double(text, at), at, at + 1, Kind.MARK),))
    return None


def _double(text: str, at: int) -> str:
    before, after = text[at - 1 : at] if at else " ", text[at + 1 : at + 2]
    if not after or (after.isspace() and not before.isspace()):
        return "”"
    if before.isspace() and after.isspace():
        return "”" if text.count('"', max(0, at - _QUOTE_LENGTH), at) % 2 else "“"
    if before in _BEFORE_OPENING or (before in "'" and not text[max(0, at - 2) : at - 1].strip()):
        return "“"
    return "”" if not after.isalnum() or text.count('"', max(0, at - _QUOTE_LENGTH), at) % 2 else "“"


def _single(text: str, at: int) -> Found | None:
    if text.startswith("''", at):
        mark = "“" if text[at + 2 : at + 3].isalnum() and (not at or text[at - 1].isspace()) else "”"
        return Found(at + 2, (Token(mark, at, at + 2, Kind.MARK),))
    before = text[at - 1 : at]
    elided = _ELIDED_WORD.match(text, at)
    if elided and not near.joins(before or " ") and (said := _elision(text, at, elided)) is not None:
        return said
    if _OPENING.match(text, max(0, at - 1), at + 6) or (at == 0 and _OPENING.match(text, 0, 6)):
        if _CLOSING.search(text, at + 1, at + _QUOTE_LENGTH):
            return Found(at + 1, (Token("“", at, at + 1, Kind.MARK),))
        return Found(at + 1, ())
    if before == "s" and _GOES_ON.match(text, at + 1) and _CLOSING.search(text, at + 1, at + _QUOTE_LENGTH):
        return Found(at + 1, ())  # the dogs' food, within a quotation
    if _CLOSING.match(text, at) and _is_open(text, at):
        return Found(at + 1, (Token("”", at, at + 1, Kind.MARK),))
    return Found(at + 1, ())


def _elision(text: str, at: int, elided: re.Match[str]) -> Found | None:
    word = elided.group(1).lower()
    if word not in _ELIDED:
        return None
    end = elided.end(1)
    quoted = elided.group(2) and word != "n"
    if quoted or (word in ("round", "cause", "till", "er", "im", "sup", "ere", "ave") and _closes(text, end)):
        return None
    end = elided.end() if word == "n" else end
    shown, phonemes = _ELIDED[word]
    return Found(end, tuple(Token(part, at, end, phonemes=phonemes) for part in (near.like(elided.group(1), shown),)))


def _closes(text: str, at: int) -> bool:
    """Return whether a single quotation mark closes soon, so that an apostrophe before a word opens a quotation."""
    return _CLOSING.search(text, at, at + 60) is not None


def _is_open(text: str, at: int) -> bool:
    """Return whether a single quotation mark is open at `at`."""
    begin = max(0, at - _QUOTE_LENGTH)
    depth = 0
    for found in re.finditer("'", text[begin:at]):
        place = begin + found.start()
        if _OPENING.match(text, max(0, place - 1), place + 6) or (place == 0 and _OPENING.match(text, 0, 6)):
            depth = 1
        elif _CLOSING.match(text, place) and text[place - 1] != "s":
            depth = 0
    return depth > 0


def plural_in_brackets(text: str, at: int, manner: Manner) -> Found | None:
    """Leave out the "(s)" of "item(s)"."""
    found = _ENDING_IN_BRACKETS.match(text, at)
    if found is None or not at or not text[at - 1].isalpha():
        return None
    return Found(found.end(), ())


def copyright_in_brackets(text: str, at: int, manner: Manner) -> Found | None:
    """Read "(c) 2024", "(tm)", "[...]"."""
    if found := _COPYRIGHT.match(text, at):
        return Found(found.end(), words("copyright", at, found.end()))
    if (found := _TRADEMARK.match(text, at)) and at and text[at - 1].isalpha():
        said = "trademark" if found.group(1).lower() == "tm" else "registered"
        return Found(found.end(), words(said, at, found.end()))
    if found := _LEFT_OUT.match(text, at):
        return Found(found.end(), (Token("…", at, found.end(), Kind.MARK),))
    return None
