from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from common.errors import InputFailed, LanguageUnavailable, Unspeakable
from common.messages.control import Preview
from common.messages.speaking import CLIENT, ReadingOptions
from common.messages.synthesis import PLAN_WINDOW, Plan, Planned, PlannedPiece
from model_server.text.plain import PlainReader
from model_server.text.planner import plan
from say.previewing import PreviewedPiece, previewed
from say.spool import TextSpool
from say.utterance import Request

TEXT = "The first sentence. The second one, which is longer, and goes on for a while. " * 200


def request(engine: str = "auto") -> Request:
    reading = ReadingOptions(split="x")
    return Request("af_heart", CLIENT, engine, "fr", 1.0, 1.0, False, {}, reading=reading)


class Server:
    """Answers as the model server does, for an engine that takes text as it is written."""

    def __init__(self) -> None:
        self.asked: list[Preview] = []

    def ask(self, preview: Preview) -> Planned:
        self.asked.append(preview)
        assert len(preview.text) <= PLAN_WINDOW
        asked = Plan(preview.text, preview.start, preview.final, False, preview.first, inside=preview.inside)
        return plan(asked, PlainReader(None))


def never() -> None:
    raise AssertionError("this engine reads the language")


def pieces_of(
    spool: TextSpool, ask: Callable[[Preview], Planned], on_espeak: Callable[[], None] = never, engine: str = "auto"
) -> list[PreviewedPiece]:
    with spool:
        return list(previewed(request(engine), spool, ask, on_espeak))


def test_pieces_cover_the_text_in_order_with_what_they_are_of() -> None:
    server = Server()
    pieces = pieces_of(TextSpool.of(TEXT), server.ask)
    assert "".join(piece.text for piece in pieces) == TEXT
    assert [piece.end for piece in pieces[:-1]] == [piece.start for piece in pieces[1:]]
    assert all(piece.text == TEXT[piece.start : piece.end] for piece in pieces)
    assert {piece.voice for piece in pieces} == {"af_heart"}
    assert [preview.first for preview in server.asked].count(True) == 1
    assert server.asked[0].language == "fr" and server.asked[0].reading.split == "x"


def test_text_that_comes_bit_by_bit_is_read_as_text_that_comes_at_once() -> None:
    whole = pieces_of(TextSpool.of(TEXT[:2000]), Server().ask)
    spool = TextSpool()

    def write() -> None:
        for character in TEXT[:2000]:
            spool.append(character)
        spool.finish()

    writer = threading.Thread(target=write)
    writer.start()
    assert pieces_of(spool, Server().ask) == whole
    writer.join()


def test_what_was_read_is_forgotten_and_a_writer_waits() -> None:
    spool = TextSpool(disk_limit=1 << 16, memory_limit=1 << 12, history=0)

    def write() -> None:
        spool.append(TEXT * 8)
        spool.finish()

    writer = threading.Thread(target=write)
    writer.start()
    pieces = pieces_of(spool, Server().ask)
    writer.join()
    assert pieces[-1].end == len(TEXT * 8)


@pytest.mark.parametrize("text", ["", " \n"])
def test_blank_text_has_no_pieces(text: str) -> None:
    assert pieces_of(TextSpool.of(text), Server().ask) == []


def test_an_error_comes_after_the_pieces_before_it() -> None:
    server, found = Server(), []

    def ask(preview: Preview) -> Planned:
        if preview.start > 1000:
            raise Unspeakable("there are no phonemes for 'x'")
        return server.ask(preview)

    with TextSpool.of(TEXT) as spool, pytest.raises(Unspeakable):
        for piece in previewed(request(), spool, ask, never):
            found.append(piece)
    assert found[-1].end > 1000


def test_text_that_breaks_off_is_read_so_far_and_then_its_error_is_raised() -> None:
    spool, found = TextSpool(), []
    spool.append("As far as it goes.")
    spool.finish(InputFailed("the disk is gone"))
    with spool, pytest.raises(InputFailed):
        for piece in previewed(request(), spool, Server().ask, never):
            found.append(piece.text)
    assert found == ["As far as it goes."]


def test_auto_previews_espeak_for_what_kokoro_does_not_read() -> None:
    server, told = Server(), []

    def ask(preview: Preview) -> Planned:
        if preview.engine != "espeak":
            raise LanguageUnavailable("Kokoro does not read that")
        return server.ask(preview)

    pieces = pieces_of(TextSpool.of("One. Two."), ask, lambda: told.append(True))
    assert "".join(piece.text for piece in pieces) == "One. Two." and told == [True]
    with pytest.raises(LanguageUnavailable):
        pieces_of(TextSpool.of("One."), ask, never, "kokoro")


def test_a_front_end_that_uses_nothing_up_is_no_reason_to_ask_for_ever() -> None:
    def ask(preview: Preview) -> Planned:
        return Planned((PlannedPiece("", "", preview.start, preview.start, "end"),), 0)

    with pytest.raises(Exception, match="made no progress"):
        pieces_of(TextSpool.of("One."), ask)
