from __future__ import annotations

import hmac
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.proofs import hmac_sha256, same


# RFC 4231, test cases 1, 2 and 6.
@pytest.mark.parametrize(
    "key, text, digest",
    [
        (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (
            b"\xaa" * 131,
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
    ],
)
def test_it_is_the_one_of_the_rfc(key: bytes, text: bytes, digest: str) -> None:
    assert hmac_sha256(key, text) == digest


@given(st.binary(max_size=130), st.binary(max_size=200))
def test_it_is_the_one_of_the_standard_library(key: bytes, text: bytes) -> None:
    assert hmac_sha256(key, text) == hmac.digest(key, text, "sha256").hex()


@pytest.mark.parametrize(
    "one, other, equal",
    [
        ("ab", "ab", True),
        ("ab", "aB", False),
        ("ab", "abc", False),
        ("", "", True),
        ("é", "é", True),
        ("\ud800", "a", False),
    ],
)
def test_proofs_are_the_same_or_not(one: str, other: str, equal: bool) -> None:
    assert same(one, other) is equal


def test_the_handshake_loads_no_openssl() -> None:
    program = "import sys, common.handshake; print(sorted({'hmac', 'hashlib', '_hashlib'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=50, check=True)
    assert done.stdout == "[]\n"
