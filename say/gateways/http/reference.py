"""`GET /docs`: the OpenAPI document for people, as one page that needs nothing else: no scripts, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

router = APIRouter(include_in_schema=False)

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h2 { margin-top: 3rem; font-size: 1.1rem; } h2 code { font-size: 1.1rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8886; }
th { font-weight: 600; } pre { overflow-x: auto; padding: .75rem; border: 1px solid #8886; border-radius: .4rem; }
"""
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

Node = Mapping[str, object]


@router.get("/docs")
async def reference(request: Request) -> Response:
    page = page_of(request.app.openapi(), str(request.base_url).rstrip("/"))
    return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY})


def page_of(document: Node, server: str) -> str:
    """Return the page that shows an OpenAPI document; `server` is the address in its examples."""
    info = _node(document.get("info"))
    parts = [
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{_text(info.get('title'))}: addresses</title>",
        f"<meta name=viewport content='width=device-width'><style>{_STYLE}</style>",
        f"<h1>{_text(info.get('title'))} {_text(info.get('version'))}</h1><p>{_text(info.get('summary'))}</p>",
        "<p>For programs: <a href=/openapi.json>openapi.json</a>.</p><ul>",
    ]
    operations = list(_operations(document))
    parts += [f"<li><a href='#{_anchor(*found[:2])}'><code>{_title(*found[:2])}</code></a>" for found in operations]
    parts.append("</ul>")
    for method, path, operation in operations:
        parts += _section(document, server, method, path, operation)
    return "\n".join(parts)


def _operations(document: Node) -> Iterator[tuple[str, str, Node]]:
    for path, item in _node(document.get("paths")).items():
        for method, operation in _node(item).items():
            yield method.upper(), path, _node(operation)


def _section(document: Node, server: str, method: str, path: str, operation: Node) -> Iterator[str]:
    yield f"<h2 id='{_anchor(method, path)}'><code>{_title(method, path)}</code></h2>"
    yield f"<p>{_text(operation.get('summary'))}</p>"
    if operation.get("description"):
        yield f"<p>{_text(operation['description'])}</p>"
    parameters = [_node(each) for each in _list(operation.get("parameters"))]
    yield _table(
        "Parameter", [(_text(each.get("name")), _kind(each), _text(each.get("description"))) for each in parameters]
    )
    body = _node(_node(_node(operation.get("requestBody")).get("content")).get("application/json"))
    named = _node(body.get("schema"))
    schema = _resolved(document, named)
    required = _list(schema.get("required"))
    rows = []
    for name, field in _node(schema.get("properties")).items():
        mark = " *" if name in required else ""
        rows.append((f"{_text(name)}{mark}", _kind({"schema": field}), _text(_node(field).get("description"))))
    yield _table("Field (* has to be there)", rows)
    for example in _list(named.get("examples")) or _list(schema.get("examples")):
        command = f"curl {server}{path} -H 'Content-Type: application/json' \\\n    -d '{json.dumps(example)}'"
        yield f"<pre>{_text(command)}</pre>"
    answers = _node(operation.get("responses")).items()
    yield _table("Status", [(_text(status), "", _text(_node(each).get("description"))) for status, each in answers])


def _table(title: str, rows: Sequence[tuple[str, str, str]]) -> str:
    if not rows:
        return ""
    lines = "".join(f"<tr><td><code>{name}</code><td>{kind}<td>{meaning}" for name, kind, meaning in rows)
    return f"<table><tr><th>{title}<th><th>{lines}</table>"


def _kind(field: Node) -> str:
    """Return what a field takes, in a few words: its type or its choices, and its default."""
    schema = _node(field.get("schema"))
    options = [_node(each) for each in _list(schema.get("anyOf"))] or [schema]
    kinds = []
    for option in options:
        if choices := _list(option.get("enum")):
            kinds += [_text(choice) for choice in choices]
        elif option.get("type", "null") != "null":
            kinds.append(_text(option["type"]))
    default = schema.get("default")
    return ", ".join(kinds) + ("" if default is None else f"; default {_text(default)}")


def _resolved(document: Node, schema: Node) -> Node:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return _node(_node(_node(document.get("components")).get("schemas")).get(name)) if name else schema


def _title(method: str, path: str) -> str:
    return f"{method} {_text(path)}"


def _anchor(method: str, path: str) -> str:
    return _text(f"{method}{path}".replace("/", "-"))


def _node(value: object) -> Node:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return escape("" if value is None else str(value), quote=True)
