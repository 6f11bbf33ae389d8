"""Streets and saints, drives and doctors, the points of the compass in addresses."""

from __future__ import annotations

import re

from model_server.text.english.tokens import Found, Manner, word_set, words
from model_server.text.english.writing import near

_SHORT = re.compile(r"([A-Za-z]{1,4})(\.?)")
_HOUSE_BEFORE = re.compile(r"[0-9][0-9A-Za-z-]*[ \n](?:[NSEW]{1,2}\.?[ \n])?(?:[A-Z0-9][\w'.]*[ \n]){1,3}\Z")
_NUMBER_BEFORE = re.compile(r"(?:[0-9]+(?:st|nd|rd|th)|[0-9]+|[Ff]irst|[Ss]econd|[Tt]hird|F[a-z]+th|S[a-z]+th)[ \n]\Z")
_DEGREES_BEFORE = re.compile(r"[°′″'\"][ \n]?\Z")

STREETS = {
    "ave": "Avenue",
    "av": "Avenue",
    "blvd": "Boulevard",
    "bvd": "Boulevard",
    "rd": "Road",
    "ln": "Lane",
    "hwy": "Highway",
    "pkwy": "Parkway",
    "pky": "Parkway",
    "expy": "Expressway",
    "fwy": "Freeway",
    "tpke": "Turnpike",
    "aly": "Alley",
    "ct": "Court",
    "pl": "Place",
    "sq": "Square",
    "ter": "Terrace",
    "terr": "Terrace",
    "stn": "Station",
    "cir": "Circle",
    "cres": "Crescent",
    "gdns": "Gardens",
    "plz": "Plaza",
    "hts": "Heights",
    "trl": "Trail",
    "xing": "Crossing",
    "jct": "Junction",
}
_ALWAYS = word_set("ave blvd bvd hwy pkwy pky expy fwy tpke rd")  # with a stop, whatever stands before
_SUFFIX_BEFORE = re.compile(
    r"\b(?:st|ave|blvd|rd|ln|dr|street|avenue|boulevard|road|lane|drive|way|place|court)\.?,?[ \n]\Z", re.IGNORECASE
)
_STREET_AHEAD = re.compile(
    r"\.?[ \n](?:[A-Z0-9][\w'.]*[ \n]){1,3}(?:St|Ave?|Blvd|Rd|Ln|Dr|Street|Avenue|Boulevard|Road|Lane|Drive|Way)\b"
)
_COMPASS = {
    "n": "North",
    "s": "South",
    "e": "East",
    "w": "West",
    "ne": "Northeast",
    "nw": "Northwest",
    "se": "Southeast",
    "sw": "Southwest",
}
# What is called after a street, and never a saint.
_OF_STREETS = word_set("""
    Bridge Station Market Theater Theatre Pier Journal Bakery Cafe Garage Clinic Parking Entrance Bar Grill Mall Tunnel Viaduct
    Underground Tube Bistro Deli Diner Pharmacy Hotel Gallery Studios
""")
# What has a northern and a southern half.
_HALVES = word_set("""
    Korea Africa America Carolina Dakota Virginia Sudan Ireland Germany Yorkshire London Vietnam Sussex Australia Asia Wales
    Macedonia Timor Midlands Berlin Europe Jersey Hollywood Bank Pole Pacific Atlantic
""")
_ROUTE_BEFORE = re.compile(r"\b(?:I-|US-|SR-|(?:Hwy|Rte|Rt)\.? |Highway |Route |Interstate |US )[0-9]{1,3} \Z")
_FAR_BEFORE = re.compile(r"[0-9] ?(?:mi\.?|miles?|km|kilomet(?:er|re)s?|blocks?|feet|ft\.?|yards?|nm) \Z")
_WINDS_BEFORE = re.compile(r"\b(?:[Ww]inds?|[Gg]usts) \Z")
_PLACES = word_set("corner wind winds side quadrant of from section portion part edge suburbs coast")
# Capitals before "St." that open a sentence or belong to the saint's place.
_BEFORE_SAINTS = word_set("""
    mount mt fort ft port east west north south visit near from to in at by saint old new lake sault the and of
    with see church cathedral basilica feast when where while after before since
""")


def street_or_saint(text: str, at: int, manner: Manner) -> Found | None:
    """Read "St.", "Dr.", "Ave." and their like by what stands around them."""
    found = _SHORT.match(text, at)
    if found is None or not text[at].isupper():
        return None
    name = found.group(1).lower()
    if name not in ("st", "ste", "dr") and name not in STREETS:
        return None
    stop = bool(found.group(2))
    if not near.is_bounded(text, at, found.end() - stop) or (
        stop and near.joins(text[found.end() : found.end() + 1] or " ")
    ):
        return None
    if name == "st":
        said = "Street" if _is_street(text, at, found.end(), stop) else "Saint"
        if said == "Saint" and not near.is_name(near.word_after(text, found.end())):
            return None
    elif name == "ste":
        said = _suite_or_saint(text, at, found.end())
    elif name == "dr":
        said = "Drive" if _is_drive(text, at, found.end()) else ""
        if not said and near.is_name(near.word_after(text, found.end())) and near.word_after(text, found.end()) != "I":
            return Found(found.end(), words("Doctor", at, found.end(), tag="NNP"))
        said = said or ("Doctor" if stop else "")
    else:
        said = STREETS[name] if _is_suffix(text, at, name, stop) else ""
    if not said:
        return None
    ends = stop and said != "Saint" and near.ends_sentence(text, found.end())
    return Found(found.end() - ends, words(said, at, found.end() - ends, tag="NNP"))


def streets_or_saints(text: str, at: int, manner: Manner) -> Found | None:
    """Read "Sts. Peter and Paul", "Oak and Elm Sts."."""
    end = at + 4
    if not text.startswith("Sts.", at) or not near.is_bounded(text, at, end - 1):
        return None
    if near.is_name(near.word_before(text, at)):
        ends = near.ends_sentence(text, end)
        return Found(end - ends, words("Streets", at, end - ends, tag="NNP"))
    if near.is_name(near.word_after(text, end)):
        return Found(end, words("Saints", at, end, tag="NNP"))
    return None


def _suite_or_saint(text: str, at: int, end: int) -> str:
    """Return how "Ste." is read; "" if it is another's to read."""
    following = near.word_after(text, end)
    if len(following) == 1 and following.isupper():  # "Ste. B"
        return "Suite"
    return "Saint" if near.is_name(following) and text[max(0, at - 2) : at] != ", " else ""


def _is_street(text: str, at: int, end: int, stop: bool) -> bool:
    before = near.word_before(text, at)
    if before.endswith("."):
        before = ""  # of another sentence
    following = near.word_after(text, end) if text[end : end + 1].isspace() else ""
    number = _NUMBER_BEFORE.search(text, max(0, at - 16), at)
    house = number is not None and number[0].strip().isdigit() and near.is_name(following)  # "10 St. James's St."
    numbered = number is not None and not house
    if not before:
        return numbered
    if numbered or _HOUSE_BEFORE.search(text[max(0, at - 48) : at]):
        return True
    named = near.is_name(before) and before.lower() not in _BEFORE_SAINTS
    if named and following in _OF_STREETS:
        return True
    if not near.is_name(following):
        return near.is_name(before) or numbered
    if near.starts_sentence(following) and stop:
        return named
    behind = near.words_before(text, at, 2)
    return named and len(behind) > 1 and behind[1] in ("on", "at", "of", "down", "along", "and", "to", "off", "from")


def _is_drive(text: str, at: int, end: int) -> bool:
    before = near.word_before(text, at)
    if _HOUSE_BEFORE.search(text[max(0, at - 48) : at]):
        return True
    following = near.word_after(text, end)
    named = near.is_name(before) and not near.starts_sentence(before) and (before[-1] != "." or before == "Jr.")
    return named and (not near.is_name(following) or near.starts_sentence(following))


def _is_suffix(text: str, at: int, name: str, stop: bool) -> bool:
    before = near.word_before(text, at)
    if stop and name in _ALWAYS:
        return True
    if bool(_NUMBER_BEFORE.search(text, max(0, at - 16), at)):
        return name in _ALWAYS or stop
    if not near.is_name(before) or (near.starts_sentence(before) and not stop):
        return False
    return (stop and name != "pl") or name in _ALWAYS or bool(_HOUSE_BEFORE.search(text[max(0, at - 48) : at]))


def compass(text: str, at: int, manner: Manner) -> Found | None:
    """Read "N", "SE." in addresses and behind degrees."""
    if text[at] not in "NSEW":
        return None
    found = _SHORT.match(text, at)
    if found is None or found.group(1).lower() not in _COMPASS:
        return None
    end, stop = found.end(), bool(found.group(2))
    if near.joins(text[end : end + 1] or " ") or (at and near.joins(text[at - 1])):
        return None
    said = _COMPASS[found.group(1).lower()]
    if _DEGREES_BEFORE.search(text, max(0, at - 2), at):
        ends = stop
    elif _SUFFIX_BEFORE.search(text[max(0, at - 16) : at]):
        ends = stop and near.ends_sentence(text, end)
    elif (stop and near.word_after(text, end) in _HALVES) or _STREET_AHEAD.match(text, end - stop, end + 60):
        ends = False
    elif _ROUTE_BEFORE.search(text[max(0, at - 24) : at]):
        ends = stop
    elif _points(text, at, end) or (len(found.group(1)) == 2 and not stop and near.word_after(text, end) in _PLACES):
        return Found(end, words(said.lower(), at, end))
    else:
        return None
    return Found(end - ends, words(said, at, end - ends, tag="NNP"))


def _points(text: str, at: int, end: int) -> bool:
    """Return whether a wind blows from there, or a place lies that way: "Winds NW", "40 mi. S of Tokyo"."""
    far = text.startswith(" of ", end) and _FAR_BEFORE.search(text[max(0, at - 16) : at])
    return bool(far or _WINDS_BEFORE.search(text[max(0, at - 12) : at]))
