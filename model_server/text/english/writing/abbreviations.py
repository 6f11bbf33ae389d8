"""Abbreviations that mean one thing wherever they stand, or one thing before a name, a number or a stop.

Streets, saints and states are in `addresses`, what is written with several stops ("U.S.", "e.g.") in `initials`.
"""

from __future__ import annotations

import re

from model_server.text.english.amounts.numerals import cardinal
from model_server.text.english.tokens import Found, Manner, letters, words
from model_server.text.english.writing import near
from model_server.text.english.writing.near import word_set

# At a word's beginning: its letters, and a stop behind them if there is one.
_ABBREVIATION = re.compile(r"([A-Za-z]{1,8})(\.?)")
_NUMBER_AFTER = re.compile(r"\s?(?:[#§]?[0-9]|[ivxlcIVXLC]+\b(?!'))")
_YEAR_AFTER = re.compile(r"\s?[0-9]{3,4}\b")
_ORDINAL_BEFORE = re.compile(r"(?:[0-9](?:st|nd|rd|th)|first|second|third|fourth|fifth|revised|new|rev\.)[ \n]\Z", re.I)
_DIGIT_BEFORE = re.compile(r"[0-9][ \n]?\Z")


def _table(lines: str) -> dict[str, str]:
    pairs = (line.split(maxsplit=1) for line in lines.strip().splitlines())
    return {short: said.strip() for short, said in pairs}


# Before a name, with a stop or without one.
_TITLES = _table("""
    mr Mister
    mrs Missus
    ms Miz
    messrs Messieurs
    mme Madame
    mlle Mademoiselle
    prof Professor
    profs Professors
    rev Reverend
    msgr Monsignor
    hon Honorable
    gen General
    col Colonel
    maj Major
    capt Captain
    cpt Captain
    lt Lieutenant
    ltc Lieutenant Colonel
    sgt Sergeant
    ssgt Staff Sergeant
    cpl Corporal
    pvt Private
    pfc Private First Class
    adm Admiral
    cmdr Commander
    brig Brigadier
    gov Governor
    sen Senator
    sens Senators
    rep Representative
    reps Representatives
    pres President
    supt Superintendent
    insp Inspector
    amb Ambassador
    atty Attorney
    treas Treasurer
    fr Father
    mt Mount
    mtn Mountain
    ft Fort
    pt Point
    drs Doctors
""")
# Of these only with a stop; without one they are words, names or units.
_TITLES_WITH_STOP = word_set("hon gen rep reps sen sens pres fr pt ft col maj amb adm brig treas insp mtn")
# With a stop these are titles whatever follows.
_TITLES_ALONE = word_set("prof profs sgt capt gov lt mrs mr drs ltc cpl cmdr supt atty messrs")

# Everywhere, with a stop.
_WITH_STOP = _table("""
    approx approximately
    appt appointment
    assn association
    assoc association
    asst assistant
    attn attention
    avg average
    bldg building
    bros Brothers
    cf compare
    co Company
    conf conference
    cont continued
    contd continued
    corp Corporation
    dept department
    depts departments
    dist district
    div division
    dir director
    eds editors
    eq equation
    esp especially
    esq Esquire
    est established
    etc et cetera
    excl excluding
    exec executive
    figs figures
    govt government
    hrs hours
    hosp hospital
    incl including
    inc Incorporated
    inst institute
    intl international
    jr Junior
    lab laboratory
    ltd Limited
    max maximum
    mfg manufacturing
    mgmt management
    mgr manager
    min minimum
    misc miscellaneous
    natl national
    nos numbers
    obs observations
    orig originally
    poss possibly
    pls please
    ppl people
    prev previous
    prob probably
    prox proximately
    pub published
    qty quantity
    recd received
    ref reference
    refs references
    req required
    reqd required
    sr Senior
    tel telephone
    temp temperature
    trans translated
    univ university
    viz namely
    vol volume
    vols volumes
    vs versus
    wk week
    yrs years
    apr April
    aug August
    dec December
    feb February
    jan January
    jul July
    jun June
    mar March
    nov November
    oct October
    sep September
    sept September
    fri Friday
    mon Monday
    sat Saturday
    sun Sunday
    thu Thursday
    thur Thursday
    thurs Thursday
    tue Tuesday
    tues Tuesday
    wed Wednesday
""")
# Of these only in lower case, or before something that goes on in lower case or a digit: "Max." is a name.
_NAMES_TOO = word_set("max min ref lab temp pub cont dir div")
_VERBS = word_set("is was has had and said says did does can will would went came got who or with")
# Of these never in lower case: "the cat sat."
_CAPITALISED = word_set("""
    apr aug dec feb jan jul jun mar nov oct sep sept fri mon sat sun thu thur thurs tue tues wed co sr bros
""")
# Of these, that are names or things as well, not at a sentence's end behind such a word: "the Sun."
_THINGS_TOO = frozenset(["sun", "sat", "jan", "mar"])
_BEFORE_THINGS = word_set("the a an our my your his her their and with is was dear hi hello met")
_ALSO_WITHOUT_STOP = word_set("vs dept govt approx attn assn natl intl mfg mgmt")
# What follows these is part of what they abbreviate: no sentence ends before it, capital or not.
_GO_ON = word_set("""
    vs cf viz approx esp incl excl avg attn figs vol vols nos asst eq dist eds min max tel
""")
_BEFORE_EVERY_CAPITAL = frozenset(["etc"])

# Before a number (figures or Roman), with a stop; before figures some also without one.
_NUMBERED = _table("""
    no number
    nos numbers
    nr number
    p page
    pp pages
    pg page
    pgs pages
    ch chapter
    chap chapter
    chs chapters
    vol volume
    vols volumes
    sec section
    secs sections
    sect section
    art article
    arts articles
    fig figure
    figs figures
    eq equation
    eqs equations
    ex example
    pt part
    pts parts
    par paragraph
    para paragraph
    paras paragraphs
    app appendix
    ver version
    rev revision
    ext extension
    tel telephone
    tab table
    ep episode
    eps episodes
    ser series
    v verse
    vv verses
    n note
    l line
    ll lines
    col column
    rm room
    ste suite
    apt apartment
    bldg building
    fl floor
    rt route
    rte route
    hwy highway
    ca circa
    c circa
    fl floor
    b born
    d died
    est established
    op opus
    ph phone
    lot lot
    def definition
    thm theorem
    lem lemma
    prop proposition
    ref reference
""")
_FIGURES_WITHOUT_STOP = word_set("""
    nos pp pg pgs fig figs vol vols chap para eq eqs ext ver rm ste apt bldg rte hwy nr ep
""")
_ROOMS = frozenset(["apt", "ste", "rm", "bldg", "fl"])
_ROOM = re.compile(r"[ \n]?#?([0-9]{1,3})-?([A-Za-z])(?!\w)")
_BEFORE_YEARS = frozenset(["c", "b", "d", "ca", "est"])


def match(text: str, at: int, manner: Manner) -> Found | None:
    """Read an abbreviation of the tables."""
    if (found := _ABBREVIATION.match(text, at)) is None:
        return None
    short = found.group(1)
    name = short.lower()
    stop = bool(found.group(2))
    end = found.end()
    if not near.is_bounded(text, at, end - stop) or (stop and near.joins(text[end : end + 1] or " ")):
        stuck = stop and text[end : end + 1].isdigit() and name in _NUMBERED  # "p.3"
        if not stuck or near.joins(text[at - 1 : at] or " "):
            return None
    if name in _TITLES and (said := _title(text, at, found)) is not None:
        return said
    if name in _NUMBERED and (said := _numbered(text, at, found)) is not None:
        return said
    if name in _TITLES_ALONE and stop:
        return _said(text, at, found, _TITLES[name])
    if name == "ed" and stop:
        return _ed(text, at, end)
    if name == "v" and stop and short.islower() and _is_case(text, at, end):
        return Found(end, words("versus", at, end))
    if name == "al" and near.word_before(text, at) in ("et", "Et"):
        return _said(text, at, found, "al")
    return _everywhere(text, at, found) if name in _WITH_STOP else None


def _is_case(text: str, at: int, end: int) -> bool:
    """Return whether a "v." stands between two names: "Roe v. Wade"."""
    return near.is_name(near.word_before(text, at)) and near.is_name(near.word_after(text, end))


def _title(text: str, at: int, found: re.Match[str]) -> Found | None:
    short, stop = found.groups()
    name = short.lower()
    if not stop and (name in _TITLES_WITH_STOP or not short[0].isupper()):
        return None
    following = near.word_after(text, found.end())
    common = name in ("mr", "mrs", "ms")
    if not common and not (near.is_name(following) and text[found.end() : found.end() + 1].isspace()):
        return None
    if name in ("ft", "mt", "pt", "col") and _DIGIT_BEFORE.search(text, max(0, at - 2), at):
        return None  # "5 ft. Then"
    if not short[0].isupper() and not common and name != "prof":
        return None
    said = _TITLES[name]
    return Found(found.end(), words(said if short[0].isupper() else said.lower(), at, found.end(), tag="NNP"))


def _numbered(text: str, at: int, found: re.Match[str]) -> Found | None:
    short, stop = found.groups()
    name = short.lower()
    after = found.end()
    if not stop and (name not in _FIGURES_WITHOUT_STOP or not text[after : after + 2].lstrip()[:1].isdigit()):
        return None
    if not (_YEAR_AFTER if name in _BEFORE_YEARS else _NUMBER_AFTER).match(text, after):
        return None
    if len(name) == 1 and not short.islower():
        return None  # initials: "D. 5"
    if short.isupper() and len(name) > 1 and name not in ("no", "nos", "apt", "ste", "fig", "vol"):
        return None
    if name in ("no", "col", "def", "lot", "ex", "art", "app") and not text[after : after + 2].lstrip()[:1].isdigit():
        return None  # "No. I did not."
    said = near.like(short, _NUMBERED[name])
    if name in _ROOMS and (room := _ROOM.match(text, after)):
        tokens = (*words(said, at, after), *words(cardinal(room[1]), *room.span(1)), letters(room[2], *room.span(2)))
        return Found(room.end(), tokens)
    return Found(after, words(said, at, after))


def _ed(text: str, at: int, end: int) -> Found | None:
    before = text[max(0, at - 12) : at]
    if _ORDINAL_BEFORE.search(before):
        said = "edition"
    elif before[-1:] == "(" and text[end : end + 1] in (")", ","):
        said = "editor"
    elif text.startswith(" by ", end):
        said = "edited"
    elif near.is_name(near.word_after(text, end)) and before.rstrip()[-1:] in (",", "(") and text[at] == "e":
        said = "edited by"
    else:
        return None
    stopped = said == "edition" and near.ends_sentence(text, end)
    return Found(end - stopped, words(near.like(text[at], said), at, end - stopped))


def _everywhere(text: str, at: int, found: re.Match[str]) -> Found | None:
    short, stop = found.groups()
    name = short.lower()
    if not stop and not (name in _ALSO_WITHOUT_STOP and near.is_bounded(text, at, found.end())):
        return None
    if name in _CAPITALISED and not short[0].isupper():
        return None
    if name in ("min", "hrs", "yrs", "sec", "wk") and _DIGIT_BEFORE.search(text, max(0, at - 2), at):
        return None  # units
    goes_on = text[found.end() : found.end() + 2].strip()[:1]
    if name in ("max", "min") and short[0].isupper() and near.word_after(text, found.end()) in _VERBS:
        return None
    alone = not (goes_on.islower() or goes_on.isdigit() or goes_on in ("(", ":", ","))
    if name in _NAMES_TOO and alone and (short[0].isupper() or name not in ("max", "min")):
        return None
    thing = name in _THINGS_TOO and near.word_before(text, at).lower() in _BEFORE_THINGS
    if thing and near.ends_sentence(text, found.end()):
        return None
    if name == "est" and not goes_on.isdigit():
        return _said(text, at, found, "estimated")
    return _said(text, at, found, _WITH_STOP[name])


def _said(text: str, at: int, found: re.Match[str], said: str) -> Found:
    """Return the words; a stop that also ends the sentence is left to be a mark."""
    short, stop = found.groups()
    name = short.lower()
    names = name in _BEFORE_EVERY_CAPITAL
    ends = bool(stop) and near.ends_sentence(text, found.end(), names=names)
    if ends and name in _GO_ON and text[found.end() : found.end() + 8].strip():
        ends = False
    end = found.end() - ends
    return Found(end, words(near.like(short, said), at, end))
