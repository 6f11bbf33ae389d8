"""Who is who at the start of a connection: both sides prove that they know the secret of the state file.

The server proves itself first, so that a stranger who listens on a recorded port learns neither text nor proof. Pure:
messages in, messages out.
"""

from __future__ import annotations

import os
import re

from common import PROTOCOL, VERSION
from common.errors import NotAuthentic, ProtocolMismatch
from common.messages.hello import Hello, Proof
from common.proofs import hmac_sha256, same

CLIENT_ROLE = "client"
MODEL_ROLE = "model_server"
SECRET_BYTES = 32
NONCE_BYTES = 16
_NONCE = re.compile(r"[0-9a-f]{32}")


_VOICE_ROLE = "voice_server "


def voice_role(voice: str) -> str:
    """Return the role of a voice's server: a proof for one voice is none for another."""
    return _VOICE_ROLE + voice


def is_voice_role(role: str) -> bool:
    """Return whether it is the role of some voice's server."""
    return role.startswith(_VOICE_ROLE)


def new_secret() -> str:
    return os.urandom(SECRET_BYTES).hex()


def _checked(nonce: str) -> str:
    """Return the peer's nonce. Raises NotAuthentic unless it is 16 bytes in hex: a proof signs nothing else."""
    if not _NONCE.fullmatch(nonce):
        raise NotAuthentic("a nonce is 32 hex digits")
    return nonce


def _prove(secret: str, role: str, client_nonce: str, server_nonce: str) -> str:
    return hmac_sha256(secret.encode(), f"{role}\n{client_nonce}\n{server_nonce}".encode())


class ClientHandshake:
    """The client's side. `server_role` is whom it expects to reach."""

    def __init__(self, secret: str, server_role: str) -> None:
        self._secret = secret
        self._server_role = server_role
        self._nonce = os.urandom(NONCE_BYTES).hex()

    def hello(self) -> Hello:
        return Hello(PROTOCOL, VERSION, self._nonce)

    def answer(self, server: Hello) -> Proof:
        """Return our proof. Raises NotAuthentic if the server's is wrong."""
        expected = _prove(self._secret, self._server_role, self._nonce, _checked(server.nonce))
        if not same(server.proof, expected):
            raise NotAuthentic("a stranger answered in place of the daemon")
        return Proof(_prove(self._secret, CLIENT_ROLE, self._nonce, server.nonce))

    @staticmethod
    def check_protocol(server: Hello) -> None:
        """Raise ProtocolMismatch unless both sides speak the same protocol; the server is authentic by now."""
        if server.protocol != PROTOCOL:
            raise ProtocolMismatch(
                f"the running daemon is version {server.version} and speaks protocol {server.protocol}, not {PROTOCOL}",
                "It makes room for one of this version as soon as something is spoken; 'say --stop' silences it.",
            )


class ServerHandshake:
    """The server's side, for one connection."""

    def __init__(self, secret: str, role: str) -> None:
        self._secret = secret
        self._role = role
        self._nonce = os.urandom(NONCE_BYTES).hex()
        self._client_nonce = ""

    def answer(self, client: Hello) -> Hello:
        """Return our hello with our proof in it. Raises NotAuthentic for a nonce that is none."""
        self._client_nonce = _checked(client.nonce)
        proof = _prove(self._secret, self._role, client.nonce, self._nonce)
        return Hello(PROTOCOL, VERSION, self._nonce, proof)

    def check(self, proof: Proof) -> None:
        """Raise NotAuthentic unless the client knows the secret."""
        expected = _prove(self._secret, CLIENT_ROLE, self._client_nonce, self._nonce)
        if not same(proof.proof, expected):
            raise NotAuthentic("the client does not know the secret")
