"""Tables for people, and for programs where asked: the voices, the state of the daemon."""

from __future__ import annotations

from collections.abc import Callable

from common.messages.control import StatusReport, VoiceServerReport
from common.voices import VOICES
from say import units
from say.console import printable

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
        ("up", f"{units.clock(report.uptime)}, idle {units.clock(report.idle)}"),
        ("queue", f"{units.plural(report.queued, 'piece')} to synthesize, {report.waiting} waiting to be heard"),
        ("loudspeaker", printable(report.speaking) or "free"),
        ("underruns", str(report.underruns)),
    ]
    lines = table(facts)
    if not report.voices:
        return f"{lines}\nno voice server runs"
    return f"{lines}\n\n{table([_VOICE_SERVER_HEADER, *map(_voice_server_row, report.voices)])}"


_VOICE_SERVER_HEADER = ("VOICE SERVER", "PID", "PORT", "MEMORY", "BUSY", "IDLE", "SPOKEN", "UNDERRUNS")


def _voice_server_row(report: VoiceServerReport) -> tuple[str, ...]:
    return (
        printable(report.voice),
        str(report.pid),
        str(report.port),
        units.size(report.memory),
        str(report.busy),
        units.clock(report.idle),
        str(report.spoken),
        str(report.underruns),
    )


def status_json(report: StatusReport | None) -> str:
    """Return the state of the daemon as one JSON object; the fields are those of StatusReport, and `running`."""
    import json
    from dataclasses import asdict

    return json.dumps({"running": report is not None, **({} if report is None else asdict(report))}, indent=2)
