"""The OpenAPI document says the truth: whatever is sent by it, or against it, is answered as it says, and by no 5xx."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import schemathesis
from hypothesis import given, settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.fakes.http import Application

HEADERS = {"Host": "localhost"}
# A schema cannot say which texts can be spoken, or which voices there are.
NOT_MEANT = [positive_data_acceptance]
WITH_BODY = ("post", "put")  # without one nothing can be wrong with a request


@pytest.mark.timeout(900)  # soaking
def test_every_request_is_answered_as_described(counts: Callable[[int, int], int]) -> None:
    described = schemathesis.openapi.from_asgi("/openapi.json", Application(text_limit=2000).app, headers=HEADERS)
    operations = [found.ok() for found in described.get_all_operations()]
    kinds = [
        (operation, mode)
        for operation in operations
        for mode in (GenerationMode if operation.method in WITH_BODY else (GenerationMode.POSITIVE,))
    ]
    each = counts(300, 20_000) // len(kinds)
    asked = []
    for operation, mode in kinds:

        @given(operation.as_strategy(generation_mode=mode))
        @settings(max_examples=each)
        def ask(case: schemathesis.Case) -> None:
            asked.append(case.call_and_validate(headers=HEADERS, excluded_checks=NOT_MEANT).status_code)

        ask()
    assert {200, 404, 422} <= set(asked)
