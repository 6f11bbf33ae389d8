"""States behind cities: "Boston, MA", "Worcester, Mass."."""

from __future__ import annotations

import re

from model_server.text.english.tokens import Found, Kind, Manner, Token, letters, word_set, words
from model_server.text.english.writing import near

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
    "alta": "Alberta",
    "man": "Manitoba",
    "ont": "Ontario",
    "que": "Quebec",
    "sask": "Saskatchewan",
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
_PARTY = re.compile(r"([DRIL])-([A-Z][A-Za-z]{1,13})(\.?)(?=[),;:.]|\Z)")
_STATE_NAMES = frozenset(_STATES.values())
_ZIP = re.compile(r"[ \n]+[0-9]{5}\b")
# Words in front of a comma that are no cities, before states that are words too.
_NO_CITIES = word_set("""
    yes no well so oh hi hello hey thanks okay sure right and but then alright fine now look listen please sorry who what
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


def party(text: str, at: int, manner: Manner) -> Found | None:
    """Read party and state behind a politician's name: "(D-MA)", "(I-Vt.)", ", R-Texas,"."""
    written = _PARTY.match(text, at) if text[at - 1 : at] in ("(", " ") else None
    if written is None or (text[at - 1] == " " and text[at - 2 : at - 1] != ","):
        return None
    place = written[2]
    state_name = _STATES.get(place) or _OLD_STATES.get(place.lower()) or (place if place in _STATE_NAMES else None)
    if state_name is None:
        return None
    start, end = written.span(2)
    end += bool(written[3]) and not (text[at - 1] == " " and near.ends_sentence(text, written.end()))
    mark = Token(",", start - 1, start, Kind.MARK)
    return Found(
        end, (letters(written[1], at, at + 1).followed(False), mark, *words(state_name, start, end, tag="NNP"))
    )
