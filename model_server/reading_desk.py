"""What the front end's thread does with text, and all that it takes to do it. Imported by that thread alone."""

from __future__ import annotations

from dataclasses import replace

from common.messages.speaking import AS_USUAL, ReadingOptions
from common.messages.synthesis import Plan, Planned
from model_server.text.markup import without_markup
from model_server.text.pace import Manner, Pace
from model_server.text.planner import plan
from model_server.text.pronunciations import Pronunciations
from model_server.text.readers import reader_for
from model_server.text.reading import SAID
from model_server.text.splitting import splitter_for


def load(language: str) -> None:
    """Load what reading a language takes."""
    reader_for(language, SAID, AS_USUAL)


def plan_text(
    request: Plan, language: str, takes: str, options: ReadingOptions, own: Pronunciations, pace: Pace
) -> Planned:
    """Return the pieces at the front of a text. Raises Unspeakable, LanguageUnavailable, EngineError, BadSplit."""
    if not options.markup:
        request = replace(request, text=without_markup(request.text))
    reader, splitter = reader_for(language, takes, options, own), splitter_for(options.split)
    manner = Manner(strict=not options.skip_unspeakable, english=language.startswith("en"), pace=pace)
    return plan(request, reader, splitter, manner)
