"""All of Kokoro for several pieces at once: what `KModel.forward_with_tokens` does for one, row by row the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from torch.nn.utils.rnn import pad_sequence

from model_server.engines.stock import StockBlock, StockModel, StockPredictor
from model_server.engines.together.rows import Rows, recur
from model_server.engines.together.said import Heard, Said
from model_server.engines.together.vocoder import decode, residual

_STYLE_OF_SOUND = 128  # numbers of a style that are the decoder's; the others are the predictor's


def speak_at_once(model: StockModel, pieces: Sequence[Said]) -> list[Heard]:
    """Return the samples of each piece and the durations of its symbols in frames, as if it were spoken alone.

    They agree to some 100 dB, not to the last bit: sums of other sizes are rounded otherwise. Raises RuntimeError, as torch does.
    """
    with torch.inference_mode():
        rows, symbols = _symbols(model, pieces)
        styles = torch.cat([piece.style for piece in pieces]).to(model.device)
        style = styles[:, _STYLE_OF_SOUND:]
        outside = rows.inside[:, 0] == 0
        read = model.bert_encoder(model.bert(symbols, attention_mask=(~outside).int())).transpose(-1, -2)
        lengths = torch.tensor(rows.lengths)
        spoken = model.predictor.text_encoder(read, style, lengths, outside)
        durations = _durations(model.predictor, spoken, rows, [piece.speed for piece in pieces])
        frames = Rows.of([int(each.sum()) for each in durations], model.device)
        pitch, loudness = _curves(model.predictor, _stretched(spoken, durations), style, frames)
        heard = _stretched(model.text_encoder(symbols, lengths, outside).transpose(-1, -2), durations)
        seeds = [piece.seed for piece in pieces]
        style = styles[:, :_STYLE_OF_SOUND]
        sounds = decode(model.decoder, heard.transpose(-1, -2), pitch, loudness, style, frames, seeds)
        whole = torch.cat(sounds).cpu().numpy()
    if not np.isfinite(whole).all():
        raise RuntimeError("the model's sound is not finite")
    samples = np.split(whole, np.cumsum([len(sound) for sound in sounds])[:-1])
    return [Heard(sound, each.tolist()) for sound, each in zip(samples, durations, strict=True)]


def _symbols(model: StockModel, pieces: Iterable[Said]) -> tuple[Rows, torch.Tensor]:
    """Return the numbers of the symbols, int64 [rows, longest], each row between the two boundaries."""
    numbers = [torch.tensor([0, *(model.vocab[each] for each in piece.symbols), 0]) for piece in pieces]
    rows = Rows.of([len(each) for each in numbers], model.device)
    return rows, pad_sequence(numbers, batch_first=True).to(model.device)


def _durations(
    predictor: StockPredictor, spoken: torch.Tensor, rows: Rows, speeds: Sequence[float]
) -> list[torch.Tensor]:
    """Return how many frames each symbol of each row lasts, int64 [symbols], in the processor's memory."""
    seconds = torch.sigmoid(predictor.duration_proj(recur(predictor.lstm, spoken, rows))).sum(-1)
    exact = torch.stack([row / speed for row, speed in zip(seconds, speeds, strict=True)])
    frames = torch.round(exact).clamp(min=1).long().cpu()
    return [row[:length] for row, length in zip(frames, rows.lengths, strict=True)]


def _stretched(x: torch.Tensor, durations: Sequence[torch.Tensor]) -> torch.Tensor:
    """Return each symbol as often as it has frames: float32 [rows, frames, channels] of [rows, symbols, channels]."""
    rows = zip(x, durations, strict=True)
    return pad_sequence([row[: len(each)].repeat_interleave(each.to(x.device), dim=0) for row, each in rows], True)


def _curves(
    predictor: StockPredictor, spoken: torch.Tensor, style: torch.Tensor, frames: Rows
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return pitch, in Hz, and loudness, float32 [rows, 2 · frames]."""
    shared = recur(predictor.shared, spoken, frames).transpose(-1, -2)

    def curve(blocks: Iterable[StockBlock]) -> tuple[torch.Tensor, Rows]:
        x, rows = shared, frames
        for block in blocks:
            x, rows = residual(block, x, style, rows)
        return x, rows

    pitch, rows = curve(predictor.F0)
    loudness, _ = curve(predictor.N)
    return rows.clear(predictor.F0_proj(pitch))[:, 0], rows.clear(predictor.N_proj(loudness))[:, 0]
