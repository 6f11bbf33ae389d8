"""misaki's own G2P, given tokens and tags of ours: what the lexicon is compared with. Imports spaCy, as misaki.en does."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Sequence
from types import SimpleNamespace

from model_server.text.english.tokens import Kind, Token
from model_server.text.g2p import clause_reader

# Penn tags of marks, which misaki needs.
MARK_TAGS = {
    **dict.fromkeys(".!?", "."),
    ",": ",",
    **dict.fromkeys(";:—…", ":"),
    "(": "-LRB-",
    ")": "-RRB-",
    "“": "``",
    "”": "''",
}


class Misaki:
    """misaki's G2P of one accent with its espeak fallback, built without spaCy's model."""

    def __init__(self, british: bool) -> None:
        clause_reader("en-gb" if british else "en-us")  # sets espeak-ng's checked path of data
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # spaCy's, what it imports, misaki's
            from misaki import en, espeak  # type: ignore[import-untyped]  # ships no types

            self.lexicon = en.Lexicon(british)
        if british:
            self.lexicon.golds["Z"] = "zˈɛd"  # misaki's Britons say "zee"; ours do not, on purpose
        self._fallback = espeak.EspeakFallback(british)
        self._g2p = en.G2P.__new__(en.G2P)  # its __init__ downloads
        self._g2p.version, self._g2p.british, self._g2p.unk = None, british, "❓"
        self._g2p.lexicon, self._g2p.fallback = self.lexicon, self._fallback

    def phonemes(self, tokens: Sequence[Token], tags: Sequence[str]) -> list[str]:
        """Return one string a token. Letters are spelled as misaki spells a proper noun."""
        read = [self._token(token, tag) for token, tag in zip(tokens, tags, strict=True)]
        self._g2p.tokenize = lambda *_: read
        _, said = self._g2p("", preprocess=False)
        return [token.phonemes for token in said]

    def _token(self, token: Token, tag: str) -> object:
        from misaki.token import MToken  # type: ignore[import-untyped]  # ships no types

        return MToken(
            text=token.text,
            tag=MARK_TAGS.get(token.text, tag),
            whitespace=" " * token.space,
            phonemes=self.spelled(token.text) if token.kind is Kind.LETTERS else token.phonemes,
            _=MToken.Underscore(is_head=True, num_flags="", prespace=False),
        )

    def spelled(self, letters: str) -> str:
        """Return the phonemes of "F B I" or "C I A's"."""
        written = letters.replace(" ", "")
        stem = written.removesuffix("s").removesuffix("'")
        sounds = self.lexicon.get_NNP(stem)[0]
        return str(sounds if stem == written else self.lexicon._s(sounds))

    def fallback_phonemes(self, word: str, *, mended: bool = False) -> str:
        """Return what misaki's espeak fallback says of a word; `mended`: without the two faults of its mapping.

        Of an "ɚ" before an "ɹ" it makes two "ɹ"; and as it makes "A" of every "e" first, it never finds the British "e^ə"
        of which it means to make "ɛː".
        """
        if not mended:
            return str(self._fallback(SimpleNamespace(text=word))[0] or "")
        backend = self._fallback.backend
        self._fallback.backend = SimpleNamespace(
            phonemize=lambda words: [said.replace("e^ə", "ɛː") for said in backend.phonemize(words)]
        )
        try:
            return self.fallback_phonemes(word).replace("ɹɹ", "ɹ")
        finally:
            self._fallback.backend = backend


@functools.cache
def misaki(british: bool) -> Misaki:
    """Return it, made once."""
    return Misaki(british)
