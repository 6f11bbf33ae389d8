from __future__ import annotations

import base64
import random

import pytest

from say.forms.words import shorten


@pytest.mark.parametrize(
    ("path", "short"),
    [
        ("/usr/local/share/man/say.1", "man/say.1"),
        ("src/main/java/com/AbstractSingletonProxyFactoryBean2/x.java", "AbstractSingletonProxyFactoryBean2/x.java"),
        ("/srv/releases/20261120T133000Z/app", "20261120T133000Z/app"),
    ],
)
def test_a_long_path_is_read_as_its_last_parts(path: str, short: str) -> None:
    assert shorten(f"See {path} there") == f"See {short} there"


def test_base64_is_no_path_and_loses_nothing() -> None:
    source = random.Random(64)
    texts = [base64.b64encode(source.randbytes(300)).decode() for _ in range(300)]
    with_slashes = [text for text in texts if text.count("/") >= 3]
    assert len(with_slashes) > 200
    assert all(shorten(text) == text for text in with_slashes)
