"""How tests are handed out to workers: none twice, none left out, the longest first."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import scheduling

ROOT = Path(__file__).resolve().parents[1]
SLOW, NEXT = scheduling.LONGEST_FILES[:2]
NODEIDS = ["tests/a.py::one", "tests/a.py::two", f"{NEXT}::one", "tests/b.py::one", f"{SLOW}::one", f"{SLOW}::two"]


def test_the_longest_files_come_first_and_the_others_in_between() -> None:
    assert scheduling.files_order(NODEIDS) == [
        f"{SLOW}::one",
        f"{SLOW}::two",
        "tests/a.py::one",
        "tests/a.py::two",
        f"{NEXT}::one",
        "tests/b.py::one",
    ]


def test_the_longest_loops_come_first_when_soaking() -> None:
    loop = scheduling.LONGEST_LOOPS[0]

    assert scheduling.loops_order([*NODEIDS, f"{loop}[a]"]) == [f"{loop}[a]", *NODEIDS]


def test_a_file_is_one_worker_s_work_and_when_soaking_a_test_is() -> None:
    whole = f"{scheduling.WHOLE[0]}test_kokoro.py"
    nodeid = f"{SLOW}::one[a::b]"

    assert scheduling.scope(nodeid, soaking=False) == SLOW
    assert scheduling.scope(nodeid, soaking=True) == nodeid
    assert scheduling.scope(f"{whole}::one", soaking=True) == whole


@pytest.mark.parametrize("name", [*scheduling.LONGEST_FILES, *scheduling.LONGEST_LOOPS, *scheduling.WHOLE])
def test_what_is_named_is_there(name: str) -> None:
    file, _, test = name.partition("::")

    assert (ROOT / file).exists()
    assert f"def {test}" in (ROOT / file).read_text() if test else True
