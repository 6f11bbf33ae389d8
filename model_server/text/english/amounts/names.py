"""What a bare run of digits is, judged by the words around it: a year, a room, a code, or simply how many."""

from __future__ import annotations

import re

from model_server.text.english.amounts.dates import compact
from model_server.text.english.amounts.numerals import digit_by_digit, pairs, year
from model_server.text.english.amounts.speech import after, before, look_back
from model_server.text.english.amounts.values import whole_number
from model_server.text.english.tokens import word_set

# Things that have a number for a name, said two digits at a time.
LABELS = word_set("""
    xbox fahrenheit room suite apartment apt flat floor flight route highway hwy interstate road boeing airbus bus train gate
    port error bay locker cabin unit building bldg model peugeot porsche ferrari audi bmw mazda fiat lexus volvo
    nokia psalm status radar channel platform line ward cell box sr rt nikon canon class type form exit http studio
    area precinct track district local cessna concorde mig vauxhall intel rm ste chevy silverado bwv atari ryzen geforce rtx gtx radeon core
""")
# What is named by a number with a letter behind it.
DOORS = LABELS | word_set("""
    seat row page figure fig table section appendix chapter question exercise schedule exhibit grade block step
    part rule number no paragraph article clause hall ward lot plot berth pier terminal dock group team division
    annex runway rwy exits gates rooms seats rows units suites
""")
_ANOTHER_DOOR = re.compile(  # "Exits 4A and 4B"
    r"\b(?:exits?|gates?|rooms?|seats?|rows?|units?|suites?|flats?|apts?\.?) [0-9]{1,4}[A-Z](?:,| and| or| &|, and|, or) \Z",
    re.IGNORECASE,
)
_CALLS = word_set("squawk squawking call dial phone ring text dialing dialed calling dialling dialled")
_CALLED = re.compile(r"\b(?:call|dial|phone|ring|text)[ ][0-9]{3,6}[ ]or[ ]\Z", re.IGNORECASE)
_CODE = re.compile(
    r"\b(?:a/c|code|cvv|cvc|ean|upc|gtin|barcode|sku|pin|passcode|password|otp|zip|zip code|postcode|account|acct|serial|id|extension|ext|imei|isbn|ssn|passport|"
    r"licence|license|reference|ref|confirmation|tracking|invoice|case|order|ticket|membership|card|routing|sort|digits)"
    r"\.?(?:[ ](?:code|number|no\.|num|id))?(?:[ ](?:is|was|in|with))?[:=.]?[ ]{0,2}#?\Z"
    r"|\b(?:text|texting|sms)[ ]['\"]?[A-Z]{2,12}['\"]?[ ]to[ ]\Z"
    r"|\b(?:ending|ends|starting|starts)[ ](?:(?:in|with)[ ])?(?:\.{3}|…|[xX*•]{1,12})?[ ]?\Z",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"(?:,[ ]|[ ])(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|"
    r"V[AT]|W[AIVY])[ ]\Z"
)
_AIRLINE = re.compile(
    r"\b(?:United|Delta|American|Southwest|JetBlue|Alaska|Lufthansa|Ryanair|easyJet|Emirates|Qantas|Spirit|Frontier|KLM|BA|AA|UA|DL|WN) \Z"
)
_FLIES = re.compile(
    r"[ ](?:to|from)[ ][A-Z]|[ ](?:depart|arriv|board|land|was delayed|is delayed|is on time|is now)|[ ][A-Z]{3}[–-][A-Z]{3}\b"
)
_COURSE = re.compile(  # at a college
    r"\b(?:Accounting|Algebra|Art|Bio|Biology|Calc|Calculus|Chem|Chemistry|CS|Econ|Economics|Eng|English|French|Geology|Hist|History|"
    r"Math|Music|Phil|Philosophy|Phys|Physics|Psych|Psychology|Soc|Sociology|Spanish|Stat|Stats|ENGL|MATH|PSYC|CHEM|BIOL|ECON|HIST|PHYS|COMP|POLI|PHIL|SOCI) \Z"
)
_NAMED = re.compile(
    r"\b(?!May|March|June|July|The|In|At|Over|About|Only|Some|Nearly|All|And|But|Of|On|To|By|For|From|With)[A-Z][a-z]{2,14} \Z"
)
_SCORED = re.compile(r"\bSAT (?:score )?(?:of )?\Z")
_YEAR_BEFORE = word_set("""
    in since from until till by of before after during around circa c ca year early late mid spring summer
    autumn fall winter copyright anno ad january february march april may june july august september october
    november december jan feb mar apr jun jul aug sep sept oct nov dec and to through between the ends began
    born died est
""")
STREET = re.compile(  # behind the number of a house
    r"[A-Z]?[ ](?:[NSEW]\.?[ ])?(?:[A-Z][a-z'.]{1,15}[ ]){1,3}"
    r"(?:St|Street|Ave|Avenue|Rd|Road|Blvd|Boulevard|Lane|Ln|Drive|Dr|Court|Ct|Terrace|Terr|Square|Sq|Gardens|Gdns|Close|Way|Parkway|Pkwy|Place|Pl|Crescent)\b"
)
_FLIGHT = re.compile(r"\b[Ff]l(?:igh)?t\.? (?:[A-Z]{2}|[A-Z][a-z]+) \Z")
_NEAR_YEAR = re.compile(r"\b(?:mid|pre|post|early|late)-\Z", re.IGNORECASE)
_QUARTER = re.compile(r"\b(?:[QH][1-4]|[1-4][QH])[ ]\Z")  # of a year
_JETS = frozenset(("MAX", "Max", "Dreamliner", "jet", "jets", "airliner", "aircraft"))
_JET = re.compile("7[0-9]7")
_FINANCE = {"529": "plan", "1031": "exchange"}
_TAX_FORMS = frozenset(("1040", "1099"))
_ERA = re.compile(r"[ ]?(?:B\.?C\.?E?\.?|C\.E\.|CE|A\.?D\.?)(?![A-Za-z])")
_ANNO = re.compile(r"\bA\.?D\.?[ ]\Z")
_STRONG = _YEAR_BEFORE - word_set("by of and to the from between after before around through till until may march")

# What is counted rather than dated, also where no plural s shows it.
_COUNTED = word_set("""
    people men women children dollars euros pounds words characters pages items lines miles feet years days
    hours minutes seconds times meters metres kilometers kilometres percent calories tokens bytes pixels points
    users files dollar students copies degrees lbs kg months weeks tons tonnes votes seats square cubic fewer
    more other different of
""")
_PERSONS = word_set("people men women children students")
_IN = re.compile(r"(?:\A|[.!?\n“\"][ ]?)(?:In|By|Since|Until|Before|During)[ ]\Z")
_BEGINS = re.compile(r"[.!?“\"\n][ ]?\Z")
_HAPPENED = word_set("was is saw marked brought began ended")
# Of a year, and hardly ever counted.
_OF_YEARS = word_set(
    "prices elections standards wages levels figures regulations rules results sanctions riots finals playoffs"
)
_VERBS_IN_S = word_set("""
    is was has does as this its his us versus plus less always perhaps thus saw sees shows brings
""")


def nought(british: bool) -> str:
    """Return what a nought is called where digits are read one by one."""
    return "oh" if british else "zero"


def read(text: str, start: int, end: int, digits: str, british: bool) -> str:
    """Return what is said for a run of digits that stands alone."""
    word = before(text, start)
    if digits[0] == "0" and len(digits) > 1:
        return "double oh seven" if digits == "007" and word in ("agent", "bond") else digit_by_digit(digits)
    called = word in _CALLS or (word == "or" and _CALLED.search(look_back(text, start)))
    if 2 < len(digits) <= 6 and (called or (digits == "911" and after(text, end) not in _COUNTED)):
        return digit_by_digit(digits)
    if _is_code(text, start, digits) or _runs_on(text, start, end, digits):
        return digit_by_digit(digits, nought(british))
    if text[start - 1 : start] != "#" and (date := compact(digits, british)):
        return date
    if 3 <= len(digits) <= 4 and (
        word in LABELS or _FLIGHT.search(look_back(text, start)) or text[max(0, start - 3) : start] == "US "
    ):
        return pairs(digits)
    jet = _JET.fullmatch(digits) and (word in ("the", "a") or after(text, end) in _JETS)
    if jet or (3 <= len(digits) <= 4 and _is_called(text, start, end, digits)):
        return pairs(digits)
    if (digits == "401" and text.startswith("k ", end)) or _FINANCE.get(digits) == after(text, end).rstrip("s"):
        return pairs(digits)
    if is_year(text, start, end, digits):
        return year(digits, british)
    if 3 <= len(digits) <= 4 and STREET.match(text, end):
        return pairs(digits)
    return whole_number(digits, british)


def _runs_on(text: str, start: int, end: int, digits: str) -> bool:
    """Return whether digits belong to a card's last ones ("****4821") or to a code with capitals ("1Z999AA1012345")."""
    if text[max(0, start - 3) : start] in ("***", "•••", "XXX"):
        return True
    before_it, after_it = text[start - 1 : start], text[end : end + 1]
    capital = "A" <= before_it <= "Z"
    return capital and (len(digits) > 4 or (len(digits) == 3 and "A" <= after_it <= "Z"))


def _is_called(text: str, start: int, end: int, digits: str) -> bool:
    """Return whether a number names a flight, a course or a score: "United 1175 to Denver", "Chem 101", "SAT 1480"."""
    back = look_back(text, start)
    if len(digits) == 3 and (_COURSE.search(back) or (digits == "101" and _NAMED.search(back))):
        return after(text, end) not in _COUNTED
    if digits in _TAX_FORMS and text[start - 1 : start] != "$":
        return after(text, end) not in _COUNTED
    flies = _AIRLINE.search(back)
    return bool((flies and _FLIES.match(text, end)) or (len(digits) == 4 and _SCORED.search(back)))


def _is_code(text: str, start: int, digits: str) -> bool:
    """Return whether the words before a run of digits make it a code, which is read digit by digit."""
    if not 3 <= len(digits) <= 20 or (len(digits) <= 4 and before(text, start) in ("order", "case")):
        return False
    back = look_back(text, start)
    return bool(_CODE.search(back)) or (len(digits) == 5 and bool(_STATE.search(back)))


def is_year(text: str, start: int, end: int, digits: str) -> bool:
    """Return whether a bare number is a year: by its size, unless what follows is counted."""
    if not 1 <= len(digits) <= 4:
        return False
    if _ERA.match(text, end) or _ANNO.search(back := look_back(text, start)):
        return True
    if len(digits) < 4 or not 1000 <= int(digits) <= 2999:
        return False
    word, noun = before(text, start), after(text, end)
    circa = text[max(0, start - 2) : start] == "c." and not text[max(0, start - 3) : start - 2].isalnum()
    if circa or _QUARTER.search(back) or _NEAR_YEAR.search(back) or _opens_with_year(text, start, back, word, noun):
        return True
    if text[start - 1 : start] == "(" and text[end : end + 1] == ")":
        return True
    if noun in _COUNTED or text[start - 1 : start] in ("=", "<", ">", "*", "/", "$"):
        return False
    counted = (
        noun.islower()
        and len(noun) > 3
        and noun.endswith("s")
        and noun not in _VERBS_IN_S | _OF_YEARS
        and noun[-2] not in "siu"
    )
    if word in _STRONG and not (counted and digits.endswith("00")):
        return True
    if counted and word != "the":
        return False
    return 1600 <= int(digits) <= 2099 or (word in _YEAR_BEFORE and int(digits) >= 1066 and not digits.endswith("000"))


def _opens_with_year(text: str, start: int, back: str, word: str, noun: str) -> bool:
    """Return whether a sentence begins with a year, or with "In" and one: "1066 was", "In 1850 men went"."""
    if not word:
        return (start == 0 or bool(_BEGINS.search(back))) and noun in _HAPPENED
    return noun in _PERSONS and bool(_IN.search(back))


def is_door(text: str, at: int, end: int) -> bool:
    """Return whether a number with a letter is that of a door: "#3B", "Flat 3b", "14A Church Rd"."""
    if text[at - 1 : at] == "#" or before(text, at) in DOORS:
        return True
    return bool(_ANOTHER_DOOR.search(look_back(text, at)) or STREET.match(text, end))


def is_dated(text: str, end: int) -> bool:
    """Return whether an era stands behind a number."""
    return bool(_ERA.match(text, end))


def countable(noun: str) -> bool:
    """Return whether "half a" can stand before a word: it begins small and is no little word or plural."""
    return noun.islower() and len(noun) > 2 and not noun.endswith("s") and noun not in _LITTLE


# Behind "half" these begin the whole: "half an hour", "half of it".
WHOLES = word_set("done finished gone eaten price full empty term a an the of my your his her its our their that this")
_LITTLE = word_set("""
    done finished gone eaten over through under empty inside across behind between before since
    the and off way for was are has had its his her our their that this more than less past from with
""")

_MEASURES = word_set("""
    cup teaspoon tablespoon pint quart gallon mile hour inch pound ounce second minute day week month year acre
    dozen liter litre meter metre kilometer kilometre degree point page
""")


def measure(noun: str) -> bool:
    """Return whether a word is a measure of which there may be three quarters."""
    return noun in _MEASURES
