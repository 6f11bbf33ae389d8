"""Numbers as the British read some: runs and wickets, "a 2:1 from Leeds", "24.5p/kWh", "9.30 to 17.00", "7.30 for 8pm"."""

from __future__ import annotations

import re
from collections.abc import Callable

from model_server.text.english.amounts import units
from model_server.text.english.amounts.numerals import cardinal, decimal
from model_server.text.english.amounts.speech import Part, found, look_back
from model_server.text.english.amounts.times import minutes
from model_server.text.english.tokens import Found

_HOUR = r"([01]?[0-9]|2[0-3])\.([0-5][05])"
_AHEAD = 48  # characters that are looked on
_NOT_OUT = re.compile(r"([1-9][0-9]{0,2})\*(?=[,;.) ]|\Z)")
_BATSMAN = re.compile(r"\b[A-Z][a-z]{2,15}[ ]\Z")
_OTHERS = re.compile(r",?[ ](?:and[ ])?[A-Z][a-z]{2,15}[ ][0-9]{1,3}\b")
_INVITED = re.compile(rf"{_HOUR}(?=[ ]for[ ][0-9]{{1,2}}(?:\.[0-9]{{2}})?[ ]?[ap]?\.?m?\b)")
_DEGREE = re.compile(r"2:([12])(?=[ ](?:in|from|at|degree|honours)\b|[.,;!?]|\Z)")
_GRADUATE = re.compile(r"\b(?:a|her|his|my|their|good|solid)[ ]\Z")
_TOTAL = re.compile(r"([0-9]{2,3})([–/-])(10|[0-9])(?![\w%]|[–./:-][0-9])")
_DECLARED = re.compile(r"([0-9]{2,3})([ ]for[ ]|[–/-])(10|[0-9])([ ]dec(?:\b\.?))")
_TAKEN = re.compile(r"(10|[1-9])([–/-])([0-9]{1,3})(?![\w%]|[–./:-][0-9])")
_BOWLED = re.compile(r"\b(?:took|takes|taking|figures[ ]of|returned|claimed|finished[ ]with|best[ ]of)[ ]\Z")
_CRICKET = re.compile(
    r"\b(?:stumps|tea|lunch|overs?|wickets?|wkts?|ovs|declared|innings|bowled|batted|batting|not out|all out|Ashes|crease)\b"
)
_PENCE = re.compile(r"([0-9]{1,3})\.([0-9]{1,2})p(?![A-Za-z0-9])")
_OPEN = re.compile(rf"{_HOUR}([ ]?(?:to|until|till|[–-])[ ]?){_HOUR}(?![0-9A-Za-z%]|[.,][0-9])")
_HOURS = re.compile(
    r"\b(?:opens?|opening|hours|daily|weekdays?|weekends?|doors|(?:Mon|Tue|Tues|Wed|Thu|Thur|Thurs|Fri|Sat|Sun)(?:s?days?|nesdays?|rsdays?|urdays?)?s?"
    r"|every day|lessons?|sessions?|class(?:es)?|surgery)\b(?:[ ,:–&-]{1,3}(?:from|are|is|at|between|daily|to|and|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6})){0,4}[:,]?[ ]?\Z",
    re.IGNORECASE,
)


def _degree(written: re.Match[str]) -> Found | None:
    """Read what a graduate got: "a 2:1 from Leeds"."""
    if not _GRADUATE.search(look_back(written.string, written.start())):
        return None
    return found(written.end(), ("two", written.start(), written.start(1)), (cardinal(written[1]), *written.span(1)))


def _is_cricket(written: re.Match[str]) -> bool:
    around = written.string[max(0, written.start() - _AHEAD) : written.end() + _AHEAD]
    return _CRICKET.search(around) is not None


def _total(written: re.Match[str]) -> Found | None:
    """Read "287-6": runs for so many wickets."""
    plain = written[2] == "/" and len(written[1]) == 3 and written[3] != "2"
    if int(written[1]) <= int(written[3]) or not (plain or _is_cricket(written)):
        return None
    return found(
        written.end(),
        (cardinal(written[1], british=True), *written.span(1)),
        ("for", *written.span(2)),
        (cardinal(written[3]), *written.span(3)),
    )


def _declared(written: re.Match[str]) -> Found:
    total = cardinal(written[1], british=True)
    return found(
        written.end(),
        (total, *written.span(1)),
        ("for", *written.span(2)),
        (cardinal(written[3]), *written.span(3)),
        ("declared", *written.span(4)),
    )


def _taken(written: re.Match[str]) -> Found | None:
    """Read "5-42": wickets for so many runs."""
    if not _BOWLED.search(look_back(written.string, written.start())) or not _is_cricket(written):
        return None
    return found(
        written.end(),
        (cardinal(written[1]), *written.span(1)),
        ("for", *written.span(2)),
        (cardinal(written[3], british=True), *written.span(3)),
    )


def _pence(written: re.Match[str]) -> Found:
    parts: list[Part] = [(f"{decimal(written[1], written[2], british=True)} pence", *written.span())]
    rate = units.rate(written.string, written.end(), british=True)
    end = rate[0] if rate else written.end()
    if rate:
        parts.append((rate[1], written.end(), end))
    return found(end, *parts)


def _opening(written: re.Match[str]) -> Found | None:
    """Read "9.30 to 17.00" where hours are told."""
    if not _HOURS.search(look_back(written.string, written.start())):
        return None
    low, high = _clock(written[1], written[2]), _clock(written[4], written[5])
    return found(
        written.end(),
        (low, written.start(), written.end(2)),
        ("to" if "t" not in written[3] else written[3].strip(), *written.span(3)),
        (high, written.start(4), written.end()),
    )


def _invited(written: re.Match[str]) -> Found:
    """Read "7.30 for 8pm"."""
    return found(written.end(), (_clock(written[1], written[2]), *written.span()))


def _clock(hour: str, minute: str) -> str:
    if minute == "00":
        return cardinal(hour) if int(hour) <= 12 else f"{cardinal(hour)} hundred"
    return f"{cardinal(hour)} {minutes(minute)}"


def _not_out(written: re.Match[str]) -> Found | None:
    """Read "Stokes 52*": he is still batting."""
    text, at = written.string, written.start()
    if not _BATSMAN.search(look_back(text, at)) or not (_OTHERS.match(text, written.end()) or _is_cricket(written)):
        return None
    return found(
        written.end(),
        (cardinal(written[1], british=True), *written.span(1)),
        ("not out", written.end(1), written.end()),
    )


Reader = Callable[[re.Match[str]], Found | None]

BRITISH: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (_DEGREE, _degree),
    (_DECLARED, _declared),
    (_TAKEN, _taken),
    (_TOTAL, _total),
    (_PENCE, _pence),
    (_OPEN, _opening),
    (_NOT_OUT, _not_out),
    (_INVITED, _invited),
)
