"""Numbers against numbers: scores 3-2, ratios 16:9, verses 3:16, out of ten, three of twelve."""

from __future__ import annotations

import re

from model_server.text.english.amounts.numerals import cardinal
from model_server.text.english.amounts.scripture import verse_at
from model_server.text.english.amounts.speech import Part, after, apart, before, found, look_back
from model_server.text.english.tokens import Found, Manner, word_set

_SCORE = re.compile(r"([0-9]{1,3})[–-]([0-9]{1,3})(?![0-9A-Za-z]|[-–:/.][0-9]|%)")
_ONE_SET = r"(?:6[–-][0-4]|7[–-][56]|[0-4][–-]6|[56][–-]7)"
_SET = re.compile(rf"{_ONE_SET}(?![0-9A-Za-z]|[-–:/.][0-9])")
_SET_AFTER = re.compile(rf"{_ONE_SET}(?:[ ]?\([0-9]{{1,2}}(?:[–-][0-9]{{1,2}})?\))?,[ ]{_ONE_SET}(?![0-9A-Za-z])")
_SET_BEFORE = re.compile(rf"(?<![0-9]){_ONE_SET}(?:[ ]?\([0-9]{{1,2}}(?:[–-][0-9]{{1,2}})?\))?,?[ ]\Z")
_TIE_BREAK = re.compile(r"(?:7[–-]6|6[–-]7)[ ]?\(\Z")
_SHOT_OUT = re.compile(
    r"[ ](?:on|after)[ ]pen|[ ](?:on agg|at HT|at FT|at half|at full|at the break)|[ ]to (?:the )?[A-Z][a-z]"
    r"|[ ](?:away|home|first-leg|aggregate|comeback|opening|cup|group)[ ](?:win|victory|defeat|loss|draw)\b"
)
_MARKED = re.compile(
    r"\b(?:scores?|grades?|marks?|quiz|rating|test|exam|result|verdict|review|midterm|final): \Z", re.IGNORECASE
)
_TEAM = re.compile(
    r"(?!(?:Hours|Ages|Sizes|Scores|Odds|Grades|Ranges|Times|Pages|Dates|Days)\b)\b(?:[A-Z][a-z]+|[Tt]hey|[Ww]e) (?:are|were) \Z"
)
_LEADS = re.compile(r"[ ](?:up|down|ahead|behind)\b")
_STANDS = re.compile(r"[.;!?]|,? (?:on|in|at|against|since|this|overall|so far|and|but|when|with)\b|\Z")
_RATIO = re.compile(r"([0-9]{1,4}):([0-9]{1,3}(?:,[0-9]{3}){1,2}|[0-9]{1,6})(?::([0-9]{1,6}))?(?![0-9A-Za-z:]|\.[0-9])")
_MEETING = re.compile(r"1:1(s)?(?![0-9A-Za-z:])")
_MEETINGS = re.compile(r"[ ](?:meetings?|chats?|calls?|sessions?|conversations?|time|coaching|tutoring|with)\b")
_SHARE = re.compile(r"([1-9][0-9])[/:]([1-9][0-9])(?![0-9A-Za-z/]|\.[0-9])")
_ODDS = re.compile(r"([0-9]{1,4})(/)([0-9]{1,2})(?![0-9A-Za-z/]|\.[0-9])")
_BETS = re.compile(r"\b(?:odds|priced|bookies|bookmakers?|punters?)\b", re.IGNORECASE)
_BACKED = word_set("favourite favourites favorite favorites outsider outsiders underdog underdogs shot odds")
_WHOLE = 100  # per cent
_MORE_VERSES = re.compile(  # behind "Rom. 8:28-30; "
    r"\b[A-Z][A-Za-z']{1,14}\.?[ ][0-9]{1,3}:[0-9]{1,3}(?:[–-][0-9]{1,3})?(?:[;,][ ][0-9]{1,3}:[0-9]{1,3}(?:[–-][0-9]{1,3})?)?[;,][ ]\Z"
)
_OUT_OF = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,2})?)/([0-9]{1,5})(?:\.0)?(?![0-9A-Za-z/]|\.[0-9])")
_PLAYED = re.compile(
    r"\b(?:won|win|wins|lost|lose|lead|leads|led|leading|beat|beats|defeat\w*|victory|score\w*|draw|drew|tied|tie|trail\w*|final|"
    r"match|game)\b",
    re.IGNORECASE,
)
_SIDE = re.compile(r"\b[A-Z][A-Za-z]{1,20}[ ]\Z")  # one of two that play: "Everton 2-0 Leeds"
_RESULTS = word_set("draw win victory defeat loss lead tie thrashing scoreline")
_COUNTS = word_set("""
    step attempt try retry page part lap chapter slide episode question epoch batch iteration task test round stage phase
    file item module lesson level player disc disk volume issue track ad image frame chunk
""")
_RATED = re.compile(
    r"\b(?:rat(?:e|ed|ing)|scor(?:e|ed|es)|grade[ds]?|g[io]ve|gave|gives|got|it a|a solid|a perfect|an?)[ ]\Z",
    re.IGNORECASE,
)
_RATIOS = re.compile(
    r"\b(?:ratio|odds|scale|mix|mixed|proportions?|aspect|split|resolution|in a)[ ](?:of[ ]|is[ ]|at[ ])?\Z",
    re.IGNORECASE,
)
_GIVEN = re.compile(r",?[ ](?:stars|would|recommend)\b")
_RECORD = re.compile(r"[ ](?:record|on the (?:season|year)|overall|start|finish|this (?:season|year))\b")
_WENT = word_set("went go goes going gone")
_SCALED = re.compile(
    r"[ ]?(?:ratio|odds|scale|mix|aspect|split|widescreen|display|screen|monitor|video|format|dilution)\b"
)
_BOOKS = word_set("""
    genesis exodus leviticus numbers deuteronomy joshua judges ruth samuel kings chronicles ezra nehemiah esther
    job psalm psalms proverbs ecclesiastes isaiah jeremiah lamentations ezekiel daniel hosea joel amos obadiah
    jonah micah nahum habakkuk zephaniah haggai zechariah malachi matthew mark luke john acts romans corinthians
    galatians ephesians philippians colossians thessalonians timothy titus philemon hebrews james peter jude
    revelation surah quran qur'an koran verse
""")

_SPECIAL = {
    "9/11": "nine eleven",
    "24-7": "twenty-four seven",
    "24/7": "twenty-four seven",
    "24/7/365": "twenty-four seven three sixty-five",
    "20/20": "twenty twenty",
    "50/50": "fifty fifty",
    "1-800": "one eight hundred",
}
_NAMED = re.compile(r"(?:9/11|24/7/365|24[/-]7|20/20|50/50|1-800(?= [a-z]))(?![0-9/A-Za-z]|\.[0-9])")


def match_special(text: str, at: int) -> Found | None:
    """Read pairs of numbers that are names: "9/11", "24/7", "50/50"."""
    named = _NAMED.match(text, at)
    return found(named.end(), (_SPECIAL[named.group()], at, named.end())) if named else None


def match_against(text: str, at: int, manner: Manner) -> Found | None:
    """Read the first of them that fits."""
    if not apart(text, at):
        return None
    return (
        _verse(text, at)
        or _meeting(text, at)
        or _odds(text, at, manner)
        or _share(text, at)
        or _ratio(text, at, manner)
        or _out_of(text, at, manner)
        or _score(text, at, manner)
    )


def _meeting(text: str, at: int) -> Found | None:
    """Read "1:1s" and "a 1:1 with Jo": two who meet."""
    meeting = _MEETING.match(text, at)
    if meeting is None or not (meeting[1] or _MEETINGS.match(text, meeting.end())):
        return None
    return found(meeting.end(), ("one on ones" if meeting[1] else "one on one", at, meeting.end()))


def _odds(text: str, at: int, manner: Manner) -> Found | None:
    """Read "5/1" as five to one where bets are spoken of."""
    odds = _ODDS.match(text, at)
    if odds is None or not (
        _offered(text, at, odds, manner) or _BETS.search(look_back(text, at)) or after(text, odds.end()) in _BACKED
    ):
        return None
    return found(
        odds.end(), (cardinal(odds[1]), *odds.span(1)), ("to", *odds.span(2)), (cardinal(odds[3]), *odds.span(3))
    )


def _offered(text: str, at: int, odds: re.Match[str], manner: Manner) -> bool:
    """Return whether a number over another is a bookmaker's in Britain: "9/1", "at 7/2"."""
    more = manner.british and int(odds[1]) > int(odds[3])
    return more and (odds[3] == "1" or before(text, at) == "at")


def _share(text: str, at: int) -> Found | None:
    """Read "60/40" and "80/20", which make up a whole, as two numbers."""
    share = _SHARE.match(text, at)
    if share is None or int(share[1]) + int(share[2]) != _WHOLE or share[1][-1] not in "05":
        return None
    if text[share.end(1)] == ":" and int(share[2]) < 60 and int(share[1]) < 24:  # a time
        return None
    return found(share.end(), (cardinal(share[1]), *share.span(1)), (cardinal(share[2]), *share.span(2)))


def _verse(text: str, at: int) -> Found | None:
    if (
        not (before(text, at) in _BOOKS or _MORE_VERSES.search(look_back(text, at)))
        or (verse := verse_at(text, at)) is None
    ):
        return None
    said, end = verse
    return found(end, said)


def _ratio(text: str, at: int, manner: Manner) -> Found | None:
    ratio = _RATIO.match(text, at)
    if ratio is None or not (
        _no_time(ratio) or _RATIOS.search(look_back(text, at)) or _SCALED.match(text, ratio.end())
    ):
        return None
    if any(run and run[0] == "0" and len(run) > 1 for run in ratio.groups()):
        return None
    return found(
        ratio.end(),
        (" to ".join(cardinal(run.replace(",", ""), manner.british) for run in ratio.groups() if run), at, ratio.end()),
    )


def _no_time(ratio: re.Match[str]) -> bool:
    """Return whether it cannot be a time of day: minutes have two digits and end at fifty-nine."""
    if ratio[3]:
        return not (len(ratio[2]) == len(ratio[3]) == 2)
    return len(ratio[2]) != 2 or int(ratio[2]) > 59 or int(ratio[1]) > 24


def _out_of(text: str, at: int, manner: Manner) -> Found | None:
    """Read "8/10" as a mark out of ten, "[3/12]" as three of twelve."""
    written = _OUT_OF.match(text, at)
    if written is None or written[2][0] == "0":
        return None
    value, of = written[1], written[2]
    whole, _, part = value.partition(".")
    said = cardinal(whole) + (" point " + " ".join(map(cardinal, part)) if part else "")
    start, end = written.span()
    if (text[at - 1 : at] == "[" and text[end : end + 1] == "]") or before(text, at) in _COUNTS:
        middle = "of"
    elif (
        part
        or (
            _GIVEN.match(text, end)
            or (
                of in ("5", "10", "20", "25", "50", "100")
                and (int(whole) >= int(of) or _RATED.search(look_back(text, at)) or _is_mark(text, at, whole, of))
            )
        )
        or value == "0"
    ):
        middle = "out of"
    else:
        return None
    return found(
        end,
        (said, start, written.end(1)),
        (middle, written.end(1), written.end(1) + 1),
        (cardinal(of), written.start(2), end),
    )


def _stands(text: str, at: int, end: int, manner: Manner) -> bool:
    """Return whether a team has won and lost so often: "The Chiefs are 11-1."."""
    stands = not manner.british and _TEAM.search(look_back(text, at)) and _STANDS.match(text, end)
    return bool(stands) and not _BETS.search(look_back(text, at))


def _is_mark(text: str, at: int, whole: str, of: str) -> bool:
    """Return whether it is what somebody scored: "Midterm: 87/100"."""
    return (of == "100" and len(whole) == 2) or (
        of in ("10", "20", "25", "50") and bool(_MARKED.search(look_back(text, at)))
    )


def _score(text: str, at: int, manner: Manner) -> Found | None:
    """Read "3-2" and, in Britain, "two nil" where a game is spoken of."""
    score = _SCORE.match(text, at)
    if score is None:
        return None
    if (
        _stands(text, at, score.end(), manner) or _RECORD.match(text, score.end()) or before(text, at) in _WENT
    ):  # won and lost
        return found(score.end(), (f"{cardinal(score[1])} and {cardinal(score[2])}", at, score.end()))
    if manner.british and score.group() == "0-0":
        return found(score.end(), ("nil", *score.span(1)), ("nil", *score.span(2)))
    if _SET_AFTER.match(text, at) or (_SET.match(text, at) and _SET_BEFORE.search(look_back(text, at))):  # of tennis
        return found(score.end(), (cardinal(score[1]), *score.span(1)), (cardinal(score[2]), *score.span(2)))
    if text[at - 1 : at] == "(" and _TIE_BREAK.search(look_back(text, at)):
        return found(score.end(), (cardinal(score[1]), *score.span(1)), (cardinal(score[2]), *score.span(2)))
    between = (
        manner.british
        and before(text, at)
        and after(text, score.end())[:1].isupper()
        and _SIDE.search(look_back(text, at))
    )
    if not (
        between
        or _PLAYED.search(look_back(text, at))
        or (manner.british and _LEADS.match(text, score.end()))
        or after(text, score.end()) in _RESULTS
        or _SHOT_OUT.match(text, score.end())
    ):
        return None
    first, second = (_points(run, manner) for run in score.groups())
    middle = "" if manner.british or first == second else "to"
    parts: list[Part] = [
        (first, at, score.end(1)),
        (middle, score.end(1), score.end(1) + 1),
        (second, score.start(2), score.end()),
    ]
    return found(score.end(), *parts)


def _points(run: str, manner: Manner) -> str:
    return "nil" if manner.british and run == "0" else cardinal(run, manner.british)
