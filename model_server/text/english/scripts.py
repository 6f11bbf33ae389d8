"""Scripts other than Latin inside English: which language reads them, and its phonemes in English ones. Pure.

Kokoro learned English from misaki's English symbols only; others come out as noise, so each becomes its nearest neighbour.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

ENGLISH = "en"

# The first word of a letter's Unicode name -> espeak-ng's language for the script. What is missing is named.
_LANGUAGES = {
    "LATIN": ENGLISH,
    "ARABIC": "ar",
    "ARMENIAN": "hy",
    "BENGALI": "bn",
    "CJK": "cmn",
    "CYRILLIC": "ru",
    "DEVANAGARI": "hi",
    "ETHIOPIC": "am",
    "GEORGIAN": "ka",
    "GREEK": "el",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "HANGUL": "ko",
    "HEBREW": "he",
    "HIRAGANA": "ja",
    "KANNADA": "kn",
    "KATAKANA": "ja",
    "KATAKANA-HIRAGANA": "ja",
    "MALAYALAM": "ml",
    "ORIYA": "or",
    "SINHALA": "si",
    "TAMIL": "ta",
    "TELUGU": "te",
    "THAI": "th",
}
# Letters of these scripts that espeak-ng passes over in the midst of a word, newer ones mostly; a test asks it.
_PASSED_OVER = re.compile(
    "[\u0870-\u089f\u08b5\u08be-\u08c9\ua8f2-\ua8f7\ua8fb\ua8fd\ua8fe\ua960-\ua97c\uab01-\uab2f\uab65\ud7b0-\ud7fb"
    "\U0001aff0-\U0001affe\U0001b11f-\U0001b167\U0001e7e0-\U0001e7ff"
    "\U0002a6d7-\U0002a6df\U0002b735-\U0002b73f\U00030000-\U0003ffff]"
)
# Letters that tell another language of the same script.
_TELLING = (("uk", "іїєґІЇЄҐ"), ("sr", "ђјљњћџЂЈЉЊЋЏ"), ("ur", "ٹڈڑںے"), ("fa", "پچژگی"))
_ENGLISH_SOUNDS = frozenset("AIOWYbdfhijklmnpstuvwzæðŋɑɔəɛɜɡɪɹʃʊʌʒʤʧˈˌθ ")
# Languages that write few vowels, of which espeak-ng adds few, and what is too many consonants to say.
_WITHOUT_VOWELS = frozenset(("ar", "fa", "he", "ur"))
_CROWD = re.compile("[bdfhjklmnpstvwzðŋɡɹʃʒʤʧθ]{3,}+")
_STRESSED = re.compile("[ˈˌ][ɑiuɔɜ]")
_NAMES = {"CJK": "Chinese"}
_LONGEST_NAME = 40
_NUMBERED = re.compile(r"[ -]?\S*\d\S*")  # "HIEROGLYPH A001", which tells a listener nothing

# Phonemes of other languages -> the nearest of misaki's English; longer ones first. Tones and lengths go.
NEAREST = {
    "s.": "ʃ", "ʦ.h": "ʧ", "ʦ.": "ʤ", "z.": "ɹ", "tɕ": "ʧ", "dʑ": "ʤ", "tʃ": "ʧ", "dʒ": "ʤ", "ts": "ts",
    "ɯᵝ": "u", "ʲ": "j", "r̩": "ɹɪ", "yɛ": "wɛ", "jj": "j",
    "a": "ɑ", "ä": "ɑ", "ɒ": "ɑ", "ɐ": "ɑ", "e": "ɛ", "ø": "ɜ", "œ": "ɜ", "o": "O", "ɔ": "ɔ", "ɵ": "O", "ɤ": "ʌ",
    "y": "ɪ", "ʏ": "ʊ", "ɨ": "ɪ", "ʉ": "u", "ɯ": "ʊ", "ɚ": "əɹ",
    "r": "ɹ", "ɾ": "ɹ", "ɽ": "ɹ", "ɻ": "ɹ", "ʀ": "ɹ", "ʁ": "ɹ", "ɺ": "ɹ", "ʐ": "ɹ",
    "x": "h", "χ": "h", "ħ": "h", "ɦ": "h", "ç": "h", "ɣ": "ɡ", "g": "ɡ", "ɟ": "ʤ", "ɢ": "ɡ", "q": "k", "c": "ʧ",
    "ɕ": "ʃ", "ʂ": "ʃ", "ʑ": "ʒ", "ʦ": "ts", "ʣ": "dz", "ɫ": "l", "ɭ": "l", "ʎ": "lj", "ɬ": "l",
    "ɲ": "nj", "ɳ": "n", "ɴ": "n", "ɱ": "m", "ʈ": "t", "ɖ": "d", "ɸ": "f", "β": "v", "ʋ": "v", "ɥ": "w",
}  # fmt: skip
_FOREIGN = re.compile("|".join(sorted(map(re.escape, NEAREST), key=len, reverse=True)))


class Run(NamedTuple):
    """Characters that one language reads."""

    text: str
    language: str  # ENGLISH, espeak-ng's name of another one, or "" where none reads them


def runs(word: str) -> Iterator[Run]:
    """Yield a word's letters and their marks by the language that reads them, in order."""
    word = unicodedata.normalize("NFKC", word)
    if word.isascii():
        yield Run(word, ENGLISH)
        return
    reader = ENGLISH
    readers: list[str] = []
    for character in word:
        if character.isalpha():
            script = _script(character)
            reader = script if _PASSED_OVER.match(character) else _LANGUAGES.get(script, script)
        readers.append(reader)
    for reader, group in groupby(zip(readers, word, strict=True), key=lambda pair: pair[0]):
        text = "".join(character for _, character in group)
        yield Run(text, _language(reader, text))


def english_sounds(phonemes: str, language: str, british: bool) -> str:
    """Return another language's phonemes, as misaki has them, in misaki's English ones."""
    if language in ("cmn", "th"):
        # The third tone is written with a sign that is a vowel elsewhere.
        phonemes = re.sub(r"[\dɜ]", "", phonemes)
    if language in ("ar", "fa", "ru", "sr", "uk"):
        phonemes = phonemes.replace("x", "k").replace("χ", "k")
    sounds = _FOREIGN.sub(lambda found: NEAREST[found.group()], phonemes)
    sounds = "".join(sound for sound in sounds if sound in _ENGLISH_SOUNDS)
    if language in _WITHOUT_VOWELS:
        sounds = _CROWD.sub(_with_vowels, sounds)
    return _british(sounds) if british else sounds.replace("ɜ", "ɜɹ")


def _with_vowels(crowd: re.Match[str]) -> str:
    """Return consonants that can be said: "mɹhb" as "məɹhəb"."""
    last = len(crowd.group()) - 1
    return "".join(sound + "ə" * (at % 2 == 0 and at < last) for at, sound in enumerate(crowd.group()))


def _british(sounds: str) -> str:
    """Return British phonemes for American ones: stressed vowels are long."""
    sounds = _STRESSED.sub(r"\g<0>ː", sounds.replace("O", "Q"))
    return re.sub("ɜ(?!ː)", "ɜː", re.sub("ɑ(?!ː)", "a", sounds))


def name_of(text: str) -> str:
    """Return what is said for characters that nothing reads: "runic letters", or what a single sign is called."""
    names = [unicodedata.name(character, "") for character in text if not character.isspace()]
    script, _, rest = next((name for name in names if name), "unknown letter").partition(" ")
    script = _NAMES.get(script, script.lower())
    if "LETTER" not in rest and script != "Chinese":
        return f"{script} {_NUMBERED.sub('', rest).lower()}"[:_LONGEST_NAME]
    return f"{script} letter{'s' * (len(names) > 1)}"


def _script(character: str) -> str:
    return unicodedata.name(character, "UNKNOWN").partition(" ")[0]


def _language(reader: str, text: str) -> str:
    if reader in ("ru", "ar"):
        return next((other for other, letters in _TELLING if not set(letters).isdisjoint(text)), reader)
    return reader if reader.islower() else ""
