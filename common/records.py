"""`dataclass` for what the client imports: frozen classes as those of `dataclasses`, which cost next to nothing to make.

`dataclasses` itself takes 7 ms of CPU to import, since it loads `inspect`, and then compiles five methods for each class,
0.3 ms each: of the 79 ms that a `say` took for one word, a good third. Here the methods are the same for all classes and
look the fields up when they are called. Type checkers take `dataclass` for the standard one, and the functions of
`dataclasses` work with these classes, for those programs that have loaded it.
"""

from __future__ import annotations

from common import TYPE_CHECKING

__all__ = ["asdict", "dataclass", "field", "fields_of", "replace", "required_of"]

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import asdict, dataclass, field, replace

    Class = type[object]
else:

    def dataclass(*, frozen: bool) -> Callable[[Class], Class]:
        """Return what makes a class a frozen one with a field for each annotation of its own; no other kind is made."""
        if not frozen:
            raise TypeError("only frozen classes are made here")
        return _made

    def field(*, default_factory: Callable[[], object]) -> object:
        """Return what stands for a default that is made anew each time."""
        return _Factory(default_factory)

    def replace(record: object, /, **changes: object) -> object:
        """Return a copy with other values in the fields named."""
        return type(record)(**{**record.__dict__, **changes})

    def asdict(record: object) -> dict[str, object]:
        """Return all fields as a dictionary, those of records within as dictionaries too. Nothing else is copied."""
        return {name: _plain(value) for name, value in record.__dict__.items()}


class _Factory:
    """Stands where a default stands that is made anew each time."""

    def __init__(self, make: Callable[[], object]) -> None:
        self.make = make


def fields_of(cls: type) -> dict[str, str]:
    """Return the fields of a class made here, in order, with their annotations as written."""
    return cls.__record_fields__  # type: ignore[attr-defined, no-any-return]  # see _made


def required_of(cls: type) -> frozenset[str]:
    """Return which fields have no default."""
    return cls.__record_required__  # type: ignore[attr-defined, no-any-return]  # see _made


def _made(cls: Class) -> Class:
    annotations = cls.__dict__.get("__annotations__", {})  # noqa: RUF063  # `inspect` is what shall not be loaded
    defaults = {name: cls.__dict__[name] for name in annotations if name in cls.__dict__}
    for name, default in defaults.items():
        if isinstance(default, _Factory):
            delattr(cls, name)  # as `dataclasses` does: it is no value of the class
    names = tuple(annotations)
    given = {
        "__record_fields__": annotations,
        "__record_defaults__": defaults,
        "__record_required__": frozenset(names) - defaults.keys(),
        "__dataclass_fields__": _StandardFields(),
        "__match_args__": names,
        "__init__": _init,
        "__repr__": _repr,
        "__eq__": _eq,
        "__hash__": _hash,
        "__setattr__": _refuse_to_set,
        "__delattr__": _refuse_to_delete,
    }
    for name, value in given.items():
        setattr(cls, name, value)
    return cls


def _init(self, /, *values, **named):  # type: ignore[no-untyped-def]  # of any class
    cls = type(self)
    names = cls.__match_args__
    state = self.__dict__
    state.update(zip(names, values, strict=False))
    if (
        len(values) > len(names)
        or not named.keys().isdisjoint(state)
        or not named.keys() <= cls.__record_fields__.keys()
    ):
        raise TypeError(f"{cls.__name__}() takes each of {', '.join(names) or 'no values'} once")
    defaults = cls.__record_defaults__
    for name in names[len(values) :]:  # in the order of the class, as `asdict` gives them
        if name in named:
            state[name] = named[name]
        elif name in defaults:
            default = defaults[name]
            state[name] = default.make() if isinstance(default, _Factory) else default
        else:
            raise TypeError(f"{cls.__name__}() needs {name!r}")


def _repr(self: object) -> str:
    inside = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
    return f"{type(self).__qualname__}({inside})"


def _eq(self: object, other: object) -> bool:
    return self.__dict__ == other.__dict__ if type(other) is type(self) else NotImplemented


def _hash(self: object) -> int:
    return hash(tuple(self.__dict__.values()))


def _refuse_to_set(self: object, name: str, value: object) -> None:
    from dataclasses import FrozenInstanceError  # a mistake may take its time

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _plain(value: object) -> object:
    if isinstance(value, (tuple, list)):
        return type(value)(map(_plain, value))
    return asdict(value) if hasattr(value, "__record_fields__") else value  # type: ignore[call-overload]  # just seen


class _StandardFields:
    """`__dataclass_fields__` as `dataclasses` makes it, made when somebody asks: that one has `dataclasses` loaded."""

    def __get__(self, record: object, cls: type) -> dict[str, object]:
        import dataclasses

        defaults = cls.__record_defaults__  # type: ignore[attr-defined]  # see _made
        rows = []
        for name, annotation in fields_of(cls).items():
            default = defaults.get(name, dataclasses.MISSING)
            if isinstance(default, _Factory):
                default = dataclasses.field(default_factory=default.make)
            rows.append((name, annotation, default))
        standard = dataclasses.make_dataclass(
            cls.__name__, [row[:2] if row[2] is dataclasses.MISSING else row for row in rows]
        )
        found: dict[str, object] = standard.__dataclass_fields__  # type: ignore[attr-defined]  # of any such class
        cls.__dataclass_fields__ = found  # type: ignore[attr-defined]  # in our place: making it takes a millisecond
        return found
