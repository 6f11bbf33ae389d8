"""How a message dataclass becomes the JSON object of a frame and back. Knows no message.

Field types are read from the annotations as written (`str | None`, `tuple[Piece, ...]`), so that neither `typing` nor
anything else heavy is imported by the thin client.
"""

from __future__ import annotations

from collections.abc import Callable

from common import TYPE_CHECKING
from common.errors import BadFrame
from common.frames import Json
from common.records import asdict, fields_of, required_of

if TYPE_CHECKING:
    from typing import TypeVar

    from _typeshed import DataclassInstance

    T = TypeVar("T")

# What JSON numbers carry exactly in every language (RFC 8259, 6).
MOST_INT = (1 << 53) - 1

# Message classes by their wire name, and the other way round. A process knows those whose modules it imported.
_types: dict[str, type[DataclassInstance]] = {}
_names: dict[type, str] = {}
# Dataclasses that appear inside messages, by class name.
_parts: dict[str, type[DataclassInstance]] = {}


def message(cls: type[T]) -> type[T]:
    """Register a frozen dataclass as a message; its wire name is the class name in snake case."""
    _names[cls] = wire_name(cls)
    _types[_names[cls]] = cls  # type: ignore[assignment]  # the decorator sits above @dataclass
    return cls


def part(cls: type[T]) -> type[T]:
    """Register a frozen dataclass that travels inside messages."""
    _parts[cls.__name__] = cls  # type: ignore[assignment]  # as above
    return cls


def wire_name(cls: type) -> str:
    """Return `speak_text` for a class `SpeakText`."""
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in cls.__name__).removeprefix("_")


def all_messages() -> dict[str, type[DataclassInstance]]:
    """Return the messages registered so far, by wire name."""
    return dict(_types)


def to_fields(value: DataclassInstance) -> Json:
    """Return the JSON object of a message: its fields and `type`."""
    return {"type": _names[type(value)], **asdict(value)}


def from_fields(fields: Json) -> DataclassInstance:
    """Return the message in a frame's JSON object. Unknown fields are ignored.

    Raises BadFrame for an unknown type, a missing field or a value of the wrong type.
    """
    name = fields.get("type")
    cls = _types.get(name) if isinstance(name, str) else None
    if cls is None:
        raise BadFrame(f"no message is called {str(name)[:40]!r}")
    return _build(cls, fields, str(name))


def _build(cls: type[DataclassInstance], fields: Json, where: str) -> DataclassInstance:
    values: dict[str, object] = {}
    for name, annotation in fields_of(cls).items():
        if name in fields:
            values[name] = _convert(annotation, fields[name], f"{where}.{name}")
        elif name in required_of(cls):
            raise BadFrame(f"{where}.{name} is missing")
    return cls(**values)


def _convert(annotation: str, value: object, where: str) -> object:
    if annotation.endswith(" | None"):
        return None if value is None else _convert(annotation.removesuffix(" | None"), value, where)
    if annotation in _SCALARS:
        return _SCALARS[annotation](value, where)
    if annotation.startswith("tuple[") and isinstance(value, list):
        inner = annotation.removeprefix("tuple[").removesuffix(", ...]")
        return tuple(_convert(inner, item, where) for item in value)
    if annotation == "dict[str, str]" and isinstance(value, dict):
        if all(isinstance(item, str) for item in value.values()):
            return value
    elif annotation in _parts and isinstance(value, dict):
        return _build(_parts[annotation], value, where)
    raise BadFrame(f"{where} is not of type {annotation}")


def _scalar(kind: type) -> Callable[[object, str], object]:
    def convert(value: object, where: str) -> object:
        if type(value) is not kind:
            raise BadFrame(f"{where} is not of type {kind.__name__}")
        return value

    return convert


def _float(value: object, where: str) -> object:
    if type(value) not in (int, float):
        raise BadFrame(f"{where} is not of type float")
    try:
        number = float(value)  # type: ignore[arg-type]  # checked just above
    except OverflowError:
        number = _INFINITY
    if not -_INFINITY < number < _INFINITY:
        raise BadFrame(f"{where} is not a finite number")
    return number


def _int(value: object, where: str) -> object:
    if type(value) is not int or abs(value) > MOST_INT:
        raise BadFrame(f"{where} is not a whole number of at most 2^53 - 1")
    return value


_INFINITY = float("inf")
_SCALARS = {"str": _scalar(str), "int": _int, "bool": _scalar(bool), "float": _float}
