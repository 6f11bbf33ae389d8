"""Addresses of the web and of mail, handles, hashtags."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.technical.saying import said

SAID = [
    ("See https://www.example.com/docs?q=1.", "See example dot com slash docs, question mark Q equals one."),
    (
        "Visit http://localhost:8080/api/v1/users now.",
        "Visit local host port eighty eighty slash A P I slash V one slash users now.",
    ),
    (
        "See (https://en.wikipedia.org/wiki/Python_(language)).",
        "See (E N dot wikipedia dot org slash wiki slash Python underscore language).",
    ),
    ("Go to example.com/docs, please.", "Go to example dot com slash docs, please."),
    ("It is at www.bbc.co.uk.", "It is at B B C dot co dot U K."),
    ("Clone github.com/user/my-repo!", "Clone git hub dot com slash user slash my dash repo!"),
    ("Clone git@github.com:a/b.git now.", "Clone git at git hub dot com colon A slash B dot git now."),
    ("Use ssh://git@host.example.org:22/x here.", "Use S S H, host dot example dot org port twenty-two slash X here."),
    ("Open file:///home/ann/a.txt first.", "Open file, slash home slash ann slash A dot T X T first."),
    ("Try http://[::1]:8080/x too.", "Try colon colon one port eighty eighty slash X too."),
    (
        "Try http://127.0.0.1:5000/api too.",
        "Try one two seven dot zero dot zero dot one port five thousand slash A P I too.",
    ),
    ("See https://example.com/a?b=c#d there.", "See example dot com slash A, question mark B equals C, hash D there."),
    ("Log in at https://bob:secret@example.com/x today.", "Log in at example dot com slash X today."),
    (
        "See https://www.example.com/a/b/c/d/e/f/g/index.html?utm_source=abc&utm_medium=def there.",
        "See example dot com, index dot H T M L there.",
    ),
    ("See https://example.com/a%20b there.", "See example dot com slash A B there."),
    ("Watch https://youtu.be/dQw4w9WgXcQ, then.", "Watch you too dot be slash D Q W four W nine W G X C Q, then."),
    ("It is on amazon.com's site.", "It is on amazon dot com's site."),
    ("Mail jane.doe@example.co.uk.", "Mail jane dot doe at example dot co dot U K."),
    ("john_smith99@gmail.com wrote.", "john underscore smith ninety-nine at G mail dot com wrote."),
    ("Write to bob+tag@mail.example.org, please.", "Write to bob plus tag at mail dot example dot org, please."),
    ("Write to mailto:jane@example.com today.", "Write to jane at example dot com today."),
    ("Thanks @jane_doe!", "Thanks at jane underscore doe!"),
    ("Install @types/node next.", "Install at types slash node next."),
    ("We love #MachineLearning.", "We love hashtag Machine Learning."),
    ("So #fail, really.", "So hashtag fail, really."),
    ("Email support@my-company.io today.", "Email support at my dash company dot I O today."),
    (
        "See https://news.ycombinator.com/item?id=12345678 there.",
        "See news dot ycombinator dot com slash item, question mark I D equals one two three four five six seven eight there.",
    ),
    ("Get typescript@5.3.2 first.", "Get typescript at five point three point two first."),
    ("Open localhost:3000/login there.", "Open local host port three thousand slash login there."),
    ("Write to info@münchen.de there.", "Write to info at münchen dot D E there."),
    ("See https://example.com/a/b/c/d/e/index.html?utm=abc there.", "See example dot com, index dot H T M L there."),
]

# Said by others, or as they are: nothing technical.
NEAR = [
    ("end.Next time", "end.Next time"),
    ("Mr.Smith came", "Mister Smith came"),
    ("wait...what", "wait… what"),
    ("No.I will not", "No.I will not"),
    ("It was e.g. this", "It was for example this"),
    ("Is that so.He left", "Is that so.He left"),
]


@pytest.mark.parametrize("written, spoken", SAID)
def test_addresses_are_said_in_words(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize("written, spoken", NEAR)
def test_what_only_looks_like_addresses_is_left_alone(written: str, spoken: str) -> None:
    assert said(written) == spoken
