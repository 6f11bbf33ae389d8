from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from common.errors import StateUnusable
from common.handshake import MODEL_ROLE, new_secret
from common.process_identity import start_mark
from common.state import State, is_ours, read, remove, write

STATE = State(
    role=MODEL_ROLE,
    pid=os.getpid(),
    started=start_mark(os.getpid()) or "",
    port=4242,
    secret=new_secret(),
    protocol=1,
    version="1.2.3",
    settings={"model_idle": 1800.0, "device": "auto"},
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model_server.json"


def put(path: Path, content: bytes | str) -> None:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(0o600)


def put_fields(path: Path, **changes: object) -> None:
    put(path, json.dumps({**asdict(STATE), **changes}))


def test_it_is_read_as_it_was_written(path: Path) -> None:
    write(path, STATE)

    assert read(path, MODEL_ROLE) == STATE


def test_it_is_private_whatever_the_umask(path: Path) -> None:
    before = os.umask(0)
    try:
        write(path, STATE)
    finally:
        os.umask(before)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_else_is_left_beside_it(path: Path) -> None:
    write(path, STATE)

    assert list(path.parent.iterdir()) == [path]


def test_fields_of_a_later_version_are_ignored(path: Path) -> None:
    put_fields(path, later=[1, 2])

    assert read(path, MODEL_ROLE) == STATE


def _missing(path: Path) -> None:
    pass


def _directory(path: Path) -> None:
    path.mkdir(mode=0o700)


def _fifo(path: Path) -> None:
    os.mkfifo(path, 0o600)


def _symlink(path: Path) -> None:
    target = path.with_name("target.json")
    write(target, STATE)
    path.symlink_to(target)


def _dangling_symlink(path: Path) -> None:
    path.symlink_to("/nowhere/at/all")


def _truncated(path: Path) -> None:
    put(path, json.dumps(asdict(STATE))[:-10])


def _one_megabyte(path: Path) -> None:
    put_fields(path, settings={"a": "x" * (1 << 20)})


def _mode(mode: int) -> Callable[[Path], None]:
    def spoil(path: Path) -> None:
        write(path, STATE)
        path.chmod(mode)

    return spoil


def _content(content: bytes) -> Callable[[Path], None]:
    return lambda path: put(path, content)


def _with(**changes: object) -> Callable[[Path], None]:
    return lambda path: put_fields(path, **changes)


def _without(name: str) -> Callable[[Path], None]:
    return lambda path: put(path, json.dumps({key: value for key, value in asdict(STATE).items() if key != name}))


WRONG: dict[str, Callable[[Path], None]] = {
    "missing": _missing,
    "a directory": _directory,
    "a fifo": _fifo,
    "a symlink to a good one": _symlink,
    "a dangling symlink": _dangling_symlink,
    "empty": _content(b""),
    "zeros": _content(bytes(4096)),
    "garbage": _content(os.urandom(500)),
    "no UTF-8": _content(b'{"role":"\xff"}'),
    "a list": _content(b"[]"),
    "null": _content(b"null"),
    "nested deeply": _content(b"[" * 60_000),
    "truncated": _truncated,
    "one megabyte": _one_megabyte,
    "readable by the group": _mode(0o640),
    "readable by all": _mode(0o604),
    "writable by all": _mode(0o602),
    **{f"without {name}": _without(name) for name in asdict(STATE)},
    **{f"{name} null": _with(**{name: None}) for name in asdict(STATE)},
    **{f"{name} a list": _with(**{name: [1]}) for name in asdict(STATE)},
    "pid a text": _with(pid="12"),
    "pid a fraction": _with(pid=12.0),
    "pid true": _with(pid=True),
    "pid 0": _with(pid=0),
    "pid -1": _with(pid=-1),
    "pid beyond all": _with(pid=1 << 31),
    "pid of a thousand digits": _with(pid=10**1000),
    "port a text": _with(port="4242"),
    "port 0": _with(port=0),
    "port 65536": _with(port=65536),
    "another role": _with(role="voice_server af_heart"),
    "no secret": _with(secret=""),
    "a secret of another alphabet": _with(secret="\ud800" * 64),
    "settings a number": _with(settings=3),
}


@pytest.mark.parametrize("spoil", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_file_is_unusable_and_not_ours(path: Path, spoil: Callable[[Path], None]) -> None:
    spoil(path)

    with pytest.raises(StateUnusable):
        read(path, MODEL_ROLE)
    assert not is_ours(path, STATE)


def test_a_folder_that_is_a_file_is_unusable(path: Path) -> None:
    put(path, "")

    with pytest.raises(StateUnusable):
        read(path / "model_server.json", MODEL_ROLE)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_file_of_another_user_is_unusable(path: Path) -> None:
    write(path, STATE)
    os.chown(path, 12345, 12345)

    with pytest.raises(StateUnusable):
        read(path, MODEL_ROLE)


def test_a_file_that_may_not_be_read_is_unusable(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, STATE)

    def refuse(*_: object) -> int:
        raise PermissionError("not you")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(StateUnusable):
        read(path, MODEL_ROLE)


def test_writing_over_a_symlink_replaces_it_and_spares_its_target(path: Path) -> None:
    target = path.with_name("precious")
    put(target, "precious")
    path.symlink_to(target)

    write(path, STATE)

    assert read(path, MODEL_ROLE) == STATE
    assert target.read_text() == "precious"


def test_a_failed_write_leaves_the_old_file(path: Path) -> None:
    write(path, STATE)
    with pytest.raises(TypeError):
        write(path, replace(STATE, settings={"a": object()}))

    assert read(path, MODEL_ROLE) == STATE


def test_only_its_writer_removes_it(path: Path) -> None:
    successor = replace(STATE, secret=new_secret(), port=4243)
    write(path, successor)

    remove(path, STATE)
    assert read(path, MODEL_ROLE) == successor

    remove(path, successor)
    assert not path.exists()
    remove(path, successor)  # gone already: fine


def test_a_spoiled_file_is_left_alone(path: Path) -> None:
    put(path, "garbage")

    remove(path, STATE)

    assert path.read_text() == "garbage"


def test_readers_among_writers_always_see_a_whole_file(path: Path, counts: Callable[[int, int], int]) -> None:
    states = [replace(STATE, port=port, settings={"a": "x" * port}) for port in (1000, 9000)]
    write(path, states[0])
    over = threading.Event()
    written = 0

    def keep_writing() -> None:
        nonlocal written
        while not over.is_set():
            write(path, states[written % 2])
            written += 1

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        count = counts(500, 50_000)
        while count > 0 or (written < 2 and writer.is_alive()):  # a write waits for the disk
            assert read(path, MODEL_ROLE) in states
            count -= 1
    finally:
        over.set()
        writer.join()
    assert written >= 2


WRITE_AS_ANOTHER = """
import json, pathlib, sys
from common.state import State, write
state = State(**json.loads(sys.argv[2]))
for _ in range(200):
    write(pathlib.Path(sys.argv[1]), state)
"""


def test_two_processes_write_beside_each_other(path: Path) -> None:
    """Each has a temporary file of its own name."""
    other = replace(STATE, port=1)
    command = [sys.executable, "-c", WRITE_AS_ANOTHER, str(path), json.dumps(asdict(other))]
    write(path, STATE)
    with subprocess.Popen(command, cwd=Path(__file__).parents[2]) as process:
        while process.poll() is None:
            write(path, STATE)
            assert read(path, MODEL_ROLE) in (STATE, other)

    assert process.returncode == 0
    assert list(path.parent.iterdir()) == [path]
