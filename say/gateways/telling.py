"""What the programs of the doors say on standard error."""

from __future__ import annotations

from collections.abc import Callable

from common import TYPE_CHECKING
from common.errors import SayError
from say.units import size

if TYPE_CHECKING:
    from common.messages.hello import Notice, Progress

# Sentences and facts that are remembered. More can only come of what peers make up; then some are told once more.
_MOST = 1000


def sentence_of(error: SayError) -> str:
    """Return an error as it is shown."""
    return f"{error.message}. {error.hint}" if error.hint else error.message


def no_thread() -> SayError:
    """Return the error of work for which the system starts no thread."""
    return SayError("the system starts no more threads", "End some programs, or raise the limit with 'ulimit -u'.")


class Once:
    """Tells what goes for all that is asked for: each sentence once, in any number of threads."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._told: set[str] = set()

    def is_news(self, fact: str) -> bool:
        """Return whether it is asked for the first time."""
        if fact in self._told:
            return False
        if len(self._told) >= _MOST:
            self._told.clear()
        self._told.add(fact)
        return True

    def tell(self, sentence: str) -> None:
        """Tell it, unless it was told."""
        if self.is_news(sentence):
            self._tell(sentence)

    def tell_notice(self, notice: Notice) -> None:
        """Take a client's `on_notice`."""
        self.tell(notice.message)

    def tell_progress(self, progress: Progress) -> None:
        """Take a client's `on_progress`: what is fetched takes minutes, and nobody would know why."""
        if progress.stage == "downloading" and progress.total:
            self.tell(f"downloading {progress.what}, {size(progress.total)}")
