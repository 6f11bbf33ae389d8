"""Tables for people, and for programs where asked: the voices, the loudspeakers, the queue, the state of the daemon."""

from __future__ import annotations

from collections.abc import Callable

from common.messages.control import (
    CacheReport,
    QueuedUtterance,
    QueueReport,
    RecentUtterance,
    StatusReport,
    VoiceServerReport,
)
from common.messages.speaking import CLIENT, DeviceReport
from common.state import State
from common.voice_files import shown_voice
from common.voices import VOICES
from say import units
from say.console import printable
from say.hold import HELD

# Every language of the catalogue, as English calls it.
LANGUAGE_NAMES = {
    "en-us": "American English",
    "en-gb": "British English",
    "es": "Spanish",
    "fr": "French",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "pt-br": "Brazilian Portuguese",
    "zh": "Mandarin Chinese",
}


def voices_table(on_disk: Callable[[str], bool]) -> str:
    """Return all voices, language by language and the best grade first, in fewer than 80 columns."""
    header = ("VOICE", "NAME", "LANGUAGE", "", "GENDER", "GRADE", "DISK")
    order = {language: place for place, language in enumerate(LANGUAGE_NAMES)}
    ranked = sorted(VOICES.values(), key=lambda voice: (order[voice.language], _rank(voice.grade), voice.name))
    rows = [
        (
            voice.name,
            voice.display_name,
            voice.language,
            LANGUAGE_NAMES[voice.language],
            voice.gender,
            voice.grade or "-",
            "yes" if on_disk(voice.name) else "no",
        )
        for voice in ranked
    ]
    return table([header, *rows])


def _rank(grade: str) -> tuple[str, int]:
    """Return a key that sorts A, A-, B+ … F, and no grade at the end."""
    return (grade[:1] or "Z", {"+": 0, "": 1, "-": 2}[grade[1:]])


def table(rows: list[tuple[str, ...]]) -> str:
    """Return rows as columns that are as wide as their widest cell."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def status_text(report: StatusReport) -> str:
    """Return the state of the daemon as lines to read."""
    facts: list[tuple[str, ...]] = [
        ("model server", f"{report.state}, pid {report.pid}, port {report.port}, version {report.version}"),
        *((f"engine {name}", printable(state)) for name, state in report.engines.items()),
        ("memory", units.size(report.memory)),
        ("phrase cache", _cache(report.cache)),
        ("up", f"{units.clock(report.uptime)}, idle {units.clock(report.idle)}"),
        ("queue", f"{units.plural(report.queued, 'piece')} to synthesize, {report.waiting} waiting to be heard"),
        ("loudspeaker", HELD if report.held else _voice(report.speaking) or "free"),
        ("underruns", str(report.underruns)),
    ]
    parts = [table(facts)]
    if report.voices:
        parts.append(table([_VOICE_SERVER_HEADER, *map(_voice_server_row, report.voices)]))
    if report.recent:
        parts.append(table([_RECENT_HEADER, *map(_recent_row, report.recent)]))
    nothing = "" if report.voices else "\nno voice server runs"
    return parts[0] + nothing + "".join(f"\n\n{part}" for part in parts[1:])


def _cache(cache: CacheReport) -> str:
    holds = f"{units.plural(cache.phrases, 'phrase')}, {units.size(cache.size)} on disk"
    if not cache.on:
        return f"off; {holds}" if cache.phrases else "off"
    misses = f"{cache.misses} miss{'' if cache.misses == 1 else 'es'}"
    return f"{holds}; {units.plural(cache.hits, 'hit')}, {misses}"


def replaced_text(servers: list[State]) -> str:
    """Return a line about each daemon that finishes what it has in work, while another takes what is new."""
    return "\n".join(
        f"the daemon of version {printable(server.version)} (pid {server.pid}) was replaced and finishes what it has in"
        " work; 'say --stop' silences it"
        for server in servers
    )


def _voice(name: str) -> str:
    shown = printable(shown_voice(name))
    return shown if len(shown) <= _WIDEST_VOICE else shown[: _WIDEST_VOICE - 1] + "…"


_WIDEST_VOICE = 32  # columns, so that a blend of eight leaves room for the others
_VOICE_SERVER_HEADER = ("VOICE SERVER", "PID", "PORT", "MEMORY", "BUSY", "IDLE", "SPOKEN", "UNDERRUNS")


def _voice_server_row(report: VoiceServerReport) -> tuple[str, ...]:
    return (
        _voice(report.voice),
        str(report.pid),
        str(report.port),
        units.size(report.memory),
        str(report.busy),
        units.clock(report.idle),
        str(report.spoken),
        str(report.underruns),
    )


_RECENT_HEADER = ("NO.", "VOICE", "ENGINE", "OUTCOME", "SOUND", "FIRST", "RTF", "WAITED", "UNDERRUNS")


def _recent_row(report: RecentUtterance) -> tuple[str, ...]:
    written = report.sink == CLIENT and report.outcome == "spoken"
    return (
        str(report.number),
        _voice(report.voice),
        printable(report.engine),
        "written" if written else printable(report.outcome),
        _seconds(report.seconds),
        f"{report.first_audio:.2f} s" if report.first_audio >= 0 else "-",
        f"{report.real_time_factor:.2f}" if report.real_time_factor > 0 else "-",
        _seconds(report.waited),
        str(report.underruns),
    )


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds:.0f} s"


def queue_text(report: QueueReport, width: int) -> str:
    """Return what is in work as lines of fewer than `width` columns; 0 for as long as they are."""
    if not report.utterances:
        return HELD if report.held else "nothing is speaking"
    rows = [_QUEUE_HEADER, *map(_queue_row, report.utterances)]
    lines = table(rows).splitlines()
    if width:
        from say.columns import cut

        lines = [cut(line, width - 1) for line in lines]
    return "\n".join([HELD, "", *lines] if report.held else lines)


_QUEUE_HEADER = ("NO.", "VOICE", "STATE", "SPOKEN", "PRIORITY", "TEXT")


def _queue_row(utterance: QueuedUtterance) -> tuple[str, ...]:
    return (
        str(utterance.number),
        _voice(utterance.voice),
        printable(utterance.state),
        f"{min(utterance.played / utterance.total, 1.0):.0%}" if utterance.total else "-",
        printable(utterance.priority) or "-",
        printable(utterance.text) or "-",
    )


def queue_json(report: QueueReport | None) -> str:
    """Return what is in work as one JSON object: `running`, `held`, and `utterances` with the fields of the protocol."""
    import json

    from common.records import asdict

    found = {"held": False, "utterances": []} if report is None else asdict(report)
    return json.dumps({"running": report is not None, **found}, indent=2)


def devices_table(devices: tuple[DeviceReport, ...]) -> str:
    """Return the loudspeakers, the default one marked with a star."""
    rows = [("*" if each.default else "", printable(each.name), printable(each.description)) for each in devices]
    return table([("", "NAME", "DESCRIPTION"), *rows])


def status_json(report: StatusReport | None) -> str:
    """Return the state of the daemon as one JSON object; the fields are those of StatusReport, and `running`."""
    import json

    from common.records import asdict

    return json.dumps({"running": report is not None, **({} if report is None else asdict(report))}, indent=2)
