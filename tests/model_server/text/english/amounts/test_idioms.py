"""Numbers that are read otherwise than numbers are, and what only looks like them."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.amounts.reading import said

IDIOMS = [
    ("10-4, over", "ten four, over"),
    ("won 10-4, over", "won ten to four, over"),
    ("a 30-06, a .30-06", "a thirty aught six, a thirty aught six"),
    ("30-06-2024", "June thirtieth, twenty twenty-four"),
    ("a .22, a .5 chance", "a twenty-two, a point five chance"),
    ("86'd", "eighty-sixed"),
    ("2/$5", "two for five dollars"),
    ("4/4 time, 3/4 of it", "four four time, three quarters of it"),
    ("5W-30", "five W thirty"),
    ("a 3-2 count", "a three two count"),
    ('6-8" of snow', "six to eight inches of snow"),
    ("2 x coffee, 2 x larger", "two coffee, two x larger"),
    ("exp. 09/27", "exp. September twenty twenty-seven"),
    ("6/1-6/7, 5/8-3/4", "June first to June seventh, five eighths to three quarters"),
    ("12/23-1/2", "December twenty-third to January second"),
    ("8/7c, 5/3 C", "eight, seven central, five thirds C"),
    ("16d nails, 16d", "sixteen penny nails, sixteen days"),
    ("14k gold, 14k people", "fourteen K gold, fourteen thousand people"),
    ("11-noon", "eleven to noon"),
    ("14st, 21st", "fourteen stone, twenty-first"),
]
BRITISH = [
    ("287-6 at stumps", "two hundred and eighty-seven for six at stumps"),
    ("287-6", "two hundred and eighty-seven to six"),
    ("325 for 7 dec.", "three hundred and twenty-five for seven declared"),
    ("took 5-42 in 18 overs", "took five for forty-two in eighteen overs"),
    ("Stokes 52*, Root 7", "Stokes fifty-two not out, Root seven"),
    ("a 2:1 from Hull, a 2:1 ratio", "a two one from Hull, a two to one ratio"),
    ("24.5p/kWh", "twenty-four point five pence per kilowatt hour"),
    ("Open 9.30 to 17.00", "Open nine thirty to seventeen hundred"),
    ("rose from 9.30 to 17.00", "rose from nine point three zero to seventeen point zero zero"),
    ("7.30 for 8pm", "seven thirty for eight P M"),
    ("Daily change 1.25 to 2.50", "Daily change one point two five to two point five zero"),
]


@pytest.mark.parametrize(("written", "spoken"), IDIOMS)
def test_an_idiom_is_told_from_a_number(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize(("written", "spoken"), BRITISH)
def test_british_games_degrees_and_hours_are_told_from_numbers(written: str, spoken: str) -> None:
    assert said(written, british=True) == spoken
