"""Addresses: of the web, of mail, of machines and their ports; handles and hashtags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from model_server.text.english.technical.endings import TOP_LEVEL, WORDY_TOP_LEVEL
from model_server.text.english.technical.network import ip_at, say_ip
from model_server.text.english.technical.parts import code_number, name, said
from model_server.text.english.technical.reading import ADDRESS, PATH, closes, found, opens, read
from model_server.text.english.tokens import Found, Kind, Manner, Token, letters

# Longer addresses are cut here: the rest is found as text.
_LONGEST = 2000
_REST = rf"[^\s<>\"`|^{{}}“”]{{0,{_LONGEST}}}+"
_URL = re.compile(rf"([A-Za-z][A-Za-z0-9+.-]{{1,11}}+)(?<![+.-])://(?=[\w\[/~.$]){_REST}|mailto:(?=\w)")
_LABEL = r"[^\W_](?:[^\W_]|-(?![.@/])){0,62}"
_HOST = re.compile(rf"(?:{_LABEL}\.){{1,6}}([A-Za-z]{{2,12}})(?![\w-])")
_LOCALHOST = re.compile(r"localhost(?=[:/])(?![:/][\s/]|[:/]\Z)")
_FOLLOWED = re.compile(r"/\w")
_PORT = re.compile(r":(\d{1,5})(?!\d|[.:]\d)")
_TAIL = re.compile(rf"[/?#]{_REST}")
_MAIL = re.compile(rf"([\w.+%-]{{1,64}}+)@((?:{_LABEL}\.){{0,6}}{_LABEL})(?![\w@])")
_GIT = re.compile(rf"(\w{{1,32}}+)@((?:{_LABEL}\.){{1,6}}[a-z]{{2,12}}):(?=[\w~/.])([^\s<>\"`:|]{{1,200}}+)")
_HANDLE = re.compile(r"@(?=[\w]*[^\W\d])(\w{1,40}+(?:[./-]\w{1,40}+){0,4}+)")
_HASHTAG = re.compile(r"#(?=\w*[^\W\d_])(\w{1,80}+)")
_TAG = re.compile(r"(?<=[a-z0-9]):(?:v?\d[\w.-]*|latest|[a-z]+)\Z")
_TAG_LENGTH = 40
_ITEM = re.compile(r"[A-Z]{0,3}[0-9]{1,8}[A-Z]{0,2}")  # no topic but the number of an order or a flat: "#A1234", "#3B"
_NUMBERED_ITEM = re.compile(r"[A-Z]{1,4}-\d")  # "#A-1029"
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")
_ACCENTED = re.compile(
    r"[A-Za-z]{0,20}+(?:(?:%[CcDdEe][0-9A-Fa-f](?:%[89ABab][0-9A-Fa-f]){1,2}){1,20}[A-Za-z]{0,20}+){1,10}"
)
_ESCAPED_NAMES = {"+": "plus", "#": "sharp", "&": "and", "@": "at", "%": "percent", "=": "equals"}

_SAID_PARTS = 4  # parts of a path that are all said, if they are short
_SAID_LENGTH = 60  # characters of an address that are all said
_SAID_QUERY = 24  # characters of what stands behind "?" or "#"

_WEB = frozenset(("http", "https"))


def url(text: str, at: int, manner: Manner) -> Found | None:
    """An address with its scheme: "https://www.example.com/docs" is "example dot com slash docs"."""
    if not text[at].isalpha() or not (begun := _URL.match(text, at)) or (text[at - 1 : at].isalnum() and at):
        return None
    if begun[1] is None:
        return mail(text, begun.end(), manner)
    end = _trimmed(text, begun.end(1) + 3, begun.end())
    scheme = begun[1].lower()
    tokens: list[Token] = []
    if scheme == "file":
        tokens += [*said("file,", at, begun.end(1), manner), *read(text, begun.end(1) + 3, end, PATH, manner)]
        return Found(end, tuple(tokens))
    if scheme not in _WEB:
        tokens += [*name(scheme, at, manner), Token(",", begun.end(1), begun.end(1) + 1, Kind.MARK)]
    return found(end, iter([*tokens, *_web(text, begun.end(1) + 3, end, manner)]))


def bare(text: str, at: int, manner: Manner) -> Found | None:
    """An address without a scheme: "example.com/docs", "localhost:8080", "www.example.com"."""
    if not opens(text, at) or not text[at].isalnum():
        return None
    host = _LOCALHOST.match(text, at)
    if not host:
        host = _HOST.match(text, at)
        if not host or not _is_host(text, at, host):
            return None
    end = host.end()
    if port := _PORT.match(text, end):
        end = port.end()
    if tail := _TAIL.match(text, end):
        end = _trimmed(text, end, tail.end())
        if tag := _TAG.search(text, max(tail.start(), end - _TAG_LENGTH), end):  # of an image: "ghcr.io/org/app:v1.2"
            end = tag.start()
    return found(end, _web(text, at, end, manner))


def _is_host(text: str, at: int, host: re.Match[str]) -> bool:
    """Return whether labels and dots are an address, and not a missing blank or an initialism."""
    top = host[1]
    labels = host.group().split(".")
    if text.startswith("www.", at):
        return len(labels) > 2 or top.lower() in TOP_LEVEL
    if text.startswith("@", host.end()) or (all(len(label) == 1 for label in labels[:-1]) and len(top) < 3):
        return False
    return (
        top in TOP_LEVEL
        or (top in WORDY_TOP_LEVEL and bool(_FOLLOWED.match(text, host.end())))
        or (top.lower() in TOP_LEVEL and host.group().isupper() and len(labels[0]) > 1)
    )


def _web(text: str, start: int, end: int, manner: Manner) -> Iterator[Token]:
    tail = min((at for mark in "/?#" if (at := text.find(mark, start, end)) >= 0), default=end)
    if (user := text.rfind("@", start, tail)) >= 0:  # a name and maybe a password: nobody says them aloud
        start = user + 1
    yield from _authority(text, start, tail, manner)
    query = min((at for mark in "?#" if (at := text.find(mark, tail, end)) >= 0), default=end)
    whole = query - start <= _SAID_LENGTH and text.count("/", tail, query) <= _SAID_PARTS
    yield from _path(text, tail, query, whole, manner)
    if whole and 1 < end - query <= _SAID_QUERY and not _ESCAPED.search(text, query, end):
        yield from read(text, query, end, ADDRESS, manner)


def _authority(text: str, start: int, end: int, manner: Manner) -> Iterator[Token]:
    port = re.compile(r":(\d{1,5})\Z").search(text, max(start, end - 6), end)
    host = port.start() if port else end
    if text.startswith("www.", start) and host > start + 4:
        start += 4
    if (ip := ip_at(text, start)) and ip == host:
        yield from say_ip(text, start, host, manner)
    else:
        yield from _host(text, start, host, manner)
    if port:
        yield from said("port", host, host + 1, manner)
        yield from said(code_number(port[1]), host + 1, end, manner)


def _host(text: str, start: int, end: int, manner: Manner) -> Iterator[Token]:
    """Yield a machine's name; an ending of two letters is a country's code and spelled."""
    last = text.rfind(".", start, end) + 1
    if last and end - last == 2 and text[last:end].isalpha() and text[last:end] not in ("co", "me", "be"):
        yield from read(text, start, last, ADDRESS, manner)
        yield letters(text[last:end], last, end)
    else:
        yield from read(text, start, end, ADDRESS, manner)


def _path(text: str, start: int, end: int, whole: bool, manner: Manner) -> Iterator[Token]:
    """Yield the parts of a path, or the last part only."""
    if text[end - 1 : end] == "/":
        end -= 1
    if end <= start:
        return
    if not whole:
        last = text.rfind("/", start, end)
        yield Token(",", last, last + 1, Kind.MARK)
        start = max(last + 1, end - _SAID_LENGTH)
    at = start
    while at < end and (escape := _ESCAPED.search(text, at, end)):
        word = escape.start()
        while word > at and text[word - 1].isalpha():
            word -= 1
        if (accented := _ACCENTED.match(text, word, end)) and (written := unquote(accented.group())).isalpha():
            yield from read(text, at, word, ADDRESS, manner)  # "Caf%C3%A9"
            yield Token(written, word, accented.end())
            at = accented.end()
            continue
        yield from read(text, at, escape.start(), ADDRESS, manner)
        yield from said(_ESCAPED_NAMES.get(unquote(escape.group()), ""), *escape.span(), manner)
        at = escape.end()
    yield from read(text, at, end, ADDRESS, manner)


def _trimmed(text: str, start: int, end: int) -> int:
    """Return where an address ends: the punctuation of the sentence around it is none of it."""
    if (link := text.find("](", start, end)) >= 0:  # the next of Markdown's links
        end = link
    while end > start and text[end - 1] in ".,;:!?'\")]*_~…":
        if text[end - 1] == ")" and text.count("(", start, end) >= text.count(")", start, end):
            break
        end -= 1
    return end


def mail(text: str, at: int, manner: Manner) -> Found | None:
    """An address of mail, or of a user on a machine; also git@github.com:a/b.git."""
    if not (text[at].isalnum() or text[at] in "_%+"):
        return None
    if not (address := _GIT.match(text, at) or _MAIL.match(text, at)):
        return None
    if not any(map(str.isalpha, address[2])):  # typescript@5.3.2
        return None
    end = _trimmed(text, address.end(2), address.end())
    tokens = list(read(text, at, address.end(1), ADDRESS, manner))
    tokens += said("at", address.end(1), address.end(1) + 1, manner)
    tokens += _host(text, address.start(2), address.end(2), manner)
    tokens += read(text, address.end(2), end, ADDRESS, manner)
    return Found(end, tuple(tokens))


def handle(text: str, at: int, manner: Manner) -> Found | None:
    """A name behind an at sign: "@jane_doe", "@types/node"."""
    if text[at] != "@" or not opens(text, at) or not (name_ := _HANDLE.match(text, at)):
        return None
    return found(name_.end(), read(text, at, name_.end(), ADDRESS, manner))


def hashtag(text: str, at: int, manner: Manner) -> Found | None:
    """A hashtag: "#MachineLearning" is "hashtag Machine Learning"."""
    if text[at] != "#" or not opens(text, at) or not (tag := _HASHTAG.match(text, at)) or not closes(text, tag.end()):
        return None
    if _ITEM.fullmatch(tag[1]) or _NUMBERED_ITEM.match(text, at + 1):
        return found(at + 1, said("number", at, at + 1, manner))
    return found(tag.end(), _tagged(text, at, tag.end(), manner))


def _tagged(text: str, at: int, end: int, manner: Manner) -> Iterator[Token]:
    yield from said("hashtag", at, at + 1, manner)
    yield from read(text, at + 1, end, {}, manner)
