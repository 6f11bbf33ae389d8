"""The page's files: how they are sent, and that nothing in them asks for what its policy forbids."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from say.gateways.http.page import page

FOLDER = Path(page.__file__).parent
SCRIPTS = sorted(FOLDER.glob("*.js"))
INDEX = (FOLDER / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    app.include_router(page.router)
    return TestClient(app)


class Tags(HTMLParser):
    """Every tag of a document with its attributes."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str]]] = []
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, {name: value or "" for name, value in attrs}))


def _policy(client: TestClient) -> dict[str, str]:
    return dict(
        part.strip().partition(" ")[::2] for part in client.get("/").headers["Content-Security-Policy"].split(";")
    )


def test_the_page_is_at_the_root(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.text == INDEX


@pytest.mark.parametrize(
    ("name", "kind"),
    [("page.css", "text/css"), ("page.js", "text/javascript"), ("icon.svg", "image/svg+xml")],
)
def test_each_part_has_its_type(client: TestClient, name: str, kind: str) -> None:
    answer = client.get(f"/page/{name}")
    assert answer.headers["Content-Type"].partition(";")[0] == kind
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content == (FOLDER / name).read_bytes()


def test_a_part_that_the_browser_has_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/page/page.js")
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get("/page/page.js", headers={"If-None-Match": f'W/{first.headers["ETag"]}, "other"'})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/page/page.js", headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    "name", ["page.py", "__init__.py", "..%2fpage.py", "none.js", "%2e%2e/__init__.py", "page.js%00"]
)
def test_nothing_else_is_sent(client: TestClient, name: str) -> None:
    assert client.get(f"/page/{name}").status_code == 404


def test_the_policy_lets_the_page_load_and_ask_this_server_alone(client: TestClient) -> None:
    policy = _policy(client)
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    for kind in ("script-src", "style-src", "img-src", "connect-src"):
        assert policy[kind] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"


def test_nothing_in_the_page_comes_from_elsewhere() -> None:
    for tag, attributes in Tags(INDEX).all:
        for name in ("src", "href", "action"):
            assert not re.match(r"[a-z]+:|/", attributes.get(name, "")), f"{tag} {attributes}"
    for path in (*SCRIPTS, FOLDER / "page.css"):
        assert not re.search(r"https?://|@import|url\(", path.read_text(encoding="utf-8")), path.name


def test_the_page_has_no_script_and_no_style_within_it() -> None:
    for tag, attributes in Tags(INDEX).all:
        assert tag != "style" and "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        if tag == "script":
            assert attributes["type"] == "module" and attributes["src"]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_makes_markup_of_text(path: Path) -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", path.read_text("utf-8"))


def test_every_script_is_fetched_at_once() -> None:
    """A module that is found only while another is read costs one more way to the server."""
    tags = Tags(INDEX).all
    ahead = {attributes["href"] for tag, attributes in tags if attributes.get("rel") == "modulepreload"}
    first = {attributes["src"] for tag, attributes in tags if tag == "script"}
    assert ahead | first == {f"page/{path.name}" for path in SCRIPTS}


def test_every_id_that_the_scripts_name_is_in_the_page() -> None:
    there = [attributes["id"] for _, attributes in Tags(INDEX).all if "id" in attributes]
    assert len(there) == len(set(there))
    named = {name for path in SCRIPTS for name in re.findall(r'\bby\("([\w-]+)"\)', path.read_text("utf-8"))}
    assert named <= set(there)
