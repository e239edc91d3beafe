"""Who did something at the desk is named by the number of their account. Entries stay as they are sealed."""

from collections.abc import Sequence

from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NAMED = {
    "reduced_grant": "seen_by",
    "clock_word": "actor",
    "desk_log": "actor",
    "desk_request": "actor",
    "correction": "decided_by",
    "subscription_pause": "actor",
    "file_merge": "actor",
    "closed_day": "actor",
    "wording": "actor",
    "rule_called_off": "actor",
    "joining": "settled_by",
    "document_copy": "actor",
    "banked_day": "given_by",
}


def upgrade() -> None:
    for table, column in NAMED.items():
        op.execute(
            f"UPDATE {table} SET {column} = (SELECT 'officer:' || u.id FROM desk_user AS u"
            f" WHERE 'desk:' || u.email = {table}.{column})"
            f" WHERE {column} IN (SELECT 'desk:' || email FROM desk_user)"
        )


def downgrade() -> None:
    for table, column in NAMED.items():
        op.execute(
            f"UPDATE {table} SET {column} = (SELECT 'desk:' || u.email FROM desk_user AS u"
            f" WHERE 'officer:' || u.id = {table}.{column})"
            f" WHERE {column} IN (SELECT 'officer:' || id FROM desk_user)"
        )
