"""Senses: words whose pronunciation the part of speech does not tell."""

from __future__ import annotations

from model_server.text.english import heteronyms
from model_server.text.english.scanner import scan
from model_server.text.english.tagger import RuleTagger
from model_server.text.english.tokens import Manner
from tests.model_server.text.english.test_tagger import spoken


def said(text: str, word: str, british: bool = False) -> list[str]:
    """Return how each occurrence of a word is said, by sense or by tag."""
    tokens = scan(text, Manner(british))
    tags = RuleTagger().tag(tokens)
    senses = heteronyms.senses(tokens, tags, british)
    return [
        senses[index] if index in senses else spoken(token.text, tags[index])
        for index, token in enumerate(tokens)
        if token.text.lower() == word
    ]


def test_the_ten_phrases_that_every_front_end_is_asked() -> None:
    assert said("I read it yesterday, but I will read it tomorrow.", "read") == ["ɹˈɛd", "ɹˈid"]
    assert said("He wound the bandage around the wound.", "wound") == ["wˈWnd", "wˈund"]
    assert said("The lead singer dropped a lead pipe.", "lead") == ["lˈid", "lˈɛd"]
    assert said("The wind was too strong to wind the sail.", "wind") == ["wˈɪnd", "wˈInd"]
    assert said("She shed a tear over the tear in her dress.", "tear") == ["tˈɪɹ", "tˈɛɹ"]
    assert said("They live near a live band.", "live") == ["lˈɪv", "lˈIv"]
    assert said("Please close the door; you are too close.", "close") == ["klˈOz", "klˈOs"]
    assert said("I object to that object; record the record.", "object") == ["əbʤˈɛkt", "ˈɑbʤəkt"]
    assert said("I object to that object; record the record.", "record") == ["ɹəkˈɔɹd", "ɹˈɛkəɹd"]
    assert said("It took a minute to see the minute detail.", "minute") == ["mˈɪnət", "mInˈut"]
    assert said("Polish the Polish table.", "polish") == ["pˈɑlɪʃ", "pˈOlɪʃ"]
