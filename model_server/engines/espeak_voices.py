"""Which of espeak-ng's voices stands in for which of the catalogue's. A table and a look-up; no espeak-ng."""

from __future__ import annotations

from common.errors import LanguageUnavailable
from common.voices import VOICES, Voice

# Language tag -> name that espeak_SetVoiceByName takes. "en-gb" is not one, although its documentation lists it.
LANGUAGE_VOICES = {
    "en-us": "en-us",
    "en-gb": "gmw/en",
    "es": "es",
    "fr": "fr",
    "hi": "hi",
    "it": "it",
    "ja": "ja",
    "pt-br": "pt-br",
    "zh": "cmn",
}

# Variants of the shipped data (`voices/!v`), the clearest first; left out are those that clip, whisper or play a robot.
# As many as the language with the most voices has, so that no two voices of one language share one.
VARIANTS = {
    "female": ("f3", "Annie", "f2", "linda", "Andrea", "f1", "belinda", "f5", "steph", "Alicia", "aunty"),
    "male": ("m3", "m1", "Andy", "m7", "m8", "Lee", "Denis", "m4", "grandpa"),
}


def espeak_voice(voice: Voice, language: str) -> str:
    """Return espeak-ng's name for `voice` speaking `language`, which need not be its own.

    Raises LanguageUnavailable.
    """
    if language not in LANGUAGE_VOICES:
        spoken = ", ".join(LANGUAGE_VOICES)
        raise LanguageUnavailable(f"espeak does not speak {language!r} here", f"It speaks {spoken}.")
    return f"{LANGUAGE_VOICES[language]}+{_variant(voice)}"


def _variant(voice: Voice) -> str:
    """Return the variant of a voice: its place among the voices of its language and gender decides.

    A blend has that of its heaviest part, a user's own voice the clearest one.
    """
    lead = VOICES.get(voice.lead, voice)
    alike = [other.name for other in VOICES.values() if (other.language, other.gender) == (lead.language, lead.gender)]
    variants = VARIANTS[lead.gender]
    place = alike.index(lead.name) if lead.name in alike else 0
    return variants[place % len(variants)]
