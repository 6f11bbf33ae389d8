"""HMAC-SHA256 for the handshake, from the SHA-256 that is built into Python.

`hmac` and `hashlib` load OpenSSL, which costs the client 3.6 ms of CPU and each process 2.4 MB, for two short digests a
connection. Where Python was built without that module, it is `hashlib` after all.
"""

from __future__ import annotations

import sys
from _operator import _compare_digest

try:
    if sys.version_info >= (3, 12):
        from _sha2 import sha256  # type: ignore[import-not-found,unused-ignore]  # undeclared, as the next one
    else:
        from _sha256 import sha256  # type: ignore[import-not-found,unused-ignore]
except ImportError:
    from hashlib import sha256

_BLOCK = 64  # bytes, of SHA-256
_INNER = bytes(each ^ 0x36 for each in range(256))
_OUTER = bytes(each ^ 0x5C for each in range(256))


def hmac_sha256(key: bytes, text: bytes) -> str:
    """Return the HMAC in hex digits, as RFC 2104 defines it."""
    if len(key) > _BLOCK:
        key = sha256(key).digest()
    key = key.ljust(_BLOCK, b"\0")
    inner = sha256(key.translate(_INNER) + text).digest()
    return str(sha256(key.translate(_OUTER) + inner).hexdigest())


def same(one: str, other: str) -> bool:
    """Return whether two proofs are the same, in a time that does not tell where they differ.

    It is what `hmac.compare_digest` is where there is no OpenSSL.
    """
    return _compare_digest(one.encode(errors="replace"), other.encode(errors="replace"))
