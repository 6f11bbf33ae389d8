"""ALBERT, the network that reads Kokoro's phonemes: what of `transformers`' the model uses, to the last bit the same.

`import transformers` for it costs 2.0 of the 3.5 s of processor time that Kokoro otherwise takes to load, and over 100 MB,
since what ALBERT derives from knows of distributed training, of hubs and of compilers. The names of the
parts are those of `transformers.models.albert`, and so are the names under which the weights are saved.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True)
class AlbertConfig:
    """The numbers that Kokoro's config.json gives, and `transformers`' defaults for those that it leaves out."""

    vocab_size: int
    hidden_size: int
    num_attention_heads: int
    intermediate_size: int
    num_hidden_layers: int
    max_position_embeddings: int = 512
    dropout: float = 0.0  # of training; config.json has it, nothing uses it
    embedding_size: int = 128
    type_vocab_size: int = 2
    layer_norm_eps: float = 1e-12
    initializer_range: float = 0.02


@dataclass(frozen=True)
class AlbertOutput:
    """What `CustomAlbert` takes from it."""

    last_hidden_state: torch.Tensor  # float32 [batch, symbols, hidden_size]


class AlbertModel(nn.Module):
    """The same layer, applied `num_hidden_layers` times."""

    def __init__(self, config: AlbertConfig) -> None:
        super().__init__()
        self.config = config
        self.embeddings = _Embeddings(config)
        self.encoder = _Encoder(config)
        self.pooler = nn.Linear(config.hidden_size, config.hidden_size)  # saved with the weights, and used by nobody
        self.apply(self._initialize)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None = None) -> AlbertOutput:
        """Read symbols, int64 [batch, symbols]; those whose mask is 0 are not looked at."""
        mask = None
        if attention_mask is not None and not bool(attention_mask.all()):
            mask = attention_mask.bool()[:, None, None, :]
        return AlbertOutput(self.encoder(self.embeddings(input_ids), mask))

    @property
    def device(self) -> torch.device:
        return self.embeddings.word_embeddings.weight.device  # linear layers may be packed, and have none

    @torch.no_grad()
    def _initialize(self, module: nn.Module) -> None:
        """Draw weights as `transformers` does; only benchmarks and tests keep them."""
        if isinstance(module, (nn.Linear, nn.Embedding)):
            module.weight.normal_(0.0, self.config.initializer_range)
        if isinstance(module, nn.Linear):
            module.bias.zero_()


class _Embeddings(nn.Module):
    def __init__(self, config: AlbertConfig) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(config.vocab_size, config.embedding_size, padding_idx=0)
        self.position_embeddings = nn.Embedding(config.max_position_embeddings, config.embedding_size)
        self.token_type_embeddings = nn.Embedding(config.type_vocab_size, config.embedding_size)
        self.LayerNorm = nn.LayerNorm(config.embedding_size, eps=config.layer_norm_eps)

    def forward(self, symbols: torch.Tensor) -> torch.Tensor:
        # Phonemes are of one kind, and stand in the order of their positions.
        known = self.word_embeddings(symbols) + self.token_type_embeddings.weight[0]
        normal: torch.Tensor = self.LayerNorm(known + self.position_embeddings.weight[: symbols.shape[1]])
        return normal


class _Encoder(nn.Module):
    def __init__(self, config: AlbertConfig) -> None:
        super().__init__()
        self.times = config.num_hidden_layers
        self.embedding_hidden_mapping_in = nn.Linear(config.embedding_size, config.hidden_size)
        self.albert_layer_groups = nn.ModuleList([_Group(config)])

    def forward(self, x: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        x = self.embedding_hidden_mapping_in(x)
        for _ in range(self.times):
            x = self.albert_layer_groups[0](x, mask)
        return x


class _Group(nn.Module):
    def __init__(self, config: AlbertConfig) -> None:
        super().__init__()
        self.albert_layers = nn.ModuleList([_Layer(config)])

    def forward(self, x: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        out: torch.Tensor = self.albert_layers[0](x, mask)
        return out


class _Layer(nn.Module):
    def __init__(self, config: AlbertConfig) -> None:
        super().__init__()
        self.full_layer_layer_norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.attention = _Attention(config)
        self.ffn = nn.Linear(config.hidden_size, config.intermediate_size)
        self.ffn_output = nn.Linear(config.intermediate_size, config.hidden_size)

    def forward(self, x: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        attended = self.attention(x, mask)
        out: torch.Tensor = self.full_layer_layer_norm(self.ffn_output(gelu_new(self.ffn(attended))) + attended)
        return out


class _Attention(nn.Module):
    def __init__(self, config: AlbertConfig) -> None:
        super().__init__()
        self.heads = config.num_attention_heads
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)
        self.dense = nn.Linear(config.hidden_size, config.hidden_size)
        self.LayerNorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)

    def forward(self, x: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        query, key, value = (self._by_head(part(x)) for part in (self.query, self.key, self.value))
        seen = nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        seen = seen.transpose(1, 2).reshape(x.shape).contiguous()
        out: torch.Tensor = self.LayerNorm(x + self.dense(seen))
        return out

    def _by_head(self, x: torch.Tensor) -> torch.Tensor:
        return x.view(*x.shape[:-1], self.heads, -1).transpose(1, 2)


def gelu_new(x: torch.Tensor) -> torch.Tensor:
    """Return x by its chance to be the greater of two normal numbers, as Google's BERT approximates it."""
    return 0.5 * x * (1.0 + torch.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * torch.pow(x, 3.0))))
