"""What stands around a place in a text, at a bounded distance. Knows no particular writing."""

from __future__ import annotations

import re
import unicodedata

from model_server.text.english.tokens import Manner, word_set

# Figures that a regular expression takes for letters, for a class of characters: superscripts, fractions, circled ones.
FIGURES = "²³¹¼-¾⁰⁴-⁹₀-₉⅐-↉①-⒛⓪-⓿❶-➓"
_LOOK = 48  # characters that are looked back at, or on
_WORD_BEFORE = re.compile(r"[^\W_][\w'&-]*+\.?\Z")
_WORD_AFTER = re.compile(r"[ \n]*+[\"'(\[“]?([^\W_][\w'-]*)")
_AFTER_STOP = re.compile(r"([\"'”’]*)([)\]}]?)[\"'”’]*(\s*)[\"'“(\[]*(\S?)")

# Words that begin a sentence when a capital does not tell a name: after "U.S." "The" ends one, "Senate" does not.
_STARTERS = word_set("""
    a about after all although an and another any are as at because before both but by can could did do does
    during each even every finally for from had has have he hence her here his how however i if in instead is it
    its just last later let many maybe meanwhile more most my never next no nobody none nor not nothing now of
    on once one only or other our please she should since so some somebody someone soon still such than that the
    their then there therefore these they this those though thus to today together tomorrow tonight two under
    unfortunately unless until was we were what whatever when where whether which while who whose why will with
    without would yes yesterday yet you your
""")


def table(lines: str) -> dict[str, str]:
    """Return what is said by what is written: a line each, the first blank between them."""
    pairs = (line.split(maxsplit=1) for line in lines.strip().splitlines())
    return {short: said.strip() for short, said in pairs}


def word_before(text: str, at: int) -> str:
    """Return the word that ends in blanks before `at`, with its stop; "" if something else does."""
    piece = text[max(0, at - _LOOK) : at]
    bare = piece.rstrip(" \n")
    if bare == piece:
        return ""
    found = _WORD_BEFORE.search(bare[max(bare.rfind(" "), bare.rfind("\n")) + 1 :])
    return found.group() if found else ""


def words_before(text: str, at: int, count: int) -> list[str]:
    """Return up to `count` words before `at`, the nearest first."""
    found: list[str] = []
    while len(found) < count and (word := word_before(text, at)):
        found.append(word)
        at = text.rindex(word, 0, at)
    return found


def word_after(text: str, at: int) -> str:
    """Return the next word after `at`, behind blanks and what opens; "" if something else comes."""
    found = _WORD_AFTER.match(text, at, at + _LOOK)
    return found.group(1) if found else ""


def is_name(word: str) -> bool:
    """Return whether a word begins with a capital."""
    return word[:1].isupper()


def starts_sentence(word: str) -> bool:
    """Return whether a word with a capital is one that begins sentences rather than names."""
    return is_name(word) and word.lower().partition("'")[0] in _STARTERS


def is_bounded(text: str, start: int, end: int) -> bool:
    """Return whether neither side of a find is in the middle of a word."""
    return not (start and joins(text[start - 1])) and not (end < len(text) and joins(text[end]))


def joins(character: str) -> bool:
    """Return whether a character belongs to the word beside it."""
    if character.isalnum() or character in "_\u00ad":
        return True
    return character >= "\u0300" and unicodedata.category(character)[0] == "M"


def ends_sentence(text: str, after: int, *, names: bool = False) -> bool:
    """Return whether the stop before `after`, which belongs to an abbreviation, also ends the sentence.

    It does at the text's end and before a word that begins sentences; with `names` before every capital.
    """
    found = _AFTER_STOP.match(text, after)
    if found is None:
        return True
    _, bracket, blank, following = found.groups()
    if not following:
        return not bracket
    if not blank or not following.isupper() or bracket:
        return False
    return names or starts_sentence(word_after(text, found.end() - 1))


def like(written: str, said: str) -> str:
    """Return `said` with a capital first if `written` has one."""
    return said[:1].upper() + said[1:] if is_name(written) else said


def is_common(word: str, manner: Manner) -> bool:
    """Return whether a word in capitals is an ordinary one that is shouted."""
    bare = word.rstrip(".").lower()
    return bare in _STARTERS or (len(bare) > 1 and bare.replace("'", "").isalpha() and manner.known(bare))
