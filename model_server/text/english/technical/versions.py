"""Versions and the numbers of standards, ports, models: numbers that count nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from model_server.text.english.amounts.numerals import cardinal, digit_by_digit, year
from model_server.text.english.technical.parts import code_number, name, said
from model_server.text.english.technical.reading import before, closes, found, opens
from model_server.text.english.tokens import Found, Kind, Manner, Token, letters

_SUFFIX = r"(?:[-+.]?(?:[A-Za-z]{1,12}(?:[.-]?\d{1,8})?|\d{1,8})){0,4}"
_VERSION = re.compile(
    rf"(?P<v>[vV]\.?)?(?P<numbers>\d{{1,5}}(?:\.(?:\d{{1,8}}|[x*](?!\w))){{1,5}})(?P<suffix>(?:[-+]|(?=[a-z])){_SUFFIX})?"
)
_SHORT = re.compile(r"v(\d{1,4})(?![\w.]*\w)")
_PART = re.compile(r"\d+|[A-Za-z]+|[.+*-]")
_DATE = re.compile(
    r"(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:1[5-9]|20)\d\d(?![\d.])|[0-3]\d\.[01]\d\.\d\d(?![\d.])"
    r"|(?:19|20)\d\d\.(?:0[1-9]|1[0-2])\.(?:0[1-9]|[12]\d|3[01])(?![\d.])"
    r"|(?:0?[1-9]|1[0-2])\.(?:1[3-9]|2\d|3[01])\.(?:19|20)\d\d(?![\d.])"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3}){2,}(?!\d)")
_PHONE = re.compile(r"\d{3}\.\d{3}\.\d{4}(?!\d)")

# Behind these, two numbers and a point are a version, not a decimal.
_VERSIONED = re.compile(
    r"(?i)\b(?:version|release|python|node|node\.js|ruby|rust|java|php|perl|django|ubuntu|debian|fedora|macos|ios|android|kernel|linux"
    r"|gcc|clang|cmake|go|golang|postgres|postgresql|mysql|redis|nginx|kubernetes|docker|openssl|numpy|pandas|pytorch|torch|cuda"
    r"|swift|kotlin|scala|typescript|react|vue|angular|rails|flask|protobuf|npm|pip|git|bash|vim|glibc|since|requires)"
    r"(?: version)?[ :-]?(?:[<>=~!^]{1,2} ?)?\Z"
)
_COMPARED = re.compile(r"(?:[<>=~!]=|\^)\Z")

# Behind these a number is read as a code: in pairs.
_NUMBERED = re.compile(
    r"(?i)\b(?:rfc|iso|iso/iec|iec|ieee|pep|http(?:/[123](?:\.[01])?)?|status|error|code|port|rtx|gtx|boeing|airbus|route|flight|interstate|din|ecma|bug"
    r"|issue|ticket|pr|kb|area|intel|amd|ryzen|cve|model|extension)(?: code| number| status)?(?:[ :#-]{1,2}|\": ?)\Z"
    r"|(?<=\s)(?:-[pP] |--port[ =])\Z"
)
_CODE = re.compile(r"#?(\d{3,5})(?![\w%$€£]|[.,:/-]\d)")
_STANDARD = re.compile(r"\b(?:ISO|IEC|DIN|EN|BS|ANSI|IEEE|ASTM|ISO/IEC)(?:[ /](?:EN|ISO|IEC|Std))?[ ]\Z")
_EDITION = re.compile(r"(\d{3,5})(?:-(\d{1,3}))?:((?:19|20)\d\d)(?![\w-])")
_STATUS = re.compile(
    r"[1-5]\d\d(?= (?:error|status|response|redirect|page not found|Not Found|Forbidden|Unauthorized|Internal Server|Bad "
    r"(?:Request|Gateway)|Service Unavailable|Gateway Time|Too Many Requests|Moved Permanently|No Content)\b)"
)
_IEEE = re.compile(r"802\.(\d{1,2})([a-z]{1,2})?(?!\w)")
_CVE = re.compile(r"(CVE|GHSA|CWE)-(\d{1,4})(?:-(\d{4,7}))?(?!\w)")


def version(text: str, at: int, manner: Manner) -> Found | None:
    """3.11.4, v2.0.0-rc1, 1.2.x; also 3.12 where it stands behind a name that has versions."""
    if not (text[at].isdecimal() or text[at] in "vV"):
        return None
    if text[at - 1 : at] in (*".,$€£",) and not text.startswith("..", at - 2):
        return None
    if text[at] in "vV" and at and text[at - 1].isalnum():
        return None
    if short := _SHORT.match(text, at):
        tokens = [*said("version", at, at + 1, manner), *said(cardinal(short[1]), at + 1, short.end(), manner)]
        return Found(short.end(), tuple(tokens))
    written = _VERSION.match(text, at)
    if not written or not closes(text, written.end()) or not _is_version(text, at, written):
        return None
    end = written.end()
    tokens = list(said("version", at, written.end("v"), manner)) if written["v"] and not _named(text, at) else []
    tokens += _numbers(text, written.start("numbers"), end, manner)
    return found(end, iter(tokens))


def _named(text: str, at: int) -> bool:
    return before(text, at).lower().rstrip().endswith(("version", "release"))


def _is_version(text: str, at: int, written: re.Match[str]) -> bool:
    numbers = written["numbers"]
    if written["v"]:
        return True
    if any(pattern.match(text, at) for pattern in (_DATE, _THOUSANDS, _PHONE)):
        return False
    suffix = written["suffix"] or ""
    if numbers.count(".") >= 2:
        return not suffix or suffix[0] in "-+" or bool(re.fullmatch(r"(?:a|b|rc|dev|post)\d*", suffix))
    if numbers.endswith(("x", "*")):
        return True
    if suffix:
        return bool(
            re.fullmatch(r"-?(?:alpha|beta|rc|dev|pre|post|alpine|slim|lts|jdk|snapshot|final|a|b)[.-]?\d{0,4}", suffix)
        ) and suffix not in (
            "a",
            "b",
        )
    return bool(_VERSIONED.search(before(text, at)) or _COMPARED.search(before(text, at, 3).rstrip()))


def _numbers(text: str, start: int, end: int, manner: Manner) -> Iterator[Token]:
    for part in _PART.finditer(text, start, end):
        spoken = part.group()
        if spoken == ".":
            if text[part.end() : part.end() + 1] in "x*0123456789" and not text[part.start() - 1].isalpha():
                yield from said("point", part.start(), part.end(), manner)
        elif spoken == "*":
            yield from said("star", part.start(), part.end(), manner)
        elif spoken == "+":
            yield from said("plus", part.start(), part.end(), manner)
        elif spoken.isdecimal():
            yield from said(_number(spoken, manner), part.start(), part.end(), manner)
        elif spoken != "-":
            yield from name(spoken, part.start(), manner)


def _number(digits: str, manner: Manner) -> str:
    if len(digits) > 4 or (len(digits) > 1 and digits.startswith("0")):
        return digit_by_digit(digits)
    return cardinal(digits, manner.british)


def numbered(text: str, at: int, manner: Manner) -> Found | None:
    """The number of a standard, a port, a status: "RFC 2616" is "twenty-six sixteen", "error 404" "four oh four"."""
    if not (text[at].isdecimal() or text[at] == "#") or not at or text[at - 1] not in " :#-":
        return None
    if not _NUMBERED.search(before(text, at)):
        return None
    if ieee := _IEEE.match(text, at):
        tokens = list(said(f"{code_number('802')} dot {cardinal(ieee[1])}", at, ieee.end(1), manner))
        for index, letter in enumerate(ieee[2] or "", ieee.end(1)):
            tokens.append(letters(letter, index, index + 1))
        return Found(ieee.end(), tuple(tokens))
    if not (code := _CODE.match(text, at)):
        return None
    return found(code.end(), said(code_number(code[1]), at, code.end(), manner))


def edition(text: str, at: int, manner: Manner) -> Found | None:
    """The number and year of a standard: "ISO 9001:2015" is "nine thousand one, twenty fifteen"."""
    if not text[at].isdecimal() or not _STANDARD.search(before(text, at)) or not (written := _EDITION.match(text, at)):
        return None
    number = cardinal(written[1]) if written[1][-3:-1] == "00" else code_number(written[1])  # 9001, 27001
    tokens = [*said(number, *written.span(1), manner)]
    if written[2]:
        tokens += said(cardinal(written[2]), *written.span(2), manner)
    comma = Token(",", written.end(2) if written[2] else written.end(1), written.start(3), Kind.MARK)
    return Found(written.end(), (*tokens, comma, *said(year(written[3]), *written.span(3), manner)))


def status(text: str, at: int, manner: Manner) -> Found | None:
    """The answer of a server, named before what it is: "a 404 error", "503 Service Unavailable"."""
    written = _STATUS.match(text, at)
    if not written or not opens(text, at):
        return None
    return found(written.end(), said(code_number(written.group()), at, written.end(), manner))


def advisory(text: str, at: int, manner: Manner) -> Found | None:
    """CVE-2024-1234: the year and the number apart."""
    if text[at] not in "CG" or not opens(text, at) or not (number := _CVE.match(text, at)):
        return None
    tokens = [letters(number[1], at, number.end(1)), *said(code_number(number[2]), *number.span(2), manner)]
    if number[3]:
        tokens.append(Token(",", number.end(2), number.end(2) + 1, Kind.MARK))
        tokens += said(code_number(number[3]), *number.span(3), manner)
    return Found(number.end(), tuple(tokens))
