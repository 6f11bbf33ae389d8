"""What every command works with: the request, the screen, the settings, a client."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from common import TYPE_CHECKING
from common.errors import UsageError
from common.paths import config_file
from common.records import dataclass, field
from common.settings import Settings, load
from say.arguments import Request
from say.progress import Display

if TYPE_CHECKING:
    from say.client import SayClient

NO_DAEMON = "no daemon is running"


@dataclass(frozen=True)
class Context:
    """One run of the program."""

    request: Request
    display: Display
    make_client: Callable[..., SayClient]
    began: float = field(default_factory=time.monotonic)
    afterwards: list[Callable[[], None]] = field(default_factory=list)  # done when all has been said

    def settings(self) -> Settings:
        """Return the settings in force. Raises UsageError."""
        return load(self.request.settings, os.environ, config_file())

    def client(self, settings: Settings, autostart: bool = True) -> SayClient:
        """Return a client that shows progress and notices on the screen."""
        return self.make_client(
            settings,
            autostart=autostart,
            on_progress=self.display.show,
            on_notice=lambda notice: self.display.line(notice.message),
            on_step=self._steps(settings),
        )

    def bystander(self) -> SayClient:
        """Return a client for what starts nothing, such as --stop: a mistake in the settings is told, and keeps nobody from it."""
        try:
            settings = self.settings()
        except UsageError as error:
            self.display.line(f"{str(error).removesuffix('.')}.")
            settings = load(environment={})
        return self.client(settings, autostart=False)

    def _steps(self, settings: Settings) -> Callable[[str], None] | None:
        if not self.request.debug:
            return None
        from say.steps import Clock, settings_step

        tell = Clock(self.display.line, self.began)
        tell(settings_step(settings))
        return tell
