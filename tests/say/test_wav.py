from __future__ import annotations

import errno
import io
import os
import pty
import stat
import struct
import threading
import wave
from pathlib import Path

import pytest

from common.errors import OutputFailed, UsageError
from say import wav
from say.exits import OutputClosed
from say.wav import WavFile, open_named, open_output

PCM = struct.pack("<5h", 0, 1, -1, 32767, -32768)


def write(path: Path | str, *pieces: bytes) -> None:
    with open_output(str(path)) as output:
        for piece in pieces:
            output.write(piece)
        output.finish()


class BrokenOffError(Exception):
    """What ends a file early."""


def break_off(path: Path) -> None:
    with open_output(str(path)) as output:
        output.write(PCM)
        raise BrokenOffError


def chunks(data: bytes) -> dict[bytes, bytes]:
    """Return the chunks of a RIFF or RF64 file by their name, in order; written from the format, not from our writer."""
    assert data[8:12] == b"WAVE"
    found: dict[bytes, bytes] = {}
    at = 12
    while at < len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"data" and size == 0xFFFFFFFF:
            size = struct.unpack_from("<QQQ", found[b"ds64"])[1] if b"ds64" in found else len(data) - at - 8
        found[name] = data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    return found


def samples(path: Path) -> bytes:
    with wave.open(str(path), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (24000, 1, 2)
        return file.readframes(file.getnframes())


@pytest.fixture(params=["nameless", "hidden"])
def either_temporary(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run with the nameless temporary file of Linux, and with the one that other systems get."""
    if request.param == "hidden":
        monkeypatch.delattr(os, "O_TMPFILE")


@pytest.mark.usefixtures("either_temporary")
def test_a_file_holds_what_was_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    write(tmp_path / "out.wav", PCM, PCM)
    assert samples(tmp_path / "out.wav") == PCM * 2
    assert os.listdir(tmp_path) == ["out.wav"]
    data = (tmp_path / "out.wav").read_bytes()
    assert data[:4] == b"RIFF"
    assert struct.unpack_from("<I", data, 4)[0] == len(data) - 8


def test_no_sound_makes_a_valid_file_without_samples(tmp_path: Path) -> None:
    write(tmp_path / "out.wav")
    assert samples(tmp_path / "out.wav") == b""


@pytest.mark.usefixtures("either_temporary")
def test_the_name_appears_only_when_the_file_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    with open_output(str(path)) as output:
        output.write(PCM)
        assert not path.exists()
        output.finish()
        assert path.exists()


@pytest.mark.usefixtures("either_temporary")
def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(BrokenOffError):
        break_off(tmp_path / "out.wav")
    assert os.listdir(tmp_path) == []


def test_a_failure_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    path.write_bytes(b"old")
    with pytest.raises(BrokenOffError):
        break_off(path)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out.wav"]


def test_a_replaced_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write(path, PCM)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert samples(path) == PCM


@pytest.mark.usefixtures("either_temporary")
def test_a_new_file_has_the_permissions_of_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write(tmp_path / "out.wav", PCM)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "out.wav").stat().st_mode) == 0o640


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_stays_a_link(tmp_path: Path, exists: bool) -> None:
    (tmp_path / "far").mkdir()
    target = tmp_path / "far" / "target.bin"
    if exists:
        target.write_bytes(b"old")
    link = tmp_path / "out.wav"
    link.symlink_to(target)
    write(link, PCM)
    assert link.is_symlink()
    assert samples(target) == PCM


def test_a_file_beyond_4_gib_is_rf64(tmp_path: Path) -> None:
    """With the bound lowered to a hundred bytes: RF64 differs in its header alone."""
    path = tmp_path / "out.wav"
    with WavFile(str(path), largest=100) as output:
        output.write(PCM * 10)
        output.finish()
    data = path.read_bytes()
    assert data[:12] == b"RF64" + b"\xff" * 4 + b"WAVE"
    found = chunks(data)
    assert list(found) == [b"ds64", b"fmt ", b"data"]
    assert struct.unpack("<QQQI", found[b"ds64"]) == (len(data) - 8, 100, 50, 0)
    assert found[b"data"] == PCM * 10


@pytest.mark.parametrize(("size", "name"), [(100, b"RIFF"), (0xFFFFFFFE - 72, b"RIFF"), (0x100000000 - 72, b"RF64")])
def test_header_changes_to_rf64_where_32_bits_end(size: int, name: bytes) -> None:
    header = wav.file_header(size)
    assert header[:4] == name
    assert len(header) == 80
    if name == b"RIFF":
        assert struct.unpack_from("<I", header, 4)[0] == size + 72
        assert struct.unpack_from("<I", header, 76)[0] == size


@pytest.mark.parametrize("path", ["missing/out.wav", "file.wav/out.wav", "folder.wav", "folder"])
def test_what_cannot_be_written_is_said_before_anything_is_made(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file.wav").touch()
    Path("folder.wav").mkdir()
    Path("folder").mkdir()
    with pytest.raises(OutputFailed):
        open_output(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("protected", ["file", "folder"])
def test_missing_permission_is_said_before_anything_is_made(protected: str, tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    path.touch()
    (path if protected == "file" else tmp_path).chmod(0o500)
    try:
        with pytest.raises(OutputFailed, match="permission"):
            open_output(str(path))
    finally:
        tmp_path.chmod(0o700)


def test_missing_permission_for_an_existing_file_is_respected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder would allow to replace the file; that is not what its owner meant."""
    path = tmp_path / "out.wav"
    path.touch()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(OutputFailed, match="permission denied"):
        open_output(str(path))


@pytest.mark.parametrize("path", ["out.mp3", "out", "out.wav.txt"])
def test_another_ending_is_a_usage_error(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError):
        open_output(path)
    assert os.listdir(tmp_path) == []


def test_capital_ending_is_good_enough(tmp_path: Path) -> None:
    write(tmp_path / "OUT.WAV", PCM)
    assert samples(tmp_path / "OUT.WAV") == PCM


@pytest.mark.usefixtures("either_temporary")
def test_full_disk_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int, data: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with open_output(str(tmp_path / "out.wav")) as output:
        monkeypatch.setattr(os, "write", full)
        with pytest.raises(OutputFailed, match="no space left"):
            output.write(PCM)
    assert os.listdir(tmp_path) == []


def test_a_device_is_written_to_and_not_replaced() -> None:
    write("/dev/null", PCM)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_a_full_device_is_a_failure() -> None:
    with pytest.raises(OutputFailed, match="no space left"):
        write("/dev/full", PCM)


def test_a_fifo_gets_a_stream_of_unknown_length(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(path.read_bytes()), daemon=True)
    reader.start()
    write(path, PCM, PCM)
    reader.join(10)
    assert path.is_fifo()
    assert read[0] == wav.stream_header(wav.UNKNOWN) + PCM * 2
    assert chunks(read[0])[b"data"] == PCM * 2


def test_a_fifo_whose_reader_goes_away_ends_the_program(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with open_output(str(path)) as output:
        os.close(reader)
        with pytest.raises(OutputClosed):
            output.write(PCM)


def test_an_empty_stream_is_a_valid_wav(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(path)
        with wave.open(io.BytesIO(os.read(reader, 1000)), "rb") as file:
            assert file.getnframes() == 0
    finally:
        os.close(reader)


def test_a_terminal_is_no_place_for_a_wav() -> None:
    ours, theirs = pty.openpty()
    try:
        with pytest.raises(UsageError):
            open_output(os.ttyname(theirs))
    finally:
        os.close(ours)
        os.close(theirs)


@pytest.mark.parametrize("name", ["out.wav", "out", "out.mp3"])
@pytest.mark.parametrize("rate", [8000, 24000, 48000])
def test_what_a_program_names_may_end_as_it_likes_and_tells_its_rate(name: str, rate: int, tmp_path: Path) -> None:
    with open_named(str(tmp_path / name), rate) as output:
        output.write(PCM)
        output.finish()

    with wave.open(str(tmp_path / name)) as file:
        assert (file.getframerate(), file.readframes(10)) == (rate, PCM)
    assert struct.unpack_from("<II", chunks((tmp_path / name).read_bytes())[b"fmt "], 4) == (rate, 2 * rate)


def test_a_stream_to_what_a_program_names_tells_its_rate(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    heard: list[bytes] = []
    reader = threading.Thread(target=lambda: heard.append((tmp_path / "fifo").read_bytes()))
    reader.start()
    with open_named(str(tmp_path / "fifo"), 8000) as output:
        output.write(PCM)
        output.finish()
    reader.join(10)

    assert struct.unpack_from("<II", heard[0], 24) == (8000, 16000)
    assert heard[0][44:] == PCM
