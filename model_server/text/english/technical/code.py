"""Names as code has them: camelCase, snake_case, calls, members, flags, variables of the environment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from model_server.text.english.amounts.numerals import cardinal
from model_server.text.english.technical.arguments import COMMON, arguments, single
from model_server.text.english.technical.latex_names import FUNCTIONS
from model_server.text.english.technical.messages import is_place_in_stack
from model_server.text.english.technical.names import listed
from model_server.text.english.technical.parts import said, word_name
from model_server.text.english.technical.reading import before, closes, found, opens
from model_server.text.english.tokens import Found, Kind, Manner, Token, letters

_NAME = r"[^\W\d]\w{0,80}+"
_DOTTED = re.compile(rf"{_NAME}(?:(?:\.|::|->|\?\.)~?{_NAME}){{0,8}}")
_CALL = re.compile(r"\(([^()\n]{0,80}+(?:\([^()\n]{0,40}+\)[^()\n]{0,40}+){0,3})\)")
_INNER_CALL = re.compile(r"[A-Za-z_][\w.]{0,40}\([^()]{0,40}\)(?:, ?[\w.]{1,20}){0,3}")
_INDEX = re.compile(
    r"\[(-?\d{1,6}|(?![aA0]-[zZ9])[A-Za-z_]\w{0,20} ?[-+*/] ?\w{1,10}|[A-Za-z_]\w{0,40}|'[^']{1,40}'|\"[^\"]{1,40}\")\]"
)
_MEMBER = re.compile(r"\.([a-z_]\w{0,40}+)(?=[\s;,)\[.=+]|\Z)(?!\.(?:\s|\Z))")
_CALLED = re.compile(r"\.[A-Za-z_]\w{0,60}(?=\()")
_TYPE = re.compile(r"[A-Z]\w*|list|dict|set|tuple|frozenset|type|int|str")
_ROWS = listed("data items item args argv list array values rows row columns names lines words params node nodes parts")
_DECIMALS = re.compile(r"(?:\.\d{1,4}){1,3}(?:-\d{1,4}[A-Za-z]?)?(?!\.?\w)")
_EXPRESSION = re.compile(
    r"[\w²³]{1,3}(?: ?[-+*/^] ?[\w²³]{1,3}){1,3}|[a-z] log [a-z]|log [a-z]|[a-z][²³]"
)  # O(n log n), g(n-1)
_GIVEN = re.compile(r"[A-Za-z]\w{0,12} ?[|∣∩∪≤≥<>=≠] ?[A-Za-z]\w{0,12}(?:, ?[A-Za-z]\w{0,12}){0,2}")  # P(A|B)
_NUMBERS = re.compile(r"-?\d{1,6}(?:\.\d{1,6})?(?:[eE]-?\d{1,3})?(?:, ?-?\d{1,6}(?:\.\d{1,6})?(?:[eE]-?\d{1,3})?){0,4}")
_DEFINED = re.compile(r"\b(?:def|fn|func|function|class|sub)\s\Z")


# Between words: a full stop with no blank behind it rather than a member.
BEGIN_SENTENCES = listed(
    "the a an i im you he she it we they this that these those and but so or then there what who how why when where which is was are",
    "were do does did not no yes ok if in on at for to of my your his her our their just please thanks also as by from with",
)


# Names with an inner capital that are no code: names of people, and words that begin with a capital "i" or "e".
_SURNAME = re.compile(r"(?:Mc|Mac|De|Des|Di|Du|La|Le|Van|Von|Fitz|O|D|St|San|Al|El|Lo)[A-Z][a-z]+(?:'s)?")
_PLURAL = re.compile(r"[A-Z]{2,}'?s")
_INNER = re.compile(r"(?:[^\W\d_]+\d|\d+[A-Za-z]|[a-z][A-Z]|[A-Z]{2}[a-z]{2}|\w_\w|_\w*\Z)")

# What Python calls so; other words between underscores are emphasised.
_DUNDER = re.compile(
    r"__(?:init|name|main|new|del|call|dict|doc|file|class|slots|all|version|str|repr|len|iter|next|enter|exit|eq|ne|lt|gt|le|ge|hash"
    r"|add|sub|mul|getitem|setitem|contains|getattr|setattr|bool|format|import|builtins|future|module|path|proto|typename|dirname|filename|cause|traceback|debug|dict|await|bytes|float|int|index|neg|copy|deepcopy|reduce"
    r"|missing|mro|bases|code|globals|qualname|wrapped|spec|loader|package|author|email|attribute|annotations|reversed|hash|round|[a-z]+_[a-z_]+)__"
)
_FACE = re.compile(r"(?i)([ouxt^])_\1")


def identifier(text: str, at: int, manner: Manner) -> Found | None:
    """A name of code, with its members, its call and its index: "arr[0]", "foo.bar()", "get_user_name(x)"."""
    written = _DOTTED.match(text, at) if _may_begin(text, at) else None
    if not written or _FACE.fullmatch(written.group()):
        return None
    whole, end = written.group(), written.end()
    call, index = _CALL.match(text, end), _INDEX.match(text, end)
    if call and not is_place_in_stack(text, end) and _is_call(text, at, whole, call):
        behind, end = list(_called(text, at, call, manner)), call.end()
        end += bool(behind) and behind[-1].start == end  # the colon of a definition
    elif index and _is_index(text, whole, index, manner):
        behind = list(_indexed(text, whole, index, manner))
        end = index.end()
        while index := _INDEX.match(text, end):
            behind += _indexed(text, whole, index, manner)
            end = index.end()
    elif _is_code(text, at, whole, manner):
        decimals = _DECIMALS.match(text, end) if whole[-1].isdecimal() else None
        behind = list(_point(text, *decimals.span(), manner)) if decimals else []
        end = decimals.end() if decimals else end
        if text.startswith(".*", end):  # import java.util.*
            behind, end = [*behind, *said("dot star", end, end + 2, manner)], end + 2
    else:
        return None
    return found(end, iter([*_members(text, at, written.end(), manner), *behind]))


def member(text: str, at: int, manner: Manner) -> Found | None:
    """The point before a call of what a call or a text gives: that of "x().trim()"."""
    if text[at] != "." or not at or text[at - 1] not in ")]}\"'":
        return None
    if not _CALLED.match(text, at) and not (
        text[at - 1] in ")]" and (further := _MEMBER.match(text, at)) and further[1] not in BEGIN_SENTENCES
    ):
        return None
    return found(at + 1, said("dot", at, at + 1, manner))


def _may_begin(text: str, at: int) -> bool:
    if not (text[at].isalpha() or text[at] == "_") or (at and (text[at - 1].isalnum() or text[at - 1] == "_")):
        return False
    return text[at - 1 : at] != "'" or opens(text, at - 1)


def _called(text: str, at: int, call: re.Match[str], manner: Manner) -> Iterator[Token]:
    """Yield the arguments of a call; the colon behind that of a definition is a pause."""
    if call[1].strip():
        yield from said("of", call.start(), call.start() + 1, manner)
        yield from arguments(text, *call.span(1), manner)
    if text[call.end() : call.end() + 1] == ":" and _DEFINED.search(before(text, at)):
        yield Token(",", call.end(), call.end() + 1, Kind.MARK)


def _indexed(text: str, written: str, index: re.Match[str], manner: Manner) -> Iterator[Token]:
    if not index[1].isalpha() and index[1].isalnum() and text[index.end() : index.end() + 1] == ":":
        between = ""  # the number of a process or an error: "sshd[1234]:"
    else:
        between = (
            "of"
            if (_TYPE.fullmatch(written) and not index[1].lstrip("-").isdecimal())
            or (index[1].isalpha() and len(index[1]) > 2)
            else "sub"
        )
    yield from said(between, index.start(), index.start() + 1, manner)
    yield from arguments(text, *index.span(1), manner)


def _is_index(text: str, written: str, index: re.Match[str], manner: Manner) -> bool:
    """Return whether a square bracket behind a name is an index, and not the number of a footnote."""
    if not index[1].isdecimal() or not written.isalpha() or written.lower() in _ROWS:
        return True
    return len(written) < 4 or not manner.known(written.lower()) or text[index.end() : index.end() + 1] in ("[", ".")


def _point(text: str, start: int, end: int, manner: Manner) -> Iterator[Token]:
    for part in re.finditer(r"\.|\d+|[A-Za-z]", text[start:end]):
        at, stop = start + part.start(), start + part.end()
        if part.group().isalpha():
            yield letters(part.group(), at, stop)
        else:
            spoken = "point" if part.group() == "." else cardinal(part.group(), manner.british)
            yield from said(spoken, at, stop, manner)


def _is_call(text: str, at: int, written: str, call: re.Match[str]) -> bool:
    """Return whether brackets right behind a name are a call, and not a plural, "file(s)"."""
    inner = call[1]
    if inner == "M" and written[0] == "A" and written[1:].isdecimal():  # a motorway
        return False
    if (len(written) == 1 or written == "Pr") and _GIVEN.fullmatch(inner):
        return True
    if _INNER_CALL.fullmatch(inner):
        return True
    if inner == "void" or written.rpartition(".")[2] in FUNCTIONS or _NUMBERS.fullmatch(inner):
        return True
    if len(written) == 1 and _EXPRESSION.fullmatch(inner):
        return True
    if (
        not inner
        or _DEFINED.search(before(text, at))
        or "_" in written
        or "." in written
        or re.search("[a-z][A-Z]", written)
    ):
        return True
    return bool(
        re.fullmatch(
            r"\s*(?:[A-Za-z]|\d+(?:\.\d+)?)\s*(?:,\s*(?:[A-Za-z]\w*|\d+)\s*){0,4}|['\"].*['\"]|.*[=,].*", inner
        )
    ) and (inner not in ("s", "es", "a", "I", "n", "r", "S") or len(written) == 1)


def _is_code(text: str, at: int, written: str, manner: Manner) -> bool:
    end = at + len(written)
    if any(mark in written for mark in ("::", "->", "?.")):
        return True
    if "." in written:
        return _is_member(text, end, written.split("."))
    if written.lower() in COMMON or written in COMMON:
        return True
    if (
        not closes(text, end)
        or _PLURAL.fullmatch(written)
        or not _INNER.search(written)
        or (
            written.strip("_").isalpha() and written[0] == "_" and written[-1] == "_" and not _DUNDER.fullmatch(written)
        )
    ):
        return False
    if written.strip("_").isalpha() and (_SURNAME.fullmatch(written) or text.startswith("'s", end)):
        return False
    return not (written.isalpha() and manner.known(written.lower()) and word_name(written) is None)


def _is_member(text: str, end: int, parts: list[str]) -> bool:
    """Return whether points inside a run belong to a name of code, and are no initialism and no end of a sentence."""
    if any(not part.strip("_") for part in parts) or all(len(part) == 1 for part in parts) or not closes(text, end):
        return False
    if parts[-1][0].isupper() and not re.search(r"[a-z][A-Z]|_", parts[-1] + "." + parts[0]):
        return len(parts) > 2 and parts[0][0].islower()
    if len(parts) == 2 and (parts[1].lower() in BEGIN_SENTENCES or parts[0].lower() in BEGIN_SENTENCES - {"this"}):
        return False
    if any(part.isupper() and len(part) == 1 for part in parts):
        return False
    return (text[end : end + 1] != "." or text.startswith(".*", end)) and not (
        len(parts) == 2 and len(parts[0]) == 1 and len(parts[1]) == 1
    )


def _members(text: str, start: int, end: int, manner: Manner) -> Iterator[Token]:
    at = start
    for joint in re.finditer(r"\?\.|\.|::~?|->", text[start:end]):
        yield from single(text, at, start + joint.start(), manner)
        spoken = {".": "dot", "?.": "question dot", "->": "arrow"}.get(joint.group(), "colon colon")
        yield from said(spoken, start + joint.start(), start + joint.end(), manner)
        at = start + joint.end()
    yield from single(text, at, end, manner)
