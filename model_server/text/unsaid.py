"""What nobody can say of a text, whatever the language and the engine. Readers see blanks there, so it is told beside them."""

from __future__ import annotations

import unicodedata

from model_server.text.characters import pictograph
from model_server.text.cleaning import without_escapes


def unsaid(text: str) -> tuple[str, ...]:
    """Return the characters of a text as it was given that cannot be spoken, each once, in order.

    They are private-use and unassigned ones, unpaired surrogates, and controls other than blanks, line ends and escape
    sequences. What is silent by its nature (punctuation, marks, formats) is not among them.
    """
    if text.isprintable():
        return ()
    strange = (character for character in dict.fromkeys(without_escapes(text)) if not character.isprintable())
    return tuple(character for character in strange if _is_unsaid(character))


def _is_unsaid(character: str) -> bool:
    category = unicodedata.category(character)
    if category == "Cn":
        return not pictograph(character)  # newer than this Python's Unicode; readers see it
    return category in ("Co", "Cs") or (category == "Cc" and not character.isspace())
