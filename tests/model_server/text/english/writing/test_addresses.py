"""Streets, saints, drives, doctors, states and the compass."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.writing.saying import said

SAID = [
    ("Sts. Peter and Paul; Oak and Elm Sts.", "Saints Peter and Paul; Oak and Elm Streets."),
    (
        "Wall St. Journal, Main St. Bridge, the St. Lawrence",
        "Wall Street Journal, Main Street Bridge, the Saint Lawrence",
    ),
    ("S. Korea, N. Carolina, S. Smith", "South Korea, North Carolina, S Smith"),
    ("Dr. Smith lives on Elm St. near St. Mary's.", "Doctor Smith lives on Elm Street near Saint Mary's."),
    ("Dr. Smith lives at 12 Oak Dr. in Salem.", "Doctor Smith lives at twelve Oak Drive in Salem."),
    ("Mulholland Dr. is long. Dr. King agreed.", "Mulholland Drive is long. Doctor King agreed."),
    ("I live on Maple Dr. He does too.", "I live on Maple Drive. He does too."),
    ("She saw the Dr. yesterday.", "She saw the Doctor yesterday."),
    ("He walked down Main St. He was late.", "He walked down Main Street. He was late."),
    ("St. Louis is hot. Mount St. Helens erupted.", "Saint Louis is hot. Mount Saint Helens erupted."),
    ("The feast of St. Patrick is in March.", "The feast of Saint Patrick is in March."),
    ("He is at 10 St. James's St.", "He is at ten Saint James's Street."),
    ("St. James St. is closed.", "Saint James Street is closed."),
    ("He lives on Baker St, London, not in St Ives.", "He lives on Baker Street, London, not in Saint Ives."),
    ("Meet me at 42nd St. and 5th Ave.", "Meet me at forty-second Street and fifth Avenue."),
    ("Turn onto Sunset Blvd. now, then Oak Ln.", "Turn onto Sunset Boulevard now, then Oak Lane."),
    ("Ave Maria; the Rd; a boulevard.", "Ave Maria; the Rd; a boulevard."),
    (
        "12 N. Main St., Apt. 4B, Boston, MA 02118",
        "twelve North Main Street, Apartment four B, Boston, Massachusetts zero two one one eight",
    ),
    ("1600 Pennsylvania Ave. NW, Washington, DC", "sixteen hundred Pennsylvania Avenue Northwest, Washington, D C"),
    ("100 E. 5th St. is at the NE corner.", "one hundred East fifth Street is at the northeast corner."),
    (
        "Boston, MA is cold. Portland, OR, and Portland, ME.",
        "Boston, Massachusetts is cold. Portland, Oregon, and Portland, Maine.",
    ),
    ("Reno, NV; Austin, TX.", "Reno, Nevada; Austin, Texas."),
    ("He moved to Worcester, Mass. in May.", "He moved to Worcester, Massachusetts in May."),
    ("She is from Calif. and he from Fla.", "She is from California and he from Florida."),
    ("Yes, OK, fine. Hi, OK?", "Yes, OK, fine. Hi, OK?"),
    ("Tom, IN the house.", "Tom, IN the house."),
    ("John Smith, MD, called. Baltimore, MD is near.", "John Smith, M D, called. Baltimore, Maryland is near."),
    ("Ste. 200, Rm. 5, Bldg. 4.", "Suite two hundred, Room five, Building four."),
    ("The Dr. Pepper was cold.", "The Doctor Pepper was cold."),
    ("At 10 Downing St. the PM spoke.", "At ten Downing Street the P M spoke."),
]


@pytest.mark.parametrize(("written", "spoken"), SAID)
def test_an_address_is_said_by_what_stands_around_it(written: str, spoken: str) -> None:
    assert said(written) == spoken
