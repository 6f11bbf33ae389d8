"""Write the tables of docs/protocol.md from the code: `python scripts/protocol_tables.py`. A test checks that they match.

A message's meaning is its docstring, a field's is the comment on its line.
"""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from common.errors import SayError  # noqa: E402  # the line above makes it work without an installation
from common.messages.base import wire_name  # noqa: E402

PAGE = ROOT / "docs" / "protocol.md"
MODULES = ("hello", "control", "speaking", "synthesis")

C, M, V = "client", "model server", "voice server"
# Who sends a message to whom. `part` is no message but travels inside one.
DIRECTIONS = {
    "Hello": "both ways, first",
    "Proof": f"{C} → server",
    "Error": f"server → {C}",
    "Heartbeat": f"server → {C}",
    "Progress": f"server → {C}",
    "Notice": f"{V} → {C}, {M} → {V}",
    **dict.fromkeys(
        (
            *("Locate", "Status", "Stop", "Drain", "Shutdown", "Download", "Remove"),
            *(
                "Queue",
                "SteerNumber",
                "CancelNumber",
                "WaitFor",
                "Recall",
                "Preview",
                "CheckPronunciations",
                "ClearCache",
                "Warm",
            ),
        ),
        f"{C} → {M}",
    ),
    **dict.fromkeys(
        (
            *("Located", "StatusReport", "StopReport", "Draining", "ShuttingDown", "Downloaded", "Removed"),
            *("QueueReport", "Steered", "Waited", "Recalled", "PronunciationsChecked", "CacheCleared", "Warmed"),
        ),
        f"{M} → {C}",
    ),
    **dict.fromkeys(
        (
            *("VoiceServerReport", "RecentUtterance", "QueuedUtterance", "CacheReport"),
            *("DeviceReport", "ReadingOptions", "PlannedPiece", "PieceWord", "WordTime"),
        ),
        "part",
    ),
    **dict.fromkeys(("Speak", "Text", "Flush", "End", "Cancel", "ListDevices"), f"{C} → {V}"),
    "Steer": f"{C} → {V}, {M} → {V}",
    "Credit": f"both ways between {C} and {V}",
    **dict.fromkeys(
        ("Accepted", "Piece", "Playing", "Word", "Standing", "Moved", "Played", "Done", "DeviceList"), f"{V} → {C}"
    ),
    "Audio": f"{V} → {C}, {M} → {V}",
    **dict.fromkeys(
        (
            "Register",
            "AskToLeave",
            "Retire",
            "VoiceStatus",
            "Begin",
            "Plan",
            "Synthesize",
            "Discard",
            "AskFloor",
            "GiveFloor",
            "Underway",
            "Finished",
        ),
        f"{V} → {M}",
    ),
    **dict.fromkeys(
        (
            *("Registered", "Leave", "AskVoiceStatus", "Begun"),
            *("Synthesized", "FloorGranted", "YieldFloor", "StopUtterance"),
        ),
        f"{M} → {V}",
    ),
    "Planned": f"{M} → {V}, {M} → {C}",
}

# (module, constant, unit, meaning)
LIMITS = (
    ("common.frames", "MAX_JSON", "bytes", "JSON of a frame"),
    ("common.frames", "MAX_JSON_BEFORE_PROOF", "bytes", "JSON of a frame before the client has proved itself"),
    ("common.frames", "MAX_RAW", "bytes", "raw bytes of a frame"),
    ("common.messages.base", "MOST_INT", "", "absolute value of an integer, 2^53 - 1"),
    ("common.async_connection", "AUTHENTICATION_DEADLINE", "s", "from connecting to a good proof"),
    ("common.async_connection", "FRAME_DEADLINE", "s", "from a frame's first byte to its last, as the server sees it"),
    ("common.async_connection", "WRITE_DEADLINE", "s", "for the client to take what is sent"),
    ("common.async_connection", "HEARTBEAT_PERIOD", "s", "between two heartbeats"),
    ("common.connection", "SILENCE_LIMIT", "s", "without a byte while a request is in work: the server hangs"),
    ("common.frame_server", "MOST_STRANGERS", "", "connections without a proof; the one waiting longest is cut off"),
    ("voice_server.conversation", "MOST_UTTERANCES", "", "utterances in work on one connection"),
    ("voice_server.text_window", "TEXT_CREDIT", "characters", "text under way: the first `credit`"),
    ("say.attempt", "TEXT_AHEAD", "characters", "of that, text that may be sent before it has come"),
    ("common.messages.synthesis", "PLAN_WINDOW", "characters", "text of a `plan`"),
    ("model_server.session", "MOST_UNDER_WAY", "", "pieces of an utterance being synthesized"),
    ("say.attempt", "TEXT_CHUNK", "characters", "text that `say` puts into a frame"),
    ("say.speaking", "AUDIO_CREDIT", "bytes", "PCM under way to `say`"),
    ("say.speaking", "MOST_TRIES", "", "tries of `say` without a piece played in between"),
    ("say.speaking", "MOST_CRASHES", "", "of these, tries that were accepted"),
)

_JSON_TYPES = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "dict[str, str]": "object of strings",
}
_DEFAULTS = {
    "field(default_factory=dict)": "{}",
    "field(default=())": "[]",
    "SPEAKER": "speaker",
    "()": "[]",
    "AS_USUAL": "{}",
    "NO_CACHE": "{}",
}


@dataclass(frozen=True)
class Field:
    """One field as the source has it."""

    name: str
    annotation: str
    default: str | None  # source text; None where it is required
    comment: str


@dataclass(frozen=True)
class Message:
    """One dataclass as the source has it."""

    name: str
    meaning: str
    fields: tuple[Field, ...]


def messages_of(module: str) -> tuple[str, list[Message]]:
    """Return the module's first sentence and its messages, in the order of the source."""
    source = (ROOT / "common" / "messages" / f"{module}.py").read_text(encoding="utf-8")
    lines = source.splitlines()
    tree = ast.parse(source)
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    found = [Message(node.name, _docstring(node), tuple(_fields(node, lines))) for node in classes]
    return _docstring(tree), found


def _docstring(node: ast.ClassDef | ast.Module) -> str:
    return " ".join((ast.get_docstring(node) or "").split())


def _fields(node: ast.ClassDef, lines: list[str]) -> Iterator[Field]:
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign):
            assert isinstance(statement.target, ast.Name)
            assert statement.lineno == statement.end_lineno, f"{node.name}: one field a line, or its comment is lost"
            comment = lines[statement.lineno - 1].partition("  # ")[2]
            default = None if statement.value is None else ast.unparse(statement.value)
            yield Field(statement.target.id, ast.unparse(statement.annotation), default, comment)


def _json_type(annotation: str) -> str:
    if annotation.startswith("tuple["):
        return f"array of {_json_type(annotation.removeprefix('tuple[').removesuffix(', ...]'))}"
    return _JSON_TYPES.get(annotation) or f"`{annotation}`"


def _default(field: Field) -> str:
    if field.default is None:
        return "required"
    literal = _DEFAULTS.get(field.default, field.default)
    if literal in ("True", "False"):
        return f"`{literal.lower()}`"
    return "`" + literal.replace("'", '"') + "`"


def message_tables() -> str:
    """Return all messages as Markdown, module by module."""
    parts = []
    for module in MODULES:
        title, messages = messages_of(module)
        parts.append(f"### {title.rstrip('.')}")
        parts += [_message(message) for message in messages]
    return "\n\n".join(parts)


def _message(message: Message) -> str:
    direction = DIRECTIONS[message.name]
    if direction == "part":
        head = f"#### `{message.name}` (inside other messages)"
    else:
        head = f"#### `{wire_name_of(message.name)}` ({direction})"
    text = f"{head}\n\n{message.meaning}"
    if not message.fields:
        return text
    rows = [
        f"| `{field.name}` | {_json_type(field.annotation)} | {_default(field)} | {field.comment} |"
        for field in message.fields
    ]
    return "\n".join([text, "", "| Field | Type | Default | Meaning |", "|---|---|---|---|", *rows])


def wire_name_of(name: str) -> str:
    """Return the `type` of a message by its class name."""
    return wire_name(type(name, (), {}))


def error_table() -> str:
    """Return every error code, with its exit status and meaning, from the tree drawn in `common.errors`."""
    import common.errors

    tree = re.findall(r"^    [│├└─ ]*(\w+) +(\d) +(.+)$", common.errors.__doc__ or "", re.MULTILINE)
    codes = {cls.__name__: cls.code for cls in _tree(SayError)}
    rows = [f"| `{codes[name]}` | {status} | {meaning} |" for name, status, meaning in tree]
    first = (
        f"| `{SayError.code}` | {SayError.exit_status} | anything else, and every code that a client does not know |"
    )
    return "\n".join(["| Code | Exit status of `say` | Meaning |", "|---|---|---|", first, *rows])


def _tree(root: type[SayError]) -> Iterator[type[SayError]]:
    yield root
    for child in root.__subclasses__():
        yield from _tree(child)


def limit_table() -> str:
    """Return the limits and deadlines with the values that the code has."""
    rows = []
    for module, name, unit, meaning in LIMITS:
        value = getattr(importlib.import_module(module), name)
        rows.append(f"| {value:,} {unit}".rstrip() + f" | {meaning} | `{module}.{name}` |")
    return "\n".join(["| Limit | Of | In the code |", "|---|---|---|", *rows])


TABLES = {"messages": message_tables, "errors": error_table, "limits": limit_table}


def with_tables(page: str) -> str:
    """Return the page with what lies between `<!-- name -->` and `<!-- end of name -->` made anew."""
    for name, make in TABLES.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, found, rest = page.partition(begin)
        _, closed, after = rest.partition(end)
        if not (found and closed):
            raise ValueError(f"the page has no place for {name}")
        page = f"{before}{begin}\n{make()}\n\n{end}{after}"
    return page


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
