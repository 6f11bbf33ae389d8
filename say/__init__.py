"""Speak text: `SayClient` from Python, `say` from the terminal.

    from say import SayClient

    with SayClient() as client:
        client.speak("Hello, world.")

Nothing is imported before it is used: the command line must start fast.
"""

from __future__ import annotations

from common import VERSION

TYPE_CHECKING = False  # type checkers take it for true; `typing` would be loaded before Ctrl-C is silent
if TYPE_CHECKING:
    from common.errors import (
        BadSpeed,
        BadSplit,
        BadVoiceFile,
        Cancelled,
        CorruptFile,
        DaemonError,
        DownloadFailed,
        Dropped,
        EngineError,
        InputFailed,
        LanguageUnavailable,
        ModelUnavailable,
        NoSound,
        NoUtterance,
        OutputFailed,
        SayError,
        Stopped,
        UnknownVoice,
        UsageError,
    )
    from common.messages.speaking import ReadingOptions
    from say.client import SayClient
    from say.control import Control
    from say.spool import TextSpool
    from say.text_source import TextSource
    from say.utterance import Spoken

__all__ = [
    "BadSpeed",
    "BadSplit",
    "BadVoiceFile",
    "Cancelled",
    "Control",
    "CorruptFile",
    "DaemonError",
    "DownloadFailed",
    "Dropped",
    "EngineError",
    "InputFailed",
    "LanguageUnavailable",
    "ModelUnavailable",
    "NoSound",
    "NoUtterance",
    "OutputFailed",
    "ReadingOptions",
    "SayClient",
    "SayError",
    "Spoken",
    "Stopped",
    "TextSource",
    "TextSpool",
    "UnknownVoice",
    "UsageError",
    "__version__",
]

__version__ = VERSION

_HOMES = {
    "Control": "say.control",
    "ReadingOptions": "common.messages.speaking",
    "SayClient": "say.client",
    "Spoken": "say.utterance",
    "TextSource": "say.text_source",
    "TextSpool": "say.spool",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(_HOMES.get(name, "common.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
