"""A loudspeaker without hardware: a private PulseAudio with a null sink, and what was played into it.

Nothing here can reach a sound server of the user: home, runtime directory and server address are all private.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt
import pytest

Samples = npt.NDArray[np.float32]

RATE = 24_000  # Hz, of the recordings, and of the sink unless told otherwise
BLOCK_SECONDS = 0.01  # of sound that the sink mixes at a time while it is recorded
PATIENCE = 30.0  # seconds; a busy machine is no fault
LOUD = 0.01  # amplitude above which a recorded sample counts as sound
PACKAGES = "libportaudio2 libasound2-plugins pulseaudio pulseaudio-utils"

_ASOUNDRC = "pcm.!default { type pulse }\nctl.!default { type pulse }\n"
_START_SECONDS = 30.0
_ANSWER_SECONDS = 20.0  # of `pactl`
_END_SECONDS = 10.0


def wait_until(condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Wait until `condition` holds. Fails the test after `seconds`, naming `what` did not come."""
    deadline = time.monotonic() + seconds
    while not _timed(condition):
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds:g} s for {what}")


def _timed(condition: Callable[[], bool]) -> bool:
    """Return whether it holds; if not, after twice the time that looking took: whoever waits leaves the machine to others."""
    began = time.monotonic()
    if condition():
        return True
    time.sleep(max(0.005, 2 * (time.monotonic() - began)))
    return False


def end_process(process: subprocess.Popen[bytes]) -> None:
    """Terminate, then kill, then reap one process that was started here."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


class Recording:
    """What the null sink's monitor delivers, and when it sounded."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._began = float("inf")  # when the first sample came, by the block that was the least late
        self._buffer: Samples = np.zeros(60 * RATE, dtype=np.float32)
        self._count = 0
        self._reader = threading.Thread(target=self._read, name="recording", daemon=True)
        self._reader.start()
        wait_until(lambda: self._count > 0, "the first block of the recording")

    def _read(self) -> None:
        assert self._process.stdout is not None
        rest = b""
        while data := os.read(self._process.stdout.fileno(), 1 << 16):
            now, data = time.monotonic(), rest + data
            whole = len(data) // 4 * 4
            rest = data[whole:]
            self._take(now, np.frombuffer(data[:whole], "<f4"))

    def _take(self, now: float, block: Samples) -> None:
        if self._count + len(block) > len(self._buffer):
            self._buffer = np.concatenate([self._buffer, np.zeros_like(self._buffer)])
        self._buffer[self._count : self._count + len(block)] = block
        self._began = min(self._began, now - self._count / RATE)
        self._count += len(block)

    @property
    def samples(self) -> Samples:
        """Return everything recorded so far: float32 [samples], mono, at RATE."""
        return self._buffer[: self._count]

    @property
    def start_time(self) -> float:
        """Return when the first sample sounded, in monotonic seconds, at most a block too late.

        The sink mixes a block up to its own length before it is due; the reader learns of it then or, on a busy machine,
        later.
        """
        return self._began + BLOCK_SECONDS

    @property
    def running(self) -> bool:
        """Whether the monitor still delivers."""
        return self._reader.is_alive()

    def first_sound_time(self) -> float | None:
        """Return when the first sound began, in monotonic seconds; None for silence."""
        loud = np.flatnonzero(np.abs(self.samples) > LOUD)
        return self.start_time + float(loud[0]) / RATE if len(loud) else None

    def last_sound_time(self) -> float | None:
        """Return when the last sound so far ended, in monotonic seconds; None for silence."""
        loud = np.flatnonzero(np.abs(self.samples) > LOUD)
        return self.start_time + float(loud[-1]) / RATE if len(loud) else None

    def wait_for_sound(self, after: float = 0.0, seconds: float = PATIENCE) -> None:
        """Wait until something sounds that came later than `after` (monotonic seconds)."""
        wait_until(lambda: (self.last_sound_time() or 0.0) > after, "sound", seconds)

    def wait_for_silence(self, quiet: float = 0.3, seconds: float = PATIENCE) -> None:
        """Wait until what sounds now is recorded and the last `quiet` seconds are silent, however slowly it comes."""
        needed = int(quiet * RATE)
        now = time.monotonic()

        def silent() -> bool:
            if self.start_time + self._count / RATE < now:
                return False
            tail = self.samples[-needed:]
            return len(tail) == needed and not np.any(np.abs(tail) > LOUD)

        wait_until(silent, "silence", seconds)

    def wait_for_samples(self, count: int, seconds: float = PATIENCE) -> None:
        """Wait until `count` more samples have come."""
        target = len(self.samples) + count
        wait_until(lambda: len(self.samples) >= target, f"{count} more samples", seconds)

    def end(self) -> None:
        end_process(self._process)
        self._reader.join(_END_SECONDS)
        if self._process.stdout is not None:
            self._process.stdout.close()


def trim_silence(samples: Samples, threshold: float = LOUD) -> Samples:
    """Return `samples` from the first to the last one louder than `threshold`."""
    loud = np.flatnonzero(np.abs(samples) > threshold)
    return samples[loud[0] : loud[-1] + 1] if len(loud) else samples[:0]


def block_levels(samples: Samples, seconds: float = 0.02) -> Samples:
    """Return the RMS level of each whole block of `seconds`."""
    size = int(seconds * RATE)
    blocks = samples[: len(samples) // size * size].reshape(-1, size)
    return np.sqrt(np.mean(np.square(blocks), axis=1, dtype=np.float32))


def best_match(recorded: Samples, expected: Samples) -> tuple[int, float]:
    """Return where `expected` lies in `recorded` (samples) and how well it correlates there (1.0: equal in shape)."""
    size = 1 << (len(recorded) + len(expected)).bit_length()
    spectrum = np.fft.rfft(recorded, size) * np.conj(np.fft.rfft(expected, size))
    offset = int(np.argmax(np.fft.irfft(spectrum, size)[: max(1, len(recorded) - len(expected) + 1)]))
    found = recorded[offset : offset + len(expected)]
    scale = float(np.linalg.norm(found) * np.linalg.norm(expected[: len(found)]))
    return offset, float(np.dot(found, expected[: len(found)])) / scale if scale else 0.0


class NullSink:
    """A private PulseAudio whose one sink plays in real time into nothing. A context manager."""

    def __init__(self, sink: str = "t", rate: int = RATE) -> None:
        self.sink = sink  # its name
        self._rate = rate  # Hz; recordings have RATE all the same
        self.directory = Path(tempfile.mkdtemp(prefix="null-sink-"))  # short: a socket's path has a limit
        self.runtime = self.directory / "run"
        self.home = self.directory / "home"
        self.runtime.mkdir(mode=0o700)
        self.home.mkdir(mode=0o700)
        (self.home / ".asoundrc").write_text(_ASOUNDRC)
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that make a program play into this sink. To be laid over those it has anyway."""
        return {
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.runtime),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "PULSE_SERVER": f"unix:{self.runtime}/pulse/native",
            "PULSE_COOKIE": str(self.home / "cookie"),
            "PULSE_STATE_PATH": str(self.home),
            "PULSE_RUNTIME_PATH": str(self.runtime / "pulse"),
        }

    @property
    def full_environment(self) -> dict[str, str]:
        """Return this process's environment with the sink's variables laid over it."""
        foreign = ("PULSE_", "PIPEWIRE_", "ALSA_", "DBUS_SESSION_BUS_ADDRESS")
        return {name: value for name, value in os.environ.items() if not name.startswith(foreign)} | self.environment

    @property
    def pid(self) -> int:
        """Return the server's process id."""
        assert self._server is not None
        return self._server.pid

    def start(self) -> None:
        """Start the server and wait until its sink is there. Fails the test where PulseAudio is not installed."""
        if shutil.which("pulseaudio") is None or shutil.which("parec") is None:
            pytest.fail(f"PulseAudio is missing. Run 'apt-get install {PACKAGES}'.")
        log = (self.directory / "pulseaudio.log").open("ab")
        arguments = ["-n", "--daemonize=no", "--exit-idle-time=-1", "--disallow-exit=yes", "--use-pid-file=no", "-vvvv"]
        # With rewinds, an idle null sink looks for something to play every 2 s only, which no hardware does.
        modules = [
            "module-native-protocol-unix",
            f"module-null-sink sink_name={self.sink} rate={self._rate} norewinds=1",
        ]
        with log:
            self._server = subprocess.Popen(
                ["pulseaudio", *arguments, *(f"--load={module}" for module in modules)],
                env=self.full_environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_until(self._ready, "PulseAudio", _START_SECONDS)

    @property
    def is_unused(self) -> bool:
        """Whether nobody has it open to play, so that what was played last has been heard."""
        return not self._output("list", "short", "sink-inputs")

    @property
    def underruns(self) -> int:
        """Return how often a player was too late, by the server's own log: its recording then has a hole.

        ALSA's plug-in does not tell PortAudio.
        """
        log = (self.directory / "pulseaudio.log").read_text(errors="replace")
        return len(re.findall(r"underrun (?:of|on) '", log, re.IGNORECASE))

    def _ready(self) -> bool:
        assert self._server is not None
        if self._server.poll() is not None:
            log = (self.directory / "pulseaudio.log").read_text(errors="replace")
            pytest.fail(f"PulseAudio ended with status {self._server.returncode}:\n{log[-2000:]}")
        return self._pactl("set-default-sink", self.sink)

    def add_sink(self, name: str, description: str = "") -> None:
        """Add another sink, with a description as hardware has one. To be called before `record`."""
        properties = [f"sink_properties=\"device.description='{description}'\""] if description else []
        rate = f"rate={self._rate}"
        assert self._pactl("load-module", "module-null-sink", f"sink_name={name}", rate, "norewinds=1", *properties)
        # A recording of what is the default source would move along with it.
        assert self._pactl("set-default-source", f"{name}.monitor")

    def set_default(self, name: str) -> None:
        """Make a sink the default one."""
        assert self._pactl("set-default-sink", name)

    def let_sleep(self) -> None:
        """Have sinks put to sleep a second after the last stream on them, and wait until all are."""
        assert self._pactl("load-module", "module-suspend-on-idle", "timeout=1")
        for line in self._output("list", "short", "sinks").splitlines():
            self.wait_for_sleep(line.split("\t")[1])

    def wait_for_sleep(self, name: str) -> None:
        """Wait until a sink sleeps."""

        def asleep() -> bool:
            lines = self._output("list", "short", "sinks").splitlines()
            return any(line.split("\t")[1] == name and line.endswith("SUSPENDED") for line in lines)

        wait_until(asleep, f"{name} to go to sleep")

    def remove_sink(self, name: str) -> None:
        """Take a sink away, as when a device is disconnected; what played on it is ended."""
        modules = self._output("list", "short", "modules").splitlines()
        module = next(line.split("\t")[0] for line in modules if f"sink_name={name} " in line)
        assert self._pactl("unload-module", module)

    def _output(self, *arguments: str) -> str:
        """Return what `pactl` prints."""
        command = ["pactl", *arguments]
        return subprocess.run(
            command, env=self.full_environment, capture_output=True, timeout=_ANSWER_SECONDS
        ).stdout.decode()

    def _pactl(self, *arguments: str) -> bool:
        command = ["pactl", *arguments]
        try:
            done = subprocess.run(command, env=self.full_environment, capture_output=True, timeout=_ANSWER_SECONDS)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0

    def kill(self) -> None:
        """Kill the server, as a crash would."""
        assert self._server is not None
        self._server.send_signal(signal.SIGKILL)
        self._server.wait()

    def freeze(self) -> None:
        """Stop the server's process, so that it keeps its connections and answers nothing."""
        assert self._server is not None
        self._server.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen server go on."""
        assert self._server is not None
        self._server.send_signal(signal.SIGCONT)

    def end(self) -> None:
        """End the server and remove its directory."""
        if self._server is not None and self._server.poll() is None:
            self._server.send_signal(signal.SIGCONT)  # a frozen one could not end
            end_process(self._server)
        shutil.rmtree(self.directory, ignore_errors=True)  # a program's client may still write its cookie

    @contextmanager
    def record(self, sink: str = "") -> Iterator[Recording]:
        """Record what is played on a sink, "" for the one it was made with. Begins only when the first samples have come."""
        process = subprocess.Popen(
            ["parec", "-d", f"{sink or self.sink}.monitor", "--format=float32le", f"--rate={RATE}", "--channels=1"]
            + [f"--latency-msec={BLOCK_SECONDS * 1000:g}"],
            env=self.full_environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        try:
            recording = Recording(process)
        except BaseException:
            end_process(process)
            raise
        try:
            yield recording
        finally:
            recording.end()

    def __enter__(self) -> NullSink:
        try:
            self.start()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
