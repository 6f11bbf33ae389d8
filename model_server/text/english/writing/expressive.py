"""How people write sounds and force: "sooooo", "hahaha", "shh", "f***"."""

from __future__ import annotations

import itertools
import re

from model_server.text.english.tokens import Found, Manner, Token, word_set
from model_server.text.english.writing import near
from model_server.text.english.writing.pronounced import said_words

_LETTERS = re.compile(r"[A-Za-z]{2,60}+(?![\w\u00ad\u0300-\u036f]|'\w)")
_CLIPPED = re.compile(r"[A-Za-z]{1,14}in'(?!\w)")
_RUN = re.compile(r"([A-Za-z])\1+", re.IGNORECASE)
STRETCHED = re.compile(r"([A-Za-z])\1{2,}", re.IGNORECASE)
_MOST_RUNS = 4  # stretched letters of one word for which both spellings are tried
LAUGHTER = re.compile(
    r"lol|(?:mua|mwa|bwa|bah|wa)?(?:(?:ha){2,}h*|(?:ah){3,}a*|(?:a*ha)+h*a*)|(?:he){2,}h*|(?:hi){2,}|(?:ho){2,}h*|(?:lo){2,}l+",
    re.IGNORECASE,
)
_MOST_LAUGHS = 4

# Sounds that the lexicons do not have or have without a vowel: pattern -> word as it is shown, phonemes.
SOUNDS = tuple(
    (re.compile(pattern, re.IGNORECASE), shown, phonemes)
    for pattern, shown, phonemes in (
        (r"h+m+", "hmm", "hˈəm"),
        (r"m{3,}|mm", "mmm", "mˈəm"),
        (r"sh{2,}|s{1,}h{2,}", "shh", "ʃː"),
        (r"p+s+t+", "psst", "pˈəst"),
        (r"u+gh+", "ugh", "ˈʌɡ"),
        (r"br{2,}", "brr", "bˈɜɹ"),
        (r"gr{2,}", "grr", "ɡˈɜɹ"),
        (r"a+r+gh+|a{2,}r+g+h*", "argh", "ˈɑɹɡ"),
        (r"p+f{2,}t*", "pfft", "fˈʌt"),
        (r"t+sk", "tsk", "tˈɪsk"),
        (r"z{3,}", "zzz", "zˈɪz"),
        (r"a+w{2,}", "aww", "ˈɔ"),
        (r"e+w{2,}|ew", "eww", "ˈiu"),
        (r"a+h{2,}|a{2,}h+", "ahh", "ˈɑ"),
        (r"o+h{2,}", "ohh", "ˈO"),
        (r"o{2,}h+", "ooh", "ˈu"),
        (r"u+h{2,}", "uhh", "ˈʌ"),
        (r"u+m{2,}", "umm", "ˈʌm"),
        (r"e+r{2,}", "err", "ˈɜɹ"),
        (r"wh?e{3,}", "wee", "wˈi"),
        (r"w+o{2,}h+o{2,}", "woohoo", "wˈuhˌu"),
        (r"y+a+y{1,}", "yay", "jˈA"),
        (r"n+a+h+", "nah", "nˈæ"),
        (r"m+e+h+", "meh", "mˈɛ"),
        (r"mhm+", "mhm", "məhˈʌm"),
        (r"e{2,}k+", "eek", "ˈik"),
        (r"y+e+a+h+", "yeah", "jˈæə"),
        (r"o+o+ps+", "oops", "ˈups"),
    )
)
_FIRSTS = frozenset("hmspugbatzeownyfj")
_KEPT = word_set("we ah oh uh um nah yeah www eek oops")  # as they are in the lexicons

_STARRED = re.compile(r"[A-Za-z]{1,3}\*{1,8}[A-Za-z]{0,8}(?![\w*])")
# Words that are written with one star.
_SWEARS = re.compile(
    r"(?:mother)?f\*c?k\w*|fu\*c?k\w*|fuc\*\w*|s[h*]\*t\w*|sh\*t\w*|b\*tch\w*|d\*mn\w*|c\*nt\w*|a\*s\w*|p\*ss\w*|h\*ll|wh\*re\w*|d\*ck\w*|c\*ck\w*|f\*g\w*"
    r"|t\*ts|cr\*p\w*|p\*rn\w*|sl\*t\w*|n\*gg\w*|b\*ll\w*|r\*pe\w*|k\*ll\w*|s\*x\w*",
    re.IGNORECASE,
)
_GRAWLIX = re.compile(r"[@#$%&*!^]{4,20}(?![\w@#$%&*!^])")
_BOLD = 200  # characters within which bold type is closed
_BOLD_OPENS = re.compile(r"(?<![\w*])\*\*(?=\w|\Z)")
_BOLD_CLOSES = re.compile(r"(?<=[\w.,!?])\*\*(?![\w*])")
_NUMERAL = re.compile("[IVXLCDM]+")
_BLEEP = "bleep"
_ENDINGS = ("ing", "ed", "er", "s")


def match(text: str, at: int, manner: Manner) -> Found | None:
    """Read sounds, laughter and stretched words."""
    if at and near.joins(text[at - 1]):
        return None
    found = _LETTERS.match(text, at)
    if found is None:
        return None
    word = found.group()
    end = found.end()
    if text[at].lower() in _FIRSTS and (sound := _sound(word, manner)) is not None:
        return Found(end, (Token(near.like(word, sound[0]), at, end, tag="UH", phonemes=sound[1]),))
    if (
        len(word) > 2
        and not word.isupper()
        and (laughter := LAUGHTER.fullmatch(word))
        and not manner.known(word.lower())
    ):
        return Found(end, said_words(_laughed(laughter.group().lower()), at, end, manner.british, tag="UH"))
    if len(set(word.lower())) == 1 or _NUMERAL.fullmatch(word) or (word.isupper() and len(word) < 4):
        return None
    if not STRETCHED.search(word) or manner.known(word.lower()):
        return None
    said = _shortened(word, manner)
    return Found(end, (Token(said, at, end),)) if said else None


def clipped(text: str, at: int, manner: Manner) -> Found | None:
    """Read "singin'", which keeps its apostrophe: it stands for a "g"."""
    found = _CLIPPED.match(text, at)
    if found is None or (at and near.joins(text[at - 1])):
        return None
    word = found.group().lower()
    if manner.known(word[:-1]) or not manner.known(f"{word[:-1]}g"):
        return None
    return Found(found.end(), (Token(found.group(), at, found.end(), tag="VBG"),))


def _sound(word: str, manner: Manner) -> tuple[str, str] | None:
    lower = word.lower()
    if lower in _KEPT or (word.isupper() and len(word) < 4):
        return None
    for pattern, shown, phonemes in SOUNDS:
        if pattern.fullmatch(word):
            return shown, phonemes
    return None


def _laughed(laughter: str) -> str:
    for syllable in ("ha", "he", "hi", "ho"):
        if syllable in laughter:
            opening = "mwa " if laughter.startswith(("mua", "mwa", "bwa")) else ""
            return opening + " ".join([syllable] * min(_MOST_LAUGHS, max(2, laughter.count(syllable))))
    return "lol"


def _shortened(word: str, manner: Manner) -> str | None:
    """Return a stretched word with its letters once or twice, as the lexicon has it; None if it has neither."""
    parts = _RUN.split(word)  # what stands between the runs, and the runs' letters
    stretched = [run.end() - run.start() > 2 for run in _RUN.finditer(word)]
    if sum(stretched) > _MOST_RUNS or len(stretched) > 2 * _MOST_RUNS:
        return None
    choices = [
        (letter * 2, letter) if long else (letter * 2,) for letter, long in zip(parts[1::2], stretched, strict=True)
    ]
    for chosen in itertools.product(*choices):
        said = "".join(itertools.chain.from_iterable(itertools.zip_longest(parts[::2], chosen, fillvalue="")))
        if manner.known(said.lower()) and said.lower() not in ("soo", "noo"):
            return said.lower() if word.isupper() else said
    return None


def censored(text: str, at: int, manner: Manner) -> Found | None:
    """Read a word with stars for letters as a bleep."""
    if at and near.joins(text[at - 1]):
        return None
    found = _STARRED.match(text, at)
    if found is None:
        return None
    written = found.group()
    stars = written.count("*")
    if stars == 1 and not _SWEARS.fullmatch(written):
        return None
    if len(written) < 4 and not _SWEARS.fullmatch(written):
        return None
    if written.endswith("**") and _is_bold(text, at):
        return None  # the end of bold type
    ending = next((end for end in _ENDINGS if written.endswith("*" + end) and end != "s"), "")
    said = {"ing": "bleeping", "ed": "bleeped", "er": "bleeper"}.get(ending, _BLEEP)
    return Found(found.end(), (Token(near.like(written, said), at, found.end()),))


def _is_bold(text: str, at: int) -> bool:
    """Return whether bold type is open before `at`."""
    before = text[max(0, at - _BOLD) : at]
    opens, closes = (
        max((found.start() for found in mark.finditer(before)), default=-1) for mark in (_BOLD_OPENS, _BOLD_CLOSES)
    )
    return opens > closes


def grawlix(text: str, at: int, manner: Manner) -> Found | None:
    """Read "@#$%!" as a bleep."""
    found = _GRAWLIX.match(text, at)
    if found is None or len(set(found.group()) & set("@#$%&*^")) < 3 or (at and near.joins(text[at - 1])):
        return None
    end = found.end() - (found.group()[-1] == "!")
    return Found(end, (Token(_BLEEP, at, end),))
