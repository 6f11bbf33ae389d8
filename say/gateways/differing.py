"""What a request says of device and model, and the running daemon has otherwise: there is one model for everybody."""

from __future__ import annotations

from common import TYPE_CHECKING
from common.quoting import MOST, quoted
from common.settings import Settings

if TYPE_CHECKING:
    from common.messages.control import StatusReport

REPOSITORY = "hexgrad/Kokoro-82M"  # what the pinned files are of
_READY = "ready on "  # as `StatusReport.engines` says it
_ON_THE_CPU = ("espeak", "tone")  # engines that know no other device


def differences(
    settings: Settings, report: StatusReport | None, *, device: str = "", repository: str = "", engine: str = ""
) -> list[str]:
    """Return a sentence for each thing that is served otherwise than asked for; "" asks for nothing.

    `report` is the running daemon's, None where none runs: then what `settings` would start one with counts. A device
    that the daemon has not chosen yet differs from none. `engine` is the one that speaks, "" where that is not known yet.
    """
    sentences = []
    if engine in _ON_THE_CPU:
        if _kind(device) not in ("", "auto", "cpu"):
            sentences.append(f"device {_named(device)} is asked for, and {engine} speaks, which runs on the CPU")
    elif device and (ours := _device(settings, report)) and _kind(device) not in ("auto", _kind(ours)):
        sentences.append(
            f"device {_named(device)} is asked for, and the daemon has Kokoro on {ours};"
            " SAY_DEVICE and 'say --shutdown' change that for everybody"
        )
    folder = settings.text("model_dir")
    if repository and repository != (folder or REPOSITORY):
        sentences.append(f"model {_named(repository)} is asked for, and the daemon speaks with {folder or REPOSITORY}")
    return sentences


def asks_the_daemon(device: str, engine: str) -> bool:
    """Return whether `differences` needs a report to know of this device where `engine` speaks."""
    return engine not in _ON_THE_CPU and _kind(device) not in ("", "auto")


def _device(settings: Settings, report: StatusReport | None) -> str:
    """Return where Kokoro runs or will run, "" while that is not known."""
    if report is not None and (state := report.engines.get("kokoro", "")).startswith(_READY):
        return state.removeprefix(_READY)
    chosen = settings.text("device")
    return "" if chosen == "auto" else chosen


def _kind(device: str) -> str:
    """Return what makes a device another one: no number ("cuda:1") and no name ("cuda (NVIDIA …)", "rocm (AMD …)")."""
    kind = device.lower().partition(":")[0].partition(" ")[0]
    return "cuda" if kind == "rocm" else kind  # torch's name for both


def _named(name: str) -> str:
    """Return a name as it came, in quotes where it could be taken for more than a name."""
    return name if len(name) <= MOST and name.isprintable() and " " not in name else quoted(name)
