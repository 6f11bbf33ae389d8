"""How words are written: abbreviations, initialisms, capitals, Roman numerals, quotes, emoji, other scripts.

`RULES` in the order in which they are asked; `FIRST` before those of the other rooms.
"""

from __future__ import annotations

from model_server.text.english.tokens import Rule
from model_server.text.english.writing import (
    abbreviations,
    addresses,
    capitals,
    designations,
    emoji,
    expressive,
    folded,
    foreign,
    initials,
    lines,
    marks,
    roman,
    single_letters,
    symbols,
)

# Asked before all others: what looks like code or mathematics to those who know only that.
FIRST: tuple[Rule, ...] = (
    Rule("faces", "sld", emoji.face),
    Rule("censored words", "l", expressive.censored),
    Rule("grawlix", "s", expressive.grawlix),
    Rule("et cetera", "s", symbols.et_cetera),
    Rule("the compass", "l", addresses.compass),
    Rule("initials", "l", initials.dotted),
    Rule("Roman ordinals", "l", roman.ordinals),
)
RULES: tuple[Rule, ...] = (
    Rule("emoji", "sd", emoji.match),
    Rule("numbers in one character", "d", folded.numbered),
    Rule("other scripts", "l", foreign.match),
    Rule("letters in costume", "lsd", folded.match),
    Rule("ligatures and floods of accents", "l", folded.ligature),
    Rule("repeated marks", "s", marks.repeated),
    Rule("ellipses", "s", marks.ellipsis),
    Rule("quotes", "s", marks.quote),
    Rule("dashes", "s", marks.dash),
    Rule("plurals in brackets", "s", marks.plural_in_brackets),
    Rule("signs in brackets", "s", marks.copyright_in_brackets),
    Rule("signs", "sd", symbols.match),
    Rule("cut words", "l", lines.match),
    Rule("designations", "l", designations.match),
    Rule("strokes", "l", initials.stroke),
    Rule("states", "l", addresses.state),
    Rule("streets and saints", "l", addresses.street_or_saint),
    Rule("Roman numerals", "l", roman.match),
    Rule("abbreviations", "l", abbreviations.match),
    Rule("compounds with letters", "l", capitals.compound),
    Rule("sounds", "l", expressive.match),
    Rule("capitals", "l", capitals.match),
    Rule("single letters", "l", single_letters.match),
)
