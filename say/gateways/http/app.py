"""The application: routes, what guards them, and how errors are told."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from common import VERSION
from common.errors import SayError
from say.gateways.http import captions, catalogue, health, reference, service_control, speech
from say.gateways.http.answers import refusals
from say.gateways.http.failures import (
    Refused,
    handle_http,
    handle_invalid,
    handle_refused,
    handle_say_error,
    handle_unforeseen,
)
from say.gateways.http.guard import Guard
from say.gateways.http.jobs import routes as jobs
from say.gateways.http.measuring import Measuring
from say.gateways.http.page import page
from say.gateways.http.services import Services

_DESCRIPTION = "Local text-to-speech: OpenAI's speech API, captions and jobs, on one warm model."


def create_app(services: Services) -> FastAPI:
    """Return the application on these services. It starts nothing; whoever serves it starts and drains the jobs."""
    app = FastAPI(
        title="say",
        summary=_DESCRIPTION,
        version=VERSION,
        docs_url=None,  # theirs are fetched from elsewhere
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.services = services
    for router in (speech.router, captions.router, catalogue.router, health.router, reference.router, page.router):
        app.include_router(router)
    app.include_router(service_control.router, responses=refusals(400, 404, 408, 409, 413, 415, 422, openai=False))
    if services.jobs is not None:
        app.include_router(jobs.router)
    app.add_exception_handler(Refused, handle_refused)
    app.add_exception_handler(SayError, handle_say_error)
    app.add_exception_handler(RequestValidationError, handle_invalid)
    app.add_exception_handler(HTTPException, handle_http)
    app.add_exception_handler(Exception, handle_unforeseen)
    app.add_middleware(Guard, configuration=services.configuration, metrics=services.metrics)
    app.add_middleware(Measuring, metrics=services.metrics)  # outermost: what the guard refuses counts, too
    return app
