"""`--phonemes`: how a text would be read, printed for people or as JSON, in little memory however long it is."""

from __future__ import annotations

from contextlib import closing

from common.errors import EXIT_OK
from say import console
from say.commands.context import Context
from say.commands.speaking import give_text
from say.gloss import gloss
from say.json_bytes import json_bytes
from say.left_out import LeftOut
from say.previewing import PreviewedPiece

_WIDTH = 80  # columns, where standard output is no terminal


def phonemes(context: Context) -> int:
    """Print how the text that the request names would be read. Returns the exit status.

    JSON that an error breaks off stays without its end, so that nobody takes it for all.
    """
    settings, request = context.settings(), context.request
    left_out = LeftOut()
    show = _Json() if request.json else _Blocks()
    with give_text(context, settings) as spool, context.client(settings) as client:
        pieces = client.preview(spool, voice_file=request.voice_file or None, language=request.language)
        with closing(pieces):
            for piece in pieces:
                context.display.end_work()
                left_out.add(piece.start, piece.planned.left_out)
                show.piece(piece)
    context.display.end_work()
    show.end()
    left_out.tell(context.display.line)
    return EXIT_OK


class _Blocks:
    """For people: a block a piece."""

    def __init__(self) -> None:
        self._width = console.width() or _WIDTH
        self._begun = False

    def piece(self, piece: PreviewedPiece) -> None:
        console.answer("\n" * self._begun + gloss(piece, self._width))
        self._begun = True

    def end(self) -> None:
        """Nothing follows."""


class _Json:
    """For programs: `{"pieces": […]}`, a piece a line."""

    def __init__(self) -> None:
        self._lead = b'{"pieces": [\n'

    def piece(self, piece: PreviewedPiece) -> None:
        fields: dict[str, object] = {
            "text": piece.text,
            "start": piece.start,
            "end": piece.end,
            "normalised": piece.normalised,
            "phonemes": piece.phonemes,
            "voice": piece.voice,
        }
        if piece.planned.pause:
            fields["pause"] = piece.planned.pause
        if piece.planned.left_out:
            fields["left_out"] = piece.planned.left_out
        console.answer_bytes(self._lead + json_bytes(fields))
        self._lead = b",\n"

    def end(self) -> None:
        console.answer_bytes((self._lead if self._lead != b",\n" else b"\n") + b"]}\n")
