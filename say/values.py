"""Values of options that people write in several ways: speeds, rates, volumes, durations. Pure."""

from __future__ import annotations

from common.errors import BadSpeed, UsageError
from common.limits import FASTEST, SLOWEST
from common.quoting import quoted
from common.settings import shortened
from common.voices import LANGUAGES

WORDS_A_MINUTE = 175  # of speech at speed 1.0


def checked_speed(factor: float) -> float:
    """Return it. Raises BadSpeed."""
    if SLOWEST <= factor <= FASTEST:
        return factor
    raise BadSpeed(f"speed {factor:g} is outside {SLOWEST:g} to {FASTEST:g}")


def parse_rate(text: str) -> float:
    """Return the factor for a rate in words a minute. Raises BadSpeed."""
    try:
        speed = float(text) / WORDS_A_MINUTE
    except ValueError:
        raise BadSpeed(f"{shortened(text)!r} is no rate", "Give words a minute: -r 200.") from None
    if SLOWEST <= speed <= FASTEST:
        return speed
    raise BadSpeed(
        f"a rate lies between 88 and 350 words a minute, not at {shortened(text)}", "175 is the voice's own pace."
    )


def parse_language(tag: str) -> str:
    """Return it; "" is none. Raises UsageError."""
    if tag in ("", *LANGUAGES.values()):
        return tag
    raise UsageError(f"there is no language {quoted(tag, 40)}", f"Choose from {', '.join(LANGUAGES.values())}.")


def parse_volume(text: str) -> float:
    """Return a factor from `1.5` or `150%`. Raises UsageError."""
    number, percent, rest = text.partition("%")
    try:
        volume = float(number) / (100 if percent else 1)
    except ValueError:
        volume = -1.0
    if rest or not 0 <= volume <= 4:
        raise UsageError(f"{shortened(text)!r} is no volume", "Give a factor from 0 to 4, or percent: --volume 50%.")
    return volume


def parse_seconds(text: str) -> float | None:
    """Return the seconds that `30s`, `1.5m` or `2h` mean; None for anything else."""
    units = {"s": 1, "m": 60, "h": 3600}
    try:
        seconds = float(text[:-1]) * units[text[-1:]]
    except (ValueError, KeyError):
        return None
    return seconds if 0 <= seconds < 1e9 else None


def parse_speed(text: str) -> float:
    """Return a factor. Raises BadSpeed, with a word about rates for what looks like words a minute."""
    try:
        speed = float(text)
    except ValueError:
        raise BadSpeed(f"{shortened(text)!r} is no speed", "Give a factor from 0.5 to 2.0: -s 1.2.") from None
    if SLOWEST <= speed <= FASTEST:
        return speed
    hint = "1.0 is the voice's own pace."
    if 50 <= speed <= 1000:
        hint = "It is not a rate: about 175 words a minute are 1.0" + _as_factor(speed)
    raise BadSpeed(f"speed is a factor from 0.5 to 2.0, not {shortened(text)}", hint)


def _as_factor(rate: float) -> str:
    factor = round(rate / WORDS_A_MINUTE, 1)
    return f", so {rate:g} would be -s {factor:g}, or -r {rate:g}." if SLOWEST <= factor <= FASTEST else "."
