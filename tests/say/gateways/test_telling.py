from __future__ import annotations

from common.errors import SayError
from common.messages.hello import Notice, Progress
from say.gateways import telling
from say.gateways.telling import Once, sentence_of


def test_a_sentence_is_told_once() -> None:
    told: list[str] = []
    once = Once(told.append)

    for _ in range(3):
        once.tell("speed 3 is taken as 2")
        once.tell_notice(Notice("fallback", "espeak speaks"))
        once.tell_progress(Progress("downloading", "model.pth", done=1, total=327_000_000))
        once.tell_progress(Progress("downloading", "model.pth", done=2, total=327_000_000))

    assert told == ["speed 3 is taken as 2", "espeak speaks", "downloading model.pth, 327 MB"]


def test_what_is_soon_over_is_not_told() -> None:
    told: list[str] = []

    Once(told.append).tell_progress(Progress("loading", "kokoro"))
    Once(told.append).tell_progress(Progress("downloading", "model.pth"))

    assert told == []


def test_a_fact_is_news_once() -> None:
    once = Once(print)

    assert [once.is_news("a"), once.is_news("a"), once.is_news("b")] == [True, False, True]


def test_what_peers_make_up_does_not_fill_memory() -> None:
    once = Once(lambda line: None)

    for number in range(3 * telling._MOST):
        once.tell(f"model {number} is asked for")

    assert len(once._told) <= telling._MOST


def test_an_error_is_shown_with_what_to_do_if_that_is_known() -> None:
    assert sentence_of(SayError("it failed")) == "it failed"
    assert sentence_of(SayError("it failed", "Do better.")) == "it failed. Do better."
