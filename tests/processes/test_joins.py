"""What `say -o` writes has no click where pieces meet, and pauses as long as their boundaries ask."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.fakes.daemon import Daemon
from tests.fakes.said import samples
from voice_server.joins import FADE, PAUSES, RATE

TEXT = (
    "It rained all day, and nobody who had come to the harbour with its long grey walls thought of going home, for the"
    " ships were to come in that night: three of them, late by a week. Would they come?\n\nThey came at dawn!"
)
PATIENCE = 80  # seconds; torch takes 3 to load where nothing else runs
RAMP = round(FADE * RATE)

# Writes each piece's PCM to a file of its own: a call of `write` is a piece.
SCRIPT = f"""
from say import SayClient
pieces = []
with SayClient() as client:
    client.render({TEXT!r}, write=pieces.append)
for number, pcm in enumerate(pieces):
    open(f"{{number:02d}}.pcm", "wb").write(pcm)
"""

pytestmark = pytest.mark.timeout(180)


def sounds(data: bytes) -> npt.NDArray[np.float64]:
    """Return the samples as parts of full scale."""
    return np.frombuffer(data, "<i2") / 32767


def _check(daemon: Daemon) -> None:
    done = daemon.run_python(SCRIPT, timeout=PATIENCE)
    assert (done.returncode, done.stderr) == (0, b"")
    pieces = [path.read_bytes() for path in sorted(daemon.folder.glob("*.pcm"))]
    assert len(pieces) >= 3
    for data in pieces:
        piece = sounds(data)
        (loud,) = np.nonzero(piece)
        spoken = piece[: loud[-1] + 1]
        # Out of silence along a line of 6 ms: no sample there is further from zero. The tiny model's sound is up to twice as
        # loud as full scale before it is clipped.
        line = (np.arange(RAMP) + 1) / RAMP * 2 * np.abs(piece).max() + 2 / 32767
        assert np.all(np.abs(spoken[:RAMP]) <= line)
        # Back to it likewise, or with the engine's sound, which then ends in silence by itself.
        assert np.abs(spoken[-4:]).max() <= 0.05 * np.abs(piece).max()
        assert len(piece) - len(spoken) >= round(min(PAUSES[kind] for kind in ("clause", "end")) * RATE)
    joined = np.concatenate([sounds(data) for data in pieces])
    steps = np.abs(np.diff(joined))
    within = max(np.abs(np.diff(sounds(data)[RAMP:-RAMP])).max() for data in pieces)
    assert steps.max() <= within


def test_espeak_pieces_meet_without_a_click(tmp_path: Path) -> None:
    with Daemon(tmp_path, engine="espeak") as daemon:
        _check(daemon)


def test_kokoro_pieces_meet_without_a_click_also_in_the_file(tiny_kokoro: Path, tmp_path: Path) -> None:
    with Daemon(tmp_path, engine="kokoro", model_dir=str(tiny_kokoro), threads=1) as daemon:
        _check(daemon)
        (tmp_path / "text.txt").write_text(TEXT)
        assert daemon.run_say("-f", "text.txt", "-o", "x.wav", "--as", "plain", timeout=PATIENCE).returncode == 0
        pieces = sorted(tmp_path.glob("*.pcm"))
        assert samples(tmp_path / "x.wav") == b"".join(path.read_bytes() for path in pieces)


def test_pauses_of_a_file_differ_by_the_marks_and_by_the_speed(tmp_path: Path) -> None:
    """With the tone engine, whose pieces are as long as their text, the silence between them is the pause alone."""
    long = " ".join(["and so it went on from one day to the next"] * 3)
    text = f"It began. Did it, {long}? It did, {long}… And then, {long}.\n\nAfter that, {long}."
    with Daemon(tmp_path) as daemon:
        pauses = {}
        for speed in (1.0, 2.0):
            done = daemon.run_say("-s", str(speed), "-o", "x.wav", text)
            assert done.returncode == 0, done.stderr
            pauses[speed] = _silences(sounds(samples(tmp_path / "x.wav")))
    kinds = ["sentence", "question", "ellipsis", "paragraph", "end"]
    assert pauses[1.0] == pytest.approx([PAUSES[kind] for kind in kinds], abs=0.002)
    assert pauses[2.0][:-1] == pytest.approx([PAUSES[kind] / 2 for kind in kinds[:-1]], abs=0.002)


def _silences(sound: npt.NDArray[np.float64]) -> list[float]:
    """Return how long each stretch of at least 20 ms without sound is, in seconds."""
    quiet = np.concatenate([[False], sound == 0, [False]])
    (edges,) = np.nonzero(np.diff(quiet))
    lengths = (edges[1::2] - edges[::2]) / RATE
    return [float(length) for length in lengths if length >= 0.02]
