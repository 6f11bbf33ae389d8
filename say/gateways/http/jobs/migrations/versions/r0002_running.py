"""What running jobs takes: who works at them, what was asked for under which key, how they went; what is to be removed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None

_BEGINNING = "1970-01-01 00:00:00.000000"


def _columns() -> list[sa.Column[object]]:
    moment = sa.DateTime(timezone=True)
    return [
        sa.Column("error", sa.Text()),
        sa.Column("notice", sa.Text()),
        sa.Column("remark", sa.Text()),
        sa.Column("duration", sa.Float()),
        sa.Column("engine", sa.String(32), nullable=False, server_default=""),
        sa.Column("idempotency_key", sa.String(512)),
        sa.Column("digest", sa.String(64), nullable=False, server_default=""),
        sa.Column("batch", sa.Uuid()),
        sa.Column("attempt", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("losses", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("owner", sa.String(64)),
        sa.Column("lease_until", moment),
        sa.Column("worked", sa.Float(), nullable=False, server_default="0"),
        sa.Column("version", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("updated_at", moment, nullable=False, server_default=_BEGINNING),
        sa.Column("started_at", moment),
        sa.Column("finished_at", moment),
    ]


# What exports of the original's PostgreSQL have: UUIDs with dashes, moments as 2023-10-27T10:00:00Z or with +00 at their
# end. SQLite has types for neither; what is looked for and sorted there has one form.
_IDS = "UPDATE tts_projects SET id = replace(lower(id), '-', '') WHERE length(id) = 36"
_MOMENTS = """
UPDATE tts_projects SET created_at = coalesce(strftime(
    '%Y-%m-%d %H:%M:%f', created_at || CASE WHEN created_at GLOB '*:*[+-][0-9][0-9]' THEN ':00' ELSE '' END
) || '000', created_at)
WHERE created_at NOT GLOB '????-??-?? ??:??:??.??????'
"""
# The original's table need not have refused NULL.
_UNSAID = """
UPDATE tts_projects SET
    created_at = coalesce(created_at, CURRENT_TIMESTAMP), user_id = coalesce(user_id, ''), text = coalesce(text, ''),
    voice = coalesce(voice, 'af_heart'), speed = coalesce(speed, 1.0), lang_code = coalesce(lang_code, ''),
    status = CASE WHEN status IN ('pending', 'processing', 'completed') THEN status ELSE 'failed' END,
    progress = coalesce(progress, 0)
"""


def upgrade() -> None:
    op.execute(_UNSAID)
    if op.get_bind().dialect.name == "sqlite":
        op.get_bind().exec_driver_sql(_IDS)
        op.get_bind().exec_driver_sql(_MOMENTS)
    for column in _columns():
        op.add_column("tts_projects", column)
    op.create_index("tts_projects_newest", "tts_projects", ["created_at", "id"])
    op.create_index("tts_projects_of_user", "tts_projects", ["user_id", "created_at", "id"])
    op.create_index("tts_projects_by_status", "tts_projects", ["status", "created_at"])
    op.create_index("tts_projects_key", "tts_projects", ["user_id", "idempotency_key"], unique=True)
    op.create_table(
        "tts_removals",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("tts_removals")
    for index in ("key", "by_status", "of_user", "newest"):
        op.drop_index(f"tts_projects_{index}", "tts_projects")
    for column in reversed(_columns()):
        op.drop_column("tts_projects", column.name)
