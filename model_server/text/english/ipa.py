"""A transcription of a user's in the symbols that Kokoro's English voices learned, each accent in its own. Pure."""

from __future__ import annotations

import re

from model_server.text.english.scripts import NEAREST
from model_server.text.ipa import DOT, LONG, NASAL, PRIMARY, SECONDARY, SYLLABIC, tidied

# Source: misaki's EN_PHONES.md, with "ɐ" as both have it for the article, and "T" as Kokoro was trained on the tap.
_BOTH = "AIWYbdfhijklmnpstuvwzðŋɑɔəɛɜɡɪɹʃʊʌʒʤʧˈˌθᵊɐ "
_AMERICAN = frozenset(_BOTH + "OæᵻT")
_BRITISH = frozenset(_BOTH + "Qaɒː")
_VOWELS = "AIOQWYaeiouyæɑɒɔəɛɜɪʊʌᵊᵻɐ"

# IPA -> misaki's letters. Source: E2M of misaki's espeak.py, and the same sounds as dictionaries write them.
_EITHER = {
    "eɪ": "A", "ei": "A", "eː": "A", "aɪ": "I", "ai": "I", "aʊ": "W", "au": "W", "ɔɪ": "Y", "ɔi": "Y", "oɪ": "Y",
    "tʃ": "ʧ", "dʒ": "ʤ", "e": "ɛ", "x": "k", "χ": "k", "ʍ": "w", "ʔ": "t", NASAL: "n",
    "ɓ": "b", "ɗ": "d", "ɠ": "ɡ", "ʄ": "ʤ", "ʥ": "ʤ", "ʨ": "ʧ", "ɧ": "ʃ", "ʝ": "j", "ʛ": "ɡ", "ʜ": "h", "ⱱ": "v",
    "ʙ": "b", "ɮ": "l", "ʟ": "l", "ɰ": "w", "ɘ": "ə", "ɵ": "ʊ",
}  # fmt: skip
_TO_AMERICAN = {
    **_EITHER,
    "oʊ": "O", "əʊ": "O", "ou": "O", "əu": "O", "oː": "O", "o": "O", "Q": "O", "oːɹ": "ɔɹ", "oɹ": "ɔɹ",
    "ɜːɹ": "ɜɹ", "ɜː": "ɜɹ", "ɝː": "ɜɹ", "ɝ": "ɜɹ", "ɝɹ": "ɜɹ", "ɜɹ": "ɜɹ", "ɜ": "ɜɹ",
    "œ": "ɜɹ", "œː": "ɜɹ", "œɹ": "ɜɹ", "ø": "ɜɹ", "øː": "ɜɹ", "øɹ": "ɜɹ", "ɚɹ": "əɹ", "ɚ": "əɹ",
    "ɪəɹ": "ɪɹ", "ɪə": "iə", "eəɹ": "ɛɹ", "ɛəɹ": "ɛɹ", "eə": "ɛɹ", "ɛə": "ɛɹ", "ʊəɹ": "ʊɹ",
    "ɒ": "ɑ", "ɾ": "T", "ɨ": "ᵻ", LONG: "",
}  # fmt: skip
_TO_BRITISH = {
    **_EITHER,
    "oʊ": "Q", "əʊ": "Q", "ou": "Q", "əu": "Q", "oː": "Q", "o": "Q", "O": "Q", "oːɹ": "ɔːɹ", "oɹ": "ɔːɹ",
    "ɝː": "ɜː", "ɝ": "ɜː", "ɚ": "ə", "eə": "ɛː", "ɛə": "ɛː", "ɜ": "ɜː", "ɔ": "ɔː", "ɑ": "ɑː",
    "ɜː": "ɜː", "ɔː": "ɔː", "ɑː": "ɑː", "ɛː": "ɛː", "iː": "iː", "uː": "uː", "æː": "a", "æ": "a", "aː": "ɑː",
    "œ": "ɜː", "œː": "ɜː", "ø": "ɜː", "øː": "ɜː", "ɾ": "t", "T": "t", "ᵻ": "ɪ",
}  # fmt: skip


def _any_of(table: dict[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, table), key=len, reverse=True)))


_PATTERNS = {False: (_any_of(_TO_AMERICAN), _TO_AMERICAN), True: (_any_of(_TO_BRITISH), _TO_BRITISH)}
_SYLLABIC = re.compile(f"(.){SYLLABIC}")
_TRILL = str.maketrans({"r": "ɹ", "ɫ": "l"})
_R_COLOURED = re.compile(f"[ɚɝ](?=ː?[{PRIMARY}{SECONDARY}{DOT}]?[{_VOWELS}])")
# A dictionary marks where a syllable begins, misaki its vowel. No word has so many consonants.
_STRESS = re.compile(f"([{PRIMARY}{SECONDARY}])([^{_VOWELS}{PRIMARY}{SECONDARY} ]{{1,8}}+)(?=[{_VOWELS}])")
_LAST_L = re.compile(f"(?<=[^{_VOWELS}{PRIMARY}{SECONDARY} ])əl(?= |\\Z)")


def from_ipa(ipa: str, british: bool) -> str:
    """Return a transcription in misaki's symbols of one accent, which read as they are; "" if no symbol is known.

    Sounds that English does not have become their nearest neighbours.
    """
    sounds = _SYLLABIC.sub(r"ᵊ\1", tidied(ipa).translate(_TRILL))
    if british:
        sounds = _R_COLOURED.sub(r"\g<0>ɹ", sounds)
    pattern, table = _PATTERNS[british]
    sounds = pattern.sub(lambda found: table[found.group()], sounds).replace(DOT, "")
    known = _BRITISH if british else _AMERICAN
    sounds = "".join(_known(symbol, known) for symbol in sounds)
    return _STRESS.sub(r"\2\1", _LAST_L.sub("ᵊl", sounds))


def _known(symbol: str, known: frozenset[str]) -> str:
    if symbol in known:
        return symbol
    return "".join(near for near in NEAREST.get(symbol, "") if near in known)
