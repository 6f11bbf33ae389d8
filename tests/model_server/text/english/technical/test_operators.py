"""Operators and mathematics."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.technical.saying import said

SAID = [
    ("Let x = 3 there.", "Let X equals three there."),
    ("So 2+2=4 there.", "So two plus two equals four there."),
    ("Then a*b there.", "Then A times B there."),
    ("Is x² enough?", "Is X squared enough?"),
    ("So a² + b² = c² there.", "So A squared plus B squared equals C squared there."),
    ("So E = mc² there.", "So E equals M C squared there."),
    ("The root √2 ≈ 1.4 there.", "The root the square root of two approximately equals one point four there."),
    ("If x <= 5 && y != 4 then.", "If X less than or equal to five and Y not equal to four then."),
    ("If x ≤ 5 || z >= 6 then.", "If X less than or equal to five or Z greater than or equal to six then."),
    ("It is ±5 there.", "It is plus or minus five there."),
    ("Go to Settings -> Network there.", "Go to Settings to Network there."),
    ("From A → B there.", "From A to B there."),
    ("Use x => x + 1 there.", "Use X arrow X plus one there."),
    ("Run i++ and j += 2 there.", "Run I plus plus and J plus equals two there."),
    ("Home | About", "Home, About"),
    ("Choose File > Save As there.", "Choose File, Save As there."),
    ("If x > 5 then.", "If X greater than five then."),
    ("If p < 0.05 then.", "If P less than zero point zero five then."),
    ("So 5 - 3 = 2 there.", "So five minus three equals two there."),
    ("So 2x + 1 = 5 there.", "So two X plus one equals five there."),
    ("It takes ~10 minutes there.", "It takes about ten minutes there."),
    ("It is π or ∞ there.", "It is pi or infinity there."),
    ("It is H₂O there.", "It is H two O there."),
    ("def area(r) -> float", "def area of R returns float"),
    ("SELECT * FROM users", "Select star FROM users"),
    ("Run ls | grep foo there.", "Run L S pipe grep foo there."),
    ("So 7 / 2 = 3.5 there.", "So seven divided by two equals three point five there."),
    ("Salt & pepper there.", "Salt and pepper there."),
    ("So y = mx + b there.", "So Y equals M X plus B there."),
    ("Is a ≠ b there?", "Is A is not equal to B there?"),
    ("So 10 ÷ 2 = 5 there.", "So ten divided by two equals five there."),
    ("Say x**2 and x // 2.", "Say X to the power of two and X floor divided by two."),
    ("It takes <5 minutes there.", "It takes less than five minutes there."),
    ("It has >5 parts there.", "It has more than five parts there."),
    ("Run rm -rf / there.", "Run R M dash R F slash there."),
    ("The <div> tag and <b>bold</b> there.", "The div tag and bold there."),
    ("Ben &amp; Jerry", "Ben and Jerry"),
    ("It is 2 < 3 there.", "It is two less than three there."),
    ("I <3 you", "I heart you"),
    ("Let f(x)=x^2+3x-5 there.", "Let F of X equals X squared plus three X minus five there."),
    ("So n-1 and x - 3 there.", "So N minus one and X minus three there."),
    ("(a)-(c)", "(A)(C)"),
    ("It is the T-34 and an x-ray.", "It is the T thirty-four and an X ray."),
    ("if (x >= 10 && y <= 5) { z; }", "if (X greater than or equal to ten and Y less than or equal to five) Z;"),
]

# Said by others, or as they are: nothing technical.
NEAR = [
    ("**bold** and _slanted_ and ~~gone~~", "bold and slanted and gone"),
    ("# Heading", "Heading"),
    ("> quoted", "quoted"),
    ("It was - well - odd", "It was — well — odd"),
]


@pytest.mark.parametrize("written, spoken", SAID)
def test_operators_are_said_in_words(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize("written, spoken", NEAR)
def test_what_only_looks_like_operators_is_left_alone(written: str, spoken: str) -> None:
    assert said(written) == spoken
