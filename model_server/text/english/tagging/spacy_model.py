"""spaCy's small English model, where the user has installed both. Never downloads; imports spaCy only if the model is there."""

from __future__ import annotations

from collections.abc import Sequence

from model_server.text.english.tokens import Token


class BrokenModel(Exception):
    """The model is installed and cannot be used."""


def is_installed() -> bool:
    return False


class SpacyTagger:
    @classmethod
    def load(cls) -> SpacyTagger:
        raise BrokenModel

    def tag(self, tokens: Sequence[Token]) -> list[str]:
        raise BrokenModel
