"""A look into a spool: all that is there, whatever marks lie between, and nothing of what is gone."""

from __future__ import annotations

from say.spool import TextSpool
from say.spool_view import CHUNK, chunks, is_complete, read_text


def test_a_text_is_complete_once_nothing_will_follow_it() -> None:
    with TextSpool() as spool:
        spool.append("One. ")
        spool.mark_flush()
        assert not is_complete(spool)
        spool.finish()
        assert is_complete(spool)


def test_text_is_read_across_the_places_where_it_was_flushed_and_as_far_as_it_is_there() -> None:
    with TextSpool() as spool:
        for part in ("One. ", "Two. ", "Three."):
            spool.append(part)
            spool.mark_flush()
        assert read_text(spool, 2, 12) == "e. Two. Th"
        assert read_text(spool, 10, 1000) == "Three."
        assert read_text(spool, 1000, 2000) == ""


def test_what_the_spool_has_let_go_is_left_out() -> None:
    with TextSpool(history=0) as spool:
        spool.append("One. Two.")
        spool.forget(5)
        assert read_text(spool, 0, 9) == "Two."


def test_a_long_text_comes_in_parts() -> None:
    text = "x" * CHUNK + "end"
    with TextSpool.of(text) as spool:
        assert list(chunks(spool, 0, len(text))) == ["x" * CHUNK, "end"]
