"""What the head of every answer has: nothing may be guessed, framed, kept or loaded by other sites."""

from __future__ import annotations

from starlette.types import Message, Send

ALWAYS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"cross-origin-resource-policy": b"same-origin",
    b"referrer-policy": b"no-referrer",
    b"cache-control": b"no-store",
}


def with_headers(send: Send) -> Send:
    """Return a `send` that adds the headers which every answer has; a route's own go first."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", []))
            present = {name.lower() for name, _ in headers}
            missing = [(name, value) for name, value in ALWAYS.items() if name not in present]
            message = {**message, "headers": [*headers, *missing]}
        await send(message)

    return sending
