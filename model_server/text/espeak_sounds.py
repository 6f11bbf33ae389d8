"""Which letters and signs espeak-ng has a sound for, where its own engine takes a text as it is written.

Asked of it one by one; what it says of a sign in the midst of a word is no other.
"""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Callable

from model_server.text.g2p import polyglot_reader

# Language tag -> what espeak-ng calls it.
_NAMES = {
    "en-us": "en-us",
    "es": "es",
    "fr": "fr-fr",
    "hi": "hi",
    "it": "it",
    "ja": "ja",
    "pt-br": "pt-br",
    "zh": "cmn",
}
# What it is known to have a sound for (a test asks it), so that plain text does not wait for phonemizer.
_LATIN = "ªµºÀ-ÖØ-öø-\u017f"
_OWN = {
    **dict.fromkeys(("es", "fr", "it", "pt-br"), "$€£°©"),
    "hi": "$\u0904-\u0939\u0958-\u0961",
    "ja": "ぁ-ゖァ-ヺーｦ-ﾝ",
    "zh": "一-鿋",
}
# Han in Japanese text, which it reads as "Chinese letter".
KANJI = re.compile(r"[\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# Units of which it is remembered whether they have a sound.
_KEPT = 4096


@functools.cache
def has_sound(language: str) -> Callable[[str], bool]:
    """Return what tells whether espeak-ng's voice of a language says a letter, digit, sign or flag. Any thread may ask.

    What is asked raises EngineError if espeak-ng does not load.
    """
    familiar = re.compile(f"[{_LATIN}{_OWN.get(language, '')}]")

    @functools.lru_cache(_KEPT)
    def asked(unit: str) -> bool:
        if familiar.fullmatch(unit):
            return True
        return not (language == "ja" and KANJI.fullmatch(unit)) and _says(_NAMES[language], unit)

    return asked


_lock = threading.Lock()  # libespeak-ng is one big global state
_reader = functools.cache(polyglot_reader)


def _says(name: str, unit: str) -> bool:
    with _lock:
        try:
            return any(map(str.isalpha, _reader()(name, unit)))
        except (RuntimeError, ValueError):  # phonemizer's own for what libespeak-ng refuses
            return False
