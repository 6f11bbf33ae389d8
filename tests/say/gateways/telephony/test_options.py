from __future__ import annotations

import argparse
import struct
from pathlib import Path

import pytest

from common.errors import UnknownVoice, UsageError
from common.settings import load
from say.client import SayClient
from say.gateways.telephony import options
from say.gateways.telephony.control import DatabaseControl
from say.gateways.telephony.frames import BYE, answer_header
from say.gateways.telephony.service import Plan, Service


@pytest.fixture(autouse=True)
def _environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAY_HOME", str(tmp_path))
    for name in ("VOICE", "TCP_PORT", "UDP_PORT", "DEVICE", "DATABASE"):
        monkeypatch.delenv(f"KOKORO_{name}", raising=False)


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    options.add_arguments(parser)
    return parser.parse_args(arguments)


def plan_of(*arguments: str) -> Plan:
    with SayClient(load(), autostart=False) as client:
        door = options.door(parsed("--telephony", *arguments), load(), client, print)
    assert door is not None
    return door.control._plan


def test_the_originals_defaults_count_where_nothing_is_said() -> None:
    plan = plan_of()

    assert (plan.place.host, plan.place.tcp_port, plan.place.udp_port) == ("127.0.0.1", 8090, 13001)
    assert (plan.voice, plan.voice_is_chosen) == ("af_sky", False)


def test_a_flag_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOKORO_VOICE", "af_bella")
    monkeypatch.setenv("KOKORO_TCP_PORT", "8091")
    monkeypatch.setenv("KOKORO_UDP_PORT", "13002")

    plan = plan_of("--voice", "bm_george", "--udp-port", "0")

    assert (plan.voice, plan.voice_is_chosen) == ("bm_george", True)
    assert (plan.place.tcp_port, plan.place.udp_port) == (8091, 0)
    assert plan_of().voice == "af_bella"


def test_no_answer_can_have_more_sound_than_its_length_can_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAY_SPOOL_LIMIT", "16384")  # MiB

    most = plan_of().manners.most_sound

    assert struct.unpack("!III", answer_header(most // 2, 1))[0] < BYE


def test_an_empty_variable_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VOICE", "TCP_PORT", "UDP_PORT", "DEVICE", "DATABASE"):
        monkeypatch.setenv(f"KOKORO_{name}", "")

    plan = plan_of()
    assert (plan.voice, plan.voice_is_chosen, plan.place.tcp_port) == ("af_sky", False, 8090)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--tcp-port", "80x"], "--tcp-port: '80x' is no port"),
        (["--udp-port", "65536"], "--udp-port: '65536' is no port"),
        (["--tcp-port", "-1"], "is no port"),
        (["--tcp-port", "1" * 5000], "is no port"),
        (["--device", "tpu"], "--device: there is no device 'tpu'"),
        (["--telephony-host", "example.org"], "is no address"),
        (["--telephony-host", "0.0.0.0"], "no token"),
        (["--telephony-host", "::"], "no token"),
        (["--telephony-peers", "10.0.0.0/33"], "is no address or network"),
        (["--telephony-peers", "10.0.0.5/8"], "is no address or network"),
        (["--database", "/nowhere/at/all.db"], "cannot be a file"),
        (["--database", "/"], "cannot be a file"),
    ],
)
def test_a_value_that_makes_no_sense_is_told(arguments: list[str], why: str) -> None:
    with pytest.raises(UsageError, match=why) as error:
        plan_of(*arguments)
    assert error.value.hint


def test_an_unknown_voice_is_told_with_where_it_was_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownVoice, match="^--voice: there is no voice 'af_ski'"):
        plan_of("--voice", "af_ski")
    monkeypatch.setenv("KOKORO_VOICE", "../../etc/passwd")
    with pytest.raises(UnknownVoice, match="^KOKORO_VOICE: there is no voice"):
        plan_of()


def test_a_wider_address_needs_peers() -> None:
    plan = plan_of("--telephony-host", "0.0.0.0", "--telephony-peers", "10.0.0.5, 10.1.0.0/16")

    assert plan.place.host == "0.0.0.0"
    assert [str(network) for network in plan.place.peers] == ["10.0.0.5/32", "10.1.0.0/16"]


@pytest.mark.parametrize(
    "arguments",
    [["--tcp-port", "1"], ["--udp-port", "1"], ["--voice", "af_sky"], ["--device", "cpu"], ["--sentences"], ["--telephony-host", "::1"], ["--telephony-peers", "::1"]],
)  # fmt: skip
def test_a_flag_without_the_door_is_a_mistake(arguments: list[str]) -> None:
    with SayClient(load(), autostart=False) as client, pytest.raises(UsageError, match="without --telephony"):
        options.door(parsed(*arguments), load(), client, print)


def test_http_switches_the_service_of_the_process_else_the_database_else_nothing(tmp_path: Path) -> None:
    database = ["--database", str(tmp_path / "settings.db")]
    with SayClient(load(), autostart=False) as client:
        door = options.door(parsed("--telephony"), load(), client, print)

    assert isinstance(options.control(parsed("--telephony"), door), Service)
    assert isinstance(options.control(parsed(*database), None), DatabaseControl)
    assert options.control(parsed(), None) is None
