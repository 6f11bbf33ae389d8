"""What can be asked for: voices and models."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from common.voices import LANGUAGES, VOICES
from say.gateways.http.answers import refusals
from say.gateways.http.failures import Refused

router = APIRouter(prefix="/v1", tags=["OpenAI"])

# Model -> engine, "" for the one of the settings. All of them are the one that the daemon has.
MODELS = {"kokoro": "", "tts-1": "", "tts-1-hd": "", "gpt-4o-mini-tts": "", "espeak": "espeak"}
_CREATED = 1_735_689_600  # seconds since 1970: 2025-01-01, the year of Kokoro-82M v1.0
_OWNER = "kokoro-say"


class VoiceDetails(BaseModel):
    """What is known of a voice."""

    id: str = Field(examples=["af_heart"])
    language: str = Field(examples=["en-us"])
    gender: Literal["female", "male"]
    grade: str = Field(description="of the training data, A to F; empty where none was published", examples=["A"])


class VoiceName(BaseModel):
    """A voice as clients that offer a choice read it: Open WebUI takes no bare names."""

    id: str = Field(examples=["af_heart"])
    name: str = Field(examples=["af_heart"])


class Language(BaseModel):
    """A language that texts may be in."""

    id: str = Field(examples=["en-us"])
    lang_code: str = Field(description="another name for it, Kokoro's", examples=["a"])


class Voices(BaseModel):
    """Every voice, and every language; blends of voices are written `af_bella(2)+af_heart(1)`."""

    voices: list[VoiceName]
    details: list[VoiceDetails]
    languages: list[Language]


class Model(BaseModel):
    """One model, in OpenAI's form."""

    id: str = Field(examples=["kokoro"])
    object: Literal["model"] = "model"
    created: int = _CREATED
    owned_by: str = _OWNER


class Models(BaseModel):
    """All models, in OpenAI's form."""

    object: Literal["list"] = "list"
    data: list[Model]


def engine_of(model: str) -> str | None:
    """Return the engine that a model stands for, in any case, None for that of the settings. Raises Refused (404)."""
    if (engine := MODELS.get(model.lower())) is None:
        raise Refused(
            404,
            f"there is no model {model[:60]!r}",
            reason="model_not_found",
            hint=f"Choose one of {', '.join(MODELS)}.",
            field="model",
        )
    return engine or None


@router.get("/audio/voices", summary="All voices", responses=refusals())
async def voices() -> Voices:
    details = [
        VoiceDetails(
            id=voice.name,
            language=voice.language,
            gender="female" if voice.gender == "female" else "male",
            grade=voice.grade,
        )
        for voice in VOICES.values()
    ]
    return Voices(
        voices=[VoiceName(id=name, name=name) for name in VOICES],
        details=details,
        languages=[Language(id=tag, lang_code=code) for code, tag in LANGUAGES.items()],
    )


@router.get("/models", summary="All models", responses=refusals())
async def models() -> Models:
    return Models(data=[Model(id=name) for name in MODELS])


@router.get("/models/{model}", summary="One model", responses=refusals(404))
async def model(model: str) -> Model:
    engine_of(model)
    return Model(id=model.lower())
