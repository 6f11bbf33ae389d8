"""The voices of Kokoro-82M v1.0 as facts: names, languages, genders, grades. Where their files are is not known here.

Source: VOICES.md of hexgrad/Kokoro-82M at the pinned revision.
"""

from __future__ import annotations

from dataclasses import dataclass

from common.errors import UnknownVoice

DEFAULT_VOICE = "af_heart"

# First letter of a voice name -> language tag.
LANGUAGES = {
    "a": "en-us",
    "b": "en-gb",
    "e": "es",
    "f": "fr",
    "h": "hi",
    "i": "it",
    "j": "ja",
    "p": "pt-br",
    "z": "zh",
}

# Name -> grade of the training data's quality, "" where none was published.
_GRADES = {
    "af_heart": "A",
    "af_alloy": "C",
    "af_aoede": "C+",
    "af_bella": "A-",
    "af_jessica": "D",
    "af_kore": "C+",
    "af_nicole": "B-",
    "af_nova": "C",
    "af_river": "D",
    "af_sarah": "C+",
    "af_sky": "C-",
    "am_adam": "F+",
    "am_echo": "D",
    "am_eric": "D",
    "am_fenrir": "C+",
    "am_liam": "D",
    "am_michael": "C+",
    "am_onyx": "D",
    "am_puck": "C+",
    "am_santa": "D-",
    "bf_alice": "D",
    "bf_emma": "B-",
    "bf_isabella": "C",
    "bf_lily": "D",
    "bm_daniel": "D",
    "bm_fable": "C",
    "bm_george": "C",
    "bm_lewis": "D+",
    "jf_alpha": "C+",
    "jf_gongitsune": "C",
    "jf_nezumi": "C-",
    "jf_tebukuro": "C",
    "jm_kumo": "C-",
    "zf_xiaobei": "D",
    "zf_xiaoni": "D",
    "zf_xiaoxiao": "D",
    "zf_xiaoyi": "D",
    "zm_yunjian": "D",
    "zm_yunxi": "D",
    "zm_yunxia": "D",
    "zm_yunyang": "D",
    "ef_dora": "",
    "em_alex": "",
    "em_santa": "",
    "ff_siwis": "B-",
    "hf_alpha": "C",
    "hf_beta": "C",
    "hm_omega": "C",
    "hm_psi": "C",
    "if_sara": "C",
    "im_nicola": "C",
    "pf_dora": "",
    "pm_alex": "",
    "pm_santa": "",
}


@dataclass(frozen=True)
class Voice:
    """One voice of the catalogue."""

    name: str
    language: str  # tag, as in LANGUAGES
    gender: str  # "female" or "male"
    grade: str  # "A" to "F", "" where none was published

    @property
    def display_name(self) -> str:
        return self.name.partition("_")[2].capitalize()


VOICES = {
    name: Voice(name, LANGUAGES[name[0]], "female" if name[1] == "f" else "male", grade)
    for name, grade in _GRADES.items()
}


def find_voice(name: str) -> Voice:
    """Return the voice of that name. Raises UnknownVoice with the nearest names; touches neither disk nor network."""
    if (voice := VOICES.get(name)) is not None:
        return voice
    import difflib  # only a mistake needs it

    shown = name if len(name) <= 40 else name[:40] + "…"
    near = difflib.get_close_matches(
        shown.lower(), VOICES, n=3, cutoff=0.5
    )  # a megabyte would take a fifth of a second
    hint = f"Did you mean {' or '.join(near)}?" if near else "'say --voices' lists them all."
    raise UnknownVoice(f"there is no voice {shown!r}", hint)
