"""`SayClient`: everything that can be asked of the daemon, from Python. The program `say` is its first user."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from common.audio_environment import audio_environment
from common.errors import NoUtterance, UsageError
from common.messages.hello import Notice, Progress
from common.messages.speaking import (
    CLIENT,
    QUEUE,
    RESUME,
    SPEAKER,
    STEERING,
    Accepted,
    DeviceList,
    DeviceReport,
    ListDevices,
    Moved,
    Piece,
    Played,
    Playing,
    ReadingOptions,
    Standing,
    Word,
)
from common.paths import config_file, state_directory
from common.settings import Settings, load
from common.voices import find_voice
from say.control import Control
from say.performing import Performer, Telling
from say.requests import request_for
from say.servers import Servers
from say.text_source import TextSource
from say.utterance import Event, Spoken

# Messages about the daemon are imported where they are sent: speaking needs none, and so many classes take time to make.
if TYPE_CHECKING:
    from common.messages.control import Downloaded, PronunciationsChecked, QueueReport, Recalled, Removed, StatusReport
    from say.previewing import PreviewedPiece

__all__ = [
    "Accepted",
    "Control",
    "Event",
    "Moved",
    "Notice",
    "Piece",
    "Played",
    "Playing",
    "Progress",
    "ReadingOptions",
    "SayClient",
    "Spoken",
    "Standing",
    "Word",
]


def _ignore(_: object) -> None:
    """Take a report that nobody asked for."""


class SayClient:
    """Speaks, renders and looks after the daemon; starts it when there is something to do and none runs.

    Connections to voice servers are kept for the next utterance. Methods may be called from several threads. All of
    them raise SayError and nothing else for what can go wrong. Use it as a context manager, or call `close`.

    `settings` are those of `common.settings.load()` by default; `on_progress` and `on_notice` learn of slow steps and of
    what a user should know, `on_step` in words of every step that is taken (`say --debug`); never of the text.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        autostart: bool = True,
        on_progress: Callable[[Progress], None] | None = None,
        on_notice: Callable[[Notice], None] | None = None,
        on_step: Callable[[str], None] | None = None,
    ) -> None:
        self._settings = settings or load(config_file=config_file())
        self._home = state_directory()
        self._on_notice = on_notice or _ignore
        telling = Telling(on_progress or _ignore, on_notice or _ignore, on_step or _ignore)
        self._servers = Servers(
            self._home, self._settings, autostart, telling.on_progress, telling.on_notice, telling.on_step
        )
        self._performer = Performer(
            self._servers, telling, self._settings.integer("spool_limit") << 20, in_steps=on_step is not None
        )

    # Speaking

    def speak(
        self,
        text: str | TextSource,
        *,
        voice: str | None = None,
        voice_file: str | None = None,
        speed: float | None = None,
        engine: str | None = None,
        language: str = "",
        volume: float | None = None,
        device: str | None = None,
        priority: str = "",
        policy: str = QUEUE,
        words: bool = False,
        on_event: Callable[[Event], None] | None = None,
        control: Control | None = None,
        reading: ReadingOptions | None = None,
    ) -> Spoken:
        """Speak through the loudspeaker and return when all has been heard.

        `text` is a string, a TextSpool that somebody feeds, or an iterable of strings. `voice` names a voice or a blend;
        `voice_file` is the path of a voice of the user's own in place of it. `speed` is a factor of 0.5 to 2.0, `volume`
        one of 0 to 4; `device` names a loudspeaker of `devices`. What is None comes from the settings. `priority`
        and `policy` say what happens while others speak; see `PRIORITIES` and `POLICIES` of `common.messages.speaking`.
        `on_event` learns of pieces, and with `words` of each word as it sounds. With `control` others steer the utterance
        meanwhile. `reading` says how the text is read: where it is cut, emoji, what has no phonemes.
        Raises UnknownVoice, BadVoiceFile, NoSound, Stopped, Cancelled, Dropped, EngineError, DaemonError.
        """
        request = request_for(
            self._settings,
            SPEAKER,
            voice=voice,
            voice_file=voice_file,
            speed=speed,
            engine=engine,
            language=language,
            volume=volume,
            words=words,
            device=device,
            priority=priority,
            policy=policy,
            reading=reading,
        )
        return self._performer.perform(request, text, on_event or _ignore, None, control)

    def render(
        self,
        text: str | TextSource,
        *,
        write: Callable[[bytes], None],
        voice: str | None = None,
        voice_file: str | None = None,
        speed: float | None = None,
        engine: str | None = None,
        language: str = "",
        volume: float | None = None,
        words: bool = False,
        on_event: Callable[[Event], None] | None = None,
        reading: ReadingOptions | None = None,
    ) -> Spoken:
        """Turn text into sound and pass it to `write`: 16-bit little-endian mono PCM at 24,000 Hz, a whole piece a call.

        What `write` raises ends the utterance and is raised here. Arguments and errors otherwise as with `speak`.
        """
        request = request_for(
            self._settings,
            CLIENT,
            voice=voice,
            voice_file=voice_file,
            speed=speed,
            engine=engine,
            language=language,
            volume=volume,
            words=words,
            reading=reading,
        )
        return self._performer.perform(request, text, on_event or _ignore, write, None)

    def preview(
        self,
        text: str | TextSource,
        *,
        voice: str | None = None,
        voice_file: str | None = None,
        engine: str | None = None,
        language: str = "",
        reading: ReadingOptions | None = None,
    ) -> Generator[PreviewedPiece, None, None]:
        """Yield the pieces that would be spoken of a text, with what is said and its phonemes. No engine is loaded.

        Engine "auto" previews Kokoro, whose files need not be there. Arguments and errors otherwise as with `speak`.
        """
        from say.previewing import preview  # few look so closely

        request = request_for(
            self._settings,
            CLIENT,
            voice=voice,
            voice_file=voice_file,
            engine=engine,
            language=language,
            reading=reading,
        )
        return preview(self._servers, request, text, self._settings.integer("spool_limit") << 20, self._on_notice)

    # Looking after the daemon

    def status(self) -> StatusReport | None:
        """Return how the daemon is; None if none runs."""
        from common.messages.control import Status, StatusReport

        return self._servers.ask_running(Status(), StatusReport)

    def stop(self) -> int | None:
        """Silence everything that sounds or waits to sound; return how many utterances, None if no daemon runs."""
        from common.messages.control import Stop, StopReport

        report = self._servers.ask_running(Stop(), StopReport)
        return None if report is None else report.utterances

    def queue(self) -> QueueReport | None:
        """Return all utterances in work, in the order in which they will sound; None if no daemon runs."""
        from common.messages.control import Queue, QueueReport

        return self._servers.ask_running(Queue(), QueueReport)

    def steer(self, action: str, number: int = 0, amount: float = 1.0) -> int | None:
        """Pause, resume or move within what is spoken; return how many utterances that concerned, None without a daemon.

        `action` is one of `common.messages.speaking.STEERING`. Without a number it is the utterance that sounds;
        "pause" holds all speech then, also what is yet to come, and "resume" lets all go on. `amount` is a number of
        sentences, or the new factor for "speed". Raises NoUtterance, UsageError, DaemonError.
        """
        from common.messages.control import Steered, SteerNumber

        if action not in STEERING:
            raise UsageError(f"speech cannot be steered by {action!r}", f"Choose one of {', '.join(STEERING)}.")
        report = self._servers.ask_running(SteerNumber(action, number, amount), Steered)
        return None if report is None else report.utterances

    def resume(self) -> bool | None:
        """Let all go on that is held or was paused; return whether anything was, None without a daemon."""
        from common.messages.control import Steered, SteerNumber

        report = self._servers.ask_running(SteerNumber(RESUME), Steered)
        return None if report is None else report.held or report.utterances > 0

    def cancel(self, number: int) -> None:
        """End one utterance, also one that writes a file; its client gets `Stopped`. Raises NoUtterance, DaemonError."""
        from common.messages.control import CancelNumber, Steered

        if self._servers.ask_running(CancelNumber(number), Steered) is None:
            raise NoUtterance(f"there is no utterance {number}: no daemon is running")

    def wait(self, number: int) -> str:
        """Return when an utterance has ended, and how: "spoken", "stopped", "cancelled", "dropped" or "failed".

        "lost" if nobody knows: there is no such utterance, or its servers are gone. Raises DaemonError.
        """
        from common.messages.control import Waited, WaitFor

        try:
            report = self._servers.ask_successors(WaitFor(number), Waited)
        except NoUtterance:
            return "lost"
        return "lost" if report is None else report.outcome

    def recall(self) -> Recalled | None:
        """Return what was spoken last through the loudspeaker; None if nothing was, or no daemon runs."""
        from common.messages.control import Recall, Recalled

        recalled = self._servers.ask_running(Recall(), Recalled)
        return recalled if recalled is not None and recalled.number else None

    def devices(self, voice: str | None = None) -> tuple[DeviceReport, ...]:
        """Return the loudspeakers, as the server of a voice sees them; the servers are started if need be.

        Raises UnknownVoice, NoSound, DaemonError.
        """
        name = find_voice(voice or self._settings.text("voice")).name
        environment = audio_environment(os.environ)
        return self._servers.ask_voice(name, environment, ListDevices(environment), DeviceList).devices

    def check_pronunciations(self) -> PronunciationsChecked:
        """Return what the user's own dictionary holds, and what is wrong with it. Raises DaemonError."""
        from common.messages.control import CheckPronunciations, PronunciationsChecked

        return self._servers.ask_model(CheckPronunciations(), PronunciationsChecked)

    def shutdown(self) -> bool:
        """End the daemon and its voice servers, and return when they are gone; False if none ran."""
        from say.ending import end_daemon  # rarely needed

        return end_daemon(self._home)

    def download(self, voices: Sequence[str]) -> Downloaded:
        """Fetch the model and these voices, of a blend all, so that they speak without a network from then on."""
        from common.messages.control import Download, Downloaded

        names = tuple(find_voice(name).name for name in voices)
        return self._servers.ask_model(Download(names), Downloaded)

    def remove(self, voices: Sequence[str], model: bool = False) -> Removed:
        """Delete these voices from disk, and with `model` the model too."""
        from common.messages.control import Remove, Removed

        names = tuple(find_voice(name).name for name in voices)
        return self._servers.ask_model(Remove(names, model), Removed)

    # Life

    def close(self) -> None:
        """Close the connections kept. What another thread has in work goes on, and closes its own at its end."""
        self._servers.close()

    def __enter__(self) -> SayClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
