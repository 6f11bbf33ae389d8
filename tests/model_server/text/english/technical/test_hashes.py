"""Hashes, IDs, colours, numbers to other bases."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.technical.saying import said

SAID = [
    ("See commit a1b2c3d today.", "See commit A one B two C three D today."),
    ("See a1b2c3d today.", "See hash A one B two C three D today."),
    ("See commit 55558dc8f19fe6c1f2 today.", "See commit five five five five… C one F two today."),
    ("The sum is d41d8cd98f00b204e9800998ecf8427e.", "The sum is hash D four one D… four two seven E."),
    ("The id 123e4567-e89b-12d3-a456-426614174000 is gone.", "The I D one two three E… four zero zero zero is gone."),
    ("Mask it with 0xFF now.", "Mask it with hex F F now."),
    ("It crashed at 0xdeadbeef again.", "It crashed at hex D E A D B E E F again."),
    ("Flip 0b1010 and 0o755.", "Flip binary one zero one zero and octal seven five five."),
    ("Paint it #ff8800 or #fff.", "Paint it hash F F eight eight zero zero or hash F F F."),
    (
        "The UUID is 123e4567-e89b-12d3-a456-426614174000 now.",
        "The U U I D is one two three E… four zero zero zero now.",
    ),
    (
        "A UUID such as 550e8400-e29b-41d4-a716-446655440000 there.",
        "A U U I D such as five five zero E… zero zero zero zero there.",
    ),
    ("The key is dGhpcyBpcyBhIHNlY3JldCBrZXkgdGhhdCBubyBvbmU=.", "The key is D G H P… V B M U."),
    ("Use ghp_16C7e42F292c6912E7710c838347Ae178B4a here.", "Use code G H P… eight B four A here."),
    ("SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8", "S H A two fifty-six: N T H B… five S Y eight"),
    ("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.dozjgNryP4J3jVmNHl0w5N", "Bearer code E Y J H… zero W five N"),
]

# Said by others, or as they are: nothing technical.
NEAR = [
    ("A decade, a facade", "A decade, a facade"),
    ("It is #face now", "It is hashtag face now"),
    ("getHTTP2ResponseForUser3By4Id", "get H T T P two response for user three by four I D"),
    ("KubeProxyCfgMapReconciler2x fails", "Kube Proxy config Map Reconciler two X fails"),
    (
        "src/v1/api2/foo3Bar/longPath4Name",
        "source slash V one slash A P I two slash foo three bar slash long path four name",
    ),
]


@pytest.mark.parametrize("written, spoken", SAID)
def test_hashes_are_said_in_words(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize("written, spoken", NEAR)
def test_what_only_looks_like_hashes_is_left_alone(written: str, spoken: str) -> None:
    assert said(written) == spoken
