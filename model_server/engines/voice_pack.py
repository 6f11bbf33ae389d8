"""Voices as the model takes them: one style vector for each length of a piece. Published ones, blends, users' own."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from common.errors import BadVoiceFile, CorruptFile
from common.voice_files import LARGEST, WHAT_IT_IS, read_voice_file
from common.voices import Voice
from model_server.engines.torch_file import check_archive, corrupt, read_torch_file, read_torch_stream

if TYPE_CHECKING:
    import torch

# Source: the published voices/*.pt; row n is the style for n + 1 phonemes.
SHAPE = (510, 1, 256)

MOST_PACKS = 64  # that are kept, half a megabyte each: the 54 published ones, and some blends


class VoiceFiles(Protocol):
    """The published voices on this machine, each checked before its path is given."""

    def voice(self, name: str) -> Path:
        """Return the path of that voice. Raises ModelUnavailable, CorruptFile."""


class VoicePacks:
    """The packs of voices, read or mixed when first asked for; those used last are kept."""

    def __init__(self, files: VoiceFiles) -> None:
        self._files = files
        self._packs: dict[str, torch.Tensor] = {}  # by name, the one used last at the end

    def of(self, voice: Voice) -> torch.Tensor:
        """Return a voice's pack, float32 [510, 1, 256] on the CPU.

        Raises CorruptFile, OutOfMemory, ModelUnavailable, or BadVoiceFile for the user's own.
        """
        pack = self._packs.pop(voice.name, None)
        if pack is None:
            pack = self._make(voice)
        self._packs[voice.name] = pack
        if len(self._packs) > MOST_PACKS:
            del self._packs[next(iter(self._packs))]
        return pack

    def _make(self, voice: Voice) -> torch.Tensor:
        if voice.file:
            return load_own_voice(voice)
        packs = [load_voice_pack(self._files.voice(part.name)) for part in voice.parts]
        return mix(packs, [part.weight for part in voice.parts])


def mix(packs: Sequence[torch.Tensor], weights: Sequence[int]) -> torch.Tensor:
    """Return the mean of the packs by weight: products and sums of float32, in the order given. Of one pack, that pack."""
    total = sum(weights)
    mixed = packs[0] * (weights[0] / total)
    for pack, weight in zip(packs[1:], weights[1:], strict=True):
        mixed = mixed + pack * (weight / total)
    return mixed


def load_voice_pack(path: Path) -> torch.Tensor:
    """Return the voice, float32 [510, 1, 256] on the CPU. Raises CorruptFile, OutOfMemory, ModelUnavailable."""
    return _checked(path, read_torch_file(path, LARGEST))


def load_own_voice(voice: Voice) -> torch.Tensor:
    """Return the voice in the user's own file, after the same checks. Raises BadVoiceFile, OutOfMemory."""
    data = read_voice_file(voice.file, voice.name)  # at once: what is checked is what is loaded
    path = Path(voice.file)
    try:
        return _checked(path, read_torch_stream(path, io.BytesIO(data), len(data)))
    except CorruptFile as error:
        raise _bad(error) from error


def check_own_voice(voice: Voice) -> None:
    """Look at the user's own file as far as that needs no torch, which takes seconds to import. Raises BadVoiceFile."""
    data = read_voice_file(voice.file, voice.name)
    try:
        check_archive(Path(voice.file), io.BytesIO(data), len(data))
    except CorruptFile as error:
        raise _bad(error) from error


def _bad(error: CorruptFile) -> BadVoiceFile:
    return BadVoiceFile(error.message, WHAT_IT_IS)


def _checked(path: Path, pack: object) -> torch.Tensor:
    import torch

    if not isinstance(pack, torch.Tensor):
        raise corrupt(path, "it holds no voice")
    if pack.dtype != torch.float32 or tuple(pack.shape) != SHAPE:
        raise corrupt(path, "its numbers are of another kind or shape than a voice's")
    if not pack.is_contiguous():
        raise corrupt(path, "its numbers overlap")
    low, high = torch.aminmax(pack)
    if not (torch.isfinite(low) and torch.isfinite(high)):
        raise corrupt(path, "some of its numbers are not finite")
    return pack.detach()


def style_for(pack: torch.Tensor, phonemes: int) -> torch.Tensor:
    """Return the style of a piece of that many phonemes, float32 [1, 256]: the row stock `KPipeline` takes."""
    return pack[min(max(phonemes - 1, 0), SHAPE[0] - 1)]
