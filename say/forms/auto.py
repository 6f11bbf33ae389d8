"""A text of unknown form: each line is read as what it looks like, and prose passes as it is.

Only the beginning of the text decides on more than a line: a page of HTML, or a script.
"""

from __future__ import annotations

import re

from common import TYPE_CHECKING
from say.forms.lines import Lines
from say.forms.log import Log, shaped
from say.forms.markdown import Markdown
from say.forms.words import shorten
from say.patterns import regex

if TYPE_CHECKING:
    from say.forms import Filter

_HTML = regex(r"\s*<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)
_SCRIPT = regex(r"#!(?:/[\w./-]*/)?(?:env )?[ \w./-]*?(\w+)")
# Characters at the front of the text that tell those two, all of which a line of prose does not share.
_FRONT_MOST = 64
_FRONT = regex(r"\s*(?:<[!\w]*|#!?)?\Z|\s*<(?:!doctype\s+\w*|html)\Z|#![^\n]*\Z", re.IGNORECASE)

_MARKDOWN_LINE = regex(
    r" {0,3}(?:#{1,6} \S|>[ >]*\S|\|(?=.*\w)[^|]*\||`{3}|~{3}\w*\s*\Z|[-*+] \[[ xX]\] |\[\^?[^\[\]]{1,100}\]: |<!--"
    r"|</?(?:p|a|b|i|img|div|br|h[1-6]|details|summary|table|tr|td|th|center|em|strong|sub|sup|ul|ol|li|picture)\b)"
)
_MARKDOWN_INSIDE = regex(
    r"\*\*\S|\S\*\*|(?<!\w)__\w|`[^`\s]|!?\]\(|</\w+>|<br ?/?>|(?<!\w)\*\w[^*]{0,200}\w\*(?!\w)|\[\^\w{1,9}\]"
)
_DELIMITER = regex(r"[|:\- ]{3,}\Z")
# What is read as a whole, if at all: objects, rows, columns, pairs.
_WHOLE = regex(r"\s*[{|]|[^|\t]*?(?:\||\t|=\"|\S {3})")
_WORDS = regex(r"[^\W\d_]{2}")


class Auto:
    """Waits for the first few characters, then is what they call for."""

    def __init__(self) -> None:
        self._front = ""
        self._chosen: Filter | None = None

    def feed(self, text: str) -> str:
        if self._chosen is not None:
            return self._chosen.feed(text)
        # One by one, so that it makes no difference how they arrive.
        for at, character in enumerate(text):
            self._front += character
            if not _FRONT.match(self._front) or len(self._front) >= _FRONT_MOST:
                return self._choose() + self.feed(text[at + 1 :])
        return ""

    def flush(self) -> str:
        given = self._choose() if self._chosen is None and self._front.strip() else ""
        return given + self._chosen.flush() if self._chosen else ""

    def finish(self) -> str:
        given = self._choose() if self._chosen is None else ""
        return given + self._chosen.finish() if self._chosen else ""

    def _choose(self) -> str:
        self._chosen = _filter_for(self._front)
        front, self._front = self._front, ""
        return self._chosen.feed(front)


def _filter_for(front: str) -> Filter:
    if _HTML.match(front):
        from say.forms.html import page

        return page()
    if found := _SCRIPT.match(front):
        from say.forms.code import Code

        return Lines(Code(found.group(1)))
    return Lines(Mixed())


class Mixed:
    """A reader of lines, see `say.forms.lines.Reader`: of prose, logs and Markdown in one."""

    def __init__(self) -> None:
        self._log = Log()
        self._markdown = Markdown(strict=False)
        self._reading_markdown = False  # the line that was begun

    def cuts(self, head: str) -> bool:
        if self._log.open or self._markdown.open:
            return False
        if head and (_WHOLE.match(head) or not _WORDS.search(head)):
            return False
        return self._markdown.cuts(head)

    def certain(self, head: str, *, begins: bool) -> int:
        if self._markdown.open or _MARKDOWN_LINE.match(head):
            return self._markdown.certain(head, begins=begins)
        if self._log.open:
            return self._log.certain(head, begins=begins)
        return self._markdown.certain(head, begins=begins) if "`" in head or "[" in head or "*" in head else len(head)

    def read(self, text: str, *, begins: bool, ends: bool) -> str | None:
        if not begins:
            if self._markdown.open or _MARKDOWN_INSIDE.search(text):
                self._reading_markdown = True
            reader = self._markdown if self._reading_markdown else self._log
            return reader.read(text, begins=False, ends=ends)
        self._reading_markdown = False
        if self._markdown.tabular and not text.lstrip().startswith("|"):
            ended = self._markdown.close()
            said = self._line(text, ends)
            if not ended or said is None:
                return ended or said
            return f"{ended}\n{said}"
        return self._line(text, ends)

    def _line(self, text: str, ends: bool) -> str | None:
        if ends and not text and not self._log.open and not self._markdown.open:
            return ""
        if self._markdown.open:
            return self._as_markdown(text, ends)
        if self._log.open:
            return self._log.read(text, begins=True, ends=ends)
        line = text.rstrip()
        if (said := self._log.structure(line)) is not None:
            return said or None
        if _MARKDOWN_LINE.match(line):
            return self._as_markdown(text, ends)
        if shaped(line) is None:
            return self._as_markdown(text, ends) if _MARKDOWN_INSIDE.search(line) else shorten(text)
        return self._log.read(text, begins=True, ends=ends)

    def _as_markdown(self, text: str, ends: bool) -> str | None:
        self._reading_markdown = True
        return self._markdown.read(text, begins=True, ends=ends)

    def pause(self) -> str:
        return self._log.pause() + self._markdown.pause()

    def close(self) -> str:
        return self._log.close() + self._markdown.close()
