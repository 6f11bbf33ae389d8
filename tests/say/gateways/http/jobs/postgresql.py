"""A PostgreSQL of a test's own: made in a temporary folder, reached through a socket in it, and gone with whoever made it.

Skips where its server programs are not installed. Which ones: those on PATH, else the newest of Debian's.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import select
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

_START_SECONDS = 50.0  # a busy machine is no fault; less than what a test may take
_END_SECONDS = 50.0
_DEBIAN = Path("/usr/lib/postgresql")
# A crash of the server loses nothing even so, one of the machine may. The zone is one that nothing here expects.
_OPTIONS = (
    "-c listen_addresses='' -c unix_socket_directories='{folder}' -c timezone=Asia/Kolkata -c fsync=off "
    "-c full_page_writes=off -c shared_buffers=16MB -c max_connections=50 -c autovacuum=off"
)
# Stays beside the server, in a session of its own, and does as it is told until its standard input ends: so nothing is
# left of either, however those end that started it.
_KEEPER = """
trap '' HUP INT PIPE TERM
cd -- "$1" || exit
control() { pg_ctl "$@" --pgdata=data --wait </dev/null >>log 2>&1; }
initdb --pgdata=data --username=say --auth=trust --encoding=UTF8 --no-locale --no-sync </dev/null >log 2>&1
while read -r action; do
  case $action in
    start) control start --log=log --options="$2" ;;
    stop) control stop --mode=immediate ;;
  esac && echo done || echo failed
done
control stop --mode=immediate
cd / && rm -r -- "$1"
"""


def programs() -> Path:
    """Return the folder of PostgreSQL's server programs. Skips the test where there are none, or no driver."""
    if importlib.util.find_spec("psycopg") is None:
        pytest.skip("psycopg, the driver of PostgreSQL, is not installed")
    if (found := shutil.which("initdb")) is not None:
        return Path(found).resolve().parent
    folders = [path.parent for path in _DEBIAN.glob("*/bin/initdb")]
    if not folders:
        pytest.skip("PostgreSQL's server programs are not installed (initdb is neither on PATH nor as Debian has it)")
    return max(folders, key=lambda folder: float(folder.parent.name))


class Postgresql:
    """A server with one database. A context manager."""

    def __init__(self) -> None:
        self._programs = programs()
        self._user = _unprivileged()
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path has a limit
        if self._user is not None:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        self._keeper: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Return the database's address, as SQLAlchemy has them."""
        return f"postgresql+psycopg://say@/postgres?host={self.folder}"

    def execute(self, statement: str) -> None:
        """Do something in the database beside the program under test."""
        import psycopg

        with psycopg.connect(f"host={self.folder} user=say dbname=postgres", autocommit=True) as connection:
            connection.execute("SET lock_timeout = '20s'")
            connection.execute(statement.encode())

    def start(self) -> None:
        """Start the server."""
        self._tell_keeper("start")

    def stop(self) -> None:
        """End the server as a crash does."""
        self._tell_keeper("stop")

    def _tell_keeper(self, action: str) -> None:
        assert self._keeper is not None and self._keeper.stdin is not None and self._keeper.stdout is not None
        self._keeper.stdin.write(f"{action}\n")
        self._keeper.stdin.flush()
        answered, _, _ = select.select([self._keeper.stdout], [], [], _START_SECONDS)
        if not answered or self._keeper.stdout.readline() != "done\n":
            pytest.fail(f"PostgreSQL did not {action}:\n{self._log()}")

    def _as_whom(self) -> dict[str, Any]:
        """Return how processes are started: PostgreSQL refuses to run as root."""
        path = f"{self._programs}:{os.environ.get('PATH', os.defpath)}"
        how: dict[str, Any] = {"cwd": self.folder, "env": {"PATH": path, "LC_ALL": "C"}, "start_new_session": True}
        if self._user is not None:
            how |= {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        return how

    def _log(self) -> str:
        try:
            return (self.folder / "log").read_text(errors="replace")[-3000:]
        except FileNotFoundError:
            return "it has no log"

    def __enter__(self) -> Postgresql:
        try:
            self._keeper = subprocess.Popen(
                ["/bin/sh", "-c", _KEEPER, "sh", str(self.folder), _OPTIONS.format(folder=self.folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                **self._as_whom(),
            )
            self.start()
        except BaseException:
            self.end()
            raise
        return self

    def end(self) -> None:
        """End the server and remove its folder."""
        if self._keeper is not None:
            self._keeper.communicate(timeout=_END_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)  # where the keeper never was

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()


def _unprivileged() -> pwd.struct_passwd | None:
    """Return who the server is to run as, None for us."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    pytest.skip("PostgreSQL refuses to run as root, and there is neither a user 'postgres' nor 'nobody'")
