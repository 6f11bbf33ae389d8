"""Numbers of machines."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.technical.saying import said

SAID = [
    ("Ping 192.168.0.1.", "Ping one nine two dot one six eight dot zero dot one."),
    ("Block 10.0.0.0/8 now.", "Block ten dot zero dot zero dot zero slash eight now."),
    ("Serve at 127.0.0.1:8080, then.", "Serve at one two seven dot zero dot zero dot one port eighty eighty, then."),
    ("The mask is 255.255.255.0.", "The mask is two five five dot two five five dot two five five dot zero."),
    ("Bind ::1 only.", "Bind colon colon one only."),
    ("Route fe80::1 there.", "Route F E eight zero colon colon one there."),
    (
        "Use 2001:db8::ff00:42:8329 instead.",
        "Use two zero zero one colon D B eight colon colon F F zero zero colon four two colon eight three two nine instead.",
    ),
    ("The card is 00:1A:2B:3C:4D:5E.", "The card is zero zero, one A, two B, three C, four D, five E."),
    ("The card is 00-1a-2b-3c-4d-5e.", "The card is zero zero, one A, two B, three C, four D, five E."),
]

# Said by others, or as they are: nothing technical.
NEAR = [
    ("At 12:30:45 it rang", "At twelve thirty and forty-five seconds it rang"),
    ("At 3:45 it rang", "At three forty-five it rang"),
]


@pytest.mark.parametrize("written, spoken", SAID)
def test_network_are_said_in_words(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize("written, spoken", NEAR)
def test_what_only_looks_like_network_is_left_alone(written: str, spoken: str) -> None:
    assert said(written) == spoken
