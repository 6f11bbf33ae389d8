"""What a terminal shows, turned into what a person would read out. docs/reading.md says what is read how.

Filters are pure and incremental: the same text comes out however it arrives, in time proportional to its length and
with bounded memory. `flush` apart, which gives what can be given when the writer has paused.
"""

from __future__ import annotations

from collections.abc import Callable

from common import TYPE_CHECKING

_MARKDOWN = ("md", "markdown", "mdown", "mkd", "mdx")
_HTML = ("html", "htm", "xhtml")
_LOG = ("log", "out", "err")


if TYPE_CHECKING:
    from typing import Protocol

    class Filter(Protocol):
        """Text in as it arrives, text to speak out."""

        def feed(self, text: str) -> str:
            """Return what can be said now that `text` has arrived."""
            ...

        def flush(self) -> str:
            """Return what can be said of an unfinished line, since its writer has paused. The line may go on."""
            ...

        def finish(self) -> str:
            """Return the rest, since nothing will follow."""
            ...


def filter_for(form: str, *, name: str = "", live: bool = False) -> Filter:
    """Return a new filter for a text of `form`: "auto", "plain", "markdown", "log", "code" or "html".

    `name` is the file's, "" if there is none; "auto" goes by its ending. `live` tells that the text arrives as it is
    written, with overwritten lines folded already: then nothing is held back until the end of its line that need not be.
    Raises ValueError for another form.
    """
    from say.forms.controls import Controls

    ending = name.rpartition(".")[2].lower() if "." in name else ""
    make = _MAKERS.get(form)
    if make is None:
        raise ValueError(f"there is no form {form!r}")
    return Chain(Controls(live=live), make(ending))


class Chain:
    """One filter behind another."""

    def __init__(self, first: Filter, second: Filter | None) -> None:
        self._first, self._second = first, second

    def feed(self, text: str) -> str:
        text = self._first.feed(text)
        return self._second.feed(text) if self._second else text

    def flush(self) -> str:
        text = self._first.flush()
        return self._second.feed(text) + self._second.flush() if self._second else text

    def finish(self) -> str:
        text = self._first.finish()
        return self._second.feed(text) + self._second.finish() if self._second else text


# What a form needs is imported when it is asked for: a plain `say hello` needs none of it.


def _plain(ending: str) -> Filter | None:
    return None


def _markdown(ending: str) -> Filter:
    from say.forms.lines import Lines
    from say.forms.markdown import Markdown

    return Lines(Markdown())


def _log(ending: str) -> Filter:
    from say.forms.lines import Lines
    from say.forms.log import Log

    return Lines(Log())


def _code(ending: str) -> Filter:
    from say.forms.code import Code
    from say.forms.lines import Lines

    return Lines(Code(ending))


def _html(ending: str) -> Filter:
    from say.forms.html import page

    return page()


def _auto(ending: str) -> Filter | None:
    if ending in _MARKDOWN:
        return _markdown(ending)
    if ending in _HTML:
        return _html(ending)
    if ending in _LOG:
        return _log(ending)
    if ending:
        from say.forms.languages import LANGUAGES

        if ending in LANGUAGES:
            return _code(ending)
    from say.forms.auto import Auto

    return Auto()


_MAKERS: dict[str, Callable[[str], Filter | None]] = {
    "auto": _auto,
    "plain": _plain,
    "markdown": _markdown,
    "log": _log,
    "code": _code,
    "html": _html,
}
