"""Markdown: READMEs, notes, what language models write."""

from __future__ import annotations

from itertools import zip_longest

from say.forms import tables
from say.forms.inline import inline, open_at
from say.patterns import regex

_FRONT_MOST = 200  # lines of front matter; what is longer is none
_COMMENT_MOST = 1 << 16  # characters of a comment
_TAG_MOST = 20  # lines of a tag
# Headers are said before each cell if they are short and few, else once.
_HEADER_LENGTH = 16
_HEADERS = 5

_FENCE = regex(r"[ >]{0,16}(?:[-*+] )?(`{3,}|~{3,})[ \t]*([^`\s]*)([^`]*)\Z")
_HEADING = regex(r" {0,3}#{1,6}(?:[ \t]+|\Z)(.*?)[ \t]*#*[ \t]*\Z")
_QUOTE = regex(r" {0,3}>[ >]*")
_CALLOUT = regex(r"\[!(\w{1,20})\][ \t]*")
_ITEM = regex(r"[ \t]*(?:([-*+])|(\d{1,9})[.)])[ \t]+(?:\[([ xX])\][ \t]+)?")
_DEFINITION = regex(r" {0,3}\[(\^?)([^\[\]]{1,200})\]:[ \t]*")
_SPECIAL = regex(r"[ \t>]*(?:\||#|```|~~~|<|\[\^?[^\[\]]{1,200}\]:|-{3}|={3}|\*{3}|_{3}|:::|[|:\- ]{3,})")
_KEY = regex(r"([A-Za-z_][\w-]*):(?: (.*))?\Z")
_INDENTED = regex(r"(?: {4}|\t)")
_WORDS = regex(r"[^\W\d_]{2}")
_TAG_START = regex(r"\s*</?[A-Za-z][^<>]*\Z")

_NAMES = {
    **dict.fromkeys(("sh", "bash", "shell", "zsh", "console", "shell-session", "terminal"), "shell"),
    **dict.fromkeys(("py", "python", "python3", "pycon"), "Python"),
    **dict.fromkeys(("js", "javascript", "jsx"), "JavaScript"),
    **dict.fromkeys(("ts", "typescript", "tsx"), "TypeScript"),
    **dict.fromkeys(("cpp", "c++", "cxx"), "C++"),
    **dict.fromkeys(("cs", "csharp"), "C#"),
    **dict.fromkeys(("rs", "rust"), "Rust"),
    **dict.fromkeys(("yml", "yaml"), "YAML"),
    **dict.fromkeys(("text", "txt", "plain"), ""),
    **{
        name.lower(): name
        for name in ("C", "Go", "Ruby", "Java", "JSON", "TOML", "SQL", "HTML", "CSS", "XML", "Markdown")
    },
}


def code_block(lines: int, language: str = "") -> str:
    """Return what is said in place of code."""
    name = _NAMES.get(language.lower(), language)
    return f"Code block, {name + ', ' if name else ''}{lines} line{'s' * (lines != 1)}."


class Markdown:
    """A reader of lines, see `say.forms.lines.Reader`. Of a text that only looks like Markdown here and there
    (`strict` is False), indented lines are no code and its front is no front matter."""

    def __init__(self, *, strict: bool = True) -> None:
        self._strict = strict
        self._fence = ""  # what opened the code we are in
        self._language = ""
        self._lines = 0  # of code so far
        self._comment = 0  # characters of a comment that we are in
        self._tag = 0  # lines of a tag that we are in
        self._front = 0  # lines of front matter so far
        self._number = 0  # of lines so far
        self._header: list[str] | None = None  # the row that the next line may make a header
        self._names: list[str] | None = None  # the header of the table that we are in; [] if not said with cells
        self._blank = True  # the line before was blank
        self._listed = False  # the paragraph before belongs to a list

    @property
    def open(self) -> bool:
        """Whether the next line is part of something that has begun."""
        return self._skipping or self.tabular

    @property
    def _skipping(self) -> bool:
        return bool(self._fence or self._comment or self._tag or self._front)

    @property
    def tabular(self) -> bool:
        """Whether the next line may be a row of a table."""
        return self._header is not None or self._names is not None

    def cuts(self, head: str) -> bool:
        if self.open and not (self.tabular and head and not head.lstrip().startswith("|")):
            return False
        if self._strict and _INDENTED.match(head):
            return False
        if head and not _WORDS.search(head):
            return False  # the number of an item
        return not _SPECIAL.match(head) and open_at(head) == len(head)

    def certain(self, head: str, *, begins: bool) -> int:
        if begins and (self.open or _SPECIAL.match(head) or not head.strip("`~*_-+=#> \t.|0123456789")):
            return 0
        return open_at(head)

    def read(self, text: str, *, begins: bool, ends: bool) -> str | None:
        if not begins:
            return None if self._skipping else inline(text)
        self._number += 1
        if self._fence:
            return self._code(text)
        if self._comment or self._tag:
            return self._markup(text)
        if self._number == 1 and self._strict and text.rstrip() == "---":
            self._front = 1
            return None
        if self._front and self._is_matter(text):
            return self._matter(text)
        return self._block(text, ends)

    def pause(self) -> str:
        if self._header is None:
            return ""
        row, self._header, self._names = self._header, None, []
        return _row(row) + "\n"

    def close(self) -> str:
        if self._fence:
            self._fence = ""
            return code_block(self._lines, self._language)
        return self._ended().rstrip("\n")

    def _ended(self) -> str:
        """End the table or indented code before this line, and return what is to be said of it."""
        said = ""
        if self._lines:
            said, self._lines = code_block(self._lines) + "\n", 0
        if self._header:
            said = _row(self._header) + "\n"
        self._header = self._names = None
        return said

    # Blocks

    def _block(self, text: str, ends: bool) -> str | None:
        line = text.rstrip() if ends else text
        if not line.strip():
            self._blank = True
            if self._lines:
                return None
            return self._ended() if ends else ""
        if self._strict and self._is_code(line):
            self._lines += 1
            return None
        if line.lstrip(" >").startswith("|") or (self._names is not None and "|" in line) or tables.is_delimiter(line):
            return self._table(line)
        ended = self._ended()
        said = self._opened(line)
        self._blank = False
        return ended + said if said is not None else ended.rstrip("\n") or None

    def _is_code(self, line: str) -> bool:
        if not self._lines and (not self._blank or self._listed):
            return False
        return bool(_INDENTED.match(line))

    def _opened(self, line: str) -> str | None:
        """Read the first or only line of a block, or a later one of a paragraph."""
        if found := _FENCE.match(line):
            self._fence, self._language, self._lines = found.group(1), found.group(2).strip("{}. "), 0
            return None
        listed, self._listed = self._listed, False
        if found := _HEADING.match(line):
            return _sentence(inline(found.group(1))) or None
        if tables.is_ruler(line) or line.lstrip().startswith(":::"):
            return None
        quoted = _QUOTE.match(line)
        line = line[quoted.end() :] if quoted else line
        if quoted and (found := _CALLOUT.match(line)):
            return f"{found.group(1).capitalize()}: {inline(line[found.end() :])}".rstrip()
        if quoted and (found := _FENCE.match(line)):
            self._fence, self._language, self._lines = found.group(1), found.group(2), 0
            return None
        if found := _DEFINITION.match(line):
            return f"Footnote {found.group(2)}: {inline(line[found.end() :])}" if found.group(1) else None
        if found := _ITEM.match(line):
            self._listed = True
            bullet, number, box = found.groups()
            task = "" if box is None else "to do: " if box == " " else "done: "
            return ("- " if bullet else f"{number}. ") + task + inline(line[found.end() :])
        self._listed = listed and (not self._blank or line[:1] in " \t")
        return self._text(line)

    def _text(self, line: str) -> str | None:
        """Read a line of a paragraph, which may hold the beginning of a comment or tag."""
        rest = line
        if (at := line.rfind("<!--")) >= 0 and "-->" not in line[at:]:
            rest, self._comment = line[:at], 1
        elif _TAG_START.match(line):
            rest, self._tag = "", 1
        said = inline(rest.strip(" \t") if rest.strip() else "")
        if not said.strip() and line.strip():
            return None
        return (said + " " if line[-1:] == " " and said[-1:] != " " else said).replace(" | ", ", ")

    def _code(self, line: str) -> str | None:
        bare = line.strip(" >\t")
        if bare.startswith(self._fence) and not bare.strip(self._fence[0]):
            self._fence, said, self._lines = "", code_block(self._lines, self._language), 0
            self._blank = True
            return said
        self._lines += 1
        return None

    def _markup(self, line: str) -> str | None:
        """Skip what is left of a comment or a tag that began on an earlier line."""
        end = line.find("-->" if self._comment else ">")
        self._comment += len(line) + 1 if self._comment else 0
        self._tag += bool(self._tag)
        if end < 0 and self._comment < _COMMENT_MOST and self._tag < _TAG_MOST:
            return None
        rest = line[end + (3 if self._comment else 1) :] if end >= 0 else ""
        self._comment = self._tag = 0
        return self._text(rest) if rest.strip() else None

    def _is_matter(self, line: str) -> bool:
        if self._front == 1 and not _KEY.match(line):
            self._front = 0  # but a ruler
        return bool(self._front)

    def _matter(self, line: str) -> str | None:
        """Read a line of front matter: only the title."""
        self._front += 1
        if line.rstrip() in ("---", "...") or self._front > _FRONT_MOST:
            self._front = 0
            return None
        found = _KEY.match(line)
        if found and found.group(1) == "title" and found.group(2):
            return _sentence(found.group(2).strip("\"' ")) + "\n"
        return None

    # Tables

    def _table(self, line: str) -> str | None:
        row = [inline(cell) for cell in tables.cells(line.lstrip(" >"))]
        if tables.is_delimiter(line):
            header, self._header = self._header, None
            if header and len(header) <= _HEADERS and all(len(name) <= _HEADER_LENGTH for name in header):
                self._names = header
                return None
            self._names = []
            return _row(header) if header else None
        if self._names is not None:
            return _named(self._names, row) or None
        if self._header is None:
            ended = self._ended()
            self._header = row
            return ended.rstrip("\n") or None
        first, self._header, self._names = self._header, None, []
        return _row(first) + "\n" + _row(row)


def _named(names: list[str], row: list[str]) -> str:
    pairs = zip_longest(names[: len(row)], row, fillvalue="")
    return _row([f"{name}: {cell}" if name and cell else cell for name, cell in pairs])


def _row(row: list[str]) -> str:
    return tables.row(row)


def _sentence(text: str) -> str:
    text = text.strip()
    return text + "." if text and text[-1] not in ".!?:…" else text
