from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from say.redraws import Redraws


def drawn(*chunks: str) -> str:
    redraws = Redraws()
    return "".join(redraws.feed(chunk) for chunk in chunks) + redraws.finish()


def layers(*states: str) -> str:
    """Draw three rows as `docker pull` does, once for each state."""
    text = "".join(f"{name}: {states[0]}\n" for name in "abc")
    for state in states[1:]:
        for up, name in ((3, "a"), (2, "b"), (1, "c")):
            text += f"\x1b[{up}A\x1b[2K\r{name}: {state}\r\x1b[{up}B"
    return text


def test_text_whose_cursor_never_goes_up_passes_as_it_is() -> None:
    text = "one\n\x1b[31mtwo\x1b[0m\r\nthree\r50%\x1b[K\n\x1b[2B\x1b["
    assert drawn(text).startswith("one\n\x1b[31mtwo\x1b[0m\r\nthree\r50%\x1b[K\n")
    assert drawn(*text) == drawn(text)


def test_rows_that_are_drawn_again_come_to_their_last_state() -> None:
    text = layers("Waiting", *(f"Downloading {percent}%" for percent in range(100)), "Pull complete")
    said = drawn(text + "Status: Downloaded newer image\n")
    assert said.split("\n")[:3] == ["a: Waiting", "b: Waiting", "c: Waiting"]
    assert said.count("Downloading") == 0 and said.count("Pull complete") == 3
    assert said.endswith("Status: Downloaded newer image\n")


def test_a_line_below_is_given_out_at_once() -> None:
    redraws = Redraws()
    redraws.feed(layers("Waiting", "Pull complete"))
    assert redraws.feed("Status: Downloaded newer image\nand more").endswith("image\nand more")


def test_several_bars_that_are_reached_from_above_come_to_their_last_state() -> None:
    text = ""
    for percent in range(0, 101, 10):
        text += f"\r{percent}% one\n\r{percent}% two\x1b[A"
    said = drawn(text + "\n\n")
    assert (said.count("% one"), said.count("% two")) == (2, 2)
    assert "100% one\n100% two\n" in said


def test_when_its_writer_pauses_only_what_changed_is_given_out() -> None:
    redraws = Redraws()
    redraws.feed(layers("Waiting", "Pulling"))
    assert redraws.settle() == "\ra: Pulling\nb: Pulling\nc: Pulling\n".replace(": ", ": ")
    assert redraws.settle() == ""
    assert redraws.feed("\x1b[2A\x1b[2K\rb: complete\r\x1b[2B") == ""
    assert redraws.settle().split() == ["b:", "complete"]


PARTS = ["a", "b\n", "\r", "\n", "\x1b[A", "\x1b[3A", "\x1b[2B", "\x1bM", "\x1b[K", "\x1b[2F", "\x1b", "[", "50%"]


@given(st.lists(st.sampled_from(PARTS), max_size=40), st.lists(st.integers(0, 80), max_size=5))
@example(["\x1bM", "\x1b[2B", "a", "\n", "\x1b[A"], [9])  # a sequence cut behind a line that ends the redrawing
def test_it_makes_no_difference_how_it_arrives(parts: list[str], cuts: list[int]) -> None:
    text = "".join(parts)
    places = [0, *sorted(cut for cut in cuts if cut < len(text)), len(text)]
    assert drawn(*(text[a:b] for a, b in zip(places, places[1:], strict=False))) == drawn(text)


def test_endless_redrawing_keeps_memory_flat() -> None:
    redraws = Redraws()
    for _ in range(1000):
        assert len(redraws.feed("x" * 5000 + "\x1b[9999A")) < 10_000
    assert len(redraws.finish()) < 1_000_000
