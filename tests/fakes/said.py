"""What a run of `say` told its user, read as a user would: one sentence, never a traceback."""

from __future__ import annotations

import subprocess
import wave
from pathlib import Path

Done = subprocess.CompletedProcess[bytes]


def message(done: Done) -> str:
    """Return the one line that `say` wrote to standard error, without `say: `."""
    (line,) = lines(done)
    return line


def lines(done: Done) -> list[str]:
    """Return the lines that `say` wrote to standard error, without `say: ` or the indent of what is quoted."""
    text = done.stderr.decode()
    assert "Traceback" not in text, text
    assert text == "" or text.endswith("\n"), text
    found = text.splitlines()
    assert all(line.startswith(("say: ", "     ")) for line in found), text
    return [line[5:] for line in found]


def samples(path: Path) -> bytes:
    """Return the PCM of a WAV file as `say` writes them: 24 kHz, mono, 16 bits."""
    with wave.open(str(path), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (24_000, 1, 2)
        return file.readframes(file.getnframes())
