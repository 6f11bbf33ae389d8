from __future__ import annotations

import pytest

from common.messages.control import StatusReport
from common.records import replace
from common.settings import Settings, load
from say.gateways.differing import REPOSITORY, asks_the_daemon, differences
from tests.fakes.client import REPORT

USUAL = load(environment={})


def report(kokoro: str) -> StatusReport:
    return replace(REPORT, engines={"kokoro": kokoro, "espeak": "ready"})


def settings(**values: str) -> Settings:
    return load(values, {})


def test_who_asks_for_nothing_gets_no_word() -> None:
    assert differences(USUAL, report("ready on cuda")) == []


@pytest.mark.parametrize(
    ("device", "ours"),
    [("cpu", "cpu"), ("CPU", "cpu"), ("cuda", "cuda (NVIDIA H200)"), ("cuda:1", "cuda (NVIDIA H200)"), ("auto", "mps"),
     ("cuda", "rocm (AMD Radeon RX 7900: XTX)"), ("rocm", "rocm (AMD Radeon)"), ("mps", "mps")],
)  # fmt: skip
def test_the_device_that_the_daemon_has_is_no_difference(device: str, ours: str) -> None:
    assert differences(USUAL, report(f"ready on {ours}"), device=device) == []


@pytest.mark.parametrize(
    ("device", "ours"),
    [("cuda", "cpu"), ("cuda:1", "cpu"), ("cpu", "cuda (NVIDIA H200)"), ("mps", "rocm (AMD)"), ("GPU", "cpu")],
)
def test_another_device_is_told_with_what_there_is_and_how_to_change_it(device: str, ours: str) -> None:
    (sentence,) = differences(USUAL, report(f"ready on {ours}"), device=device)

    assert sentence.startswith(f"device {device} is asked for, and the daemon has Kokoro on {ours};")
    assert "SAY_DEVICE" in sentence and "say --shutdown" in sentence


def test_what_kokoro_really_runs_on_counts_before_the_setting() -> None:
    assert differences(settings(device="cuda"), report("ready on cpu"), device="cpu") == []


@pytest.mark.parametrize("state", [None, "not loaded", "loading"])
def test_without_a_loaded_kokoro_the_setting_counts(state: str | None) -> None:
    found = report(state) if state else None

    assert differences(settings(device="cpu"), found, device="cpu") == []
    assert len(differences(settings(device="cpu"), found, device="cuda")) == 1
    assert differences(USUAL, found, device="cuda") == [], "nobody knows yet"


@pytest.mark.parametrize("engine", ["espeak", "tone"])
def test_an_engine_without_a_choice_runs_on_the_cpu(engine: str) -> None:
    assert differences(settings(device="cuda"), None, device="cpu", engine=engine) == []
    assert differences(USUAL, None, device="auto", engine=engine) == []
    assert differences(USUAL, None, device="cuda:0", engine=engine) == [
        f"device cuda:0 is asked for, and {engine} speaks, which runs on the CPU"
    ]


@pytest.mark.parametrize("repository", ["", REPOSITORY])
def test_the_model_of_the_pinned_files_is_no_difference(repository: str) -> None:
    assert differences(USUAL, None, repository=repository) == []


def test_another_model_is_told_with_the_one_there_is() -> None:
    assert differences(USUAL, None, repository="me/mine") == [
        f"model me/mine is asked for, and the daemon speaks with {REPOSITORY}"
    ]


def test_a_folder_of_ones_own_is_the_model_where_it_is_set() -> None:
    ours = settings(model_dir="/models/mine")

    assert differences(ours, None, repository="/models/mine") == []
    assert "speaks with /models/mine" in differences(ours, None, repository=REPOSITORY)[0]


def test_both_are_told_each_in_its_own_sentence() -> None:
    assert len(differences(USUAL, report("ready on cpu"), device="cuda", repository="me/mine")) == 2


@pytest.mark.parametrize("name", ["a\nb", "a b", "\x1b[2J", "x" * 10_000])
def test_a_name_that_is_none_cannot_pass_for_more(name: str) -> None:
    for sentence in differences(USUAL, report("ready on cpu"), device=name, repository=name):
        assert "\n" not in sentence and "\x1b" not in sentence
        assert len(sentence) < 300


@pytest.mark.parametrize(
    ("device", "engine", "asks"),
    [
        ("cuda", "kokoro", True),
        ("cpu", "", True),
        ("cpu", "espeak", False),
        ("auto", "kokoro", False),
        ("", "kokoro", False),
    ],
)
def test_the_daemon_is_asked_only_for_what_it_alone_knows(device: str, engine: str, asks: bool) -> None:
    assert asks_the_daemon(device, engine) is asks
