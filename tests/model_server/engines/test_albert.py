"""Our ALBERT is `transformers`' for everything that Kokoro asks of it: names, numbers, and how weights are drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest
import torch
from transformers import AlbertConfig as StockConfig
from transformers import AlbertModel as StockModel

from model_server.engines.albert import AlbertConfig, AlbertModel

SMALL = {"hidden_size": 96, "num_attention_heads": 4, "intermediate_size": 160, "num_hidden_layers": 3, "dropout": 0.1}

Config = TypeVar("Config")


def _configured(make: Callable[..., Config]) -> Config:
    """Return a configuration made as `KModel` makes it."""
    return make(vocab_size=178, max_position_embeddings=512, **SMALL)


@pytest.fixture(scope="module")
def pair() -> tuple[AlbertModel, StockModel]:
    """Return ours and stock with the same weights."""
    torch.manual_seed(5)
    stock, ours = StockModel(_configured(StockConfig)), AlbertModel(_configured(AlbertConfig)).eval()
    stock.train(False)
    ours.load_state_dict(stock.state_dict(), strict=True)
    return ours, stock


@pytest.mark.parametrize("count", [3, 8, 130, 512])
def test_it_reads_symbols_exactly_as_transformers_does(pair: tuple[AlbertModel, StockModel], count: int) -> None:
    symbols = torch.randint(0, 178, (1, count), generator=torch.Generator().manual_seed(count))

    with torch.no_grad():
        ours, stock = (model(symbols, attention_mask=torch.ones(1, count, dtype=torch.int)) for model in pair)

    assert torch.equal(ours.last_hidden_state, stock.last_hidden_state)


def test_it_does_not_look_at_what_is_masked(pair: tuple[AlbertModel, StockModel]) -> None:
    symbols = torch.randint(0, 178, (2, 40), generator=torch.Generator().manual_seed(1))
    mask = torch.ones(2, 40, dtype=torch.int)
    mask[1, 25:] = 0

    with torch.no_grad():
        ours, stock = (model(symbols, attention_mask=mask).last_hidden_state for model in pair)

    assert torch.allclose(ours[0], stock[0], atol=1e-5)
    assert torch.allclose(ours[1, :25], stock[1, :25], atol=1e-5)


def test_it_draws_weights_as_transformers_does() -> None:
    torch.manual_seed(6)
    drawn = AlbertModel(_configured(AlbertConfig)).state_dict()

    assert drawn["encoder.embedding_hidden_mapping_in.weight"].std() == pytest.approx(0.02, rel=0.1)
    assert drawn["embeddings.word_embeddings.weight"].std() == pytest.approx(0.02, rel=0.1)
    assert not drawn["pooler.bias"].any()
