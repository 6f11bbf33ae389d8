"""Where things lie: the state directory, its files, the config file and what lies beside it. Creates and checks the directory."""

from __future__ import annotations

import os
import re
import stat
import sys
from pathlib import Path

from common.errors import DaemonError
from common.quoting import reason_of

# What an OS limit or a mistake makes likely to fail is said here, not at the first write into it.
PRIVATE = 0o700

# https://specifications.freedesktop.org/basedir/latest/
_BELOW_HOME = {"state": ".local/state", "config": ".config", "cache": ".cache"}

_PLAIN = re.compile(r"[a-z]{2}_[a-z]{1,30}")
_DIGEST = re.compile(r"[0-9a-f]{32}")


def state_directory() -> Path:
    """Return the state directory: `SAY_HOME`, else the platform's. Nothing is created."""
    if home := os.environ.get("SAY_HOME"):
        return Path(home).absolute()
    return _platform_directory("state")


def config_file() -> Path:
    """Return the path of `config.toml`; with `SAY_HOME` set it lies there."""
    if home := os.environ.get("SAY_HOME"):
        return Path(home).absolute() / "config.toml"
    return _platform_directory("config") / "config.toml"


def pronunciations_file() -> Path:
    """Return the path of the user's own dictionary, beside `config.toml`."""
    return config_file().with_name("pronunciations.txt")


def phrase_directory() -> Path:
    """Return where the model server keeps the sound of phrases: the platform's cache directory; below `SAY_HOME` if set."""
    if home := os.environ.get("SAY_HOME"):
        return Path(home).absolute() / "phrases"
    return _platform_directory("cache") / "phrases"


def _platform_directory(kind: str) -> Path:
    """Return the platform's directory for our "state", "config" or "cache", as platformdirs knows it.

    It is not asked on a usual Linux, where that is soon said: importing it takes 10 ms of CPU, as long as starting Python.
    """
    if sys.platform == "linux":
        told, home = os.environ.get(f"XDG_{kind.upper()}_HOME", ""), os.environ.get("HOME", "")
        if os.path.isabs(told):
            return Path(told, "say")
        if os.path.isabs(home):
            return Path(home, _BELOW_HOME[kind], "say")
    import platformdirs

    ask = {
        "state": platformdirs.user_state_dir,
        "config": platformdirs.user_config_dir,
        "cache": platformdirs.user_cache_dir,
    }
    return Path(ask[kind]("say", appauthor=False))


def ensure_private_directory(path: Path, what: str = "the state directory") -> None:
    """Create `path` with mode 0700, or check that it is ours alone. `what` it is, errors say.

    Raises DaemonError where it belongs to another user, others may write to it, or it cannot be made. A directory of
    ours that others may only read is tightened: nothing in it can have been put there by them.
    """
    remedy = "Set SAY_HOME to a directory of your own."
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=PRIVATE, exist_ok=True)
        status = path.lstat()
    except OSError as error:
        raise DaemonError(f"{what} {path} cannot be made: {reason_of(error)}", remedy) from error
    if not stat.S_ISDIR(status.st_mode):
        raise DaemonError(f"{path} is not a directory", remedy)
    if status.st_uid != os.geteuid():
        raise DaemonError(f"{what} {path} belongs to another user (uid {status.st_uid})", remedy)
    if status.st_mode & 0o022:
        raise DaemonError(f"others may write to {path}", f"Look into it, then 'chmod 700 {path}', or set SAY_HOME.")
    if status.st_mode & 0o077:
        path.chmod(PRIVATE)


def crash_directory(home: Path) -> Path:
    """Return where texts that crash the model server are remembered."""
    return home / "crashes"


def model_state_file(home: Path) -> Path:
    return home / "model_server.json"


def draining_file(home: Path, pid: int) -> Path:
    """Return the state file of a model server that drains; `model_server.json` is its successor's."""
    return home / f"draining_{pid}.json"


def draining_files(home: Path) -> list[Path]:
    """Return the state files of all model servers that drain."""
    return sorted(home.glob("draining_*.json"))


def voice_state_file(home: Path, voice: str) -> Path:
    """Return the state file of a voice server."""
    return home / f"voice_{_file_name(voice)}.json"


def voice_state_files(home: Path) -> list[Path]:
    """Return the state files of all voice servers that have one."""
    return sorted(home.glob("voice_*.json"))


def voice_log(home: Path, voice: str) -> Path:
    """Return the log of a voice server."""
    return log_directory(home) / f"voice_{_file_name(voice)}.log"


def passing_logs(home: Path) -> list[Path]:
    """Return the logs of voices that are none of the catalogue: there is no end of those."""
    return [path for path in log_directory(home).glob("voice_*.log") if _DIGEST.fullmatch(path.stem[len("voice_") :])]


def _file_name(voice: str) -> str:
    """Return what stands for a voice in file names: a name such as the catalogue's itself, of any other a digest.

    Blends may be long, and the name of a user's own file may hold anything.
    """
    if _PLAIN.fullmatch(voice):
        return voice
    import hashlib  # few voices need it

    return hashlib.sha256(voice.encode(errors="surrogatepass")).hexdigest()[:32]


def start_lock(home: Path) -> Path:
    """Return the lock a client holds while it starts the model server."""
    return home / "start.lock"


def life_lock(home: Path) -> Path:
    """Return the lock a model server holds as long as it owns the state file."""
    return home / "model_server.lock"


def floor_lock(home: Path) -> Path:
    """Return the lock a voice server holds while it makes sound."""
    return home / "floor.lock"


def hold_file(home: Path) -> Path:
    """Return the file that is there as long as all speech is held."""
    return home / "held"


def log_directory(home: Path) -> Path:
    return home / "logs"
