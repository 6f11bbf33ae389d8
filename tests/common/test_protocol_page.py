"""docs/protocol.md says what the code does."""

from __future__ import annotations

import json
import re
import struct
from dataclasses import fields

import pytest

from common import state
from common.frames import FrameDecoder, encode
from common.handshake import ClientHandshake, ServerHandshake
from common.messages.base import all_messages, from_fields, to_fields
from common.messages.hello import Hello
from scripts import protocol_tables
from tests.common.test_messages import MESSAGES, PARTS

PAGE = protocol_tables.PAGE.read_text(encoding="utf-8")


def test_the_tables_are_those_of_the_code() -> None:
    assert protocol_tables.with_tables(PAGE) == PAGE, "run 'python scripts/protocol_tables.py'"


def section(heading: str) -> str:
    """Return the text below the heading, up to the next heading."""
    found = re.search(rf"^#+ {re.escape(heading)}.*?$(.*?)(?=^#|^<!-- end)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"the page has no {heading}"
    return found[1]


@pytest.mark.parametrize("name, cls", MESSAGES, ids=[name for name, _ in MESSAGES])
def test_every_message_and_field_is_there_with_what_it_means(name: str, cls: type) -> None:
    text = section(f"`{name}` (")
    for field in fields(cls):
        row = re.search(rf"^\| `{field.name}` \| (.+) \| (.+) \| (.*) \|$", text, re.MULTILINE)
        assert row, f"{name}.{field.name}"
        assert (row[2] == "required") == (field.default is field.default_factory)


def test_every_part_of_a_message_is_there() -> None:
    for name in PARTS:
        section(f"`{name}` (")


def test_every_direction_is_of_a_message() -> None:
    classes = {cls.__name__ for _, cls in MESSAGES} | set(PARTS)

    assert set(protocol_tables.DIRECTIONS) == classes


def test_every_field_of_a_state_file_is_there() -> None:
    text = section("Finding the servers")
    for field in fields(state.State):
        assert f"| `{field.name}` |" in text


def test_every_message_that_the_text_names_exists() -> None:
    prose = PAGE.partition("<!-- limits -->")[0]
    for name in re.findall(r"^      (\w+) .*──>|──>? +(\w+) \{", prose, re.MULTILINE):
        assert (name[0] or name[1]) in all_messages()


def example() -> dict[str, str]:
    block = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert block
    return dict(re.split(r"  +", line, maxsplit=1) for line in block[1].splitlines())


def test_the_example_of_the_handshake_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = example()
    nonces = [bytes.fromhex(facts["client nonce"]), bytes.fromhex(facts["server nonce"])]
    monkeypatch.setattr("os.urandom", lambda _: nonces.pop(0))
    client = ClientHandshake(facts["secret"], facts["server role"])
    server = ServerHandshake(facts["secret"], facts["server role"])

    hello = server.answer(client.hello())
    proof = client.answer(hello)
    server.check(proof)

    assert hello.nonce == facts["server nonce"]
    assert hello.proof == facts["server proof"]
    assert proof.proof == facts["client proof"]


def test_the_example_of_a_frame_is_right() -> None:
    length, _, body = example()["first frame"].partition(" ")
    raw = bytes.fromhex(length) + body.encode()

    assert struct.unpack(">I", raw[:4]) == (len(raw) - 4,)
    (frame,) = FrameDecoder().feed(raw)
    assert from_fields(frame.fields) == Hello(1, "0.1.0", example()["client nonce"])
    assert encode(to_fields(Hello(1, "0.1.0", example()["client nonce"]))) == raw
    assert json.loads(body)["type"] == "hello"
