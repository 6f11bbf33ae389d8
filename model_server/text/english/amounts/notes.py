"""Short notations of amounts: "PT5M", "2024-W05", "3Q24", "BP 120/80", "the 60th minute" as 60', "30c" for cents."""

from __future__ import annotations

import re

from model_server.text.english.amounts import times
from model_server.text.english.amounts.dates import compact
from model_server.text.english.amounts.names import DOORS
from model_server.text.english.amounts.numerals import cardinal, decimal, ordinal, pairs, year
from model_server.text.english.amounts.speech import Part, apart, attributive, before, ends, found, look_back
from model_server.text.english.tokens import Found, Manner, word_set

_LASTING = re.compile(
    r"P(?=[0-9]|T[0-9])(?:(?P<year>[0-9]{1,4})Y)?(?:(?P<month>[0-9]{1,4})M)?(?:(?P<week>[0-9]{1,4})W)?(?:(?P<day>[0-9]{1,5})D)?"
    r"(?:T(?:(?P<hour>[0-9]{1,5})H)?(?:(?P<minute>[0-9]{1,5})M)?(?:(?P<second>[0-9]{1,6})(?:[.,](?P<part>[0-9]{1,6}))?S)?)?(?![\w-])"
)
_FORMER = re.compile(r"P[0-9]{1,2}[DMWY]?(?!\w)")  # also the name of a priority, a part, a processor
_WEEK = re.compile(r"([12][0-9]{3})-W(0[1-9]|[1-4][0-9]|5[0-3])(?:-([1-7]))?(?![\w-])")
_STAMP = re.compile(
    r"(?P<date>(?:19|20)[0-9]{6})T(?P<hour>[01][0-9]|2[0-3])(?P<minute>[0-5][0-9])(?P<second>[0-5][0-9])?(?P<zone>Z|[+-][0-9]{4})?(?![0-9A-Za-z])"
)
_STRAND = re.compile(
    r"([35])['′](?:(?=[- ](?:[ACGTUN]{2,}|UTR|end\b|untranslated))|(?=-?(?: to [35]['′]|→))|(?<=[ACGTU]-\d')|(?<=to \d'))"
)
_PROCESSOR = re.compile(r"([1-9][0-9])([0-9]{2})X(3D)?(?![0-9A-Za-z/])")
_TIRE = re.compile(r"([123][0-9]5)/([2-9][05])(Z?R)([12][0-9])(?![0-9A-Za-z])")
_EITHER = re.compile(r"([1-9][0-9]{1,2})(/)(?=[1-9][0-9]{1,2}[ ]?(?:V|VAC|W|Hz|kHz|GB|TB|MHz|Mbps)(?![A-Za-z0-9]))")
_EYES = re.compile(
    r"(20)/(1[05]|[23457]0|25|100|200)(?=[ ](?:vision|eyesight|(?:in|with) [a-z ]{0,24}\b(?:eyes?|glasses|correction)\b))"
)
_BEAT = re.compile(r"([2-9]|12)/([248])(?=[ ](?:time|meter|metre|signature|beat|feel)\b|[.,;)\n]|\Z)")
_IN_MUSIC = re.compile(
    r"\b(?:BPM|bpm|waltz|march|jig|time signature|written|song|tune|music|tempo)\b.{0,16}\Z|[ ]in[ ]\Z"
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_QUARTER = re.compile(r"([1-4])Q[ ]?(?:FY)?'?((?:20)?[0-9]{2})(?![0-9A-Za-z])")
_HALF = re.compile(r"([12])H[ ]?'?(20[0-9]{2}|[0-9]{2})(?![0-9A-Za-z])")
_PRESSURE = re.compile(r"([1-2]?[0-9]{2})/([0-9]{2,3})(?![0-9A-Za-z/]|[.,][0-9])")
_PRESSED = re.compile(r"\b(?:BP|[Bb]lood pressure)(?:[ ](?:is|was|of|at|reading|to|today|readings?))?:?[ ]\Z")
_MINUTE = re.compile(r"([0-9]{1,3})['′](?:[ ]?\+[ ]?([0-9]{1,2})['′]?)?(?![A-Za-z0-9'\"″])")
_ADDED = re.compile(r"([0-9]{1,3})\+([0-9]{1,2})['′](?![A-Za-z0-9'\"″])")
_GAME = re.compile(
    r"\b(?:[Gg]oals?|scor(?:ed|es|er)|minute|booked|[Ss]ubs?(?:stitut\w+)?|(?:yellow|red|Yellow|Red) cards?|penalty|pen\.?|header|equali[sz]\w+|"
    r"kick-?off|half-?time|HT|FT|GOAL|sent off|injury|stoppage|offside|corner|own goal|winner|opener|hat-?trick)\b"
)
_WHICH = re.compile(r"\b(?:in|on|by|until|after|around|before) the \Z")
_MOST_MINUTES = 130
_CENTS = re.compile(r"([1-9][0-9]?)c(?![\w/²³°+-])")
_COSTS = word_set(
    "for cost costs costing at only just pay paid about under over worth another from by than to save saves saved of a the was is off"
)
_PRICED = re.compile(
    r"[ ](?:each|per|apiece|off|coins?|stamps?|a (?:pop|piece|pound|share|litre|liter|gallon|mile|word|minute|cup)|more|less)\b"
)
_BATTING = re.compile(r"\b(?:bat(?:s|ted|ting)?|hit(?:s|ting)?|slugging)[ ]\Z", re.IGNORECASE)
_AVERAGE = re.compile(r"\.([0-9]{3})(?![0-9%])")
# "1/250s", "1/250th of a second"
_SHUTTER = re.compile(
    r"1/([0-9]{2,4})(?:(?P<s>[ ]?s(?:ecs?)?(?![A-Za-z0-9]))|(?:th|st|nd|rd)?(?=[ ](?:of an?\b|sec(?:ond)?\b)))"
)
_LINES = re.compile(r"([0-9]{3,4})([pi])([0-9]{2,3})?(?![A-Za-z0-9])")
_ROUND = 5  # cents: coins are multiples of it


def match_note(text: str, at: int, manner: Manner) -> Found | None:
    """Read what begins with a digit."""
    if not apart(text, at):
        return None
    if stamp := _STAMP.match(text, at):
        return _stamp(stamp, manner)
    if week := _WEEK.match(text, at):
        return _week(week, manner)
    if (quarter := _QUARTER.match(text, at)) or (quarter := _HALF.match(text, at)):
        return _quarter(quarter, manner)
    if (pressure := _PRESSURE.match(text, at)) and _PRESSED.search(look_back(text, at)):
        parts = (_pairwise(pressure[1]), *pressure.span(1)), ("over", pressure.end(1), pressure.start(2))
        return found(pressure.end(), *parts, (_pairwise(pressure[2]), *pressure.span(2)))
    return _named(text, at, manner) or _minute(text, at) or _cents(text, at)


def _named(text: str, at: int, manner: Manner) -> Found | None:
    """Read a processor, a tire, what a device may be run with, and what `_rare` reads."""
    if (model := _PROCESSOR.match(text, at)) and (model[3] or model[2] != "00"):
        tail = f" {cardinal(model[3][0])} _{model[3][1]}" if model[3] else ""
        return found(model.end(), (f"{pairs(model[1] + model[2])} _X{tail}", *model.span()))
    if tire := _TIRE.match(text, at):
        said = f"{_pairwise(tire[1])} {cardinal(tire[2])} {'Z_R' if tire[3] == 'ZR' else '_R'} {cardinal(tire[4])}"
        return found(tire.end(), (said, *tire.span()))
    if either := _EITHER.match(text, at):  # "110/220V"
        return found(either.end(), (cardinal(either[1], manner.british), *either.span(1)), ("slash", *either.span(2)))
    for pattern in (_STRAND, _EYES, _BEAT):
        if written := pattern.match(text, at):
            return _rare(text, written)
    return None


def _rare(text: str, written: re.Match[str]) -> Found | None:
    """Read the end of a strand, "5'-ATG-3'", sight, "20/30 in the left eye", or a measure of music, "in 6/8"."""
    if written.re is _STRAND:
        return found(written.end(), (f"{cardinal(written[1])} prime", *written.span()))
    if written.re is _BEAT and not _IN_MUSIC.search(look_back(text, written.start())):
        return None
    first, second = written.span(1), written.span(2)
    return found(written.end(), (cardinal(written[1]), *first), (cardinal(written[2]), *second))


def _pairwise(digits: str) -> str:
    """Return "120" as one twenty."""
    if len(digits) < 3 or digits.endswith("00"):
        return cardinal(digits)
    return f"{cardinal(digits[0])} {'oh ' if digits[1] == '0' else ''}{cardinal(digits[1:])}"


def _week(week: re.Match[str], manner: Manner) -> Found:
    said = f"{year(week[1], manner.british)}, week {cardinal(week[2])}" + (
        f", {_DAYS[int(week[3]) - 1]}" if week[3] else ""
    )
    return found(week.end(), (said, *week.span()))


def _stamp(stamp: re.Match[str], manner: Manner) -> Found | None:
    """Read a timestamp of ISO 8601 without separators: "20240314T150926Z"."""
    if (date := compact(stamp["date"], manner.british)) is None:
        return None
    clock = f"{stamp['hour']}:{stamp['minute']}" + (f":{stamp['second']}" if stamp["second"] else "")
    zone = stamp["zone"] or ""
    said = times.timestamp(clock + zone, 0, manner)
    if said is None:
        return None
    start = stamp.start("hour")
    parts: list[Part] = [(part, start, stamp.end()) for part, _, _ in said[1]]
    return found(stamp.end(), (f"{date},", *stamp.span("date")), ("at", start - 1, start), *parts)


def _quarter(quarter: re.Match[str], manner: Manner) -> Found:
    """Read "3Q24" as third quarter, twenty twenty-four, "1H 2025" as first half."""
    span = "quarter" if quarter.re is _QUARTER else "half"
    full = quarter[2] if len(quarter[2]) == 4 else f"20{quarter[2]}"
    return found(quarter.end(), (f"{ordinal(quarter[1])} {span} {year(full, manner.british)}", *quarter.span()))


def _minute(text: str, at: int) -> Found | None:
    """Read the minute of a game: "Kane 45+2'", "a goal in the 60'"."""
    if added := _ADDED.match(text, at):
        parts = (cardinal(added[1]), *added.span(1)), ("plus", added.end(1), added.start(2))
        return found(added.end(), *parts, (f"{cardinal(added[2])} minutes", added.start(2), added.end()))
    written = _MINUTE.match(text, at)
    if written is None or int(written[1]) > _MOST_MINUTES:
        return None
    if not written[2] and not (_GAME.search(look_back(text, at)) or _GAME.match(text, written.end() + 1)):
        return None
    if written[2]:
        parts = (cardinal(written[1]), *written.span(1)), ("plus", written.end(1), written.start(2))
        return found(written.end(), *parts, (f"{cardinal(written[2])} minutes", written.start(2), written.end()))
    if _WHICH.search(look_back(text, at)):
        return found(written.end(), (f"{ordinal(written[1])} minute", *written.span()))
    return found(
        written.end(), (f"{cardinal(written[1])} minute{'' if int(written[1]) == 1 else 's'}", *written.span())
    )


def _cents(text: str, at: int) -> Found | None:
    """Read "30c" as cents where a price is told; "Flat 3c" and "hair of type 4c" are none."""
    written = _CENTS.match(text, at)
    if written is None or not ends(text, written.end()):
        return None
    priced = _PRICED.match(text, written.end())
    if not priced and ((int(written[1]) % _ROUND and int(written[1]) != 99) or not _may_cost(text, at, written.end())):
        return None
    one = written[1] == "1" or attributive(text, at, written.end())
    return found(written.end(), (f"{cardinal(written[1])} cent{'' if one else 's'}", *written.span()))


def _may_cost(text: str, at: int, end: int) -> bool:
    if (word := before(text, at)) in DOORS:
        return False
    return word in _COSTS or not text[:at].strip() or not text[end:].strip(" .!?\n")


def match_lasting(text: str, at: int, manner: Manner) -> Found | None:
    """Read a duration of ISO 8601: "PT5M" is five minutes, "P1DT12H" one day twelve hours."""
    if text[at] != "P" or not apart(text, at) or not (written := _LASTING.match(text, at)) or _FORMER.match(text, at):
        return None
    parts: list[Part] = []
    for unit in ("year", "month", "week", "day", "hour", "minute", "second"):
        if digits := written[unit]:
            exact = written["part"] if unit == "second" else None
            said = decimal(digits, exact, manner.british) if exact else cardinal(digits, manner.british)
            name = unit if said == "one" else f"{unit}s"
            end = written.end("part") if exact else written.end(unit)
            parts.append((f"{said} {name}", written.start(unit), end + 1))
    if not parts:
        return None
    said, _, end = parts[0]
    return found(written.end(), (said, at, end), *parts[1:])


def match_rare(text: str, at: int, manner: Manner) -> Found | None:
    """Read what a camera's shutter takes, what a batter averages, and the lines of a picture."""
    if (shutter := _SHUTTER.match(text, at)) and apart(text, at) and shutter[1][0] != "0":
        part = f"one {ordinal(shutter[1], manner.british)}" + (" of a second" if shutter["s"] else "")
        return found(shutter.end(), (part, at, shutter.end()))
    if lines := _LINES.match(text, at):
        return _picture(lines)
    if text[at] == "." and (average := _AVERAGE.match(text, at)) and _BATTING.search(look_back(text, at)):
        zero = "oh " if average[1][0] == "0" else ""
        return found(average.end(), (zero + pairs(average[1].lstrip("0") or "0"), at, average.end()))
    return None


def _picture(lines: re.Match[str]) -> Found:
    """Read "1080p" as ten eighty P."""
    said = f"{pairs(lines[1])} _{lines[2]}" + (f" {cardinal(lines[3])}" if lines[3] else "")
    return found(lines.end(), (said, lines.start(), lines.end()))
