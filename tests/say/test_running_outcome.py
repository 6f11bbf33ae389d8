"""How a command went is put as a person would put it, and gives no secret away."""

from __future__ import annotations

import pytest

from common.errors import UsageError
from say.alerts import Alert
from say.running.outcome import LONGEST_LINE, command_name, in_words, is_told, sentence

NOTHING = (Alert.NONE, "")


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["make"], "make"),
        (["make", "test"], "make test"),
        (["/usr/bin/make", "-j4", "test"], "make test"),
        (["make", "-C", "sub", "test"], "make"),  # what follows -C is no target
        (["./configure", "--prefix=/usr"], "configure"),
        (["git", "push", "origin", "main"], "git push origin"),
        (["npm", "run", "build:prod"], "npm run build:prod"),
        (["python3", "-m", "pytest", "-x"], "pytest"),
        (["python", "scripts/build.py"], "python build.py"),
        (["sh", "-c", "make test && deploy hunter2"], "sh"),
        (["mysql", "-psecret", "db"], "mysql db"),
        (["mysql", "-p", "secret"], "mysql"),
        (["curl", "--user=me:secret", "https://me:secret@example.com"], "curl"),
        (["deploy", "--token", "abcdef"], "deploy"),
        (["env", "API_KEY=abcdef", "deploy"], "env"),
        (["login", "hunter2"], "login"),
        (["vault", "token", "abc"], "vault"),
        (["gh", "ghp_abcdefghijklmnopqrstuvwxyz0123456789"], "gh"),
        (["run", "abcdefghijklmnopqrstuvwxyz"], "run"),
        (["a" * 100], "a" * 40),
        (["tar", "czf", "backup.tar.gz", "/home"], "tar czf backup.tar.gz"),
    ],
    ids=lambda value: " ".join(value)[:50] if isinstance(value, list) else "",
)
def test_a_command_is_called_by_its_plain_words(command: list[str], name: str) -> None:
    assert command_name(command) == name


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "0 seconds"),
        (1, "1 second"),
        (14.4, "14 seconds"),
        (60, "1 minute"),
        (123, "2 minutes 3 seconds"),
        (3600, "1 hour"),
        (3605, "1 hour"),
        (3900, "1 hour 5 minutes"),
        (90061, "1 day 1 hour"),
    ],
)
def test_durations_are_told_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


def test_success_is_told_without_what_was_found() -> None:
    found = (Alert.WARNING, "warning: x")
    assert sentence(["make", "test"], 0, 0, 123.0, found) == "make test succeeded after 2 minutes 3 seconds."


def test_what_took_no_time_is_told_without_it() -> None:
    assert sentence(["true"], 0, 0, 0.2, NOTHING) == "true succeeded."


def test_a_signal_is_told_by_its_name() -> None:
    assert sentence(["make"], 130, 2, 3.0, NOTHING) == "make was ended by signal interrupt after 3 seconds."
    assert sentence(["make"], 139, 11, 0.0, NOTHING) == "make was ended by a segmentation fault."
    assert sentence(["make"], 128 + 40, 40, 0.0, NOTHING) == "make was ended by signal 40."


@pytest.mark.parametrize(
    ("alert", "line", "told"),
    [
        (
            Alert.ERROR,
            "src/foo.c:12:5: error: undeclared identifier x",
            "First error: foo.c, line 12: undeclared identifier x.",
        ),
        (
            Alert.ERROR,
            "app.ts(3,5): error TS2304: Cannot find name 'x'.",
            "First error: app.ts, line 3: Cannot find name 'x'.",
        ),
        (Alert.ERROR, "./main.go:7:2: undefined: fmt", "First error: main.go, line 7: undefined: fmt."),
        (Alert.ERROR, "error[E0382]: borrow of moved value: `s`", "First error: borrow of moved value: `s`."),
        (Alert.ERROR, "ValueError: no", "First error: ValueError: no."),
        (Alert.ERROR, "E   assert 1 == 2", "First error: assert 1 == 2."),
        (Alert.ERROR, "===== 1 failed in 0.1s =====", "First error: 1 failed in 0.1s."),
        (Alert.WARNING, "x.c:1:1: warning: odd", "First warning: x.c, line 1: odd."),
        (Alert.NONE, "Bye!", "Its last line: Bye!"),
        (Alert.NONE, "", ""),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_failure_is_told_with_the_line_that_tells_why(alert: Alert, line: str, told: str) -> None:
    assert (
        sentence(["make"], 2, 0, 14.0, (alert, line)) == f"make failed with status 2 after 14 seconds. {told}".strip()
    )


def test_a_long_line_is_cut() -> None:
    spoken = sentence(["x"], 1, 0, 0.0, (Alert.ERROR, "error: " + "word " * 1000))
    assert len(spoken) < LONGEST_LINE + 60 and spoken.endswith("word …")


def test_no_control_character_is_spoken() -> None:
    assert sentence(["x"], 1, 0, 0.0, (Alert.ERROR, "error:\ta\x07b")).isprintable()


@pytest.mark.parametrize(
    ("tell", "status", "seconds", "told"),
    [
        ("always", 0, 0.0, True),
        ("failure", 0, 100.0, False),
        ("failure", 1, 0.0, True),
        ("30s", 0, 29.0, False),
        ("30s", 1, 29.0, False),
        ("30s", 0, 31.0, True),
        ("1.5m", 0, 91.0, True),
    ],
)
def test_tell_decides(tell: str, status: int, seconds: float, told: bool) -> None:
    assert is_told(tell, status, seconds) == told


def test_tell_knows_nothing_else() -> None:
    with pytest.raises(UsageError):
        is_told("never", 0, 0.0)
