"""The one table of settings, and where their values come from: flag, environment, config file, default."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from pathlib import Path

from common.errors import SayError, UsageError
from common.limits import FASTEST, LOUDEST, SLOWEST
from common.quoting import reason_of
from common.records import dataclass

CLIENT = "client"
DAEMON = "daemon"
GATEWAY = "gateway"  # `say-serve` and `say-bridge`; the rows named after a door are read by that one alone

Value = str | int | float


@dataclass(frozen=True)
class Setting:
    """One row. The type of `default` is the type of the value."""

    name: str
    default: Value
    unit: str  # "" where it has none
    reader: str  # CLIENT, DAEMON or GATEWAY
    meaning: str
    choices: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()  # some of them with commas between, or "all", or "none"
    minimum: float | None = None
    maximum: float | None = None

    @property
    def variable(self) -> str:
        return f"SAY_{self.name.upper()}"


TABLE = (
    Setting("voice", "af_heart", "", CLIENT, "voice to speak with"),
    Setting("speed", 1.0, "factor", CLIENT, "speed of speech", minimum=SLOWEST, maximum=FASTEST),
    Setting("engine", "auto", "", CLIENT, "what turns text into sound", choices=("auto", "kokoro", "espeak", "tone")),
    Setting("volume", 1.0, "factor", CLIENT, "loudness of speech", minimum=0.0, maximum=LOUDEST),
    Setting("audio_device", "", "", CLIENT, "loudspeaker, as --devices names it; none: the default one"),
    Setting("preroll", "auto", "", CLIENT, "silence ahead of the first word, for a loudspeaker that slept", choices=("auto", "always", "never")),
    Setting("behind", "all", "", CLIENT, "what is spoken when a pipe is faster than speech", choices=("all", "latest", "summary", "errors")),
    Setting("pause", 0.3, "s", CLIENT, "nothing from a pipe for so long, what came is spoken", minimum=0.05, maximum=60),
    Setting("keys", "on", "", CLIENT, "whether keys steer the speech of a command that is in the foreground", choices=("on", "off")),
    Setting("emoji", "name", "", CLIENT, "whether emoji are read by their names or dropped", choices=("name", "drop")),
    Setting("markup", "on", "", CLIENT, "whether the text's own pauses and pronunciations, in brackets, are followed; else they are text", choices=("on", "off")),
    Setting("split", "", "", CLIENT, "regular expression (RE2) that ends a piece of speech where it matches; none: no more than the text has"),
    Setting("skip_unspeakable", "off", "", CLIENT, "whether what has no phonemes is left out and told, in place of an error", choices=("off", "on")),
    Setting("spool_limit", 256, "MiB", CLIENT, "unspoken text kept on disk before the writer has to wait", minimum=1),
    Setting("device", "auto", "", DAEMON, "where Kokoro runs", choices=("auto", "cpu", "cuda", "mps")),
    Setting("threads", 0, "threads", DAEMON, "for Kokoro on a CPU; 0: one for each core", minimum=0, maximum=256),
    Setting("speedups", "all", "", DAEMON, "what makes Kokoro faster: all, none, or some of folded, packed, vocoder (on a CPU) and batches (on a GPU) with commas between", parts=("batches", "folded", "packed", "vocoder")),
    Setting("precision", "fp32", "", DAEMON, "numbers that Kokoro multiplies on a CPU; bf16: faster where the processor has it, and as near to fp32 as 43 dB", choices=("fp32", "bf16")),
    Setting("cache", "on", "", DAEMON, "whether the sound of short phrases is kept for the next time", choices=("on", "off")),
    Setting("cache_limit", 64, "MiB", DAEMON, "of phrases kept on disk; those unused longest go first", minimum=1, maximum=65536),
    Setting("memory_limit", 0, "MiB", DAEMON, "most memory of the model server, on the CPU; speech that by estimate would take more is an error; 0: none", minimum=0),
    Setting("allocator", "keep", "", DAEMON, "whether memory is kept from one piece to the next, which saves time, on Linux with glibc; system: as it does by itself", choices=("keep", "system")),
    Setting("model_dir", "", "", DAEMON, "folder with Kokoro's files, in place of the hub"),
    Setting("hub_timeout", 3.0, "s", DAEMON, "time to connect to the hub", minimum=0.1, maximum=600),
    Setting("idle_unload", 600.0, "s", DAEMON, "unused for so long, Kokoro's weights leave memory, while the model server stays; 0: never", minimum=0),
    Setting("model_idle", 1800.0, "s", DAEMON, "unused for so long, the model server exits; 0: never", minimum=0),
    Setting("voice_idle", 600.0, "s", DAEMON, "unused for so long, a voice server exits; 0: never", minimum=0),
    Setting("voice_servers", 8, "", DAEMON, "most voice servers at once", minimum=1, maximum=64),
    Setting("model_port", 0, "", DAEMON, "TCP port of the model server; 0: any free one", minimum=0, maximum=65535),
    Setting("voice_port_base", 0, "", DAEMON, "lowest TCP port of the voice servers; 0: any free ones", minimum=0, maximum=65535),
    Setting("log_level", "info", "", DAEMON, "what the logs hold", choices=("debug", "info", "warning", "error")),
    Setting("drain_limit", 30.0, "s", GATEWAY, "time for what is in work when a door is closed", minimum=0, maximum=3600),
    Setting("http_host", "127.0.0.1", "", GATEWAY, "address at which --http listens; others than this machine's own need a token"),
    Setting("http_port", 8880, "", GATEWAY, "TCP port of --http; 0: any free one", minimum=0, maximum=65535),
    Setting("http_token", "", "", GATEWAY, "what requests have to show as a bearer token; none: nothing"),
    Setting("http_names", "", "", GATEWAY, "names by which --http is reached, with commas between, besides localhost and its address"),
    Setting("http_text_limit", 100_000, "characters", GATEWAY, "longest text of one request", minimum=1, maximum=10_000_000),
    Setting("http_body_limit", 4, "MiB", GATEWAY, "largest body of a request", minimum=1, maximum=256),
    Setting("http_rate", 600.0, "requests/min", GATEWAY, "of one client, this machine itself only if this is set; 0: any number", minimum=0, maximum=1_000_000),
    Setting("http_concurrent", 8, "", GATEWAY, "most syntheses at once", minimum=1, maximum=256),
    Setting("http_waiting", 64, "", GATEWAY, "most requests that wait for their synthesis", minimum=0, maximum=10_000),
    Setting("http_connections", 256, "", GATEWAY, "most connections at once", minimum=1, maximum=10_000),
    Setting("http_request_timeout", 20.0, "s", GATEWAY, "time for a request to arrive", minimum=0.1, maximum=3600),
    Setting("http_send_timeout", 60.0, "s", GATEWAY, "a client that takes nothing for so long is cut off", minimum=0.1, maximum=3600),
    Setting("http_keep_alive", 15.0, "s", GATEWAY, "an idle connection is kept for so long", minimum=0.1, maximum=3600),
    Setting("http_jobs_folder", "", "", GATEWAY, "folder or fsspec address of the jobs' sound; none: in the state directory"),
    Setting("http_database", "", "", GATEWAY, "SQLAlchemy address of the jobs' database; none: SQLite in the state directory"),
    Setting("http_job_timeout", 600.0, "s", GATEWAY, "longest time in which a job's sound is made; then it fails", minimum=1, maximum=86_400),
    Setting("http_jobs_at_once", 2, "", GATEWAY, "most jobs whose sound is made at once", minimum=1, maximum=64),
    Setting("http_jobs_waiting", 10_000, "", GATEWAY, "most jobs that wait for their turn", minimum=1, maximum=10_000_000),
    Setting("http_jobs_kept", 0.0, "h", GATEWAY, "so long after its end a job is deleted with its sound, unless somebody is listening to it; 0: never", minimum=0, maximum=87_600),
    Setting("http_batch_limit", 100, "", GATEWAY, "most texts in one batch of jobs", minimum=1, maximum=10_000),
    Setting("telephony_calls", 256, "", GATEWAY, "most calls at once", minimum=1, maximum=4096),
    Setting("telephony_patience", 60.0, "s", GATEWAY, "a caller that takes no sound for so long, or takes longer to send one text, is cut off", minimum=0.1, maximum=3600),
)  # fmt: skip

BY_NAME = {setting.name: setting for setting in TABLE}


def parse(setting: Setting, text: object, source: str) -> Value:
    """Return `text` (a string, or a TOML value) as a value of this setting. Raises UsageError naming `source`."""
    kind = type(setting.default)
    if isinstance(text, bool) and {"on", "off"} == {*setting.choices}:
        text = "on" if text else "off"  # as TOML has it
    try:
        if isinstance(text, bool) or not isinstance(text, (str, int, float)):
            raise ValueError
        value: Value = kind(text)
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError  # the state file, being JSON, has no infinity; 0 says never
        if isinstance(text, float) and value != text:
            raise ValueError  # 2.5 threads
    except (ValueError, OverflowError):
        raise UsageError(f"{source}: {shortened(text)!r} is no {_KINDS[kind]}{_of_unit(setting)}") from None
    if isinstance(value, str):
        _check_choice(setting, value, source)
    elif not _within(setting, value):
        raise UsageError(f"{source}: {value} is {_outside(setting)}")
    return value


def _check_choice(setting: Setting, value: str, source: str) -> None:
    if setting.choices and value not in setting.choices:
        raise UsageError(f"{source}: {shortened(value)!r} is not one of {', '.join(setting.choices)}")
    if not setting.parts or value in ("all", "none"):
        return
    for part in value.split(","):
        if part.strip() not in setting.parts:
            some = f"Use all, none, or some of {', '.join(setting.parts)} with commas between."
            raise UsageError(f"{source}: there is no {shortened(part.strip())!r}", some)


def shortened(value: object) -> object:
    """Return `value` as a message quotes it: a text not in full where it is long."""
    return f"{value[:40]}…" if isinstance(value, str) and len(value) > 40 else value


class Settings(Mapping[str, Value]):
    """The values in force. `explicit` names those that did not come from the default."""

    def __init__(self, values: Mapping[str, Value], sources: Mapping[str, str]) -> None:
        """`sources` tells where each comes from that is not the default, as errors say it; "" for a flag."""
        self._values = dict(values)
        self._sources = dict(sources)
        self.explicit = frozenset(sources)

    def __getitem__(self, name: str) -> Value:
        return self._values[name]

    def __iter__(self):  # type: ignore[no-untyped-def]  # Iterator[str], said by Mapping
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def text(self, name: str) -> str:
        return str(self._values[name])

    def number(self, name: str) -> float:
        return float(self._values[name])

    def integer(self, name: str) -> int:
        return int(self._values[name])

    def blamed(self, name: str, error: SayError) -> SayError:
        """Return the error of a value that made no sense where it was used, with where that value comes from."""
        source = self._sources.get(name)
        return type(error)(f"{source}: {error.message}", error.hint) if source else error

    def of(self, reader: str) -> dict[str, Value]:
        """Return the values that `reader` reads."""
        return {row.name: self._values[row.name] for row in TABLE if row.reader == reader}


def load(
    flags: Mapping[str, Value] | None = None,
    environment: Mapping[str, str] = os.environ,
    config_file: Path | None = None,
) -> Settings:
    """Return the settings in force. Raises UsageError for a value or a name that makes no sense.

    `flags` are values that were already checked. An empty environment variable counts as unset.
    """
    values: dict[str, Value] = {row.name: row.default for row in TABLE}
    sources: dict[str, str] = {}
    for found in (_from_file(config_file), _from_environment(environment), _from_flags(flags or {})):
        values.update({name: value for name, (value, _) in found.items()})
        sources.update({name: source for name, (_, source) in found.items()})
    return Settings(values, sources)


_Found = dict[str, tuple[Value, str]]  # by name: the value, and where it comes from


def _from_flags(flags: Mapping[str, Value]) -> _Found:
    return {name: (value, "") for name, value in flags.items()}


def _from_environment(environment: Mapping[str, str]) -> _Found:
    given = ((row, text) for row in TABLE if (text := environment.get(row.variable)))
    return {row.name: (parse(row, text, row.variable), row.variable) for row, text in given}


def _from_file(path: Path | None) -> _Found:
    if path is None:
        return {}
    try:
        text = path.read_text(encoding="utf-8")
        import tomllib  # not on the common path: most users have no config file

        table = tomllib.loads(text)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {reason_of(error)}") from None
    found: _Found = {}
    for name, value in table.items():
        if name not in BY_NAME:
            raise UsageError(f"{path}: there is no setting {name!r}", "'say --help' lists the settings.")
        source = f"{path}: {name}"
        found[name] = parse(BY_NAME[name], value, source), source
    return found


def _within(setting: Setting, value: float) -> bool:
    low = setting.minimum is None or value >= setting.minimum
    return low and (setting.maximum is None or value <= setting.maximum)


def _outside(setting: Setting) -> str:
    if setting.maximum is None:
        return f"less than {setting.minimum:g}"
    return f"outside {setting.minimum:g} to {setting.maximum:g}"


def _of_unit(setting: Setting) -> str:
    """Return what it counts, for who wrote "10m": a factor counts nothing."""
    return f" of {_UNITS[setting.unit]}" if setting.unit in _UNITS else ""


_UNITS = {"s": "seconds", "MiB": "MiB", "threads": "threads"}
_KINDS = {str: "text", int: "whole number", float: "number"}
