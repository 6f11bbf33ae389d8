"""Kokoro: neural speech from phonemes. Owns the one model; knows neither where its files come from nor what text is."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from common.errors import BadSpeed, EngineError, OutOfMemory, SayError, Unspeakable
from common.messages.synthesis import WordTime
from common.quoting import quoted
from common.voices import Voice
from model_server.engines.base import RATE, EnginePiece, Speech
from model_server.engines.device import CPU, choose_device, describe, prepare_torch, usable_cores
from model_server.engines.kokoro_config import KokoroConfig, read_config
from model_server.engines.kokoro_memory import WORK_OF_PHONEME, bytes_to_begin, bytes_to_load, release
from model_server.engines.kokoro_model import KokoroModel, import_kmodel, load_model, read_weights
from model_server.engines.kokoro_timing import PAUSES, speech_span, times_of, words_of
from model_server.engines.memory import free_memory
from model_server.engines.read_ahead import ReadAhead
from model_server.engines.speedups import BATCHES, FLOAT, HALF, chosen, has_half_products, has_own_form, speed_up
from model_server.engines.together.company import DEVICES, Company
from model_server.engines.together.said import Heard, Said
from model_server.engines.voice_pack import VoicePacks, style_for
from model_server.text.reading import PHONEMES

# Longest piece the model can take: its 512 positions less the two boundaries.
MOST_PHONEMES = 510


class KokoroFiles(Protocol):
    """Kokoro's files on this machine, each checked before its path is given. Raises DownloadFailed, ModelUnavailable, …"""

    def config(self) -> Path:
        """Return the path of config.json."""

    def weights(self) -> Path:
        """Return the path of kokoro-v1_0.pth."""

    def voice(self, name: str) -> Path:
        """Return the path of that voice."""


class KokoroEngine:
    """One `KModel`, used by one thread."""

    name = "kokoro"
    takes = PHONEMES
    unloads = True

    def __init__(
        self,
        files: KokoroFiles,
        device: str = "auto",
        threads: int = 0,
        speedups: str = "all",
        precision: str = FLOAT,
        notice: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        """`speedups` and `precision` are the settings. `notice` takes a sentence that the user should see: a GPU that failed.

        Raises UsageError.
        """
        self._files = files
        self._wanted_device = device
        self._threads = threads
        self._speedups = chosen(speedups)
        self._precision = precision
        self._notice = notice
        self._device = ""  # torch's name of it, "" until loaded
        self._device_shown = ""
        self._gpu = ""  # the one that was used, or tried: torch keeps its memory also when it is left for the CPU
        self._config: KokoroConfig | None = None
        self._begun = False  # a piece was spoken since the model was loaded
        self._model: KokoroModel | None = None
        self._packs = VoicePacks(files)
        self._company = Company()
        self._drop_scratch: Callable[[], None] | None = None

    @property
    def device(self) -> str:
        return self._device_shown or self._wanted_device

    def load(self, report: Callable[[str], None]) -> None:
        if self._model is not None:
            return
        self._config = read_config(self._files.config())
        report("torch")
        with ReadAhead(self._files.weights, read_weights) as weights:
            prepare_torch(self._threads)
            weights.torch_is_here()
            device = choose_device(self._wanted_device)
            import_kmodel()
            report("Kokoro")
            self._load_on(device, weights.path(), weights.take)

    def prepare(self, voice: Voice) -> None:
        """Load that voice. Called again, it does nothing.

        Raises CorruptFile, ModelUnavailable, OutOfMemory, or BadVoiceFile for the user's own.
        """
        self._packs.of(voice)

    def speak(self, piece: EnginePiece) -> Speech:
        """Return the sound of one piece; without phonemes, or with punctuation only, it has no samples.

        The same phonemes, voice and speed give the same samples, and those of stock `KModel` with the same seed.
        Raises Unspeakable beyond 510 phonemes, OutOfMemory, CorruptFile for the voice, EngineError.
        """
        if not 0.5 <= piece.speed <= 2.0:
            raise BadSpeed(f"a speed of {piece.speed} is outside 0.5 to 2.0")
        self.load(lambda what: None)
        symbols = self._known(piece.phonemes)
        if len(symbols) > MOST_PHONEMES:
            raise Unspeakable(f"a piece of {len(symbols)} phonemes is too long for Kokoro: {quoted(piece.text)}")
        if all(symbol in PAUSES for symbol in symbols):
            return _silence()
        said = self._said(symbols, piece)
        started = time.perf_counter()
        heard = self._synthesize_or_fall_back(said, piece)
        self._company.learn_alone(said, time.perf_counter() - started, len(heard.samples) / RATE)
        self._begun = True
        return _speech(piece, symbols, heard)

    def fits_together(self, pieces: Sequence[EnginePiece]) -> bool:
        return (
            self._device in DEVICES
            and BATCHES in self._speedups
            and self._company.fits([len(piece.phonemes) for piece in pieces])
        )

    @property
    def most_together(self) -> int:
        return self._company.most if self._device in DEVICES and BATCHES in self._speedups else 1

    def speak_together(self, pieces: Sequence[EnginePiece]) -> list[Speech | SayError]:
        """Return for each piece what `speak` would: its sound, up to rounding, or the error that it alone met."""
        self.load(lambda what: None)
        said = {place: said for place, piece in enumerate(pieces) if (said := self._sayable(piece)) is not None}
        heard = {}
        if len(said) > 1 and self._model is not None and self._device in DEVICES:
            found = self._company.speak(self._model, self._device, list(said.values()), self._synthesize)
            heard = dict(zip(said, found or (), strict=False))
        return [
            _speech(piece, said[place].symbols, heard[place]) if place in heard else self._speech_or_error(piece)
            for place, piece in enumerate(pieces)
        ]

    def _speech_or_error(self, piece: EnginePiece) -> Speech | SayError:
        try:
            return self.speak(piece)
        except SayError as error:
            return error

    def _sayable(self, piece: EnginePiece) -> Said | None:
        """Return what the model is to say; None where `speak` would not ask it."""
        symbols = self._known(piece.phonemes)
        if not 0.5 <= piece.speed <= 2.0 or len(symbols) > MOST_PHONEMES or all(each in PAUSES for each in symbols):
            return None
        try:
            return self._said(symbols, piece)
        except SayError:  # its voice; whoever asks for it alone is told
            return None

    def _said(self, symbols: str, piece: EnginePiece) -> Said:
        style = style_for(self._packs.of(piece.voice), len(symbols))
        return Said(symbols, style, piece.speed, seed_for(symbols, piece.voice.name, piece.speed))

    def needs(self, piece: EnginePiece | None) -> int:
        own_form = self._wanted_device in (CPU, "auto") and has_own_form(self._speedups, self._precision)
        if piece is None:
            return 0 if self._model is not None else bytes_to_load(self._files.weights(), own_form)
        if (self._device or self._wanted_device) != CPU:
            return 0
        work = round(len(piece.phonemes) * WORK_OF_PHONEME / piece.speed)
        return work + (bytes_to_begin(self._files.weights()) if own_form and not self._begun else 0)

    def rest(self) -> None:
        if self._gpu:
            release(self._gpu)
        if self._drop_scratch is not None:
            self._drop_scratch()

    def unload(self) -> None:
        """Drop the model; voices, which are small, stay. What torch keeps of its memory on a GPU goes with `rest`."""
        self._model = self._drop_scratch = None
        self._begun = False

    def unknown_symbols(self, phonemes: str) -> str:
        """Return the symbols that the loaded model does not know, each once; `speak` leaves them out."""
        return "".join(dict.fromkeys(symbol for symbol in phonemes if symbol not in self._vocabulary()))

    def _known(self, phonemes: str) -> str:
        vocabulary = self._vocabulary()
        return "".join(symbol for symbol in phonemes if symbol in vocabulary)

    def _vocabulary(self) -> Mapping[str, int]:
        return self._config.vocabulary if self._config is not None else {}

    def _load_on(self, device: str, weights: Path, read: Callable[[], object] | None = None) -> None:
        """Put the model on `device`, or on the CPU if that fails. `read` returns weights that somebody reads already."""
        assert self._config is not None
        self._gpu = self._gpu if device == CPU else device
        try:
            model, drop_scratch = load_model(self._config, weights, device, read), None
            precision = self._usable_precision(device)
            if device == CPU:
                drop_scratch = speed_up(model, self._speedups, self._threads or usable_cores(), precision)
            self._device, self._device_shown = device, describe(device)
            self._model, self._drop_scratch = model, drop_scratch  # last: half of one is none
        except (RuntimeError, AssertionError) as error:  # AssertionError: a torch without CUDA
            if device == CPU:
                raise _cpu_failure(error, weights.stat().st_size, "the model could not be loaded") from error
            self._fall_back(error, weights)
        except MemoryError as error:
            raise OutOfMemory("there is no memory for the model", "Close other programs and try again.") from error

    def _usable_precision(self, device: str) -> str:
        """Return the precision to compute with; `notice` hears of it if that is not the one wanted."""
        if self._precision == HALF and device != CPU:
            self._notice("'precision' is bf16, which is for the CPU; on the GPU Kokoro computes in fp32")
        elif self._precision == HALF and not has_half_products():
            self._notice("'precision' is bf16, which this processor has no products for; Kokoro computes in fp32")
        else:
            return self._precision
        return FLOAT

    def _fall_back(self, error: BaseException, weights: Path) -> None:
        """Load the model anew on the CPU: after a fault, nothing can be moved off a GPU."""
        first_line = next(iter(str(error).splitlines()), type(error).__name__)
        self._notice(f"the GPU failed ({first_line}); Kokoro goes on with the CPU")
        self._model = None
        self._wanted_device = CPU  # for good: a GPU that fails now and then would stutter
        self._load_on(CPU, weights)

    def _synthesize_or_fall_back(self, said: Said, piece: EnginePiece) -> Heard:
        try:
            return self._synthesize(said)
        except MemoryError as error:
            raise OutOfMemory("there is no memory to speak this", "Close other programs and try again.") from error
        except RuntimeError as error:
            needed = len(said.symbols) * WORK_OF_PHONEME
            if self._device == CPU:
                raise _cpu_failure(error, needed, f"Kokoro cannot say {quoted(piece.text)}") from error
            self._fall_back(error, self._files.weights())
        return self._synthesize_or_fall_back(said, piece)

    def _synthesize(self, said: Said) -> Heard:
        """Return samples and the durations of the symbols in frames. Raises RuntimeError, as torch does."""
        import torch

        assert self._model is not None
        torch.manual_seed(said.seed)
        with torch.inference_mode():
            output = self._model(said.symbols, said.style, said.speed, return_output=True)
        samples = output.audio.numpy()
        if not torch.isfinite(output.audio).all():
            raise RuntimeError("the model's sound is not finite")
        return Heard(samples, [int(frames) for frames in output.pred_dur.tolist()])


def seed_for(phonemes: str, voice: str, speed: float) -> int:
    """Return the seed of the vocoder's noise: the same on every machine and in every process."""
    # repr gives the shortest digits that mean this very float.
    digest = hashlib.blake2b(f"{phonemes}\0{voice}\0{speed!r}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1  # torch takes 63 bits


def _silence() -> Speech:
    import numpy as np

    return Speech(np.zeros(0, np.float32), 0, 0)


def _speech(piece: EnginePiece, symbols: str, heard: Heard) -> Speech:
    start, end = speech_span(symbols, heard.durations, len(heard.samples))
    return Speech(heard.samples, start, end, _word_times(piece, symbols, heard.durations))


def _word_times(piece: EnginePiece, symbols: str, durations: list[int]) -> tuple[WordTime, ...]:
    if piece.words:  # their places are those in all of the phonemes
        return times_of(piece.words, symbols, durations, RATE) if symbols == piece.phonemes else ()
    return words_of(piece.text, piece.start, symbols, durations, RATE)


def _cpu_failure(error: BaseException, needed: int, sentence: str) -> EngineError:
    """Return what a RuntimeError on the CPU means. torch's allocator has no type of its own, so look at the memory."""
    import torch

    if isinstance(error, torch.OutOfMemoryError) or free_memory() < needed:
        return OutOfMemory("there is no memory for Kokoro's model", "Close other programs and try again.")
    return EngineError(sentence, "'--engine espeak' speaks without Kokoro; the model server's log tells more.")
