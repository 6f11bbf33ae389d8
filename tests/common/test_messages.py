from __future__ import annotations

import dataclasses
import importlib
import math
import pkgutil
from functools import partial
from typing import Any, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import common.messages
from common.errors import BadFrame
from common.frames import FrameDecoder, Json, encode
from common.messages import base
from common.messages.base import MOST_INT, all_messages, from_fields, to_fields, wire_name
from common.messages.hello import Hello
from tests.soaking import examples

for _module in pkgutil.iter_modules(common.messages.__path__):
    importlib.import_module(f"common.messages.{_module.name}")

MESSAGES = sorted(all_messages().items())
PARTS = dict(base._parts)
every_message = pytest.mark.parametrize("cls", [cls for _, cls in MESSAGES], ids=[name for name, _ in MESSAGES])
RAW_BYTES = "bytes"  # of `audio`: announces what follows the JSON

TEXTS = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)
SCALARS: dict[object, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(-MOST_INT, MOST_INT),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    dict[str, str]: st.dictionaries(TEXTS, TEXTS, max_size=3),
}


def values_of(annotation: Any) -> st.SearchStrategy[Any]:
    """Return values of a field by its annotation; an annotation that is not known here fails the test."""
    if annotation in SCALARS:
        return SCALARS[annotation]
    if dataclasses.is_dataclass(annotation):
        return instances_of(annotation)
    if getattr(annotation, "__origin__", None) is tuple:
        inner, rest = annotation.__args__
        assert rest is Ellipsis
        return st.lists(values_of(inner), max_size=3).map(tuple)
    raise AssertionError(f"no values are known for {annotation}")


def instances_of(cls: Any) -> st.SearchStrategy[Any]:
    hints = get_type_hints(cls, vars(importlib.import_module(cls.__module__)))
    fields = {name: values_of(hint) for name, hint in hints.items()}
    if RAW_BYTES in fields:
        fields[RAW_BYTES] = st.just(0)
    return st.builds(partial(cls), **fields)


def example(cls: Any) -> Any:
    """Return a plain message of that class: every field at something simple."""
    hints = get_type_hints(cls, vars(importlib.import_module(cls.__module__)))
    simple: dict[Any, Any] = {str: "", int: 0, bool: False, float: 0.5, dict[str, str]: {"a": "b"}}

    def value(annotation: Any) -> Any:
        if annotation in simple:
            return simple[annotation]
        if dataclasses.is_dataclass(annotation):
            return example(annotation)
        return tuple(value(inner) for inner in annotation.__args__[:1])

    return cls(**{name: value(hint) for name, hint in hints.items()})


def over_the_wire(message: Any) -> Json:
    (frame,) = FrameDecoder().feed(encode(to_fields(message)))
    return frame.fields


@every_message
def test_it_comes_back_over_the_wire_as_it_was(cls: type) -> None:
    @settings(max_examples=examples(25, 200))  # of each of some fifty classes
    @given(instances_of(cls))
    def round_trip(message: Any) -> None:
        assert from_fields(over_the_wire(message)) == message

    round_trip()


@every_message
def test_it_cannot_be_changed_once_made(cls: Any) -> None:
    message = example(cls)
    for field in dataclasses.fields(cls):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(message, field.name, None)


@every_message
def test_unknown_fields_are_ignored(cls: Any) -> None:
    message = example(cls)

    assert from_fields({**over_the_wire(message), "later": {"deep": [1]}}) == message


@every_message
def test_every_field_refuses_what_is_not_of_its_type(cls: Any) -> None:
    fields = over_the_wire(example(cls))
    for field in dataclasses.fields(cls):
        for wrong in wrong_for(str(field.type)):
            with pytest.raises(BadFrame):
                from_fields({**fields, field.name: wrong})


def wrong_for(annotation: str) -> list[object]:
    known: dict[str, list[object]] = {
        "str": [None, 1, True, [], {}],
        "int": [None, "1", 1.0, True, [], {}, MOST_INT + 1, -MOST_INT - 1, 10**4000],
        "bool": [None, 0, 1, "true", []],
        "float": [None, "1.0", True, [], math.inf, math.nan, 10**400],
        "dict[str, str]": [None, [], "", {"a": 1}, {"a": None}],
    }
    if annotation.startswith("tuple["):
        inner = annotation.removeprefix("tuple[").removesuffix(", ...]")
        return [None, {}, "text", 1, *([wrong] for wrong in (*wrong_for(inner), None))]
    if annotation in ("ReadingOptions", "CacheReport"):  # all of it may be left out
        return [None, [], "", 1, {"emoji": 1, "on": 1}]
    return known.get(annotation, [None, [], "", 1, {}])


@every_message
def test_a_field_without_a_default_may_not_be_missing(cls: Any) -> None:
    fields = over_the_wire(example(cls))
    for field in dataclasses.fields(cls):
        rest = {name: value for name, value in fields.items() if name != field.name}
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            with pytest.raises(BadFrame, match="missing"):
                from_fields(rest)
        else:
            from_fields(rest)


@pytest.mark.parametrize("name", [None, 1, "", "no_such", "Hello", "hello ", ["hello"], {"hello": 1}, "x" * 10_000])
def test_an_unknown_type_is_refused_in_a_short_sentence(name: object) -> None:
    with pytest.raises(BadFrame) as refused:
        from_fields({"type": name})

    assert len(str(refused.value)) < 100


def test_an_object_without_a_type_is_refused() -> None:
    with pytest.raises(BadFrame):
        from_fields({"protocol": 1})


@given(st.dictionaries(st.sampled_from(["type", "id", "text", "voice", "pieces"]), st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.sampled_from([name for name, _ in MESSAGES]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)))  # fmt: skip
def test_any_object_is_a_message_or_a_bad_frame(fields: dict[str, object]) -> None:
    try:
        from_fields(fields)
    except BadFrame:
        pass


def test_whole_numbers_are_taken_for_fractions() -> None:
    fields = {"type": "done", "id": "a", "seconds": 3, "pieces": 1}

    assert from_fields(fields).seconds == 3.0  # type: ignore[attr-defined]  # it is a Done


def test_wire_names_are_the_class_names_in_snake_case() -> None:
    class AskFloorNow:
        pass

    assert wire_name(AskFloorNow) == "ask_floor_now"
    assert wire_name(Hello) == "hello"


def test_messages_are_found() -> None:
    names = {name for name, _ in MESSAGES}

    assert {"hello", "speak", "locate", "synthesize"} <= names
    assert len(names) > 40


def test_no_two_classes_share_a_name() -> None:
    classes: dict[str, object] = {}
    for module in pkgutil.iter_modules(common.messages.__path__):
        loaded = importlib.import_module(f"common.messages.{module.name}")
        for cls in vars(loaded).values():
            if isinstance(cls, type) and dataclasses.is_dataclass(cls) and cls.__module__ == loaded.__name__:
                assert classes.setdefault(cls.__name__, cls) is cls
    assert len(classes) == len(MESSAGES) + len(PARTS), "a dataclass is neither a message nor a part"
