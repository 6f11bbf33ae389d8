"""What is said in a shell."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.technical.saying import said

SAID = [
    ("kill -9 1234", "kill dash nine one thousand two hundred thirty-four"),
    ("tail -100 app.log", "tail dash one hundred app dot log"),
    ("ls > out.txt", "L S to out dot T X T"),
    ("make 2> errors.log", "make standard error to errors dot log"),
    ("cat a.txt >> b.txt", "cat A dot T X T append to B dot T X T"),
    ("sort < names.txt", "sort from names dot T X T"),
    ("echo hi > /dev/null 2>&1", "echo hi to slash dev slash null standard error to standard out"),
    ("cd ../..", "C D dot dot slash dot dot"),
    ("cd ../../lib", "C D dot dot slash dot dot slash lib"),
    ("docker build -t app .", "docker build dash T app dot"),
    ("git add .", "git add dot"),
    ("echo $?", "echo dollar question mark"),
    ("Save with :wq or :q! now", "Save with colon W Q or colon Q bang now"),
    ("#!/bin/bash", "hash bang slash bin slash bash"),
    ("chmod 755 run.sh", "ch-mod seven five five run dot S H"),
    ("umask 022", "umask zero two two"),
    ("*/5 * * * * /opt/x", "star slash five, star, star, star, star, slash opt slash X"),
    ("git reset HEAD~1", "git reset Head tilde one"),
]

# What looks alike and is something else.
LEFT_ALONE = [
    ("in -5 degrees", "in minus five degrees"),
    ("x > y", "X greater than Y"),
    ("Tell me. Now.", "Tell me. Now."),
    ("I waited ... and went.", "I waited … and went."),
    ("He has $5 and 755 cows.", "He has five dollars and seven hundred fifty-five cows."),
    ("<b>file.txt</b>", "file dot T X T"),
    ("5 * 5 * 5 = 125", "five times five times five equals one hundred twenty-five"),
]


@pytest.mark.parametrize(("written", "spoken"), SAID)
def test_commands_are_read_as_people_say_them(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize(("written", "spoken"), LEFT_ALONE)
def test_what_only_looks_alike_is_left_alone(written: str, spoken: str) -> None:
    assert said(written) == spoken
