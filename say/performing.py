"""One utterance from its text to its end: what stands around `Speaking`, whoever is listening."""

from __future__ import annotations

from collections.abc import Callable

from common import TYPE_CHECKING
from common.connection import Connection
from common.errors import Stopped
from common.messages.hello import Notice, Progress
from common.messages.speaking import QUEUE, Accepted
from common.records import dataclass
from say.control import Control
from say.servers import Servers
from say.speaking import Speaking
from say.spool import TextSpool
from say.text_source import TextSource, as_spool
from say.utterance import Event, Request, Spoken

if TYPE_CHECKING:
    from say.steps import StepsOfSpeech

# All utterances have a number, except those of a daemon that knows nothing of this.
_OLDER = Notice(
    "older_daemon",
    "the running daemon is of an older version, which knows neither priorities nor policies nor devices;"
    " 'say --shutdown' lets the next one start with this version",
)


@dataclass(frozen=True)
class Telling:
    """Who learns of what goes on beside an utterance's own events."""

    on_progress: Callable[[Progress], None]
    on_notice: Callable[[Notice], None]
    on_step: Callable[[str], None]


class Performer:
    """Speaks whatever one client is asked to, in any number of threads; `spool_limit` is in bytes."""

    def __init__(self, servers: Servers, telling: Telling, spool_limit: int, *, in_steps: bool) -> None:
        self._servers = servers
        self._telling = telling
        self._spool_limit = spool_limit
        self._in_steps = in_steps  # somebody wants to know each step

    def perform(
        self,
        request: Request,
        text: str | TextSource,
        on_event: Callable[[Event], None],
        write: Callable[[bytes], None] | None,
        control: Control | None,
    ) -> Spoken:
        """Speak `text`, or pass its sound to `write`, and return how it went. Raises SayError."""
        steps = self._steps()
        listen = self._listener(request, on_event, steps)

        def reach(fresh: bool) -> Connection:
            # Loading it ahead may be what took the servers down. Loaded when they speak, it is known to have been that.
            engine = "" if fresh else request.engine
            return self._servers.reach(
                request.voice, request.audio_environment, fresh=fresh, engine=engine, language=request.language
            )

        control = control or Control()
        control.begin()
        spool = as_spool(text, self._spool_limit)
        try:
            if not _wait_for_words(spool, control):
                if (error := spool.error) is not None:
                    raise error
                return Spoken(0.0, 0, "", spool.length)
            spoken, connection = Speaking(request, spool, reach, listen, write, control=control).run()
            if steps is not None:
                steps.end(spoken)
        finally:
            control.finish()
            if not isinstance(text, TextSpool):
                spool.close()
        self._servers.keep(request.voice, connection)
        return spoken

    def _listener(
        self, request: Request, on_event: Callable[[Event], None], steps: StepsOfSpeech | None
    ) -> Callable[[Event], None]:
        """Return what passes each report on to whom it concerns."""

        def listen(event: Event) -> None:
            if steps is not None:
                steps.note(event)
            if isinstance(event, Accepted) and not event.number and _is_new(request):
                self._telling.on_notice(_OLDER)
            if isinstance(event, Progress):
                self._telling.on_progress(event)
                return
            if isinstance(event, Notice):
                self._telling.on_notice(event)
            on_event(event)

        return listen

    def _steps(self) -> StepsOfSpeech | None:
        if not self._in_steps:
            return None
        from say.steps import StepsOfSpeech  # for those who look closely

        return StepsOfSpeech(self._telling.on_step)


def _is_new(request: Request) -> bool:
    """Return whether it asks for something that the first version did not have."""
    return bool(request.priority or request.device) or request.policy != QUEUE


def _wait_for_words(spool: TextSpool, control: Control) -> bool:
    """Return whether there is anything to speak, once that is known. Raises Stopped, for nothing sounds yet."""
    control.watch_stop(spool.wake)
    words = spool.wait_for_words(lambda: control.stopping)
    control.watch_stop(None)
    if control.stopping:
        raise Stopped("stopped")
    return words
