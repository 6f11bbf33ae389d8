"""`POST /v1/audio/speech`, as OpenAI has it: sound as it is made, or events that carry it."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Request
from pydantic import BaseModel, BeforeValidator, Field
from starlette.responses import Response

from common.errors import SayError
from say.gateways.http.answers import refusals
from say.gateways.http.catalogue import MODELS, engine_of
from say.gateways.http.encoding import Format, format_of
from say.gateways.http.encoding_threads import Encoding
from say.gateways.http.failures import body_of, refusal_of
from say.gateways.http.reader import Reader
from say.gateways.http.services import Services, Shared, asker
from say.gateways.http.sounding import beginning, sounding
from say.gateways.http.streamed import Chunks, Streamed, Whole
from say.gateways.http.wishes import Asked, Wish, warning_header, wish_of
from say.gateways.rendering import Sound

router = APIRouter(prefix="/v1", tags=["OpenAI"])

ROUTE = "/v1/audio/speech"
SLOWEST, FASTEST = 0.25, 4.0  # factors that OpenAI takes
_TOKENS_PER_SECOND = 20  # of sound, in usage: as OpenAI's own models count


def _in_lower_case(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


_FORMATS = Literal["mp3", "opus", "aac", "flac", "wav", "pcm"]
_STREAMS = Literal["audio", "sse"]
Format_ = Annotated[_FORMATS, BeforeValidator(_in_lower_case, json_schema_input_type=_FORMATS)]
Text = Annotated[str, Field(description="What shall be spoken.", examples=["Good morning."])]
VOICE_MEANING = "A voice, a blend such as `af_bella(2)+af_heart(1)`, or one of OpenAI's names; default: the setting"
VoiceName = Annotated[str | None, Field(description=VOICE_MEANING, examples=["af_heart"])]
Speed = Annotated[
    float | None,
    Field(
        ge=SLOWEST,
        le=FASTEST,
        allow_inf_nan=False,
        strict=True,  # JSON has numbers; true is none
        description="Factor; below 0.5 and above 2 it is clipped, and a Warning header says so.",
        examples=[1.0],
    ),
]
LangCode = Annotated[
    str | None, Field(description="Language of the text, if not the voice's: `a` or `en-us`, …", examples=["a"])
]
Elsewhere = Annotated[str | None, Field(description="Refused unless it is what the daemon has anyway.")]


class VoiceId(BaseModel):
    """A voice as OpenAI writes those of one's own."""

    id: str


def _name_in(voice: object) -> object:
    return voice["id"] if isinstance(voice, dict) and "id" in voice else voice


def _unless_null(default: str) -> Callable[[object], object]:
    """Return what takes null for the default: some clients send all fields that they know of."""
    return lambda value: default if value is None else value


class SpeechRequest(BaseModel):
    """What OpenAI's clients send, and some of what Kokoro-FastAPI's do. Other fields are ignored."""

    input: Text
    model: Annotated[str, BeforeValidator(_unless_null("kokoro"), json_schema_input_type=str | None)] = Field(
        default="kokoro", description=f"One of {', '.join(MODELS)}: all are the one that is loaded."
    )
    voice: Annotated[str | None, BeforeValidator(_name_in, json_schema_input_type=str | VoiceId | None)] = Field(
        default=None, description=VOICE_MEANING, examples=["alloy"]
    )
    speed: Speed = None
    response_format: Annotated[Format_, BeforeValidator(_unless_null("mp3"), json_schema_input_type=Format_ | None)] = (
        Field(default="mp3", description="24,000 Hz, mono; pcm: 16 bit, little-endian")
    )
    stream_format: Annotated[
        _STREAMS,
        BeforeValidator(_in_lower_case),
        BeforeValidator(_unless_null("audio"), json_schema_input_type=_STREAMS | None),
    ] = Field(default="audio", description="sound, or events that carry it")
    instructions: str | None = Field(default=None, description="Ignored, with a Warning header.")
    lang_code: LangCode = None
    volume_multiplier: float | None = Field(
        default=None, ge=0, le=4, allow_inf_nan=False, strict=True, description="Factor"
    )
    device: Elsewhere = None
    repo_id: Elsewhere = None
    model_repo: Elsewhere = None


_HEADERS = {"X-Accel-Buffering": "no"}
_EXAMPLE = {"input": "Good morning.", "model": "tts-1", "voice": "alloy", "response_format": "wav"}
_BINARY: dict[str, object] = {"schema": {"type": "string", "format": "binary"}}
_SSE = {"type": "object", "required": ["data"], "properties": {"data": {"type": "string", "description": "JSON"}}}
_ANSWER: dict[str, object] = {
    "description": "The sound, as it is made; with stream_format=sse events with parts of it, in base64",
    "content": {
        **dict.fromkeys(("audio/mpeg", "audio/ogg", "audio/aac", "audio/flac", "audio/wav", "audio/pcm"), _BINARY),
        "text/event-stream": {"schema": _SSE},
    },
    "headers": {
        "Warning": {
            "description": "What is done otherwise than asked: RFC 7234, 5.5; other than ASCII as RFC 2047 has it",
            "schema": {"type": "string"},
        }
    },
}


@router.post(
    "/audio/speech",
    summary="Speak a text",
    response_class=Response,
    responses={200: _ANSWER, **refusals(400, 404, 408, 413, 415, 422, 500, 503)},
)
async def speech(
    request: Request, services: Shared, wanted: Annotated[SpeechRequest, Body(examples=[_EXAMPLE])]
) -> Response:
    wish = await wish_of(services, _asked(wanted), engine=engine_of(wanted.model), on_behalf_of=asker(request))
    warnings = list(wish.warnings)
    if wanted.instructions:
        warnings.append("instructions are ignored: this model takes none")
    kind = format_of(wanted.response_format)
    reader = Reader()
    if wanted.stream_format == "sse":
        chunks, media_type = _events(services, wish, kind, warnings, reader), "text/event-stream"
    else:
        chunks, media_type = _sound(services, wish, kind, warnings, reader), kind.media_type
    return Streamed(chunks, media_type, services.metrics, _HEADERS, lambda: warning_header(warnings), reader)


def _asked(wanted: SpeechRequest) -> Asked:
    return Asked(
        text=wanted.input,
        voice=wanted.voice,
        speed=wanted.speed,
        lang_code=wanted.lang_code or "",
        volume=wanted.volume_multiplier,
        device=wanted.device or "",
        repository=wanted.repo_id or wanted.model_repo or "",
    )


async def _sound(services: Services, wish: Wish, kind: Format, warnings: list[str], reader: Reader) -> Chunks:
    """Yield the file: as a whole where the first piece is all, else as it is made. `warnings` grow up to the first sound."""
    async with sounding(services, wish, ROUTE, reader) as work:
        pcm, whole = await beginning(work)
        warnings += work.notices
        if whole:
            yield Whole(await asyncio.to_thread(kind.make_whole, pcm))
            return
        async with Encoding(kind) as encoding:
            yield await encoding.add(pcm)
            async for item in work:
                if isinstance(item, Sound):
                    yield await encoding.add(item.pcm)
            yield await encoding.finish()


async def _events(services: Services, wish: Wish, kind: Format, warnings: list[str], reader: Reader) -> Chunks:
    """Yield OpenAI's events; the last has `warnings`, which grow. What goes wrong after the first is an event as well."""
    begun = False
    before = len(warnings)
    try:
        async with sounding(services, wish, ROUTE, reader) as work, Encoding(kind) as encoding:
            async for item in work:
                warnings[before:] = work.notices
                if isinstance(item, Sound) and (data := await encoding.add(item.pcm)):
                    yield _delta(data)
                    begun = True
            warnings[before:] = work.notices
            if data := await encoding.finish():
                yield _delta(data)
            told = {"warnings": warnings} if warnings else {}
            usage = _usage(work.characters, work.seconds)
            yield _event({"type": "speech.audio.done", "usage": usage, **told})
    except SayError as error:
        if not begun:
            raise
        yield _event({"type": "error", **body_of(ROUTE, refusal_of(error))})


def _usage(characters: int, seconds: float) -> dict[str, int]:
    made = round(seconds * _TOKENS_PER_SECOND)
    return {"input_tokens": characters, "output_tokens": made, "total_tokens": characters + made}


def _delta(data: bytes) -> bytes:
    return _event({"type": "speech.audio.delta", "audio": base64.b64encode(data).decode()})


def _event(data: dict[str, object]) -> bytes:
    return f"data: {json.dumps(data)}\n\n".encode()
