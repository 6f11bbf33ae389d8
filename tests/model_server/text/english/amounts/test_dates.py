"""Dates."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.amounts.reading import said

DATES = [
    ("12/25/2024", "December twenty-fifth, twenty twenty-four"),
    ("1/2/2024", "January second, twenty twenty-four"),
    ("01/02/2024", "January second, twenty twenty-four"),
    ("12/25/24", "December twenty-fifth, twenty twenty-four"),
    ("25/12/2024", "December twenty-fifth, twenty twenty-four"),
    ("31/12/1999", "December thirty-first, nineteen ninety-nine"),
    ("12-25-2024", "December twenty-fifth, twenty twenty-four"),
    ("2024-12-25", "December twenty-fifth, twenty twenty-four"),
    ("2024/12/25", "December twenty-fifth, twenty twenty-four"),
    ("2024-12", "December twenty twenty-four"),
    ("25.12.2024", "December twenty-fifth, twenty twenty-four"),
    ("05.06.2024", "June fifth, twenty twenty-four"),
    ("05/06", "May sixth"),
    ("on 3/4", "on March fourth"),
    ("by 12/25", "by December twenty-fifth"),
    ("on 9/11", "on nine eleven"),
    ("12/25", "December twenty-fifth"),
    ("2024-12-25T10:30:00Z", "December twenty-fifth, twenty twenty-four, at ten thirty U T C"),
    ("2024-12-25T10:30", "December twenty-fifth, twenty twenty-four, at ten thirty"),
    (
        "2024-12-25T10:30:00.5+02:00",
        "December twenty-fifth, twenty twenty-four, at ten thirty and zero point five seconds U T C plus two",
    ),
    ("2024-12-25 10:30:00", "December twenty-fifth, twenty twenty-four, ten thirty"),
    ("Jan. 5, 2024", "January fifth, twenty twenty-four"),
    ("Jan 5, 2024", "January fifth, twenty twenty-four"),
    ("January 5", "January fifth"),
    ("January 5th", "January fifth"),
    ("January 5th, 2024", "January fifth, twenty twenty-four"),
    ("Sept. 11, 2001", "September eleventh, two thousand one"),
    ("SEPT 11", "September eleventh"),
    ("Dec 25th", "December twenty-fifth"),
    ("May 5", "May fifth"),
    ("May 5, '99", "May fifth, ninety-nine"),
    ("May 2024", "May twenty twenty-four"),
    ("June, 2020", "June, twenty twenty"),
    ("Dec '24", "December twenty twenty-four"),
    ("Dec. 2024", "December twenty twenty-four"),
    ("March 3-5, 2024", "March third to fifth, twenty twenty-four"),
    ("March 3–5", "March third to fifth"),
    ("5 January 2024", "the fifth of January twenty twenty-four"),
    ("25 December", "the twenty-fifth of December"),
    ("the 5 January meeting", "the fifth of January meeting"),
    ("3rd March 1999", "the third of March nineteen ninety-nine"),
    ("the 5th of May", "the fifth of May"),
    ("25-Dec-2024", "the twenty-fifth of December twenty twenty-four"),
    ("3-5 May 2024", "the third to the fifth of May twenty twenty-four"),
    ("on January 5, 2024, we", "on January fifth, twenty twenty-four, we"),
    ("May 5 people come?", "May five people come?"),
    ("March 15 miles", "March fifteen miles"),
    ("the 4th of July", "the fourth of July"),
    ("July 4th", "July fourth"),
    ("Oct 31", "October thirty-first"),
    ("Dec. 24–Jan. 2", "December twenty-fourth to January second"),
    ("Jan 2023–Mar 2024", "January twenty twenty-three to March twenty twenty-four"),
    ("May 5th–7th", "May fifth to seventh"),
    ("24–26 December 2023", "the twenty-fourth to the twenty-sixth of December twenty twenty-three"),
    ("Tuesday 5 March at 9", "Tuesday the fifth of March at nine"),
    ("7/4/76", "July fourth, nineteen seventy-six"),
    ("sept. 11", "September eleventh"),
    ("on may 5th", "on May fifth"),
    ("He may 5 times", "He may five times"),
    ("We march 3 miles", "We march three miles"),
    ("20231105", "November fifth, twenty twenty-three"),
    ("#20231105", "number two zero two three one one zero five"),
    ("20231399", "twenty million two hundred thirty-one thousand three hundred ninety-nine"),
    ("2025/08", "August twenty twenty-five"),
]


@pytest.mark.parametrize(("written", "spoken"), DATES)
def test_a_date_is_said_with_its_month_first(written: str, spoken: str) -> None:
    assert said(written) == spoken


DATES_BRITISH = [
    ("12/25/2024", "December the twenty-fifth, twenty twenty-four"),
    ("25/12/2024", "the twenty-fifth of December twenty twenty-four"),
    ("05/06/2024", "the fifth of June twenty twenty-four"),
    ("05/06", "the fifth of June"),
    ("2024-12-25", "the twenty-fifth of December twenty twenty-four"),
    ("December 25, 2024", "December the twenty-fifth, twenty twenty-four"),
    ("Jan 5", "January the fifth"),
    ("5 January 2024", "the fifth of January twenty twenty-four"),
    ("25 December", "the twenty-fifth of December"),
    ("3-5 May 2024", "the third to the fifth of May twenty twenty-four"),
    ("in 2008", "in two thousand and eight"),
    ("2024-12-25T10:30:00Z", "the twenty-fifth of December twenty twenty-four, at ten thirty U T C"),
]


@pytest.mark.parametrize(("written", "spoken"), DATES_BRITISH)
def test_a_british_date_is_said_with_its_day_first(written: str, spoken: str) -> None:
    assert said(written, british=True) == spoken
