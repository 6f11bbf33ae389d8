"""Initialisms, acronyms and what is shouted."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.writing.saying import said, spelled, tokens

SAID = [
    ("UNICEF, WHO and the IMF. WHO ARE YOU?", "UNICEF, W H O and the I M F. who are you?"),
    ("ex-U.S. Marine, post-WWII, ex-wife", "ex U S Marine, post World War two, ex-wife"),
    ("MP3s, PS5s and M.A.s", "M P threes, P S fives and M As"),
    ("NASA, the FBI, SQL and a JPEG.", "NASA, the F B I, SQL and a JPEG."),
    ("NATO and AIDS and UNICEF, but the CIA and HTML.", "NATO and AIDS and UNICEF, but the C I A and H T M L."),
    ("A GIF in RAM on the LAN, with LASIK.", "A GIF in RAM on the LAN, with LASIK."),
    (
        "IBM, USDA, ESPN, UCLA and YMCA, but IKEA and EBITDA.",
        "I B M, U S D A, E S P N, U C L A and Y M C A, but Ikea and Ebitda.",
    ),
    ("The AAA, the IEEE and the NCAA.", "The triple A, the I triple E and the N C double A."),
    ("PDFs, CEOs, APIs, GIFs and the FBI's list.", "P D Fs, C E Os, A P Is, GIFs and the F B I's list."),
    ("The agents' URLs' hosts; many IDs.", "The agents U R Ls hosts; many I Ds."),
    ("PhD and MSc students; the pH is low.", "P H D and M S C students; the P H is low."),
    ("OK, my TV and PC are on.", "OK, my T V and P C are on."),
    ("AM radio. I am here. The PM met him.", "A M radio. I am here. The P M met him."),
    # it and us
    ("The US and us. US troops left.", "The U S and us. U S troops left."),
    ("The IT department fixed it. IT is hard. Do IT now.", "The I T department fixed it. I T is hard. Do IT now."),
    ("JOIN US NOW", "join us now"),
    ("MADE IN THE US", "made in the U S"),
    ("The WHO said so. WHO did this?", "The W H O said so. WHO did this?"),
    # shouting
    ("DO NOT OPEN THIS DOOR.", "do not open this door."),
    ("He is VERY tall. I did NOT do it.", "He is VERY tall. I did NOT do it."),
    ("PLEASE READ THE FBI WARNING BEFORE USE.", "please read the F B I warning before use."),
    ("I AM NOT A ROBOT", "I am not a robot"),
    ("THIS IS A TEST.", "this is a test."),
    ("GIVE IT TO ME, NOW!", "give it to me, now!"),
    ("BREAKING NEWS: NASA LAUNCHES ROCKET", "breaking news: NASA launches rocket"),
    ("DON'T GO. IT'S TIME. I'LL SEE.", "don't go. it's time. I'll see."),
    ("ALL PASSENGERS must LEAVE the TRAIN.", "all passengers must LEAVE the TRAIN."),
    # compounds
    ("US-based, non-EU, UK-led, anti-NATO.", "U S based, non E U, U K led, anti-NATO."),
    ("T-shirt, X-ray, A-list, e-commerce, e-mail.", "T-shirt, X-ray, A-list, e-commerce, email."),
    ("well-known, twenty-one, mother-in-law", "well-known, twenty-one, mother-in-law"),
    ("S&P, B&B, A&E, H&R Block.", "S and P, B and B, A and E, H and R Block."),
    # left alone
    ("O'Brien met McDonald and Ms. Deborah.", "O'Brien met McDonald and Ms Deborah."),
    ("The LED light. He led the way.", "The L E D light. He led the way."),
    ("TO BE OR NOT TO BE, THAT IS THE QUESTION.", "to be or not to be, that is the question."),
    ("WELCOME TO NEW YORK.", "welcome to new york."),
    ('"DON\'T!" she YELLED.', "“don't!” she YELLED."),
    ("CAPTAIN'S LOG. THE FBI'S LIST.", "captain's log. the F B I's LIST."),
    ("TBD, TBA, FAQs, ETA, DIY, BYOB, RSVP", "T B D, T B A, F A Qs, E T A, D I Y, B Y O B, R S V P"),
    ("LGBTQ people; the EPA, the SEC and the FTC", "L G B T Q people; the E P A, the S E C and the F T C"),
    ("mRNA, tRNA, SaaS", "M R N A, T R N A, sass"),
]


@pytest.mark.parametrize(("written", "spoken"), SAID)
def test_capitals_are_spelled_read_or_shouted(written: str, spoken: str) -> None:
    assert said(written) == spoken


def test_letters_are_one_token_and_words_another() -> None:
    assert spelled("The FBI, NASA, a PDF, the CEOs and US troops") == ["F B I", "P D F", "C E Os", "U S"]


def test_what_the_lexicon_cannot_know_is_not_left_in_capitals() -> None:
    assert [token.text for token in tokens("EBITDA at IKEA")] == ["Ebitda", "at", "Ikea"]
