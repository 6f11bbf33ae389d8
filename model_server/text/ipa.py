"""The International Phonetic Alphabet as users write it: tidied, and checked symbol by symbol. Knows no language.

Misaki's own letters (capitals for diphthongs, ligatures for affricates) are accepted among them.
"""

from __future__ import annotations

import re
import unicodedata

# Letters of the IPA (chart of 2020), older ones still in dictionaries, and misaki's.
_LETTERS = (
    "abcdefhijklmnopqrstuvwxyzæçðøħŋœɐɑɒɓɔɕɖɗɘəɚɛɜɝɟɠɡɢɣɤɥɦɧɨɪɫɬɭɮɯɰɱɲɳɴɵɸɹɺɻɽɾʀʁʂʃʄʈʉʊʋʌʍʎʏʐʑʒʔʙʛʜʝʟβθχⱱ"
    "AIOQTWYʣʥʦʨʤʧᵊᵻ"
)
NASAL, SYLLABIC, LONG = "\u0303", "\u0329", "ː"
PRIMARY, SECONDARY = "ˈ", "ˌ"
# Ends a syllable; keeps "t" and "ʃ" of "court.ship" apart.
DOT = "."
_KEPT = frozenset(_LETTERS + NASAL + SYLLABIC + LONG + PRIMARY + SECONDARY + DOT + " ")

_REPLACED = str.maketrans(
    {
        "g": "ɡ",
        ":": LONG,
        "\u030d": SYLLABIC,  # above letters with descenders
        "'": PRIMARY,
        "’": PRIMARY,
        "\u02b9": PRIMARY,
        "\u00b7": DOT,
        "-": DOT,
        # Fine detail that no voice makes: half length, aspiration, other secondary sounds, links, groups, tones, ties.
        **dict.fromkeys("ˑʰʱʲʷˠˤʼⁿˡ˞‿|‖↗↘↑↓ꜛꜜ˥˦˧˨˩^\u2060\u200b\u200c\u200d\u00ad", None),
    }
)


def tidied(ipa: str) -> str:
    """Return the known symbols of a transcription: letters, length, stress, syllables' ends, single blanks."""
    return " ".join("".join(symbol for symbol in _plain(ipa) if symbol in _KEPT).split()).strip(DOT + " ")


def unknown_symbols(ipa: str) -> str:
    """Return each symbol once that is none of the alphabet's."""
    unknown = dict.fromkeys(symbol for symbol in _plain(ipa) if symbol not in _KEPT and not symbol.isspace())
    return unicodedata.normalize("NFC", "".join(unknown))


def says_something(ipa: str) -> bool:
    """Return whether a known letter is in it."""
    return any(symbol in _LETTERS for symbol in _plain(ipa))


_CEDILLA = re.compile("c\u0327")


def _plain(ipa: str) -> str:
    """Return a transcription with one character for one symbol, without diacritics that make no difference here."""
    text = _CEDILLA.sub("ç", unicodedata.normalize("NFD", ipa).translate(_REPLACED))
    return "".join(
        character
        for character in text
        if character in (NASAL, SYLLABIC) or unicodedata.category(character) not in ("Mn", "Cf")
    )
