"""A user's own voice: a file that `torch.save` wrote, of the published voices' shape. What it holds is checked where it is
loaded (`model_server/engines/voice_pack.py`); here is what can be said of it without that.

Its name on the wire is `mine#0123456789abcdef`: the file's stem, for people, and a digest of its bytes. So a file that was
changed is another voice, with another server. The path goes along with each request and is never made from the name.
"""

from __future__ import annotations

import os
import re
import stat

from common.errors import BadVoiceFile
from common.quoting import reason_of
from common.voices import LANGUAGES, Voice, find_voice

LARGEST = 1 << 20  # bytes; a published voice has 523 kB
WHAT_IT_IS = "A voice file is a tensor of 510 × 1 × 256 numbers, float32, that torch.save wrote."

_MARK = "#"
_LONGEST_STEM = 40  # characters
_NAME = re.compile(r"(?![.-])[\w.-]{1,40}#[0-9a-f]{16}")
_KOKORO_STEM = re.compile(r"([a-z])([fm])_")
_READABLE = "Name a file that you may read, such as mine.pt."
_ZIP = b"PK\x03\x04"  # which torch.save writes
_BLOCK = 1 << 16


def known_voice(name: str) -> Voice:
    """Return the voice that servers and clients call by this name: one that `find_voice` finds, or a user's own.

    The latter is without its path. Raises UnknownVoice; touches neither disk nor network.
    """
    if _MARK in name and _NAME.fullmatch(name):
        language, gender = _manner_of(name)
        return Voice(name, language, gender, "")
    return find_voice(name)


def own_voice(path: str) -> Voice:
    """Return the voice in the user's own file. Raises BadVoiceFile."""
    import hashlib  # few voices need it

    path = os.path.abspath(path)
    digest = hashlib.sha256(read_voice_file(path)).hexdigest()[:16]
    name = name_of(os.path.splitext(os.path.basename(path))[0], digest)
    language, gender = _manner_of(name)
    return Voice(name, language, gender, "", file=path)


def name_of(stem: str, digest: str) -> str:
    """Return the name on the wire of a file with this stem: it is fit for arguments, logs and tables."""
    shown = re.sub(r"[^\w.-]", "_", stem).lstrip(".-")[:_LONGEST_STEM]
    return f"{shown or 'voice'}{_MARK}{digest}"


def shown_voice(name: str) -> str:
    """Return what people are shown of a voice's name: of their own file, its stem."""
    return name.partition(_MARK)[0]


def read_voice_file(path: str, name: str = "") -> bytes:
    """Return the bytes of the user's own file, of those that `name` tells of if it is given. Raises BadVoiceFile."""
    try:
        # Without O_NONBLOCK, opening a fifo would wait for its writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            data = _read(path, descriptor)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:  # ValueError: a path that no file can have
        raise BadVoiceFile(f"the voice file {_shown(path)} cannot be read: {reason_of(error)}", _READABLE) from error
    if not data.startswith(_ZIP):
        raise BadVoiceFile(f"{_shown(path)} is no voice file", WHAT_IT_IS)
    if name and not _is_digest_of(name.rpartition(_MARK)[2], data):
        raise BadVoiceFile(f"the voice file {_shown(path)} was changed meanwhile", "Try again.")
    return data


def _read(path: str, descriptor: int) -> bytes:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise BadVoiceFile(f"{_shown(path)} is no file but {_kind(status.st_mode)}", WHAT_IT_IS)
    data = b""
    while len(data) <= LARGEST and (block := os.read(descriptor, _BLOCK)):
        data += block
    if len(data) > LARGEST:
        raise BadVoiceFile(f"{_shown(path)} is larger than {LARGEST >> 20} MiB, so it is no voice file", WHAT_IT_IS)
    return data


def _is_digest_of(digest: str, data: bytes) -> bool:
    import hashlib

    return hashlib.sha256(data).hexdigest().startswith(digest)


def _manner_of(name: str) -> tuple[str, str]:
    """Return language and gender: as the name says, if it begins as Kokoro's do, else as with most voices."""
    found = _KOKORO_STEM.match(name)
    if found is None or found[1] not in LANGUAGES:
        return "en-us", "female"
    return LANGUAGES[found[1]], "female" if found[2] == "f" else "male"


def _kind(mode: int) -> str:
    return "a directory" if stat.S_ISDIR(mode) else "something else"


def _shown(path: str) -> str:
    return repr(path if len(path) <= 200 else "…" + path[-200:])
