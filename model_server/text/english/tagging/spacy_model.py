"""spaCy's small English model, where the user has installed it: as the tagger, over our own words.

Nothing is ever downloaded, and spaCy, which takes seconds to import, is imported only if the model is there.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
from collections.abc import Iterator, Sequence
from threading import Lock
from typing import TYPE_CHECKING

from model_server.text.english import heteronyms
from model_server.text.english.tagging import phrases
from model_server.text.english.tokens import Kind, Token

if TYPE_CHECKING:
    from spacy.language import Language

MODEL = "en_core_web_sm"
# What the tagger consists of; the model has more, which would take time.
_COMPONENTS = ["tok2vec", "tagger"]

# spaCy's tagger has seen "do n't" and "it 's": words are given to it as its own tokenizer would cut them.
_CLITIC = re.compile(r"(?i)(?<=[a-z])(n't|'(?:s|ll|re|ve|d|m))\Z|(?<=s)(')\Z")
_BRACKETS = {"(": "-LRB-", ")": "-RRB-"}


class BrokenModel(Exception):
    """The model is installed and cannot be used; the message says why."""


def is_installed() -> bool:
    """Return whether spaCy and its model are there to be imported; imports neither."""
    try:
        importlib.metadata.version("spacy")
        importlib.metadata.version(MODEL)
    except importlib.metadata.PackageNotFoundError:
        return False
    return importlib.util.find_spec("spacy") is not None and importlib.util.find_spec(MODEL) is not None


class SpacyTagger:
    """Sets the tags that misaki would have: the model's, those of our own senses, and those that tokens bring."""

    def __init__(self, language: Language) -> None:
        self._language = language
        # A pipeline adds what it meets to its vocabulary: one thread at a time.
        self._lock = Lock()

    @classmethod
    def load(cls) -> SpacyTagger:
        """Return the tagger, with the model loaded and tried once; takes seconds. Raises BrokenModel."""
        try:
            import spacy

            tagger = cls(spacy.load(MODEL, enable=_COMPONENTS))
            tags = tagger.tag((Token("tested", 0, 6),))
        except Exception as error:  # noqa: BLE001 - somebody else's package, of any age: whatever it raises, ours takes over
            raise BrokenModel(f"{type(error).__name__}: {error}") from error
        if not tags[0]:
            raise BrokenModel("it sets no tags")
        return tagger

    def tag(self, tokens: Sequence[Token]) -> list[str]:
        """Return the Penn tag of each token; one that a token has already is kept."""
        if not tokens:
            return []
        cut = list(_cut(tokens))
        found = self._ask([word for _, word, _ in cut], [space for _, _, space in cut])
        tags = [token.tag for token in tokens]
        for (index, _, _), tag in zip(cut, found, strict=True):
            # The tag of the first part stands for the whole, as in misaki, which takes "it's" for "it".
            tags[index] = tags[index] or tag or "NN"
        return heteronyms.retagged(tokens, phrases.corrected(tokens, _marked(tokens, tags)))

    def _ask(self, words: list[str], spaces: list[bool]) -> list[str]:
        from spacy.tokens import Doc

        with self._lock:
            made = Doc(self._language.vocab, words=words, spaces=spaces)
            for _, component in self._language.pipeline:
                made = component(made)
            return [part.tag_ for part in made]


def _cut(tokens: Sequence[Token]) -> Iterator[tuple[int, str, bool]]:
    """Yield the words as spaCy would have them: the index of the token, the word, whether a blank follows."""
    for index, token in enumerate(tokens):
        text = token.text.replace(" ", "") if token.kind is Kind.LETTERS else token.text
        clitic = _CLITIC.search(text) if token.kind is Kind.WORD else None
        if clitic is None:
            yield index, text or "-", token.space
        else:
            yield index, text[: clitic.start()], False
            yield index, clitic.group(), token.space


def _marked(tokens: Sequence[Token], tags: list[str]) -> list[str]:
    """Return the tags with those of quotation marks and brackets as the lexicon takes them, whatever the model says."""
    shapes = {"“": "``", "”": "''", **_BRACKETS}
    return [
        shapes.get(token.text, tag) if token.kind is Kind.MARK else tag for token, tag in zip(tokens, tags, strict=True)
    ]
