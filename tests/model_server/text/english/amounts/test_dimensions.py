"""Sizes, screens and coordinates."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.amounts.reading import said

SIZES = [
    ("5'10\"", "five foot ten"),
    ("5' 10\"", "five foot ten"),
    ("5'10", "five foot ten"),
    ("5′10″", "five foot ten"),
    ("6'", "six feet"),
    ("a 6'2\" man", "a six foot two man"),
    ("5 ft 10 in", "five feet ten inches"),
    ('5" pipe', "five inch pipe"),
    ("a 5' fence", "a five foot fence"),
    ('"I have 5"', "I have five"),
    ("he said 'take 5'", "he said take five"),
    ('27" screen', "twenty-seven inch screen"),
    ("3x4", "three by four"),
    ("3 x 4", "three by four"),
    ("3×4", "three by four"),
    ("3 × 4 m", "three by four meters"),
    ("3 × 4 = 12", "three times four equals sign twelve"),
    ("4x4", "four by four"),
    ("10x20x30 cm", "ten by twenty by thirty centimeters"),
    ("8.5 x 11 in", "eight point five by eleven inches"),
    ('12" x 8"', "twelve inches by eight inches"),
    ("2'x4'", "two feet by four feet"),
    ("6 ft x 4 ft", "six feet by four feet"),
    ("1920x1080", "nineteen twenty by ten eighty"),
    ("640x480", "six forty by four eighty"),
    ("1080p", "ten eighty P"),
    ("1080p60", "ten eighty P sixty"),
    ("720p", "seven twenty P"),
    ("40.7128° N", "forty point seven one two eight degrees north"),
    ("74.0060° W", "seventy-four point zero zero six zero degrees west"),
    ("51°30'26\"N", "fifty-one degrees thirty minutes twenty-six seconds north"),
    ("40°26′46″N", "forty degrees twenty-six minutes forty-six seconds north"),
    ("5'-6'", "five to six feet"),
    ('5 x 7" photo', "five by seven inch photo"),
    ("5'4½\"", "five foot four and a half"),
    ("6 feet 2 inches", "six feet two inches"),
    ('3.5" floppy', "three point five inch floppy"),
    ('It snowed 10" overnight.', "It snowed ten inches overnight."),
    ('1 1/2" x 3 1/2"', "one and a half inches by three and a half inches"),
    ("3 x 10-12 reps", "three by ten to twelve reps"),
    ('a 55" TV', "a fifty-five inch TV"),
]


@pytest.mark.parametrize(("written", "spoken"), SIZES)
def test_a_size_is_said_as_people_say_it(written: str, spoken: str) -> None:
    assert said(written) == spoken
