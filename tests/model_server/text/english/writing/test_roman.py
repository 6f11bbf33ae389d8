"""Roman numerals."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.writing.saying import said

SAID = [
    ("Chapter IV, p. 3, and Henry VIII.", "Chapter four, page three, and Henry the eighth."),
    ("World War II and World War I ended. WWII too.", "World War two and World War one ended. World War two too."),
    ("World Wars I and II.", "World Wars one and two."),
    (
        "Elizabeth II, Louis XIV and Pope John XXIII. Henry V and James I.",
        "Elizabeth the second, Louis the fourteenth and Pope John the twenty-third. Henry the fifth and James the first.",
    ),
    ("Henry VIII's wives. Charles III is king.", "Henry the eighth's wives. Charles the third is king."),
    ("As Elizabeth I am proud. Elizabeth I was queen.", "As Elizabeth I am proud. Elizabeth the first was queen."),
    (
        "Act III, Scene 2. Part IV. Volume xi. Chapters I-III and IV.",
        "Act three, Scene two. Part four. Volume eleven. Chapters one to three and four.",
    ),
    ("In Chapter I describe it. Chapter I. The Start.", "In Chapter I describe it. Chapter one. The Start."),
    ("Rocky II, Final Fantasy VII and Super Bowl LVIII.", "Rocky two, Final Fantasy seven and Super Bowl fifty-eight."),
    ("Thurston Howell III and William Gates III.", "Thurston Howell the third and William Gates the third."),
    ("Malcolm X spoke. Generation X. Class D. Appendix C.", "Malcolm X spoke. Generation X. Class D. Appendix C."),
    ("An IV drip. She is on IV fluids. Stage IV cancer.", "An I V drip. She is on I V fluids. Stage four cancer."),
    ("Mix, vivid, mild, civic, livid. I dim it.", "Mix, vivid, mild, civic, livid. I dim it."),
    ("The MIX is on CD, DVD, LCD, MD and DC.", "The MIX is on C D, D V D, L C D, M D and D C."),
    ("XIV. The End.", "fourteen. The End."),
    ("II. Methods. III. Results. IV. Talk.", "two. Methods. three. Results. four. Talk."),
    ("See page iv, pp. iv-x and (iii).", "See page four, pages four to ten and (three)."),
    (
        "The XXth century, the XIX century, MCMXCIV.",
        "The twentieth century, the nineteenth century, nineteen ninety-four.",
    ),
    ("Xi met Vi. Liv, Di and Li left.", "Xi met Vi. Liv, Di and Li left."),
    ("Peter I the Great; Ivan IV the Terrible.", "Peter the first the Great; Ivan the fourth the Terrible."),
    ("Article I, Section 8; Article V; Title IX.", "Article one, Section eight; Article five; Title nine."),
    ("LIII, XXL, MDCC, MMXXIV", "fifty-three, X X L, seventeen hundred, twenty twenty-four"),
    ("See ii, iii and xiv. Use vi.", "See two, three and fourteen. Use vi."),
    ("I. Introduction", "one. Introduction"),
    ("I. Newton fell. V. Woolf did not.", "I. Newton fell. V Woolf did not."),
    ("Gary, Ind., is big. Indeed.", "Gary, Indiana, is big. Indeed."),
    ("Final Fantasy X, OS X, Plan X.", "Final Fantasy ten, O S ten, Plan X."),
    ("Rocky IV and Star Wars VI.", "Rocky four and Star Wars six."),
]


@pytest.mark.parametrize(("written", "spoken"), SAID)
def test_a_roman_numeral_is_a_number_only_where_it_counts(written: str, spoken: str) -> None:
    assert said(written) == spoken


def test_british_numerals_have_their_and() -> None:
    assert said("Psalm CXIX", british=True) == "Psalm one hundred and nineteen"
