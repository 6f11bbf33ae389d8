"""Names of products, standards and techniques that have signs or numbers in them, and words that are names of programs."""

from __future__ import annotations

import re
from dataclasses import replace

from model_server.text.english.amounts.numerals import cardinal, digit_by_digit, plural
from model_server.text.english.technical.names import EVERYWHERE
from model_server.text.english.technical.parts import code_number, is_spelled, name, said, word_name
from model_server.text.english.technical.reading import before, closes, found
from model_server.text.english.technical.sounds import ERRNO
from model_server.text.english.tokens import Found, Manner, letters

_BRANDS = {
    "C++": "C plus plus",
    "c++": "C plus plus",
    "g++": "G plus plus",
    "Notepad++": "Notepad plus plus",
    "C#": "C sharp",
    "F#": "F sharp",
    "J#": "J sharp",
    "ASP.NET": "A S P dot net",
    "VB.NET": "V B dot net",
    ".NET": "dot net",
    "Node.js": "Node J S",
    "node.js": "node J S",
    "Next.js": "Next J S",
    "Vue.js": "View J S",
    "React.js": "React J S",
    "Three.js": "Three J S",
    "D3.js": "D three J S",
    "package.json": "package dot jason",
    "I/O": "I O",
    "TCP/IP": "TCP IP",
    "N/A": "N A",
    "n/a": "N A",
    "A/B": "A B",
    "A/C": "A C",
    "24x7": "twenty-four seven",
    "R&D": "R and D",
    "Q&A": "Q and A",
    "AT&T": "AT and T",
    "B&B": "B and B",
    "M&A": "M and A",
    "H&M": "H and M",
    "P&L": "P and L",
    "LaTeX": "lay-tech",
    "BibTeX": "bib tech",
    "s/he": "she or he",
    "FOO": "foo",
    "BAZ": "baz",
    "TeX": "tech",
    "VSCode": "VS code",
    "H.264": "H two sixty-four",
    "H.265": "H two sixty-five",
    "Wi-Fi": "why-fye",
    "wi-fi": "why-fye",
    "2FA": "two F A",
    "2D": "two D",
    "3D": "three D",
    "4D": "four D",
    "3G": "three G",
    "4G": "four G",
    "5G": "five G",
    "6G": "six G",
    "4K": "four K",
    "8K": "eight K",
    "2K": "two K",
    "1080p": "ten eighty P",
    "720p": "seven twenty P",
    "2160p": "twenty-one sixty P",
    "HTTP/2": "HTTP two",
    "HTTP/3": "HTTP three",
    "HTTP/1.1": "HTTP one point one",
    "HTTP/1.0": "HTTP one point zero",
    "x86-64": "X eighty-six sixty-four",
    "2>&1": "standard error to standard out",
    "#1": "number one",
    "YoY": "year over year",
    "QoQ": "quarter over quarter",
    "MoM": "month over month",
    "y/y": "year over year",
    "q/q": "quarter over quarter",
    "m/m": "month over month",
    "y/o": "year old",
    "d/b/a": "doing business as",
    "802.11": "eight oh two dot eleven",
    "802.11a": "eight oh two dot eleven A",
    "802.11b": "eight oh two dot eleven B",
    "802.11be": "eight oh two dot eleven B E",
    "802.11g": "eight oh two dot eleven G",
    "802.11n": "eight oh two dot eleven N",
    "802.11ac": "eight oh two dot eleven A C",
    "802.11ax": "eight oh two dot eleven A X",
    "*/*": "star slash star",
    "a.out": "A dot out",
    "*args": "star args",
    "**kwargs": "star star K W args",
    "**options": "star star options",
    "*rest": "star rest",
    "km/h": "kilometers per hour",
    "m/s": "meters per second",
    "gr8": "great",
    "l8r": "later",
    "m8": "mate",
    "str8": "straight",
    "2nite": "tonight",
    "2moro": "tomorrow",
    "4ever": "forever",
}
_BRAND = re.compile("|".join(re.escape(brand) for brand in sorted(_BRANDS, key=len, reverse=True)))


BEGINS = "".join(sorted({brand[0] for brand in _BRANDS}))


def brand(text: str, at: int, manner: Manner) -> Found | None:
    """Names that have signs in them: "C++", ".NET", "TCP/IP"."""
    if (at and (text[at - 1].isalnum() or text[at - 1] in "_.$€£/-")) or not (written := _BRAND.match(text, at)):
        return None
    end = written.end()
    if not closes(text, end) or (text[end : end + 1] in ("/", "+", "-") and text[end + 1 : end + 2].isalnum()):
        return None
    pause = "," if written.group().startswith("HTTP/") and _ANSWER.match(text, end) else ""
    return found(end, said(_BRANDS[written.group()] + pause, at, end, manner))


_ANSWER = re.compile(r" [1-5]\d\d(?!\w)")
_COUNTDOWN = re.compile(r"T-(?=[0-9]{1,4}[ ]?(?:s|sec|seconds?|min|minutes?|h|hours?|days?)\b)")
_MODEL = re.compile(
    r"(?!GMT|UTC)([A-Za-z]{1,12}\d{0,3})(?:-\d{1,5}(?:\.\d{1,3})?[A-Za-z]{0,2}(?!\w)){1,3}(?!%|[.,:/]\d)"
)
_MODEL_PART = re.compile(r"-(\d+)(?:\.(\d+))?([A-Za-z]*)")
_YEAR_LENGTH = 4


def model(text: str, at: int, manner: Manner) -> Found | None:
    """Letters, a hyphen and a number: "UTF-8", "GPT-4", "COVID-19"; of "mid-1990s" only the word."""
    if not text[at].isalpha() or (at and (text[at - 1].isalnum() or text[at - 1] in "_.-'@#$")):
        return None
    if _COUNTDOWN.match(text, at):
        return Found(at + 2, (letters("T", at, at + 1), *said("minus", at + 1, at + 2, manner)))
    if not (written := _MODEL.match(text, at)):
        return None
    base = written[1]
    if base.isalpha() and base.islower() and (len(base) == 1 or not is_spelled(base, manner)):
        return None
    parts = list(_MODEL_PART.finditer(text, written.end(1), written.end()))
    if base[1:].islower() and base.isalpha() and len(parts[0][1]) == _YEAR_LENGTH:  # December-2024
        return None
    tokens = list(name(base, at, manner))
    for part in parts:
        tokens += said(_model_number(part[1]), *part.span(1), manner)
        if part[2]:
            tokens += said(f"point {digit_by_digit(part[2])}", part.start(2) - 1, part.end(2), manner)
        if part[3] == "s":  # "F-16s"
            tokens[-1] = replace(tokens[-1], text=plural(tokens[-1].text), end=part.end(3))
        elif part[3]:
            tokens.append(letters(part[3], *part.span(3)))
    return Found(written.end(), tuple(tokens))


def _model_number(digits: str) -> str:
    """Return 12700 as "twelve seven hundred", others as numbers that count nothing."""
    if len(digits) == _YEAR_LENGTH + 1 and digits.endswith("00") and digits[0] != "0" and digits[2] != "0":
        return f"{cardinal(digits[:2])} {cardinal(digits[2:])}"
    return code_number(digits)


_EDITOR = re.compile(r"vi(?![\w'-]|\. ?[a-z\d])")
_EDITOR_BEHIND = re.compile(
    r"(?:\b(?:in|with|use|uses|using|or|of|sudo|via|open|run|start|like|and|quit|exit|learn)|[|&$#;]) \Z"
)


def editor(text: str, at: int, manner: Manner) -> Found | None:
    """The editor vi, which is no number six."""
    if text[at] != "v" or not _EDITOR.match(text, at) or not _EDITOR_BEHIND.search(before(text, at, 10)):
        return None
    return Found(at + 2, (letters("vi", at, at + 2),))


_PROSE_WORD = re.compile(r"[A-Za-z]{2,14}+(?!\w|'(?!s\b))|(?<=')[A-Za-z]{2,14}+(?=')")


def known_word(text: str, at: int, manner: Manner) -> Found | None:
    """A word of prose that is the name of a program or a format: "nginx", "JSON"."""
    if not (written := _PROSE_WORD.match(text, at)) or (at and text[at - 1].isalnum()):
        return None
    word = written.group()
    if word == "VS" and text.startswith(("VS Code", "VS 20"), at):  # no "versus"
        return Found(at + 2, (letters("VS", at, at + 2),))
    if word[0] == "E" and word in ERRNO:
        return found(written.end(), said(f"E {ERRNO[word]}", at, written.end(), manner))
    if word.lower() not in EVERYWHERE and not word.islower():
        return None
    spoken = word_name(word)
    return found(written.end(), said(spoken, at, written.end(), manner)) if spoken else None
