"""Waiting for several tasks of one utterance."""

from __future__ import annotations

import asyncio


async def all_or_first_failure(performing: asyncio.Task[None], watches: list[asyncio.Task[None]]) -> None:
    """Return when `performing` is through. Raises what it, or the first of the others, raises."""
    done, _ = await asyncio.wait({performing, *watches}, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()
