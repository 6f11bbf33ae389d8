"""The weights of one convolution in a form that takes fewer multiplications, and how a chunk meets them.

Sound lies with time first, `[rows, channels]`: a tap, a tile and a dilated stream are then rows, which are copied and
multiplied whole. Stock's `[channels, time]` would have to be turned for each product.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from model_server.engines.vocoder.scratch import Scratch
from model_server.engines.vocoder.short_convolutions import ShortConvolution, short_convolution

if TYPE_CHECKING:
    import torch


class Kernel(Protocol):
    """What a convolution needs to know of its weights."""

    taken: int  # rows of one tile of one stream that are read
    given: int  # rows of it that are made
    incoming: int  # channels
    outgoing: int  # channels

    def convolve(self, activated: torch.Tensor, tiles: int, out: torch.Tensor, onto: bool) -> None:
        """Write what the layer gives into `out`, or add it with `onto`.

        `activated` is float32 [(tiles · given + taken - given) · dilation, incoming], `out` float32 [rows, outgoing] with
        at most tiles · given · dilation rows.
        """


class Matrices(Protocol):
    """The weights that a transformed sound is multiplied by."""

    inputs: torch.Tensor  # float32 [products, taken]
    outputs: torch.Tensor  # float32 [given, products]
    even: int  # as a ShortConvolution's
    incoming: int
    outgoing: int

    def multiply(self, transformed: torch.Tensor, streams: int, out: torch.Tensor, scratch: Scratch) -> None:
        """Write float32 [products, streams · outgoing] for float32 [products, streams · incoming]."""


class FloatMatrices:
    """One matrix for each product of a short convolution, float32."""

    def __init__(self, weight: torch.Tensor, short: ShortConvolution) -> None:
        """`weight` is float32 [out, in, taps]."""
        self.outgoing, self.incoming, taps = weight.shape
        self.inputs, self.outputs, self.even = short.inputs.float(), short.outputs.float(), short.even
        taps_first = weight.permute(2, 1, 0).reshape(taps, -1)
        self._kernel = (short.kernel.float() @ taps_first).view(short.products, self.incoming, self.outgoing)

    def multiply(self, transformed: torch.Tensor, streams: int, out: torch.Tensor, scratch: Scratch) -> None:
        import torch

        torch.bmm(transformed.view(-1, streams, self.incoming), self._kernel, out=out.view(-1, streams, self.outgoing))


class ShortKernel:
    """Tiles are transformed, multiplied and transformed back. Also a dilated layer's: its rows are streams side by side.

    The bias is one more product, whose share in each row is 1.
    """

    def __init__(self, matrices: Matrices, bias: torch.Tensor, dilation: int, scratch: Scratch) -> None:
        """`bias` is float32 [out]."""
        self.given, self.taken = len(matrices.outputs), matrices.inputs.shape[1]
        self.incoming, self.outgoing = matrices.incoming, matrices.outgoing
        self._matrices = matrices
        self._bias = bias
        self._dilation = dilation
        self._scratch = scratch
        self._transform = (FoldedTransform if matrices.even else PlainTransform)(matrices)

    def convolve(self, activated: torch.Tensor, tiles: int, out: torch.Tensor, onto: bool) -> None:
        dilation, incoming, outgoing, scratch = self._dilation, self.incoming, self.outgoing, self._scratch
        streams, products = tiles * dilation, len(self._matrices.inputs)
        transformed = scratch.take("transformed", products, streams * incoming)
        multiplied = scratch.take("multiplied", 1 + products, streams * outgoing)
        # Row r of stream s, of tile t: windows overlap by what the taps reach.
        overlapping = activated.as_strided(
            (self.taken, tiles, dilation, incoming),
            (dilation * incoming, self.given * dilation * incoming, incoming, 1),
        )
        self._transform.forth(overlapping, transformed, scratch)
        multiplied[0].view(streams, outgoing).copy_(self._bias)
        self._matrices.multiply(transformed, streams, multiplied[1:], scratch)
        size = tiles * self.given * dilation
        # The last tile reaches beyond the end; and what shall be added to is needed still.
        straight = len(out) == size and not onto
        made = out if straight else scratch.take("made", size, outgoing)
        self._transform.back(multiplied, made.view(tiles, self.given, dilation, outgoing), scratch)
        if onto:
            out += made[: len(out)]
        elif not straight:
            out.copy_(made[: len(out)])


class PlainTransform:
    """The transforms of a short convolution as they are."""

    def __init__(self, matrices: Matrices) -> None:
        self._inputs = matrices.inputs
        self._outputs = with_bias(matrices.outputs)

    def forth(self, windows: torch.Tensor, out: torch.Tensor, scratch: Scratch) -> None:
        """Transform float32 [taken, tiles, dilation, channels] to [products, tiles · dilation · channels]."""
        import torch

        side_by_side = scratch.take("windows", *windows.shape)
        side_by_side.copy_(windows)
        torch.mm(self._inputs, side_by_side.view(len(windows), -1), out=out)

    def back(self, multiplied: torch.Tensor, out: torch.Tensor, scratch: Scratch) -> None:
        """Transform float32 [1 + products, tiles · dilation · channels] to [tiles, given, dilation, channels]."""
        import torch

        tiles, given, dilation, channels = out.shape
        made = scratch.take("transformed back", given, multiplied.shape[1])
        torch.mm(self._outputs, multiplied, out=made)
        out.copy_(made.view(given, tiles, dilation, channels).transpose(0, 1))


class FoldedTransform:
    """The same for one that is even and odd in its halves: half the multiplications, in as many passes."""

    def __init__(self, matrices: Matrices) -> None:
        even, half = matrices.even, matrices.inputs.shape[1] // 2
        self._even_inputs = matrices.inputs[:even, :half].contiguous()
        self._odd_inputs = matrices.inputs[even:, :half].contiguous()
        self._even_outputs = with_bias(matrices.outputs[:half, :even])
        self._odd_outputs = matrices.outputs[:half, even:].contiguous()

    def forth(self, windows: torch.Tensor, out: torch.Tensor, scratch: Scratch) -> None:
        import torch

        even, half = self._even_inputs.shape
        folded = scratch.take("windows", 2, half, *windows.shape[1:])
        torch.add(windows[:half], windows[half:], out=folded[0])
        torch.sub(windows[:half], windows[half:], out=folded[1])
        torch.mm(self._even_inputs, folded[0].view(half, -1), out=out[:even])
        torch.mm(self._odd_inputs, folded[1].view(half, -1), out=out[even:])

    def back(self, multiplied: torch.Tensor, out: torch.Tensor, scratch: Scratch) -> None:
        import torch

        tiles, given, dilation, channels = out.shape
        half, even = self._even_outputs.shape
        folded = scratch.take("transformed back", 2, half, multiplied.shape[1])
        torch.mm(self._even_outputs, multiplied[:even], out=folded[0])
        torch.mm(self._odd_outputs, multiplied[even:], out=folded[1])
        evens, odds = folded.view(2, half, tiles, dilation, channels).transpose(1, 2)
        rest = given - half
        torch.add(evens, odds, out=out[:, :half])
        torch.sub(evens[:, :rest], odds[:, :rest], out=out[:, half:])


def with_bias(outputs: torch.Tensor) -> torch.Tensor:
    """Return the matrix with one more product in front, of which every row takes the whole."""
    import torch

    return torch.cat([torch.ones(len(outputs), 1), outputs], dim=1)


def float_kernel(weight: torch.Tensor, bias: torch.Tensor, dilation: int, scratch: Scratch) -> Kernel:
    """Return the kernel of a layer, float32. `weight` is float32 [out, in, taps], `bias` [out]."""
    return ShortKernel(FloatMatrices(weight, short_convolution(weight.shape[2])), bias, dilation, scratch)
