"""Numbers of machines: IPv4, IPv6, MAC."""

from __future__ import annotations

import re
from collections.abc import Iterator

from model_server.text.english.amounts.numerals import cardinal, digit_by_digit
from model_server.text.english.technical.parts import code_number, said
from model_server.text.english.technical.reading import closes, found, opens
from model_server.text.english.tokens import Found, Kind, Manner, Token, letters

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}(?!\d|\.\d)")
_BEHIND = re.compile(r"/(\d{1,3})(?![\d/])|:(\d{1,5})(?!\d|:\d)")
_IPV6 = re.compile(r"(?=[0-9A-Fa-f:]{0,39}[0-9])(?=[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]{0,40}:)[0-9A-Fa-f:]{3,39}+(?![\w:])")
_PORT = re.compile(r"\]:(\d{1,5})(?!\d)")
_MAC = re.compile(r"[0-9A-Fa-f]{2}([:-])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){4}(?![\w:-])")
_GROUP = re.compile(r"\d+|[A-Za-z]|::?|-")
_IPV6_GROUPS = 8


def ip_at(text: str, at: int) -> int:
    """Return where an IPv4 address that begins here ends, 0 if none does."""
    address = _IPV4.match(text, at)
    return address.end() if address else 0


def say_ip(text: str, start: int, end: int, manner: Manner) -> Iterator[Token]:
    """Yield the numbers of an IPv4 address: those of three digits digit by digit."""
    at = start
    for octet in text[start:end].split("."):
        if at > start:
            yield from said("dot", at - 1, at, manner)
        spoken = cardinal(octet) if len(octet) < 3 else digit_by_digit(octet)
        yield from said(spoken, at, at + len(octet), manner)
        at += len(octet) + 1


def ipv4(text: str, at: int, manner: Manner) -> Found | None:
    """192.168.0.1, with a port or the length of a network's prefix behind it."""
    if not text[at].isdecimal() or text[at - 1 : at] in (*"._-",) or not (end := ip_at(text, at)):
        return None
    if not closes(text, end):
        return None
    tokens = list(say_ip(text, at, end, manner))
    if text.startswith("-", end) and (last := ip_at(text, end + 1)) and closes(text, last):  # a range
        return Found(last, (*tokens, *said("to", end, end + 1, manner), *say_ip(text, end + 1, last, manner)))
    if more := _BEHIND.match(text, end):
        spoken = f"slash {cardinal(more[1], manner.british)}" if more[1] else f"port {code_number(more[2])}"
        tokens += said(spoken, end, more.end(), manner)
        end = more.end()
    return Found(end, tuple(tokens))


def ipv6(text: str, at: int, manner: Manner) -> Found | None:
    """2001:db8::1: digits and letters one by one."""
    if not opens(text, at) or not (address := _IPV6.match(text, at)):
        return None
    end = address.end()
    while text[end - 1] == ":" and text[end - 2] != ":":  # the sentence's colon
        end -= 1
    groups = text[at:end].split(":")
    doubled = text.count("::", at, end)
    if doubled > 1 or not (doubled or len(groups) == _IPV6_GROUPS) or any(len(group) > 4 for group in groups):
        return None
    if not doubled and any(not group for group in groups):
        return None
    tokens = list(_grouped(text, at, end, "colon", manner))
    if text[at - 1 : at] == "[" and (port := _PORT.match(text, end)):
        return Found(
            port.end(),
            (
                *tokens,
                Token(")", end, end + 1, Kind.MARK),
                *said(f"port {code_number(port[1])}", port.start(1), port.end(), manner),
            ),
        )
    if (prefix := re.compile(r"/(\d{1,3})(?!\d)").match(text, end)) is not None:
        tokens += said(f"slash {cardinal(prefix[1], manner.british)}", end, prefix.end(), manner)
        end = prefix.end()
    return Found(end, tuple(tokens))


def ipv6_in_brackets(text: str, at: int, manner: Manner) -> Found | None:
    """[::1]:8080: without a word for the brackets, which only keep the port apart."""
    close = text.find("]", at, at + 42)
    if text[at] != "[" or close < 0 or not (port := _PORT.match(text, close)):
        return None
    address = ipv6(text, at + 1, manner)
    if address is None or address.end != port.end():
        return None
    return Found(address.end, tuple(token for token in address.tokens if token.text != ")"))


def mac(text: str, at: int, manner: Manner) -> Found | None:
    """00:1A:2B:3C:4D:5E: pairs of characters with short pauses."""
    if not opens(text, at) or not (address := _MAC.match(text, at)):
        return None
    return found(address.end(), _grouped(text, at, address.end(), ",", manner))


def _grouped(text: str, start: int, end: int, between: str, manner: Manner) -> Iterator[Token]:
    for part in _GROUP.finditer(text, start, end):
        spoken = part.group()
        if spoken[0] in ":-":
            if between == ",":
                yield Token(",", part.start(), part.end(), Kind.MARK)
            else:
                yield from said(" ".join([between] * len(spoken)), part.start(), part.end(), manner)
        elif spoken.isdecimal():
            yield from said(digit_by_digit(spoken), part.start(), part.end(), manner)
        else:
            yield letters(spoken, part.start(), part.end())
