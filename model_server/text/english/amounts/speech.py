"""What the rules for amounts share: words made into tokens, and a look at what stands around.

In what is to be said "U_S" is an initialism, its letters apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from model_server.text.english.amounts.numerals import cardinal, ordinal
from model_server.text.english.tokens import Found, Kind, Token, letters, word_set

Part = tuple[str, int, int]  # what is said, and the characters that it stands for

_LOOK = 40  # characters: how far a rule looks back

_SMALL = [cardinal(str(number)) for number in range(1, 100)]
_CARDINALS = frozenset(
    ["zero", "oh", *_SMALL, "hundred", "thousand", *(f"{m}illion" for m in ("m", "b", "tr", "quadr", "quint", "sext"))]
)
_ORDINALS = frozenset(ordinal(str(number)) for number in range(1, 100) if number != 2)  # "second" is a time as well
_NOUNS = {"minute": "NN", "minutes": "NNS", "second": "NN", "seconds": "NNS", "cent": "NN", "cents": "NNS"}

_WORD_BEFORE = re.compile(r"([A-Za-z']{1,20})[.:]?[ \t\n]{1,3}\Z")
_WORD_AFTER = re.compile(r"[ \t\n]{1,3}([A-Za-z']{1,20})")


def said(parts: Iterable[Part]) -> tuple[Token, ...]:
    """Return the tokens of what is said, part after part; a comma at a word's end is a mark."""
    return tuple(_tokens(parts))


def _tokens(parts: Iterable[Part]) -> Iterator[Token]:
    for part, start, end in parts:
        for written in part.split():
            word = written.rstrip(",")
            if "_" in word:
                yield letters(word.replace("_", ""), start, end).followed(word == written)
            else:
                yield Token(word, start, end, Kind.WORD, word == written, _tag(word))
            if word != written:
                yield Token(",", start, end, Kind.MARK)


def _tag(word: str) -> str:
    if word in _CARDINALS:
        return "CD"
    return "JJ" if word in _ORDINALS else _NOUNS.get(word, "")


def found(end: int, *parts: Part) -> Found:
    """Return what is said for the text up to `end`."""
    return Found(end, said(parts))


def apart(text: str, at: int) -> bool:
    """Return whether nothing that belongs to a number or word stands right before `at`."""
    return at == 0 or not (
        text[at - 1].isalnum() or (text[at - 1] in "_.,/" and text[max(0, at - 2) : at - 1].isdigit())
    )


def ends(text: str, end: int) -> bool:
    """Return whether a word or number may end here: no letter or digit follows."""
    return end >= len(text) or not (text[end].isalnum() or text[end] == "_")


def before(text: str, at: int) -> str:
    """Return the word before `at` in lower case; "" if something else than blanks stands between."""
    match = _WORD_BEFORE.search(text[max(0, at - 24) : at])
    return match[1].lower() if match else ""


def look_back(text: str, at: int) -> str:
    """Return a stretch of the text before `at`."""
    return text[max(0, at - _LOOK) : at]


def after(text: str, end: int) -> str:
    """Return the word after `end` as it is written; "" if something else than blanks stands between."""
    match = _WORD_AFTER.match(text, end)
    return match[1] if match else ""


_ARTICLE = re.compile(r"\b[Aa]n?[ ]\Z")
_SMALL_ARTICLE = re.compile(r"(?:(?:\A|[ \n(\"“])an?|(?:\A|[.!?\n]|[.!?][ ])An?)[ ]\Z")
_ARTICLES = re.compile(
    r"(?:\b(?:an?)\s+(?:[a-z0-9.'\"]{1,12}\s+)?|\b(?:the|this|that|each|every|another|any|my|your|his|her|its|our|their|no|one)\s+)\Z",
    re.IGNORECASE,
)
# What may follow an amount that stands for itself: "a 5 kg of" is none of these nouns.
_NO_NOUNS = word_set("""
    a about above after again against all also although among an and are around as at away back be because been
    before behind being below between but by can could deep did do does down during each either every except far
    for from had has have he her here high his how i if in inside into is it its just later less like long may
    me might more must my near next no nor not now of off on once one only onto or our out outside over past per
    plus she should since so some such tall than that the their them then there these they this those though
    through thick to today together tomorrow tonight too total toward towards under underneath until up upon us
    versus via was we were what when where whether which while who whose why wide will with within without worth
    would yesterday yet you your
""")


# Things that are named by their size or cost even without an article: "10 kg bags", "5 km race".
_SIZED = word_set("""
    adapter angle bag bags bar battery batteries bill bills bottle bottles box boxes break breaks bulb bulbs
    cable cables can cans car card cards charger coin coins dash delay drive drives dumbbell dumbbells engine
    fence file files fine fee gap hike hose hurdles freestyle backstroke butterfly breaststroke interval jar jars ladder laptop lens mark module motor nail nails
    note notes outlet pack packs photo photos print frame poster paper sheet tile tiles board boards post posts bolt bolts pipe pipes pizza plank planks pole pool pot power radius race races relay
    resistor ride road ruler rulers rope run sack screen screw sprint stick strip supply swim tank timeout ticket tickets
    adapters alloy amplifier amplifiers antenna beam blade blades capacitor capacitors charger chargers charging chip
    commute display displays drill floppy floppies fridge heater laptops lens lenses linebacker lock marathon mattress
    microphone monitor monitors motors outlets pan pipe plate plates processor processors range resistors rod rods rug
    rugs sandwich saucepan screens screws service session shift shifts socket speaker speakers spool steak subwoofer
    tablets tin tins tire tires transformer vial wheels
    fuse fuses breaker breakers process fund funds bond bonds
    gift voucher coupon rebate copay deductible piece pieces surf strip strips cube cubes
    node nodes camera cameras filter filters
    final finals heat zones elevation font fonts gusts winds
    tower trip tube turn view walk wall weight weights window wire zone
""")


def attributive(text: str, start: int, end: int) -> bool:
    """Return whether an amount describes the noun behind it ("a 5 km run"), so that its unit stays singular."""
    if _SMALL_ARTICLE.search(text[max(0, start - 5) : start]):  # "a 9mm and", "a 65" 4K screen"
        return True
    noun = after(text, end)
    if not noun or noun in _NO_NOUNS:
        return False
    if not noun[0].islower():  # "a 4TB HDD"
        return bool(_ARTICLE.search(look_back(text, start))) and noun != "I"
    return noun in _SIZED or bool(_ARTICLES.search(look_back(text, start)))


_NO_THINGS = word_set("""
    ago also apart bigger deeper larger last longer next only overnight shorter smaller taller wider fell falls came comes
    could did does grew went monday tuesday wednesday thursday friday saturday sunday
""")


def described(text: str, end: int) -> bool:
    """Return whether a mark right behind a number measures the noun that follows: "a desk with 27" monitor"."""
    noun = after(text, end)
    return (
        len(noun) > 2
        and noun.islower()
        and noun not in _NO_THINGS
        and not noun.endswith(("ly", "ed"))
        and noun not in _NO_NOUNS
    )


_OPEN_QUOTE = re.compile(r"""(?:\A|[\s(\[—–-])(["'])""")
_QUOTATION = 100  # characters in which a quotation may have been opened


def quoted(text: str, at: int, mark: str) -> bool:
    """Return whether a quotation is open that `mark` may close."""
    if mark in "′″":
        return False
    window = text[max(0, at - _QUOTATION) : at]
    if mark == '"':
        return window.count('"') % 2 == 1
    return any(quote[1] == mark for quote in _OPEN_QUOTE.finditer(window))
