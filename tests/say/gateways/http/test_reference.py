from __future__ import annotations

import re

from say.gateways.http.reference import page_of
from tests.fakes.http import Application


def test_every_address_and_field_is_on_the_page() -> None:
    application = Application()
    answer = application.ask("GET", "/docs")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    for path, item in application.app.openapi()["paths"].items():
        for method in item:
            assert f"{method.upper()} {path}" in answer.text
    assert "response_format" in answer.text and "curl http://localhost:8880/v1/audio/speech" in answer.text


def test_the_page_asks_for_nothing_from_elsewhere() -> None:
    answer = Application().ask("GET", "/docs")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    assert not re.findall(r"(?:src|href)=['\"]?(?:https?:|//)", answer.text)


def test_nothing_of_the_document_becomes_markup() -> None:
    strange = "<script>alert('x')</script>"
    operation = {"summary": strange, "responses": {"200": {"description": strange}}}
    page = page_of({"info": {"title": strange}, "paths": {f"/{strange}": {"get": operation}}}, "http://localhost")
    assert "<script" not in page
