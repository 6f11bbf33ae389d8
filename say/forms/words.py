"""Words that only machines read with ease, as a person would say them: addresses, paths, places in files, hashes.

Every pattern begins where a word does, so that each character is looked at a bounded number of times.
"""

from __future__ import annotations

import re

from say.patterns import regex

# A path of more parts is read as its last ones.
_PATH_PARTS = 2
_HASH_SPOKEN = 4  # characters of a hash, an ID or an address that are spelled

_URL = regex(r"(?<![\w.])<?(?:https?|ftp|wss?)://([^\s<>\"'`|\\^{}]++)>?", re.IGNORECASE)
_PLACE = regex(
    r"(?<![\w./\\~@:+-])"
    r"((?:[A-Za-z]:)?[\w./\\~@+-]*?(?:[\w-]\.[A-Za-z][A-Za-z0-9]{0,4}|Makefile))"
    r":(\d{1,7})(?:[:.](\d{1,5}))?(?![\w.])(?:-\d+)?"
)
_PATH = regex(r"(?<![\w./~@:+-])((?:~|\.{1,2})?(?:/[\w.@+=,~%-]+){3,}+/?|(?:[\w.@+-]+/){3,}+[\w.@+-]+)")
# What stands between two slashes of base64, and is no name of a file.
_CODED = regex(
    r"(?<![^/])(?=[a-zA-Z+]*+[0-9]++[a-zA-Z+]++[0-9])(?=[a-z0-9+]*+[A-Z])(?=[A-Z0-9+]*+[a-z])[A-Za-z0-9+]{24,}+(?![^/=])"
)
_UUID = regex(r"(?<![\w-])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![\w-])")
_HASH = regex(r"(?<![\w.-])(?=[0-9a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{7,128}(?![\w-])")
_ADDRESS = regex(r"(?<!\w)0x[0-9a-fA-F]{6,16}(?!\w)")
_NAMED = regex(r"\b(?:commit|hash|digest|revision|sha\d*|u?u?id|address|at|index)[ :=#\"']{1,3}\Z", re.IGNORECASE)
_HINTS = regex(r"[/:0-9]")


def shorten(text: str) -> str:
    """Return the text with addresses of the web, paths, places in files and hashes made short and sayable."""
    if not _HINTS.search(text):
        return text
    if "://" in text:
        text = _URL.sub(_say_url, text)
    if ":" in text:
        text = _PLACE.sub(_say_place, text)
    if "/" in text:
        text = _PATH.sub(_say_path, text)
    text = _UUID.sub(lambda found: _spelled("ID", found), text)
    text = _ADDRESS.sub(lambda found: _spelled("address", found), text)
    return _HASH.sub(lambda found: _spelled("hash", found), text)


def _say_path(found: re.Match[str]) -> str:
    path = found.group(1)
    return path if _CODED.search(path) else short_path(path)


def short_path(path: str) -> str:
    """Return the last parts of a path."""
    parts = [part for part in path.replace("\\", "/").split("/") if part and part not in (".", "..")]
    if len(parts) <= _PATH_PARTS:
        return path
    return "/".join(parts[-_PATH_PARTS:])


def place(path: str, line: str, column: str | None = None) -> str:
    """Return how a place in a file is said."""
    return f"{short_path(path)}, line {line}" + (f", column {column}" if column else "")


def _say_place(found: re.Match[str]) -> str:
    path, line, column = found.groups()
    return place(path, line, column)


def _say_url(found: re.Match[str]) -> str:
    address = found.group(1)
    kept = address.rstrip(".,;:!?)]'\"") if address.count("(") < address.count(")") else address.rstrip(".,;:!?'\"")
    tail = address[len(kept) :]
    host, _, path = kept.partition("/")
    host = host.rpartition("@")[2].removeprefix("www.")
    path = re.split(r"[?#]", path, maxsplit=1)[0].rstrip("/")
    last = path.rpartition("/")[2]
    return (f"{host}, {last}" if last else host) + tail


def _spelled(kind: str, found: re.Match[str]) -> str:
    """Spell the first characters; say what it is unless the word before does."""
    characters = " ".join(found.group().removeprefix("0x")[:_HASH_SPOKEN])
    before = found.string[max(0, found.start() - 12) : found.start()]
    return characters if _NAMED.search(before) else f"{kind} {characters}"


_CAMEL = regex(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def identifier(name: str) -> str:
    """Return the words of a name in a program: "readLine" and "read_line" as "read line"."""
    words = _CAMEL.sub(lambda found: " ", name.replace("_", " ")).split()
    return " ".join([*words[:1], *(word if word.isupper() else word.lower() for word in words[1:])])


class Words:
    """A reader of lines, see `say.forms.lines.Reader`: of prose."""

    def cuts(self, head: str) -> bool:
        return True

    def certain(self, head: str, *, begins: bool) -> int:
        return len(head)

    def read(self, text: str, *, begins: bool, ends: bool) -> str | None:
        return shorten(text)

    def pause(self) -> str:
        return ""

    def close(self) -> str:
        return ""
