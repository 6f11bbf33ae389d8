"""Short forms of advertisements, tickets, chat, courts, wards and timetables, and what only looks like them."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.writing.saying import said

SAID = [
    ("12 ea. left, $4 ea.", "twelve each left, four dollars each."),
    ("ea is a god", "ea is a god"),
    ("exp. 09/27, exp. 2027", "expires September twenty twenty-seven, expires twenty twenty-seven"),
    ("3 yrs. exp. required", "three years experience required"),
    ("Song feat. Eminem, Song ft. Drake", "Song featuring Eminem, Song featuring Drake"),
    ("1,200 sq ft. The house", "one thousand two hundred square feet. The house"),
    ("up 12% YoY", "up twelve percent year over year"),
    ("Smith v Jones, who v what", "Smith versus Jones, who V what"),
    ("under s.21, Bob's.21", "under section twenty-one, Bob's.twenty-one"),
    ("w/c 14 Oct, w/ Tom", "week commencing the fourteenth of October, with Tom"),
    ("the No 9, No 9 people", "the Number nine, No nine people"),
    ("PIN no. 5; no. I won't", "PIN number five; no. I won't"),
    ("S02E05, S3 E10, S2", "Season two episode five, Season three episode ten, S two"),
    ("an A* grade, 3 A*s", "an A star grade, three A stars"),
    ("A*B = C", "A times B equals C"),
    ("stage IIIb, q6h prn", "stage three B, every six hours as needed"),
    ("seats A-C, A-C", "seats A to C, A C"),
    ("MLS# 2241187, my # is 5", "M L S number two two four one one eight seven, my number is five"),
    ("C# is C#", "C sharp is C sharp"),
    ("Ohio St. beat Purdue", "Ohio State beat Purdue"),
    ("on Ohio St. near us", "on Ohio Street near us"),
    ("12 F.3d 15", "twelve F third fifteen"),
    ("AA or AAA batteries, in AA", "double A or triple A batteries, in A A"),
    ("MSFT ▲1.2% ▼ 3%", "M S F T up one point two percent down three percent"),
    ("a Pt. has pain, Pt. Reyes", "a Patient has pain, Point Reyes"),
]
BRITISH = [
    (
        "£650 pcm, £90 pw, £45pp",
        "six hundred and fifty pounds per calendar month, ninety pounds per week, forty-five pounds per person",
    ),
    ("2 pa systems", "two pa systems"),
    ("J19 of the M6", "junction nineteen of the M six"),
    ("flat J19", "flat J nineteen"),
    ("the A1(M)", "the A one M"),
    ("a Grade II* listed hall", "a Grade two star listed hall"),
    ("up 2% YoY", "up two percent year on year"),
    ("w/e 5 May, w/e man", "week ending the fifth of May, whatever man"),
    ("(Lab, Leeds)", "(Labour, Leeds)"),
    ("the rt hon Lady", "the right honourable Lady"),
]


@pytest.mark.parametrize(("written", "spoken"), SAID)
def test_a_short_form_is_said_in_full_beside_what_tells_it(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize(("written", "spoken"), BRITISH)
def test_british_short_forms_are_said_in_full(written: str, spoken: str) -> None:
    assert said(written, british=True) == spoken
