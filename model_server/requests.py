"""What a voice server may ask of the model server, and with which figures."""

from __future__ import annotations

import os

from common.errors import BadFrame
from common.limits import FASTEST, SLOWEST
from common.messages.speaking import POLICIES, PRIORITIES
from common.messages.synthesis import PLAN_WINDOW, Begin, Finished, Plan, Synthesize, Underway
from common.records import replace
from common.voice_files import known_voice
from common.voices import Voice
from model_server.front_end import is_sensible
from model_server.utterances import HIGHEST_NUMBER

LONGEST_PIECE = 1 << 16  # characters, normalised; numbers spelt out are longer than what was planned
MOST_UNMADE = 256  # pieces of it that were planned and are yet to be made
LONGEST_CLIENT = 64  # characters
STATES = ("preparing", "waiting", "speaking", "paused", "held", "writing")
OUTCOMES = ("spoken", "stopped", "cancelled", "dropped", "failed")


def voice_of(name: str, file: str) -> Voice:
    """Return the voice that speaks. Raises UnknownVoice, BadFrame where a file is missing, or is not asked for."""
    voice = known_voice(name)
    if voice.parts and not file:
        return voice
    if voice.parts or not os.path.isabs(file):
        raise BadFrame("a voice file goes with a name that was made for it, and the other way round")
    return replace(voice, file=file)


def check_begin(begin: Begin) -> None:
    """Raise BadFrame for a rank that the floor does not know."""
    sensible = begin.priority in ("", *PRIORITIES) and begin.policy in POLICIES and is_sensible(begin.reading)
    sensible = sensible and len(begin.client) <= LONGEST_CLIENT
    if not sensible or not 0 <= begin.number <= HIGHEST_NUMBER:
        raise BadFrame("this Begin makes no sense")


def check(message: object) -> None:
    """Raise BadFrame for figures that no voice server of ours asks with; engines rely on them."""
    if isinstance(message, Plan):
        sensible = len(message.text) <= PLAN_WINDOW and message.start >= 0 and SLOWEST <= message.speed <= FASTEST
        sensible = (
            sensible and len(message.unmade) <= MOST_UNMADE and all(0 <= one <= LONGEST_PIECE for one in message.unmade)
        )
    elif isinstance(message, Synthesize):
        sensible = len(message.text) <= LONGEST_PIECE and len(message.phonemes) <= LONGEST_PIECE
        sensible = sensible and message.start >= 0 and message.index >= 0 and SLOWEST <= message.speed <= FASTEST
        sensible = sensible and all(0 <= one.sound <= one.sound_end <= len(message.phonemes) for one in message.words)
    elif isinstance(message, Underway):
        sensible = message.state in STATES and message.played >= 0 and message.total >= 0
        sensible = sensible and (message.speed == 0 or SLOWEST <= message.speed <= FASTEST)
    elif isinstance(message, Finished):
        sensible = message.outcome in OUTCOMES
    else:
        return
    if not sensible:
        raise BadFrame(f"this {type(message).__name__} makes no sense")
