"""The front end's door: previews of what would be spoken, with no engine."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from common.async_connection import AsyncConnection
from common.errors import BadFrame, BadSplit, LanguageUnavailable, UnknownVoice
from common.messages.control import CheckPronunciations, Preview, PronunciationsChecked
from common.messages.hello import Notice
from common.messages.speaking import AS_USUAL, ReadingOptions
from common.messages.synthesis import PLAN_WINDOW, Planned
from model_server.front_end import FrontEnd
from model_server.pronunciation_file import PronunciationFile

PRICE = Preview("af_heart", "It costs $5.", 100, final=True, first=True)


@pytest.fixture
def front_end() -> Iterator[FrontEnd]:
    made = FrontEnd(PronunciationFile(Path("/nonexistent")))
    yield made
    made.close()


def preview(front_end: FrontEnd, message: Preview) -> Planned:
    nobody = cast(AsyncConnection, None)  # previews are for whoever asks
    planned = asyncio.run(front_end.handle_preview(message, nobody))
    assert isinstance(planned, Planned)
    return planned


def test_a_preview_tells_text_phonemes_and_where_they_stand(front_end: FrontEnd) -> None:
    (piece,) = preview(front_end, PRICE).pieces

    assert piece.text == "It costs five dollars."
    assert piece.phonemes == "ˌɪt kˈɔsts fˈIv dˈɑləɹz."
    assert (piece.start, piece.end, piece.boundary) == (100, 112, "end")
    price = piece.words[-1]
    assert (price.start, price.end) == (109, 111)
    assert piece.text[price.said : price.said_end] == "five dollars"
    assert piece.phonemes[price.sound : price.sound_end] == "fˈIv dˈɑləɹz"


def test_british_voices_and_languages_that_are_asked_for_read_british(front_end: FrontEnd) -> None:
    of_voice = preview(front_end, replace(PRICE, voice="bf_emma")).pieces
    asked_for = preview(front_end, replace(PRICE, language="en-gb")).pieces

    assert of_voice == asked_for
    assert of_voice[0].phonemes == "ˌɪt kˈɒsts fˈIv dˈɒləz."


def test_an_engine_that_takes_text_gets_it_in_words(front_end: FrontEnd) -> None:
    (piece,) = preview(front_end, replace(PRICE, engine="espeak")).pieces

    assert (piece.text, piece.phonemes) == ("It costs five dollars.", "")


def test_other_languages_are_left_as_they_are_written(front_end: FrontEnd) -> None:
    (piece,) = preview(front_end, replace(PRICE, voice="ef_dora", text="Son 5.")).pieces

    assert piece.text == "Son 5."
    assert piece.words == ()
    assert piece.phonemes.startswith("sˈon")


@pytest.mark.parametrize("more", [{}, {"engine": "espeak"}, {"engine": "tone"}, {"voice": "ef_dora"}])
def test_markup_can_be_text_as_any_other(front_end: FrontEnd, more: dict[str, str]) -> None:
    message = replace(PRICE, text="Wait. [pause 2s] Ask [Kokoro](/kˈOkəɹO/).", first=False, **more)  # type: ignore[arg-type]

    followed = preview(front_end, message).pieces
    literal = preview(front_end, replace(message, reading=ReadingOptions(markup=False))).pieces

    assert [piece.pause for piece in followed if piece.pause] == [2.0]
    assert not any(piece.pause for piece in literal)
    text = " ".join(piece.text for piece in literal)
    assert "pause" in text and "Kokoro" in text and ("k" in text.partition("Kokoro")[2])


def test_emoji_are_named_or_dropped(front_end: FrontEnd) -> None:
    message = replace(PRICE, text="Good \N{PARTY POPPER} night.")

    named = preview(front_end, message).pieces[0]
    dropped = preview(front_end, replace(message, reading=ReadingOptions(emoji="drop"))).pieces[0]

    assert "party popper" in named.text
    assert dropped.text == "Good night."


@pytest.mark.parametrize(
    "wrong",
    [
        {"engine": "cassette"},
        {"text": "x" * (PLAN_WINDOW + 1)},
        {"start": -1},
        {"language": "klingon"},
        {"reading": replace(AS_USUAL, emoji="loud")},
    ],
)
def test_what_no_client_of_ours_asks_is_a_bad_frame(front_end: FrontEnd, wrong: dict[str, object]) -> None:
    with pytest.raises(BadFrame):
        preview(front_end, replace(PRICE, **wrong))  # type: ignore[arg-type]  # a message's own fields


def test_voices_languages_and_patterns_that_cannot_be_had_are_told(front_end: FrontEnd) -> None:
    with pytest.raises(UnknownVoice):
        preview(front_end, replace(PRICE, voice="af_hart"))
    with pytest.raises(LanguageUnavailable):
        preview(front_end, replace(PRICE, voice="jf_alpha"))
    with pytest.raises(BadSplit, match="split pattern"):
        preview(front_end, replace(PRICE, reading=ReadingOptions(split="(")))


class Listener:
    """A connection that keeps what is sent over it."""

    def __init__(self) -> None:
        self.sent: list[object] = []

    def send_soon(self, message: object) -> None:
        self.sent.append(message)


def test_the_users_own_words_are_looked_up_and_bad_lines_told_once(tmp_path: Path) -> None:
    path = tmp_path / "pronunciations.txt"
    path.write_text("costs = sets you back\nbad\n")
    made, listener = FrontEnd(PronunciationFile(path)), Listener()
    connection = cast(AsyncConnection, listener)

    async def ask() -> tuple[object, object, object]:
        first = await made.handle_preview(PRICE, connection)
        path.write_text("costs = has a price of\n")
        rest = await made.handle_preview(replace(PRICE, first=False), connection)
        return first, rest, await made.handle_check_pronunciations(CheckPronunciations(), connection)

    first, rest, checked = asyncio.run(ask())
    made.close()

    assert isinstance(first, Planned) and first.pieces[0].text == "It sets you back five dollars."
    assert rest == first  # within a text the dictionary stays
    (notice,) = listener.sent
    assert isinstance(notice, Notice) and f"{path}: line 2: there is no '=' in 'bad'; " in notice.message
    assert checked == PronunciationsChecked(str(path), 1, ())


@pytest.mark.parametrize(("engine", "loaded"), [("auto", True), ("espeak", True), ("nonsense", True), ("tone", False)])
def test_what_reading_takes_is_loaded_beforehand_for_engines_that_need_it(
    front_end: FrontEnd, monkeypatch: pytest.MonkeyPatch, engine: str, loaded: bool
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("model_server.reading_desk.reader_for", lambda language, *_: asked.append(language))

    front_end.warm("en-gb", engine)
    asyncio.run(front_end.look())  # behind it, in the same thread

    assert asked == (["en-gb"] if loaded else [])
