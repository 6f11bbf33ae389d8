"""What a word can be, before any neighbour is asked."""

from __future__ import annotations

import pytest

from model_server.text.english.tagging import costs, open_words, stress_pairs
from model_server.text.english.tagging.endings import base_forms_of
from model_server.text.english.tagging.vocabulary import base_forms, closed, irregular_forms, is_known, readings_of


def tags(word: str) -> set[str]:
    return {tag for _, tag, _ in readings_of(word)}


def likeliest(word: str) -> str:
    return min(readings_of(word), key=lambda reading: reading[2])[1]


@pytest.mark.parametrize(
    ("word", "tag"),
    [
        ("happiness", "NN"),
        ("development", "NN"),
        ("careless", "JJ"),
        ("dangerous", "JJ"),
        ("fortify", "VB"),
        ("slowly", "RB"),
        ("friendly", "JJ"),
        ("tallest", "JJS"),
        ("taller", "JJR"),
        ("children", "NNS"),
        ("hundred", "CD"),
        ("sheep", "NNS"),
        ("blorf", "NN"),
        ("blorfs", "NNS"),
        ("went", "VBD"),
        ("taken", "VBN"),
        ("couldn't", "MD"),
        ("they'll", "MD"),
        ("it's", "PRP"),
        ("dog's", "NN"),
        ("long-haired", "JJ"),
    ],
)
def test_the_likeliest_reading_of_a_word_alone(word: str, tag: str) -> None:
    assert likeliest(word) == tag


def test_inflected_forms_have_the_readings_of_what_they_are_made_from() -> None:
    assert {"NNS", "VBZ"} <= tags("records")
    assert {"VBD", "VBN"} <= tags("recorded")
    assert {"VBG", "NN"} <= tags("recording")
    assert "VBZ" in tags("carries")
    assert {"VBD", "VBN"} <= tags("rewound")


def test_what_only_looks_inflected_is_not() -> None:
    assert "VBD" not in tags("hundred") | tags("seed") | tags("bed")
    assert "VBG" not in tags("king") | tags("evening")
    assert "NNS" not in tags("bus") | tags("news") | tags("boss")


def test_known_words_are_those_of_the_lists_and_what_is_made_from_them() -> None:
    assert all(map(is_known, ("the", "record", "records", "walking", "quickly", "they've", "went")))
    assert not any(map(is_known, ("blorf", "smith", "kowalski")))


def test_every_class_has_its_row_and_its_column_in_the_table_of_costs() -> None:
    kinds = {kind for readings in closed().values() for kind, _, _ in readings}
    kinds |= {kind for readings in irregular_forms().values() for kind, _, _ in readings}
    kinds |= {kind for held in base_forms().values() for kind in held}
    columns = {kind for row in costs.ROWS.values() for kind in row}
    assert kinds - {"UH"} <= columns
    assert kinds <= costs.ROWS.keys()
    assert columns - {"*", "COM", "END"} <= costs.ROWS.keys()


def test_no_row_makes_anything_impossible_or_more_than_certain() -> None:
    assert all(-2 <= cost <= 10 for row in costs.ROWS.values() for cost in row.values())


def test_word_lists_hold_words() -> None:
    lists = [
        value for module in (open_words, stress_pairs) for value in vars(module).values() if isinstance(value, str)
    ]
    words = [
        word for value in lists if "\n" in value and not value.startswith(("Common", "Words")) for word in value.split()
    ]
    assert len(words) > 2000
    assert not [word for word in words if not word.replace("-", "").isalpha()]


@pytest.mark.parametrize(
    ("word", "ending", "base"),
    [
        ("stopped", "ed", "stop"),
        ("hoping", "ing", "hope"),
        ("cries", "s", "cry"),
        ("boxes", "s", "box"),
        ("happier", "er", "happy"),
    ],
)
def test_base_forms_are_found_behind_the_changes_of_spelling(word: str, ending: str, base: str) -> None:
    assert base in base_forms_of(word, ending)
