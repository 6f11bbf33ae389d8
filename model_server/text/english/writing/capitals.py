"""Words in capitals: initialisms spelled, acronyms and shouted words read; their plurals and compounds."""

from __future__ import annotations

import re

from model_server.text.english.tokens import Found, Kind, Manner, Token, word_set
from model_server.text.english.writing import near
from model_server.text.english.writing.initialisms import (
    DOUBLED,
    MIXED,
    READ,
    SHORT_WORDS,
    SHOUTED,
    SPELLED,
    looks_read,
)

_CAPITALS = re.compile(r"([A-Z]{2,20}+)('s|s'|s)?(?![^\W\d_]|'[A-Za-z])")
_WORD = re.compile(r"[^\W\d_]{2,8}(?![\w'])")
_COMPOUND = re.compile(r"[A-Za-z]{1,20}(?:[-&](?!(?:amp|lt|gt|quot|nbsp);)[A-Za-z]{1,20}){1,4}(?:'s)?(?![\w&])")
_NEIGHBOUR_AFTER = re.compile(r"[ \n,;:!?.\"'()]{1,4}(?:[AI] )?([A-Z][A-Z']+)(?![\w])")
_NEIGHBOUR_BEFORE = re.compile(r"(?<![\w'])([A-Z][A-Z']+)[ \n,;:!?.\"'()]{1,4}(?:[AI] )?\Z")
_CONTRACTION = re.compile(r"([A-Z]{1,20}+)'(S|T|LL|RE|VE|D|M)(?![\w'])")
# "UNICEF, WHO and the IMF".
_AMONG_INITIALS = re.compile(r"(?<![\w])[A-Z]{3,12}(?:,| and| or|, and|, or)(?: the)? \Z")
_INITIALS_AFTER = re.compile(r"(?:,| and| or|, and|, or)(?: the)? [A-Z]{2,12}(?!\w)")
_LETTER_FIRST = re.compile(r"[b-hj-z]-[a-z]{2}")
_DOTTED_AFTER = re.compile(r"[A-Z]\.[A-Z]\.")
_LONGEST = 40
_BEHIND_FIGURES = 3  # letters

# Behind what "it" and "us" are pronouns, even in capitals.
_BEFORE_PRONOUNS = word_set("""
    is was did do does doing done get got love hate stop like believe made make said mean need see saw
    take took give gave that if when with for to want call tell told let help join contact about between all both
""")
_NEXT_PART = re.compile("-([A-Z]{2,})")
_PART_BEFORE = re.compile(r"([A-Z]{2,})-\Z")
_AFTER_COUNTRY = frozenset(["the", "a", "an", "in", "across", "from", "within", "to"])
_HEALTH = word_set("""
    said says declared warned guidelines recommends reported announced director has official officials
""")


def match(text: str, at: int, manner: Manner) -> Found | None:
    """Read a word in capitals."""
    if at and near.joins(text[at - 1]) and not text[at - 1].isdigit():
        return None
    found = _CAPITALS.match(text, at)
    if found is None or text[found.end() : found.end() + 1] in ("_", "\u00ad"):
        return None
    word, ending = found.group(1), found.group(2) or ""
    if text[found.end() : found.end() + 1] in ("-", "&") and text[found.end() + 1 : found.end() + 2].isalpha():
        return None  # a compound
    if word in DOUBLED and not ending:
        return Found(found.end(), _spoken_letters(DOUBLED[word], at, found.end()))
    if at and text[at - 1].isdigit() and len(word) <= _BEHIND_FIGURES:  # "M4 2AB", "4WD"
        return Found(found.end(), (Token(" ".join(word) + ending, at, found.end(), Kind.LETTERS, tag="NNP"),))
    shouted = is_shouted(text, at, found.end(), manner)
    said = _say(text, at, word, found.end(), shouted, manner)
    end = found.end()
    if said is None:  # spelled
        if ending == "s'":
            ending, end = "s", end - 1
        return Found(
            end, (Token(" ".join(word) + ending, at, end, Kind.LETTERS, tag="NNPS" if ending == "s" else "NNP"),)
        )
    return Found(end, (Token(said + ending, at, end),))


def contraction(text: str, at: int, manner: Manner) -> Found | None:
    """Read "DON'T" as "don't", "FBI'S" as the possessive that it is."""
    found = _CONTRACTION.match(text, at) if text[at].isupper() else None
    if found is None or (at and near.joins(text[at - 1])):
        return None
    base, end = found.group(1), found.end()
    whole = found.group().lower()
    if found.group(2) != "S" or manner.known(whole) or near.is_common(base, manner):
        said = "I" + whole[1:] if base == "I" else whole
        return Found(end, (Token(said, at, end),))
    said_base = _say(text, at, base, found.end(1), True, manner)
    if said_base is None:
        return Found(end, (Token(" ".join(base) + "'s", at, end, Kind.LETTERS, tag="NNP"),))
    return Found(end, (Token(said_base + "'s", at, end),))


def _say(text: str, at: int, word: str, end: int, shouted: bool, manner: Manner) -> str | None:
    """Return the word as it is read, None if it is spelled."""
    known = manner.known(word.lower()) or (len(word) > 3 and manner.known(word))
    if word in ("US", "IT", "AM", "WHO", "OR"):
        if not _is_pronoun(text, at, end, word, shouted):
            return None
        return word.lower() if shouted else word
    if word in READ:
        return word if known else word.capitalize()
    if word in SPELLED:
        return word.lower() if shouted and word in SHOUTED else None
    if len(word) == 2:
        if word not in SHORT_WORDS:
            return None
        return word.lower() if shouted else word
    if known or near.is_common(word, manner):
        return word.lower() if shouted else word
    if looks_read(word) or (shouted and len(word) > 3 and re.search("[AEIOUY]", word)):
        return word.capitalize()
    return None


def _is_pronoun(text: str, at: int, end: int, word: str, shouted: bool) -> bool:
    before = near.word_before(text, at)
    after = near.word_after(text, end)
    if word == "AM":
        return before == "I" or (shouted and before.isupper())
    if word == "OR":
        return before not in ("the", "an")
    if word == "WHO":
        if not shouted and (_AMONG_INITIALS.search(text[max(0, at - 16) : at]) or _INITIALS_AFTER.match(text, end)):
            return False
        return before not in ("the", "The", "by", "from") and after.lower() not in _HEALTH
    if (
        before == "THE"
        or (word == "IT" and before in ("OUR", "YOUR", "THEIR", "MY"))
        or (before.lower() in _AFTER_COUNTRY and not before.isupper() and word == "US")
    ):
        return False
    if shouted:
        return True
    if word == "IT" and before.lower() in ("the", "our", "their", "your", "my", "in", "and", "an", "of", "for"):
        return False
    return before.lower() in _BEFORE_PRONOUNS and not near.is_name(after)


def is_shouted(text: str, at: int, end: int, manner: Manner) -> bool:
    """Return whether a word in capitals stands beside another one that is an ordinary word."""
    after = _NEIGHBOUR_AFTER.match(text, end, end + _LONGEST)
    before = _NEIGHBOUR_BEFORE.search(text[max(0, at - _LONGEST) : at])
    return any(found is not None and _is_shouted_word(found.group(1), manner) for found in (before, after))


def _is_shouted_word(word: str, manner: Manner) -> bool:
    if word in SPELLED | READ and word not in SHORT_WORDS:
        return False
    return near.is_common(word, manner)


def mixed(text: str, at: int, manner: Manner) -> Found | None:
    """Read the mixed case of degrees and their like."""
    if at and near.joins(text[at - 1]):
        return None
    found = _WORD.match(text, at)
    if found is None or found.group() not in MIXED:
        return None
    spelled, word = MIXED[found.group()]
    end = found.end()
    if text[end : end + 1] in ("-", "/", "@", ".") and text[end + 1 : end + 2].isalnum():
        return None
    if word == "s":
        return Found(end, (Token(" ".join(spelled) + "s", at, end, Kind.LETTERS, tag="NNPS"),))
    said = [Token(" ".join(spelled), at, end, Kind.LETTERS, tag="NNP")] if spelled else []
    said += [Token(word, at, end)] if word else []
    return Found(end, tuple(said))


def _spoken_letters(said: str, start: int, end: int) -> tuple[Token, ...]:
    """Return tokens for words and single capitals apart by blanks."""
    tokens: list[Token] = []
    spelled: list[str] = []
    for part in [*said.split(), ""]:
        if len(part) == 1:
            spelled.append(part)
            continue
        if spelled:
            tokens.append(Token(" ".join(spelled), start, end, Kind.LETTERS, tag="NNP"))
            spelled = []
        if part:
            tokens.append(Token(part, start, end))
    return tuple(tokens)


def compound(text: str, at: int, manner: Manner) -> Found | None:
    """Read words with hyphens or "&" of which a part is spelled: "US-based", "non-EU", "CD-ROM", "AT&T", "T-shirt"."""
    if at and near.joins(text[at - 1]):
        return None
    found = _COMPOUND.match(text, at)
    if found is None or text[found.end() : found.end() + 2].strip("-&'") != text[found.end() : found.end() + 2]:
        return None
    whole = found.group()
    if _DOTTED_AFTER.match(text, found.end() - 1) and whole[-2] == "-":  # "ex-U.S. Marine"
        return Found(found.end() - 1, (Token(whole[:-2], at, found.end() - 1),))
    joined = "&" in whole
    ordinary = whole.islower() or manner.known(whole.lower())
    if not joined and ordinary and (manner.known(whole) or not _LETTER_FIRST.match(whole)):
        return None
    if whole[0] in "eE" and whole[1] == "-" and manner.known(whole[0].lower() + whole[2:].lower()):
        return Found(found.end(), (Token(whole[0] + whole[2:], at, found.end()),))  # "e-mail"
    tokens: list[Token] = []
    for part in re.finditer(r"[A-Za-z]+(?:'s)?|&", whole):
        tokens += _part(text, at + part.start(), at + part.end(), part.group(), joined, manner)
    if not joined and not any(token.kind is Kind.LETTERS or token.text == "World" for token in tokens):
        return None
    return Found(found.end(), tuple(tokens))


def _part(text: str, start: int, end: int, part: str, joined: bool, manner: Manner) -> list[Token]:
    if part == "&":
        return [Token("and", start, end, tag="CC")]
    bare = part.removesuffix("'s")
    ending = part[len(bare) :]
    if joined and re.fullmatch("[A-Z]{1,3}s", bare):
        bare, ending = bare[:-1], "s" + ending
    single = len(bare) == 1 and (bare not in "aI" or joined)
    if single or (joined and bare.isupper() and len(bare) <= 3):
        return [Token(" ".join(bare.upper()) + ending, start, end, Kind.LETTERS, tag="NNP")]
    if bare in DOUBLED and not ending:
        return list(_spoken_letters(DOUBLED[bare], start, end))
    if len(bare) > 1 and bare.isupper():
        shouted = "-" in text[max(0, start - 1) : end + 1] and _all_shouted(text, start, end, manner)
        said = None if bare in ("US", "IT") and not shouted else _say(text, start, bare, end, shouted, manner)
        if said is None:
            return [Token(" ".join(bare) + ending, start, end, Kind.LETTERS, tag="NNP")]
        return [Token(said + ending, start, end)]
    return [Token(part, start, end)]


def _all_shouted(text: str, start: int, end: int, manner: Manner) -> bool:
    """Return whether the other part of a compound is an ordinary word in capitals: "ALL-IN"."""
    other = _NEXT_PART.match(text, end) or _PART_BEFORE.search(text[max(0, start - 20) : start])
    return other is not None and other.group(1) not in SPELLED | READ and near.is_common(other.group(1), manner)
