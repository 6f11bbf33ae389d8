"""Chapter and verse: "Gen. 1:1", "1 Cor. 13:4-7", "II Kings 2", "John 3:16"."""

from __future__ import annotations

import re

from model_server.text.english.amounts.numerals import cardinal
from model_server.text.english.amounts.speech import Part, apart, found
from model_server.text.english.tokens import Found, Manner

# Abbreviations of books, before a chapter and a verse. Those in full need no rule: what is before a verse is in `scores`.
_SHORT = {
    "Gen": "Genesis",
    "Gn": "Genesis",
    "Ex": "Exodus",
    "Exod": "Exodus",
    "Lev": "Leviticus",
    "Num": "Numbers",
    "Deut": "Deuteronomy",
    "Dt": "Deuteronomy",
    "Josh": "Joshua",
    "Judg": "Judges",
    "Neh": "Nehemiah",
    "Esth": "Esther",
    "Ps": "Psalm",
    "Pss": "Psalms",
    "Psa": "Psalm",
    "Prov": "Proverbs",
    "Prv": "Proverbs",
    "Eccl": "Ecclesiastes",
    "Eccles": "Ecclesiastes",
    "Isa": "Isaiah",
    "Jer": "Jeremiah",
    "Lam": "Lamentations",
    "Ezek": "Ezekiel",
    "Dan": "Daniel",
    "Hos": "Hosea",
    "Mic": "Micah",
    "Hab": "Habakkuk",
    "Zech": "Zechariah",
    "Mal": "Malachi",
    "Mt": "Matthew",
    "Matt": "Matthew",
    "Mk": "Mark",
    "Lk": "Luke",
    "Jn": "John",
    "Rom": "Romans",
    "Gal": "Galatians",
    "Eph": "Ephesians",
    "Phil": "Philippians",
    "Col": "Colossians",
    "Philem": "Philemon",
    "Heb": "Hebrews",
    "Jas": "James",
    "Rev": "Revelation",
}
# Of which there are several, with a number before them.
_SEVERAL = {
    **{name: name for name in ("Samuel", "Kings", "Chronicles", "Corinthians", "Thessalonians", "Timothy", "Peter")},
    **{name: name for name in ("John", "Maccabees")},
    "Sam": "Samuel",
    "Kgs": "Kings",
    "Chron": "Chronicles",
    "Chr": "Chronicles",
    "Cor": "Corinthians",
    "Thess": "Thessalonians",
    "Thes": "Thessalonians",
    "Tim": "Timothy",
    "Pet": "Peter",
    "Jn": "John",
    "Macc": "Maccabees",
}
_PLACES = {"1": "First", "2": "Second", "3": "Third", "I": "First", "II": "Second", "III": "Third"}

_VERSE = re.compile(
    r"(?P<chapter>[0-9]{1,3}):(?P<first>[0-9]{1,3})(?:[–-](?P<last>[0-9]{1,3}))?(?P<ff>ff?)?(?![0-9A-Za-z:]|[–-][0-9])"
)
_BOOK = re.compile(rf"({'|'.join(sorted(_SHORT, key=len, reverse=True))})\.?[ ](?=[0-9])")
_PSALM = re.compile(r"(Psa?)\.[ ](?=[0-9]{1,3}(?![0-9:.,]*[0-9:]))")
_NUMBERED = re.compile(
    rf"(1|2|3|I{{1,3}})[ ]({'|'.join(sorted(_SEVERAL, key=len, reverse=True))})(\.?)[ ](?=[0-9]{{1,3}}(?![0-9]))"
)


def match_scripture(text: str, at: int, manner: Manner) -> Found | None:
    """Read a book of the Bible whose name is short, or one with a number before it, with the verse behind it."""
    if not apart(text, at):
        return None
    if numbered := _NUMBERED.match(text, at):
        parts: list[Part] = [(_PLACES[numbered[1]], *numbered.span(1)), (_SEVERAL[numbered[2]], *numbered.span(2))]
        verse = verse_at(text, numbered.end())
        return found(verse[1] if verse else numbered.end(3), *parts, *([verse[0]] if verse else []))
    if psalm := _PSALM.match(text, at):
        return found(psalm.end(1) + 1, ("Psalm", at, psalm.end(1) + 1))
    book = _BOOK.match(text, at)
    if book is None or (verse := verse_at(text, book.end())) is None:
        return None
    return found(verse[1], (_SHORT[book[1]], *book.span(1)), verse[0])


def verse_at(text: str, at: int) -> tuple[Part, int] | None:
    """Return what is said of chapter and verse at `at`, and their end: "three sixteen", "five, three to twelve"."""
    verse = _VERSE.match(text, at)
    if verse is None:
        return None
    # "twenty, three": otherwise it would be the twenty-third
    run_together = int(verse["chapter"]) % 10 == 0 or int(verse["chapter"]) > 100
    pause = "," if verse["last"] or run_together else ""
    said = f"{cardinal(verse['chapter'])}{pause} {cardinal(verse['first'])}"
    if verse["last"]:
        said += f" to {cardinal(verse['last'])}"
    said += " and following" if verse["ff"] else ""
    return (said, at, verse.end()), verse.end()
