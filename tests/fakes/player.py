"""A program that plays with a real `Speaker`, for tests: PortAudio reads its environment once, so it wants a process.

    python -m tests.fakes.player PIECES.npz    plays the arrays `0`, `1`, … as pieces

Each line on standard input is a command and a JSON object with details; end of file ends the program once all is heard.

    play {device, preroll}    opens the device, plays all pieces, frees it
    open {device, preroll}    opens the device and plays nothing yet
    piece {index, start}      queues a piece, from its sample `start` on; not its beginning: it was announced before
    finish, drained           as the speaker has them
    heard, cut, stop          are answered by where the sound is or breaks off, [piece, samples] or null
    devices                   is answered by a list of [name, description, default]
    patience {seconds}        how long a device that vanished may take to be there again, in place of the usual limit

The other limits of a speaker are those of a machine that is busy: too slow is not taken for hanging.

Each line on standard output is an event: its name, the monotonic time in seconds, and a detail.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from collections.abc import Mapping
from dataclasses import astuple
from typing import cast

import numpy as np

from common.errors import NoSound
from voice_server import sound_server, sounding, speaker
from voice_server.playback import Samples
from voice_server.speaker import Speaker

PATIENCE = 15.0  # seconds


def tell(event: str, detail: object = "") -> None:
    """Report an event."""
    print(event, time.monotonic(), detail, flush=True)


class Player:
    """Carries out commands."""

    def __init__(self, pieces: list[Samples]) -> None:
        self._pieces = pieces
        self._speaker = Speaker()
        self._speaker.on_playing = lambda index: tell("playing", index)
        self._speaker.on_played = lambda index: tell("played", index)
        self._utterance: asyncio.Task[None] | None = None

    async def carry_out(self, command: str, details: Mapping[str, object]) -> None:
        speaker = self._speaker
        if command == "play":
            self._utterance = asyncio.create_task(self._play(details))
        elif command == "open":
            await self._guarded(details)
        elif command == "piece":
            index, start = cast(int, details["index"]), cast(int, details.get("start", 0))
            speaker.play(index, self._pieces[index][start:], announced=start > 0)
        elif command == "finish":
            speaker.finish()
        elif command == "drained":
            self._utterance = asyncio.create_task(self._drained())
        elif command == "heard":
            tell("heard", json.dumps(speaker.heard()))
        elif command == "cut":
            tell("cut", json.dumps(speaker.cut()))
        elif command == "stop":
            await speaker.stop()
            tell("stop", json.dumps(speaker.heard()))
        elif command == "devices":
            tell("devices", json.dumps([astuple(device) for device in await speaker.devices()]))
        else:
            raise AssertionError(command)

    async def _guarded(self, details: Mapping[str, object]) -> bool:
        """Open the speaker; returns whether that went well."""
        try:
            await self._speaker.probe(str(details.get("device", "")))  # as the server does, some time before
            await self._speaker.open(str(details.get("device", "")), str(details.get("preroll", "never")))
        except NoSound as error:
            tell("no_sound", error)
            tell("needs_new_process", self._speaker.needs_new_process)
            return False
        tell("opened", self._speaker.device_name)
        tell("preroll", self._speaker.preroll)
        return True

    async def _play(self, details: Mapping[str, object]) -> None:
        if await self._guarded(details):
            for index, piece in enumerate(self._pieces):
                self._speaker.play(index, piece)
            self._speaker.finish()
            await self._drained()

    async def _drained(self) -> None:
        """Wait until all is heard, and free the device."""
        speaker = self._speaker
        try:
            await speaker.drained()
            tell("drained", speaker.position)
            await speaker.close()
            tell("closed", f"{speaker.starved} {speaker.underflows} {speaker.plays_into_nothing}")
        except NoSound as error:
            tell("no_sound", error)
            await speaker.stop()
        finally:
            tell("needs_new_process", speaker.needs_new_process)

    async def end(self) -> None:
        if self._utterance is not None:
            await self._utterance


async def main(path: str) -> None:
    logging.basicConfig(level=logging.DEBUG)
    sound_server.PATIENCE = speaker.ASK_LIMIT = speaker.OPEN_LIMIT = PATIENCE
    sounding.START_LIMIT = sounding.RESTART_LIMIT = sounding.STOP_LIMIT = PATIENCE
    with np.load(path) as arrays:
        player = Player([arrays[name] for name in sorted(arrays, key=int)])
    commands = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    while line := (await commands.readline()).decode():
        command, details = line.split(" ", 1)
        if command == "patience":
            sounding.REOPEN_LIMIT = sounding.REOPEN_TRY = json.loads(details)["seconds"]
        else:
            await player.carry_out(command, json.loads(details))
    await player.end()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
