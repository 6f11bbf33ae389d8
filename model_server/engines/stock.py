"""Stock Kokoro's modules, as far as they are taken apart to be computed otherwise: their parts, by stock's names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import torch

    Layer = Callable[[torch.Tensor], torch.Tensor]


class StockAdaIN(Protocol):
    """`kokoro.istftnet.AdaIN1d`."""

    norm: torch.nn.InstanceNorm1d
    fc: torch.nn.Linear


class StockVocoderBlock(Protocol):
    """`kokoro.istftnet.AdaINResBlock1`."""

    convs1: Sequence[torch.nn.Conv1d]
    convs2: Sequence[torch.nn.Conv1d]
    adain1: Sequence[StockAdaIN]
    adain2: Sequence[StockAdaIN]
    alpha1: Sequence[torch.Tensor]
    alpha2: Sequence[torch.Tensor]


class StockBlock(Protocol):
    """`kokoro.istftnet.AdainResBlk1d`."""

    upsample_type: str | bool  # "none": it leaves the length as it is
    actv: Layer
    pool: Layer
    conv1: Layer
    conv2: Layer
    norm1: StockAdaIN
    norm2: StockAdaIN

    def _shortcut(self, x: torch.Tensor) -> torch.Tensor: ...


class Transform(Protocol):
    """`kokoro.istftnet.TorchSTFT`."""

    def transform(self, sound: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]: ...
    def inverse(self, magnitude: torch.Tensor, phase: torch.Tensor) -> torch.Tensor: ...


class StockGenerator(Protocol):
    """`kokoro.istftnet.Generator`."""

    post_n_fft: int
    stft: Transform
    f0_upsamp: Layer
    m_source: Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor, torch.Tensor]]
    noise_convs: Sequence[Layer]
    noise_res: Sequence[StockVocoderBlock]
    ups: Sequence[Layer]
    resblocks: Sequence[StockVocoderBlock]
    reflection_pad: Layer
    conv_post: Layer


class StockDecoder(Protocol):
    """`kokoro.istftnet.Decoder`."""

    F0_conv: Layer
    N_conv: Layer
    asr_res: Layer
    encode: StockBlock
    decode: Sequence[StockBlock]
    generator: StockGenerator


class StockPredictor(Protocol):
    """`kokoro.modules.ProsodyPredictor`."""

    text_encoder: Callable[[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]
    lstm: torch.nn.LSTM
    duration_proj: Layer
    shared: torch.nn.LSTM
    F0: Sequence[StockBlock]
    N: Sequence[StockBlock]
    F0_proj: Layer
    N_proj: Layer


class StockModel(Protocol):
    """`kokoro.KModel`."""

    vocab: Mapping[str, int]
    bert_encoder: Layer
    predictor: StockPredictor
    text_encoder: Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]
    decoder: StockDecoder

    @property
    def device(self) -> torch.device: ...

    def bert(self, symbols: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor: ...
