from __future__ import annotations

import dataclasses
import subprocess
import sys
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from common import records


def make(dataclass: Any, field: Any) -> type[Any]:
    """Return one and the same class, made by either `dataclass`."""

    @dataclass(frozen=True)
    class Shape:
        """A shape."""

        name: str
        corners: int = 4
        inside: tuple[object, ...] = ()
        notes: dict[str, str] = field(default_factory=dict)

        @property
        def shown(self) -> str:
            return f"{self.name}: {self.corners}"

    return Shape


Light = make(records.dataclass, records.field)
Standard = make(dataclasses.dataclass, dataclasses.field)
both = pytest.mark.parametrize("cls", [Light, Standard], ids=["light", "standard"])


@both
def test_values_go_by_place_and_by_name_and_what_is_left_out_has_its_default(cls: Any) -> None:
    shape = cls("square", notes={"a": "b"})
    assert (shape.name, shape.corners, shape.inside, shape.notes) == ("square", 4, (), {"a": "b"})
    assert shape.shown == "square: 4"
    assert cls.corners == 4
    assert not hasattr(cls, "notes")


@both
@pytest.mark.parametrize(
    "values, named", [((), {}), (("a",), {"name": "b"}), (("a",), {"colour": 1}), (tuple("abcde"), {})]
)
def test_missing_twofold_unknown_and_surplus_values_are_refused(
    cls: Any, values: tuple[str, ...], named: dict[str, object]
) -> None:
    with pytest.raises(TypeError):
        cls(*values, **named)


@both
def test_a_default_that_can_change_is_made_anew(cls: Any) -> None:
    assert cls("a").notes == {}
    assert cls("a").notes is not cls("b").notes


@both
def test_nothing_can_be_set_or_deleted(cls: Any) -> None:
    shape = cls("square")
    with pytest.raises(FrozenInstanceError):
        shape.corners = 5
    with pytest.raises(FrozenInstanceError):
        del shape.corners
    assert shape.corners == 4


@both
def test_equality_is_of_class_and_values(cls: Any) -> None:
    other = make(records.dataclass, records.field)
    assert cls("a", 3) == cls("a", 3)
    assert cls("a", 3) != cls("a", 4)
    assert cls("a") != other("a")


@pytest.mark.parametrize("dataclass", [records.dataclass, dataclasses.dataclass])
def test_equal_ones_are_one_key(dataclass: Any) -> None:
    @dataclass(frozen=True)
    class Key:
        a: int
        b: str = ""

    assert {Key(1, b="x"): 1}[Key(1, "x")] == 1
    assert Key(1) in {Key(1), Key(2)}


def test_it_looks_like_a_standard_one() -> None:
    assert repr(Light("a", inside=(1,))) == repr(Standard("a", inside=(1,)))


@both
def test_it_can_be_taken_apart_by_a_pattern(cls: Any) -> None:
    match cls("a", 3):
        case cls(name, 3):
            assert name == "a"
        case _:
            pytest.fail("the pattern did not match")


@both
@pytest.mark.parametrize("functions", [records, dataclasses])
def test_the_functions_of_both_modules_work_with_it(cls: Any, functions: Any) -> None:
    if cls is Standard and functions is records:
        pytest.skip("ours are for ours")
    shape = cls("a", inside=(cls("b"), [cls("c")]))
    assert functions.replace(shape, corners=3) == cls("a", 3, shape.inside)
    assert functions.asdict(shape) == {
        "name": "a",
        "corners": 4,
        "inside": (
            {"name": "b", "corners": 4, "inside": (), "notes": {}},
            [{"name": "c", "corners": 4, "inside": (), "notes": {}}],
        ),
        "notes": {},
    }


def test_standard_fields_are_told_to_those_who_ask() -> None:
    assert dataclasses.is_dataclass(Light)
    told = [(each.name, each.type, each.default) for each in dataclasses.fields(Light)]
    assert told == [(each.name, each.type, each.default) for each in dataclasses.fields(Standard)]
    assert dataclasses.fields(Light)[3].default_factory is dict


def test_no_other_kind_is_made() -> None:
    with pytest.raises(TypeError, match="frozen"):
        records.dataclass(frozen=False)


def test_messages_are_made_without_what_is_slow_to_import() -> None:
    program = (
        "import sys, common.messages.control; print(sorted({'dataclasses', 'inspect', 'typing'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=50, check=True)
    assert done.stdout == "[]\n"
