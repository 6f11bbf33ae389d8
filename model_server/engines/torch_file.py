"""Read a file that `torch.save` wrote, when nobody vouches for what is in it.

`torch.load(weights_only=True)` runs no code, but it checks no checksum, and a small file can still make it allocate
without end (`bytearray(10**12)` is on its list of harmless calls). So the archive and its pickle are looked at first.
"""

from __future__ import annotations

import errno
import io
import pickletools
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from common.errors import CorruptFile, ModelUnavailable, OutOfMemory
from model_server.engines.memory import free_memory

REMEDY = "Remove the file and fetch it again with 'say --download'; in a 'model_dir' of your own, copy it there anew."

# All that a plain dictionary of tensors needs, seen in the published files. Long: position numbers in old checkpoints.
_GLOBALS = {
    "collections OrderedDict",
    "torch._utils _rebuild_tensor_v2",
    "torch FloatStorage",
    "torch LongStorage",
}
_OTHER_NUMBERS = re.compile(r"torch (?!Float|Long)[A-Z]\w*Storage")  # no less refused, but told what it is
# Opcodes that name or make objects in ways that the list above would not see. torch.save writes protocol 2: none of these.
_REFUSED_OPCODES = {"STACK_GLOBAL", "INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "EXT1", "EXT2", "EXT4", "PERSID", "LONG4"}
# The published checkpoint's pickle is about 60 kB.
_LARGEST_PICKLE = 4 << 20
_MOST_ENTRIES = 10_000


def _at_once() -> None:
    """Wait for nothing: torch may be imported."""


def read_torch_file(path: Path, largest: int, await_torch: Callable[[], None] = _at_once) -> object:
    """Return what `torch.save` put into `path`, at most `largest` bytes: tensors on the CPU, in memory of their own.

    `await_torch` is called once the file is checked; torch is not imported before. Not memory-mapped: a file that is overwritten in place would change the voice in mid-sentence or kill the process.
    Raises CorruptFile whatever is wrong with the contents, OutOfMemory, ModelUnavailable when it cannot be opened.
    """
    if not path.is_file():  # opening a fifo would wait for its writer
        raise ModelUnavailable(f"{path.name} is not there", "'say --download' fetches it.")
    try:
        with path.open("rb") as file:
            size = file.seek(0, io.SEEK_END)
            if size > largest:
                raise corrupt(path, f"it is larger than {largest} bytes")
            return read_torch_stream(path, file, size, await_torch)
    except OSError as error:
        raise ModelUnavailable(f"{path.name} cannot be read: {error.strerror or error}") from error


def read_torch_stream(path: Path, file: BinaryIO, size: int, await_torch: Callable[[], None] = _at_once) -> object:
    """Return what `torch.save` put into `file`, of `size` bytes; `path` is for errors. Raises CorruptFile, OutOfMemory."""
    check_archive(path, file, size)
    if free_memory() < size:
        raise OutOfMemory(f"there is no memory for {path.name}", "Close other programs and try again.")
    await_torch()
    file.seek(0)
    return _load(path, file)


def corrupt(path: Path, reason: str) -> CorruptFile:
    """Return the error for a file that is not what it should be."""
    return CorruptFile(f"{path.name} is damaged or is not Kokoro's: {reason}", REMEDY)


def _load(path: Path, file: BinaryIO) -> object:
    import torch

    try:
        return torch.load(file, map_location="cpu", weights_only=True)
    except MemoryError as error:
        raise OutOfMemory(f"there is no memory for {path.name}", "Close other programs and try again.") from error
    except Exception as error:  # crafted bytes make the unpickler fail in any way; each means the same
        raise corrupt(path, "torch cannot read it") from error


def check_archive(path: Path, file: BinaryIO, size: int) -> None:
    """Look at the archive and its index without torch. Raises CorruptFile."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check_entries(path, entries, size)
            damaged = archive.testzip()
            if damaged is not None:
                raise corrupt(path, f"the checksum of {damaged} is wrong")
            _check_pickles(path, archive, entries)
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise corrupt(path, "it is no torch archive, or only part of one") from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # of the disk
            raise
        raise corrupt(path, "its index points outside of it") from error


def _check_entries(path: Path, entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > _MOST_ENTRIES:
        raise corrupt(path, f"{len(entries)} entries are too many")
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise corrupt(path, "it is compressed, as torch's files never are")
    # Stored entries that do not overlap cannot hold more than the file does.
    if sum(entry.file_size for entry in entries) > size:
        raise corrupt(path, "it claims to hold more than it does")
    if len({entry.filename for entry in entries}) != len(entries):
        raise corrupt(path, "two entries have one name")


def _check_pickles(path: Path, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    pickles = [entry for entry in entries if entry.filename.endswith(".pkl")]
    if len(pickles) != 1 or pickles[0].filename.count("/") != 1:
        raise corrupt(path, "it has no index, or several")
    if pickles[0].file_size > _LARGEST_PICKLE:
        raise corrupt(path, "its index is too large")
    for opcode, argument, _ in pickletools.genops(archive.read(pickles[0])):
        if opcode.name == "GLOBAL" and isinstance(argument, str) and _OTHER_NUMBERS.fullmatch(argument):
            raise corrupt(path, "its numbers are not float32")
        if opcode.name in _REFUSED_OPCODES or (opcode.name == "GLOBAL" and argument not in _GLOBALS):
            raise corrupt(path, "it holds other things than tensors")
