"""Labels at a line's beginning, with a colon behind them: "Subject: …", "RE: FWD: …"."""

from __future__ import annotations

import re

from model_server.text.english.tagging.stress_pairs import NOUN_OR_VERB
from model_server.text.english.tokens import Found, Manner, Token, letters

_LABEL = re.compile(r"([A-Za-z]{2,12})(?=:(?:\s|\Z))")
_BEFORE = re.compile(r"(?:\A|\n|\A[ \t]{1,8}|\n[ \t]{1,8}|(?:\b(?:Subject|RE|Re|FWD?|Fwd?):[ ]))\Z")
_SUMMARY = re.compile(r"TL;DR(?!\w)")
_FORWARDED = {"RE": "re", "FW": "forward", "Fw": "forward", "FWD": "forward", "Fwd": "forward", "fwd": "forward"}
_NOUNS = frozenset(NOUN_OR_VERB.split())
_LOOK = 12  # characters


def match(text: str, at: int, manner: Manner) -> Found | None:
    """Read a label: a noun where it could be a verb, and what stands in the subjects of letters."""
    if summary := _SUMMARY.match(text, at):
        return Found(summary.end(), (letters("TLDR", at, summary.end()),))
    label = _LABEL.match(text, at)
    if label and label.group() == "RE" and not (at and text[at - 1].isalnum()):
        return Found(label.end(), (Token("re", at, label.end()),))
    if label is None or not _BEFORE.search(text[max(0, at - _LOOK) : at]):
        return None
    word = label.group()
    if said := _FORWARDED.get(word):
        return Found(label.end(), (Token(said, at, label.end()),))
    return Found(label.end(), (Token(word, at, label.end(), tag="NN"),)) if word.lower() in _NOUNS else None
