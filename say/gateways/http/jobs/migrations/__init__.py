"""What brings a database to the layout that this version works with, step by step, applied at every start.

Each file in `versions` is a revision as Alembic has them; a new one is written by hand and names the one before it.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from common.errors import DaemonError

_FIRST = "0001"  # the table of the original service, which may be there without a word of revisions


class NewerDatabase(DaemonError):
    """A newer version of the program has written it."""


def migrate(connection: Connection, name: str, target: str = "head") -> None:
    """Bring the database up to `target` within the transaction that `connection` is in. Raises NewerDatabase.

    `name` is how errors call the database. An empty one gets the tables; one that is as it should be is left alone.
    """
    scripts = ScriptDirectory(str(Path(__file__).parent))
    known = {script.revision for script in scripts.walk_revisions()}
    found = MigrationContext.configure(connection).get_current_heads()
    if strange := [revision for revision in found if revision not in known]:
        raise NewerDatabase(
            f"the jobs in {name} were written by a newer version of this program (revision {', '.join(strange)})",
            "Start that version, or set SAY_HTTP_DATABASE to another database.",
        )
    if not found and sqlalchemy.inspect(connection).has_table("tts_projects"):
        # Ahead of the run, which reads once where it begins and would leave this revision beside the last.
        MigrationContext.configure(connection).stamp(scripts, _FIRST)

    def steps(revision: tuple[str, ...], _: MigrationContext) -> list[RevisionStep]:
        # Of Alembic's own; public names for these exist on its command line only.
        return list(scripts._upgrade_revs(target, revision))  # type: ignore[arg-type]

    with EnvironmentContext(Config(), scripts, fn=steps) as environment:
        environment.configure(connection=connection, transactional_ddl=True)
        environment.run_migrations()
