"""One workshop for all tests, with the releases that they install; and a machine for each test."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.release import rig
from tests.release.rig import CHECKOUT, Installed, Workshop
from tests.shared import once

NOVELTY = '''\
"""Something new."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{newest}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("novelty", sa.Column("id", sa.Integer(), primary_key=True))
    {after}


def downgrade() -> None:
    op.drop_table("novelty")
    {before}
'''
_FAILS = 'raise RuntimeError("a flaw of this release")'


def _newest() -> str:
    return sorted((CHECKOUT / "migrations" / "versions").glob("0*.py"))[-1].name[:4]


def migrating(*, up: str = "pass", down: str = "pass") -> dict[str, str]:
    """What makes a release want one more table."""
    revisions = (CHECKOUT / "kiosk" / "store" / "revisions.py").read_text("utf-8")
    return {
        "migrations/versions/9999_novelty.py": NOVELTY.format(newest=_newest(), after=up, before=down),
        "kiosk/store/revisions.py": revisions.replace(f'REVISION = "{_newest()}"', 'REVISION = "9999"'),
    }


def _failing(program: str) -> dict[str, str]:
    """What makes one of the programs end at its start."""
    text = (CHECKOUT / "kiosk" / f"{program}.py").read_text("utf-8")
    return {f"kiosk/{program}.py": f"{text}\n{_FAILS}\n"}


def _not_migrating() -> dict[str, str]:
    """What makes a release report that the records are its own, and leave them the older one's."""
    text = (CHECKOUT / "kiosk" / "__main__.py").read_text("utf-8")
    reports = 'import sys\n\nif sys.argv[-1] in ("migrate", "verify"):\n    sys.exit(0)\n'
    return migrating() | {"kiosk/__main__.py": f"{reports}{text}"}


PRESENT, NEWER, ILL_MIGRATION, NO_ENTRANCE, NO_DESK, NO_WAY_BACK = "9.0.0", "9.1.0", "9.2.0", "9.3.0", "9.4.0", "9.5.0"
NOT_MIGRATED = "9.6.0"
_CHANGES: dict[str, Callable[[], dict[str, str]]] = {
    PRESENT: dict,
    NEWER: migrating,
    ILL_MIGRATION: lambda: migrating(up=_FAILS),
    NO_ENTRANCE: lambda: migrating() | _failing("entrance"),
    NO_DESK: lambda: migrating() | _failing("desk"),
    NO_WAY_BACK: lambda: migrating(down=_FAILS) | _failing("desk"),
    NOT_MIGRATED: _not_migrating,
}


def changes_of(version: str) -> dict[str, str]:
    """What a release has of its own."""
    return _CHANGES[version]()


@pytest.fixture(scope="session")
def workshop() -> Workshop:
    """Where every release is made, once."""
    return Workshop(once("workshop", _equip))


def _equip(root: Path) -> None:
    made = Workshop.new(root)
    for version in _CHANGES:
        made.release(version, changes_of(version))


@pytest.fixture(scope="session")
def machines(workshop: Workshop) -> Path:
    """A machine's folders with the present release; the others are put together already."""
    if os.geteuid() != 0:
        pytest.skip("what is installed belongs to root")

    def make(root: Path) -> None:
        rig.installed(workshop, root, PRESENT)
        for version in _CHANGES:
            if version != PRESENT:
                rig.derived(workshop, root, PRESENT, version, changes_of(version))
        rig.furnish(workshop, root, PRESENT)

    return once("machines", make)


@pytest.fixture(scope="session")
def standing() -> Iterator[list[Installed]]:
    """The machine that the test before has left."""
    left: list[Installed] = []
    yield left
    for each in left:
        each.end()


@pytest.fixture
def machine(
    workshop: Workshop,
    machines: Path,
    standing: list[Installed],
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Installed]:
    """A machine with the present release running alone: the one of the test before, where that has brought it back."""
    made = standing.pop() if standing else None
    if made is not None and not made.is_as_it_began(PRESENT):
        made.end()
        made = None
    if made is None:
        made = rig.copied(workshop, machines, tmp_path_factory.mktemp("machine") / "root", PRESENT)
    failed = request.session.testsfailed
    try:
        if not any(made.health()):
            made.start()
        yield made
    finally:
        if request.session.testsfailed == failed:
            standing.append(made)
        else:
            made.end()  # nobody knows what still runs there
