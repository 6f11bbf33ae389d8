"""Where a page of a listing ends, as callers hand it back to get the next one. Pure."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_BYTES = 8 + 16


class BadCursor(ValueError):
    """It was not handed out here."""


@dataclass(frozen=True)
class Cursor:
    """The last job of a page. Listings go from the newest to the oldest, so that new jobs move nothing."""

    created_at: datetime
    id: UUID

    def encode(self) -> str:
        """Return it as callers get it."""
        moment = (self.created_at - _EPOCH) // _MICROSECOND
        return base64.urlsafe_b64encode(moment.to_bytes(8, "big", signed=True) + self.id.bytes).decode()

    @classmethod
    def decode(cls, text: str) -> Cursor:
        """Return what `encode` made a text of. Raises BadCursor."""
        try:
            data = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
            if len(data) != _BYTES:
                raise BadCursor
            moment = int.from_bytes(data[:8], "big", signed=True)
            cursor = cls(_EPOCH + moment * _MICROSECOND, UUID(bytes=data[8:]))
        except (binascii.Error, UnicodeEncodeError, OverflowError) as error:
            raise BadCursor from error
        if cursor.encode() != text:  # what decoding overlooks
            raise BadCursor
        return cursor
