"""Five hundred payloads of wrong shape: each is refused in a line that says why, before anybody is asked and any file is made."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from common.errors import SayError
from common.settings import Settings
from say.gateways.bridge.filling import Filler
from say.gateways.bridge.orders import VARIABLES, order_of, read_object
from say.gateways.bridge.telling import tell
from say.gateways.telling import Once
from tests.say.gateways.bridge.test_orders import WRONG

if TYPE_CHECKING:
    from say.gateways.bridge.filling import Client

RIGHT: dict[str, object] = {
    "text": "Hello wörld", "output": "test.wav", "voice": "af_alloy", "lang_code": "a", "speed": 1.0,
    "sample_rate": 24_000, "repo_id": "hexgrad/Kokoro-82M", "device": "cpu", "split_pattern": r"\n+",
}  # fmt: skip
PLACES = ("the payload ", *(f"{field}: " for field in RIGHT))


def wrong_payloads(seed: int) -> Iterator[bytes]:
    yield from map(bytes, _cut_short(json.dumps(RIGHT, ensure_ascii=False).encode()))
    for name, value in WRONG:
        yield json.dumps({**RIGHT, name: value}).encode()
    for name in RIGHT:
        yield json.dumps(RIGHT).replace("{", f'{{"{name}": "a", ', 1).encode()
    for name in ("text", "output"):
        yield json.dumps({key: value for key, value in RIGHT.items() if key != name}).encode()
    for encoding in ("utf-16", "utf-32", "latin-1"):
        yield json.dumps(RIGHT, ensure_ascii=False).encode(encoding)
    chance = random.Random(seed)
    for _ in range(200):
        yield json.dumps(_any_value(chance, 3)).encode()
    for _ in range(50):
        yield chance.randbytes(chance.randrange(1, 200))


def _cut_short(data: bytes) -> Iterator[bytes]:
    for length in range(len(data)):
        yield data[:length]


def _any_value(chance: random.Random, depth: int) -> object:
    """Return any JSON value; objects have our fields, with values of any kind, and never both of those that must be there."""
    kinds: list[Callable[[], object]] = [
        lambda: None,
        lambda: chance.random() < 0.5,
        lambda: chance.randrange(-(10**6), 10**6),
        lambda: chance.uniform(-1e9, 1e9),
        lambda: "".join(chr(chance.randrange(1, 0xD800)) for _ in range(chance.randrange(9))),
    ]
    if depth:
        names = [name for name in RIGHT if name != chance.choice(("text", "output"))] + ["else"]
        kinds += [
            lambda: [_any_value(chance, depth - 1) for _ in range(chance.randrange(4))],
            lambda: {name: _any_value(chance, depth - 1) for name in chance.sample(names, chance.randrange(9))},
        ]
    return chance.choice(kinds)()


def nobody() -> tuple[Client, Settings]:
    raise AssertionError("nothing is to be spoken")


def test_five_hundred_payloads_of_wrong_shape_are_refused_before_anybody_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counts: Callable[[int, int], int]
) -> None:
    monkeypatch.chdir(tmp_path)
    filler, seen = Filler(nobody, Once(tell)), 0
    for seed in range(counts(1, 100)):
        for payload in wrong_payloads(seed):
            with pytest.raises(SayError) as raised:
                filler.fill(order_of(read_object(payload), {}))
            error = raised.value
            assert error.message.startswith(PLACES), payload
            assert error.hint, payload
            assert "\n" not in str(error) and len(str(error)) < 600, payload
            seen += 1

    assert seen >= 500
    assert os.listdir() == []


def test_what_is_refused_is_wrong_in_one_thing_alone(tmp_path: Path) -> None:
    """Else the test above would show little."""
    assert (
        order_of(read_object(json.dumps({**RIGHT, "output": str(tmp_path / "a")}).encode()), {}).text == RIGHT["text"]
    )
    assert set(VARIABLES) < set(RIGHT)
