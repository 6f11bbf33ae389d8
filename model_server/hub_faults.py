"""What can go wrong on the way from the hub to the disk, in words for the user. Does nothing itself."""

from __future__ import annotations

import enum
import errno
import os
import socket
import ssl
from pathlib import Path

from common.errors import CorruptFile, DownloadFailed, EngineError


class Scope(enum.Enum):
    """How much a fault says about the next attempt."""

    HUB = "hub"  # whatever is asked for next will fail as well
    FILE = "file"  # this file will fail again
    DISK = "disk"  # nothing: the user may have made room meanwhile


class HubFault(Exception):
    """A download failed for good. `error` is what the user sees."""

    def __init__(self, error: EngineError, scope: Scope) -> None:
        super().__init__(str(error))
        self.error = error
        self.scope = scope


# The daemon has the environment that it was started with.
_ANEW = "after a change: 'say --shutdown'"
_REACH = f"Check the network, HTTPS_PROXY and HF_ENDPOINT ({_ANEW}); '--engine espeak' speaks without a download."
_LATER = "Try again later; '--engine espeak' speaks without a download."


def unreachable(host: str, cause: BaseException | None, timeout: float) -> HubFault:
    """Return the fault for a hub that no connection leads to. Without `cause` it did not answer within `timeout` s."""
    return HubFault(DownloadFailed(f"{host} cannot be reached: {_connection_words(cause, timeout)}", _REACH), Scope.HUB)


def bad_endpoint(what: str, address: str) -> HubFault:
    """Return the fault for an address that is none. Without what stands before an `@`: that may be a password."""
    shown = address.rpartition("@")[2][:80]
    hint = f"Give one like https://huggingface.co, or none ({_ANEW})."
    return HubFault(DownloadFailed(f"{what} is no web address: {shown!r}", hint), Scope.HUB)


def stalled(host: str, seconds: float) -> HubFault:
    return HubFault(DownloadFailed(f"{host} sent next to nothing for {seconds:g} s", _REACH), Scope.HUB)


def cut(host: str, path: str, done: int, total: int) -> HubFault:
    sentence = f"the connection to {host} broke again and again, the last time at byte {done} of {total} of {path}"
    return HubFault(DownloadFailed(sentence, _LATER), Scope.HUB)


def astray(host: str) -> HubFault:
    return HubFault(DownloadFailed(f"{host} redirects in a circle", _REACH), Scope.HUB)


def web_page(host: str) -> HubFault:
    """Return the fault for HTML in place of a file: the log-in page of a hotel or train, or a wrong endpoint."""
    sentence = f"a web page came in place of the file from {host}"
    return HubFault(DownloadFailed(sentence, "Does this network ask for a log-in? Open a browser and see."), Scope.HUB)


def refused(host: str, path: str, status: int, retry_after: float | None) -> HubFault:
    """Return the fault for an HTTP status that is no success. `retry_after`: seconds the hub asks to wait."""
    if status in (404, 410):
        hint = f"Check HF_ENDPOINT ({_ANEW})."
        return HubFault(DownloadFailed(f"{host} does not have {path} (HTTP {status})", hint), Scope.FILE)
    if status in (401, 403):
        hint = f"If HF_TOKEN or a stored token is out of date, remove it: none is needed ({_ANEW})."
        return HubFault(DownloadFailed(f"{host} denies access to {path} (HTTP {status})", hint), Scope.HUB)
    hint = _LATER if retry_after is None else f"It asks to try again in {_duration(retry_after)}."
    sentence = f"{host} failed with HTTP {status}"
    if status == 429:
        sentence = f"{host} has had too many requests from here (HTTP 429)"
    return HubFault(DownloadFailed(sentence, hint), Scope.HUB)


def wrong_bytes(host: str, path: str) -> HubFault:
    sentence = f"{host} sent {path} twice, and both times it was not the published file"
    hint = f"Nothing of it was kept. Check HF_ENDPOINT and any proxy ({_ANEW}), then 'say --download' again."
    return HubFault(CorruptFile(sentence, hint), Scope.FILE)


def disk(path: str, needed: int, folder: Path, cause: OSError | None) -> HubFault:
    """Return the fault for a file that cannot be written. `needed`: bytes that are still to come."""
    if cause is None or cause.errno in (errno.ENOSPC, errno.EDQUOT):
        sentence = f"no space is left for {path}: {needed} more bytes are needed in {folder}"
        hint = f"Make room, or set HF_HOME to a folder elsewhere ({_ANEW})."
        return HubFault(DownloadFailed(sentence, hint), Scope.DISK)
    reason = cause.strerror or str(cause)
    sentence = f"{path} cannot be written in {folder}: {reason[:1].lower()}{reason[1:]}"
    return HubFault(DownloadFailed(sentence, f"Set HF_HOME to a folder of your own ({_ANEW})."), Scope.DISK)


def _connection_words(cause: BaseException | None, timeout: float) -> str:
    """Say why there is no connection. HTTP libraries wrap the cause, so the chain is searched for one that is known."""
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted ({cause.verify_message})"
        if isinstance(cause, ssl.SSLError):
            return f"TLS failed ({cause.reason})"
        if isinstance(cause, (socket.gaierror, UnicodeError)):
            return "its name is not known"
        if isinstance(cause, TimeoutError):
            break
        if isinstance(cause, OSError) and cause.errno is not None:
            return os.strerror(cause.errno).lower()
        if cause.__cause__ is None and cause.__context__ is None:
            return str(cause)[:200] or type(cause).__name__
        cause = cause.__cause__ or cause.__context__
    return f"no connection within {timeout:g} s"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
