"""Parts of speech, as the Penn tags that misaki's lexicons were made for: the door to `tagging/`, and to spaCy's model
where the user has installed that.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Iterator, Sequence
from typing import Protocol

from model_server.text.english import heteronyms
from model_server.text.english.tagging import phrases, spacy_model
from model_server.text.english.tagging.clauses import role_of
from model_server.text.english.tagging.closed_words import BEFORE_PREPOSITION_TO, INITIALS
from model_server.text.english.tagging.endings import Reading
from model_server.text.english.tagging.search import Word, best_tags
from model_server.text.english.tagging.vocabulary import Readings, closed, is_known, readings_of
from model_server.text.english.tokens import Kind, Token

_log = logging.getLogger(__name__)

# Penn's tags of marks, and what they are to their neighbours; those that are nothing are seen through.
_MARKS = {
    **dict.fromkeys(".!?", ("END", ".")),
    ",": ("COM", ","),
    **dict.fromkeys(";:—…", ("COM", ":")),
    "“": ("", "``"),
    "”": ("", "''"),
    "(": ("", "-LRB-"),
    ")": ("", "-RRB-"),
}
# What a tag that came with a token is to its neighbours, where the class has another name.
_CLASSES = {
    "NNPS": "NNP",
    "PRP$": "PSS",
    "PRP": "IT",
    "JJR": "JJ",
    "JJS": "JJ",
    "RBR": "RB",
    "RBS": "RB",
    "PDT": "DT",
    "WDT": "WH",
}
_BEFORE_PREPOSITION_TO = frozenset(BEFORE_PREPOSITION_TO.split())
_INITIALS = frozenset(INITIALS.split())
# Words whose classes are kept: a text has the same few again and again.
_KEPT = 4096
# How unlikely a word with a capital is to be what it is without, by where it stands.
_NO_NAME_INSIDE = 2.5
_NAME_AT_THE_BEGINNING = 2.5
_NO_PAST_IN_HEADLINES = 2.0


class Tagger(Protocol):
    """Sets parts of speech. Any thread may call it."""

    def tag(self, tokens: Sequence[Token]) -> list[str]:
        """Return the Penn tag of each token; one that a token has already is kept. Opens nothing, waits for nothing."""


class RuleTagger:
    """Our own: word lists, endings, and a table of what stands beside what."""

    def tag(self, tokens: Sequence[Token]) -> list[str]:
        """Return the Penn tag of each token; one that a token has already is kept."""
        return heteronyms.retagged(tokens, phrases.corrected(tokens, best_tags(_words(tokens))))


def load_tagger() -> Tagger:
    """Return spaCy's English model if the user has installed it and it works, otherwise our own. Loads no file for ours."""
    if spacy_model.is_installed():
        try:
            return spacy_model.SpacyTagger.load()
        except spacy_model.BrokenModel as broken:
            _log.warning("spaCy's English model is installed but does not work, so it is not used: %s", broken)
    return RuleTagger()


def _words(tokens: Sequence[Token]) -> list[Word]:
    words: list[Word] = []
    for sentence in _sentences(tokens):
        shouted, headline = _is_shouted(sentence), _is_headline(sentence)
        first = True
        earlier = before = ""
        for token in sentence:
            text = token.text.lower()
            readings = _readings(token, first or headline, shouted)
            if headline and not token.tag:
                readings = _in_headline(readings)
            if not token.tag:
                readings = _in_idiom(earlier, before, text, readings)
            words.append(Word(readings, role_of(text)))
            earlier, before = before, text
            first = (first and token.kind is Kind.MARK) or (token.kind is Kind.MARK and token.text in ":—…“")
    return words


def _in_idiom(earlier: str, before: str, word: str, readings: Readings) -> Readings:
    """Return what a word can be behind the two before it, where those make one thing of it that it seldom is."""
    if word == "to" and before in _BEFORE_PREPOSITION_TO:
        return (("TOP", "IN", 0.0),)
    if word == "one" and before == "no":
        return (("DTP", "NN", 0.0),)
    if before in ("is", "was") and earlier in ("do", "does", "did") and any(tag == "VB" for _, tag, _ in readings):
        return (("VBG", "VB", 0.0),)  # "all he does is object": stands where "objecting" would
    return readings


def _in_headline(readings: Readings) -> Readings:
    """Return what a word can be in a headline, which tells of the past in the present: "Soldiers Wound Three"."""
    if not any(kind == "VBP" for kind, _, _ in readings):
        return readings
    return tuple((kind, tag, cost + _NO_PAST_IN_HEADLINES * (kind == "VBD")) for kind, tag, cost in readings)


def _sentences(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    begins = 0
    for index, token in enumerate(tokens, start=1):
        if (token.kind is Kind.MARK and token.text in ".!?") or index == len(tokens):
            yield tokens[begins:index]
            begins = index


def _is_shouted(tokens: Sequence[Token]) -> bool:
    words = [token.text for token in tokens if token.kind is Kind.WORD and len(token.text) > 1]
    return len(words) > 1 and sum(word.isupper() for word in words) * 2 > len(words)


def _is_headline(tokens: Sequence[Token]) -> bool:
    """Return whether every word of an open class has a capital, so that capitals do not tell names from words."""
    words = []
    for token in tokens:
        if token.kind is Kind.WORD and token.text.lower() not in closed():
            if not token.text[:1].isupper():
                return False
            words.append(token.text)
    return len(words) > 2 and sum(is_known(word.lower()) for word in words[1:]) * 2 >= len(words) - 1


def _readings(token: Token, first: bool, shouted: bool) -> Readings:
    if token.kind is Kind.MARK:
        kind, tag = _MARKS.get(token.text, ("COM", ":"))
        return ((kind, tag, 0.0),)
    if token.tag:
        return ((_class_of(token.text, token.tag), token.tag, 0.0),)
    if token.kind is Kind.LETTERS:
        return (("NNP", "NNP", 0.0),)
    text = token.text
    if text == text.lower() or shouted or text == "I" or text.startswith("I'"):
        return readings_of(text.lower())
    return _with_capital(text, first)


@functools.lru_cache(_KEPT)
def _class_of(text: str, tag: str) -> str:
    """Return what a token that has its tag already is to its neighbours."""
    same = (kind for kind, known, _ in closed().get(text.lower(), ()) if known == tag)
    return next(same, _CLASSES.get(tag, tag))


@functools.lru_cache(_KEPT)
def _with_capital(text: str, first: bool) -> Readings:
    """Return what a word that begins with a capital, or is all capitals, can be: mostly a name."""
    word = text.lower()
    if text.isupper() and len(text) > 1:
        if text in _INITIALS:
            return _costlier(readings_of(word), 1.2, 0.0)
        known = is_known(word)
        return _costlier(readings_of(word), 0.0 if known else 3.0, 2.0 if known else 0.0)
    if word in closed() and (first or word != "will"):
        return readings_of(word) if first else _costlier(readings_of(word), 0.0, 1.5)
    if text[0].islower():
        return _costlier(readings_of(word), 0.5, 0.5)
    if not first:
        return _costlier(readings_of(word), _NO_NAME_INSIDE, 0.0)
    return _costlier(readings_of(word), 0.0, _NAME_AT_THE_BEGINNING if is_known(word) else 0.5)


def _costlier(readings: Readings, more: float, name: float) -> tuple[Reading, ...]:
    return (*((kind, tag, cost + more) for kind, tag, cost in readings), ("NNP", "NNP", name))
