"""Promises about where sentences end."""

from __future__ import annotations

import pytest

from model_server.text.characters import SPEAKABLE
from model_server.text.sentences import Window, next_sentence


def sentences(text: str, *, ended: bool = True) -> list[str]:
    window = Window.of(text, ended=ended, line_start=True)
    lead = SPEAKABLE.search(window.classes)
    found: list[str] = []
    position, begin = 0, lead.start() if lead else len(text)
    while begin < len(text) and (sentence := next_sentence(window, begin, 450)):
        found.append(window.text[position : sentence.end].strip())
        position, begin = sentence.end, sentence.next
    return found


@pytest.mark.parametrize(
    "parts",
    [
        ["Hello.", "World."],
        ["What?!", "No!"],
        ['He said "Stop."', "Then he left."],
        ["(It was late.)", "We went."],
        ["**Bold.**", "Plain."],
        ["hello.", "how are you?", "i am fine"],
        ["It was 1905.", "Then came 1906."],
        ["No.", "I won't."],
        ["He and I.", "We two."],
        ["We sell pens, etc.", "Come in."],
        ["It is 3 p.m.", "Go."],
        ["Wait...", "What?"],
        ["Eins…", "Zwei."],
        ["क्या हाल है।", "ठीक है।"],
        ["¿Qué?", "¡Nada!"],
        ["Do one more rep.", "Then stand six ft.", "Away from it."],
    ],
)
def test_a_sentence_ends_here(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == parts


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Smith met Mrs. Jones at St. Mary's.",
        "J. R. R. Tolkien wrote it.",
        "We climbed Mt. Fuji and flew to Ft. Worth.",
        "Gov. Brown met Sen. Paul, Rep. Lee and Maj. Tom.",
        "He studied at the Univ. of Texas.",
        "Pi is 3.14 or so.",
        "Use fruit, e.g. apples, i.e. these.",
        "Cats vs. Dogs is old.",
        "See No. 5 and fig. 3 on p. 12.",
        "Born in Jan. 5 days later.",
        "The U.S. Army came.",
        "At 5 p.m. we go.",
        'She asked "Really?" and left.',
        "Well... maybe not.",
        "Open example.com or file.txt now.",
        "1. Buy milk",
        "Version 2.0.1 is out.",
    ],
)
def test_a_sentence_goes_on(text: str) -> None:
    assert sentences(text) == [text]


def test_scripts_without_spaces_end_at_their_own_stops() -> None:
    assert sentences("今日は。「そうですか？」明日！") == ["今日は。", "「そうですか？」", "明日！"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("milk\neggs\nbread", ["milk", "eggs", "bread"]),
        ("Shopping\nMilk\nEggs", ["Shopping", "Milk", "Eggs"]),
        ("- some milk from the shop at the corner of the street\n- eggs", ["- some milk from the shop at the corner of the street", "- eggs"]),
        ("[12:00:01] the server was started by somebody on port 80\n[12:00:02] done", ["[12:00:01] the server was started by somebody on port 80", "[12:00:02] done"]),
        ("2024-05-01 a line of a log file that is rather long, as they are\n2024-05-02 b", ["2024-05-01 a line of a log file that is rather long, as they are", "2024-05-02 b"]),
    ],
)  # fmt: skip
def test_lines_of_lists_and_logs_end_with_the_line(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "It was the best of times, it was the worst of times, it was\nthe age of wisdom.",
        "This line was wrapped at a width of sixty by its writer at\nThe Hague.",
        "A short line,\nand its rest.",
        "He was met by Dr.\nSmith.",
    ],
)
def test_wrapped_prose_is_one_sentence(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize("end", ["\u2028", "\n\u2028", "\u2028\n", ".\n\u2028"])
def test_a_line_separator_ends_a_sentence(end: str) -> None:
    assert sentences(f"one line of it, etc{end}and another") == [
        f"one line of it, etc{end[0] * (end[0] == '.')}",
        "and another",
    ]


def test_a_line_that_was_begun_before_is_taken_for_prose() -> None:
    window = Window.of("Then the\nHague called.", ended=True, line_start=False)

    sentence = next_sentence(window, 0, 450)

    assert sentence and sentence.end == len(window.text)


def test_a_blank_line_ends_a_paragraph() -> None:
    window = Window.of("A title\n \nText", ended=True, line_start=True)

    sentence = next_sentence(window, 0, 450)

    assert sentence and sentence.paragraph and not sentence.stopped
    assert (sentence.end, sentence.next) == (7, 10)


@pytest.mark.parametrize("text", ["Hello", "Hello.", "Hello. ", "Hello.\n\n", 'Hello. "', "Milk\nEggs"])
def test_an_end_is_not_told_before_it_is_certain(text: str) -> None:
    assert sentences(text, ended=False) == []


def test_a_sentence_beyond_the_limit_is_not_looked_at_further() -> None:
    window = Window.of("word " * 200, ended=False, line_start=True)

    sentence = next_sentence(window, 0, 450)

    assert sentence and not sentence.complete and sentence.end == 450
