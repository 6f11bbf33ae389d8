"""Short forms of advertisements, tickets, chat, courts and the police: "£650 pcm", "12 ea.", "exp. 09/27", "R v Brown".

Each stands for what it stands for only beside certain neighbours, so that a reading is a pattern and what stands before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from model_server.text.english.amounts.numerals import cardinal
from model_server.text.english.amounts.speech import found
from model_server.text.english.tokens import Found, Manner, word_set
from model_server.text.english.writing import near

_LOOK = 40  # characters that are looked back at
_DIGIT = r"[0-9½¼¾%] ?\Z"
_MONEY = r"(?:[£€$][0-9][0-9,.]{0,9}[kKm]? ?|[0-9]p ?)\Z"
_MOTORWAY = r"\bM[0-9]{1,2}\b[^.!?]{0,24}(?:at|near|from|and|to|between|after|before|off|leave|exit|[-–,(]) ?\Z"
_TEAM = (
    r"(?:\bNo\. ?[0-9]{1,2} |\bvs?\.? |\bbeats? |\bat |\A)"
    r"(?:Ohio|Michigan|Penn|Iowa|Kansas|Florida|Arizona|Oklahoma|Oregon|Boise|Fresno|San Diego|Mississippi|Colorado|Texas|Utah) \Z"
)
_PLAYS = r"(?= (?:[0-9]{1,3}\b|vs?\b|beats?\b|def\b|lost\b|won\b|fell\b|upset\b)|[,;]? ?\Z)"


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is written and said; `behind` is what must stand before it. In `said`, "_A" is a letter that is spelled."""

    written: re.Pattern[str]
    said: str
    british: str
    behind: re.Pattern[str] | None


def _reading(written: str, said: str, behind: str = "", british: str = "") -> _Reading:
    return _Reading(re.compile(written), said, british or said, re.compile(behind) if behind else None)


# By the character that they begin with. The first that fits is believed.
_READINGS: dict[str, tuple[_Reading, ...]] = {
    "A": (
        _reading(r"AA(?=(?: or| and|,)? AAA\b|/AAA\b|[ -](?:alkaline |size |cell )?(?:batter|cells?\b))", "double _A"),
        _reading(r"A\$AP\b", "A sap"),
    ),
    "C": (
        _reading(r"Conf\.? ?#:?(?= ?[A-Z0-9])", "confirmation number"),
        _reading(r"Conf\.?(?= (?:no|num|number|code)\b)", "confirmation"),
        _reading(r"Ch\.?(?= (?:Supt|Insp)\b)", "chief"),
    ),
    "c": (
        _reading(
            r"c\.(?= ?[0-9£$€])",
            "circa",
            r"(?:[:(,;] ?|\b(?:of|is|was|cost|worth|population|total|at|around|to|in|from|until|built|since) )\Z",
        ),
        _reading(r"conf\.? ?#:?(?= ?[A-Z0-9])", "confirmation number"),
    ),
    "d": (
        _reading(r"dir\.(?= [A-Z][a-z])", "directed by", r"[,;(] ?\Z"),
        _reading(r"def\.(?= (?:No\. [0-9]{1,2} )?[A-Z])", "defeated", r"\b[A-Z][\w'-]{1,20}\.? \Z"),
    ),
    "D": (_reading(r"Det\.?(?= (?:Ch|Chief|Supt|Sgt|Insp|Const?|Con|Constable|Sergeant|Inspector)\b)", "detective"),),
    "e": (
        _reading(r"ea(?:\.|\b)", "each", _DIGIT + r"|[¢p] ?\Z"),
        _reading(r"exp\.?(?=:? ?(?:[01]?[0-9]/[0-9]|20[0-9]{2}\b|[A-Z][a-z]{2,8}\.? [0-9]))", "expires"),
        _reading(r"exp\.", "experience", r"(?:\byrs?\.?'?|years?'?|months?'?|\bof|\bno|w/|with|prior|some|work) \Z"),
    ),
    "E": (
        _reading(
            r"Exs?\.(?= [0-9A-Z]{1,3}\b)",
            "exhibit",
            r"(?:\b(?:[Pp]laintiff|[Dd]efendant|[Gg]overnment|State|People|Pl\.|Def\.)s?'?s?|\b(?:Trial|Joint|Hearing|Dep\.|Decl\.|Compl\.),?) \Z",
        ),
        _reading(r"(?:Exp|EXP)\.?(?=:? ?(?:[01]?[0-9]/[0-9]|20[0-9]{2}\b|[A-Z][a-z]{2,8}\.? [0-9]))", "expires"),
    ),
    "f": (
        _reading(r"feat\.(?= [\w$])", "featuring"),
        _reading(r"ft\.(?= [A-Z])", "featuring", r"(?:[a-z)\"']|\() ?\Z"),
        _reading(r"fl\.?(?!\w)", "floor", r"[0-9](?:st|nd|rd|th) \Z"),
    ),
    "F": (_reading(r"F[Ww](?=: )", "forward"),),
    "i": (
        _reading(r"inc\.(?= )", "including"),
        _reading(r"inc(?= (?:VAT|GST|tax|bills?|P&P|p&p|postage|breakfast|delivery)\b)", "including"),
    ),
    "k": (_reading(r"ke\$ha\b", "Kesha"),),
    "K": (_reading(r"K[eE]\$[hH][aA]\b", "Kesha"),),
    "L": (
        _reading(r"Lt\.?-Col\.?(?= [A-Z])", "Lieutenant Colonel"),
        _reading(r"Lt\.?-Gen\.?(?= [A-Z])", "Lieutenant General"),
    ),
    "m": (_reading(r"mths?(?:\.|\b)", "months", _DIGIT),),
    "M": (
        _reading(r"Mr(?= (?:&|and) (?:Mrs|Ms|Miss|Dr|Mr)\b)", "mister"),
        _reading(r"Maj\.?-Gen\.?(?= [A-Z])", "Major General"),
        _reading(r"MoM\b", "month over month", british="month on month"),
    ),
    "n": (
        _reading(r"nr\.?(?= [A-Za-z])", "near"),
        _reading(r"nts\b\.?", "nights", r"[0-9] ?\Z"),
        _reading(
            r"no(?:\.|(?=:))",
            "number",
            r"(?:\b[A-Z]{2,5}|\b(?:[Rr]ef|[Oo]rder|[Tt]el|[Pp]hone|[Aa]ccount|[Aa]cct|[Ss]erial|[Pp]art|[Ii]nvoice|[Mm]odel|[Rr]eg|"
            r"[Pp]olicy|[Ff]light|[Cc]ase|[Rr]oll|[Ll]icen[cs]e|[Pp]assport|[Rr]egistration|[Mm]obile|[Ff]ax)\.?) \Z",
        ),
    ),
    "N": (
        _reading(
            r"No(?= [0-9]{1,3}(?![0-9,.:]?[0-9]|[-%]))", "number", r"[a-z][,;]? (?:the )?\Z|\b(?:the|his|her|a) \Z"
        ),
        _reading(
            r"No(?= 1[01] (?:said|says|has|is|was|declined|insisted|refused|confirmed|denied|sources?|spokes|aides?|staff)\b)",
            "number",
        ),
    ),
    "p": (
        _reading(r"pcm\b", "per calendar month", _MONEY),
        _reading(r"pppn\b", "per person per night", _MONEY),
        _reading(r"pw\b", "per week", _MONEY),
        _reading(r"pp\b", "per person", _MONEY),
        _reading(r"p\.a(?:\.|\b)|pa\b", "per annum", _MONEY + r"|[0-9k%] \Z|\b(?:paid|salary|leave|interest) \Z"),
        _reading(r"p(?= [0-9]{1,4}\b(?![.,:]?[0-9]))", "page", r"(?:[,;(] |\bsee |\bon )\Z"),
        _reading(r"pt(?= [0-9]{1,2}\b)", "part", r"(?:[a-z0-9][,;:(] |\A|\n)\Z"),
    ),
    "P": (
        _reading(r"P!nk\b", "Pink"),
        _reading(r"Pt(?= [0-9]{1,2}\b)", "part", r"(?:[\w\"][,;:(]? |\A|\n)\Z"),
        _reading(
            r"Pt\.?(?= (?:is|was|has|had|denies|denied|reports|reported|states|stated|presents|presented|complains|admitted|seen)\b)",
            "patient",
        ),
    ),
    "Q": (_reading(r"QoQ\b", "quarter over quarter", british="quarter on quarter"),),
    "q": (_reading(r"qoq\b", "quarter over quarter", british="quarter on quarter"),),
    "S": (
        _reading(r"Se7en\b", "seven"),
        _reading(r"St\." + _PLAYS, "State", _TEAM),
    ),
    "s": (
        _reading(r"ss\.(?= ?[0-9])", "sections", r"(?:\A|[\s(])\Z"),
        _reading(r"s\.(?= ?[0-9])", "section", r"(?:\A|[\s(])\Z"),
        _reading(r"s(?= [0-9]{1,3}\b)", "section", r"(?:Act [0-9]{4},? |\b(?:under|by|of|see) )\Z"),
    ),
    "v": (_reading(r"v(?= [A-Z])", "versus", r"(?:\b[A-Z][\w'.-]{0,20}|\)) \Z"),),
    "V": (_reading(r"Vits?\.?(?= [A-K](?:[0-9]{1,2})?\b)", "vitamin"),),
    "w": (
        _reading(r"w/c(?= (?:the )?(?:[0-9]{1,2}(?:st|nd|rd|th)?\b|Mon|[A-Z][a-z]{2,8}\.? [0-9]))", "week commencing"),
        _reading(r"wk(?= [0-9]{1,2}\b)", "week", r"(?:[a-z0-9][,;:(] |\A|\n|\b(?:in|of|by|from|until) )\Z"),
    ),
    "W": (_reading(r"W/D\b", "_WD"), _reading(r"Wk(?= [0-9]{1,2}\b)", "week")),
    "y": (_reading(r"yoy\b", "year over year", british="year on year"),),
    "Y": (
        _reading(r"YoY\b|YOY\b", "year over year", british="year on year"),
        _reading(r"Yrs?(?= [0-9]{1,2}\b)", "year"),
    ),
}
# What looks like any other word.
PLAIN_LOOKING = word_set(
    "Ch Conf Det EXP Exp Vit c conf def dir ea exp feat fl mth mths nr nts no No p pa pp pcm pppn pt Pt pw qoq s v wk Wk Yr Yrs yoy inc"
)

_EPISODE = re.compile(r"S([0-9]{1,2})[ ]?E([0-9]{1,3})(?!\w)")
_JUNCTION = re.compile(r"J([0-9]{1,2})(?=A?(?!\w))")
_ON_MOTORWAY = re.compile(_MOTORWAY)
_STARRED = re.compile(r"([A-D])\*(s?)(?![\w*/=+(])")
_BEFORE_GRADE = re.compile(r"(?:\A|[\s(“\"])\Z")
_LISTED = re.compile(r"\bGrade (?:II?|1|2)\Z")
_STARTS = frozenset(' \n\t(["“,:;—–-/£')


def match(text: str, at: int, manner: Manner) -> Found | None:
    """Read what begins with a letter."""
    if at and not (text[at - 1] in _STARTS or text[at - 1].isdigit()):
        return None
    special = _special(text, at, manner)
    if special:
        return special
    for reading in _READINGS.get(text[at], ()):
        written = reading.written.match(text, at)
        if written is None or (text[at - 1 : at].isdigit() and reading.behind is None):
            continue
        if written[0][-1:].isalnum() and near.joins(text[written.end() : written.end() + 1] or " "):
            continue
        if reading.behind and not reading.behind.search(text[max(0, at - _LOOK) : at]):
            continue
        end = written.end()
        if text[end - 1] == "." and near.ends_sentence(text, end):
            end -= 1
        said = reading.british if manner.british else reading.said
        capitals = sum(map(str.isupper, written[0]))
        return found(end, (near.like(text[at], said) if capitals == 1 else said, at, end))
    return None


def _special(text: str, at: int, manner: Manner) -> Found | None:
    """Read what has a part of its own to be said: "S02E05", "J19" of a motorway, the grade "A*"."""
    if text[at] == "S" and (episode := _EPISODE.match(text, at)):
        season = f"Season {cardinal(str(int(episode[1])))}", at, episode.end(1)
        return found(
            episode.end(), season, (f"episode {cardinal(str(int(episode[2])))}", episode.end(1), episode.end())
        )
    if text[at] == "J" and manner.british and (junction := _JUNCTION.match(text, at)):
        if _ON_MOTORWAY.search(text[max(0, at - _LOOK) : at]):
            return found(junction.end(), (f"junction {cardinal(junction[1])}", at, junction.end()))
        return None
    grade = _STARRED.match(text, at) if text[at + 1 : at + 2] == "*" else None
    if grade and _BEFORE_GRADE.search(text[max(0, at - 1) : at]):
        return found(grade.end(), (f"_{grade[1]}", at, at + 1), (f"star{grade[2]}", at + 1, grade.end()))
    return None


def star(text: str, at: int, manner: Manner) -> Found | None:
    """Read the star of a listed building: "Grade II*"."""
    return found(at + 1, ("star", at, at + 1)) if _LISTED.search(text[max(0, at - 9) : at]) else None
