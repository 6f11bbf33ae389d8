from __future__ import annotations

import re

import pytest

from common import errors
from common.errors import EXIT_DROPPED, EXIT_FAILED, EXIT_NO_SOUND, EXIT_STOPPED, EXIT_USAGE, SayError, from_wire


def classes(root: type[SayError] = SayError) -> list[type[SayError]]:
    """Return the tree's classes that the module itself has."""
    children = [child for child in root.__subclasses__() if child.__module__ == errors.__name__]
    return [root, *(one for child in children for one in classes(child))]


def drawn() -> list[tuple[str, int, str]]:
    """Return (name, exit status, parent) of every line of the tree in the docstring."""
    lines = re.findall(r"^    ([│├└─ ]*)(\w+) +(\d) ", errors.__doc__ or "", re.MULTILINE)
    parents = ["SayError"]
    tree = []
    for branch, name, status in lines:
        depth = len(branch) // 4
        parents[depth:] = [name]
        tree.append((name, int(status), parents[depth - 1]))
    return tree


def test_the_tree_is_drawn_as_it_is() -> None:
    real = [(cls.__name__, cls.exit_status, cls.__mro__[1].__name__) for cls in classes() if cls is not SayError]

    assert drawn() == real


def test_codes_are_unique_and_stable_in_form() -> None:
    codes = [cls.code for cls in classes()]

    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z_]+", code) for code in codes)
    assert all("code" in vars(cls) for cls in classes()), "an inherited code would bring back another class"


def test_exit_statuses_are_those_promised() -> None:
    statuses = {cls.exit_status for cls in classes()}

    assert statuses == {EXIT_FAILED, EXIT_USAGE, EXIT_NO_SOUND, EXIT_STOPPED, EXIT_DROPPED} == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("cls", classes(), ids=lambda cls: cls.code)
def test_an_error_crosses_the_wire_as_itself(cls: type[SayError]) -> None:
    error = from_wire(cls.code, "a sentence", "a hint")

    assert type(error) is cls
    assert (error.message, error.hint) == ("a sentence", "a hint")


@pytest.mark.parametrize("code", ["", "of a later version", "SayError", "\ud800"])
def test_an_unknown_code_is_a_plain_failure(code: str) -> None:
    error = from_wire(code, "a sentence", "")

    assert type(error) is SayError and error.exit_status == EXIT_FAILED


def test_it_reads_as_sentences() -> None:
    assert str(SayError("it failed", "Try again.")) == "it failed. Try again."
    assert str(SayError("it failed")) == "it failed"
