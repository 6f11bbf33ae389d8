"""Times of day."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.amounts.reading import said

TIMES = [
    ("3:45 p.m.", "three forty-five P M."),
    ("at 3:45 p.m. on Monday", "at three forty-five P M on Monday"),
    ("3:45 PM", "three forty-five P M"),
    ("3pm", "three P M"),
    ("3 pm", "three P M"),
    ("3 p.m.", "three P M."),
    ("3:00 p.m.", "three P M."),
    ("12:00 pm", "twelve P M"),
    ("11 a.m. Monday", "eleven A M Monday"),
    ("We met at 3 p.m. Then we left.", "We met at three P M. Then we left."),
    ("3.45pm", "three forty-five P M"),
    ("15:30", "fifteen thirty"),
    ("15:00", "fifteen hundred"),
    ("12:00", "twelve o'clock"),
    ("9:00", "nine o'clock"),
    ("00:00", "midnight"),
    ("00:30", "zero thirty"),
    ("7:05", "seven oh five"),
    ("23:59", "twenty-three fifty-nine"),
    ("10:05:30", "ten oh five and thirty seconds"),
    ("0800 hours", "oh eight hundred hours"),
    ("14h30", "fourteen thirty"),
    ("9-11 a.m.", "nine to eleven A M."),
    ("9am-5pm", "nine A M to five P M"),
    ("9:00-17:00", "nine o'clock to seventeen hundred"),
    ("9:30 - 10:15", "nine thirty to ten fifteen"),
    ("8-10 pm", "eight to ten P M"),
    ("15:00 EST", "fifteen hundred EST"),
    ("UTC+2", "UTC plus two"),
    ("UTC-5", "U T C minus five"),
    ("GMT+05:30", "GMT plus five thirty"),
    ("5 o'clock", "five o'clock"),
    ("9 am to 5 pm", "nine A M to five P M"),
    ("at 6", "at six"),
    ("6pm-ish", "six P M ish"),
    ("5:30ish", "five thirty ish"),
    ("0800-1700", "oh eight hundred to seventeen hundred"),
    ("8 o'clock", "eight o'clock"),
    ("12 noon", "twelve noon"),
    ("1200 UTC", "twelve hundred UTC"),
    ("1200 miles", "one thousand two hundred miles"),
    ("0530Z", "oh five thirty Zulu"),
    ("14:30h", "fourteen thirty"),
    ("11:30p", "eleven thirty P M"),
    ("3:00–4:30 PM", "three to four thirty P M"),
    ("noon-1pm", "noon to one P M"),
    ("00:45 left", "forty-five seconds left"),
]


@pytest.mark.parametrize(("written", "spoken"), TIMES)
def test_a_time_of_day_is_said_as_on_a_clock(written: str, spoken: str) -> None:
    assert said(written) == spoken


def test_a_british_time_may_have_a_dot() -> None:
    assert said("at 14.30", british=True) == "at fourteen thirty"
    assert said("at 14.30") == "at fourteen point three zero"
