"""From a job's text to its sound in a part file, from wherever an earlier worker was."""

from __future__ import annotations

import asyncio
import hashlib
import time

from common.errors import Cancelled, ConnectionLost, NotAuthentic, PeerLeaving, SayError, StateUnusable, Stopped
from common.messages.hello import Notice
from common.messages.speaking import Accepted, Played
from common.quoting import reason_of
from say.gateways.http.jobs.database import JobsUnavailable
from say.gateways.http.jobs.part import PartFile
from say.gateways.http.jobs.states import GENERATING_PROGRESS, MADE_PROGRESS, Job, State, generating
from say.gateways.http.jobs.workshop import LOG, Workshop
from say.gateways.lang_codes import language_of
from say.gateways.rendering import Rendering, Sound, Wanted
from say.spool import TextSpool
from say.utterance import Event
from say.wav import RATE, SAMPLE_BYTES

# What a daemon's death looks like once SayClient has given up on it: the next one may do.
_PASSING = (ConnectionLost, PeerLeaving, StateUnusable, NotAuthentic)
_MOST_REMARKS = 8  # one for each thing that can be wrong with a daemon; they are told and kept with the job
_PAUSES = (1.0, 4.0, 16.0)  # seconds before each further try without a piece in between


class _TooLong(Exception):
    """The sound was not made within the time for it."""


class Making:
    """One attempt of one job, as far as its sound. `run` is called until it does not raise JobsUnavailable."""

    def __init__(self, shop: Workshop, job: Job) -> None:
        self._shop = shop
        self._job = job
        self._worked = job.worked  # seconds until `run` was called, noted in the database or not
        self._began = time.monotonic()
        self._engine = job.engine
        self._failures = 0  # of the daemon, since the last piece

    async def run(self) -> Job | None:
        """Return the job once all of its sound lies in its part file, None if it has failed. Raises Lost, JobsUnavailable.

        Cancelled, it stops the synthesis within the piece and leaves what there is.
        """
        self._began = time.monotonic()
        try:
            return await self._fill()
        except JobsUnavailable:
            raise
        except _TooLong:
            why = f"it was not done after {self._shop.timeout:g} s. Split the text, or raise SAY_HTTP_JOB_TIMEOUT."
            await self._shop.fail(self._job, why)
        except OSError as error:
            why = f"its sound cannot be kept: {reason_of(error)}. Make room in the state directory, then try it again."
            await self._shop.fail(self._job, why)
        except Stopped:
            why = "it was stopped together with other speech, with 'say --stop' or 'say --shutdown'. Try it again."
            await self._shop.fail(self._job, why)
        except Cancelled as error:
            await self._shop.fail(self._job, str(error), State.CANCELLED)
        except SayError as error:
            await self._shop.fail(self._job, str(error))
        finally:
            self._worked += time.monotonic() - self._began
        return None

    async def _fill(self) -> Job:
        opened: list[PartFile] = []  # closed also if we are cancelled just as it opens
        try:
            await self._shop.threads.call(
                lambda: opened.append(PartFile(self._shop.part(self._job), _digest(self._job)))
            )
            part = opened[0]
            if not part.whole:
                await self._go_on_in_time(part)
            seconds = part.size / (RATE * SAMPLE_BYTES)
            return await self._change(progress=max(self._job.progress, MADE_PROGRESS), duration=seconds)
        finally:
            for part in opened:
                part.close()

    async def _go_on_in_time(self, part: PartFile) -> None:
        """Raises _TooLong, and what `_go_on` does."""
        left = None if self._job.progress >= MADE_PROGRESS else self._shop.timeout - self._worked
        if left is not None and left <= 0:
            raise _TooLong
        try:
            async with asyncio.timeout(left) as limit:
                await self._go_on(part)
        except TimeoutError:
            if not limit.expired():  # a file system has these, too
                raise
            if not part.whole:
                raise _TooLong from None

    async def _go_on(self, part: PartFile) -> None:
        """Render what is not in the part file yet. Raises SayError, OSError."""
        text = self._job.text
        while text[part.characters :].strip():
            try:
                await self._render(part)
                break
            except _PASSING as error:
                if self._failures >= len(_PAUSES):
                    raise
                LOG.warning("job %s waits for a daemon that lives: %s", self._job.id, error.code)
                await asyncio.sleep(_PAUSES[self._failures])
                self._failures += 1
        await self._shop.threads.call(part.finish, len(text))

    async def _render(self, part: PartFile) -> None:
        job = self._job
        with TextSpool.of(job.text) as spool:
            spool.forget(part.characters)
            wanted = Wanted(
                spool,
                voice=job.voice,
                speed=job.speed,
                engine=self._engine or None,
                language=language_of(job.lang_code),
                bulk=True,
                on_behalf_of=f"job of {job.user_id}",
            )
            async with Rendering(self._shop.client, wanted) as rendering:
                async for item in rendering:
                    if isinstance(item, Sound):
                        await self._shop.threads.call(part.append, item.pcm)
                    else:
                        await self._note(item, part)

    async def _note(self, event: Event, part: PartFile) -> None:
        if isinstance(event, Played):
            await self._shop.threads.call(part.mark, event.end)
            self._failures = 0
            await self._tell(generating(event.end, len(self._job.text)), losses=0)
        elif isinstance(event, Accepted):
            self._engine = event.engine
            await self._tell(GENERATING_PROGRESS)
        elif isinstance(event, Notice):
            await self._remark(event.message)

    async def _remark(self, sentence: str) -> None:
        """Keep what the daemon has to say of how it speaks, once. Raises Lost."""
        said = (self._job.remark or "").splitlines()
        if sentence in said or len(said) >= _MOST_REMARKS:
            return
        try:
            await self._change(remark="\n".join([*said, sentence]))
        except JobsUnavailable as error:
            LOG.warning("a remark on job %s cannot be noted: %s", self._job.id, error)

    async def _tell(self, progress: int, **values: int) -> None:
        """Note how far it is. Where the database does not work, the sound is made all the same. Raises Lost."""
        recovered = bool(values) and self._job.losses > 0
        if progress <= self._job.progress and self._engine == self._job.engine and not recovered:
            return
        try:
            await self._change(progress=max(progress, self._job.progress), engine=self._engine, **values)
        except JobsUnavailable as error:
            LOG.warning("how far job %s is cannot be noted: %s", self._job.id, error)

    async def _change(self, **values: int | float | str) -> Job:
        worked = self._worked + time.monotonic() - self._began
        self._job = await self._shop.change(self._job, worked=worked, **values)
        return self._job


def _digest(job: Job) -> str:
    """Return what tells whether a part file is of this speech."""
    what = (job.text, job.voice, repr(job.speed), job.lang_code)
    return hashlib.sha256("\0".join(what).encode(errors="surrogatepass")).hexdigest()
