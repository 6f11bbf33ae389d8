"""HTML cut into tags and text as it arrives. Pure; keeps a bounded part of a tag, and nothing of what is skipped."""

from __future__ import annotations

import html
import re

from common import TYPE_CHECKING
from say.patterns import regex

# Characters of a tag that are kept: what is longer carries a picture or a script.
_TAG_KEPT = 4096
# Characters after which a tag that does not end is taken to be over.
_TAG_MOST = 1 << 20
_ENTITY_MOST = 32  # characters from "&" to ";"

_OPENING = regex(r"[A-Za-z/!?]")
_IN_TAG = regex(r"[=\"'>]|[^=\"'>\s]+|\s+")
_NAME = regex(r"/?[A-Za-z][^\s/>]{0,30}")
_ATTRIBUTE = regex(r"([A-Za-z][\w-]*+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
# Elements whose content is no HTML: it goes on up to their own end.
RAW = frozenset(("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"))


if TYPE_CHECKING:
    from typing import Protocol

    class Sink(Protocol):
        """Takes what was found."""

        def text(self, text: str) -> None: ...  # of `RAW` elements as it is written

        def opened(self, name: str, attributes: dict[str, str]) -> None: ...

        def closed(self, name: str) -> None: ...


class Tags:
    """Feeds a sink."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._held = ""
        self._state = self._in_text
        self._tag: list[str] = []
        self._length = 0  # of the tag so far
        self._quote = ""  # that of the attribute that we are in
        self._equals = False  # the last thing in the tag was "="
        self._raw = ""  # the element whose end we look for

    def feed(self, text: str) -> None:
        self._held += text
        while self._held and self._state():
            pass

    def finish(self) -> None:
        """Take what is left, which nothing will complete, for text."""
        if self._state == self._in_raw:
            self._sink.text(self._held)
        elif self._state == self._in_text and self._held:
            self._sink.text(html.unescape(self._held))
        self._held = ""

    def flush(self) -> None:
        """Give what is held of a text though it may be the beginning of an entity."""
        if self._state == self._in_text and self._held and self._held[0] != "<":
            self._sink.text(html.unescape(self._held))
            self._held = ""

    # Each of these takes something off what is held and returns whether to go on.

    def _in_text(self) -> bool:
        end = self._held.find("<")
        if end == 0:
            return self._at_bracket()
        text = self._held if end < 0 else self._held[:end]
        if end < 0:
            entity = text.rfind("&", max(0, len(text) - _ENTITY_MOST))
            if entity >= 0 and not re.search(r"[;\s]", text[entity:]):
                text = text[:entity]
        if not text:
            return False
        self._sink.text(html.unescape(text) if "&" in text else text)
        self._held = self._held[len(text) :]
        return end >= 0

    def _at_bracket(self) -> bool:
        held = self._held
        if len(held) < 2:
            return False
        if not _OPENING.match(held, 1):
            self._sink.text("<")
            self._held = held[1:]
            return True
        if held.startswith("<!") and len(held) < 4 and "<!--".startswith(held):
            return False
        self._tag, self._length, self._quote, self._equals = [], 0, "", False
        comment = held.startswith("<!--")
        self._state = self._in_comment if comment else self._in_tag
        self._held = held[4:] if comment else held[1:]
        return True

    def _in_comment(self) -> bool:
        end = self._held.find("-->")
        if end < 0:
            self._held = self._held[-2:]
            return False
        self._held = self._held[end + 3 :]
        self._state = self._in_text
        return True

    def _in_tag(self) -> bool:
        for found in _IN_TAG.finditer(self._held):
            part = found.group()
            over = max(0, self._length + len(part) - _TAG_MOST)
            if (part == ">" and not self._quote) or over:
                self._held = self._held[found.end() - over :]
                self._state = self._in_text
                self._tagged("".join(self._tag)[:_TAG_KEPT])
                return True
            if self._length < _TAG_KEPT:
                self._tag.append(part)
            self._length += len(part)
            if self._quote:
                self._quote = "" if part == self._quote else self._quote
            elif part in "\"'" and self._equals:
                self._quote = part
            self._equals = part == "=" or (self._equals and part.isspace())
        self._held = ""
        return False

    def _tagged(self, tag: str) -> None:
        found = _NAME.match(tag)
        if not found:
            return
        name = found.group().lower()
        if name.startswith("/"):
            self._sink.closed(name[1:])
            return
        attributes = {
            key.lower(): html.unescape(double or single or bare)
            for key, double, single, bare in _ATTRIBUTE.findall(tag, found.end())
        }
        self._sink.opened(name, attributes)
        if name in RAW and not tag.endswith("/"):
            self._raw, self._state = name, self._in_raw

    def _in_raw(self) -> bool:
        end = "</" + self._raw
        lower = self._held.lower()
        at = lower.find(end) if len(lower) == len(self._held) else self._held.find(end)
        if at < 0:
            keep = len(end) - 1
            text, self._held = self._held[:-keep], self._held[-keep:]
            self._sink.text(text)
            return False
        self._sink.text(self._held[:at])
        self._held = self._held[at:]
        self._state = self._in_text
        return True
