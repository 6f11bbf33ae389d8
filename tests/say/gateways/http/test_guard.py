"""What is refused, and that no engine and no daemon hears of it: each case with a client that would note it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest

from say.gateways.http.peer import CROWDED
from tests.fakes.http import CAPTIONED, JSON, SPEECH, Application, Exchange, run

TOKEN = "a-token-of-some-length"  # not secret: of these tests
BODY = json.dumps({"input": "Hello.", "text": "Hello.", "response_format": "pcm"}).encode()
GENERATE = "/api/v1/tts/generate"


@dataclass(frozen=True)
class Case:
    """One request that must not get through."""

    name: str
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    path: str = SPEECH
    method: str = "POST"
    body: bytes = BODY
    token: str = ""
    kind: str = "application/json"


AUTHORISED = {"Authorization": f"Bearer {TOKEN}"}
FORM = "application/x-www-form-urlencoded"
CASES = [
    Case("foreign host", 403, {"Host": "evil.example"}),
    Case("foreign host with our port", 403, {"Host": "evil.example:8880"}),
    Case("host that begins like ours", 403, {"Host": "localhost.evil.example"}),
    Case("host that ends like ours", 403, {"Host": "evil.localhost"}),
    Case("host with a user", 403, {"Host": "localhost@evil.example"}),
    Case("host with a port that is none", 403, {"Host": "localhost:80a"}),
    Case("empty host", 403, {"Host": ""}),
    Case("address of another machine", 403, {"Host": "192.168.1.7:8880"}),
    Case("address with a zone", 403, {"Host": "127.0.0.1%evil"}),
    Case("address in another spelling", 403, {"Host": "0x7f.1"}),
    Case("foreign host for the page", 403, {"Host": "evil.example"}, "/", "GET"),
    Case("foreign host for health", 403, {"Host": "evil.example"}, "/healthz", "GET"),
    Case("foreign host for the document", 403, {"Host": "evil.example"}, "/openapi.json", "GET"),
    Case("foreign origin", 403, {"Origin": "https://evil.example"}),
    Case("origin null", 403, {"Origin": "null"}),
    Case("origin with another port", 403, {"Origin": "http://localhost:3000"}),
    Case("origin of a file", 403, {"Origin": "file://"}),
    Case("origin of an extension", 403, {"Origin": "chrome-extension://abcdef"}),
    Case("empty origin", 403, {"Origin": ""}),
    Case("origin that is no address", 403, {"Origin": "http://["}),
    Case("origin with more than an address", 403, {"Origin": "http://localhost:8880/page"}),
    Case("foreign origin that reads", 403, {"Origin": "https://evil.example"}, "/v1/audio/voices", "GET"),
    Case("foreign origin that deletes", 403, {"Origin": "https://evil.example"}, "/api/v1/tts/x", "DELETE", b""),
    Case("preflight", 403, {"Origin": "https://evil.example"}, method="OPTIONS", body=b""),
    Case("fetch from another site", 403, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}),
    Case("fetch from a sister site", 403, {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}),
    Case(
        "picture in another site",
        403,
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
        "/v1/models",
        "GET",
        b"",
    ),
    Case(
        "form that navigates",
        403,
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
        kind=FORM,
    ),
    Case("form", 415, kind=FORM),
    Case("form with files", 415, kind="multipart/form-data; boundary=x"),
    Case("text that is JSON", 415, kind="text/plain"),
    Case("text with charset that is JSON", 415, kind="text/plain;charset=UTF-8"),
    Case("JSON of another name", 415, kind="application/jsonx"),
    Case("two kinds in one", 415, kind="text/plain, application/json"),
    Case("no kind", 415, kind=""),
    Case("compressed body", 415, {"Content-Encoding": "gzip"}),
    Case("form for captions", 415, path=CAPTIONED, kind=FORM),
    Case("form for a job", 415, path=GENERATE, kind=FORM),
    Case("header flood", 431, {"X-Flood": "x" * 20_000}),
    Case("long address", 431, path=f"{SPEECH}?{'x' * 20_000}"),
    Case("body larger than the limit", 413, body=b'{"input": "' + b"x" * (1 << 20) + b'"}'),
    Case("missing token", 401, token=TOKEN),
    Case("wrong token", 401, {"Authorization": "Bearer another-token-of-length"}, token=TOKEN),
    Case("beginning of the token", 401, {"Authorization": f"Bearer {TOKEN[:-1]}"}, token=TOKEN),
    Case("longer token", 401, {"Authorization": f"Bearer {TOKEN}x"}, token=TOKEN),
    Case("token of another scheme", 401, {"Authorization": f"Basic {TOKEN}"}, token=TOKEN),
    Case("token without a scheme", 401, {"Authorization": TOKEN}, token=TOKEN),
    Case("token with umlauts", 401, {"Authorization": "Bearer Schlüssel"}, token=TOKEN),
    Case("token in the address", 401, path=f"{SPEECH}?token={TOKEN}", token=TOKEN),
    Case("token in a cookie", 401, {"Cookie": f"token={TOKEN}"}, token=TOKEN),
    Case("voices without a token", 401, path="/v1/audio/voices", method="GET", body=b"", token=TOKEN),
    Case("metrics without a token", 401, path="/metrics", method="GET", body=b"", token=TOKEN),
    Case("document without a token", 401, path="/openapi.json", method="GET", body=b"", token=TOKEN),
    Case("readiness without a token", 401, path="/readyz", method="GET", body=b"", token=TOKEN),
    Case("page's folder as a way around", 404, path="/page/%2e%2e/v1/audio/speech", token=TOKEN),
    Case("token and foreign origin", 403, {**AUTHORISED, "Origin": "https://evil.example"}, token=TOKEN),
    Case("method override", 405, {"X-HTTP-Method-Override": "POST"}, method="GET"),
    Case("method override in the address", 405, path=f"{SPEECH}?_method=POST", method="GET", body=b""),
    Case("put", 405, method="PUT"),
    Case("traversal in a model's name", 404, path="/v1/models/..%2f..%2fetc%2fpasswd", method="GET", body=b""),
    Case("traversal in the page's folder", 404, path="/page/..%2fapp.py", method="GET", body=b""),
    Case("traversal beside the page", 404, path="/page/%2e%2e/%2e%2e/app.py", method="GET", body=b""),
    Case("NUL in an address", 404, path="/v1/models/x%00", method="GET", body=b""),
    Case("other spelling of an address", 404, path="/v1//audio/speech"),
    Case("range of what has none", 404, {"Range": "bytes=0-1,2-3,4-5"}, path="/v1/audio", method="GET", body=b""),
    Case("JSON too deep", 400, body=b"[" * 100_000),
    Case("number too long", 400, body=b'{"input": ' + b"9" * 10_000 + b"}"),
    Case("JSON cut off", 400, body=b'{"input": "Hel'),
    Case("bytes that are no text", 400, body=b'{"input": "\xff\xfe"}'),
    Case("list in place of fields", 422, body=b"[]"),
    Case("blanks in place of fields", 400, body=b"  "),
    Case("nothing in place of fields", 422, body=b""),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_is_refused_before_the_engine(case: Case) -> None:
    application = Application(token=case.token, body_limit=1 << 20)
    kind = {"Content-Type": case.kind} if case.body and case.kind else {}

    headers = [(name, value.encode("latin-1")) for name, value in {**kind, **case.headers}.items()]
    answer = application.ask(case.method, case.path, content=case.body, headers=headers)

    assert answer.status_code == case.status
    assert not application.speech.asked
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not [name for name in answer.headers if name.startswith("access-control")]
    told = answer.json()
    assert told["error"]["message"] if case.path.startswith("/v1") else isinstance(told["detail"], str)
    assert TOKEN not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "127.0.0.1:8880"},
        {"Host": "[::1]:1"},
        {"Host": "LOCALHOST"},
        {"Host": "tts.example:443"},
        {"Origin": "http://localhost:8880", "Sec-Fetch-Site": "same-origin"},
        {"Host": "tts.example", "Origin": "https://tts.example"},
        {"Sec-Fetch-Site": "none"},
        {"Content-Type": "Application/JSON; charset=utf-8"},
        {"Authorization": f"bearer {TOKEN}"},
    ],
    ids=str,
)
def test_what_is_right_gets_through(headers: dict[str, str]) -> None:
    application = Application(token=TOKEN, names=("tts.example",))
    answer = application.ask("POST", SPEECH, content=BODY, headers={**JSON, **AUTHORISED, **headers})
    assert answer.status_code == 200
    assert len(application.speech.asked) == 1


def test_a_link_from_another_site_may_be_followed() -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert Application().ask("GET", "/", headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/", "/page/page.css", "/docs", "/healthz"])
def test_what_says_nothing_about_anybody_needs_no_token(path: str) -> None:
    assert Application(token=TOKEN).ask("GET", path).status_code == 200


def test_a_missing_token_says_how_to_send_one() -> None:
    answer = Application(token=TOKEN).speak(input="Hello.")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "Authorization: Bearer" in answer.json()["error"]["message"]


def test_the_address_at_which_a_request_came_is_ours() -> None:
    application = Application(host="0.0.0.0", token=TOKEN)
    # `Exchange` and httpx say that the server is 127.0.0.1 and localhost: no other address is.
    assert application.ask("GET", "/healthz", headers={"Host": "127.0.0.1"}).status_code == 200
    assert application.ask("GET", "/healthz", headers={"Host": "10.0.0.1"}).status_code == 403


def test_the_ipv4_address_of_an_ipv6_socket_is_ours() -> None:
    application = Application(host="::", token=TOKEN)
    for host, status in (("192.0.2.1:8880", 200), ("[::ffff:192.0.2.1]", 200), ("192.0.2.2", 403)):
        exchange = Exchange("/healthz", {}, ((b"host", host.encode()),), method="GET", server="::ffff:192.0.2.1")
        run(exchange.run(application))
        assert exchange.sent[0]["status"] == status, host


def test_head_is_get_without_a_body() -> None:
    application = Application()
    head, get = application.ask("HEAD", "/v1/models"), application.ask("GET", "/v1/models")
    assert head.status_code == 200 and head.content == b""
    assert head.headers["content-length"] == get.headers["content-length"]


def test_other_methods_say_which_there_are() -> None:
    answer = Application().ask("OPTIONS", SPEECH)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert Application().ask("POST", "/healthz").headers["allow"] == "GET"


def test_too_many_requests_of_one_client_are_told_when_to_come_back() -> None:
    application = Application(rate=3.0, rate_of_own=True)
    answers = [application.ask("GET", "/v1/models") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 20
    assert application.ask("GET", "/healthz").status_code == 200


def test_what_this_machine_asks_itself_is_not_counted_unless_through_a_proxy() -> None:
    application = Application(rate=3.0)
    assert {application.ask("GET", "/v1/models").status_code for _ in range(10)} == {200}
    through = {"X-Forwarded-For": "192.0.2.1"}
    answers = [application.ask("GET", "/v1/models", headers=through) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]


def test_who_comes_as_one_too_many_is_told_in_our_form() -> None:
    async def scenario() -> list[Exchange]:
        application = Application()
        exchanges = [Exchange(path=path, method="GET", state={CROWDED: True}) for path in ("/v1/models", "/healthz")]
        for exchange in exchanges:
            await exchange.run(application)
        return exchanges

    refused, health = run(scenario())
    assert refused.sent[0]["status"] == 503
    assert {b"retry-after", b"connection", b"x-frame-options"} <= {name for name, _ in refused.sent[0]["headers"]}
    assert json.loads(refused.sent[1]["body"])["error"]["code"] == "too_many_connections"
    assert health.sent[0]["status"] == 200


def test_a_body_that_grows_beyond_the_limit_is_refused() -> None:
    async def chunks() -> object:
        for _ in range(3):
            yield b" " * (1 << 19)

    application = Application(body_limit=1 << 20)
    answer = application.ask("POST", SPEECH, content=chunks(), headers=JSON)
    assert answer.status_code == 413
    assert not application.speech.asked
