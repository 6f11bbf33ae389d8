"""What has a number for a name."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.amounts.reading import said

NAMES = [
    ("Boeing 747", "Boeing seven forty-seven"),
    ("Airbus A320", "Airbus A three twenty"),
    ("Room 101", "Room one oh one"),
    ("Room 1408", "Room fourteen oh eight"),
    ("Route 66", "Route sixty-six"),
    ("Highway 101", "Highway one oh one"),
    ("I-95", "I ninety-five"),
    ("Area 51", "Area fifty-one"),
    ("Flight 370", "Flight three seventy"),
    ("Flight 1549", "Flight fifteen forty-nine"),
    ("port 8080", "port eighty eighty"),
    ("error 404", "error four oh four"),
    ("A4", "A four"),
    ("B-52", "B fifty-two"),
    ("F-150", "F one fifty"),
    ("MP3", "M P three"),
    ("G20", "G twenty"),
    ("COVID-19", "COVID nineteen"),
    ("Windows 11", "Windows eleven"),
    ("Windows 2000", "Windows two thousand"),
    ("Chapter 12", "Chapter twelve"),
    ("Q3 2023", "Q three twenty twenty-three"),
    ("Channel 4", "Channel four"),
    ("Psalm 23", "Psalm twenty-three"),
    ("1600 Pennsylvania Avenue", "sixteen hundred Pennsylvania Avenue"),
    ("742 Evergreen Terrace", "seven forty-two Evergreen Terrace"),
    ("Q1–Q3 2024", "Q one to Q three twenty twenty-four"),
    ("US 101", "US one oh one"),
    ("Xbox 360", "Xbox three sixty"),
    ("737 MAX", "seven thirty-seven MAX"),
    ("Exit 23A", "Exit twenty-three A"),
    ("Ocean's 11", "Ocean's eleven"),
]


@pytest.mark.parametrize(("written", "spoken"), NAMES)
def test_what_is_named_by_a_number_is_said_as_a_name(written: str, spoken: str) -> None:
    assert said(written) == spoken
