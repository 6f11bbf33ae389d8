"""Running a command and telling how it went."""

from __future__ import annotations

import errno
import os
import threading
from typing import TYPE_CHECKING

from common.errors import Dropped, SayError, Stopped
from common.settings import Settings
from say import console
from say.commands.context import Context
from say.exits import Interrupted, die_by
from say.requests import voice_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from say.utterance import Event


# As a shell has them.
NOT_FOUND = 127
NOT_EXECUTABLE = 126


def run(context: Context) -> int:
    """Run the command that the request names and speak its outcome. Returns its exit status; dies by SIGINT as it did."""
    from signal import SIGINT

    from say.running.outcome import is_told, sentence
    from say.running.supervision import supervise
    from say.running.watching import OutputWatch

    settings = context.settings()
    request = context.request
    voice = voice_for(settings, voice_file=request.voice_file).name
    watch = OutputWatch()

    def begun() -> None:
        if request.tell == "always":
            threading.Thread(target=_warm, args=(settings, voice), name="warm", daemon=True).start()

    try:
        ended = supervise(request.command, watch.stream, begun)
    except OSError as error:
        return _not_run(request.command, error)
    for problem in ended.problems:
        console.line(f"the command's output could not be written: {problem[:1].lower()}{problem[1:]}")
    if not ended.told_to_end and is_told(request.tell, ended.status, ended.seconds):
        _tell(context, settings, sentence(request.command, ended.status, ended.signal, ended.seconds, watch.found))
    # As with any program that Ctrl-C ended: a shell shows 130 and ends the loop around it.
    return die_by(SIGINT) if ended.signal == SIGINT else ended.status


def _tell(context: Context, settings: Settings, text: str) -> None:
    """Speak, unless a signal comes; what goes wrong is said in a line and changes no exit status."""
    from say.control import Control
    from say.hold import HoldTeller
    from say.left_out import LeftOut
    from say.signals import Signals

    request, control = context.request, Control()
    hold, left_out = HoldTeller(context.display.line), LeftOut()

    def listen(event: Event) -> None:
        hold.note(event)
        left_out.handle(event)

    try:
        with Signals(control, _interrupt, _nothing, _nothing), context.client(settings) as client:
            client.speak(
                text,
                voice_file=request.voice_file,
                language=request.language,
                priority=request.priority,
                policy=request.policy,
                on_event=listen,
                control=control,
            )
        left_out.tell(context.display.line)
    except (Dropped, Stopped, Interrupted):  # as somebody wished
        context.display.clear()
    except SayError as error:
        context.display.clear()
        console.line(f"{error.message}, so this was not spoken: {text}")


def _interrupt(number: int) -> None:
    raise Interrupted(number)


def _nothing() -> None:
    """Leave the terminal alone: no keys steer."""


def _not_run(words: Sequence[str], error: OSError) -> int:
    """Say why there is nothing to run, in the words of a shell. Returns the exit status."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        reason = "command not found"
        if "/" in words[0]:
            reason = "what its first line names is not there" if os.path.exists(words[0]) else "no such file"
        quoted = len(words) == 1 and " " in words[0].strip()
        hint = ". Leave out the quotation marks, or let a shell read them: say --run sh -c '…'" if quoted else ""
        console.line(f"{words[0]}: {reason}{hint}")
        return NOT_FOUND
    reason = "it is a directory" if os.path.isdir(words[0]) else (error.strerror or str(error)).lower()
    console.line(f"{words[0]}: {reason}")
    return NOT_EXECUTABLE


def _warm(settings: Settings, voice: str) -> None:
    """Have the servers ready when there is something to tell. What goes wrong shows then, not on the command's screen."""
    from common.audio_environment import audio_environment
    from common.paths import state_directory
    from say.servers import Servers

    servers = Servers(state_directory(), settings, True, lambda _: None, lambda _: None)
    try:
        engine = settings.text("engine")
        servers.reach(voice, audio_environment(os.environ), fresh=False, engine=engine).close()
    except SayError:
        return
