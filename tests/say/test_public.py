from __future__ import annotations

import pytest

import say
from common.errors import SayError


@pytest.mark.parametrize("name", say.__all__)
def test_every_public_name_can_be_had(name: str) -> None:
    assert getattr(say, name) is not None
    assert name in dir(say)


def test_errors_are_those_that_are_raised() -> None:
    assert say.SayError is SayError
    assert issubclass(say.UnknownVoice, say.UsageError)


def test_other_names_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match="no attribute 'numpy'"):
        say.numpy  # noqa: B018
