"""Numbers that are read otherwise than numbers are: "10-4", "30-06", "86'd", "2/$5", "4/4 time", "5W-30", "287-6", "exp. 09/27"."""

from __future__ import annotations

import re

from model_server.text.english.amounts.british import BRITISH, Reader
from model_server.text.english.amounts.dates import MONTHS
from model_server.text.english.amounts.numerals import cardinal, digit_by_digit, ordinal, pairs, year
from model_server.text.english.amounts.speech import Part, apart, found, look_back, quoted
from model_server.text.english.amounts.times import minutes
from model_server.text.english.tokens import Found, Manner

_RADIO = re.compile(r"10-4(?=[,.!;?]|\Z|[ ](?:good|that|over|roger)\b)")
_BEGINS = re.compile(r"(?:\A|[.!?,:“\"(—][ ]?|\n)\Z")
_CARTRIDGE = re.compile(r"\.?30-06(?![\w-])")
_BORE = re.compile(r"\.(22|25|32|38|44|45|357|308|223|270|243|380)(?![0-9%°]|[ ]?(?:mm|in|cm|inch|cal)\b)")
_AVERAGE = re.compile(r"\.([1-9][0-9]{2})(?=[ -](?:hitter|batter|hitting|batting|average|clip)\b)")
_CARRIED = re.compile(r"\b(?:a|an|his|her|my|the|that|loaded|carried)[ ]\Z")
_NO_BORE = re.compile(r"[ ](?:chance|probability|average|hitter|ratio|second|point|percent|increase|difference|of)\b")
_THROWN_OUT = re.compile(r"([1-9][0-9])'d(?![\w])")
_FOR_DOLLARS = re.compile(r"([1-9][0-9]?)/(?=[$£€][0-9])")
_METRE = re.compile(r"([2-9]|12)/([248]|16)(?=[ ](?:time|metre|meter|signature|beat|groove|feel|rhythm|march|waltz)\b)")
_OIL = re.compile(r"([0-9]{1,2})W-([0-9]{2})(?![\w])")
_COUNT = re.compile(r"([0-3])-([0-2])(?=[ ](?:count|pitch|fastball|slider|curveball|changeup)\b)")
_SNOW = re.compile(
    r"([0-9]{1,3})([–-])([0-9]{1,3})[\"″](?=[ ](?:of|in|deep|thick|wide|long|tall|apart|snow|rain|x)\b|[,;.)]|\Z)"
)
_ORDERED = re.compile(
    r"([1-9][0-9]?)[ ][xX×](?=[ ](?!per\b|year\b|month\b|hour\b|less\b|[a-z]+er\b|daily\b|a\b|an\b|as\b|the\b|faster\b|more\b|weekly\b|week\b|day\b|each\b|every\b|times?\b|in\b|is\b|and\b"
    r"|or\b|for\b|to\b|monthly\b|then\b|if\b|where\b)(?:[A-Za-z][a-z]{2}|[A-Z]{2}))"
)
_EXPIRY = re.compile(r"(0?[1-9]|1[0-2])/((?:20)?[2-4][0-9])(?![0-9/])")
_STONE = re.compile(
    r"([1-9][0-9]?)st(?:[ ]([0-9]|1[0-3])(?![0-9]|[ ]?lbs?|[.:/-][0-9]))?(?![A-Za-z0-9])(?![ ]?[0-9]{1,2}[ ]?lb)"
)
_SERIES = re.compile(r"([23])d(?=[ ,)]|\Z)")  # of law reports: "12 F.3d 15", "564 F. Supp. 2d 901"
_REPORTS = re.compile(r"\b(?:F\.|Supp\.|So\.|P\.|A\.|[NS]\.[ ]?[EW]\.|Cal\.|App\.|Ed\.|Rptr\.)[ ]?\Z")
_NAILS = re.compile(r"([1-9][0-9]?)d(?=[ ](?:nails?|common|finish(?:ing)?|box|sinkers?|galvanized)\b)")
_GOLD = re.compile(
    r"(10|14|18|22|24)[Kk](?=[ ](?:gold|white|yellow|rose|plated|ring|chain|necklace|bracelet|Gold|Magic|GP)\b)"
)
_UNTIL_NOON = re.compile(r"(1[0-2]|[1-9])([–-])(noon|midnight)\b")
_A_DAY = re.compile(r"([1-9][0-9]{0,2})-(a)-(?=(?:day|week|month|year|night|side)\b)")
_MEETING = re.compile(r"[0-9]{3,4} [0-9]{3,4} [0-9]{3,4}(?![0-9]|[ .,-][0-9])")
_IDENTITY = re.compile(r"\b(?:ID|id|no\.|number|code|[Tt]racking|PIN|[Pp]asscode)(?: is|:)? \Z")
_PUNCH = re.compile(r"(1)-(2)(?=[ ]punch)")
_CENTRAL = re.compile(r"([1-9]|1[0-2])(?::([0-5][0-9]))?/([1-9]|1[0-2])(?::([0-5][0-9]))?c(?![A-Za-z0-9])")
_TEMPERATURES = re.compile(r"([1-9][0-9]|1[01][0-9])/(1[3-9]|[2-9][0-9])(?![0-9/%])")
_WEEKDAY = re.compile(r"\b(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun|Today|Tonight|[MTWFS][a-z]{2,6}day):?[ ]\Z")
_HOUR_ALONE = re.compile(r"(1[0-2]|[1-9])([ap])(?=[ ](?:[ECMP][SD]?T)\b|[,;.]?(?:\Z|[ ](?:on|to|today|tomorrow)\b))")
_AT = re.compile(r"(?:@|\bat|\bby|\bfrom|\buntil|\btill?|[0-9][ap][–-])[ ]?\Z")
_DOCKET = re.compile(r"([0-9]{2})-([0-9]{3,5})(?![\w-])")
_NUMBERED = re.compile(r"\b(?:No\.|Nos\.|Case|Docket)[ ]\Z")
_EXPIRES = re.compile(
    r"\b(?:exp(?:\.|ires|iry|iration)?(?:[ ]date)?|valid[ ](?:thru|through|until|to|from)|good[ ](?:thru|through)|best[ ]before|use[ ]by)"
    r"[:.]?[ ]{0,2}\Z",
    re.IGNORECASE,
)
_DAYS = re.compile(
    r"(1[0-2]|[1-9])/([12][0-9]|3[01]|[1-9])([ ]?[–-][ ]?)(1[0-2]|[1-9])/([12][0-9]|3[01]|[1-9])(?![0-9/])"
)


def match_idiom(text: str, at: int, manner: Manner) -> Found | None:
    """Read the first of them that fits."""
    if not apart(text, at):
        return None
    for pattern, read in BRITISH if manner.british else ():
        if (written := pattern.match(text, at)) and (said := read(written)):
            return said
    for pattern, read in _EVERYWHERE:
        if (written := pattern.match(text, at)) and (said := read(written)):
            return said
    return _days(text, at, manner)


def match_bore(text: str, at: int, manner: Manner) -> Found | None:
    """Read what a gun fires: "a .22", ".30-06"."""
    if cartridge := _CARTRIDGE.match(text, at):
        return found(cartridge.end(), ("thirty aught six", at, cartridge.end()))
    if average := _AVERAGE.match(text, at):
        return found(average.end(), (pairs(average[1]), at, average.end()))
    bore = _BORE.match(text, at)
    if bore is None or not _CARRIED.search(look_back(text, at)) or _NO_BORE.match(text, bore.end()):
        return None
    return found(bore.end(), (pairs(bore[1]), at, bore.end()))


def _two(written: re.Match[str]) -> Found:
    """Return two numbers with nothing between them."""
    return found(written.end(), (cardinal(written[1]), *written.span(1)), (cardinal(written[2]), *written.span(2)))


def _radio(written: re.Match[str]) -> Found | None:
    begins = _BEGINS.search(look_back(written.string, written.start()))
    return found(written.end(), ("ten four", *written.span())) if begins else None


def _cartridge(written: re.Match[str]) -> Found:
    return found(written.end(), ("thirty aught six", *written.span()))


def _thrown_out(written: re.Match[str]) -> Found:
    return found(written.end(), (f"{cardinal(written[1])}ed".replace("eed", "ed"), *written.span()))


def _for_dollars(written: re.Match[str]) -> Found:
    return found(written.end(), (cardinal(written[1]), *written.span(1)), ("for", written.end(1), written.end()))


def _oil(written: re.Match[str]) -> Found:
    said = f"{cardinal(written[1])} _W {cardinal(written[2])}"
    return found(written.end(), (said, *written.span()))


def _snow(written: re.Match[str]) -> Found | None:
    if quoted(written.string, written.start(), '"'):
        return None
    low, high = (
        (cardinal(written[1]), *written.span(1)),
        (f"{cardinal(written[3])} inches", written.start(3), written.end()),
    )
    return found(written.end(), low, ("to", *written.span(2)), high)


def _ordered(written: re.Match[str]) -> Found:
    return found(written.end(), (cardinal(written[1]), *written.span()))


def _expiry(written: re.Match[str]) -> Found | None:
    if not _EXPIRES.search(look_back(written.string, written.start())):
        return None
    full = written[2] if len(written[2]) == 4 else f"20{written[2]}"
    return found(written.end(), (MONTHS[int(written[1]) - 1], *written.span(1)), (year(full), *written.span(2)))


def _docket(written: re.Match[str]) -> Found | None:
    """Read the number of a case: "No. 22-451"."""
    if not _NUMBERED.search(look_back(written.string, written.start())):
        return None
    said = pairs(written[2]) if len(written[2]) < 5 else " ".join(map(cardinal, written[2]))
    return found(written.end(), (f"{cardinal(written[1])},", *written.span(1)), (said, *written.span(2)))


def _days(text: str, at: int, manner: Manner) -> Found | None:
    """Read "6/1-6/7" as days, unless both could be fractions."""
    written = _DAYS.match(text, at)
    if written is None:
        return None
    numbers = [int(written[group]) for group in (1, 2, 4, 5)]
    days = [(numbers[1], numbers[0]), (numbers[3], numbers[2])]
    if manner.british:
        days = [(month, day) for day, month in days]
    over_new_year = days[0][1] > 10 and days[1][1] < 3
    fractions = not over_new_year and numbers[0] < numbers[1] <= 16 and numbers[2] < numbers[3] <= 16
    if fractions or any(month > 12 for _, month in days) or not (over_new_year or days[0][::-1] < days[1][::-1]):
        return None
    said = [
        f"the {ordinal(str(day))} of {MONTHS[month - 1]}"
        if manner.british
        else f"{MONTHS[month - 1]} {ordinal(str(day))}"
        for day, month in days
    ]
    return found(
        written.end(),
        (said[0], at, written.end(2)),
        ("to", *written.span(3)),
        (said[1], written.start(4), written.end()),
    )


def _stone(written: re.Match[str]) -> Found | None:
    """Read "14st" and "10st 4", which can be no places in a row."""
    if ordinal(written[1]).endswith("st"):
        return None
    parts: list[Part] = [(f"{cardinal(written[1])} stone", written.start(), written.end(1) + 2)]
    if written[2]:
        parts.append((cardinal(written[2]), *written.span(2)))
    return found(written.end(), *parts)


def _series(written: re.Match[str]) -> Found | None:
    if not _REPORTS.search(look_back(written.string, written.start())):
        return None
    return found(written.end(), (ordinal(written[1]), *written.span()))


def _gold(written: re.Match[str]) -> Found:
    return found(written.end(), (f"{cardinal(written[1])} _K", *written.span()))


def _until_noon(written: re.Match[str]) -> Found:
    return found(
        written.end(),
        (cardinal(written[1]), *written.span(1)),
        ("to", *written.span(2)),
        (written[3], *written.span(3)),
    )


def _a_day(written: re.Match[str]) -> Found:
    return found(written.end(), (cardinal(written[1]), *written.span(1)), ("a", written.end(1), written.end()))


def _meeting(written: re.Match[str]) -> Found | None:
    """Read "Meeting ID: 845 2231 0098"."""
    if not _IDENTITY.search(look_back(written.string, written.start())):
        return None
    groups = [digit_by_digit(group) for group in written[0].split()]
    return found(written.end(), (", ".join(groups), *written.span()))


def _nails(written: re.Match[str]) -> Found:
    return found(written.end(), (f"{cardinal(written[1])} penny", *written.span()))


def _hour(written: re.Match[str]) -> Found | None:
    """Read "2p PT" and "@ 8a"."""
    if not _AT.search(look_back(written.string, written.start())):
        return None
    zone = (
        ","
        if written.string.startswith(" ", written.end())
        and written.string[written.end() + 1 : written.end() + 2].isupper()
        else ""
    )
    return found(written.end(), (f"{cardinal(written[1])} {written[2].upper()}_M{zone}", *written.span()))


def _central(written: re.Match[str]) -> Found:
    """Read "8/7c" and "7:30/6:30c": when it is broadcast in the east and in the middle of America."""
    east, central = (
        cardinal(hour) + (f" {minutes(minute)}" if minute and minute != "00" else "")
        for hour, minute in ((written[1], written[2]), (written[3], written[4]))
    )
    return found(
        written.end(),
        (f"{east},", written.start(), written.start(3) - 1),
        (f"{central} central", written.start(3), written.end()),
    )


def _temperatures(written: re.Match[str]) -> Found | None:
    """Read "Fri 45/32" as a day's highest and lowest."""
    if int(written[1]) <= int(written[2]) or not _WEEKDAY.search(look_back(written.string, written.start())):
        return None
    return _two(written)


_EVERYWHERE: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (_RADIO, _radio),
    (_CARTRIDGE, _cartridge),
    (_THROWN_OUT, _thrown_out),
    (_FOR_DOLLARS, _for_dollars),
    (_METRE, _two),
    (_OIL, _oil),
    (_COUNT, _two),
    (_SNOW, _snow),
    (_ORDERED, _ordered),
    (_EXPIRY, _expiry),
    (_DOCKET, _docket),
    (_STONE, _stone),
    (_SERIES, _series),
    (_NAILS, _nails),
    (_A_DAY, _a_day),
    (_MEETING, _meeting),
    (_GOLD, _gold),
    (_UNTIL_NOON, _until_noon),
    (_PUNCH, _two),
    (_CENTRAL, _central),
    (_TEMPERATURES, _temperatures),
    (_HOUR_ALONE, _hour),
)
