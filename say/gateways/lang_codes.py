"""Kokoro's one-letter language codes, as requests made for `KPipeline` carry them."""

from __future__ import annotations

from common.errors import UsageError
from common.quoting import quoted
from common.voices import LANGUAGES

_OTHER_TAGS = {"fr-fr": "fr"}  # `KPipeline` has them beside ours


def language_of(lang_code: str) -> str:
    """Return the language tag of a code ("a" is "en-us") or of a tag, in capitals or not; "" for "", the voice's own.

    Raises UsageError.
    """
    code = lang_code.lower()
    tag = LANGUAGES.get(code) or _OTHER_TAGS.get(code, code)
    if tag in ("", *LANGUAGES.values()):
        return tag
    codes = ", ".join(f"{code} ({language})" for code, language in LANGUAGES.items())
    raise UsageError(f"there is no lang_code {quoted(lang_code)}", f"Choose one of {codes}.")


def code_of(language: str) -> str:
    """Return the code of a language tag, "" for one that Kokoro has none for."""
    return next((code for code, tag in LANGUAGES.items() if tag == language), "")
