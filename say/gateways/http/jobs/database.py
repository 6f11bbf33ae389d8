"""The database that jobs are kept in: opened privately, brought up to date, its errors turned into ours."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy
from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from common.errors import DaemonError, UsageError
from common.paths import ensure_private_directory
from common.quoting import reason_of
from say.gateways.http.jobs.migrations import migrate

_BUSY_TIMEOUT = 30.0  # seconds that a writer waits for another one: each holds the file for milliseconds
_BUSY_PAUSE = 0.01  # seconds
_CONNECT_TIMEOUT = 10  # seconds
_LOCK = (
    0x5A75_74_73  # PostgreSQL's number of what all gateways on one database change in turn; any that nobody else has
)
_NO_DATABASE = "SAY_HTTP_DATABASE: {!r} is no database that can be used here"
_LOOK_FOR = {
    "sqlite": "Look for free space and the rights of its folder",
    "postgresql": "Look whether its server runs, knows this database, and lets us in",
}
_LOG = logging.getLogger("say.jobs")
_WRITES = "say_writes"  # execution option of the connections that will write


class JobsUnavailable(DaemonError):
    """The database does not do as asked. What is in it is not lost."""

    code = "jobs_unavailable"

    def __init__(self, message: str, hint: str = "", cause: str = "") -> None:
        """`cause` is for whoever runs the door alone: it may say where the database is, and who we are there."""
        super().__init__(message, hint)
        self.cause = cause


class Database:
    """Connections to one database, for any number of threads. The tables are there."""

    def __init__(self, url: str) -> None:
        """Open it and bring it up to date. Raises UsageError, NewerDatabase, JobsUnavailable."""
        self._logged: str | None = None  # why it cannot be reached just now; None while it is opened
        try:
            self._url = make_url(url)
            self.name = self._url.render_as_string(hide_password=True)
            self._engine = _engine(self._url)
        except (ArgumentError, ImportError) as error:
            raise UsageError(_NO_DATABASE.format(url.partition(":")[0]), _hint_of(url)) from error
        try:
            with self.writing() as connection:
                migrate(connection, self.name)
        except JobsUnavailable as error:
            self.close()
            why = f"{error.message}: {error.cause}" if error.cause else error.message
            raise JobsUnavailable(f"{why} ({self.name})", error.hint) from None
        except BaseException:
            self.close()
            raise
        self._logged = ""

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees the database as it is at one moment. Raises JobsUnavailable."""
        with self._translated(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection whose changes all come to be when the block ends, or none. Raises JobsUnavailable."""
        with (
            self._translated(),
            self._engine.connect().execution_options(**{_WRITES: True}) as connection,
            connection.begin(),
        ):
            yield connection

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
            if self._logged:
                self._logged = ""
        except DBAPIError as error:
            # Its own text quotes what was to be written.
            cause = next(iter(str(error.orig).splitlines()), type(error).__name__)
            backend = self._url.get_backend_name()
            hint = f"{_LOOK_FOR[backend]}; what is in work goes on once it works again."
            if backend != "sqlite" and error.statement is None:  # it is about the connection
                self._log(cause)
                raise JobsUnavailable("the database of the jobs cannot be reached", hint, cause) from None
            raise JobsUnavailable(f"the database of the jobs does not work: {cause}", hint) from None
        except SQLAlchemyError as error:
            raise JobsUnavailable(f"the database of the jobs does not work: {type(error).__name__}") from None

    def _log(self, cause: str) -> None:
        """Say why it cannot be reached, as nobody who asks for jobs is told: once, until it can be or that changes."""
        if self._logged not in (None, cause):
            _LOG.warning("the database of the jobs cannot be reached: %s", cause)
            self._logged = cause

    def close(self) -> None:
        """Close all connections that are not in use."""
        self._engine.dispose()


def _hint_of(url: str) -> str:
    if url.startswith("postgres"):
        return "Install its driver, pip install 'psycopg[binary]', and name it: postgresql+psycopg://user@host/name"
    return "Jobs are kept in SQLite or PostgreSQL. Leave it out, or name sqlite:////path/to/jobs.sqlite3"


def _engine(url: URL) -> Engine:
    """Return what connects to it. Raises UsageError, ArgumentError, ImportError."""
    if url.get_backend_name() not in _LOOK_FOR:  # others lock in other ways, and jobs would be made twice
        raise UsageError(_NO_DATABASE.format(url.drivername), _hint_of(url.drivername))
    if url.get_dialect().is_async:
        raise UsageError(
            f"SAY_HTTP_DATABASE: the driver {url.get_driver_name()} cannot be used here, as it is asynchronous",
            "Name sqlite:////path/to/jobs.sqlite3 or postgresql+psycopg://user@host/name.",
        )
    return _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)


def _postgresql(url: URL) -> Engine:
    options: dict[str, int | None] = {}
    if url.get_driver_name() in ("psycopg", "psycopg2") and "connect_timeout" not in url.query:
        options["connect_timeout"] = _CONNECT_TIMEOUT
    if url.get_driver_name() == "psycopg":
        # It prepares what is asked often; a pooler gives each transaction to any session, which knows nothing of that.
        options["prepare_threshold"] = None
    # No text in logs and tracebacks.
    engine = sqlalchemy.create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=options)
    sqlalchemy.event.listen(engine, "begin", _queue_up)
    return engine


def _queue_up(connection: Connection) -> None:
    """Let one change follow the other, as SQLite does: what one reads before it writes stays true until then."""
    if connection.get_execution_options().get(_WRITES):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_BUSY_TIMEOUT:g}s'")
        # Of a gateway that is stopped or cut off in the middle of a change.
        connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = '{_BUSY_TIMEOUT / 2:g}s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise UsageError("SAY_HTTP_DATABASE: jobs in memory would not survive", "Name a file.")
    _make_private(Path(url.database))
    engine = sqlalchemy.create_engine(url, hide_parameters=True, connect_args={"timeout": _BUSY_TIMEOUT})
    sqlalchemy.event.listen(engine, "connect", _prepare)
    sqlalchemy.event.listen(engine, "begin", _begin)
    _watch(engine, Path(url.database))
    return engine


def _watch(engine: Engine, path: Path) -> None:
    """Refuse a file that is not at `path` any more: what is written there would be lost with our process."""
    found = path.stat()

    def check(*_: object) -> None:
        try:
            same = os.path.samestat(path.stat(), found)
        except OSError:
            same = False
        if not same:
            raise JobsUnavailable(
                "the database of the jobs was removed or replaced while it was in use",
                "Put it back, or start say-serve again, which makes a new one.",
            )

    sqlalchemy.event.listen(engine, "do_connect", check)  # would make an empty file
    sqlalchemy.event.listen(engine, "checkout", check)


def _make_private(path: Path) -> None:
    """Create the file for us alone; what SQLite puts beside it gets the same mode."""
    if not path.parent.exists():  # one that is there is the user's own affair
        ensure_private_directory(path.parent, "the folder of the jobs")
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise JobsUnavailable(f"the database of the jobs {path} cannot be opened: {reason_of(error)}") from error


def _prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # `_begin` begins; the module would do it only before some statements
    _set_journal(connection)
    # In WAL, NORMAL may lose the last transactions in a power cut. One of them may have answered "accepted" or told of
    # stored sound, and a job has few.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")  # of a deleted text nothing stays in the file


def _set_journal(connection: sqlite3.Connection) -> None:
    """Let readers and a writer not wait for each other. SQLite itself waits for nobody when it changes this."""
    until = time.monotonic() + _BUSY_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() >= until:
                raise
            time.sleep(_BUSY_PAUSE)


def _begin(connection: Connection) -> None:
    # A transaction that reads first and then writes fails where another one wrote in between, however long it waits.
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
