"""A real browser, headless, and what its pages say of errors. The page's own policy forbids scripts given as strings within
it: `Window.look` asks through the debugger, as a developer would."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

T = TypeVar("T")

DEADLINE = 45.0  # seconds; a busy machine takes its time

# Notes each stretch of the text that is marked, each value of the bar of a job with its id, and all that is said about what sounds:
# some of it stands shorter than a busy machine takes to look.
_NOTING = """addEventListener("DOMContentLoaded", () => {
  window.marked = [];
  window.steps = [];
  window.said = { status: [], notice: [] };
  const marks = document.getElementById("marks");
  new MutationObserver(() => {
    const { start, end } = marks.dataset;
    const last = marked.at(-1);
    if (start === undefined || (last && last[0] === +start && last[1] === +end)) return;
    marked.push([+start, +end]);
  }).observe(marks, { attributes: true });
  new MutationObserver((records) => {
    for (const { target } of records) if (target.tagName === "PROGRESS") steps.push([target.closest("li").dataset.id, target.value]);
  }).observe(document.getElementById("list"), { attributes: true, attributeFilter: ["value"], subtree: true });
  for (const id in said) {
    const place = document.getElementById(id);
    new MutationObserver(() => said[id].push(place.textContent)).observe(place, { childList: true, characterData: true, subtree: true });
  }
})"""

# What tests change, as it was.
_RESTING = """() => {
  document.querySelector("dialog[open]")?.close();
  document.getElementById("stop").click();
  const set = (id, value, event) => {
    const field = document.getElementById(id);
    if (field.value === value) return;
    field.value = value;
    field.dispatchEvent(new Event(event));
  };
  for (const id of ["text", "blend"]) set(id, "", "input");
  for (const id of ["voice", "language"]) set(id, "", "change");
  set("format", "wav", "change");
  set("speed-number", "1.00", "change");
  for (const history of [marked, steps, said.status, said.notice]) history.length = 0;
}"""


def chromium() -> str | None:
    """Return the path of the browser, None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def browser(path: str) -> Iterator[Browser]:
    """Run Chromium. Its sandbox needs what containers and root do not have; it opens pages of this machine alone."""
    with sync_playwright() as playwright:
        expect.set_options(timeout=DEADLINE * 1000)
        running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"], timeout=3 * DEADLINE * 1000)
        yield running
        running.close()


class Window:
    """One window of a browser without anything that was kept, on the page of a server."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        *,
        expects: str = "",
        before: Callable[[Page], object] | None = None,
        **context: object,
    ) -> None:
        """Open it. `expects`: a word of the complaints that belong to the test. `before` gets the page before it is loaded."""
        self.expects = expects
        self.context = browser.new_context(**context)  # type: ignore[arg-type]  # as playwright takes them
        self.context.add_init_script(_NOTING)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(error.stack or str(error)))
        self.page.set_default_timeout(DEADLINE * 1000)
        if before is not None:
            before(self.page)
        self.page.goto(address)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not (self.expects and self.expects in message.text):
            self.complaints.append(message.text)

    def look(self, script: str, argument: object = None) -> object:
        """Return what a script sees in the page."""
        return self.page.evaluate(script, argument)

    def until(self, look: Callable[[], T], what: str) -> T:
        """Return what `look` does once that is true of it; fail with `what` after a while."""
        deadline = time.monotonic() + DEADLINE
        while not (seen := look()):
            assert time.monotonic() < deadline, f"not within {DEADLINE:g} s: {what}; complaints: {self.complaints}"
            self.page.wait_for_timeout(10)  # lets its events come through
        return seen

    def marked(self) -> list[tuple[int, int]]:
        """Return the stretches that were marked so far, in UTF-16 units."""
        stretches = self.look("() => marked")
        assert isinstance(stretches, list)
        return [(start, end) for start, end in stretches]

    def wait_for_said(self, words: str, place: str = "status") -> None:
        """Wait until that was said there, even if something else was since."""
        self.until(lambda: self.look("([place, words]) => said[place].includes(words)", [place, words]), words)

    def renew(self) -> None:
        """Give it to the next test: silent, with nothing chosen, no route, and the size that it had."""
        self.page.unroute_all(behavior="ignoreErrors")
        self.page.set_viewport_size({"width": 1280, "height": 720})
        self.page.emulate_media(color_scheme="light", reduced_motion="no-preference", forced_colors="none")
        self.look(_RESTING)
        self.expects = ""

    def says(self, id: str) -> str:
        """Return what an element shows."""
        return self.page.locator(f"#{id}").inner_text()

    def close(self) -> None:
        """Close it; fail if the page had anything to complain about, its policy included."""
        self.context.close()
        assert self.complaints == [], self.complaints
