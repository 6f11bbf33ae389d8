"""Letters with stops."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.writing.saying import said

SAID = [
    ("Use fruit, e.g. apples, i.e. the red ones.", "Use fruit, for example apples, that is the red ones."),
    ("(i.e. this) E.g. this.", "(that is this) For example this."),
    ("The U.S. Senate met. I love the U.S. It is big.", "The U S Senate met. I love the U S. It is big."),
    ("He came from the U.K., the E.U. and the U.N.", "He came from the U K, the E U and the U N."),
    ("The U.S.-led war; the U.S.'s role.", "The U S led war; the U S's role."),
    ("Washington, D.C., in 44 B.C. and A.D. 79.", "Washington, D C, in forty-four B C and A D seventy-nine."),
    ("It starts at nine a.m. We eat at one p.m. on Sunday.", "It starts at nine A M. We eat at one P M on Sunday."),
    ("At seven p.m. Monday, at one p.m. EST.", "At seven P M Monday, at one P M E S T."),
    ("She has a Ph.D. and an M.D. He has a B.A.", "She has a P H D and an M D. He has a B A."),
    ("Ten Ph.D.s met.", "Ten P H Ds met."),
    ("J.R.R. Tolkien, John F. Kennedy and C. S. Lewis.", "J R R Tolkien, John F Kennedy and C S Lewis."),
    ("E. coli and S. Korea.", "E coli and South Korea."),
    (
        "R.S.V.P. by noon; a.k.a. the boss; N.B. this; P.O. Box 12.",
        "R S V P by noon; also known as the boss; N B this; P O Box twelve.",
    ),
    ("Plan B. We go. Vitamin C. It helps.", "Plan B. We go. Vitamin C. It helps."),
    ("It was I. Then he left.", "It was I. Then he left."),
    ("Mr. X and Ms. Y. Mr. Smith.", "Mister X and Ms Y. Mister Smith."),
    ("Work w/ me w/o pay b/c I said so, c/o Mary.", "Work with me without pay because I said so, care of Mary."),
    ("U.S. v. Nixon; U.S.-China talks.", "U S versus Nixon; U S China talks."),
    ("George H. W. Bush; O. J. Simpson; T.S. Eliot.", "George H W Bush; O J Simpson; T S Eliot."),
    ("e.g.: foo; (e.g., this)", "for example: foo; (for example, this)"),
    ("Hepatitis B and C. Then D.", "Hepatitis B and C. Then D."),
]


@pytest.mark.parametrize(("written", "spoken"), SAID)
def test_letters_with_stops_are_said_as_they_are_meant(written: str, spoken: str) -> None:
    assert said(written) == spoken
