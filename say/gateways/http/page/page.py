"""Serves the page and its parts: from memory, checked anew by the browser each time, and allowed to load nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

router = APIRouter(include_in_schema=False)

_TYPES = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
# Scripts and styles from this server alone and none within the page, requests to it alone, no frames, nothing sent
# elsewhere; text cannot become markup or script (trusted-types without a policy).
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


@dataclass(frozen=True)
class _File:
    content: bytes
    kind: str
    tag: str  # of this content, as ETag has it


@cache
def _files() -> dict[str, _File]:
    """Return what may be asked for, by name: nothing else is ever read, whatever a path says."""
    found = {}
    for path in resources.files(__package__).iterdir():
        ending = path.name.rpartition(".")[2]
        if ending in _TYPES:
            content = path.read_bytes()
            tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
            found[path.name] = _File(content, _TYPES[ending], tag)
    return found


@router.get("/")
async def page(request: Request) -> Response:
    return _answer(request, "index.html")


@router.get("/page/{name}")
async def part(request: Request, name: str) -> Response:
    return _answer(request, name)


def _answer(request: Request, name: str) -> Response:
    file = _files().get(name)
    if file is None:
        raise HTTPException(404, f"the page has no part {name[:60]!r}")
    headers = {
        "ETag": file.tag,
        "Cache-Control": "no-cache",  # kept, and asked for each time whether it is still so
        "Content-Security-Policy": _POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    if _is_known(request.headers.get("If-None-Match", ""), file.tag):
        return Response(status_code=304, headers=headers)
    return Response(file.content, headers=headers, media_type=file.kind)


def _is_known(condition: str, tag: str) -> bool:
    """Return whether the browser has that already (RFC 9110, 13.1.2: tags compare weakly)."""
    return condition.strip() == "*" or tag in (each.strip().removeprefix("W/") for each in condition.split(","))
