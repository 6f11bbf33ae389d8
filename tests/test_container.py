"""Dockerfile and compose file against what they are made of. No container engine runs here: nothing below builds an image."""

from __future__ import annotations

import json
import re
import secrets
import shlex
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from common.settings import BY_NAME, TABLE, load
from say.gateways.http import health
from say.gateways.http.configuration import configure, is_loopback
from say.gateways.serving import parser
from tests.test_packaging import PROJECT, ROOMS, ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICE: dict[str, Any] = COMPOSE["services"]["say"]
KNOWN = {
    *("ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM"),
    *("HEALTHCHECK", "LABEL", "RUN", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
}


def _instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions with what follows each of them."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in joined.splitlines())]


INSTRUCTIONS = _instructions()
LAST_STAGE = INSTRUCTIONS[max(place for place, (name, _) in enumerate(INSTRUCTIONS) if name == "FROM") :]


def _one(name: str) -> str:
    (rest,) = (rest for each, rest in LAST_STAGE if each == name)
    return rest


def _environment() -> dict[str, str]:
    pairs = (pair for name, rest in LAST_STAGE if name == "ENV" for pair in shlex.split(rest))
    return dict(pair.split("=", 1) for pair in pairs)


def _entry() -> list[str]:
    entry = json.loads(_one("ENTRYPOINT"))
    assert isinstance(entry, list)
    return entry


def test_every_instruction_is_one_that_engines_know() -> None:
    assert {name for name, _ in INSTRUCTIONS} <= KNOWN
    assert INSTRUCTIONS[0][0] in ("FROM", "ARG")


def test_each_stage_begins_with_one_version_of_python_that_the_project_takes() -> None:
    bases = [rest.split()[0] for name, rest in INSTRUCTIONS if name == "FROM"]
    assert len(set(bases)) == 1  # what was installed in one stage runs in the other
    version = re.fullmatch(r"python:(\d+\.\d+)-slim-bookworm", bases[0])
    assert version is not None
    low, high = re.findall(r"(\d+)\.(\d+)", PROJECT["project"]["requires-python"])
    assert tuple(map(int, low)) <= tuple(map(int, version[1].split("."))) < tuple(map(int, high))


def test_what_is_copied_exists_and_is_not_ignored() -> None:
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignore
    copied = [
        source for name, rest in INSTRUCTIONS if name == "COPY" and "--from" not in rest for source in rest.split()[:-1]
    ]
    for source in copied:
        assert (ROOT / source).exists(), source
        assert f"!{source}" in ignore, source
    assert {line[1:] for line in ignore if line.startswith("!")} == set(copied)
    assert set(ROOMS) < set(copied)


def test_what_pip_needs_is_copied_before_it_installs() -> None:
    install = next(place for place, (_, rest) in enumerate(INSTRUCTIONS) if "'.[http]'" in rest)
    before = " ".join(rest for name, rest in INSTRUCTIONS[:install] if name == "COPY").split()
    project = PROJECT["project"]
    assert {"pyproject.toml", "constraints.txt", project["readme"], *project["license-files"], *ROOMS} <= set(before)
    assert "http" in project["optional-dependencies"]
    for name, rest in INSTRUCTIONS:
        if name == "RUN" and "pip install" in rest:
            assert "--constraint constraints.txt" in rest  # what the tests ran with


def test_it_runs_as_nobody_in_particular() -> None:
    user, group = _one("USER").split(":")
    assert int(user) >= 1000 and int(group) >= 1000
    made = next(rest for name, rest in LAST_STAGE if name == "RUN")
    assert f"--uid {user}" in made and f"--gid {group}" in made
    names = [name for name, _ in LAST_STAGE]
    assert names.index("RUN") < names.index("USER")  # root makes the folders


def test_its_folders_are_volumes_that_its_user_may_write_to() -> None:
    volumes = json.loads(_one("VOLUME"))
    assert {_environment()["SAY_HOME"], _environment()["HF_HOME"]} == set(volumes)
    made = next(rest for name, rest in LAST_STAGE if name == "RUN")
    install = made[made.index("install --directory") :]
    assert "--owner say" in install and all(volume in install.split() for volume in volumes)
    names = [name for name, _ in LAST_STAGE]
    assert names.index("RUN") < names.index("VOLUME")  # what is changed behind it is lost


def test_its_command_is_one_that_say_serve_understands() -> None:
    program, *arguments = _entry()
    assert program in PROJECT["project"]["scripts"]
    options = parser().parse_args(arguments)
    assert options.http
    assert options.http_port == int(_one("EXPOSE")) == BY_NAME["http_port"].default
    assert not is_loopback(options.http_host)
    assert PurePosixPath(options.http_token_file).parent == PurePosixPath("/run/secrets")


def test_no_secret_is_in_the_image() -> None:
    assert not re.search(r"token\s*=|SAY_HTTP_TOKEN", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.IGNORECASE)
    assert "/secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


class _Healthy(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/healthz" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


class _Unwell(_Healthy):
    status = 500


@pytest.mark.parametrize(("handler", "healthy"), [(_Healthy, True), (_Unwell, False), (None, False)])
def test_the_health_check_tells_health(handler: type[BaseHTTPRequestHandler] | None, healthy: bool) -> None:
    assert any(getattr(route, "path", "") == "/healthz" for route in health.router.routes)
    program, option, code = json.loads(_one("HEALTHCHECK").partition("CMD")[2])
    assert (program, option) == ("python", "-c")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler or _Healthy) as server:
        here = code.replace(f":{_one('EXPOSE')}/", f":{server.server_port}/").replace("timeout=4", "timeout=40")
        assert f":{server.server_port}/" in here and "timeout=40" in here  # what a busy machine takes
        if handler is None:
            server.server_close()  # nobody listens
            done = subprocess.run([sys.executable, "-c", here], capture_output=True, timeout=50)
        else:
            threading.Thread(target=server.serve_forever).start()
            done = subprocess.run([sys.executable, "-c", here], capture_output=True, timeout=50)
            server.shutdown()
    assert (done.returncode == 0) == healthy


# The compose file


def test_the_compose_file_says_only_what_compose_knows() -> None:
    assert set(COMPOSE) <= {"name", "services", "volumes", "secrets", "networks", "configs"}
    assert set(SERVICE) <= {
        *("build", "image", "init", "restart", "ports", "environment", "secrets", "volumes", "cap_drop"),
        *("security_opt", "stop_grace_period", "read_only", "tmpfs", "deploy"),
    }


def test_the_compose_file_publishes_the_port_to_this_machine_alone() -> None:
    (published,) = SERVICE["ports"]
    assert published == f"127.0.0.1:{_one('EXPOSE')}:{_one('EXPOSE')}"


def test_the_compose_file_keeps_what_the_image_calls_volumes() -> None:
    named = dict(volume.split(":") for volume in SERVICE["volumes"])
    assert set(named) == set(COMPOSE["volumes"])
    assert set(named.values()) == set(json.loads(_one("VOLUME")))


def test_the_compose_file_gives_the_token_where_the_command_reads_it() -> None:
    (name,) = SERVICE["secrets"]
    assert COMPOSE["secrets"][name]["file"].startswith("./secrets/")
    assert f"/run/secrets/{name}" in _entry()


def test_the_compose_file_sets_what_is_read_and_what_may_be_empty() -> None:
    variables = {row.variable: row for row in TABLE}
    assert set(SERVICE["environment"]) <= set(variables)
    for name, value in SERVICE["environment"].items():
        default = re.fullmatch(rf"\$\{{{name}:-(.*)\}}", value)
        assert default is not None
        assert default[1] == variables[name].default


def test_the_compose_file_lets_it_finish_and_takes_its_powers() -> None:
    assert SERVICE["init"] is True  # servers that end are nobody's children
    assert int(SERVICE["stop_grace_period"].removesuffix("s")) > float(BY_NAME["drain_limit"].default)
    assert SERVICE["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in SERVICE["security_opt"]


def test_a_token_as_the_compose_file_has_it_made_is_one(tmp_path: Path) -> None:
    assert "openssl rand -hex 32" in (ROOT / "compose.yaml").read_text(encoding="utf-8")
    made = secrets.token_hex(32)
    file = tmp_path / "say_token"
    file.write_text(f"{made}\n")
    settings = load(environment={"SAY_HTTP_NAMES": ""})
    assert configure(settings, "0.0.0.0", 8880, str(file)).token == made
