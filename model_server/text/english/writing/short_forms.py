"""What short forms of advertisements, tickets, chat, courts, hospitals and sports stand for, and beside what. Data.

A reading is a pattern, what is said, and what must stand before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from model_server.text.english.tokens import word_set

_DIGIT = r"[0-9½¼¾%] ?\Z"
_MONEY = r"(?:[£€$][0-9][0-9,.]{0,9}[kKm]? ?|[0-9]p ?)\Z"
_DOSE = r"(?:\b(?:mg|mcg|tabs?|tablets?|caps?|mL|ml|PO|po|units?|puffs?|drops?)) \Z"
_NAME = r"\b[A-Z][A-Za-z'’.-]{1,20} \Z"
_TEAM = (
    r"(?:\bNo\. ?[0-9]{1,2} |\bvs?\.? |\bbeats? |\bat |\A)"
    r"(?:Ohio|Michigan|Penn|Iowa|Kansas|Florida|Arizona|Oklahoma|Oregon|Boise|Fresno|San Diego|Mississippi|Colorado|Texas|Utah) \Z"
)
_PLAYS = r"(?= (?:[0-9]{1,3}\b|vs?\b|beats?\b|def\b|lost\b|won\b|fell\b|upset\b)|[,;]? ?\Z)"


@dataclass(frozen=True, slots=True)
class Reading:
    """What is written and said; `behind` is what must stand before it. In `said`, "_A" is a letter that is spelled."""

    written: re.Pattern[str]
    said: str
    british: str
    behind: re.Pattern[str] | None


def _reading(written: str, said: str, behind: str = "", british: str = "") -> Reading:
    return Reading(re.compile(written), said, british or said, re.compile(behind) if behind else None)


# By the character that they begin with. The first that fits is believed.
READINGS: dict[str, tuple[Reading, ...]] = {
    "a": (
        _reading(r"agg\.?(?!\w)", "aggregate", r"\bon \Z"),
        _reading(r"arr\.?(?= ?[0-9]{1,2}[:.][0-9])", "arrives"),
        _reading(r"asts?(?=[,.;)]|\Z| and)", "assists", r"[0-9] \Z"),
    ),
    "A": (
        _reading(r"Amend\.(?= [IVX0-9])", "amendment"),
        _reading(r"Arr\.?(?= ?[0-9]{1,2}[:.][0-9])", "arrives"),
        _reading(r"AA(?=(?: or| and|,)? AAA\b|/AAA\b|[ -](?:alkaline |size |cell )?(?:batter|cells?\b))", "double _A"),
        _reading(r"A\$AP\b", "A sap"),
        _reading(r"A\.(?= ?[23]d\b)", "_A"),
    ),
    "b": (
        _reading(r"b4\b", "before", r"(?:[a-z]{2}|\A) ?\Z"),
        _reading(r"blks\b\.?", "blocks", r"[0-9] \Z"),
        _reading(r"blk\b\.?", "block", r"[0-9] \Z"),
    ),
    "B": (
        _reading(r"Bd\.(?= of [A-Z])", "Board"),
        _reading(r"BID(?![\w'])", "_BID", _DOSE),
        _reading(r"B4(?= (?:u|you|we|i)\b)", "before"),
    ),
    "C": (
        _reading(r"Cir\.", "Circuit", r"(?:[0-9](?:st|nd|rd|th|d)|\bFed\.|D\.C\.) \Z"),
        _reading(r"Cal\.(?= (?:Civ|Penal|Code|App|Const|Fam|Lab|Bus|Health|Gov)\b)", "California"),
        _reading(r"Civ\.(?= (?:Code|Proc|P\.|Pro))", "Civil"),
        _reading(r"Crim\.(?= (?:Code|Proc|P\.|L))", "Criminal"),
        _reading(r"Conf\.? ?#:?(?= ?[A-Z0-9])", "confirmation number"),
        _reading(r"Conf\.?(?= (?:no|num|number|code)\b)", "confirmation"),
        _reading(r"Ch\.?(?= (?:Supt|Insp)\b)", "chief"),
    ),
    "c": (
        _reading(r"cl(?= [0-9]{1,2}\b)", "clause", r"(?:[,;(] |\A|\n|\b(?:and|in|under|by|see) )\Z"),
        _reading(r"c\.?(?!\w)", "century", r"[0-9](?:st|nd|rd|th)-\Z"),
        _reading(
            r"c\.(?= ?[0-9£$€])",
            "circa",
            r"(?:[:(,;] ?|\b(?:of|is|was|cost|worth|population|total|at|around|to|in|from|until|built|since) )\Z",
        ),
        _reading(r"conf\.? ?#:?(?= ?[A-Z0-9])", "confirmation number"),
    ),
    "d": (
        _reading(r"dep\.?(?= ?[0-9]{1,2}[:.][0-9])", "departs"),
        _reading(r"dir\.(?= [A-Z][a-z])", "directed by", r"[,;(] ?\Z"),
        _reading(r"def\.(?= (?:No\. [0-9]{1,2} )?[A-Z])", "defeated", r"\b[A-Z][\w'-]{1,20}\.? \Z"),
    ),
    "D": (
        _reading(r"Dr(?= (?:&|and) (?:Mrs|Ms|Miss|Dr|Mr)\b)", "Doctor"),
        _reading(r"Dep\.?(?= ?[0-9]{1,2}[:.][0-9])", "departs"),
        _reading(r"Det\.?(?= (?:Ch|Chief|Supt|Sgt|Insp|Const?|Con|Constable|Sergeant|Inspector)\b)", "detective"),
    ),
    "e": (
        _reading(r"ea(?:\.|\b)", "each", _DIGIT + r"|[¢p] ?\Z"),
        _reading(r"exp\.?(?=:? ?(?:[01]?[0-9]/[0-9]|20[0-9]{2}\b|[A-Z][a-z]{2,8}\.? [0-9]))", "expires"),
        _reading(r"exp\.", "experience", r"(?:\byrs?\.?'?|years?'?|months?'?|\bof|\bno|w/|with|prior|some|work) \Z"),
    ),
    "E": (
        _reading(r"Educ\.", "Education", r"\bof \Z"),
        _reading(
            r"Exs?\.(?= [0-9A-Z]{1,3}\b)",
            "exhibit",
            r"(?:\b(?:[Pp]laintiff|[Dd]efendant|[Gg]overnment|State|People|Pl\.|Def\.)s?'?s?|\b(?:Trial|Joint|Hearing|Dep\.|Decl\.|Compl\.),?) \Z",
        ),
        _reading(r"(?:Exp|EXP)\.?(?=:? ?(?:[01]?[0-9]/[0-9]|20[0-9]{2}\b|[A-Z][a-z]{2,8}\.? [0-9]))", "expires"),
    ),
    "f": (
        _reading(r"feat\.(?= [\w$])", "featuring"),
        _reading(r"ft\.(?= [A-Z])", "featuring", r"[A-Za-z)\"'(](?<!sq)(?<!cu)(?<!per) ?\Z"),
        _reading(r"fl\.?(?!\w)", "floor", r"[0-9](?:st|nd|rd|th) \Z"),
    ),
    "F": (
        _reading(r"Fed\.(?= (?:R\.|Reg))", "Federal"),
        _reading(r"F[Ww](?=: )", "forward"),
        _reading(r"F\.(?= ?[23]d\b)", "_F"),
    ),
    "g": (_reading(r"gr8\b", "great"),),
    "G": (_reading(r"Gr8\b", "great"),),
    "h": (
        _reading(
            r"hon\.?(?= (?:Gentleman|Gentlemen|Lady|Ladies|Member|Members|Friend|Friends|and learned)\b)",
            "honorable",
            british="honourable",
        ),
        _reading(r"h/o(?![\w/])", "history of"),
    ),
    "i": (
        _reading(r"incl\.?(?=[,;)]| ?\Z|\n)", "inclusive"),
        _reading(r"inc\.(?= (?!said|announced|reported|is|has|was|will|and|of)[A-Za-z0-9&£$€])", "including"),
        _reading(r"inc(?= (?:VAT|GST|tax|bills?|P&P|p&p|postage|breakfast|delivery)\b)", "including"),
    ),
    "H": (_reading(r"Ht\.?(?=:? ?[0-9])", "height"),),
    "J": (_reading(r"Jct\.?(?!\w)", "Junction", _NAME),),
    "k": (_reading(r"ke\$ha\b", "Kesha"),),
    "K": (_reading(r"K[eE]\$[hH][aA]\b", "Kesha"),),
    "l": (_reading(r"l8r\b", "later"), _reading(r"l8\b", "late")),
    "L": (
        _reading(r"Lab(?=[,)])", "Lab", r"\(\Z", british="Labour"),
        _reading(r"L8r\b", "later"),
        _reading(r"Lt\.?-Col\.?(?= [A-Z])", "Lieutenant Colonel"),
        _reading(r"Lt\.?-Gen\.?(?= [A-Z])", "Lieutenant General"),
    ),
    "m": (
        _reading(r"med\.(?= (?:onion|egg|potato|carrot|heat|size|bowl|pan|sauce|high|low|shrimp|tomato))", "medium"),
        _reading(r"mths?(?:\.|\b)", "months", _DIGIT),
    ),
    "M": (
        _reading(r"Mob\.?(?=:? ?[+0])", "mobile"),
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
        _reading(
            r"prn\b", "as needed", r"(?:\b(?:daily|[qQ][0-9]{1,2}h|hours?|day|bid|tid|BID|TID|QID|mg|tabs?|PO)) \Z"
        ),
        _reading(r"pt\.?(?!\w)", "point", r"\b[Dd]ew \Z"),
        _reading(r"pts\.?(?!\w)", "points", r"\bon \Z"),
        _reading(r"pcm\b", "per calendar month", _MONEY),
        _reading(r"pppn\b", "per person per night", _MONEY),
        _reading(r"pw\b", "per week", _MONEY),
        _reading(r"pp\b", "per person", _MONEY),
        _reading(r"p\.a(?:\.|\b)|pa\b", "per annum", _MONEY + r"|% \Z|\b(?:paid|salary|leave|interest) \Z"),
        _reading(r"p(?= [0-9]{1,4}\b(?![.,:]?[0-9]))", "page", r"(?:[,;(] |\b[Ss]ee |\b[Oo]n )\Z"),
        _reading(r"pt(?= [0-9]{1,2}\b)", "part", r"(?:[a-z0-9][,;:(] |\A|\n)\Z"),
    ),
    "o": (
        _reading(r"ovs\b\.?", "overs", r"[0-9] \Z"),
        _reading(r"o/u(?![\w/])", "over under"),
    ),
    "P": (
        _reading(r"P!nk\b", "Pink"),
        _reading(r"Ph(?=: ?[(+0-9])", "phone"),
        _reading(r"P\.(?= ?[23]d\b)", "_P"),
        _reading(r"Pt(?= [0-9]{1,2}\b)", "part", r"(?:[\w\"][,;:(]? |\A|\n)\Z"),
        _reading(
            r"Pt\.?(?= (?:is|was|has|had|denies|denied|reports|reported|states|stated|presents|presented|complains|admitted|seen)\b)",
            "patient",
        ),
    ),
    "Q": (_reading(r"QoQ\b", "quarter over quarter", british="quarter on quarter"),),
    "q": (_reading(r"qoq\b", "quarter over quarter", british="quarter on quarter"),),
    "r": (
        _reading(r"rt\.?(?= [Hh]on\b)", "right"),
        _reading(r"rds?\b\.?(?! )", "rounds", r"[0-9] \Z"),
        _reading(r"rebs?(?=[,.;)]|\Z| and)", "rebounds", r"[0-9] \Z"),
    ),
    "R": (
        _reading(r"R\. Civ\. P\.", "Rule of Civil Procedure"),
        _reading(r"R\. Crim\. P\.", "Rule of Criminal Procedure"),
        _reading(r"Reg\.", "Register", r"\bFed\. \Z"),
        _reading(r"Reg\.(?= [$£€])", "regular"),
        _reading(r"Ref(?=: ?[A-Z0-9])", "reference"),
    ),
    "S": (
        _reading(r"Sec(?= [0-9]{1,3}\b)", "section"),
        _reading(r"Stn\.?(?!\w)", "Station", _NAME),
        _reading(r"Se7en\b", "seven"),
        _reading(r"St\." + _PLAYS, "State", _TEAM),
    ),
    "s": (
        _reading(r"s/p(?![\w/])", "status post"),
        _reading(r"sf\b", "square feet", r"[0-9] ?\Z"),
        _reading(r"spd\b\.?", "speed", r"[0-9][- ]\Z"),
        _reading(r"s(?= [0-9]{1,3}[A-Z]?\()", "section", r"(?:[,;(] |\A|\n)\Z"),
        _reading(r"sch\.?(?= [0-9]{1,2}\b)", "schedule", r"(?:[,;(] |\A|\n|\b(?:and|in|to|see) )\Z"),
        _reading(r"ss(?= [0-9]{1,3}[–-][0-9])", "sections", r"(?:[,;(] |\A|\n|\b(?:and|in|under|by|see) )\Z"),
        _reading(r"ss\.(?= ?[0-9])", "sections", r"(?:\A|[\s(])\Z"),
        _reading(r"s\.(?= ?[0-9])", "section", r"(?:\A|[\s(])\Z"),
        _reading(r"s(?= [0-9]{1,3}\b)", "section", r"(?:Act [0-9]{4},? |\b(?:under|by|of|see) )\Z"),
    ),
    "t": (_reading(r"tel(?=: ?[(+0-9])", "telephone"),),
    "T": (_reading(r"Tel(?=:? ?[(+0-9])", "telephone"), _reading(r"TID(?![\w'])", "_TID", _DOSE)),
    "v": (_reading(r"v(?= [A-Z])", "versus", r"(?:\b[A-Z][\w'.-]{0,20}|\)) \Z"),),
    "V": (_reading(r"Vits?\.?(?= [A-K](?:[0-9]{1,2})?\b)", "vitamin"),),
    "w": (
        _reading(r"w/e(?= (?:the )?[0-9]{1,2}(?:st|nd|rd|th)?\b)", "week ending"),
        _reading(r"wt\.?(?=: ?[0-9])", "weight"),
        _reading(r"wkts?\b\.?", "wickets", r"[0-9] \Z"),
        _reading(r"w/c(?= (?:the )?(?:[0-9]{1,2}(?:st|nd|rd|th)?\b|Mon|[A-Z][a-z]{2,8}\.? [0-9]))", "week commencing"),
        _reading(r"wk(?= [0-9]{1,2}\b)", "week", r"(?:\A|\n|[^0-9\s] )\Z"),
    ),
    "W": (
        _reading(r"Wt\.?(?=:? ?[0-9])", "weight"),
        _reading(r"WW1\b", "World War one"),
        _reading(r"WW2\b", "World War two"),
        _reading(r"W/D\b", "_WD"),
        _reading(r"Wk(?= [0-9]{1,2}\b)", "week"),
    ),
    "y": (
        _reading(r"y/y(?![\w/])", "year over year", british="year on year"),
        _reading(r"y\.o\.?(?!\w)", "year old", _DIGIT),
        _reading(r"yoy\b", "year over year", british="year on year"),
    ),
    "Y": (
        _reading(r"YoY\b|YOY\b", "year over year", british="year on year"),
        _reading(r"Yrs?(?= [0-9]{1,2}\b)", "year"),
    ),
}
# What looks like any other word.
PLAIN_LOOKING = word_set(
    "Ht Wt Ph Jct cl hon ovs rt sch ss tel Lab Mob wkt wkts incl pts Ref Sec Stn Tel agg arr ast asts blk blks dep prn rd rds reb rebs sf spd Ch Conf Det EXP Exp Vit c conf def dir ea exp feat fl mth mths nr nts no No p pa pp pcm pppn pt Pt pw qoq s v wk Wk Yr Yrs yoy inc"
)
