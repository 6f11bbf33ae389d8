"""Streets and saints, drives and doctors, states behind cities, the points of the compass in addresses."""

from __future__ import annotations

import re

from model_server.text.english.tokens import Found, Manner, letters, words
from model_server.text.english.writing import near
from model_server.text.english.writing.near import word_set

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
_PLACES = word_set("corner wind winds side quadrant of from section portion part edge suburbs coast")
# Capitals before "St." that open a sentence or belong to the saint's place.
_BEFORE_SAINTS = word_set("""
    mount mt fort ft port east west north south visit near from to in at by saint old new lake sault the and of
    with see church cathedral basilica feast when where while after before since
""")

_STATES = {
    "AL": "Alabama",
    "AK": "Alaska",
    "AZ": "Arizona",
    "AR": "Arkansas",
    "CA": "California",
    "CO": "Colorado",
    "CT": "Connecticut",
    "DE": "Delaware",
    "FL": "Florida",
    "GA": "Georgia",
    "HI": "Hawaii",
    "ID": "Idaho",
    "IL": "Illinois",
    "IN": "Indiana",
    "IA": "Iowa",
    "KS": "Kansas",
    "KY": "Kentucky",
    "LA": "Louisiana",
    "ME": "Maine",
    "MD": "Maryland",
    "MA": "Massachusetts",
    "MI": "Michigan",
    "MN": "Minnesota",
    "MS": "Mississippi",
    "MO": "Missouri",
    "MT": "Montana",
    "NE": "Nebraska",
    "NV": "Nevada",
    "NH": "New Hampshire",
    "NJ": "New Jersey",
    "NM": "New Mexico",
    "NY": "New York",
    "NC": "North Carolina",
    "ND": "North Dakota",
    "OH": "Ohio",
    "OK": "Oklahoma",
    "OR": "Oregon",
    "PA": "Pennsylvania",
    "RI": "Rhode Island",
    "SC": "South Carolina",
    "SD": "South Dakota",
    "TN": "Tennessee",
    "TX": "Texas",
    "UT": "Utah",
    "VT": "Vermont",
    "VA": "Virginia",
    "WA": "Washington",
    "WV": "West Virginia",
    "WI": "Wisconsin",
    "WY": "Wyoming",
}
# The older abbreviations, without their stops.
_OLD_STATES = {
    "ala": "Alabama",
    "ariz": "Arizona",
    "ark": "Arkansas",
    "calif": "California",
    "colo": "Colorado",
    "conn": "Connecticut",
    "del": "Delaware",
    "fla": "Florida",
    "ga": "Georgia",
    "ill": "Illinois",
    "ind": "Indiana",
    "kan": "Kansas",
    "kans": "Kansas",
    "ky": "Kentucky",
    "la": "Louisiana",
    "mass": "Massachusetts",
    "md": "Maryland",
    "mich": "Michigan",
    "minn": "Minnesota",
    "miss": "Mississippi",
    "mo": "Missouri",
    "mont": "Montana",
    "neb": "Nebraska",
    "nebr": "Nebraska",
    "nev": "Nevada",
    "okla": "Oklahoma",
    "ore": "Oregon",
    "pa": "Pennsylvania",
    "tenn": "Tennessee",
    "tex": "Texas",
    "va": "Virginia",
    "vt": "Vermont",
    "wash": "Washington",
    "wis": "Wisconsin",
    "wyo": "Wyoming",
}
_OLD_STATE = re.compile(r"([A-Z][a-z]{1,4})\.(?!\w)")
_UNMISTAKABLE = word_set("Calif Fla Conn Tenn Okla Ariz Minn Wis Mich Nebr Kans Wyo")
_CITY_BEFORE = re.compile(r"([A-Z][a-z'.]+),[ \n]\Z")
# What stands behind a state: a ZIP code, a mark, the end, or prose that goes on.
_BEHIND_STATE = re.compile(r"\.?(?:\Z|[,.;:!?)\"'](?:[\s\"')]|\Z)|[ \n]+(?:[0-9]{5}\b|[a-z(–—-]|\Z))")
_ZIP = re.compile(r"[ \n]+[0-9]{5}\b")
# Words in front of a comma that are no cities, before states that are words too.
_NO_CITIES = word_set("""
    yes no well so oh hi hello hey thanks okay sure right and but then alright fine now look listen please sorry
""")
_SHOUTED_TOO = frozenset(("IN", "OR", "ME", "HI", "OK", "OH"))
_BEHIND_CITIES = word_set("is was has had and on for from at by with where to are area")
_WORDS_TOO = word_set("HI ID IN LA MA ME OK OR PA OH MD")
# Of Maryland, which doctors share.
_MARYLAND = word_set("""
    Baltimore Annapolis Bethesda Rockville Spring Frederick Columbia Gaithersburg Towson Salisbury Hagerstown
    Park Laurel Bowie Germantown City Potomac Cumberland Easton Cambridge Waldorf Chase Burnie Marlboro Wheaton
    Beltsville Aberdeen
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
        said = "Saint" if near.is_name(near.word_after(text, found.end())) and not text[:at].endswith(", ") else ""
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


def _is_street(text: str, at: int, end: int, stop: bool) -> bool:
    before = near.word_before(text, at)
    if before.endswith("."):
        before = ""  # of another sentence
    following = near.word_after(text, end) if text[end : end + 1].isspace() else ""
    numbered = bool(_NUMBER_BEFORE.search(text, max(0, at - 16), at))
    if not before:
        return numbered
    if numbered or _HOUSE_BEFORE.search(text[max(0, at - 48) : at]):
        return True
    named = near.is_name(before) and before.lower() not in _BEFORE_SAINTS
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
    elif _STREET_AHEAD.match(text, end - stop, end + 60):
        ends = False
    elif len(found.group(1)) == 2 and not stop and near.word_after(text, end) in _PLACES:
        return Found(end, words(said.lower(), at, end))
    else:
        return None
    return Found(end - ends, words(said, at, end - ends, tag="NNP"))


def state(text: str, at: int, manner: Manner) -> Found | None:
    """Read the state behind a city: "Boston, MA", "Worcester, Mass."; "Calif." also by itself."""
    if not text[at].isupper():
        return None
    city = _CITY_BEFORE.search(text, max(0, at - 30), at) if text[at - 2 : at - 1] == "," else None
    if old := _old_state(text, at, city is not None):
        return old
    code = text[at : at + 2]
    if city is None or code not in _STATES or not _BEHIND_STATE.match(text, at + 2):
        return None
    if not _ZIP.match(text, at + 2):
        if _is_no_state(text, at, code, city.group(1)):
            return None
        if code == "MD" and city.group(1) not in _MARYLAND:
            return Found(at + 2, (letters("MD", at, at + 2),))
    end = at + 2 + (text[at + 2 : at + 4] in (".,", ".;", ".)"))
    return Found(end, words(_STATES[code], at, end, tag="NNP"))


def _old_state(text: str, at: int, behind_city: bool) -> Found | None:
    found = _OLD_STATE.match(text, at)
    if found is None or not near.is_bounded(text, at, found.end(1)):
        return None
    name = _OLD_STATES.get(found.group(1).lower())
    if name is None or not (behind_city or found.group(1) in _UNMISTAKABLE):
        return None
    end = found.end() - near.ends_sentence(text, found.end())
    return Found(end, words(name, at, end, tag="NNP"))


def _is_no_state(text: str, at: int, code: str, city: str) -> bool:
    """Return whether two capitals behind a word and a comma are a word: "Yes, OK"."""
    if code in _WORDS_TOO and city.lower() in _NO_CITIES:
        return True
    behind = text[at + 2 : at + 3]
    if code in ("OK", "HI", "OH") and behind in ("?", "!", ","):
        return True
    return code in _SHOUTED_TOO and behind == " " and near.word_after(text, at + 2) not in _BEHIND_CITIES
