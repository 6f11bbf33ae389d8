"""Phrases of every kind as a good reader would say them aloud: written, and how it is said, each line reviewed.

`judged.tsv` has a line for each: "us" or "gb", what is written, what is said. What rules must leave alone is below.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from common.messages.speaking import AS_USUAL
from model_server.text.cleaning import clean
from model_server.text.g2p import SYMBOLS
from model_server.text.readers import reader_for
from model_server.text.reading import PHONEMES, SAID

LANGUAGES = {"us": "en-us", "gb": "en-gb"}
JUDGED = [
    line.split("\t") for line in Path(__file__).with_name("judged.tsv").read_text("utf-8").splitlines() if line.strip()
]

# What looks like what the rules read, and is something else.
LEFT_ALONE = [
    ("Sun, moon and stars.", "Sun, moon and stars."),
    ("The cat sat. Sat 6 Jan.", "The cat sat. Saturday the sixth of January."),
    ("They wed in May. Mon ami!", "They wed in May. Mon ami!"),
    ("I Sat down. The Sun 3 times.", "I Sat down. The Sun three times."),
    ("We have 2 Johns here.", "We have two Johns here."),
    ("Gen. Lee and Gen Z", "General Lee and Gen Z"),
    ("Rev. Smith, rev. 3", "Reverend Smith, revision three"),
    ("Jn said no at 3:16.", "Jn said no at three sixteen."),
    ("meet at 10:20-11:30", "meet at ten twenty to eleven thirty"),
    ("a 60 W bulb of 60 W. That is it.", "a sixty watt bulb of sixty watts. That is it."),
    ("It holds 5 t of sand.", "It holds five tonnes of sand."),
    ("at 300 K, 10-K filings", "at three hundred kelvin, ten K filings"),
    ("9600 bps, 25 bps", "nine thousand six hundred bits per second, twenty-five basis points"),
    ("file(s), f(x), (a) first", "file, F of X, (A) first"),
    ("3/4 cup, 80/20, 20/30", "three quarters of a cup, eighty twenty, twenty thirtieths"),
    ("1:1 scale, 1:1s", "one to one scale, one on ones"),
    ("the T-72 at T-10 seconds", "the T seventy-two at T minus ten seconds"),
    ("# Heading", "Heading"),
    ("press # now, C# code", "press pound now, C sharp code"),
    ("#OpenSource #3B #12", "hashtag Open Source number three B number twelve"),
    ("$5, $.50, $x", "five dollars, fifty cents, dollar X"),
    ("a well-known -x option", "a well-known dash X option"),
    ("404 people, a 404 error", "four hundred four people, a four oh four error"),
    ("a 5k run, 5k people", "a five K run, five thousand people"),
    ("2x faster, f(x) = 2x", "two times faster, F of X equals two X"),
    ("He is 5 min. late, min. 3, the 5th min.", "He is five minutes late, minimum three, the fifth minute."),
    ("CO₂, COVID, CO", "C O two, COVID, C O"),
    ("noon, 12 noon, at 9 a.m.-noon", "noon, twelve noon, at nine A M to noon"),
    ("D-day, the D-MA code, (D-MA)", "D day, the D M A code, (D, Massachusetts)"),
    ("the Paris–London train, LHR–JFK", "the Paris London train, L H R to J F K"),
    ("wait ... what", "wait … what"),
    ("Sections 4(a), 4(b) and f(x)", "Sections four A, four B and F of X"),
    (
        "noon\u20131pm, well-known, 300 BC\u2013AD 200",
        "noon to one P M, well-known, three hundred B C to A D two hundred",
    ),
    ("25% - 30%, 5 - 10 people", "twenty-five percent to thirty percent, five \u2014 ten people"),
    ("no. of days. No. Of course.", "number of days. No. Of course."),
    ("Q1-Q3, G20-G7", "Q one to Q three, G twenty G seven"),
    ("14A Church Rd, a 14A fuse", "fourteen A Church Road, a fourteen amp fuse"),
    ("z\u200be\u200br\u200bo", "zero"),
    ("Yes / No, 3 / 4 = x, the / directory", "Yes, No, three divided by four equals X, the slash directory"),
    ("GMT-5, UTF-8", "G M T minus five, U T F eight"),
    ("$AAPL, $HOME", "dollar A A P L, dollar home"),
    ("a 50-bp cut, 500 bp", "a fifty basis point cut, five hundred base pairs"),
    ("3x/week, 3x faster", "three times per week, three times faster"),
    ("a 0.25-pt. hike, 1 pt. milk", "a zero point two five point hike, one pint milk"),
    ("cd .. and cd dir", "C D dot dot and C D dir"),
]

# A label before a colon is a noun; fragments have no sentence around them to tell.
SOUNDS = [
    ("Subject: hello", "sˈʌbʤɛkt"),
    ("Subject him to tests.", "səbʤˈɛkt"),
    ("Record: ten wins", "ɹˈɛkəɹd"),
    ("Record the show.", "ɹəkˈɔɹd"),
    ("The pencil lead broke.", "lˈɛd"),
    ("Old pipes contain lead.", "lˈɛd"),
    ("The lead singer left.", "lˈid"),
    ("He seemed content with life.", "kəntˈɛnt"),
    ("content creators", "kˈɑntɛnt"),
    ("The minute hand moved.", "mˈɪnət"),
    ("in minute detail", "mInˈut"),
    ("a minute later", "mˈɪnət"),
    ("perfect timing", "pˈɜɹfəkt"),
    ("Let me perfect it.", "pəɹfˈɛkt"),
    ("They frequent the bar.", "fɹikwˈɛnt"),
    ("live music", "lˈIv"),
    ("They live here.", "lˈɪv"),
    ("graduate school", "ɡɹˈæʤəwət"),
    ("Console output", "kˈɑnsˌOl"),
    ("close to home", "klˈOs"),
    ("They will close to the public.", "klˈOz"),
    ("They bowed to the king.", "bˈWd"),
    ("They protest loudly.", "pɹətˈɛst"),
    ("They export cars.", "ɛkspˈɔɹt"),
    ("Please transfer the money.", "tɹænsfˈɜɹ"),
    ("a bank transfer", "tɹˈænsfəɹ"),
    ("a gunshot wound", "wˈund"),
    ("He wound the clock.", "wˈWnd"),
    ("a protest march", "pɹˈOtˌɛst"),
]


@pytest.mark.parametrize(("accent", "written", "said"), JUDGED)
def test_a_phrase_is_said_as_it_is_read_aloud(accent: str, written: str, said: str) -> None:
    reader = reader_for(LANGUAGES[accent], SAID, AS_USUAL)

    assert reader.read(clean(written)[0]).text == said


def test_there_are_hundreds_of_phrases_in_both_accents() -> None:
    assert sum(accent == "us" for accent, *_ in JUDGED) >= 300
    assert sum(accent == "gb" for accent, *_ in JUDGED) >= 40


@pytest.mark.parametrize("language", LANGUAGES.values())
def test_every_phrase_has_sounds_that_the_model_knows(language: str) -> None:
    reader = reader_for(language, PHONEMES, AS_USUAL)  # a word without any would be an error

    assert not {symbol for _, written, _ in JUDGED for symbol in reader.read(clean(written)[0]).sounds} - SYMBOLS


@pytest.mark.parametrize(("written", "said"), LEFT_ALONE)
def test_what_only_looks_alike_is_told_apart(written: str, said: str) -> None:
    assert reader_for("en-us", SAID, AS_USUAL).read(clean(written)[0]).text == said


@pytest.mark.parametrize(("written", "sound"), SOUNDS)
def test_the_sense_is_told_from_little(written: str, sound: str) -> None:
    assert sound in reader_for("en-us", PHONEMES, AS_USUAL).read(written).sounds
