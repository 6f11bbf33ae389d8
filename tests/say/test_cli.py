"""The command line with a client that only records what it was asked."""

from __future__ import annotations

import json
import os
import re
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest

from common.errors import (
    EXIT_DROPPED,
    EXIT_FAILED,
    EXIT_NO_SOUND,
    EXIT_OK,
    EXIT_STOPPED,
    EXIT_USAGE,
    BadSplit,
    Dropped,
    NoSound,
    NoUtterance,
    Stopped,
)
from common.messages.control import CacheCleared, Downloaded, Recalled, Removed, Warmed
from common.messages.speaking import Piece, ReadingOptions
from common.voices import VOICES
from say.cli import ClientFactory, run
from say.spool import TextSpool
from tests.fakes.client import SECOND, BrokenClient, FakeClient

Say = Callable[..., int]


def run_with(client: type[FakeClient], *arguments: str) -> int:
    return run(arguments, cast(ClientFactory, client))


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("SAY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SAY_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    # `--run` has real servers ready in a thread, which would outlive the test.
    monkeypatch.setattr("say.commands.running._warm", lambda settings, voice: None)


@pytest.fixture(autouse=True)
def client() -> Iterator[type[FakeClient]]:
    FakeClient.forget()
    yield FakeClient
    FakeClient.forget()


@pytest.fixture
def say(client: type[FakeClient]) -> Say:
    """Run the command line with these arguments; returns the exit status."""
    return lambda *arguments: run_with(client, *arguments)


def test_words_are_joined_and_spoken(say: Say, client: type[FakeClient], capfd: pytest.CaptureFixture[str]) -> None:
    assert say("these", "words", "too") == EXIT_OK
    assert client.texts == ["these words too"]
    assert client.calls == [("client", True), ("speak", ""), ("close", None)]
    assert capfd.readouterr() == ("", "")


def test_a_file_is_spoken(say: Say, client: type[FakeClient]) -> None:
    Path("notes.txt").write_text("From a file.\n", encoding="utf-8")
    assert say("-f", "notes.txt") == EXIT_OK
    assert client.texts == ["From a file.\n"]


def test_options_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAY_VOICE", "af_sky")
    monkeypatch.setenv("SAY_SPEED", "0.8")
    seen: list[tuple[object, object, object]] = []

    class Peeking(FakeClient):
        def heard(self, text: str, flush: bool) -> None:
            seen.append((self.settings["voice"], self.settings["speed"], self.settings["engine"]))

    assert run_with(Peeking, "-v", "bm_george", "--engine", "espeak", "x") == EXIT_OK
    assert seen == [("bm_george", 0.8, "espeak")]


def test_a_wav_is_written(say: Say, client: type[FakeClient], capfd: pytest.CaptureFixture[str]) -> None:
    assert say("-o", "out.wav", "--language", "en-gb", "to a file") == EXIT_OK
    with wave.open("out.wav", "rb") as file:
        assert file.getnframes() == 24000
    assert ("render", "en-gb") in client.calls
    assert capfd.readouterr() == ("", "")


def test_blank_text_makes_a_wav_without_samples(say: Say) -> None:
    assert say("-o", "out.wav", " ") == EXIT_OK
    with wave.open("out.wav", "rb") as file:
        assert file.getnframes() == 0


@pytest.mark.parametrize("arguments", [["-o", "out.wav"], []])
def test_what_the_client_raises_is_shown_and_leaves_no_file(
    arguments: list[str], say: Say, client: type[FakeClient], monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(client, "failure", NoSound("there is no sound device", "Use -o out.wav."))
    assert say(*arguments, "x") == EXIT_NO_SOUND
    assert capfd.readouterr().err == "say: there is no sound device. Use -o out.wav.\n"
    assert [name for name in os.listdir() if name != "home"] == []


def test_being_stopped_has_a_status_of_its_own(
    say: Say, client: type[FakeClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "failure", Stopped("stopped by another"))
    assert say("x") == EXIT_STOPPED


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["-v", "af_hart", "x"], EXIT_USAGE),
        (["-v", "../etc", "x"], EXIT_USAGE),
        (["--download", "nobody"], EXIT_USAGE),
        (["--remove", "af_heart", "nobody"], EXIT_USAGE),
        (["-s", "160", "x"], EXIT_USAGE),
        (["-o", "out.mp3", "x"], EXIT_USAGE),
        (["-o", "missing/out.wav", "x"], EXIT_FAILED),
        (["-f", "missing.txt"], EXIT_FAILED),
        (["-f", "missing.txt", "-o", "out.wav"], EXIT_FAILED),
        (["--nonsense"], EXIT_USAGE),
    ],
)
def test_bad_input_is_said_before_a_client_is_made(
    arguments: list[str], status: int, say: Say, client: type[FakeClient], capfd: pytest.CaptureFixture[str]
) -> None:
    assert say(*arguments) == status
    out, err = capfd.readouterr()
    assert err.startswith("say: ")
    assert err.count("\n") == 1
    assert out == ""
    assert client.calls == []
    assert [name for name in os.listdir() if name != "home"] == []


def test_an_unknown_voice_gets_the_nearest_names(say: Say, capfd: pytest.CaptureFixture[str]) -> None:
    say("-v", "af_hart", "x")
    assert "af_heart" in capfd.readouterr().err


def test_a_bad_setting_names_where_it_came_from(
    say: Say, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAY_SPEED", "9")
    assert say("x") == EXIT_USAGE
    assert "SAY_SPEED" in capfd.readouterr().err


def test_a_voice_that_there_is_not_names_the_file_it_comes_from(say: Say, capfd: pytest.CaptureFixture[str]) -> None:
    Path("home").mkdir(exist_ok=True)
    Path("home/config.toml").write_text('voice = "af_hart"\n', encoding="utf-8")
    for arguments in (["x"], ["-f", "missing.txt"]):
        assert say(*arguments) == EXIT_USAGE
        assert "home/config.toml: voice: there is no voice 'af_hart'. Did you mean" in capfd.readouterr().err
    assert say("-v", "af_hart", "x") == EXIT_USAGE
    assert capfd.readouterr().err.startswith("say: there is no voice 'af_hart'")


@pytest.mark.parametrize(
    ("variable", "arguments", "source"), [("(", [], "SAY_SPLIT: "), ("(", ["--split", "["], ""), ("", [], "")]
)
def test_a_split_pattern_that_is_refused_names_where_it_comes_from(
    variable: str, arguments: list[str], source: str, say: Say, client: type[FakeClient],
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("SAY_SPLIT", variable)
    monkeypatch.setattr(client, "failure", BadSplit("the split pattern cannot be used", "Mend it."))
    assert say(*arguments, "x") == EXIT_USAGE
    assert capfd.readouterr().err == f"say: {source}the split pattern cannot be used. Mend it.\n"


def test_text_that_is_not_utf8_is_replaced_with_one_warning(
    say: Say, client: type[FakeClient], capfd: pytest.CaptureFixture[str]
) -> None:
    Path("latin1.txt").write_bytes("Déjà vu, déjà vu".encode("latin-1"))
    assert say("-f", "latin1.txt") == EXIT_OK
    assert client.texts == ["D\ufffdj\ufffd vu, d\ufffdj\ufffd vu"]
    err = capfd.readouterr().err
    assert err == "say: latin1.txt is not UTF-8; what cannot be decoded is replaced\n"


@pytest.mark.parametrize("arguments", [["--voices"], ["-v", "?"]])
def test_voices_are_listed_without_a_client(
    arguments: list[str], say: Say, client: type[FakeClient], capfd: pytest.CaptureFixture[str]
) -> None:
    assert say(*arguments) == EXIT_OK
    assert len(capfd.readouterr().out.splitlines()) == 55
    assert client.calls == []


def test_downloads_name_what_was_fetched(say: Say, client: type[FakeClient], capfd: pytest.CaptureFixture[str]) -> None:
    assert say("--download", "af_bella", "bf_emma", "af_bella") == EXIT_OK
    assert ("download", ("af_bella", "bf_emma")) in client.calls
    assert capfd.readouterr().out == "fetched 2 files, 327 MB\n"


def test_all_means_every_voice_and_the_model(say: Say, client: type[FakeClient]) -> None:
    assert say("--download", "all") == EXIT_OK
    assert say("--remove", "all") == EXIT_OK
    assert ("download", tuple(VOICES)) in client.calls
    assert ("remove", (tuple(VOICES), True)) in client.calls


def test_removing_a_voice_keeps_the_model(
    say: Say, client: type[FakeClient], capfd: pytest.CaptureFixture[str]
) -> None:
    assert say("--remove", "af_bella") == EXIT_OK
    assert ("remove", (("af_bella",), False)) in client.calls
    assert capfd.readouterr().out == "removed 1 file, 523 kB\n"


def test_nothing_to_do_is_said(
    say: Say, client: type[FakeClient], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(client, "downloaded", Downloaded(0, 0))
    monkeypatch.setattr(client, "removed", Removed(0, 0))
    monkeypatch.setattr(client, "stopped", 0)
    monkeypatch.setattr(client, "cleared", CacheCleared(0, 0, 0))
    for action in (["--download", "af_sky"], ["--remove", "af_sky"], ["--stop"], ["--clear-cache"]):
        assert say(*action) == EXIT_OK
    assert capfd.readouterr().out.splitlines() == [
        "everything is on disk already",
        "there was nothing to remove",
        "nothing was speaking",
        "the cache was empty",
    ]


def test_warming_says_for_each_voice_what_will_speak(
    say: Say, client: type[FakeClient], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert say("--warm", "af_bella", "bm_george", "af_bella", "--language", "en-gb") == EXIT_OK
    assert capfd.readouterr().out == "af_bella is ready: kokoro on cpu\nbm_george is ready: kokoro on cpu\n"
    warmed = [argument for name, argument in client.calls if name == "warm"]
    assert warmed == [("af_bella", None, "en-gb"), ("bm_george", None, "en-gb")]

    monkeypatch.setattr(client, "warmed", Warmed("espeak", "cpu"))
    assert say("--warm", "-v", "bf_emma") == EXIT_OK
    assert capfd.readouterr().out == "bf_emma is ready: espeak\n"
    assert [argument for name, argument in client.calls if name == "warm"][2:] == [(None, None, "")]


@pytest.mark.parametrize("arguments", [["nobody"], ["af_bella", "nobody"], ["af_bella", "-v", "bf_emma"]])
def test_voices_that_cannot_be_warmed_start_nothing(say: Say, client: type[FakeClient], arguments: list[str]) -> None:
    assert say("--warm", *arguments) == EXIT_USAGE
    assert not client.calls


@pytest.mark.parametrize(
    ("cleared", "told"),
    [
        (CacheCleared(14, 3_200_000, 2_100_000), "cleared 14 phrases, 3.2 MB on disk and 2.1 MB in memory"),
        (CacheCleared(1, 29_000, 0), "cleared 1 phrase, 29 kB on disk"),
        (CacheCleared(0, 0, 29_000), "cleared 29 kB in memory"),
    ],
)
def test_clearing_the_cache_says_what_that_freed_and_starts_nothing(
    cleared: CacheCleared,
    told: str,
    say: Say,
    client: type[FakeClient],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(client, "cleared", cleared)
    assert say("--clear-cache") == EXIT_OK
    assert capfd.readouterr().out == f"{told}\n"
    assert ("clear_cache", None) in client.calls
    assert ("client", False) in client.calls


@pytest.mark.parametrize(
    ("action", "answer"),
    [
        ("--status", "model server"),
        ("--queue", "dark and stormy"),
        ("--pause", "paused"),
        ("--resume", "resumed"),
        ("--skip", "skipped 1 sentence"),
        ("--skip=3", "skipped up to 3 sentences"),
        ("--back=2", "went back up to 2 sentences"),
        ("--cancel=7", "cancelled utterance 7"),
        ("--wait=7", ""),
        ("--stop", "stopped 2 utterances"),
        ("--shutdown", "has ended"),
    ],
)
def test_looking_after_the_daemon_never_starts_one(
    action: str, answer: str, say: Say, client: type[FakeClient], capfd: pytest.CaptureFixture[str]
) -> None:
    assert say(action) == EXIT_OK
    assert client.calls[0] == ("client", False)
    assert answer in capfd.readouterr().out


@pytest.mark.parametrize(
    "action", ["--status", "--queue", "--pause", "--resume", "--skip", "--back", "--stop", "--shutdown"]
)
def test_no_daemon_is_no_failure(
    action: str, say: Say, client: type[FakeClient], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name, value in (("report", None), ("stopped", None), ("ran", False), ("queued", None), ("steered", None)):
        monkeypatch.setattr(client, name, value)
    assert say(action) == EXIT_OK
    assert capfd.readouterr().out == "no daemon is running\n"


@pytest.mark.parametrize(
    ("option", "steering"),
    [
        ("--pause", ("pause", 0, 1.0)),
        ("--resume", ("resume", 0, 1.0)),
        ("--skip", ("skip", 0, 1.0)),
        ("--skip=4", ("skip", 0, 4.0)),
        ("--back=2", ("back", 0, 2.0)),
    ],
)
def test_speech_is_steered(option: str, steering: tuple[str, int, float], say: Say, client: type[FakeClient]) -> None:
    assert say(option) == EXIT_OK
    assert ("steer", steering) in client.calls


@pytest.mark.parametrize(
    ("option", "answer"),
    [
        ("--pause", "paused: what comes waits for 'say --resume'"),
        ("--resume", "nothing was paused"),
        ("--skip", "nothing was speaking"),
        ("--back", "nothing was speaking"),
    ],
)
def test_nothing_to_steer_is_said(
    option: str, answer: str, say: Say, client: type[FakeClient], monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(client, "steered", 0)
    assert say(option) == EXIT_OK
    assert capfd.readouterr().out == f"{answer}\n"


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("spoken", EXIT_OK),
        ("stopped", EXIT_STOPPED),
        ("cancelled", EXIT_STOPPED),
        ("dropped", EXIT_DROPPED),
        ("failed", EXIT_FAILED),
        ("lost", EXIT_FAILED),
        ("of a later version", EXIT_FAILED),
    ],
)
def test_waiting_ends_as_the_utterance_did(
    outcome: str, status: int, say: Say, client: type[FakeClient], monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(client, "outcome", outcome)
    assert say("--wait", "12") == status
    assert ("wait", 12) in client.calls
    out, err = capfd.readouterr()
    assert out == ""
    assert err.count("\n") == (status != EXIT_OK)
    assert status == EXIT_OK or "utterance 12" in err


def test_a_number_that_nobody_has_cannot_be_cancelled(
    say: Say, client: type[FakeClient], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(client, "failure", NoUtterance("there is no utterance 12", "'say --queue' shows them."))
    assert say("--cancel", "12") == EXIT_FAILED
    assert capfd.readouterr() == ("", "say: there is no utterance 12. 'say --queue' shows them.\n")


def test_the_queue_as_json_is_one_object(
    say: Say, client: type[FakeClient], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert say("--queue", "--json") == EXIT_OK
    found = json.loads(capfd.readouterr().out)
    assert (found["running"], found["held"]) == (True, False)
    assert [each["number"] for each in found["utterances"]] == [7, 9]

    monkeypatch.setattr(client, "queued", None)
    assert say("--queue", "--json") == EXIT_OK
    assert json.loads(capfd.readouterr().out) == {"running": False, "held": False, "utterances": []}


@pytest.mark.parametrize("arguments", [["--devices"], ["-a", "?"], ["-a?", "-v", "bm_george"]])
def test_loudspeakers_are_listed_by_a_voice_server(
    arguments: list[str], say: Say, client: type[FakeClient], capfd: pytest.CaptureFixture[str]
) -> None:
    assert say(*arguments) == EXIT_OK
    assert client.calls[0] == ("client", True)
    assert [text.split()[:2] for text in capfd.readouterr().out.splitlines()[1:]] == [
        ["hdmi", "Screen"],
        ["*", "built-in"],
    ]


def test_no_loudspeaker_is_no_sound(
    say: Say, client: type[FakeClient], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(client, "loudspeakers", ())
    assert say("--devices") == EXIT_NO_SOUND
    assert "-o out.wav" in capfd.readouterr().err


def test_logs_are_shown_without_a_client(
    say: Say, client: type[FakeClient], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert say("--logs") == EXIT_OK
    assert capfd.readouterr() == ("", "")
    folder = tmp_path / "home" / "logs"
    folder.mkdir(parents=True)
    (folder / "model_server.log").write_text("2026-11-20T13:00:00.000+00:00 INFO    model_server hello\n")
    assert say("--logs") == EXIT_OK
    assert capfd.readouterr().out == "2026-11-20T13:00:00.000+00:00 INFO    model_server hello\n"
    assert client.calls == []


def test_status_as_json_is_one_object(say: Say, capfd: pytest.CaptureFixture[str]) -> None:
    assert say("--status", "--json") == EXIT_OK
    assert json.loads(capfd.readouterr().out)["speaking"] == "af_heart"


def test_a_fault_of_ours_is_one_sentence(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_with(BrokenClient, "x") == EXIT_FAILED
    err = capfd.readouterr().err
    assert err.count("\n") == 1
    assert "ZeroDivisionError" in err
    assert "--debug" in err


def test_debug_shows_where_an_error_comes_from(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_with(BrokenClient, "--debug", "x") == EXIT_FAILED
    assert "Traceback" in capfd.readouterr().err
    assert run_with(BrokenClient, "--debug", "-v", "nobody", "x") == EXIT_USAGE
    assert "Traceback" in capfd.readouterr().err


def test_debug_tells_the_settings_but_never_the_text(
    say: Say, client: type[FakeClient], capfd: pytest.CaptureFixture[str]
) -> None:
    assert say("--debug", "-v", "bm_george", "a secret") == EXIT_OK
    err = capfd.readouterr().err
    assert re.match(r"say: +\d+\.\d ms  settings: voice=bm_george\n", err)
    assert "secret" not in err


def test_debug_as_text_is_text(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_with(BrokenClient, "--", "--debug") == EXIT_FAILED
    assert "Traceback" not in capfd.readouterr().err


# What goes on, again, or before others


def test_turn_and_sound_are_passed_on(say: Say, client: type[FakeClient]) -> None:
    assert say("--interrupt", "--priority", "important", "-a", "hdmi", "--volume", "0.5", "-r", "350", "x") == EXIT_OK
    (options,) = client.options
    wanted = {"priority": "important", "policy": "interrupt", "audio_device": "hdmi", "volume": 0.5, "speed": 2.0}
    assert {name: options[name] for name in wanted} == wanted


@pytest.mark.parametrize("way", [["x"], ["x", "-o", "x.wav"], ["--run", "true"], ["--replay"]], ids=lambda way: way[-1])
def test_how_text_is_read_reaches_whatever_speaks(
    way: list[str], say: Say, client: type[FakeClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "steered", 0)
    assert say("--split", ",", "--emoji", "drop", "--skip-unspeakable", *way) == EXIT_OK
    (options,) = client.options
    assert {name: options[name] for name in ("split", "emoji", "skip_unspeakable")} == {
        "split": ",",
        "emoji": "drop",
        "skip_unspeakable": "on",
    }


class LeavingOut(FakeClient):
    """Speaks a piece of which a word is left out, and once more."""

    def speak(
        self, text: TextSpool | str, *, language: str, on_event: Callable[[object], None], **options: object
    ) -> None:
        super().speak(text, language=language, on_event=on_event, **options)
        on_event(Piece("id", 0, 0, 3, left_out=("q",)))
        on_event(Piece("id", 1, 0, 3, left_out=("q",)))

    def render(self, text: TextSpool, *, write: Callable[[bytes], None], language: str, **options: object) -> None:
        self.speak(text, language=language, **options)  # type: ignore[arg-type]  # on_event is among them
        write(SECOND)


@pytest.mark.parametrize("way", [["x"], ["x", "-o", "x.wav"], ["--run", "true"]], ids=lambda way: way[-1])
def test_what_was_left_out_is_told_at_the_end(way: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert run_with(LeavingOut, "--skip-unspeakable", *way) == EXIT_OK
    assert capfd.readouterr().err == "say: 1 word could not be spoken and was left out: 'q'\n"


def test_what_was_not_spoken_goes_on_as_it_was_spoken(
    say: Say, client: type[FakeClient], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(client, "failure", Stopped("stopped by another"))
    assert say("-v", "bf_emma", "-s", "1.5", "--language", "en-us", "One. Two.") == EXIT_STOPPED
    assert capfd.readouterr().err == (
        "say: stopped by another. Not spoken: \"One. Two.\"; 'say --continue' goes on there.\n"
    )
    monkeypatch.setattr(client, "failure", None)
    assert say("--continue") == EXIT_OK
    assert client.texts == ["One. Two."]
    assert (client.options[-1]["voice"], client.options[-1]["speed"]) == ("bf_emma", 1.5)
    assert ("speak", "en-us") in client.calls[-3:]
    assert say("--continue") == EXIT_FAILED
    assert capfd.readouterr().err == "say: nothing is left unspoken.\n"


def test_it_goes_on_otherwise_if_asked_to(say: Say, client: type[FakeClient], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "failure", Stopped("stopped by another"))
    say("-v", "bf_emma", "-s", "1.5", "One.")
    monkeypatch.setattr(client, "failure", None)
    assert say("--continue", "-v", "af_sky", "-s", "0.8") == EXIT_OK
    assert (client.options[-1]["voice"], client.options[-1]["speed"]) == ("af_sky", 0.8)


READING = ("--emoji", "drop", "--split", "CUT", "--markup", "off", "--skip-unspeakable")
AS_READ = {"emoji": "drop", "split": "CUT", "markup": "off", "skip_unspeakable": "on"}


def test_it_goes_on_as_it_was_read(say: Say, client: type[FakeClient], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "failure", Stopped("stopped by another"))
    say(*READING, "One. Two.")
    say("--continue")
    say("--continue", "--emoji", "name")
    assert AS_READ.items() <= client.options[-2].items()
    assert {**AS_READ, "emoji": "name"}.items() <= client.options[-1].items()


def test_it_is_replayed_as_it_was_read(say: Say, client: type[FakeClient], monkeypatch: pytest.MonkeyPatch) -> None:
    reading = ReadingOptions("drop", "CUT", skip_unspeakable=True, markup=False)
    monkeypatch.setattr(client, "recalled", Recalled(3, "Once.", "af_sky", "tone", "", 1.0, 1.0, True, reading=reading))
    monkeypatch.setattr(client, "steered", 0)
    say("--replay")
    say("--replay", "--split", "X")
    assert AS_READ.items() <= client.options[-2].items()
    assert {**AS_READ, "split": "X"}.items() <= client.options[-1].items()


def test_what_is_not_ours_to_continue_is_not_kept(
    say: Say, client: type[FakeClient], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for failure in (Dropped("another came"), NoSound("there is no device")):
        monkeypatch.setattr(client, "failure", failure)
        assert say("x") == failure.exit_status
        assert "Not spoken" not in capfd.readouterr().err
    assert say("--continue") == EXIT_FAILED


def test_what_sounds_is_replayed_where_it_sounds(
    say: Say, client: type[FakeClient], capfd: pytest.CaptureFixture[str]
) -> None:
    assert say("--replay") == EXIT_OK
    assert client.calls[0] == ("client", False)
    assert ("steer", ("replay", 0, 1.0)) in client.calls and not client.texts
    assert capfd.readouterr().out == "speaking it from its beginning\n"


@pytest.mark.parametrize("steered", [0, None])
def test_what_was_spoken_last_is_spoken_again(
    steered: int | None, say: Say, client: type[FakeClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "steered", steered)
    assert say("--replay", "--volume", "1") == EXIT_OK
    assert client.texts == ["Once more."]
    wanted = {"voice": "bf_emma", "engine": "espeak", "speed": 1.5, "volume": 1.0}
    assert {name: client.options[-1][name] for name in wanted} == wanted


def test_a_users_own_voice_speaks_writes_and_is_gone_on_with(
    say: Say, client: type[FakeClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path("mine.pt").absolute()
    path.write_bytes(b"PK\x03\x04")
    assert say("--voice-file", "mine.pt", "-o", "x.wav", "hello") == EXIT_OK
    assert client.options[-1]["voice_file"] == str(path)

    monkeypatch.setattr(client, "failure", Stopped("stopped"))
    assert say("--voice-file", "mine.pt", "One. Two.") == EXIT_STOPPED
    assert client.options[-1]["voice_file"] == str(path)
    monkeypatch.setattr(client, "failure", None)
    assert say("--continue") == EXIT_OK
    assert client.options[-1]["voice_file"] == str(path)


@pytest.mark.parametrize(
    ("arguments", "voice", "file", "engine", "language"),
    [
        ([], "af_heart", "mine.pt", "auto", "en-gb"),
        (["-v", "af_sky"], "af_sky", "", "espeak", ""),
        (["--voice-file", "other.pt"], "af_heart", "other.pt", "auto", ""),
        (["--voice-file", "other.pt", "--language", "fr"], "af_heart", "other.pt", "auto", "fr"),
    ],
)
def test_what_a_users_own_voice_spoke_is_replayed_with_it_unless_another_is_given(
    arguments: list[str], voice: str, file: str, engine: str, language: str,
    say: Say, client: type[FakeClient], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for name in ("mine.pt", "other.pt"):
        Path(name).write_bytes(b"PK\x03\x04")
    mine = str(Path("mine.pt").absolute())
    last = Recalled(3, "Once more.", "mine#0123456789abcdef", "espeak", "en-gb", 1.0, 1.0, True, mine)
    monkeypatch.setattr(client, "recalled", last)
    monkeypatch.setattr(client, "steered", 0)

    assert say("--replay", *arguments) == EXIT_OK
    assert client.options[-1]["voice_file"] == (str(Path(file).absolute()) if file else "")
    assert (client.options[-1]["voice"], client.options[-1]["engine"]) == (voice, engine)
    assert ("speak", language) in client.calls


def test_without_anything_spoken_there_is_nothing_to_replay(
    say: Say, client: type[FakeClient], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(client, "steered", 0)
    monkeypatch.setattr(client, "recalled", None)
    assert say("--replay") == EXIT_FAILED
    assert capfd.readouterr().err == "say: there is nothing that was spoken before.\n"


def test_forms_are_read_out_as_asked(say: Say, client: type[FakeClient]) -> None:
    Path("notes.md").write_text("# Title\n\nSome *words*.\n")
    assert say("--as", "plain", "-f", "notes.md") == EXIT_OK
    assert say("-f", "notes.md") == EXIT_OK
    assert say("--as", "markdown", "Some *words*.") == EXIT_OK
    assert say("Some *words*.") == EXIT_OK
    plain, by_ending, asked, as_given = client.texts
    assert "*words*" in plain and "words" in by_ending and "*" not in by_ending and "#" not in by_ending
    assert "*" not in asked and as_given == "Some *words*."
