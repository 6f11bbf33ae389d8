"""Times of day: 3:45 p.m., 15:30, 12:00, 3pm, 10:05:30, 9:00-17:00, with the time zone of a timestamp."""

from __future__ import annotations

import re

from model_server.text.english.amounts.numerals import cardinal, year
from model_server.text.english.amounts.speech import Part, after, apart, before, ends, found
from model_server.text.english.tokens import Found, Manner, word_set

_HALF = r"(?P<half>[AaPp])(?:\.[ ]?(?P<dotted>[Mm])\.?|(?P<plain>[Mm]))(?![A-Za-z0-9])"
_CLOCK = re.compile(
    r"(?P<hour>[01]?[0-9]|2[0-4]):(?P<minute>[0-5][0-9])(?::(?P<second>[0-5][0-9]|60)(?:[.,](?P<part>[0-9]{1,9}))?)?(?![0-9:])"
    rf"(?:[ ]?{_HALF})?"
)
_HOUR = re.compile(rf"(?P<hour>1[0-2]|0?[1-9])(?:\.(?P<minute>[0-5][0-9]))?[ ]?{_HALF}")
_BARE = re.compile(rf"(?P<hour>1[0-2]|0?[1-9])(?=[ ]?[–—-][ ]?(?:1[0-2]|0?[1-9])(?:[:.][0-5][0-9])?[ ]?{_HALF})")
_HOURS = re.compile(
    r"(?P<hour>[01][0-9]|2[0-3])(?P<minute>[0-5][0-9])(?:[ ]?(?P<hours>hours|hrs|Zulu|Z)\b|(?=[ ](?:UTC|GMT)\b))"
)
_CLOCK_HOURS = re.compile(r"[ ]?(?:h|hrs|hours)(?![A-Za-z0-9])")  # "14:30h"
_HALF_ALONE = re.compile(r"[apAP](?![A-Za-z0-9])")  # "11:30p"
_DOTTED = re.compile(r"([01]?[0-9]|2[0-3])\.([0-5][0-9])(?![0-9A-Za-z%]|[.,][0-9]| ?[%°])")  # "at 14.30", in Britain
_TRAIN = re.compile(r"[ ](?:(?:to|from) [A-Z]|train\b|service\b|bus\b|departure\b)")
_AT = frozenset(("at", "until", "till"))
_WATCH = re.compile(r"(0[0-9])([0-5][0-9])[–-]([01][0-9]|2[0-4])([0-5][0-9])(?:[ ]?(?:hours|hrs))?(?![0-9A-Za-z]|-)")
# "8–4:30": an hour before a time, and behind one: "7:30-9".
_OPENING = re.compile(r"(?P<hour>1[0-2]|[1-9])(?=[–-](?:1[0-2]|[1-9]):[0-5][0-9](?![0-9:]))")
_CLOSING = re.compile(r"(?P<hour>1[0-2]|[1-9])(?![0-9A-Za-z]|[.,:/–-][0-9]|[ ]?%)")
_LINK = re.compile(r"[ ]?[–—-][ ]?(?=[0-9]|noon\b|midnight\b)")
_TWELVE = re.compile(r"12(?::00)?[ ](?P<name>noon|midnight)\b|(?P<alone>noon|midnight)\b")
# Behind "a.m.": letters that would run together with it.
_ZONE_NAME = re.compile(r"[ ](?=(?:[ECMPABNIJH][SDK]?T|UTC|GMT|CES?T|BST|AES?T|AEDT|MSK|SGT|HKT)\b)")
_DATED = re.compile(  # what stands behind the time of a log or a letter: its year, and how far off universal time it is
    r"(?:[ ](?P<year>(?:19|20)[0-9]{2})(?![0-9:]))?"
    r"(?:[ ](?P<sign>[+\-−])(?P<hours>0[0-9]|1[0-4]):?(?P<minutes>00|15|30|45)(?![0-9]))?"
)
_ZONE = re.compile(
    r"(?P<utc>[Zz])(?![A-Za-z0-9])|(?P<sign>[+\-−])(?P<hours>[01][0-9]):?(?P<minutes>[0-5][0-9])(?![0-9])"
)
_OFFSET = re.compile(r"(?P<sign>[+\-−])(?P<hours>[01]?[0-9])(?::?(?P<minutes>[0-5][0-9]))?(?![0-9:.])")
_SENTENCE_END = re.compile(
    r"[\s\"')\]]{0,4}\Z|[ \t]{0,4}\n|[\"')\]]{0,2}[ ](?:The|Then|There|They|This|That|These|We|He|She|It|I|You|But|And|In|On|At|If|My|"
    r"Our|His|Her|A|An|After|Before|No|Yes|So|For|What|When|Where|Who|Why|How|Please|Is|Are|Do|Can|Let|Not|To|As|All|Bring)\b"
)
_LONG = re.compile(
    r"(?P<hours>[0-9]{1,3}):(?P<minutes>[0-5][0-9]):(?P<seconds>[0-5][0-9])(?:\.(?P<part>[0-9]{1,3}))?(?![0-9:])"
)
_SPLIT = re.compile(r"(?P<minutes>[0-9]{1,2}):(?P<seconds>[0-5][0-9])\.(?P<part>[0-9]{1,3})(?![0-9:])")
_SHORT = re.compile(
    r"(?!50:50|60:40|70:30|80:20|90:10|75:25)(?P<minutes>2[5-9]|[3-9][0-9]|[1-9][0-9]{2}):(?P<seconds>[0-5][0-9])(?![0-9:])"
)
_LEFT = re.compile(r"(?P<minutes>[0-9]{1,2}):(?P<seconds>[0-5][0-9])(?=[ ](?:remaining|left|elapsed|to go)\b)")
_NOON = re.compile(r"(noon|midnight)([ ]?-[ ]?)(?=[0-9]{1,2}(?:[:.][0-9]{2})?[ ]?[ap]\.?m)")
_FRENCH = re.compile(r"(?P<hour>[01]?[0-9]|2[0-3])h(?P<minute>[0-5][0-9])(?![0-9A-Za-z])")
_LONG_AFTER = frozenset(("long", "runtime", "duration", "elapsed", "remaining", "left", "marathon", "finish"))
_LASTING = word_set("""
    in took for of takes lasted lasts duration length runtime elapsed under over eta remaining time total
""")


def match_time(text: str, at: int, manner: Manner) -> Found | None:
    """Read a time of day, or the time from one to another."""
    if not apart(text, at):
        return None
    parts: list[Part]
    if watch := _WATCH.match(text, at):
        parts = [(_military(watch[1], watch[2]), at, watch.end(2)), ("to", watch.end(2), watch.start(3))]
        return found(watch.end(), *parts, (_military(watch[3], watch[4]), watch.start(3), watch.end()))
    first = _time(text, at)
    if first is None and manner.british and (dotted := _DOTTED.match(text, at)) and _is_clock(text, at, dotted.end()):
        first = dotted.end(), _hands(dotted[1], dotted[2], plain=True)
    if first is None and (bare := _BARE.match(text, at) or _OPENING.match(text, at)):
        first = bare.end(), cardinal(bare["hour"])
    if first is None:
        return None
    end, said = first
    end, parts = _until(text, end, (said, at, end))
    if _ZONE_NAME.match(text, end) and parts[-1][0].endswith("_M"):
        parts[-1] = (f"{parts[-1][0]},", *parts[-1][1:])
    if text[at:end].count(":") > 1:
        end, more = _dated(text, end)
        for part in more:
            parts = [*parts[:-1], (f"{parts[-1][0]},", *parts[-1][1:]), part]
    return found(end, *parts)


def _is_clock(text: str, at: int, end: int) -> bool:
    """Return whether "10.15" is a time: "at 10.15", "the 10.15 to Leeds"."""
    word = before(text, at)
    told = word == "it's" and (end >= len(text) or text[end] in ",.;!?)\"'”’")
    return told or word in _AT or (word == "the" and bool(_TRAIN.match(text, end)))


def _until(text: str, end: int, first: Part) -> tuple[int, list[Part]]:
    """Return a time that ends at `end`, with what it lasts until."""
    said, at, _ = first
    link = _LINK.match(text, end)
    last = _last(text, link.end(), ":" in text[at:end] and " " not in link[0]) if link else None
    if link is None or last is None:
        return end, [first]
    if last[1].endswith("_M"):  # "3:00–4:30 PM"
        said = said.removesuffix(" o'clock")
    return last[0], [(said, at, end), ("to", *link.span()), (last[1], link.end(), last[0])]


def _last(text: str, at: int, clock: bool) -> tuple[int, str] | None:
    """Return the end and the words of what a time lasts until; behind a `clock` that may be an hour alone."""
    if last := _time(text, at):
        return last
    hour = _CLOSING.match(text, at) if clock else None
    return (hour.end(), cardinal(hour["hour"])) if hour else None


def _dated(text: str, at: int) -> tuple[int, list[Part]]:
    """Return what is said of the year and the offset behind a time: "21:52:11 2008 -0700"."""
    dated = _DATED.match(text, at)
    parts: list[Part] = []
    if dated is None or not ends(text, dated.end()):
        return at, parts
    if dated["year"]:
        parts.append((year(dated["year"]), dated.start("year"), dated.end("year")))
    if dated["sign"]:
        parts.append((f"U_T_C {_offset(dated)}", dated.start("sign"), dated.end()))
    return dated.end(), parts


def _time(text: str, at: int) -> tuple[int, str] | None:
    """Return the end and the words of one time."""
    if twelve := _TWELVE.match(text, at):
        return twelve.end(), f"twelve {twelve['name']}" if twelve["name"] else twelve["alone"]
    if clock := _CLOCK.match(text, at):
        if clock_hours := _CLOCK_HOURS.match(text, clock.end()):
            return clock_hours.end(), _hands(clock["hour"], clock["minute"], plain=True)
        if half := _HALF_ALONE.match(text, clock.end()):
            return half.end(), f"{_hands(clock['hour'], clock['minute'], plain=False)} {half[0].upper()}_M"
        if not ends(text, clock.end()) and not text.startswith("ish", clock.end()):
            return None
        said = _hands(clock["hour"], clock["minute"], plain=not clock["half"])
        seconds = _seconds(clock["second"], clock["part"])
        return _end(text, clock), said + seconds + _half(clock)
    if hour := _HOUR.match(text, at):
        said = cardinal(hour["hour"])
        if hour["minute"] and hour["minute"] != "00":
            said += f" {minutes(hour['minute'])}"
        return _end(text, hour), said + _half(hour)
    if french := _FRENCH.match(text, at):
        return french.end(), _hands(french["hour"], french["minute"], plain=True)
    if hours := _HOURS.match(text, at):
        said = _military(hours["hour"], hours["minute"])
        return hours.end(), said + {"h": " hours", "Z": " Zulu"}.get((hours["hours"] or " ")[0], "")
    return None


def _half(clock: re.Match[str]) -> str:
    return f" {clock['half'].upper()}_M" if clock["half"] else ""


def _end(text: str, clock: re.Match[str]) -> int:
    """Return the end of a time; the stop of a final "p.m." is left to end the sentence too."""
    end = clock.end()
    return end - 1 if text[end - 1] == "." and _SENTENCE_END.match(text, end) else end


def minutes(digits: str) -> str:
    """Return the minutes behind an hour: "oh five", "forty-five"."""
    return f"oh {cardinal(digits)}" if digits[0] == "0" else cardinal(digits)


def _hands(hour: str, minute: str, plain: bool) -> str:
    """Return hour and minute; `plain` without a.m. or p.m."""
    if not plain:
        return cardinal(hour) if minute == "00" else f"{cardinal(hour)} {minutes(minute)}"
    if minute == "00":
        if int(hour) in (0, 24):
            return "midnight"
        return f"{cardinal(hour)} o'clock" if int(hour) <= 12 else f"{cardinal(hour)} hundred"
    return f"{cardinal(hour)} {minutes(minute)}"


def _military(hour: str, minute: str) -> str:
    said = f"oh {cardinal(hour)}" if hour[0] == "0" else cardinal(hour)
    return f"{said} hundred" if minute == "00" else f"{said} {minutes(minute)}"


def _seconds(second: str | None, part: str | None) -> str:
    if second is None or (not int(second) and not part):
        return ""
    if part:
        return f" and {lasting(second, part)}"
    return f" and {cardinal(second)} second{'' if int(second) == 1 else 's'}"


def lasting(seconds: str, part: str | None) -> str:
    """Return seconds with what follows their point."""
    said = cardinal(seconds)
    if part:
        return f"{said} point {' '.join(cardinal(digit) for digit in part)} seconds"
    return f"{said} second{'' if said == 'one' else 's'}"


def timestamp(text: str, at: int, manner: Manner) -> tuple[int, list[Part]] | None:
    """Return the end and what is said of the time of an ISO timestamp, with its zone."""
    clock = _CLOCK.match(text, at)
    if clock is None:
        return None
    said = _hands(clock["hour"], clock["minute"], plain=True) + _seconds(clock["second"], clock["part"])
    parts: list[Part] = [(said, at, clock.end())]
    end = clock.end()
    if zone := _ZONE.match(text, end):
        parts.append(("U_T_C" if zone["utc"] else f"U_T_C {_offset(zone)}", end, zone.end()))
        end = zone.end()
    return (end, parts) if ends(text, end) else None


def _offset(zone: re.Match[str]) -> str:
    said = "plus" if zone["sign"] == "+" else "minus"
    said += f" {cardinal(zone['hours'])}"
    return said + (f" {minutes(zone['minutes'])}" if zone["minutes"] and zone["minutes"] != "00" else "")


def match_offset(text: str, at: int, manner: Manner) -> Found | None:
    """Read what is added to universal time: "+05:30" of "UTC+05:30"."""
    if text[at - 3 : at] not in ("UTC", "GMT") or at < 3 or not (offset := _OFFSET.match(text, at)):
        return None
    return found(offset.end(), (_offset(offset), at, offset.end()))


def match_noon(text: str, at: int) -> Found | None:
    """Read "noon-" of "noon-1:30pm"."""
    noon = _NOON.match(text, at)
    return found(noon.end(), (noon[1], *noon.span(1)), ("to", *noon.span(2))) if noon and apart(text, at) else None


def match_lasting(text: str, at: int, manner: Manner) -> Found | None:
    """Read "2:05:33" as a duration where it cannot be a time of day, or where a word before it says so; "1:23.45" always."""
    if not apart(text, at):
        return None
    if (lap := _SPLIT.match(text, at)) and ends(text, lap.end()):
        said = [_counted(lap["minutes"], "minute")] if int(lap["minutes"]) else []
        said.append(lasting(lap["seconds"], lap["part"]))
        return found(lap.end(), (" ".join(said), at, lap.end()))
    if (short := _SHORT.match(text, at) or _LEFT.match(text, at)) and ends(text, short.end()):
        said = [_counted(short["minutes"], "minute")] if int(short["minutes"]) else []
        if int(short["seconds"]) or not said:
            said.append(lasting(short["seconds"], None))
        return found(short.end(), (" and ".join(said), at, short.end()))
    long = _LONG.match(text, at)
    if long is None or not ends(text, long.end()):
        return None
    if int(long["hours"]) <= 24 and before(text, at) not in _LASTING and after(text, long.end()) not in _LONG_AFTER:
        return None
    said = [_counted(long[unit], unit[:-1]) for unit in ("hours", "minutes") if int(long[unit])]
    if int(long["seconds"]) or long["part"] or not said:
        said.append(lasting(long["seconds"], long["part"]))
    joined = ", ".join(said[:-1]) + " and " + said[-1] if len(said) > 1 else said[0]
    return found(long.end(), (joined, at, long.end()))


def _counted(digits: str, noun: str) -> str:
    return f"{cardinal(digits)} {noun}{'' if int(digits) == 1 else 's'}"
