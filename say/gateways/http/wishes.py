"""From the fields of a request to what shall be rendered. Everything wrong with them is found here, before any engine."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from email.charset import QP, Charset
from email.header import Header

from common.errors import UsageError
from common.limits import FASTEST, LOUDEST, SLOWEST
from common.voices import find_voice
from say.gateways.differing import asks_the_daemon, differences
from say.gateways.http.failures import Refused, hint_of
from say.gateways.http.services import Services
from say.gateways.lang_codes import language_of
from say.gateways.rendering import Wanted

# Of one header: proxies take a few KB of all of them.
_MOST_WARNINGS = 5
_LONGEST_WARNING = 300  # characters
_UTF8 = Charset("utf-8")
_UTF8.header_encoding = QP  # it can be read for the most part

# OpenAI's voices by the nearest of ours: of the same name where there is one, else of the same kind.
OPENAI_VOICES = {
    "alloy": "af_alloy",
    "ash": "am_michael",
    "ballad": "bm_george",
    "cedar": "am_fenrir",
    "coral": "af_bella",
    "echo": "am_echo",
    "fable": "bm_fable",
    "marin": "af_heart",
    "nova": "af_nova",
    "onyx": "am_onyx",
    "sage": "af_sarah",
    "shimmer": "af_nicole",
    "verse": "am_puck",
}


@dataclass(frozen=True)
class Asked:
    """What a request for speech says, whatever its fields are called there; None and "" where it says nothing."""

    text: str
    voice: str | None = None
    speed: float | None = None
    lang_code: str = ""
    volume: float | None = None
    device: str = ""
    repository: str = ""


@dataclass(frozen=True)
class Wish:
    """What shall be rendered, and what of the request was done otherwise."""

    wanted: Wanted
    text: str
    voice: str  # by our name
    speed: float
    warnings: tuple[str, ...]


async def wish_of(
    services: Services,
    asked: Asked,
    *,
    engine: str | None = None,
    words: bool = False,
    bulk: bool = False,
    on_behalf_of: str = "",
) -> Wish:
    """Return what is meant. Raises Refused, UsageError; DaemonError where the daemon has to be asked and cannot be."""
    _check_text(asked.text, services.configuration.text_limit)
    await _check_served(services, asked, engine or services.settings.text("engine"))
    name = services.settings.text("voice") if asked.voice is None else asked.voice
    voice = _voice(name.strip())
    speed, warnings = _clipped(services.settings.number("speed") if asked.speed is None else asked.speed)
    wanted = Wanted(
        text=asked.text,
        voice=voice,
        speed=speed,
        engine=engine,
        language=_language(asked.lang_code),
        volume=_checked_volume(asked.volume),
        words=words,
        bulk=bulk,
        on_behalf_of=on_behalf_of,
    )
    return Wish(wanted, asked.text, voice, speed, warnings)


def warning_header(warnings: Sequence[str]) -> dict[str, str]:
    """Return the header that tells them (RFC 7234, 5.5: 299 is a lasting warning); none if there is none."""
    told = warnings[:_MOST_WARNINGS]
    return {"Warning": ", ".join(f'299 say "{_header_text(text)}"' for text in told)} if told else {}


def _header_text(text: str) -> str:
    """Return what a quoted string of a header may hold of it: ASCII, else encoded words (RFC 2047)."""
    line = " ".join(text.split())
    line = "".join(each if each.isprintable() else "?" for each in line)
    line = line if len(line) <= _LONGEST_WARNING else f"{line[:_LONGEST_WARNING]}..."
    if not line.isascii():
        return Header(line, _UTF8).encode(linesep="")
    return line.replace("\\", "\\\\").replace('"', '\\"')


def _check_text(text: str, most: int) -> None:
    if len(text) > most:
        raise Refused(
            413,
            f"a text of {len(text):,} characters is longer than the {most:,} that one request may have",
            reason="text_too_long",
            hint="Send it in parts, or raise SAY_HTTP_TEXT_LIMIT.",
            field="input",
        )
    if not text.strip():
        raise Refused(400, "there is nothing to say", reason="empty", hint="Give it some text.", field="input")


async def _check_served(services: Services, asked: Asked, engine: str) -> None:
    if not asked.device and not asked.repository:
        return
    report = await asyncio.to_thread(services.client.status) if asks_the_daemon(asked.device, engine) else None
    found = differences(services.settings, report, device=asked.device, repository=asked.repository, engine=engine)
    if found:
        raise UsageError("; ".join(found), "Leave it out to be served as things are.")


def _voice(name: str) -> str:
    try:
        return find_voice(OPENAI_VOICES.get(name.lower(), name)).name
    except UsageError as error:
        raise Refused(400, error.message, reason=error.code, hint=hint_of(error), field="voice") from None


def _language(lang_code: str) -> str:
    try:
        return language_of(lang_code)
    except UsageError as error:
        raise Refused(400, error.message, reason="unknown_language", hint=error.hint, field="lang_code") from None


def _clipped(speed: float) -> tuple[float, tuple[str, ...]]:
    """Return a speed that can be spoken, and what is to be said if it is another one."""
    clipped = min(max(speed, SLOWEST), FASTEST)
    if clipped == speed:
        return speed, ()
    return clipped, (f"speed {speed:g} is outside {SLOWEST:g} to {FASTEST:g}; spoken at {clipped:g}",)


def _checked_volume(volume: float | None) -> float | None:
    if volume is not None and not 0 <= volume <= LOUDEST:
        raise UsageError(f"volume {volume:g} is outside 0 to {LOUDEST:g}")
    return volume
