"""Paths and names of files, and places in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from model_server.text.english.amounts.numerals import cardinal
from model_server.text.english.technical.code import BEGIN_SENTENCES
from model_server.text.english.technical.endings import EXTENSIONS, WORDY_EXTENSIONS
from model_server.text.english.technical.names import EVERYWHERE, INSIDE, SMALL, listed
from model_server.text.english.technical.parts import said
from model_server.text.english.technical.reading import ADDRESS, PATH, before, closes, found, opens, read
from model_server.text.english.tokens import Found, Kind, Manner, Token

_CHARACTERS = r"[\w.+@%#=~*$-]"
_SEGMENT = rf"{_CHARACTERS}{{1,80}}+"
# /usr/bin, ~/.bashrc, ./script.sh, ../foo, $HOME/bin
_ROOTED = re.compile(rf"(?:~\w{{0,32}}|\.{{1,2}}|\$[A-Za-z_]\w{{0,31}}|\$\{{\w{{1,32}}\}})?/(?:{_SEGMENT}/?){{0,24}}")
_WINDOWS = re.compile(
    r"(?:[A-Za-z]:|\\(?=\\\w)|%\w{1,32}%(?=\\))(?:[\\/][\w.+@ #$~*-]{1,80}?(?=[\\/]|[\s,;:!?\"')]|\Z)){1,24}[\\/]?|[A-Za-z]:\\"
)
_RELATIVE = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT}){{1,24}}/?")
_FILE = re.compile(r"(?=[\w*+@-]{0,80}\.)([\w*+@-]{1,80}+(?:\.[\w*+@-]{1,40}+){0,6})(?<![.-])")
_DOTFILE = re.compile(r"\.(?=[a-z])([\w-]{2,40}+)(?:\.\w{1,12}){0,2}(?![\w(])")
_PLACE = re.compile(r":(\d{1,6})(?::(\d{1,4}))?(?![\w.]*\w)")
_QUERY = re.compile(r"\?(?=\w+=)[\w=&%.,-]{1,60}")
_MEMBER = re.compile(r"(?:::\w{1,80}){1,3}(?!\w)")
_DIRECTORY = re.compile(r"((?=[\w.-]{0,40}[a-z])[\w.-]{2,40}+)/(?=[\s,;:)'\"`]|\.?\s|\.?\Z)")
_NAMED_FILE = re.compile(r"(?:Make|Docker|Rake|Gem|Proc|Vagrant|Jenkins|Brew)file(?=:\d)")
_NUMBERED = re.compile(r"(?<=[a-z])(?:\.\d{1,3}){1,3}\Z")  # libfoo.so.1, app.log.2
_HYPHENED = re.compile(r"(?<![\w.-])[a-z][a-z0-9]*(?:[._-][a-z0-9]+){1,6}\Z")
_NAME_BEHIND = re.compile(r"\.([a-z][a-z0-9]{1,30})(?![\w(]|\. )")
_SAID_SEGMENTS = 8
_SAID_LAST = 2

_KNOWN_DIRECTORIES = listed(
    "src lib bin tests test docs usr etc var tmp opt home dev app apps pkg cmd node_modules include build dist scripts"
)


def rooted(text: str, at: int, manner: Manner) -> Found | None:
    """A path from the root, the home or here: "/usr/bin" is "slash user slash bin"."""
    if text[at] not in "/~.$" or not _may_begin(text, at) or not (path := _ROOTED.match(text, at)):
        return None
    if path.group() == "/*":  # a comment begins
        return Found(path.end(), ())
    end = _trimmed(text, at, path.end())
    if not re.search(r"[\w*]", text[at:end]) and text[at:end] not in ("~/", "./", "../"):
        return None
    if text[at] == "/" and not (text[at + 1].isalpha() or text[at + 1] in "_.@*$") and text.count("/", at, end) < 2:
        return None
    return _path(text, at, end, manner)


def windows(text: str, at: int, manner: Manner) -> Found | None:
    r"""A path as Windows writes it: C:\Users\x, \\server\share."""
    if not _may_begin(text, at) or not (text[at].isalpha() or text[at] in "\\%"):
        return None
    path = _WINDOWS.match(text, at)
    if not path:
        return None
    end = _trimmed(text, at, path.end()) if text[path.end() - 1] not in "\\/" else path.end()
    return _path(text, at, end, manner)


def relative(text: str, at: int, manner: Manner) -> Found | None:
    """A path that begins with a name: src/main.py, tests/unit/, a/b/c.txt."""
    if not (text[at].isalnum() or text[at] in "_.*@") or not _may_begin(text, at):
        return None
    path = _RELATIVE.match(text, at)
    if not path and (directory := _DIRECTORY.match(text, at)):
        known = (
            directory[1] in _KNOWN_DIRECTORIES or not directory[1].isalpha() or not manner.known(directory[1].lower())
        )
        return _path(text, at, directory.end(), manner) if known else None
    if not path or not _is_path(text[at : (end := _trimmed(text, at, path.end()))]):
        return None
    if text.startswith("/.", end - 2) and (end == len(text) or text[end].isspace()):  # the sentence's stop
        end -= 1
    return _path(text, at, end, manner)


def _is_path(written: str) -> bool:
    """Return whether names with slashes between them are a path, and not "and/or" or 9/11."""
    segments = written.split("/")
    if not any(any(character.isalpha() for character in segment) for segment in segments) or len(segments) < 2:
        return False
    last = segments[-1]
    if not last or _has_ending(last) or "_" in written or "*" in written:
        return True
    if segments[0] in _KNOWN_DIRECTORIES or (segments[0].startswith(".") and len(segments[0]) > 1):
        return True
    small = all(re.fullmatch(r"[a-z][a-z0-9.+-]*", segment) for segment in segments)
    long = any(len(segment) > 2 for segment in segments)
    return small and long and (len(segments) > 2 or any(map(str.isdigit, written)))


def file(text: str, at: int, manner: Manner) -> Found | None:
    """The name of a file: "setup.py" is "setup dot P Y", "README.md" "read me dot M D"."""
    if (whole := _NAMED_FILE.match(text, at)) and _may_begin(text, at):  # "Makefile:12"
        return _path(text, at, whole.end(), manner)
    if not (text[at].isalnum() or text[at] in "_*") or not _may_begin(text, at) or not (name := _FILE.match(text, at)):
        return None
    end = name.end()
    written = name.group()
    if not _has_ending(written) or not closes(text, end) or (text[end : end + 1] in ("(", "@") and text[end] == "("):
        return None
    return _path(text, at, end, manner)


def _has_ending(written: str) -> bool:
    stem, dot, ending = _NUMBERED.sub("", written).rpartition(".")
    if not dot or not stem or stem.endswith("."):
        return False
    if ending.lower() not in EXTENSIONS or not (ending.islower() or ending.isupper() or not ending.isalpha()):
        return False
    if stem.isdecimal() and not ending.isalpha():
        return False
    if ending in WORDY_EXTENSIONS:
        return not (stem[0].isupper() and stem.isalpha() and not stem.isupper()) and len(stem) > 1
    return ending.islower() or (len(ending) > 1 and (stem.isupper() or "_" in stem))


def dotfile(text: str, at: int, manner: Manner) -> Found | None:
    """A name that begins with a dot, ".bashrc" or the ending ".py": "dot bash R C", "dot P Y"."""
    if text[at] != "." or not (name := _DOTFILE.match(text, at)):
        return None
    low = name[1].lower()
    if text[at - 1 : at] == ")" and low in EXTENSIONS:  # "report (1).pdf"
        return _path(text, at, name.end(), manner)
    if not _may_begin(text, at):
        return None
    if at and text[at - 1] not in " \t\n([{<\"'`“*" and low not in EXTENSIONS:
        return None
    if low in EXTENSIONS or low in INSIDE or low in SMALL or low in EVERYWHERE or not manner.known(low) or at == 0:
        return _path(text, at, name.end(), manner)
    return _path(text, at, name.end(), manner) if text[at - 1 : at].isspace() else None


def _may_begin(text: str, at: int) -> bool:
    return opens(text, at) and text[at - 1 : at] != "/"


def _trimmed(text: str, start: int, end: int) -> int:
    while end > start + 1 and text[end - 1] in ".*~=#%@-+" and not text.startswith(("/*", "/.", "/**"), end - 2):
        end -= 1
    return end


def _path(text: str, start: int, end: int, manner: Manner) -> Found | None:
    """Return a path, of one with very many parts the first and the last; and the place behind it."""
    cuts = [at for at in range(start, end) if text[at] in "/\\"]
    if len(cuts) > _SAID_SEGMENTS:
        first, last = cuts[_SAID_LAST], cuts[-_SAID_LAST]
        tokens = list(read(text, start, first, PATH, manner))
        tokens.append(Token("…", first, last, Kind.MARK))
        tokens += read(text, last, end, PATH, manner)
    else:
        tokens = list(_segments(text, start, end, manner))
    if query := _QUERY.match(text, end) if text[start] == "/" else None:
        tokens += read(text, end, query.end(), ADDRESS, manner)
        end = query.end()
    if place := _PLACE.match(text, end):
        tokens += _position(place, manner)
        end = place.end()
    elif member := _MEMBER.match(text, end):  # "test_app.py::test_login"
        tokens.append(Token(",", end, end + 2, Kind.MARK))
        tokens += read(text, end + 2, member.end(), {}, manner)
        end = member.end()
    return found(end, iter(tokens))


def _segments(text: str, start: int, end: int, manner: Manner) -> Iterator[Token]:
    if text[start + 1 : start + 2] == ":" and text[start].isalpha():  # a drive
        yield from read(text, start, start + 2, {":": "colon"}, manner)
        start += 2
    yield from read(text, start, end, PATH, manner)


def _position(place: re.Match[str], manner: Manner) -> Iterator[Token]:
    yield Token(",", place.start(), place.start() + 1, Kind.MARK)
    yield from said(f"line {cardinal(place[1], manner.british)}", *place.span(1), manner)
    if place[2]:
        yield Token(",", place.end(1), place.end(1) + 1, Kind.MARK)
        yield from said(f"column {cardinal(place[2], manner.british)}", *place.span(2), manner)


def joint(text: str, at: int, manner: Manner) -> Found | None:
    """The point in a name that has hyphens in it: that of "kube-dns.kube-system"."""
    if text[at] != "." or not at or not (behind := _NAME_BEHIND.match(text, at)) or behind[1] in BEGIN_SENTENCES:
        return None
    written = _HYPHENED.search(before(text, at, 48))
    if not written or not re.search("[-_]", written.group()):
        return None
    return found(at + 1, said("dot", at, at + 1, manner))
