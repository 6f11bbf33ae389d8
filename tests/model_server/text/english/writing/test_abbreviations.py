"""Abbreviations by what stands around them."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.writing.saying import said, tokens

SAID = [
    ("Wm. Blake and Thos. Gray; Ben. Geo", "William Blake and Thomas Gray; Ben. Geo"),
    ("Sr. Developer, Sr. Mary, John Cole Sr.", "Senior Developer, Sister Mary, John Cole Senior."),
    ("Sec. of State, Sec. 2, 5 sec. of it", "Secretary of State, Section two, five seconds of it"),
    ("ca. 5 m, ca. 1900, CA", "circa five meters, circa nineteen hundred, C A"),
    ("3rd ed., rev. by Hill; rev. 3", "third edition, revised by Hill; revision three"),
    ("the Gov't. of India, the gov't.", "the Government of India, the government."),
    ("per sq. ft., 5 sq. ft. of it", "per square foot, five square feet of it"),
    (
        "Assoc. Press, Assoc. Prof. Lim, the assoc. of it",
        "Associated Press, Associate Professor Lim, the association of it",
    ),
    ("in Jan. She left. Ask Jan. Then go.", "in January. She left. Ask January. Then go."),
    # titles
    (
        "Mr. and Mrs. Jones met Ms. Lee and Prof. Ada Hill.",
        "Mister and Missus Jones met Ms Lee and Professor Ada Hill.",
    ),
    ("Mr Brown and Dr Green came.", "Mister Brown and Doctor Green came."),
    (
        "Gen. Lee, Col. Mustard, Sgt. Pepper, Lt. Dan and Capt. Hook.",
        "General Lee, Colonel Mustard, Sergeant Pepper, Lieutenant Dan and Captain Hook.",
    ),
    (
        "Lt. Col. Hall, Maj. Gen. Stone and Lt. Gov. Ray met the Rev. Tom Stone.",
        "Lieutenant Colonel Hall, Major General Stone and Lieutenant Governor Ray met the Reverend Tom Stone.",
    ),
    (
        "Gov. Smith, Sen. Jones, Rep. Brown and the Hon. Ann Gray spoke.",
        "Governor Smith, Senator Jones, Representative Brown and the Honorable Ann Gray spoke.",
    ),
    ("Martin Luther King Jr. was born in Atlanta.", "Martin Luther King Junior was born in Atlanta."),
    ("He is John Smith, Sr.", "He is John Smith, Senior."),
    (
        "Mt. Everest, Mt Fuji, Pt. Reyes, Ft. Worth and Ft. Lauderdale.",
        "Mount Everest, Mount Fuji, Point Reyes, Fort Worth and Fort Lauderdale.",
    ),
    # titles_not
    ("It is 5 ft. tall.", "It is five feet tall."),
    ("The gen is on. He is a rep. The fig tree; a fig.", "The gen is on. He is a rep. The fig tree; a fig."),
    ("Gen. Z and Gen Z.", "Gen. Z and Gen Z."),
    ("Two col. of text.", "Two col. of text."),
    # companies
    (
        "Apple Inc. and Ford Motor Co. lost to Acme Corp. and Foo Ltd.",
        "Apple Incorporated and Ford Motor Company lost to Acme Corporation and Foo Limited.",
    ),
    ("Acme Co. Its shares fell.", "Acme Company. Its shares fell."),
    (
        "We like Apple Inc.'s phones and Warner Bros. films.",
        "We like Apple Incorporated's phones and Warner Brothers films.",
    ),
    # the end of a sentence
    ("We sell pens, paper, etc.", "We sell pens, paper, et cetera."),
    ("We sell pens, paper, etc. Call us.", "We sell pens, paper, et cetera. Call us."),
    ("Pens (paper, etc.) sell, etc., and so on.", "Pens (paper, et cetera) sell, et cetera, and so on."),
    ('"Pens, etc." he said.', "“Pens, et cetera” he said."),
    # Latin
    (
        "It was Smith et al. who found it; cf. p. 5; viz. three.",
        "It was Smith et al who found it; compare page five; namely three.",
    ),
    ("Cats vs. dogs, us vs them; Roe v. Wade.", "Cats versus dogs, us versus them; Roe versus Wade."),
    # numbered
    (
        "No. 5 is alive; No. 10 Downing Street; Nos. 2 and 3; no. 7.",
        "Number five is alive; Number ten Downing Street; Numbers two and three; number seven.",
    ),
    ("No. I did not say that.", "No. I did not say that."),
    ("He said no. Then he left.", "He said no. Then he left."),
    ("It's a no. Yes or no? No.", "It's a no. Yes or no? No."),
    (
        "See fig. 3, figs. 4 and 5, pp. 10-12, ch. 4, vol. 2, sec. 7.",
        "See figure three, figures four and five, pages ten to twelve, chapter four, volume two, section seven.",
    ),
    (
        "See p. 3 and p.4, Art. 5, Vol. II and Eq. (3).",
        "See page three and page four, Article five, Volume two and Equation (three).",
    ),
    ("Art is long. Pt. 2 is short.", "Art is long. Part two is short."),
    (
        "ca. 1850, c. 1900, b. 1950, d. 2000, est. 1984.",
        "circa eighteen fifty, circa nineteen hundred, born nineteen fifty, died two thousand, established nineteen eighty-four.",
    ),
    ("Founded est. in 1977, with est. costs.", "Founded established in nineteen seventy-seven, with estimated costs."),
    (
        "The 2nd ed. is out; A. Smith (ed.), ed. by B. Jones.",
        "The second edition is out; A Smith (editor), edited by B Jones.",
    ),
    ("I met Ed. He was nice.", "I met Ed. He was nice."),
    ("Doe, A. (eds.), vol. 3, no. 2.", "Doe, A (editors), volume three, number two."),
    # common
    (
        "It is approx. five miles to the dept. of the govt.",
        "It is approximately five miles to the department of the government.",
    ),
    ("The max. load and the min. age.", "The maximum load and the minimum age."),
    ("Give me a min. Just a sec. The max is ten.", "Give me a minute. Just a sec. The max is ten."),
    ("I met Max. He was nice.", "I met Max. He was nice."),
    ("The temp. rose.", "The temperature rose."),
    # calendar
    (
        "Jan. was cold, Feb. colder. Mon. and Tues. are bad, Sat. is fine.",
        "January was cold, February colder. Monday and Tuesday are bad, Saturday is fine.",
    ),
    ("The cat sat. The sun. Look at the Sun.", "The cat sat. The sun. Look at the Sun."),
    ("He wed her. It may mar the fun. I may go in May.", "He wed her. It may mar the fun. I may go in May."),
    ("Open Mon-Fri, Jan.–Mar.", "Open Monday to Friday, January to March."),
    ("The Rt. Hon. Ann Gray; it was the 2nd c. B.C.", "The Right Honorable Ann Gray; it was the second century B C."),
    ("Gov't and int'l dep't heads.", "Government and international department heads."),
    ("etc... and so on...", "et cetera… and so on…"),
    ("Sat. is a day; I sat. EST. and MIN.", "Saturday is a day; I sat. E S T. and MIN."),
    ("Hwy. 61, Rte. 66.", "Highway sixty-one, Route sixty-six."),
    ("Tel. 5; ext. 42; attn.: Bob", "Telephone five; extension forty-two; attention: Bob"),
]


@pytest.mark.parametrize(("written", "spoken"), SAID)
def test_an_abbreviation_is_said_by_what_stands_around_it(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize(
    "written", ["Pens, etc.", "He works at Acme Co.", "Ask the dept.", "See you Sat.", "I am a Ph.D."]
)
def test_the_stop_of_an_abbreviation_at_the_end_still_ends_the_sentence(written: str) -> None:
    assert tokens(written)[-1].text == "."


@pytest.mark.parametrize("written", ["See (etc.)", "Is it Acme Co.?", "Wait, etc.!", "etc., etc.; and"])
def test_the_stop_of_an_abbreviation_before_another_mark_is_no_mark(written: str) -> None:
    assert "." not in [token.text for token in tokens(written)]


def test_a_title_is_of_its_name_whatever_follows() -> None:
    assert "." not in [token.text for token in tokens("Mr. Will and Dr. No met Prof. May")]
