"""Reading as it is written: what has no phonemes is told, never passed over."""

from __future__ import annotations

import pytest

from common.errors import Unspeakable
from common.messages.speaking import AS_USUAL, ReadingOptions
from common.messages.synthesis import Plan
from model_server.text.plain import PlainReader
from model_server.text.planner import plan
from model_server.text.pronunciations import parse
from model_server.text.readers import reader_for
from model_server.text.reading import PHONEMES, SAID, Reading

LENIENT = ReadingOptions(skip_unspeakable=True)


def test_engines_that_take_text_get_it_with_single_blanks() -> None:
    assert PlainReader(None).read(" Hola \n amigo. ") == Reading("Hola amigo.")


@pytest.mark.parametrize("text", ["Ꮳ. Au revoir.", "Au Ꮳrevoir.", "Ꮳ"])
def test_a_word_with_a_letter_that_has_no_sound_is_named(text: str) -> None:
    with pytest.raises(Unspeakable, match="Ꮳ"):
        reader_for("fr", PHONEMES, AS_USUAL).read(text)


def test_or_is_left_out_and_told() -> None:
    reading = reader_for("fr", PHONEMES, LENIENT).read("Au revoir Ꮳ.")

    assert reading.left_out == ("Ꮳ",)
    assert reading.sounds.startswith("o ʁəvwˈaʁ")


@pytest.mark.parametrize("digits", ["١٢", "१२", "௧௨", "๑๒", "１２", "𝟙𝟚"])
def test_digits_of_any_script_are_read_in_the_language_of_the_text(digits: str) -> None:
    for language in ("fr", "hi"):
        reader = reader_for(language, PHONEMES, AS_USUAL)
        assert reader.read(digits) == reader.read("12")
    assert PlainReader(None).read(digits) == Reading("12")
    (piece,) = plan(Plan(f"Bon {digits} jour.", 0, True, False, True), PlainReader(None)).pieces
    assert piece.text == "Bon 12 jour."


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "L'œuvre naïve d'un garçon où ça va. Ÿ"),
        ("es", "¿Qué tal, señor? El pingüino, la niña, n.º 5. Año ½"),
        ("it", "Perché no? È così, più là."),
        ("pt-br", "São Paulo, coração, pão de açúcar, três lugares."),
        ("hi", "नमस्ते दुनिया। यह १२३ है।"),
        ("es", "Добрый день, 日本, مرحبا"),
    ],
)
def test_what_people_write_is_read(language: str, text: str) -> None:
    assert reader_for(language, PHONEMES, AS_USUAL).read(text).left_out == ()


@pytest.mark.parametrize(
    ("language", "takes", "text", "left_out"),
    [
        ("fr", PHONEMES, "de Paris → Lyon → Nice", ("→",)),
        ("fr", PHONEMES, "5 < 6", ("<",)),
        ("es", SAID, "5 < 6 × 7", ("<", "×")),
        ("es", SAID, "2 ¾ tazas", ("¾",)),
        ("ja", SAID, "100€ 🎉", ("€", "🎉")),
        ("hi", PHONEMES, "20 ÷ 5", ("÷",)),
    ],
)
def test_signs_without_a_name_in_the_language_are_told_and_no_error(
    language: str, takes: str, text: str, left_out: tuple[str, ...]
) -> None:
    assert sorted(reader_for(language, takes, AS_USUAL).read(text).left_out) == sorted(left_out)


@pytest.mark.parametrize(
    "text", ["<b>a</b> -> b", "> cita\n> más", "| a | b |\n|---|---|", "• uno ■ dos", "a—b «c»", "=====", "~ 5"]
)
def test_what_marks_or_draws_is_passed_over(text: str) -> None:
    for language, takes in (("fr", PHONEMES), ("es", SAID)):
        assert reader_for(language, takes, AS_USUAL).read(text).left_out == ()


def test_numbers_in_one_character_are_read_as_figures() -> None:
    reader = reader_for("es", PHONEMES, AS_USUAL)

    assert reader.read("2 ¾ tazas") == reader.read("2 3/4 tazas")
    assert reader.read("① uno") == reader.read("1 uno")


def test_kanji_are_refused_with_what_helps_or_left_out() -> None:
    with pytest.raises(Unspeakable, match="'日本語'") as refused:
        reader_for("ja", SAID, AS_USUAL).read("これは日本語です")
    assert "hiragana" in str(refused.value)
    assert reader_for("ja", SAID, LENIENT).read("これは日本語です") == Reading("これは です", left_out=("日本語",))


def test_what_espeak_refuses_as_a_whole_is_left_out_and_told() -> None:
    def refuse(text: str) -> str:
        raise Unspeakable("no")

    assert PlainReader(refuse).read("Hola.") == Reading("", left_out=("Hola.",))
    with pytest.raises(Unspeakable):
        PlainReader(refuse, strict=True).read("Hola.")


def test_emoji_without_a_name_in_the_language_stop_nobody() -> None:
    assert reader_for("it", PHONEMES, AS_USUAL).read("Ciao \N{HONEYBEE}!").sounds


@pytest.mark.parametrize("text", ["Hola amigo. Uso kubectl.", "Uso kubectl. Hola amigo.", "Hola. Uso kubectl. Hola."])
def test_sentences_beside_one_with_a_word_of_the_users_own_are_said_too(text: str) -> None:
    reader = reader_for("es", SAID, AS_USUAL, parse(b"kubectl = cube control"))

    (piece,) = plan(Plan(text, 0, final=True, flush=False, first=False), reader).pieces

    assert piece.text == text.replace("kubectl", "cube control")
    assert [text[word.start : word.end] for word in piece.words] == text.replace("kubectl.", "kubectl").split()
