"""The English reader: what is written, how it is said, and its phonemes."""

from __future__ import annotations

from dataclasses import replace

from common.errors import Unspeakable
from common.quoting import quoted
from model_server.text.english.assembly import assemble
from model_server.text.english.fallback import plain_latin
from model_server.text.english.heteronyms import senses
from model_server.text.english.lexicon import Lexicon
from model_server.text.english.scanner import scan
from model_server.text.english.scripts import ENGLISH, Run, name_of, runs
from model_server.text.english.tagger import Tagger
from model_server.text.english.tokens import Kind, Manner, Token
from model_server.text.english.writing.symbols import all_of
from model_server.text.espeak_sounds import has_sound
from model_server.text.reading import Reading


class TextReader:
    """Reads for an engine that takes text."""

    takes_text = True

    def __init__(self, manner: Manner) -> None:
        self._manner = manner

    def read(self, text: str) -> Reading:
        return assemble([_nameable(token) for token in _tokens(text, self._manner)], None)


def _tokens(text: str, manner: Manner) -> list[Token]:
    return list(all_of(text)) or scan(text, manner)


def _nameable(token: Token) -> Token:
    """Return a token with names for letters of scripts that espeak-ng does not have, as the lexicon's fallback reads them."""
    if token.text.isascii() or token.kind is Kind.MARK:
        return token
    written = list(runs(token.text))
    said = list(map(_in_known_letters, written))
    if said == [run.text for run in written]:
        return token
    return replace(token, text=" ".join(said).strip() or name_of(token.text))


def _in_known_letters(run: Run) -> str:
    says = has_sound("en-us")
    if run.language == ENGLISH:
        plain = plain_latin(run.text)
        if not any(each.isalnum() and not each.isascii() and not says(each) for each in plain):
            return plain
        named = "".join(
            each if each.isascii() or not each.isalnum() or says(each) else f" {name_of(each)} " for each in plain
        )
        return " ".join(named.split())
    return run.text if run.language and all(map(says, filter(str.isalpha, run.text))) else name_of(run.text)


class PhonemeReader:
    """Reads for an engine that takes phonemes."""

    takes_text = False

    def __init__(self, manner: Manner, tagger: Tagger, lexicon: Lexicon, *, strict: bool) -> None:
        """If `strict`, a word that has no phonemes is an error."""
        self._manner = manner
        self._tagger = tagger
        self._lexicon = lexicon
        self._strict = strict

    def read(self, text: str) -> Reading:
        tokens = _tokens(text, self._manner)
        tags = self._tagger.tag(tokens)
        for index, phonemes in senses(tokens, tags, self._manner.british).items():
            tokens[index] = replace(tokens[index], phonemes=phonemes)
        sounds = self._lexicon.phonemes(tokens, tags)
        silent = [token for token, sound in zip(tokens, sounds, strict=True) if sound is None]
        if silent and self._strict:
            written = text[silent[0].start : silent[0].end]
            raise Unspeakable(
                f"there are no phonemes for {quoted(written)}",
                "'--skip-unspeakable' (setting skip_unspeakable) leaves such words out.",
            )
        left_out = tuple(text[token.start : token.end] for token in silent)
        return assemble(tokens, [sound or "" for sound in sounds], left_out)
