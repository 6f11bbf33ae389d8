"""What programs report."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.technical.saying import said

SAID = [
    ("error: expected ';' before '}' token", "error: expected semicolon before close brace token"),
    ("Use ',' or '::' here", "Use comma or colon colon here"),
    ("npm ERR! code ENOENT", "N P M error code E no ent"),
    ("lots of 5xx errors", "lots of five X X errors"),
    ("The API returned a 503.", "The A P I returned a five oh three."),
    ("We got a 404 again.", "We got a four oh four again."),
    ("#include <stdio.h>", "hash include standard I O dot H"),
    ("#define MAX 10", "hash define MAX ten"),
    ("  --> src/main.rs:5:20", "source slash main dot R S, line five, column twenty"),
    ("at com.foo.Bar.baz(Bar.java:123)", "at com dot foo dot Bar dot baz(Bar dot java, line one hundred twenty-three)"),
    ("great :tada: :+1:", "great tada thumbs up"),
    ("a1b2c3d..d4e5f6a", "hash A one B two C three D to D four E five F six A"),
    ("@@ -1,7 +1,8 @@", "at line one,"),
]

# What looks alike and is something else.
LEFT_ALONE = [
    ("There are 404 pages.", "There are four hundred four pages."),
    ("a 500 page book", "a five hundred page book"),
    ("He said 'I' then.", "He said “I” then."),
    ("the INFO desk", "the Info desk"),
    ("note: this: that", "note: this: that"),
]


@pytest.mark.parametrize(("written", "spoken"), SAID)
def test_messages_are_read_as_people_say_them(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize(("written", "spoken"), LEFT_ALONE)
def test_what_only_looks_alike_is_left_alone(written: str, spoken: str) -> None:
    assert said(written) == spoken
