"""What stays the same in every version, so that any two of them can take each other's place. Change nothing here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from common import paths, state
from common.frames import encode
from common.handshake import CLIENT_ROLE, MODEL_ROLE, voice_role
from common.messages.base import from_fields, to_fields
from common.messages.control import Drain, Draining, Stop, StopReport
from common.messages.hello import Error, Heartbeat, Hello, Proof

FINAL: list[tuple[object, dict[str, object]]] = [
    (Hello(7, "1.2.3", "00", "ff"), {"type": "hello", "protocol": 7, "version": "1.2.3", "nonce": "00", "proof": "ff"}),
    (Proof("ff"), {"type": "proof", "proof": "ff"}),
    (Error("a", "b", "c", "d"), {"type": "error", "code": "a", "message": "b", "hint": "c", "id": "d"}),
    (Heartbeat(), {"type": "heartbeat"}),
    (Drain(), {"type": "drain"}),
    (Draining(3), {"type": "draining", "utterances": 3}),
    (Stop(), {"type": "stop"}),
    (StopReport(3), {"type": "stop_report", "utterances": 3}),
]


@pytest.mark.parametrize(("message", "fields"), FINAL, ids=[str(fields["type"]) for _, fields in FINAL])
def test_these_messages_are_final(message: object, fields: dict[str, object]) -> None:
    assert to_fields(message) == fields  # type: ignore[arg-type]  # all of them are messages
    assert from_fields({**fields, "of a later version": 1}) == message


def test_frames_are_final() -> None:
    assert encode({"type": "stop"}) == b'\x00\x00\x00\x0f{"type":"stop"}'


def test_roles_are_final() -> None:
    assert (CLIENT_ROLE, MODEL_ROLE, voice_role("af_heart")) == ("client", "model_server", "voice_server af_heart")


def test_files_are_final(tmp_path: Path) -> None:
    names = {
        paths.model_state_file(tmp_path): "model_server.json",
        paths.draining_file(tmp_path, 17): "draining_17.json",
        paths.voice_state_file(tmp_path, "af_heart"): "voice_af_heart.json",
        paths.hold_file(tmp_path): "held",
        paths.start_lock(tmp_path): "start.lock",
        paths.life_lock(tmp_path): "model_server.lock",
        paths.floor_lock(tmp_path): "floor.lock",
    }
    assert {path.name: name for path, name in names.items()} == {name: name for name in names.values()}


def test_a_state_file_is_read_in_every_version(tmp_path: Path) -> None:
    fields = {
        "role": "model_server",
        "pid": 17,
        "started": "mark",
        "port": 4242,
        "secret": "ab",
        "protocol": 99,
        "version": "9.9.9",
        "settings": {"of": "theirs"},
    }
    path = tmp_path / "model_server.json"
    path.write_text(json.dumps({**fields, "of a later version": 1}))
    path.chmod(0o600)
    found = state.read(path, MODEL_ROLE)
    assert (found.pid, found.port, found.protocol) == (17, 4242, 99)
    state.write(path, found)
    assert json.loads(path.read_text()).items() >= fields.items()
