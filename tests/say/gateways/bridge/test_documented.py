"""docs/bridge.md is true: its payloads are understood, and its table is that of the program."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from say.gateways.bridge.orders import HIGHEST_RATE, LOWEST_RATE, SAMPLE_RATE, SPLIT_PATTERN, VARIABLES, order_of
from tests.documents import ROOT, blocks

PAGE = (ROOT / "docs" / "bridge.md").read_text(encoding="utf-8")
LINES = [json.loads(line) for block in blocks(PAGE, "json") for line in block.splitlines()]
PAYLOADS = [line for line in LINES if "text" in line] + [
    json.loads(found) for found in re.findall(r"echo '(\{.*\})' \| say-bridge", PAGE)
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_that_is_shown_is_understood(payload: dict[str, object]) -> None:
    assert order_of(payload, {}).text == payload["text"]


def test_every_answer_that_is_shown_has_what_answers_have() -> None:
    answers = [line for line in LINES if "text" not in line and "cancel" not in line]
    kinds = {frozenset(answer) - {"id"} for answer in answers}

    assert kinds == {frozenset({"duration"}), frozenset({"error"}), frozenset({"cancelled"})}
    for answer in answers:
        assert set(answer.get("error", ("code", "message", "hint"))) == {"code", "message", "hint"}


def test_every_field_has_its_row_with_its_variable_and_default() -> None:
    rows = {row[0]: row for row in re.findall(r"^\| `(\w+)` \| (\S+) \| (.*?) \| (.*) \|$", PAGE, re.MULTILINE)}

    assert list(rows) == [
        "text",
        "output",
        "voice",
        "lang_code",
        "speed",
        "sample_rate",
        "split_pattern",
        "repo_id",
        "device",
    ]
    assert {name: row[1] for name, row in rows.items() if row[1] != "-"} == {
        name: f"`{variable}`" for name, variable in VARIABLES.items()
    }
    assert rows["sample_rate"][2] == str(SAMPLE_RATE)
    assert f"from {LOWEST_RATE} to {HIGHEST_RATE}" in rows["sample_rate"][3]
    assert rows["split_pattern"][2] == f"`{SPLIT_PATTERN}`"


def test_the_page_is_where_the_readme_says() -> None:
    assert "docs/bridge.md" in (Path(ROOT) / "README.md").read_text(encoding="utf-8")
