"""A page of HTML: the title, then the text of the body."""

from __future__ import annotations

from html import unescape

from common import TYPE_CHECKING
from say.forms import Chain, tables
from say.forms.lines import Lines
from say.forms.markdown import code_block
from say.forms.tags import RAW, Tags
from say.forms.words import Words
from say.patterns import regex

if TYPE_CHECKING:
    from say.forms import Filter


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


# What is not read, and how much of it at most: then the end of the element is missing.
_SKIPPED = _names(
    "head script style template noscript svg math iframe object canvas nav select datalist textarea audio video"
)
_SKIPPED_MOST = 1 << 20
_VOID = _names("area base br col embed hr img input link meta source track wbr")
_PARAGRAPHS = _names(
    "p div section article header footer main aside blockquote figure figcaption table ul ol dl form fieldset details "
    "h1 h2 h3 h4 h5 h6 address"
)
_LINES = _names("li dt dd tr br hr option summary caption legend label button")
_STOPPED = regex(r"[.!?:;,…。！？]\s*\Z")
_BLANKS = regex(r"\s+")
_ROW_MOST = 4096  # characters of a row that are said together
_TITLE_MOST = 1000  # characters


def page() -> Filter:
    """Return a new filter for a page of HTML."""
    return Chain(Html(), Lines(Words()))


class Html:
    """A filter. Text is given as it comes, a row of a table when it ends."""

    def __init__(self) -> None:
        self._tags = Tags(self)
        self._out: list[str] = []
        self._last = "\n\n"  # the end of what was given
        self._gap = ""  # what lies between that and the next word: a blank, a line end, a paragraph's
        self._skipped = ""  # the element that is not read, with
        self._depth = 0  # how many of its kind are open, and
        self._skipped_length = 0  # its length so far
        self._title: str | None = None
        self._pre = 0  # depth of preformatted text, and
        self._code_lines = 0  # its lines
        self._row: list[str] | None = None  # the cells of the row that we are in, with
        self._row_length = 0  # its characters

    def feed(self, text: str) -> str:
        self._tags.feed(text)
        return self._given()

    def flush(self) -> str:
        self._tags.flush()
        return self._given()

    def finish(self) -> str:
        self._tags.finish()
        if self._title is not None:
            self._end_title()
        self._end_row()
        return self._given()

    def _given(self) -> str:
        given = "".join(self._out)
        self._out.clear()
        return given

    # What the tags tell

    def text(self, text: str) -> None:
        if self._title is not None:
            self._title = (self._title + text)[:_TITLE_MOST]
        elif self._skipped:
            self._skip(text)
        elif self._pre:
            self._code_lines += text.count("\n")
        elif self._row is not None:
            self._in_cell(text)
        else:
            self._say(text)

    def _skip(self, text: str) -> None:
        if self._skipped in RAW:
            return
        self._skipped_length += len(text)
        if (over := self._skipped_length - _SKIPPED_MOST) > 0:
            self._skipped = ""
            self.text(text[-over:])

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "title" and self._skipped in ("", "head"):
            self._title = ""
            return
        if name == "body":
            self._skipped = ""
        if self._skipped:
            self._depth += name == self._skipped
            return
        hidden = "hidden" in attributes or attributes.get("aria-hidden") == "true"
        if (name in _SKIPPED or hidden) and name not in _VOID and name != "body":
            self._skipped, self._depth, self._skipped_length = name, 1, 0
        elif name == "img":
            self.text(attributes.get("alt", ""))
        elif name == "pre":
            self._break("\n")
            self._pre, self._code_lines = self._pre + 1, self._code_lines or 1
        elif not self._pre:
            self._opened_block(name)

    def _opened_block(self, name: str) -> None:
        if name == "tr":
            self._end_row()
            self._break("\n")
            self._row = [""]
        elif name in ("td", "th") and self._row is not None:
            self._row.append("")
            self._row_length += 1
        elif name == "li":
            self._break("\n")
            self._say("- ")
        elif name in _PARAGRAPHS:
            self._break("\n\n")
        elif name in _LINES:
            self._break("\n", stop=name not in ("br", "label", "button"))

    def closed(self, name: str) -> None:
        if name == "title" and self._title is not None:
            self._end_title()
        elif self._skipped:
            self._depth -= name == self._skipped
            if not self._depth:
                self._skipped = ""
        elif name == "pre" and self._pre:
            self._pre -= 1
            if not self._pre:
                lines, self._code_lines = self._code_lines, 0
                self.text(code_block(lines))
                self._break("\n\n")
        elif name in ("tr", "table"):
            self._end_row()
            self._break("\n" if name == "tr" else "\n\n")
        elif not self._pre and name in _PARAGRAPHS:
            self._break("\n\n")
        elif not self._pre and name in _LINES:
            self._break("\n")

    # What is said

    def _end_title(self) -> None:
        title, self._title = unescape(self._title or ""), None
        if title.strip():
            self._say(title.strip())
            self._break("\n\n")

    def _in_cell(self, text: str) -> None:
        while self._row is not None and text:
            room = _ROW_MOST - self._row_length
            self._row[-1] += text[:room]
            self._row_length += len(text[:room])
            text = text[room:]
            if text:
                self._end_row()
                self._row = [""]

    def _end_row(self) -> None:
        row, self._row, self._row_length = self._row, None, 0
        if row:
            self._say(tables.row([" ".join(cell.split()) for cell in row]))

    def _break(self, gap: str, *, stop: bool = True) -> None:
        """End the line, or the paragraph; with a stop where there is none."""
        if self._row is not None:
            self._in_cell(" ")
            return
        if self._last.strip() and stop and not _STOPPED.search(self._last) and self._last.strip() != "-":
            self._give(".")
        if len(gap) > len(self._gap.replace(" ", "")) and self._last[-2:] != "\n\n":
            self._gap = gap

    def _say(self, text: str) -> None:
        for at, word in enumerate(_BLANKS.split(text)):
            if at and not self._gap and not self._last.endswith(("\n", " ")):
                self._gap = " "
            if word:
                self._give(self._gap + word)
                self._gap = ""

    def _give(self, text: str) -> None:
        self._out.append(text)
        self._last = (self._last[-8:] + text)[-8:]
