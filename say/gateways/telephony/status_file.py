"""What a running service says of itself in the state directory, and `say-serve --telephony-status`, which shows it.

A file each, private, written by rename, removed by its writer; one whose writer is dead means nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from common.errors import BadFrame
from common.frames import parse_object
from common.paths import ensure_private_directory, state_directory
from common.process_identity import start_mark
from say.gateways.telephony.database import STOPPED
from say.gateways.telephony.statistics import CallReport, ServiceReport
from say.units import plural

_MOST_BYTES = 1 << 20
_PREFIX = "telephony_"


class StatusFile:
    """This process's own. A context manager that removes it at the end."""

    def __init__(self, home: Path | None = None) -> None:
        self._home = home or state_directory()
        self._path = self._home / f"{_PREFIX}{os.getpid()}.json"
        self._written: ServiceReport | None = None

    def write(self, report: ServiceReport) -> None:
        """Put `report` there, if it says anything new. Raises OSError."""
        if self._written is not None and _without_time(report) == _without_time(self._written):
            return
        content = {
            "pid": os.getpid(),
            "started": start_mark(os.getpid()) or "",
            "written": time.monotonic(),  # one clock for all processes
            "report": asdict(report),
        }
        temporary = self._path.with_name(f".{self._path.name}")
        with open(temporary, "w", opener=_private, encoding="utf-8") as file:
            json.dump(content, file)
        temporary.replace(self._path)
        self._written = report

    def __enter__(self) -> StatusFile:
        ensure_private_directory(self._home)
        _remove_dead(self._home)
        return self

    def __exit__(self, *exception: object) -> None:
        self._path.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def _without_time(report: ServiceReport) -> dict[str, object]:
    fields = asdict(report)
    del fields["uptime"]
    for call in fields["active"]:
        del call["lasted"]
    return fields


def _remove_dead(home: Path) -> None:
    for path in home.glob(f"{_PREFIX}*.json"):
        if _read(path) is None:
            path.unlink(missing_ok=True)


def reports(home: Path | None = None) -> Iterator[tuple[int, ServiceReport]]:
    """Yield the pid and the report of each service that runs."""
    for path in sorted((home or state_directory()).glob(f"{_PREFIX}*.json")):
        if (found := _read(path)) is not None:
            yield found


def _read(path: Path) -> tuple[int, ServiceReport] | None:
    """Return what a living service wrote; None for whatever else is there."""
    with contextlib.suppress(OSError, BadFrame, KeyError, TypeError, ValueError):
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK)) as file:
            content = parse_object(file.read(_MOST_BYTES))
        pid, written = content["pid"], content["written"]
        if isinstance(pid, int) and isinstance(written, float) and start_mark(pid) == content["started"]:
            return pid, _report(content["report"], time.monotonic() - written)
    return None


def _report(fields: object, age: float) -> ServiceReport:
    """Return a report as it was written `age` seconds ago. Raises TypeError, KeyError for what is none."""
    if not isinstance(fields, dict):
        raise TypeError
    calls = {name: tuple(CallReport(**call) for call in fields[name]) for name in ("active", "recent")}
    active = tuple(replace(call, lasted=call.lasted + age) for call in calls["active"])
    return ServiceReport(**{**fields, **calls, "active": active, "uptime": fields["uptime"] + age})


def show(pid: int, report: ServiceReport) -> str:
    """Return a report as a user reads it."""
    is_leaving = report.status == STOPPED and bool(report.active)
    lines = [
        f"telephony    {report.status}{' but for these calls' if is_leaving else ''}, process {pid}, up {report.uptime:.0f} s",
        f"listens at   TCP {report.host}:{report.tcp_port}, UDP {report.host}:{report.udp_port}",
        f"voice        {report.voice}",
        f"database     {report.database or 'none'}",
        f"calls        {len(report.active)} under way, {report.calls} in all, {report.refused} refused",
        f"texts        {report.texts}, {report.unspoken} of them not spoken to their end; {plural(report.answers, 'answer')}",
        f"sound        {report.seconds:.1f} s, the first of a text after {_latency(report.first_audio)} (median)",
        f"over UDP     {report.registered} registered; {plural(report.junk, 'datagram')} that meant nothing",
    ]
    if report.problem:
        lines.insert(1, f"problem      {report.problem}")
    lines += [_call("call", call) for call in report.active]
    lines += [_call("ended", call) for call in report.recent]
    return "\n".join(lines)


def _call(what: str, call: CallReport) -> str:
    line = (
        f"{what:<12} {call.call_id}: {plural(call.texts, 'text')}, {plural(call.answers, 'answer')}, {call.seconds:.1f} s of sound,"
        f" first after {_latency(call.first_audio)}, {call.lasted:.0f} s long"
    )
    return f"{line}; {call.end}" if call.end else f"{line}, {call.waiting} waiting"


def _latency(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 0 else "-"
