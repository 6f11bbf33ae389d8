"""A program that plays with a real `Speaker`, for tests: PortAudio reads its environment once, so it wants a process.

    python -m tests.fakes.player PIECES.npz    plays the arrays `0`, `1`, … as pieces

Each line on standard input is an utterance ("play"), or "stop" to silence the one that sounds; end of file ends it.
Each line on standard output is an event: its name, the monotonic time in seconds, and a detail.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time

import numpy as np

from common.errors import NoSound
from voice_server.speaker import Speaker


def tell(event: str, detail: object = "") -> None:
    """Report an event."""
    print(event, time.monotonic(), detail, flush=True)


async def utter(speaker: Speaker, path: str) -> None:
    """Play the pieces once."""
    try:
        await speaker.open()
        tell("opened", speaker.device_name)
        with np.load(path) as pieces:
            for name in sorted(pieces, key=int):
                speaker.play(int(name), pieces[name])
        speaker.finish()
        await speaker.drained()
        tell("drained", speaker.position)
        await speaker.close()
        tell("closed", f"{speaker.starved} {speaker.underflows} {speaker.plays_into_nothing}")
    except NoSound as error:
        tell("no_sound", error)
        await speaker.stop()
    finally:
        tell("needs_new_process", speaker.needs_new_process)


async def main(path: str) -> None:
    logging.basicConfig(level=logging.DEBUG)
    speaker = Speaker()
    speaker.on_playing = lambda index: tell("playing", index)
    speaker.on_played = lambda index: tell("played", index)
    commands = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    utterance: asyncio.Task[None] | None = None
    while command := (await commands.readline()).decode().strip():
        if command == "play":
            utterance = asyncio.create_task(utter(speaker, path))
        if command == "stop":
            await speaker.stop()
            tell("stopped", speaker.position)
    if utterance is not None:
        await utterance


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
