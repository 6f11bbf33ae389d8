"""`SayClient`: everything that can be asked of the daemon, from Python. The program `say` is its first user.

Speaking is here; what is asked beside it is in `daemon_care`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from types import TracebackType

from common import TYPE_CHECKING
from common.messages.hello import Notice, Progress
from common.messages.speaking import (
    CLIENT,
    QUEUE,
    SPEAKER,
    Accepted,
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
from say.control import Control
from say.daemon_care import DaemonCare
from say.performing import Performer, Telling
from say.requests import request_for
from say.servers import Servers
from say.text_source import TextSource
from say.utterance import Event, Spoken

if TYPE_CHECKING:
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


class SayClient(DaemonCare):
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
        settings = settings or load(config_file=config_file())
        home = state_directory()
        self._on_notice = on_notice or _ignore
        telling = Telling(on_progress or _ignore, on_notice or _ignore, on_step or _ignore)
        servers = Servers(home, settings, autostart, telling.on_progress, telling.on_notice, telling.on_step)
        super().__init__(home, settings, servers)
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
        control: Control | None = None,
        reading: ReadingOptions | None = None,
        bulk: bool = False,
        on_behalf_of: str = "",
    ) -> Spoken:
        """Turn text into sound and pass it to `write`: 16-bit little-endian mono PCM at 24,000 Hz, a whole piece a call.

        `bulk` says that nobody listens while it is made, so that whoever does goes first. `on_behalf_of` names whom this
        process asks for: each of them has a share of the synthesis as any client has. With `control` others may stop it.
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
            bulk=bulk,
            on_behalf_of=on_behalf_of,
        )
        return self._performer.perform(request, text, on_event or _ignore, write, control)

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
