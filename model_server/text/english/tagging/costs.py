"""How unlikely a class of words is behind another: the grammar of the tagger, as a table. Data, and its reading.

0 is what one expects, 9 what never happens; the steps are those of -log2 of how often it is seen, by judgement and not
counted from a corpus. `*` is every class that a row does not name.
"""

from __future__ import annotations

_TABLE = """
BOS: * 2, DT .5, PSS .8, NN 1.6, NNS 1.2, NNP 1, JJ 1.6, VB 1.6, VBP 9, VBZ 6, VBD 5, VBN 3, VBG 1.8, PRO 5, IT .8, YOU .8, PR1 .5,
    PR3 .5, IN 1, SUB 1, WRB 1, WH 1, RB 1, CC 1, MD 1.5, DO 1.2, BE 2, HV 2.5, END 3, RP 6, TO 3, DTP .9, EX .8, COM 1
DT: * 6, NN 0, NNS .3, NNP .8, JJ .5, VBN 1.8, VBG 1.8, CD .8, RB 2, VB 9, VBP 9, VBZ 9, VBD 9, END 5, COM 4, IN 5, DT 3
PSS: * 6, NN 0, NNS .2, NNP 1, JJ .6, VBN 2, VBG 1.6, CD 1, RB 2.5, VB 9, VBP 9, VBZ 9, VBD 9, DT 2, END 4
CD: * 4, NNS 0, NN .7, JJ .8, IN 1.5, COM 1.5, END 1.5, BE 2, VBP 3, VBZ 3.5, VBD 2.5, VB 7, CD .5, CC 1.5, VBN 2.5, VBG 3,
    RB 2.5, TO 2.5, MD 2.5, HV 2.5, NNP 2
JJ: * 3.5, NN 0, NNS .2, JJ 1, NNP 2, IN 1.3, CC 1.2, COM 1.2, END 1, TO 1.2, CD 2.5, RB 2.5, VBG 2.5, VBN 3.5, VB 7,
    VBP 5, VBZ 5, VBD 5, DT 4, SUB 1.8, WRB 2.5, PR1 3, PR3 3
NN: * 3, NN 1.3, NNS 1.5, IN .3, COM .6, END .5, BE .6, MD .8, HV 1, DO 1.5, VBZ .9, VBD .8, VBP 4.5, VB 6, VBN 2, VBG 2, CC .8,
    TO 1.2, WH 1, WRB 1.5, SUB 1.5, RB 1.3, RP 2, JJ 3.5, DT 3.5, PSS 3.8, PR1 2.2, PR3 2.2, IT 3.6, YOU 2.5, PRO 4.5, DTP 4, CD 2.8, NOT 2
NNS: * 3, NN 4, NNS 4.5, IN .3, COM .6, END .5, BE .6, MD .8, HV 1, DO 1.2, VBZ 5, VBD .8, VBP .8, VB 6, VBN 1.8, VBG 1.8, CC .8,
    TO 1.2, WH 1, WRB 1.5, SUB 1.5, RB 1.2, RP 2, JJ 3.3, DT 3.5, PSS 3.8, PR1 2.2, PR3 2.2, YOU 2.5, PRO 4.5, DTP 4, CD 3, NOT 2
NNP: * 3, NNP .4, NN 1.2, NNS 1.8, IN .6, COM .6, END .6, BE .8, MD .9, HV 1, DO 1.5, VBZ .9, VBD .7, VBP 4, VB 6, VBN 2.5, VBG 2.5,
    CC .8, TO 1.4, WH 1.4, RB 1.3, JJ 3.5, DT 3.5, CD 2, PRO 4.5, DTP 4
PR1: * 4, VBP .3, VBD .3, MD .3, HV .3, BE .3, DO .4, RB .8, NOT 1, VBZ 7, VB 5, NN 7, NNS 7, JJ 6, VBN 5, VBG 5, DTP 2
PR3: * 4, VBZ .3, VBD .3, MD .3, HV .3, BE .3, DO .4, RB .8, NOT 1, VBP 6, VB 5, NN 7, NNS 7, JJ 6, VBN 5, VBG 5
TOP: * 4, DT .2, PSS .4, NN 2.2, NNS 1.3, NNP .5, JJ 1.6, CD .8, PRO .6, IT 4, YOU 4, DTP 1.2, VBG 1, WH 1.2, WRB 2, PR1 4, PR3 4,
    VB 9, VBP 9, VBZ 9, VBD 9, VBN 4, RB 3, IN 3, BE 7, MD 7, COM 3, END 2, DO 7, HV 7
IT: * 3, VBZ .4, VBD .5, VBP 6, VB 3, BE .2, MD .3, HV .5, DO .7, IN .8, COM .8, END .6, TO 1, RB .8, JJ 2.5, NN 5, NNS 5, VBN 3.5,
    VBG 2.5, CC 1, SUB 1, WRB 1.5, RP .8
YOU: * 3, VBP .4, VBD .8, VB 2, VBZ 7, BE .4, MD .4, HV .4, DO .6, IN 1.2, COM 1, END 1, TO 1.2, RB .9, JJ 3, NN 5, NNS 5, VBN 4,
    VBG 3, DT 2, CC 1.3, SUB 1.5, WRB 1.8, WH 2, RP 1.5
PRO: * 3, IN .6, COM .7, END .5, TO .7, RB 1, DT 1.8, PSS 2, VB 2, VBG 1.8, VBN 2.5, JJ 2.2, NN 4, NNS 4, VBP 7, VBZ 7, VBD 5,
    RP .8, CC .9, SUB 1, WRB 1.3, WH 1.5
DTP: * 3, BE .2, VBZ .6, MD .5, VBD .8, VBP 2.5, HV .8, IN .8, COM .8, END .8, DO 1, NN 7, NNS 7, JJ 4, RB 1.5, CC 1, VB 6, WH 1.3,
    TO 1.3, PR1 1.2, PR3 1.2, YOU 1.2, VBN 3, VBG 3
EX: * 4, BE .1, VBZ 1, MD .5, HV 1, VBD 1.5, RB 2, VBP 3
MD: * 4, VB .1, RB .7, NOT .1, HV .5, BE .3, PR1 .8, PR3 .8, IT .9, YOU .8, DT 1.5, PSS 1.5, NN 4, NNS 3, NNP 2, JJ 5, VBP 6, VBZ 9,
    VBD 8, VBN 6, COM 3, END 2.5, DO .8, DTP 2.5
TO: * 8, VB .1, BE .2, HV .4, DO .5, RB 2, NOT 2
HV: * 4, VBN .3, TO .8, DT .6, PSS 1, CD 1, RB .8, NOT .5, BE .3, NN 1.8, NNS 1.6, JJ 1.6, PR1 1.2, PR3 1.2, IT 1.8, YOU 1.2, PRO 2,
    DTP 2, VB 7, VBP 9, VBD 7, VBZ 9, VBG 3.5, HV .5, END 2, COM 2, NNP 1.8
BE: * 3.5, DT .5, JJ .6, VBN .5, VBG .5, RB .6, NOT .3, IN .7, NN 2, NNS 2, NNP 1.6, PSS 1, CD 1, TO 1.2, PR1 1.2, PR3 1.2, IT 1.2,
    YOU 1.2, DTP 2, WRB 1.5, WH 1.6, END 1.5, COM 1.5, VB 8, VBP 9, VBZ 9, VBD 8, BE .8, SUB 1.4, RP 1.5
DO: * 4, VB .4, NOT .1, PR1 .4, PR3 .4, DT .6, IT .8, YOU .4, PRO 2, PSS 1, NN 2.2, NNS 2, NNP 1, JJ 2.5, RB 1, END 1.5, IN 1.5,
    DTP 1.3, VBP 7, VBZ 9, VBD 9, VBN 6, EX 1.5, WH 2
VB: * 3, DT .4, PSS .5, IN .8, PRO .5, IT 1.5, YOU 1.4, DTP 1, NN 1.5, NNS 1.2, NNP 1.3, JJ 1.4, RB .9, RP .6, TO .9, SUB .9, CD 1.2,
    COM 1.2, END 1, CC 1.2, WH 1.3, WRB 1, VBG 1.6, VBN 2, PR1 1.6, PR3 1.6, VB 4.5, VBP 7, VBZ 7, VBD 7, BE 5, MD 6, HV 5, DO 5
VBN: * 3, IN .4, TO .7, RB .9, RP .7, COM .9, END .7, NN 1.4, NNS 1.2, DT 1.2, PSS 1.3, CC 1, PRO 1.2, IT 2.4, YOU 2.4, JJ 2, NNP 1.8,
    CD 1.8, WH 2, WRB 1.4, SUB 1.4, VB 7, VBP 5, VBZ 5, VBD 4.5, BE 3, MD 3, HV 3.5, VBG 2.2, PR1 2.5, PR3 2.5, DTP 1.6
VBG: * 3, DT .5, PSS .6, IN .7, PRO .6, IT 2, YOU 2, DTP 1.3, NN .9, NNS .8, NNP 1.4, JJ 1.3, RB 1, RP .8, TO 1, SUB 1.2, CD 1.3,
    COM 1, END .8, CC 1.1, WH 1.5, WRB 1.4, VBG 2.5, VBN 2.2, VB 7, VBP 5, VBZ 2.5, VBD 2.5, BE 1.6, MD 2, HV 2.5
IN: * 4, DT .2, PSS .4, NN .8, NNS .7, NNP .5, JJ .9, CD .7, PRO .6, IT 4, YOU 4, DTP 1.2, VBG .8, WH 1.2, WRB 2, PR1 3, PR3 3,
    VB 9, VBP 9, VBZ 9, VBD 9, VBN 3, RB 2, IN 2, BE 6, MD 6, COM 3, END 2, DO 6, HV 6, TO 3
SUB: * 4, PR1 .3, PR3 .3, IT .4, YOU .5, DT .4, PSS .6, NN 1.2, NNS .9, NNP .7, JJ 1.3, EX 1, DTP 1, VBG 2, VBN 2.3, IN 1.8, RB 1.5,
    VB 7, VBP 8, VBZ 8, VBD 7, CD 1, PRO 4, TO 3, COM 2.5
CC: * 2, DT .5, PSS .7, NN 1, NNS 1, NNP 1, JJ 1.3, VB 1.6, VBP 1.9, VBZ 1.9, VBD 1.5, VBN 2, VBG 1.8, PR1 .6, PR3 .6, IT .8, YOU .8,
    PRO 1.3, DTP 1.3, RB 1, MD 1.6, BE 1.6, HV 1.6, DO 1.6, TO 1.4, IN 1.3, CD 1, SUB 1.2, WH 1.5, WRB 1.4, NOT 1.2, EX 1
WH: * 3, VBZ .5, VBD .5, VBP .8, MD .5, BE .3, HV .6, DO .6, PR1 .5, PR3 .5, IT .7, YOU .5, DT .6, PSS .8, NN 2, NNS 1.6, NNP 1,
    RB 1, JJ 2.2, VB 7, TO 2, VBN 4, IN 3, NOT 2, DTP 2, EX 1.5
WRB: * 3, PR1 .4, PR3 .4, DT .5, DO .5, MD .6, BE .5, HV 1, IT .5, YOU .5, JJ 1.2, RB 1, NN 1.6, NNS 1.2, NNP .8, TO .8, VB 5,
    VBP 7, VBZ 6, VBD 5, VBN 2.5, VBG 2.5, PSS .8, DTP 1.2, EX 1
RB: * 3, JJ .6, RB 1, VBN 1, VB 2.2, VBP 2.5, VBZ 2.2, VBD 1.3, VBG 1.5, IN 1, COM .8, END .8, DT 1, PSS 1.2, PR1 .8, PR3 .8, IT 1,
    YOU 1, NN 2.2, NNS 2.2, NNP 1.8, CC 1.3, SUB 1.2, TO 1.5, CD 1.5, BE 2, MD 2, HV 2, DO 2, WRB 1.6, WH 2, PRO 3, DTP 1.5, EX 1.5
COM: * 2, DT .6, PSS .8, NN 1.3, NNS 1.3, NNP 1, JJ 1.4, VB 2, VBP 3, VBZ 2.5, VBD 2.2, VBN 2, VBG 1.5, PR1 .6, PR3 .6, IT .7,
    YOU .7, PRO 3, CC .6, SUB .9, WH .8, WRB 1, RB 1, MD 2, BE 2, HV 2, DO 2, IN 1, TO 1.8, CD 1.2, DTP 1.5, EX 1.2, END 3, RP 5
"""
# Alike as far as what follows is concerned.
_LIKE = {"REL": "WH", "VBP": "VB", "VBZ": "VB", "VBD": "VB", "RP": "RB", "NOT": "RB", "UH": "COM"}

# "that" is a relative behind nouns only.
_BEFORE_RELATIVE = {
    "BOS": 9.0,
    "COM": 4.0,
    "CC": 3.0,
    "VB": 3.0,
    "IN": 9.0,
    "TOP": 9.0,
    "BE": 4.0,
    "JJ": 3.0,
    "RB": 3.0,
}

# An adjective inside a phrase that began with "the" or "my" (AJ): a noun should come.
_HEADS = ("NN", "NNS", "NNP", "JJ", "VBG", "VBN", "CC", "COM")
_NO_HEAD = 1.0

# What stays in view behind an adverb: "has not yet been", "will probably be", "the record also holds".
SEEN_THROUGH = frozenset(
    ["MD", "TO", "DO", "HV", "BE", "PR1", "PR3", "IT", "YOU", "NN", "NNS", "NNP", "DTP", "WH", "REL", "BOS", "PRO"]
)

# "and" and commas join what is alike: this much cheaper.
_JOINED = {"CC": 1.8, "COM": 0.5}
_ALIKE = (
    frozenset(("NN", "NNS", "NNP", "PRO")),
    frozenset(("VB",)),
    frozenset(("VBP", "VBD")),
    frozenset(("VBZ", "VBD")),
    frozenset(("VBN",)),
    frozenset(("VBG",)),
    frozenset(("JJ", "AJ")),
    frozenset(("RB",)),
)

Row = dict[str, float]


def _rows() -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for line in _TABLE.replace("\n    ", " ").strip().splitlines():
        name, _, entries = line.partition(": ")
        rows[name] = {entry.split()[0]: float(entry.split()[1]) for entry in entries.split(", ")}
    for name, row in rows.items():
        row["TOP"] = 0.7 if name == "JJ" else row.get("IN", row["*"])
        row["REL"] = _BEFORE_RELATIVE.get(name, row.get("WH", row["*"]))
    rows["AJ"] = {name: cost if name in _HEADS else cost + _NO_HEAD for name, cost in rows["JJ"].items()}
    return rows | {name: rows[like] for name, like in _LIKE.items()}


def _joined(rows: dict[str, Row]) -> dict[str, Row]:
    """Return rows for "CC" and "COM" behind each class, which prefer that class on their other side as well."""
    made: dict[str, Row] = {}
    for joint, less in _JOINED.items():
        for before in rows:
            alike = frozenset[str]().union(*(family for family in _ALIKE if before in family))
            row = rows[joint]
            made[f"{joint} {before}"] = {**row, **{name: row.get(name, row["*"]) - less for name in alike}}
    return made


ROWS = _rows()
ROWS |= _joined(ROWS)
SEEN_THROUGH |= {context for context in ROWS if context.startswith(tuple(_JOINED))}
