"""What `say-serve` knows of telephony: its flags, the original's environment, and how its door is made."""

from __future__ import annotations

import argparse
import ipaddress
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from common.errors import UnknownVoice, UsageError
from common.quoting import quoted
from common.voices import find_voice

if TYPE_CHECKING:
    from common.settings import Settings
    from say.client import SayClient
    from say.gateways.telephony.control import ServiceControl
    from say.gateways.telephony.door import TelephonyDoor
    from say.gateways.telephony.exchange import Network

VOICE = "af_sky"
TCP_PORT = 8090
UDP_PORT = 13001
_HOST = "127.0.0.1"
_DEVICES = ("auto", "cpu", "cuda", "mps")
_MOST_PORT = 65535
_MOST_DIGITS = 20  # of a port; Python itself reads no number of thousands


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this door."""
    group = parser.add_argument_group(
        "telephony", "text of phone calls over TCP, float samples back; registrations over UDP"
    )
    group.add_argument("--telephony", action="store_true", help="open this door")
    group.add_argument("--tcp-port", metavar="N", help="for calls (KOKORO_TCP_PORT, else 8090); 0: any free one")
    group.add_argument(
        "--udp-port", metavar="N", help="for registrations (KOKORO_UDP_PORT, else 13001); 0: any free one"
    )
    group.add_argument("--voice", metavar="NAME", help="of all calls (KOKORO_VOICE, else the database, else af_sky)")
    group.add_argument(
        "--device",
        metavar="NAME",
        help="where callers want Kokoro to run (KOKORO_DEVICE); one line says if it does not",
    )
    group.add_argument(
        "--sentences", action="store_true", help="answer by pieces of speech, not by texts: first sound at once"
    )
    group.add_argument(
        "--database",
        metavar="FILE",
        help="SQLite file with the service's settings (KOKORO_DATABASE); none: none is consulted",
    )
    group.add_argument(
        "--telephony-host",
        metavar="ADDRESS",
        help="address to listen at (127.0.0.1); a wider one needs --telephony-peers",
    )
    group.add_argument(
        "--telephony-peers",
        metavar="NETWORKS",
        help="who may call from other machines, with commas between (10.0.0.5,10.1.0.0/16): the protocol has no token",
    )
    group.add_argument("--telephony-status", action="store_true", help="show how the running telephony is, and leave")


def door(
    options: argparse.Namespace, settings: Settings, client: SayClient, tell: Callable[[str], None]
) -> TelephonyDoor | None:
    """Return the door, None if nobody asked for it. Raises UsageError for a value that makes no sense, DaemonBusy."""
    if not options.telephony:
        _refuse_lonely(options)
        return None
    from say.gateways.telephony.call import Manners
    from say.gateways.telephony.database import ServiceDatabase
    from say.gateways.telephony.door import TelephonyDoor
    from say.gateways.telephony.exchange import Place
    from say.gateways.telephony.frames import MOST_SAMPLES
    from say.gateways.telephony.service import Plan

    environment = os.environ
    host, peers = _listening(options.telephony_host or _HOST, options.telephony_peers or "")
    voice = _voice(*_said(options.voice, "--voice", environment, "KOKORO_VOICE"))
    plan = Plan(
        place=Place(
            host,
            _port(_said(options.tcp_port, "--tcp-port", environment, "KOKORO_TCP_PORT"), TCP_PORT),
            _port(_said(options.udp_port, "--udp-port", environment, "KOKORO_UDP_PORT"), UDP_PORT),
            peers,
        ),
        manners=Manners(
            by_sentence=options.sentences,
            patience=settings.number("telephony_patience"),
            most_sound=min(settings.integer("spool_limit") << 20, MOST_SAMPLES * 2),
        ),
        most_calls=settings.integer("telephony_calls"),
        voice=voice or VOICE,
        voice_is_chosen=bool(voice),
    )
    database = database_file(options)
    device = _device(*_said(options.device, "--device", environment, "KOKORO_DEVICE"))
    return TelephonyDoor(plan, ServiceDatabase(database) if database else None, device, settings, client, tell)


def control(options: argparse.Namespace, door: TelephonyDoor | None) -> ServiceControl | None:
    """Return what switches the service: that of this process, else that of the database named, else None."""
    if door is not None:
        return door.control
    if (database := database_file(options)) is None:
        return None
    from say.gateways.telephony.control import DatabaseControl
    from say.gateways.telephony.database import ServiceDatabase

    return DatabaseControl(ServiceDatabase(database))


def database_file(options: argparse.Namespace) -> Path | None:
    """Return the database named, None if none is. Raises UsageError where there is no folder for it."""
    name, source = _said(options.database, "--database", os.environ, "KOKORO_DATABASE")
    if not name:
        return None
    path = Path(name).expanduser().absolute()
    if not path.parent.is_dir() or path.is_dir():
        raise UsageError(f"{source}: {path} cannot be a file", "Name one in a folder that exists.")
    return path


def show_status(database: Path | None = None) -> str:
    """Return how each running telephony is, and what a database says that none of them follows."""
    from say.gateways.telephony.status_file import reports, show

    found = list(reports())
    shown = [show(pid, report) for pid, report in found] or ["no telephony runs; say-serve --telephony starts it"]
    followed = [os.path.realpath(report.database) for _, report in found if report.database]
    if database is not None and os.path.realpath(database) not in followed:
        shown.append(_show_database(database))
    return "\n\n".join(shown)


def _show_database(path: Path) -> str:
    from say.gateways.telephony.control import look_at
    from say.gateways.telephony.database import DatabaseFailed, ServiceDatabase

    try:
        row, problem = look_at(ServiceDatabase(path))
    except DatabaseFailed as error:
        return str(error)
    is_enabled = "true" if row.enabled else "false"
    return "\n".join(
        [
            f"database     {path}",
            *([f"problem      {problem}"] if problem else []),
            f"status       {row.status}",
            f"enabled      {is_enabled}",
            f"voice        {row.voice}",
        ]
    )


def _refuse_lonely(options: argparse.Namespace) -> None:
    for name in ("tcp_port", "udp_port", "voice", "device", "telephony_host", "telephony_peers"):
        if getattr(options, name) is not None:
            raise UsageError(f"--{name.replace('_', '-')} says nothing without --telephony", "Add --telephony.")
    if options.sentences:
        raise UsageError("--sentences says nothing without --telephony", "Add --telephony.")


def _said(flag: str | None, name: str, environment: Mapping[str, str], variable: str) -> tuple[str, str]:
    """Return what was said and where, "" for nothing: a flag, else the variable of the original service."""
    return (flag, name) if flag is not None else (environment.get(variable, ""), variable)


def _port(said: tuple[str, str], default: int) -> int:
    text, source = said
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and int(text) <= _MOST_PORT):
        raise UsageError(f"{source}: {quoted(text)} is no port", f"Name one from 0, any free one, to {_MOST_PORT}.")
    return int(text)


def _voice(name: str, source: str) -> str:
    """Return the one spelling of a voice, "" for none. Raises UnknownVoice."""
    try:
        return find_voice(name).name if name else ""
    except UnknownVoice as error:
        raise UnknownVoice(f"{source}: {error.message}", error.hint) from None


def _device(text: str, source: str) -> str:
    if text and text.lower().partition(":")[0] not in _DEVICES:
        raise UsageError(f"{source}: there is no device {quoted(text)}", f"Choose one of {', '.join(_DEVICES)}.")
    return text


def _listening(host: str, peers: str) -> tuple[str, Sequence[Network]]:
    """Return address and peers. Raises UsageError for an address beyond this machine without peers."""
    text = _HOST if host == "localhost" else host
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise UsageError(
            f"--telephony-host: {quoted(host)} is no address", "Name one, as 127.0.0.1 or 0.0.0.0."
        ) from None
    networks = tuple(_network(name.strip()) for name in peers.split(",") if name.strip())
    if not address.is_loopback and not networks:
        raise UsageError(
            f"--telephony-host {host} would let everybody in reach speak and hang up, for the protocol has no token",
            "Name with --telephony-peers who may, as 10.0.0.5 or 10.0.0.0/24; 0.0.0.0/0 is everybody.",
        )
    return str(address), networks


def _network(name: str) -> Network:
    try:
        return ipaddress.ip_network(name)
    except ValueError:
        raise UsageError(
            f"--telephony-peers: {quoted(name)} is no address or network", "Name them as 10.0.0.5 or 10.0.0.0/24."
        ) from None
