from __future__ import annotations

import os
import pty
import stat
import threading
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from common.errors import BadSplit, BadVoiceFile, ConnectionLost, DaemonError, OutputFailed, SayError, UsageError
from common.messages.control import StatusReport
from common.messages.speaking import Accepted, Piece, ReadingOptions
from common.settings import Settings, load
from say.control import Control
from say.gateways.bridge.filling import Filler
from say.gateways.bridge.orders import Order
from say.gateways.bridge.telling import tell
from say.gateways.telling import Once
from say.utterance import Event, Spoken
from tests.fakes.client import REPORT

SECOND = np.round(np.sin(np.arange(24_000) / 24_000 * 2 * np.pi * 440) * 16_000).astype("<i2").tobytes()
SETTINGS = load({"emoji": "drop"}, {})


class Speaker:
    """Stands in for SayClient: two seconds of a tone for any text."""

    def __init__(self, engine: str = "tone", error: SayError | None = None) -> None:
        self.engine = engine
        self.error = error
        self.asked: list[dict[str, object]] = []
        self.looks = 0

    def render(
        self,
        text: str,
        *,
        write: Callable[[bytes], None],
        on_event: Callable[[Event], None],
        **options: object,
    ) -> Spoken:
        self.asked.append({"text": text, **options})
        on_event(Accepted("1", self.engine, 24_000))
        on_event(Piece("1", 0, 0, len(text), left_out=("\ue000",)))
        write(SECOND)
        if self.error is not None:
            raise self.error
        write(SECOND)
        return Spoken(2.0, 2, self.engine, len(text))

    def status(self) -> StatusReport | None:
        self.looks += 1
        return REPORT  # Kokoro is ready on the CPU


def filler(speaker: Speaker) -> Filler:
    def connect() -> tuple[Speaker, Settings]:
        return speaker, SETTINGS

    return Filler(connect, Once(tell))


def nobody() -> tuple[Speaker, Settings]:
    raise AssertionError("nothing is to be spoken")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "out.wave"


def test_the_file_holds_what_was_spoken_and_the_answer_its_seconds(path: Path) -> None:
    assert filler(Speaker()).fill(Order("Hello.", str(path))) == 2.0

    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (24_000, 1, 2)
        assert file.readframes(100_000) == 2 * SECOND


@pytest.mark.parametrize("rate", [8_000, 22_050, 48_000])
def test_another_rate_is_another_number_of_samples_for_the_same_sound(rate: int, path: Path) -> None:
    assert filler(Speaker()).fill(Order("Hello.", str(path), rate=rate)) == 2.0

    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnframes()) == (rate, 2 * rate)
        samples = np.frombuffer(file.readframes(2 * rate), "<i2")
    spectrum = np.abs(np.fft.rfft(samples[:rate].astype(float)))
    assert int(np.argmax(spectrum)) == 440  # Hz, of a window of a second


def test_the_order_is_passed_on_with_the_users_way_of_reading(path: Path) -> None:
    speaker, control = Speaker(), Control()

    filler(speaker).fill(Order("Hello.", str(path), "af_sky", None, "en-gb", 1.5, split="x"), control)

    assert speaker.asked == [
        {"text": "Hello.", "voice": "af_sky", "voice_file": None, "language": "en-gb", "speed": 1.5, "control": control,
         "reading": ReadingOptions(emoji="drop", split="x"), "bulk": True}
    ]  # fmt: skip


@pytest.mark.parametrize("rate", [24_000, 8_000])
def test_blank_text_is_a_file_without_samples_and_asks_nobody(rate: int, path: Path) -> None:
    assert Filler(nobody, Once(tell)).fill(Order(" \n", str(path), rate=rate)) == 0.0

    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnframes()) == (rate, 0)


@pytest.mark.parametrize("before", [None, b"old"])
def test_an_error_leaves_what_was_there(before: bytes | None, path: Path) -> None:
    if before is not None:
        path.write_bytes(before)

    with pytest.raises(ConnectionLost):
        filler(Speaker(error=ConnectionLost("gone"))).fill(Order("Hello.", str(path)))

    assert os.listdir(path.parent) == ([path.name] if before else [])
    assert before is None or path.read_bytes() == before


@pytest.mark.parametrize(("error", "field"), [(BadSplit("no"), "split_pattern"), (BadVoiceFile("no"), "voice")])
def test_an_error_of_the_daemons_names_the_field_too(error: SayError, field: str, path: Path) -> None:
    with pytest.raises(type(error), match=f"^{field}: no"):
        filler(Speaker(error=error)).fill(Order("Hello.", str(path)))


def test_a_pattern_from_the_environment_is_blamed_there(path: Path) -> None:
    with pytest.raises(BadSplit, match=r"^VOXWEAVE_KOKORO_SPLIT_PATTERN: no"):
        filler(Speaker(error=BadSplit("no"))).fill(
            Order("Hello.", str(path), split="(", split_named="VOXWEAVE_KOKORO_SPLIT_PATTERN")
        )


@pytest.mark.parametrize("name", ["missing/out.wav", "out.wave/out.wav", ".", "a" * 300])
def test_a_path_that_cannot_be_written_is_found_before_anything_is_spoken(name: str, path: Path) -> None:
    path.write_bytes(b"")

    with pytest.raises(OutputFailed, match="^output: ") as raised:
        Filler(nobody, Once(tell)).fill(Order("Hello.", str(path.parent / name)))

    assert raised.value.hint


def test_a_relative_path_is_below_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    filler(Speaker()).fill(Order("Hello.", "-"))

    assert stat.S_ISREG((tmp_path / "-").stat().st_mode)


def test_a_working_directory_that_is_gone_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()

    with pytest.raises(
        OutputFailed, match=r"^output: 'out.wav' cannot be written: no such file or directory"
    ) as raised:
        Filler(nobody, Once(tell)).fill(Order("Hello.", "out.wav"))
    assert raised.value.hint == "Make the folder first."


def test_a_fifo_gets_the_sound_as_a_stream(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    heard: list[bytes] = []
    reader = threading.Thread(target=lambda: heard.append((tmp_path / "fifo").read_bytes()))
    reader.start()

    assert filler(Speaker()).fill(Order("Hello.", str(tmp_path / "fifo"))) == 2.0

    reader.join(10)
    assert heard[0][:4] == b"RIFF"
    assert heard[0][44:] == 2 * SECOND


def test_a_fifo_that_nobody_reads_any_more_is_an_error_not_the_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    reader = threading.Thread(target=lambda: (tmp_path / "fifo").open("rb").close())
    reader.start()

    class Patient(Speaker):
        def render(self, *arguments: object, **options: object) -> Spoken:
            reader.join(10)
            return super().render(*arguments, **options)  # type: ignore[arg-type]  # as they come

    with pytest.raises(OutputFailed, match="nobody reads"):
        filler(Patient()).fill(Order("Hello.", str(tmp_path / "fifo")))


def test_what_is_done_otherwise_is_told_once(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    speaker = Speaker("kokoro")
    fill = filler(speaker).fill
    order = Order("Hello.", str(path), repository="me/mine", device="cuda", note="speed 3 is beyond")

    fill(order)
    fill(order)

    lines = [line for line in capfd.readouterr().err.splitlines() if "left out" not in line]
    assert lines[0] == "say-bridge: speed 3 is beyond"
    assert lines[1].startswith("say-bridge: device cuda is asked for, and the daemon has Kokoro on cpu;")
    assert lines[2:] == ["say-bridge: model me/mine is asked for, and the daemon speaks with hexgrad/Kokoro-82M"]
    assert speaker.looks == 1


def test_what_was_left_out_is_told_of_each_text(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    fill = filler(Speaker()).fill

    fill(Order("Hello.", str(path)))
    fill(Order("Hello.", str(path)))

    assert capfd.readouterr().err.count("could not be spoken and was left out: U+E000") == 2


@pytest.mark.parametrize(
    ("engine", "device"), [("tone", "cpu"), ("espeak", "cuda"), ("kokoro", ""), ("kokoro", "auto")]
)
def test_the_daemon_is_not_asked_for_what_is_known(engine: str, device: str, path: Path) -> None:
    speaker = Speaker(engine)

    filler(speaker).fill(Order("Hello.", str(path), device=device, repository="hexgrad/Kokoro-82M"))

    assert speaker.looks == 0


def test_a_file_that_is_made_is_not_lost_to_a_look_at_the_daemon(path: Path) -> None:
    class Hanging(Speaker):
        def status(self) -> StatusReport | None:
            raise DaemonError("the daemon runs but does not answer")

    assert filler(Hanging("kokoro")).fill(Order("Hello.", str(path), device="cuda")) == 2.0
    assert path.stat().st_size > 4 * 24_000


def test_a_terminal_is_no_place_for_a_file() -> None:
    ours, theirs = pty.openpty()
    try:
        with pytest.raises(UsageError, match="^output: a terminal cannot show a WAV") as raised:
            Filler(nobody, Once(tell)).fill(Order("Hello.", os.ttyname(theirs)))
    finally:
        os.close(ours)
        os.close(theirs)
    assert raised.value.hint == "Name a file."


def test_what_is_told_of_a_text_that_failed_is_its_error_alone(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ConnectionLost):
        filler(Speaker(error=ConnectionLost("gone"))).fill(Order("Hello.", str(path), device="cuda"))

    assert capfd.readouterr().err == ""


def test_what_takes_everything_is_a_file_also_where_the_answer_goes_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with open(os.devnull, "wb") as null:
        monkeypatch.setattr("say.gateways.bridge.filling.STDOUT", null.fileno())
        assert filler(Speaker()).fill(Order("Hello.", os.devnull)) == 2.0
