"""What programs report: levels of logs, marks that a compiler expected, answers of servers, places in a stack."""

from __future__ import annotations

import re

from model_server.text.english.amounts.numerals import cardinal
from model_server.text.english.technical.names import listed
from model_server.text.english.technical.parts import code_number, said
from model_server.text.english.technical.reading import before, closes, found, opens, read
from model_server.text.english.tokens import Found, Kind, Manner, Token

_QUOTED = re.compile(
    r"(['\"`‘“])([;:,.(){}\[\]<>/\\+*=&|!?@#$%^~_-]|->|=>|::|==|!=|<=|>=|&&|\|\||\.\.\.|\\[ntr0])(['\"`’”])"
    r"(?![\w])"
)
_QUOTE_PAIRS = ("''", '""', "``", "‘’", "“”", "`'")
_MARKS = {
    ";": "semicolon",
    ":": "colon",
    ",": "comma",
    ".": "dot",
    "(": "open parenthesis",
    ")": "close parenthesis",
    "{": "open brace",
    "}": "close brace",
    "[": "open bracket",
    "]": "close bracket",
    "<": "less than",
    ">": "greater than",
    "/": "slash",
    "\\": "backslash",
    "+": "plus",
    "*": "star",
    "=": "equals",
    "&": "ampersand",
    "|": "pipe",
    "!": "exclamation mark",
    "?": "question mark",
    "@": "at",
    "#": "hash",
    "$": "dollar",
    "%": "percent",
    "^": "caret",
    "~": "tilde",
    "_": "underscore",
    "-": "dash",
    "->": "arrow",
    "=>": "arrow",
    "::": "colon colon",
    "==": "equals equals",
    "!=": "not equals",
    "<=": "less than or equal to",
    ">=": "greater than or equal to",
    "&&": "and and",
    "||": "or or",
    "...": "dot dot dot",
    "\\n": "backslash N",
    "\\t": "backslash T",
    "\\r": "backslash R",
    "\\0": "backslash zero",
}
_LEVELS = {
    **{
        level: level.lower() for level in ("INFO", "ERROR", "WARNING", "FATAL", "CRITICAL", "NOTICE", "TRACE", "SEVERE")
    },
    "DEBUG": "debug",
    "WARN": "warn",
    "ERR": "error",
    "CRIT": "critical",
}
_LEVEL = re.compile(rf"(?:{'|'.join(sorted(_LEVELS, key=len, reverse=True))})(?![\w'-])")
LEVEL_BEGINS = "".join(sorted({level[0] for level in _LEVELS}))
_TIME = re.compile(r"(?:\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?|\d{9,13}) {1,4}\[?\Z")
_FAILED = re.compile(r"(?<=npm )ERR!(?=\s)")
_CLASS = re.compile(r"[1-5](xx|XX)(?!\w)")
_CODES = listed("301 302 303 304 307 308 400 401 402 403 404 405 406 408 409 410 418 422 429 500 501 502 503 504")
_ANSWER = re.compile(r"[345][0-2][0-9](s?)(?![\w%$€£:/°-]|[.,]\d)")
_ANSWERED = re.compile(
    r"(?i)\b(?:HTTP|[Ss]tatus(?: code)?[:=]?|(?:return|throw|send|respond|answer|give)(?:s|ed|ing)?(?: with)?)(?: an?)? \Z|\binstead of \Z|\ba \Z|\" \Z"
)
_BEHIND_ANSWER = re.compile(
    r"s|[ ]?[.,;:!?)]|\s*\Z|\s(?:from|on|when|if|for|and|or|but|because|instead|every|with|again|after|\d)\b"
)
_DIRECTIVE = re.compile(
    r"#(?=(?:include|define|undef|ifdef|ifndef|if|endif|else|elif|pragma|error|warning|import|region)\b)"
)
_SHORT_CODE = re.compile(r":([a-z][a-z0-9_]{1,30}|[+-]1):(?![\w`:])")
_THUMBS = {"+1": "thumbs up", "-1": "thumbs down"}
_BETWEEN = re.compile(r"\.{2,3}(?=[0-9a-f]{7,40}(?!\w))")
_COMMIT = re.compile(r"(?<!\w)[0-9a-f]{7,40}\Z")
_HUNK = re.compile(r"@@ -\d{1,7}(?:,\d{1,7})? \+(\d{1,7})(?:,\d{1,7})? @@")
_STACK = re.compile(r"\((?=[\w$/.-]{1,80}\.[a-z]{1,5}:\d)")
_POINTER = re.compile(r"-->(?= \S)")


def quoted_mark(text: str, at: int, manner: Manner) -> Found | None:
    """A mark between quotation marks: "expected ';'" is "expected semicolon"."""
    if not (written := _QUOTED.match(text, at)) or written[1] + written[3] not in _QUOTE_PAIRS:
        return None
    if at and (text[at - 1].isalnum() or text[at - 1] == written[1]):
        return None
    return found(written.end(), said(_MARKS[written[2]], at, written.end(), manner))


def level(text: str, at: int, manner: Manner) -> Found | None:
    """How grave an entry of a log is, behind its time: after a pause."""
    if (
        text[at] not in LEVEL_BEGINS
        or not (written := _LEVEL.match(text, at))
        or not (time := _TIME.search(before(text, at, 40)))
    ):
        return None
    tokens = [*said(_LEVELS[written.group()], at, written.end(), manner)]
    if not time.group().endswith("[") and "]" not in time.group():
        tokens = [Token(",", at, written.end(), Kind.MARK), *tokens]
    return Found(written.end(), tuple(tokens))


def failed(text: str, at: int, manner: Manner) -> Found | None:
    """What npm begins its errors with: "npm ERR!"."""
    if text[at] != "E" or not _FAILED.match(text, at):
        return None
    return found(at + len("ERR!"), said("error", at, at + len("ERR!"), manner))


def answer_class(text: str, at: int, manner: Manner) -> Found | None:
    """A class of a server's answers: "5xx" is "five X X"."""
    if not opens(text, at) or not (written := _CLASS.match(text, at)):
        return None
    return found(written.end(), said(f"{code_number(text[at])} X X", at, written.end(), manner))


def answer(text: str, at: int, manner: Manner) -> Found | None:
    """A server's answer that is named by its number: "returned a 503."."""
    written = _ANSWER.match(text, at)
    if not written or text[at : at + 3] not in _CODES or not opens(text, at):
        return None
    if not _BEHIND_ANSWER.match(text, at + 3) or not _ANSWERED.search(before(text, at)):
        return None
    return found(written.end(), said(code_number(text[at : at + 3]) + written[1], at, written.end(), manner))


def directive(text: str, at: int, manner: Manner) -> Found | None:
    """What C's preprocessor reads: "#include" is "hash include"."""
    if text[at] != "#" or before(text, at, 1).strip("\n `'\"") or not _DIRECTIVE.match(text, at):
        return None
    if at and text[at - 1] == " " and before(text, at, 2).strip():  # amid a sentence: a hashtag
        return None
    return found(at + 1, said("hash", at, at + 1, manner))


def short_code(text: str, at: int, manner: Manner) -> Found | None:
    """The name of an emoji between colons: ":tada:"."""
    if (at and text[at - 1].isalnum()) or not (written := _SHORT_CODE.match(text, at)):
        return None
    if not manner.emoji:
        return Found(written.end(), ())
    if spoken := _THUMBS.get(written[1]):
        return found(written.end(), said(spoken, at, written.end(), manner))
    return found(written.end(), read(text, *written.span(1), {}, manner))


def range_of_commits(text: str, at: int, manner: Manner) -> Found | None:
    """The two dots between commits: "a1b2c3d..d4e5f6a"."""
    if not _BETWEEN.match(text, at) or not _COMMIT.search(before(text, at, 41)):
        return None
    return found(at + 2, said("to", at, at + 2, manner))


def hunk(text: str, at: int, manner: Manner) -> Found | None:
    """Where a part of a patch belongs: "@@ -1,7 +1,8 @@" is "at line one"."""
    if text[at] != "@" or not (written := _HUNK.match(text, at)):
        return None
    return found(written.end(), said(f"at line {cardinal(written[1], manner.british)},", at, written.end(), manner))


def pointer(text: str, at: int, manner: Manner) -> Found | None:
    """The arrow before a place that a compiler points to, which nobody says."""
    written = _POINTER.match(text, at)
    if (
        not written
        or text[text.rfind("\n", max(0, at - 12), at) + 1 : at].strip()
        or (at > 12 and "\n" not in before(text, at, 12))
    ):
        return None
    return Found(written.end(), ())


def is_place_in_stack(text: str, at: int) -> bool:
    """Return whether a bracket names a place in a file rather than arguments: "run(Main.java:27)"."""
    return bool(_STACK.match(text, at)) and closes(text, at)
