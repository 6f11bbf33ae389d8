"""`POST /api/v1/tts/captioned`: speech with the times of its words, as one answer or as lines while it is made."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Annotated

from fastapi import APIRouter, Body, Request
from pydantic import AliasChoices, BaseModel, Field
from starlette.responses import JSONResponse, Response

from common.errors import SayError
from common.messages.speaking import Word
from say.gateways.http.answers import refusals
from say.gateways.http.encoding import Format, format_of
from say.gateways.http.encoding_threads import Encoding
from say.gateways.http.failures import Refused, body_of, refusal_of
from say.gateways.http.reader import Reader
from say.gateways.http.services import Services, Shared, asker
from say.gateways.http.sounding import Sounding, held, sounding
from say.gateways.http.speech import Elsewhere, Format_, LangCode, Speed, VoiceName
from say.gateways.http.streamed import Chunks, Streamed, Whole
from say.gateways.http.wishes import Asked, Wish, warning_header, wish_of
from say.gateways.rendering import Sound

router = APIRouter(prefix="/api/v1/tts", tags=["captions"])

ROUTE = "/api/v1/tts/captioned"
_LONGEST_WHOLE = 20_000  # characters: some twenty minutes, 60 MB of WAV, which is held in memory
_SMALL = 4 << 20  # bytes of an answer: a minute of WAV
_LINES = "application/x-ndjson"


class CaptionsRequest(BaseModel):
    """What shall be spoken. Other fields are ignored."""

    text: str = Field(
        validation_alias=AliasChoices("text", "input"),
        description="What shall be spoken; `input` is another name for it.",
        examples=["Good morning."],
    )
    voice: VoiceName = None
    speed: Speed = None
    lang_code: LangCode = None
    response_format: Format_ | None = Field(default=None, description="default: wav; pcm with stream=true")
    stream: bool = Field(default=False, strict=True, description="a line of JSON at a time, while it is made")
    device: Elsewhere = None
    repo_id: Elsewhere = None
    model_repo: Elsewhere = None


class CaptionedWord(BaseModel):
    """When a word sounds, and where it stands."""

    word: str = Field(examples=["Good"])
    start_time: float = Field(description="seconds from the first sample", examples=[0.05])
    end_time: float = Field(description="seconds from the first sample", examples=[0.31])
    start: int = Field(description="characters (code points, not UTF-16 units) from the text's beginning", examples=[0])
    end: int = Field(description="characters (code points) from the text's beginning", examples=[4])


class Captioned(BaseModel):
    """All of the sound, and when each of its words sounds."""

    audio: str = Field(description="base64")
    audio_format: str = Field(examples=["wav"])
    duration: float = Field(description="seconds", examples=[0.9])
    words: list[CaptionedWord]
    notices: list[str] = Field(description="what was done otherwise than asked: that espeak spoke, and why")


_EXAMPLE = {"text": "Good morning.", "voice": "af_heart", "response_format": "mp3"}
_ANSWER: dict[str, object] = {
    "model": Captioned,
    "description": (
        "Sound and words; with stream=true lines, told apart by `type`: `words` before their sound, `audio`,"
        " `notice` with a `message` where something is done otherwise than asked, then `done`, or an `error`"
    ),
    "content": {_LINES: {"schema": {"type": "string"}}},
}


@router.post(
    "/captioned",
    summary="Speak a text, with the times of its words",
    response_class=JSONResponse,
    responses={200: _ANSWER, **refusals(400, 408, 413, 415, 422, 500, 503, openai=False)},
)
async def captioned(
    request: Request, services: Shared, wanted: Annotated[CaptionsRequest, Body(examples=[_EXAMPLE])]
) -> Response:
    _check_length(wanted)
    asked = Asked(
        text=wanted.text,
        voice=wanted.voice,
        speed=wanted.speed,
        lang_code=wanted.lang_code or "",
        device=wanted.device or "",
        repository=wanted.repo_id or wanted.model_repo or "",
    )
    wish = await wish_of(services, asked, words=True, on_behalf_of=asker(request))
    headers = {**warning_header(wish.warnings), "X-Accel-Buffering": "no"}
    kind = format_of(wanted.response_format or ("pcm" if wanted.stream else "wav"))
    reader = Reader()
    if wanted.stream:
        return Streamed(_lines(services, wish, kind, reader), _LINES, services.metrics, headers, reader=reader)
    whole = _whole(services, wish, kind, reader)
    return Streamed(whole, "application/json", services.metrics, headers, reader=reader)


def _check_length(wanted: CaptionsRequest) -> None:
    if not wanted.stream and len(wanted.text) > _LONGEST_WHOLE:
        raise Refused(
            413,
            f"a text of {len(wanted.text):,} characters is longer than the {_LONGEST_WHOLE:,} of one answer",
            reason="text_too_long",
            hint='Send "stream": true.',
            field="text",
        )


async def _whole(services: Services, wish: Wish, kind: Format, reader: Reader) -> Chunks:
    words: list[CaptionedWord] = []
    pcm = bytearray()
    async with held(services, wish, ROUTE, reader) as work:
        async for item in work:
            if isinstance(item, Sound):
                pcm += item.pcm
            else:
                words.append(_captioned(item, wish.text))
        answer = await asyncio.to_thread(_answer, kind, bytes(pcm), work, words)
        if len(answer) <= _SMALL:
            work.place.leave()
        else:  # until it is taken: as many of them are in memory as there are places
            work.place.keep()
        yield Whole(answer)


def _answer(kind: Format, pcm: bytes, work: Sounding, words: list[CaptionedWord]) -> bytes:
    """Return the whole answer as JSON; of the longest text that takes a second."""
    audio = base64.b64encode(kind.make_whole(pcm)).decode()
    answer = Captioned(audio=audio, audio_format=kind.name, duration=work.seconds, words=words, notices=work.notices)
    return answer.model_dump_json().encode()


async def _lines(services: Services, wish: Wish, kind: Format, reader: Reader) -> Chunks:
    """Yield lines of JSON. What goes wrong after the first is a line as well.

    A notice comes with the sound behind it: the status waits for the first of that.
    """
    begun = False
    told = 0  # notices
    words: list[CaptionedWord] = []
    try:
        async with sounding(services, wish, ROUTE, reader) as work, Encoding(kind) as encoding:
            async for item in work:
                if isinstance(item, Word):
                    words.append(_captioned(item, wish.text))
                    continue
                notices = _notice_lines(work.notices[told:])
                yield notices + _words_line(words) + _audio_line(await encoding.add(item.pcm))
                begun, words, told = True, [], len(work.notices)
            notices = _notice_lines(work.notices[told:])
            rest = _words_line(words) + _audio_line(await encoding.finish())
            yield notices + rest + _line({"type": "done", "duration": work.seconds})
    except SayError as error:
        if not begun:
            raise
        yield _line({"type": "error", **body_of(ROUTE, refusal_of(error))})


def _captioned(word: Word, text: str) -> CaptionedWord:
    return CaptionedWord(
        word=text[word.start : word.end],
        start_time=round(word.at, 4),
        end_time=round(word.until, 4),
        start=word.start,
        end=word.end,
    )


def _notice_lines(notices: list[str]) -> bytes:
    return b"".join(_line({"type": "notice", "message": notice}) for notice in notices)


def _words_line(words: list[CaptionedWord]) -> bytes:
    return _line({"type": "words", "words": [word.model_dump() for word in words]}) if words else b""


def _audio_line(data: bytes) -> bytes:
    return _line({"type": "audio", "audio": base64.b64encode(data).decode()}) if data else b""


def _line(data: dict[str, object]) -> bytes:
    return f"{json.dumps(data)}\n".encode()
