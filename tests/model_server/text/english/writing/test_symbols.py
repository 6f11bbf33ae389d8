"""Signs."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.writing.saying import said

SAID = [
    ("© 2024 Acme, § 5, §§ 5 and 6.", "copyright twenty twenty-four Acme, section five, sections five and six."),
    ("Copyright © 2024.", "Copyright twenty twenty-four."),
    ("A → B → C", "A to B to C"),
    ("Tom & Jerry @ home, &c.", "Tom and Jerry at home, et cetera."),
    ("✓ done, ✗ no, ♥", "check mark done, cross no, heart"),
    ("★★★★☆ and ★★★", "four out of five stars and three stars"),
    ("20‰ of №5", "twenty per mille of number five"),
    ("home | about | contact", "home, about, contact"),
    ("Done. ■ □ ───", "Done."),
]


@pytest.mark.parametrize(("written", "spoken"), SAID)
def test_a_sign_has_its_name(written: str, spoken: str) -> None:
    assert said(written) == spoken
