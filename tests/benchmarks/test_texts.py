"""The texts are of the lengths that the figures are named after."""

from __future__ import annotations

from pathlib import Path

from benchmarks import texts


def test_the_paragraph_has_400_characters() -> None:
    assert len(texts.PARAGRAPH) == 400


def test_ten_clients_have_texts_of_about_equal_length() -> None:
    assert len(set(texts.TEN)) == 10
    lengths = [len(text) for text in texts.TEN]
    assert max(lengths) - min(lengths) <= 0.1 * max(lengths)


def test_the_long_text_is_of_10_mb_and_never_the_same_twice(tmp_path: Path) -> None:
    texts.write_long_text(tmp_path / "long.txt")
    text = (tmp_path / "long.txt").read_text(encoding="utf-8")
    assert 10_000_000 <= len(text) < 10_010_000
    assert text.count("This was part 7.") == 1
