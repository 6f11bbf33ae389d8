"""Paths, names of files, places in them."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.technical.saying import said

SAID = [
    ("Open /usr/local/bin/python3.", "Open slash user slash local slash bin slash python three."),
    ("Edit /etc/hosts as root.", "Edit slash E T C slash hosts as root."),
    ("Clean /tmp first.", "Clean slash temp first."),
    ("Send it to /dev/null.", "Send it to slash dev slash null."),
    ("Source ~/.bashrc again.", "Source tilde slash dot bash R C again."),
    ("Run ./script.sh twice.", "Run dot slash script dot S H twice."),
    ("Look in ../foo.", "Look in dot dot slash foo."),
    ("See ~/dev/my_project/README.md.", "See tilde slash dev slash my project slash read me dot M D."),
    ("It is in C:\\Users\\x\\file.txt.", "It is in C colon backslash Users backslash X backslash file dot T X T."),
    ("It is on \\server\\share.", "It is on backslash server backslash share."),
    ("Format C:\\ now.", "Format C colon backslash now."),
    ("Delete *.py there.", "Delete star dot P Y there."),
    ("Match **/*.ts and test_*.py.", "Match star star slash star dot T S and test star dot P Y."),
    ("Read README.md first.", "Read read me dot M D first."),
    ("Run setup.py now.", "Run setup dot P Y now."),
    ("Unpack archive.tar.gz here.", "Unpack archive dot tar dot G Z here."),
    ("Compile main.rs and index.html.", "Compile main dot R S and index dot H T M L."),
    ("Load data_final_v2.csv today.", "Load data final V two dot C S V today."),
    ("Print my-file.txt twice.", "Print my dash file dot T X T twice."),
    ("Look at __init__.py too.", "Look at dunder init dot P Y too."),
    ("Commit .gitignore and .env.", "Commit dot git ignore and dot env."),
    ("It failed at src/main.py:12:5.", "It failed at source slash main dot P Y, line twelve, column five."),
    ("It failed at main.c:40.", "It failed at main dot C, line forty."),
    ("See src/app/main.js.", "See source slash app slash main dot J S."),
    ("It links libfoo.so.1 there.", "It links libfoo dot so dot one there."),
    ("Add $HOME/bin to it.", "Add dollar home slash bin to it."),
    (
        "See /home/user/projects/app/src/components/ui/buttons/index/Button.tsx there.",
        "See slash home slash user… slash index slash Button dot T S X there.",
    ),
    ("The file main.py's header.", "The file main dot P Y's header."),
    ("It made app.log.2 there.", "It made app dot log dot two there."),
    ("See utils/helpers.py there.", "See utils slash helpers dot P Y there."),
    ("It is in ./src/ there.", "It is in dot slash source slash there."),
    ("The 1st/2nd time", "The first slash second time"),
    (
        'File "/home/ann/app.py", line 3, in <module>',
        "File “slash home slash ann slash app dot P Y”, line three, in module",
    ),
    ("It is in %APPDATA%\\say\\logs there.", "It is in percent app data percent backslash say backslash logs there."),
]

# Said by others, or as they are: nothing technical.
NEAR = [
    ("It is and/or that", "It is and or that"),
    ("He or she is either/or", "He or she is either or"),
    ("On 9/11 it was", "On nine eleven it was"),
    ("Take 3/4 of it", "Take three quarters of it"),
    ("It runs 24/7 here", "It runs twenty-four seven here"),
    ("It goes 100 km/h now", "It goes one hundred kilometers per hour now"),
    ("It cost $5/month then", "It cost five dollars per month then"),
    ("Ready, set, go. Do it", "Ready, set, go. Do it"),
]


@pytest.mark.parametrize("written, spoken", SAID)
def test_paths_are_said_in_words(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize("written, spoken", NEAR)
def test_what_only_looks_like_paths_is_left_alone(written: str, spoken: str) -> None:
    assert said(written) == spoken
