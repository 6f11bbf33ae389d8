"""Every error the three programs raise on purpose, and how each one reaches the user.

    SayError                      code, sentence, what to do next, exit status
    ├── UsageError           2    bad options or arguments
    │   ├── UnknownVoice     2    no voice of that name
    │   ├── BadSpeed         2    outside 0.5 to 2.0
    │   └── BadSplit         2    no regular expression at which text can be cut
    ├── NoSound              3    no library, no device, or a dead device
    ├── Stopped              4    `say --stop`, `--shutdown`, or another client ended it
    ├── Cancelled            1    the asking client took its request back
    ├── Dropped              5    not spoken, or not to its end, as its --priority or --policy asked
    ├── NoUtterance          1    no utterance of that number
    ├── InputFailed          1    the text cannot be read
    ├── BadVoiceFile         1    the user's own voice file is missing, or is no voice
    ├── OutputFailed         1    the file cannot be written
    ├── EngineError          1    text could not become sound
    │   ├── ModelUnavailable 1    no weights on disk and no way to get them
    │   ├── LanguageUnavailable 1 this engine does not speak that language
    │   ├── DownloadFailed   1    the hub refused, stalled or sent something else
    │   ├── CorruptFile      1    a file is not what the release says it is
    │   ├── Unspeakable      1    a piece of text that an engine cannot say
    │   ├── FatalText        1    a piece of text that crashed the model server twice
    │   └── OutOfMemory      1    no memory for the model, or more than `memory_limit` allows
    └── DaemonError          1    the servers
        ├── StateUnusable    1    a state file that is missing, stale, torn, foreign or lying: good to start
        ├── StartFailed      1    a server did not come up
        │   └── DaemonBusy   1    one runs already, or is still leaving
        ├── ConnectionLost   1    the peer vanished
        │   └── PeerSilent   1    it is there and says nothing: it hangs
        ├── PeerLeaving      1    the server is on its way out: ask again
        ├── NotAuthentic     1    the peer does not know the secret
        ├── ProtocolMismatch 1    the peer speaks another version of the protocol
        └── BadFrame         1    bytes that are no frame, or a message that is none of ours

An error crosses the wire as its code, its sentence and its hint; `from_wire` brings back the same class.
"""

from __future__ import annotations

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_NO_SOUND = 3
EXIT_STOPPED = 4
EXIT_DROPPED = 5


class SayError(Exception):
    """Something went wrong, in words a user can act on.

    `message` is one sentence without a final full stop; `hint` says what to do next, or is empty.
    """

    code = "failed"
    exit_status = EXIT_FAILED

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message


class UsageError(SayError):
    code = "usage"
    exit_status = EXIT_USAGE


class UnknownVoice(UsageError):
    code = "unknown_voice"


class BadSpeed(UsageError):
    code = "bad_speed"


class BadSplit(UsageError):
    code = "bad_split"


class NoSound(SayError):
    code = "no_sound"
    exit_status = EXIT_NO_SOUND


class Stopped(SayError):
    code = "stopped"
    exit_status = EXIT_STOPPED


class Cancelled(SayError):
    code = "cancelled"


class Dropped(SayError):
    code = "dropped"
    exit_status = EXIT_DROPPED


class NoUtterance(SayError):
    code = "no_utterance"


class InputFailed(SayError):
    code = "input_failed"


class BadVoiceFile(SayError):
    code = "bad_voice_file"


class OutputFailed(SayError):
    code = "output_failed"


class EngineError(SayError):
    code = "engine"


class ModelUnavailable(EngineError):
    code = "model_unavailable"


class LanguageUnavailable(EngineError):
    code = "language_unavailable"


class DownloadFailed(EngineError):
    code = "download_failed"


class CorruptFile(EngineError):
    code = "corrupt_file"


class Unspeakable(EngineError):
    code = "unspeakable"


class FatalText(EngineError):
    code = "fatal_text"


class OutOfMemory(EngineError):
    code = "out_of_memory"


class DaemonError(SayError):
    code = "daemon"


class StateUnusable(DaemonError):
    code = "state_unusable"


class StartFailed(DaemonError):
    code = "start_failed"


class DaemonBusy(StartFailed):
    code = "daemon_busy"


class ConnectionLost(DaemonError):
    code = "connection_lost"


class PeerSilent(ConnectionLost):
    code = "peer_silent"


class PeerLeaving(DaemonError):
    code = "peer_leaving"


class NotAuthentic(DaemonError):
    code = "not_authentic"


class ProtocolMismatch(DaemonError):
    code = "protocol_mismatch"


class BadFrame(DaemonError):
    code = "bad_frame"


def _classes(root: type[SayError]) -> dict[str, type[SayError]]:
    found = {root.code: root}
    for child in root.__subclasses__():
        if child.code != root.code:  # else it is told apart within one program only
            found.update(_classes(child))
    return found


def from_wire(code: str, message: str, hint: str) -> SayError:
    """Return the error a peer reported; a code this version does not know becomes a plain `SayError`."""
    return _classes(SayError).get(code, SayError)(message, hint)
