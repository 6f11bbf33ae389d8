from __future__ import annotations

import dataclasses

import pytest

from common import PROTOCOL
from common.errors import NotAuthentic, ProtocolMismatch
from common.handshake import (
    CLIENT_ROLE,
    MODEL_ROLE,
    SECRET_BYTES,
    ClientHandshake,
    ServerHandshake,
    new_secret,
    voice_role,
)
from common.messages.hello import Hello, Proof

SECRET = new_secret()


def shake(client: ClientHandshake, server: ServerHandshake) -> None:
    server.check(client.answer(server.answer(client.hello())))


def test_both_sides_with_the_secret_come_together() -> None:
    shake(ClientHandshake(SECRET, MODEL_ROLE), ServerHandshake(SECRET, MODEL_ROLE))


def test_a_server_with_another_secret_learns_no_proof() -> None:
    client, server = ClientHandshake(SECRET, MODEL_ROLE), ServerHandshake(new_secret(), MODEL_ROLE)
    hello = server.answer(client.hello())

    with pytest.raises(NotAuthentic):
        client.answer(hello)


def test_a_client_with_another_secret_is_refused() -> None:
    client, server = ClientHandshake(new_secret(), MODEL_ROLE), ServerHandshake(SECRET, MODEL_ROLE)
    hello = client.hello()
    server.answer(hello)
    own_answer = ServerHandshake(client._secret, MODEL_ROLE).answer(hello)  # what this client would believe

    with pytest.raises(NotAuthentic):
        server.check(client.answer(own_answer))


@pytest.mark.parametrize("role", [MODEL_ROLE, voice_role("bm_george"), CLIENT_ROLE])
def test_a_server_of_another_role_is_a_stranger(role: str) -> None:
    with pytest.raises(NotAuthentic):
        shake(ClientHandshake(SECRET, voice_role("af_heart")), ServerHandshake(SECRET, role))


def test_a_replayed_proof_is_refused_on_the_next_connection() -> None:
    client, first = ClientHandshake(SECRET, MODEL_ROLE), ServerHandshake(SECRET, MODEL_ROLE)
    hello = client.hello()
    proof = client.answer(first.answer(hello))
    first.check(proof)

    second = ServerHandshake(SECRET, MODEL_ROLE)
    second.answer(hello)
    with pytest.raises(NotAuthentic):
        second.check(proof)


def test_a_replayed_server_is_a_stranger_to_the_next_client() -> None:
    recorded = ServerHandshake(SECRET, MODEL_ROLE).answer(ClientHandshake(SECRET, MODEL_ROLE).hello())

    with pytest.raises(NotAuthentic):
        ClientHandshake(SECRET, MODEL_ROLE).answer(recorded)


def test_the_servers_own_proof_sent_back_is_refused() -> None:
    client, server = ClientHandshake(SECRET, MODEL_ROLE), ServerHandshake(SECRET, MODEL_ROLE)
    hello = server.answer(client.hello())

    with pytest.raises(NotAuthentic):
        server.check(Proof(hello.proof))


@pytest.mark.parametrize("proof", ["", "0" * 64, "\ud800" * 64, "é" * 64, "x" * 60_000])
def test_what_is_no_proof_is_refused(proof: str) -> None:
    client, server = ClientHandshake(SECRET, MODEL_ROLE), ServerHandshake(SECRET, MODEL_ROLE)
    hello = server.answer(client.hello())

    with pytest.raises(NotAuthentic):
        server.check(Proof(proof))
    with pytest.raises(NotAuthentic):
        client.answer(dataclasses.replace(hello, proof=proof))


@pytest.mark.parametrize("nonce", ["", "0" * 31, "0" * 33, "0" * 31 + "\n", "0" * 32 + "\n", "g" * 32, "\ud800" * 32])
def test_a_nonce_that_is_none_is_refused_by_both(nonce: str) -> None:
    client, server = ClientHandshake(SECRET, MODEL_ROLE), ServerHandshake(SECRET, MODEL_ROLE)
    with pytest.raises(NotAuthentic):
        server.answer(dataclasses.replace(client.hello(), nonce=nonce))

    hello = server.answer(client.hello())
    with pytest.raises(NotAuthentic):
        client.answer(dataclasses.replace(hello, nonce=nonce))


def test_nonces_and_secrets_are_fresh() -> None:
    assert ClientHandshake(SECRET, MODEL_ROLE).hello().nonce != ClientHandshake(SECRET, MODEL_ROLE).hello().nonce
    assert new_secret() != new_secret()
    assert len(bytes.fromhex(new_secret())) == SECRET_BYTES


def test_another_protocol_is_said_with_what_to_do() -> None:
    with pytest.raises(ProtocolMismatch) as refused:
        ClientHandshake.check_protocol(Hello(PROTOCOL + 1, "9.9.9", "0" * 32))

    assert "9.9.9" in refused.value.message and "--stop" in refused.value.hint
    ClientHandshake.check_protocol(Hello(PROTOCOL, "9.9.9", "0" * 32))  # a mere other version is fine
