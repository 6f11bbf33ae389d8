"""What can be asked of the daemon beside speaking: how it is, what is in work, its voices and files, its end."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from common import TYPE_CHECKING
from common.audio_environment import audio_environment
from common.errors import NoUtterance, UsageError
from common.messages.speaking import PAUSE, RESUME, SPEAKER, STEERING, DeviceList, DeviceReport, ListDevices
from common.settings import Settings
from common.voices import find_voice
from say.requests import request_for, voice_for
from say.servers import Servers

# Messages about the daemon are imported where they are sent: speaking needs none, and so many classes take time to make.
if TYPE_CHECKING:
    from common.messages.control import (
        CacheCleared,
        Downloaded,
        PronunciationsChecked,
        QueueReport,
        Recalled,
        Removed,
        StatusReport,
        Warmed,
    )
    from common.state import State


class DaemonCare:
    """The part of `SayClient` that looks after the daemon."""

    def __init__(self, home: Path, settings: Settings, servers: Servers) -> None:
        self._home = home
        self._settings = settings
        self._servers = servers

    def status(self) -> StatusReport | None:
        """Return how the daemon is; None if none runs."""
        from common.messages.control import Status, StatusReport

        return self._servers.ask_running(Status(), StatusReport)

    def stop(self) -> int | None:
        """Silence everything that sounds or waits to sound; return how many utterances, None if no daemon runs."""
        from say.stopping import stop_all  # rarely needed

        return stop_all(self._home)

    def draining(self) -> list[State]:
        """Return the daemons that finish what they have in work, while another takes what is new."""
        from common.draining import living

        return living(self._home)

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
        request = SteerNumber(action, number, amount)
        if action != PAUSE or number:
            report = self._servers.ask_running(request, Steered)
        elif (report := self._servers.ask_in_any_version(request, Steered)) is None and self.draining():
            from say.stopping import hold_all  # rarely needed

            hold_all(self._home)
            return 0
        return None if report is None else report.utterances

    def resume(self) -> bool | None:
        """Let all go on that is held or was paused; return whether anything was, None without a daemon."""
        from common.messages.control import Steered, SteerNumber

        report = self._servers.ask_in_any_version(SteerNumber(RESUME), Steered)
        if report is None:
            from say.stopping import lift_hold  # rarely needed

            return lift_hold(self._home) or None
        return report.held or report.utterances > 0

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
        name = voice_for(self._settings, voice).name
        environment = audio_environment(os.environ)
        return self._servers.ask_voice(name, environment, ListDevices(environment), DeviceList).devices

    def warm(
        self,
        voice: str | None = None,
        *,
        voice_file: str | None = None,
        engine: str | None = None,
        language: str = "",
    ) -> Warmed:
        """Have servers, engine and voice ready, so that speech begins at once; return what will speak.

        The servers are started and files are fetched if need be; `on_progress` learns of it. What is None comes from
        the settings. Raises UnknownVoice, BadVoiceFile, EngineError, DaemonError.
        """
        from common.messages.control import Warm, Warmed

        wanted = request_for(
            self._settings, SPEAKER, voice=voice, voice_file=voice_file, engine=engine, language=language
        )
        self._servers.prepare(wanted.voice, wanted.audio_environment, wanted.engine, wanted.language)
        return self._servers.ask_model(Warm(wanted.voice, wanted.engine, wanted.language, wanted.voice_file), Warmed)

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

    def clear_cache(self) -> CacheCleared:
        """Delete the sound that was kept of phrases; return what that freed. No daemon is started for it. Raises DaemonError."""
        from common.messages.control import CacheCleared, ClearCache

        cleared = self._servers.ask_running(ClearCache(), CacheCleared)
        if cleared is not None:
            return cleared
        from common.paths import phrase_directory
        from common.phrase_folder import clear

        freed = clear(phrase_directory())
        return CacheCleared(freed.phrases, freed.size, 0)

    def remove(self, voices: Sequence[str], model: bool = False) -> Removed:
        """Delete these voices from disk, and with `model` the model too."""
        from common.messages.control import Remove, Removed

        names = tuple(find_voice(name).name for name in voices)
        return self._servers.ask_model(Remove(names, model), Removed)
