"""Roman numerals by what stands before them: "Chapter IV", "Henry VIII", "World War II", "volume xi"."""

from __future__ import annotations

import re

from model_server.text.english.amounts.numerals import cardinal, ordinal, year
from model_server.text.english.tokens import Found, Manner, Token, word_set, words
from model_server.text.english.writing import near

_NUMERAL = re.compile(r"([IVXLCDM]{1,15}|[ivxlc]{1,9})('s)?(?![\w']|-(?![IVXLC]+\b|[ivx]+\b)[A-Za-z]{2})")
_ORDINAL = re.compile(r"([IVXLC]{1,10})(th|st|nd|rd)(?!\w)")
_ENDINGS = {"th": "th", "st": "first", "nd": "second", "rd": "third"}
_HEADING = re.compile(r"\. ([A-Z][a-z]{3,20}+)[^.\n]{0,60}(?:\n|\Z)")
_RANGE_END = re.compile(r" ?[-–] ?([IVXLC]{1,8}|[ivxl]{1,8})(?!\w)")
_VALID = re.compile(r"m{0,4}(?:cm|cd|d?c{0,4})(?:xc|xl|l?x{0,4})(?:ix|iv|v?i{0,4})")
_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}

# Behind these a numeral is a number, whatever its letters.
_COUNTED = word_set("""
    act acts amendment annex appendices appendix art article articles bk book books bowl canto cantos category
    ch chs chap chapter chapters chromosome class clause clauses column concerto congress corollary corps crusade
    definition div division dynasty episode episodes exhibit factor fig figs figure figures footnote form gen
    generation grade grades group item items legion lemma lesson lessons level levels mark mk module modules
    movement nerve nerves no nos note number numbers olympiad p page pages paragraph part parts phase phases
    plate pp problem proposition psalm psalms pt pts quadrant question round row rule rules sc scene scenes
    schedule season seasons sec section sections sonata sonnet sonnets stage stages step steps symphony table
    tables theorem tier title titles type types unit units vatican verse verses version vol vols volume volumes
    war wars week world fantasy iphone os rocky gta civ
""")
# Behind "Grade I", "Division I": what no "I" does.
_FIRST_OF_ITS_KIND = re.compile(
    r"[- ](?:listed|football|basketball|schools?|athletes?|athletics|teams?|programs?|railroads?|errors?|diabetes|felony|felonies|"
    r"misdemeanors?|recalls?|trials?|colleges?|buildings?|men's|women's|levels?|championships?|tournaments?|devices?|collagen|"
    r"monuments?|seats?|survivors?|gaming|volleyball|soccer|hockey|baseball|softball|competition|status)\b"
)
_LINKS = ("and ", "or ", "to ", "through ", "& ", ", ", "-", "–")
# Other numerals between the word and this one: "Chapters I, II and IV".
_NUMERALS_BEFORE = re.compile(r"(?<!\w)(?:[IVXLC]{1,8}+(?:, (?:and |or )?| (?:and|or|to|through|&) |-|–)){1,3}\Z")
# Of these an X is a letter.
_LETTERED = re.compile(
    r"class|exhibit|appendix|gen|group|schedule|column|row|chromosome|type|form|team|division", re.IGNORECASE
)
_NAMES = word_set("""
    henry elizabeth charles george james william edward richard louis philip phillip frederick friedrich francis
    paul pius benedict leo gregory clement innocent urban alexander nicholas catherine peter ivan ferdinand carl
    gustav christian haakon harald olaf olav otto conrad rudolf maximilian leopold albert baudouin napoleon
    ramses rameses ramesses ptolemy cleopatra darius xerxes cyrus thutmose amenhotep seti mehmed selim murad
    suleiman umberto emmanuel carlos felipe alfonso mary anne victoria margaret robert david kenneth edmund
    harold hussein abdullah hassan mohammed muhammad rama pedro manuel sigismund wilhelm ludwig willem juliana
    wilhelmina beatrix margrethe boniface celestine sixtus julius adrian hadrian callixtus eugene martin stephen
    john valentinian theodosius constantine constantius justinian basil michael romanos matthias ladislaus
    casimir sancho isabella joseph francis augustus afonso abbas shapur mithridates antiochus seleucus attalus
    joão kamehameha bernard thomas walter hugh geoffrey baldwin bohemond godfrey roger henri filip albrecht
    johann karl luís josé miguel rainier
""")
_RULERS = re.compile(
    r"(?:King|Queen|Pope|Emperor|Empress|Tsar|Czar|Kaiser|Sultan|Shah|Prince|Duke|Earl|Pharaoh|Patriarch) "
)
# People with a number in their name, at the end of two or three names of their own.
_FIRST_NAMES = _NAMES | word_set("""
    thurston howell samuel daniel theodore franklin arthur andrew benjamin jack jackson jonathan christopher
    anthony matthew mark donald steven kevin brian gary timothy jose larry jeffrey frank scott eric raymond
    jerry dennis harry fred billy bobby wade ken griffey sammy ronald winston cornelius harrison prescott warren
    randolph oliver allen alan bill bob jim joe tom sam ben
""")
# In small letters these are no words and no names of programs.
_SMALL = word_set("ii iii iv vii viii ix xii xiii xiv xvi xvii xviii xix")
# By themselves these are initials, sizes or names rather than numbers.
_DOUBTFUL = frozenset(("IV", "VI", "IX", "XX", "XXX"))
_DRIPS = word_set(
    "drip drips fluid fluids line lines antibiotics bag bags pole access push infusion infusions therapy medication drug use user "
    "injection catheter needle treatment tube port nutrition vitamin"
)
_BEHIND_FIRST = re.compile(r"(?:\Z|[.,;:!?)’\"”—–-]| (?:of|was|is|who|became|reigned|died|ruled|in|to|wore|and|the)\b)")


def value_of(numeral: str) -> int:
    """Return what a Roman numeral says; 0 if it is none."""
    lower = numeral.lower()
    if not lower or not _VALID.fullmatch(lower):
        return 0
    values = [_VALUES[letter] for letter in lower]
    return sum(-value if value < max(values[index:]) else value for index, value in enumerate(values))


def ordinals(text: str, at: int, manner: Manner) -> Found | None:
    """Read a numeral with an ordinal's ending: "the XXth century"."""
    if text[at] not in "IVXLC" or (at and near.joins(text[at - 1])):
        return None
    found = _ORDINAL.match(text, at)
    if found is None or not value_of(found.group(1)):
        return None
    if not ordinal(str(value_of(found.group(1)))).endswith(_ENDINGS[found.group(2)]):
        return None  # "Ind."
    return Found(found.end(), words(ordinal(str(value_of(found.group(1))), manner.british), at, found.end()))


def match(text: str, at: int, manner: Manner) -> Found | None:
    """Read a Roman numeral."""
    if text[at] not in "IVXLCDMivxlc" or (at and near.joins(text[at - 1]) and text[at - 2 : at] != "WW"):
        return None
    found = _NUMERAL.match(text, at)
    if found is None:
        return None
    numeral, owner = found.groups()
    number = value_of(numeral)
    if not number or text[found.end() : found.end() + 1] in ("_", "\u00ad"):
        return None
    end = found.end()
    counted = _is_counted(text, at, end, numeral, manner)
    last = _RANGE_END.match(text, end) if counted and not owner else None
    if last and value_of(last.group(1)) > number:
        said = f"{cardinal(str(number))} to {cardinal(str(value_of(last.group(1))))}"
        return Found(last.end(), words(said, at, last.end()))
    said = cardinal(str(number), manner.british) if counted else _alone(text, at, end, numeral, manner)
    if not said:
        return None
    tokens = words(said, at, found.end())
    if owner:
        tokens = (*tokens[:-1], Token(tokens[-1].text + owner, at, found.end()))
    return Found(found.end(), tokens)


def _alone(text: str, at: int, end: int, numeral: str, manner: Manner) -> str:
    """Return what a numeral is that no word says is a number; "" if it is none."""
    digits = str(value_of(numeral))
    if len(numeral) > 1 and text.startswith((" century", " centuries", "th "), end):
        return ordinal(digits, manner.british)
    if numeral.islower():
        whole = near.is_bounded(text, at, end) and text[end : end + 1] not in ("-", "'", "/")
        return cardinal(digits, manner.british) if whole and numeral in _SMALL else ""
    return _behind_names(text, at, end, numeral, manner) or _by_itself(text, at, end, numeral, manner)


def _is_counted(text: str, at: int, end: int, numeral: str, manner: Manner) -> bool:
    before = text[max(0, at - 40) : at]
    others = _NUMERALS_BEFORE.search(before) if before.endswith(_LINKS) else None
    counted = near.word_before(text, at - (len(others.group()) if others else 0))
    if counted.lower().rstrip(".") not in _COUNTED:
        return _is_item(text, at, end, numeral, manner)
    if numeral.islower():
        if len(numeral) == 1:
            return numeral in "vx" and counted.islower()
        return _is_plain(numeral) or not manner.known(numeral)
    if numeral == "I":
        if before.endswith(("World War ", "WW", "Type ", "Phase ", "Super Bowl ", "Vatican ")):
            return True
        return (
            text[end : end + 1] in (".", ",", ":", ";", ")", "—", "–", "-", "")
            or text.startswith((" and I", " to I"), end)
            or bool(_FIRST_OF_ITS_KIND.match(text, end))
        )
    if len(numeral) == 1:
        return numeral == "V" or (numeral == "X" and not _LETTERED.match(counted))
    return _is_plain(numeral) or not manner.known(numeral.lower())


def _is_item(text: str, at: int, end: int, numeral: str, manner: Manner) -> bool:
    """Return whether this is a list's "(iii)"."""
    if not _is_plain(numeral):
        return False
    if numeral in ("I", "V", "X") and (at == 0 or text[at - 1] == "\n"):
        heading = _HEADING.match(text, end)
        return heading is not None and manner.known(heading[1].lower())
    if numeral == "i" and (at == 0 or text[at - 1] == "\n"):
        return text.startswith(") ", end)
    if numeral.isupper():
        return len(numeral) > 1 and text[max(0, at - 2) : at].endswith(("(", "§ "))
    if len(numeral) > 1 and not text[max(0, at - 2) : at].strip() and (at == 0 or "\n" in text[at - 2 : at]):
        return text[end : end + 1] in (".", ")") and text[end + 1 : end + 2].isspace()
    return numeral != "x" and text[at - 1 : at] == "(" and text[end : end + 1] == ")"


def _is_plain(numeral: str) -> bool:
    """Return whether a numeral is below 40, whose letters make next to no word."""
    return not numeral.lower().strip("ivx")


def _behind_names(text: str, at: int, end: int, numeral: str, manner: Manner) -> str:
    """Return the ordinal of a king, a pope or a grandson, the number of a sequel; "" if it is none."""
    behind = near.words_before(text, at, 3)
    if not behind or not near.is_name(behind[0]) or behind[0].endswith(".") or near.starts_sentence(behind[0]):
        return ""
    name = behind[0].lower()
    number = str(value_of(numeral))
    ruler = name in _NAMES or (len(behind) > 1 and bool(_RULERS.fullmatch(f"{behind[1]} ")))
    if len(numeral) == 1:
        if not ruler or numeral not in "IVX" or value_of(numeral) > 23:
            return ""
        if numeral == "I" and not _BEHIND_FIRST.match(text, end):
            return ""
        return f"the {ordinal(number, manner.british)}"
    person = any(other.lower() in _FIRST_NAMES for other in behind[1:] if near.is_name(other))
    if not _is_plain(numeral):
        return ""
    if ruler or (person and numeral in ("II", "III", "IV")):
        return f"the {ordinal(number, manner.british)}"
    if numeral in ("XX", "XXX") or (numeral == "IV" and near.word_after(text, end).lower() in _DRIPS):
        return ""
    return cardinal(number, manner.british)


def _begins(text: str, at: int) -> bool:
    """Return whether a sentence or a line begins at `at`."""
    return at == 0 or text[at - 1] == "\n" or text[max(0, at - 2) : at] in (". ", "! ", "? ")


def _by_itself(text: str, at: int, end: int, numeral: str, manner: Manner) -> str:
    """Return the number that stands without a name: "XIV.", "III", "MCMXCIV"."""
    value = value_of(numeral)
    if (
        (len(numeral) > 3 and numeral[0] == "M" and 1400 < value < 2000)
        or (len(numeral) > 4 and 2000 < value < 2100)
        or (len(numeral) == 4 and numeral[:2] == "MM" and value < 2040)
    ):
        return year(str(value), manner.british)
    if len(numeral) > 3 and not _is_plain(numeral) and not manner.known(numeral.lower()):
        return cardinal(str(value), manner.british)
    if not _is_plain(numeral) or len(numeral) == 1:
        return ""
    if numeral not in _DOUBTFUL or (_begins(text, at) and text[end : end + 1] in (".", "", ":")):
        return cardinal(str(value), manner.british)
    return ""
