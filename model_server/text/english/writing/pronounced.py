"""Words that stand for what is written and that the lexicons do not have: their phonemes."""

from __future__ import annotations

from dataclasses import replace

from model_server.text.english.tokens import Token, words

# American, British. "et cetera" as misaki's lexicons have "etc".
_PHONEMES = {
    "et": ("ɛt", "ɛt"),
    "Et": ("ɛt", "ɛt"),
    "cetera": ("sˈɛɾəɹə", "sˈɛtəɹə"),
    "Ms": ("mˈɪz", "mˈɪz"),
    "Messrs": ("mˈɛsəɹz", "mˈɛsəz"),
    "ibid": ("ˈɪbɪd", "ˈɪbɪd"),
    "mille": ("mˈɪl", "mˈɪl"),
    "lol": ("lˈɔl", "lˈɒl"),
    "mwa": ("mwˈɑ", "mwˈɑː"),
}


def said_words(said: str, start: int, end: int, british: bool, *, tag: str = "") -> tuple[Token, ...]:
    """Return tokens for words apart by blanks, with the phonemes of those that the lexicons do not have."""
    return tuple(
        replace(token, phonemes=_PHONEMES[token.text][british]) if token.text in _PHONEMES else token
        for token in words(said, start, end, tag=tag)
    )
