"""What holds for all amounts: the published test phrases, near misses, spans, cuts anywhere, and time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from model_server.text.english.scanner import scan
from model_server.text.english.tokens import Manner, text_of
from tests.cpu_time import LINEAR, growth
from tests.model_server.text.english.amounts.reading import said, tokens
from tests.soaking import examples

# Parts of phrases that other projects are known to misread.
PHRASES = [
    ("The total is $1,234.56.", "The total is one thousand two hundred thirty-four dollars and fifty-six cents."),
    (
        "It rose 3.5% to €20 million, or $2.5B.",
        "It rose three point five percent to twenty million euros, or two point five billion dollars.",
    ),
    (
        "Meet at 3:45 p.m. on 12/25/2024.",
        "Meet at three forty-five P M on December twenty-fifth, twenty twenty-four.",
    ),
    ("In 1905, 2008 and the 1990s.", "In nineteen oh five, two thousand eight and the nineteen nineties."),
    (
        "Add 5 kg, 10 km/h, 3 ft and 20 °C.",
        "Add five kilograms, ten kilometers per hour, three feet and twenty degrees Celsius.",
    ),
    (
        "Call 555-0123 or +1 (415) 555-2671.",
        "Call five five five, zero one two three or plus one, four one five, five five five, two six seven one.",
    ),
    ("the 1st, 22nd, 3/4, ½ cup.", "the first, twenty-second, three quarters, half a cup."),
]

SENTENCES = [
    (
        "The meeting is at 10:30 a.m. on Tuesday, March 5, 2024, in Room 204.",
        "The meeting is at ten thirty A M on Tuesday, March fifth, twenty twenty-four, in Room two oh four.",
    ),
    (
        "She was born on 03/14/1985 and moved here in 1998.",
        "She was born on March fourteenth, nineteen eighty-five and moved here in nineteen ninety-eight.",
    ),
    (
        "We sold 1,500 units for $45,000, up 12.5%.",
        "We sold one thousand five hundred units for forty-five thousand dollars, up twelve point five percent.",
    ),
    (
        "The file is 3.5 GB and took 2h15m at 5.2 Mb/s.",
        "The file is three point five gigabytes and took two hours fifteen minutes at five point two megabits per second.",
    ),
    (
        "Mix 2 1/4 cups of flour and 1/2 tsp of salt, then bake at 350°F for 25-30 min.",
        (
            "Mix two and a quarter cups of flour and half a teaspoon of salt, then bake at three hundred fifty degrees "
            "Fahrenheit for twenty-five to thirty minutes."
        ),
    ),
    (
        "The 1969 moon landing; the summer of '69; the roaring '20s.",
        "The nineteen sixty-nine moon landing; the summer of sixty-nine; the roaring twenties.",
    ),
    (
        "It's 6'1\" and weighs 180 lbs.",
        "It's six foot one and weighs one hundred eighty pounds.",
    ),
    (
        "Population: 8,336,817 (2022).",
        "Population: eight million three hundred thirty-six thousand eight hundred seventeen (twenty twenty-two).",
    ),
    (
        "He ran 26.2 miles in 3:59:12, finishing 1,024th.",
        (
            "He ran twenty-six point two miles in three hours, fifty-nine minutes and twelve seconds, finishing one "
            "thousand twenty-fourth."
        ),
    ),
    (
        "Paid $12.99/month, or $99.99/yr.",
        "Paid twelve dollars and ninety-nine cents per month, or ninety-nine dollars and ninety-nine cents per year.",
    ),
]

NEAR_MISSES = [
    ("you may 5", "you may five"),  # a verb, no month
    ("May 5 people come?", "May five people come?"),
    ("March 15 miles", "March fifteen miles"),
    ("5 in the box", "five in the box"),  # no inches
    ("1 in 5 people", "one in five people"),
    ("5 a day", "five a day"),  # no amps, no a.m.
    ("5 I think", "five I think"),
    ("take 5, then 6", "take five, then six"),
    ('"I have 5"', "I have five"),  # a quotation ends, no inches
    ("'take 5'", "take five"),
    ("3M is a company.", "three M is a company."),
    ("Apartment 5A", "Apartment five A"),
    ("Section 5 A", "Section five A"),
    ("2024 items", "two thousand twenty-four items"),  # no year
    ("1905 dollars", "one thousand nine hundred five dollars"),
    ("911 people", "nine hundred eleven people"),
    ("100-2000 people", "one hundred to two thousand people"),  # no telephone
    ("It was 5.", "It was five."),
    ("Is it 5?", "Is it five?"),
    ("It was 5...", "It was five..."),
    ("13/33", "thirteen over thirty-three"),
    ("1/2/3", "one two three"),
    ("a-5", "a five"),  # a hyphen, no sign
    ("(5)", "(five)"),
    ("99:99", "ninety-nine to ninety-nine"),
    ("$", "dollar sign"),
    ("Jan said 5", "Jan said five"),
    ("Mary had 5", "Mary had five"),
    ("he was 5'", "he was five feet"),
]


@pytest.mark.parametrize(("written", "spoken"), PHRASES + SENTENCES)
def test_amounts_in_sentences_are_said(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize(("written", "spoken"), PHRASES)
def test_the_phrases_are_said_the_same_among_all_other_rules(written: str, spoken: str) -> None:
    assert text_of(scan(written, Manner())) == spoken


@pytest.mark.parametrize(("written", "spoken"), NEAR_MISSES)
def test_what_only_looks_like_an_amount_is_left_alone(written: str, spoken: str) -> None:
    assert said(written) == spoken


def test_a_word_of_an_amount_stands_for_the_characters_that_it_is_written_with() -> None:
    spans = [(token.text, token.start, token.end) for token in tokens("5 kg on Jan. 5, 2024")]
    assert spans == [
        ("five", 0, 1),
        ("kilograms", 2, 4),
        ("on", 5, 7),
        ("January", 8, 11),
        ("fifth", 13, 14),
        (",", 13, 14),
        ("twenty", 16, 20),
        ("twenty-four", 16, 20),
    ]


_PIECES = st.sampled_from(
    [
        *(
            "1",
            "12",
            "555",
            "2024",
            "0",
            "007",
            "12345678",
            " ",
            ".",
            ",",
            "-",
            "–",
            "/",
            ":",
            "$",
            "€",
            "%",
            "'",
            '"',
            "(",
            ")",
        ),
        *(
            "+",
            "−",
            "±",
            "#",
            "½",
            "²",
            "°",
            "^",
            "x",
            "×",
            "e",
            "km",
            "kg",
            "h",
            "m",
            "s",
            "in",
            "ft",
            "am",
            "p.m.",
            "K",
            "M",
        ),
        *(
            "st",
            "th",
            "Jan",
            "May",
            "USD",
            "Rs.",
            "bn",
            " million",
            "T",
            "Z",
            "\n",
            "٣",
            "①",
            "a",
            "the ",
            "in ",
            "call ",
            "C",
        ),
    ]
)


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(_PIECES, max_size=14).map("".join), st.booleans())
@example("1'1''", False)
@example("5-", True)
def test_any_mixture_is_said_in_words_with_spans_in_order(text: str, british: bool) -> None:
    found = tokens(text, british=british)
    assert not [token for token in found if any(character.isdecimal() for character in token.text)]
    assert all(0 <= token.start < token.end <= len(text) and token.text for token in found)
    for first, second in zip(found, found[1:], strict=False):
        assert first.end <= second.start or (first.start, first.end) == (second.start, second.end)


@pytest.mark.parametrize("sentence", [written for written, _ in PHRASES + SENTENCES])
def test_a_text_that_is_cut_anywhere_is_still_said(sentence: str) -> None:
    for cut in range(len(sentence)):
        assert not any(character.isdigit() for character in said(sentence[:cut]) + said(sentence[cut:]))


@pytest.mark.parametrize(
    "trigger",
    [
        *(
            "1",
            "1,",
            "1.",
            "1-",
            "1/",
            "1:",
            "1 ",
            "1x",
            "1'",
            '1"',
            "$",
            "$1-",
            "1e",
            "1^",
            "+1 ",
            "(1",
            "#1",
            "1½",
            "½",
            "12:",
        ),
        *(
            "555-",
            "Jan ",
            "Jan 5 ",
            "A1",
            "1 000 ",
            "1_",
            "٣",
            "²",
            "5 in ",
            "5kg-",
            "5 x ",
            "2 1/2-",
            "USD",
            "call 5 ",
            "1... ",
        ),
    ],
)
def test_a_flood_takes_time_with_its_length(trigger: str) -> None:
    def flood(length: int) -> Callable[[], object]:
        return partial(tokens, (trigger * (length // len(trigger) + 1))[:length])

    assert growth(flood, 1_000, 10_000) < LINEAR
