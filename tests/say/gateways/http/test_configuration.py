from __future__ import annotations

from pathlib import Path

import pytest

from common.errors import UsageError
from common.settings import load
from say.gateways.http.configuration import HttpConfiguration, configure

TOKEN = "0123456789abcdef0123"  # not secret: of these tests


def settings(**variables: str):  # type: ignore[no-untyped-def]  # Settings
    return load(environment={f"SAY_HTTP_{name.upper()}": value for name, value in variables.items()})


def test_the_defaults_are_those_of_the_settings() -> None:
    assert configure(settings()) == HttpConfiguration()


def test_flags_go_before_settings() -> None:
    found = configure(settings(host="127.0.0.2", port="1"), "127.0.0.3", 0)
    assert (found.host, found.port) == ("127.0.0.3", 0)
    found = configure(settings(host="127.0.0.2", port="1"))
    assert (found.host, found.port) == ("127.0.0.2", 1)


def test_the_rate_holds_for_this_machine_if_somebody_has_set_it() -> None:
    assert not configure(settings()).rate_of_own
    assert configure(settings(rate="600")).rate_of_own


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "", "somewhere.example"])
def test_what_others_can_reach_needs_a_token(host: str) -> None:
    with pytest.raises(UsageError, match="no token is set"):
        configure(settings(), host)
    assert configure(settings(token=TOKEN), host).token == TOKEN


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "LOCALHOST"])
def test_this_machines_own_addresses_need_none(host: str) -> None:
    assert configure(settings(), host).host == host


def test_an_ipv6_address_may_have_its_brackets() -> None:
    assert configure(settings(), "[::1]").host == "::1"


@pytest.mark.parametrize("host", ["http://localhost", "127.0.0.1:8880", "[::1]:8880"])
def test_more_than_an_address_is_told(host: str) -> None:
    with pytest.raises(UsageError, match="is no address") as caught:
        configure(settings(), host)
    assert "--http-port" in caught.value.hint


def test_a_token_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    assert configure(settings(token="another-token-of-length"), token_file=str(file)).token == TOKEN


@pytest.mark.parametrize(
    "text", ["", "\n", "short", "with a blank in its midst", "umläute-und-ähnliches-zeug", "\0" * 20]
)
def test_a_token_that_is_none_is_refused_and_not_shown(text: str, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(text)
    with pytest.raises(UsageError) as caught:
        configure(settings(), token_file=str(file))
    assert "openssl rand" in caught.value.hint
    assert not text.strip() or text.strip() not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere cannot be read: no such file"):
        configure(settings(), token_file=str(tmp_path / "nowhere"))


def test_names_are_told_apart_and_checked() -> None:
    assert configure(settings(names="TTS.example, other ,")).names == ("tts.example", "other")
    with pytest.raises(UsageError, match="no host name"):
        configure(settings(names="https://tts.example"))


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_is_none_is_refused(port: int) -> None:
    with pytest.raises(UsageError, match="--http-port"):
        configure(settings(), port=port)
