"""The first frames of every connection, and those that any server may send at any time."""

from __future__ import annotations

from common.messages.base import message
from common.records import dataclass


@message
@dataclass(frozen=True)
class Hello:
    """Opens a connection. The client sends it without proof; the server answers with its proof in it."""

    protocol: int  # the integer both sides must share
    version: str  # package version, for the log only
    nonce: str  # 32 hex digits, fresh for each connection
    proof: str = ""  # the server's: HMAC-SHA256 over its role and both nonces, 64 hex digits


@message
@dataclass(frozen=True)
class Proof:
    """The client's answer to the server's `hello`; the first request may follow at once."""

    proof: str  # HMAC-SHA256 over the client's role and both nonces, 64 hex digits


@message
@dataclass(frozen=True)
class Error:
    """A request failed. With an empty `id` it concerns the connection, which is closed after it."""

    code: str  # stable, see common/errors.py
    message: str  # one sentence
    hint: str = ""  # what to do next
    id: str = ""  # the request


@message
@dataclass(frozen=True)
class Heartbeat:
    """The server lives and a request is still in work; sent every second in which nothing else is."""


@message
@dataclass(frozen=True)
class Progress:
    """How far a slow step is: loading the model, or downloading."""

    stage: str  # "loading", "connecting", "downloading", "checking" or "waiting"
    what: str  # a file or model, for display
    id: str = ""  # the request
    done: int = 0  # bytes
    total: int = 0  # bytes; 0 while unknown


@message
@dataclass(frozen=True)
class Notice:
    """A line for the user's standard error; the request goes on."""

    code: str  # stable, so that a client can leave it out
    message: str  # one sentence
    id: str = ""  # the request
