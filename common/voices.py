"""The voices of Kokoro-82M v1.0 as facts: names, languages, genders, grades. Where their files are is not known here.

What a user may name is one of them, or a blend of them (`common/blends.py`).

Source: VOICES.md of hexgrad/Kokoro-82M at the pinned revision.
"""

from __future__ import annotations

from common.errors import UnknownVoice
from common.quoting import quoted
from common.records import dataclass

DEFAULT_VOICE = "af_heart"
LIST_OF_VOICES = "'say --voices' lists them all."  # a hint
_SHOWN = 40  # characters of a name that is none, in a message

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
class Part:
    """One voice of a blend, or the only one of a voice that is none."""

    name: str  # in the catalogue
    weight: int = 1  # its share is this in the sum of all


@dataclass(frozen=True)
class Voice:
    """What can speak: a voice of the catalogue, a blend of several, or a pack of the user's own."""

    name: str  # the one spelling of it, by which servers, seeds and files know it
    language: str  # tag, as in LANGUAGES
    gender: str  # "female" or "male"; of a blend, that of the heaviest part
    grade: str  # "A" to "F", "" where none was published
    parts: tuple[Part, ...] = ()  # from the catalogue, in the order of `name`; none of a user's own pack
    file: str = ""  # absolute path of the user's own pack

    @property
    def display_name(self) -> str:
        return self.name.partition("_")[2].capitalize()

    @property
    def lead(self) -> str:
        """The part that stands for it where voices cannot be mixed: the heaviest, of equals the first; "" if it has none."""
        return max(self.parts, key=lambda part: part.weight).name if self.parts else ""


VOICES = {
    name: Voice(name, LANGUAGES[name[0]], "female" if name[1] == "f" else "male", grade, (Part(name),))
    for name, grade in _GRADES.items()
}


def find_voice(name: str) -> Voice:
    """Return the voice of that name, or the blend that it describes.

    Raises UnknownVoice with the nearest names; touches neither disk nor network.
    """
    if (voice := VOICES.get(name)) is not None:
        return voice
    from common.blends import is_blend, read_blend  # few voices are

    if is_blend(name):
        return read_blend(name)
    raise unknown_voice(name)


def unknown_voice(name: str, where: str = "") -> UnknownVoice:
    """Return the error for a name that is none; `where` says in what it was found."""
    import difflib  # only a mistake needs it

    # Of a megabyte it would take a fifth of a second.
    near = difflib.get_close_matches(name[:_SHOWN].lower(), VOICES, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else LIST_OF_VOICES
    return UnknownVoice(f"there is no voice {quoted(name, _SHOWN)}{where}", hint)
