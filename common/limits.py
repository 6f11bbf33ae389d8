"""What may be asked of a voice; the same on the command line, on the wire and in the engines."""

from __future__ import annotations

SLOWEST, FASTEST = 0.5, 2.0  # factors of speed: those that Kokoro was made for
LOUDEST = 4.0  # factor of volume
