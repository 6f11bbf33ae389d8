"""What `say-serve` knows of HTTP: its flags, and how its door is made. The libraries are imported when it is."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from common.errors import UsageError

if TYPE_CHECKING:
    from common.settings import Settings
    from say.client import SayClient
    from say.gateways.doors import Door
    from say.gateways.telephony.control import ServiceControl

_LIBRARIES = ("alembic", "av", "fastapi", "fsspec", "prometheus_client", "sqlalchemy", "uvicorn")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this door."""
    group = parser.add_argument_group("HTTP", "OpenAI's speech API, jobs and a page; needs kokoro-say[http]")
    group.add_argument("--http", action="store_true", help="open this door")
    group.add_argument("--http-port", type=int, metavar="N", help="TCP port (8880); 0: any free one")
    group.add_argument(
        "--http-host", metavar="ADDRESS", help="address to listen at (127.0.0.1); a wider one needs a token"
    )
    group.add_argument(
        "--http-token-file", metavar="PATH", help="file with the token that requests have to show; else SAY_HTTP_TOKEN"
    )


def door(
    options: argparse.Namespace, settings: Settings, client: SayClient, telephony: ServiceControl | None = None
) -> Door | None:
    """Return the door, None if nobody asked for it. Raises UsageError for a value that makes no sense, or a missing extra."""
    if not options.http:
        _refuse_lonely(options)
        return None
    _check_libraries()
    from say.gateways.http.configuration import configure
    from say.gateways.http.door import HttpDoor

    configuration = configure(settings, options.http_host, options.http_port, options.http_token_file)
    return HttpDoor(configuration, settings, client, telephony)


def _refuse_lonely(options: argparse.Namespace) -> None:
    for name in ("http_port", "http_host", "http_token_file"):
        if getattr(options, name) is not None:
            raise UsageError(f"--{name.replace('_', '-')} says nothing without --http", "Add --http.")


def _check_libraries() -> None:
    import importlib.util

    missing = [name for name in _LIBRARIES if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError(
            f"--http needs libraries that are not installed ({', '.join(missing)})",
            "Install them: pip install 'kokoro-say[http]'",
        )
