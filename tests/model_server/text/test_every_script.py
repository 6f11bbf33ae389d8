"""All of Unicode, by a sample of every script and category: spoken, silent by its nature, or named. Never lost, never a crash."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

import pytest

from common.errors import Unspeakable
from common.messages.speaking import AS_USUAL, ReadingOptions
from common.messages.synthesis import Plan, PlannedPiece
from model_server.text.characters import decoration
from model_server.text.english.scripts import ENGLISH, english_sounds, runs
from model_server.text.g2p import SYMBOLS, polyglot_reader
from model_server.text.pace import Manner
from model_server.text.planner import plan
from model_server.text.readers import reader_for
from model_server.text.reading import PHONEMES, SAID

LENIENT = ReadingOptions(skip_unspeakable=True)
READERS = [
    ("en-us", PHONEMES),
    ("en-gb", SAID),
    ("fr", PHONEMES),
    ("hi", PHONEMES),
    ("es", SAID),
    ("zh", SAID),
    ("ja", SAID),
]
# Punctuation, separators, accents and vowel signs by themselves, formats; and what draws. `docs/text.md` says so.
SILENT_CATEGORIES = ("P", "Z", "M", "Cf")
DRAWN = "<=>|~^`_\u00ae\u2122\u2800\u28ff"
ESPEAK_NAMES = {"en-gb": "en-gb", "es": "es", "zh": "cmn", "ja": "ja"}


def samples() -> list[str]:
    """Return the first and the last character of every script and category, as the names in Unicode tell them."""
    found: dict[tuple[str, str], list[str]] = {}
    for code in range(0x110000):
        character = chr(code)
        category = unicodedata.category(character)
        script = unicodedata.name(character, f"{code >> 12:x}").partition(" ")[0]
        found.setdefault((script.partition("-")[0], category), []).append(character)
    return [each for group in found.values() for each in dict.fromkeys((group[0], group[-1]))]


SAMPLES = samples()


def silent_by_nature(character: str) -> bool:
    category = unicodedata.category(character)
    return category.startswith(SILENT_CATEGORIES) or character.isspace() or character in DRAWN or decoration(character)


def pieces(text: str, language: str, takes: str, options: ReadingOptions = LENIENT) -> tuple[PlannedPiece, ...]:
    reader = reader_for(language, takes, options)
    request = Plan(text, 0, final=True, flush=False, first=True)
    return plan(request, reader, manner=Manner(strict=not options.skip_unspeakable)).pieces


def chosen(counts: Callable[[int, int], int]) -> Iterator[str]:
    step = max(1, len(SAMPLES) // counts(700, len(SAMPLES)))
    return (each for each in SAMPLES[::step] if not silent_by_nature(each))


@pytest.mark.parametrize(("language", "takes"), READERS)
def test_every_character_is_spoken_or_named(language: str, takes: str, counts: Callable[[int, int], int]) -> None:
    says = polyglot_reader() if takes == SAID else None
    lost = []
    for character in chosen(counts):
        (piece,) = pieces(f"Papa {character} papa.", language, takes)
        assert set(piece.phonemes) <= SYMBOLS
        if piece.left_out:
            continue
        if says is None:
            heard = len(piece.phonemes) > len(pieces("Papa papa.", language, takes)[0].phonemes)
        else:
            said = piece.text[4:-5].strip()
            heard = any(map(str.isalpha, says(ESPEAK_NAMES[language], said)))
        if not heard:
            lost.append((ascii(character), unicodedata.name(character, "")))

    assert lost == []


@pytest.mark.parametrize(("language", "takes"), READERS)
def test_every_character_by_itself_is_spoken_or_an_error_that_names_it(
    language: str, takes: str, counts: Callable[[int, int], int]
) -> None:
    for character in list(chosen(counts))[::4]:
        (told,) = pieces(character, language, takes)
        if told.pause:
            assert told.left_out == (character,)
            with pytest.raises(Unspeakable, match=r"U\+|'"):
                pieces(character, language, takes, AS_USUAL)
        else:
            assert told.phonemes or told.text.strip()


@pytest.mark.parametrize(
    "character",
    ["\u200b", "\u200d", "\ufe0f", "\u00ad", "\u202e", "\u2066", "\ufeff", "\u0301", "\u00a0", "\u3000", "—", "•", "─"],
)
def test_what_is_silent_by_its_nature_is_not_told(character: str) -> None:
    for language, takes in READERS:
        assert [piece.left_out for piece in pieces(f"Papa {character} papa.", language, takes)] == [()]


# Silent by themselves only: a small tsu and a shadda double what is beside them, others carry vowels or mark where one was.
_CARRIERS = "っッｯอઽ\ufcf2\ufcf4\ufe71\ufe7d\ufe7f"


def test_every_letter_that_is_left_to_a_language_has_a_sound_in_it(counts: Callable[[int, int], int]) -> None:
    letters = [chr(code) for code in range(0x250, 0x110000) if chr(code).isalpha() and chr(code) not in _CARRIERS]
    known = [
        letter for letter in letters if len(found := list(runs(letter))) == 1 and found[0].language not in ("", ENGLISH)
    ]
    rare = [letter for letter in known if not ("\u3400" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7a3")]
    step = max(1, len(rare) // counts(1500, len(rare)))
    read = polyglot_reader()

    silent = []
    for letter in [*rare[::step], *known[::997]]:
        (run,) = runs(letter)
        if not any(map(str.isalpha, english_sounds(read(run.language, run.text), run.language, british=False))):
            silent.append(letter)

    assert silent == []


def test_a_letter_without_a_sound_is_named_in_the_midst_of_a_word() -> None:
    (piece,) = pieces("مر\u0870حبا", "en-us", PHONEMES)

    assert "lˈɛTəɹ" in piece.phonemes


@pytest.mark.parametrize("text", ["שלום עולם", "\u202eolleh\u202c", "a שלום b مرحبا", "\u2067مرحبا\u2069", "12 שקל 34"])
def test_text_from_right_to_left_is_read_in_its_own_order(text: str) -> None:
    for language, takes in READERS:
        for piece in pieces(text, language, takes, AS_USUAL):
            assert piece.left_out == () and [word.start for word in piece.words] == sorted(
                word.start for word in piece.words
            )


def test_digits_by_the_thousand_are_all_spoken() -> None:
    assert sum(len(piece.phonemes) for piece in pieces("7" * 400, "fr", PHONEMES)) > 0
    reader = reader_for("en-us", SAID, AS_USUAL)
    assert reader.read("7" * 3000).text.count("seven") == 3000
