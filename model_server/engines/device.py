"""Choose where Kokoro runs, and set torch up for it. The only place that decides between CPU and GPU."""

from __future__ import annotations

import os
import sys

from common.errors import EngineError, OutOfMemory
from model_server.engines.lean_import import import_torch
from model_server.engines.memory import free_address_space, free_memory

CPU = "cpu"

# torch takes 190 MB resident and 600 MB of address space, measured, and some more when it first works.
_MEMORY_OF_LIBRARIES = 512 << 20
_ADDRESS_SPACE_OF_LIBRARIES = 800 << 20


def prepare_torch(threads: int) -> None:
    """Import torch and set its threads; 0 means one for each physical core. Raises EngineError, OutOfMemory."""
    # Read by torch at its import. Some operations of the vocoder do not exist on Apple's GPUs.
    os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")
    # Read by OpenMP when torch loads it. Its threads otherwise spin for milliseconds while they wait for each other, which a
    # busy machine pays for: with other work on both of 2 cores a word took 3 s spinning, 0.7 s so. Not to spin at all costs
    # the word 0.1 s also on an idle machine, since it is 2,000 short jobs. GNU's OpenMP, which torch has on Linux, takes
    # a number of turns; 1,000 are some 20 microseconds, the length of one such job.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    # Read by oneDNN at its first use. It keeps what it makes for one length of sound, 1,024 kinds by itself: some 5 MB for each
    # new length. With 256 pieces took the time that they take with 1,024, with 64 a fifth more.
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "256")
    first_import = "torch" not in sys.modules
    # Where 'ulimit -v' leaves too little, OpenBLAS and C++ would end the process, and all clients with it.
    if first_import and free_address_space() < _ADDRESS_SPACE_OF_LIBRARIES:
        raise _no_memory_for("torch")
    try:
        torch = import_torch()
    except (ImportError, OSError, MemoryError) as error:
        raise does_not_load("torch", error) from error
    torch.set_num_threads(threads or usable_cores())
    if first_import:  # may be set only once, before any work; Kokoro runs no operators side by side
        torch.set_num_interop_threads(1)


def does_not_load(library: str, error: BaseException) -> EngineError:
    """Return the error for a library that cannot be imported; without memory, the dynamic linker says only "failed"."""
    if free_memory() < _MEMORY_OF_LIBRARIES:
        return _no_memory_for(library)
    return EngineError(f"{library} does not load: {error}", "Install the program again, or use '--engine espeak'.")


def _no_memory_for(library: str) -> OutOfMemory:
    return OutOfMemory(
        f"there is no memory for {library}", "Close other programs or raise 'ulimit -v', or use '--engine espeak'."
    )


def usable_cores() -> int:
    """Return the physical cores this process may use, at least 1."""
    import psutil  # type: ignore[import-untyped]  # ships no types

    physical = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else physical
    return max(1, min(physical, allowed))


def choose_device(wanted: str) -> str:
    """Return the torch device for the setting `device`: "cpu", "cuda" (also AMD's ROCm) or "mps".

    "auto" takes CUDA where it is there; Apple's GPU only when asked for: the
    vocoder falls back to the CPU there for what that GPU lacks.
    Raises EngineError if a GPU was asked for by name and there is none.
    """
    import torch

    if wanted == CPU:
        return CPU
    if wanted == "mps":
        if torch.backends.mps.is_available():
            return "mps"
        raise EngineError(
            "there is no Apple GPU that torch can use", "Set 'device' to 'cpu' or 'auto', then 'say --shutdown'."
        )
    if torch.cuda.is_available():
        if torch.version.hip:
            # MIOpen compiles anew for every length of text: 2.4 s a sentence where it takes 0.3 s without.
            torch.backends.cudnn.enabled = False
        return "cuda"
    if wanted == "cuda":
        raise EngineError("there is no CUDA GPU that torch can use", _how_to_get_cuda(torch.version))
    return CPU


def describe(device: str) -> str:
    """Return the device as `--status` shows it: "cpu", "cuda (NVIDIA …)", "rocm (…)", "mps"."""
    import torch

    if device != "cuda":
        return device
    kind = "rocm" if torch.version.hip else "cuda"
    return f"{kind} ({torch.cuda.get_device_name()})"


def _how_to_get_cuda(version: object) -> str:
    built_for = getattr(version, "cuda", None) or getattr(version, "hip", None)
    if built_for:
        return f"This torch is built for {built_for}: look for the driver with 'nvidia-smi', or set 'device' to 'auto', then 'say --shutdown'."
    return "This torch is built for the CPU only: install one for CUDA, see https://pytorch.org/get-started, or set 'device' to 'auto', then 'say --shutdown'."
