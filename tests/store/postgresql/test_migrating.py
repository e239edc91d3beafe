"""Migrations run on a server as on a file: up, down and up again, with every guard, function and row."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk.errors import MachineError
from kiosk.setup import migration
from kiosk.store import schema
from kiosk.store.postgresql import guarded, server_store
from kiosk.store.revisions import REVISION, revision
from tests.store.place import FixedClock, Place, morning

FIRST = "0019"  # no server has older tables
NEXT = '''"""What a migration may do, in the words that both understand."""

import sqlalchemy as sa
from alembic import op

revision = "9000"
down_revision = "{before}"
branch_labels = depends_on = None


def upgrade() -> None:
    op.create_table(
        "probe",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(says) > 0", name=op.f("ck_probe_says")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_probe_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_probe")),
    )
    op.create_index("ix_probe_once", "probe", ["member_id"], unique=True, sqlite_where=sa.text("counts"))
    op.execute("INSERT INTO probe SELECT id, id, '2026-11-25', 'x', 0 FROM member")
    with op.batch_alter_table("member") as batch:
        batch.add_column(sa.Column("probed_on", sa.Date(), nullable=True))
    op.execute("UPDATE member SET probed_on = '2026-11-25' WHERE number = 1")


def downgrade() -> None:
    with op.batch_alter_table("member") as batch:
        batch.drop_column("probed_on")
    op.drop_table("probe")
'''


@pytest.fixture
def alone(there: Place) -> Iterator[sa.Connection]:
    """A migration's transaction on the server of a home where somebody came in."""
    there.join()
    there.tap(morning())
    url = there.home.config.database.url
    there.store.close()
    with server_store.working_on(url) as connection, connection.begin():
        yield connection


@pytest.mark.promise(3)
def test_home_on_a_server_goes_down_and_up_again_with_every_guard(alone: sa.Connection) -> None:
    schema.downgrade(alone, FIRST)
    schema.upgrade(alone)
    schema.compare(alone)
    assert revision(alone) == REVISION
    for attack in ("UPDATE entry SET amount_cents = 0", "DELETE FROM visit"):
        with pytest.raises(sa.exc.IntegrityError), alone.begin_nested():
            alone.exec_driver_sql(attack)


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A release with one migration more."""
    scripts = Path(shutil.copytree(Path(migration.__file__).parents[2] / "migrations", tmp_path / "migrations"))
    (scripts / "versions" / "9000_next.py").write_text(NEXT.format(before=REVISION), "utf-8")
    monkeypatch.setattr(schema, "_MIGRATIONS", scripts)


@pytest.mark.usefixtures("newer")
def test_next_migration_makes_what_a_server_needs_of_the_same_words(alone: sa.Connection) -> None:
    before = guarded.described(alone)
    schema.upgrade(alone)
    found = guarded.described(alone)
    assert found["probe.on"].startswith("day NOT NULL")
    assert found["probe.counts"].startswith("flag NOT NULL")
    assert found["probe.says"].endswith("COLLATE C")
    assert "WHERE" in found["index ix_probe_once"]
    assert alone.exec_driver_sql("SELECT probed_on FROM member").scalar() == "2026-11-25"
    schema.downgrade(alone, REVISION)
    assert guarded.described(alone) == before


@pytest.mark.usefixtures("newer")
def test_migrate_keeps_a_copy_first_and_goes_back(there: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    there.join()
    there.store.close()
    root = there.home.paths.root
    monkeypatch.setattr(migration, "REVISION", "9000")
    monkeypatch.setattr(guarded, "compare", lambda connection: None)  # its tables are in no release's definitions
    assert "9000" in migration.migrate(root, FixedClock())
    assert [path.name for path in (root / "backups").iterdir()] == ["before-9000-20261125T080000.db"]
    assert REVISION in migration.migrate_back(root, REVISION)
    monkeypatch.undo()
    assert "already" in migration.migrate(root, FixedClock())  # puts the guards in
    with there.store.reading() as connection:
        schema.compare(connection)


def test_nothing_migrates_while_others_are_connected(there: Place) -> None:
    there.join()
    with pytest.raises(MachineError) as refused:
        migration.migrate_back(there.home.paths.root, FIRST)
    assert refused.value.code == "server-used"
