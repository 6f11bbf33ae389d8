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

    assert reading.left_out == ("'Ꮳ.'",)
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


def test_emoji_without_a_name_in_the_language_stop_nobody() -> None:
    assert reader_for("it", PHONEMES, AS_USUAL).read("Ciao \N{HONEYBEE}!").sounds


@pytest.mark.parametrize("text", ["Hola amigo. Uso kubectl.", "Uso kubectl. Hola amigo.", "Hola. Uso kubectl. Hola."])
def test_sentences_beside_one_with_a_word_of_the_users_own_are_said_too(text: str) -> None:
    reader = reader_for("es", SAID, AS_USUAL, parse(b"kubectl = cube control"))

    (piece,) = plan(Plan(text, 0, final=True, flush=False, first=False), reader).pieces

    assert piece.text == text.replace("kubectl", "cube control")
    assert [text[word.start : word.end] for word in piece.words] == text.replace("kubectl.", "kubectl").split()
