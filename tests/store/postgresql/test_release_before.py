"""A release before, on a server that this one migrated: refused in words, the door open, and at work again once it was
taken back.
"""

from pathlib import Path

import psycopg
import pytest

from kiosk import home
from kiosk.setup import migration
from kiosk.store import audit
from kiosk.store.postgresql import address
from kiosk.store.revisions import REVISION
from kiosk.store.seals import seal_audit
from tests import homes, postgres
from tests.conftest import Space
from tests.faults import older_release
from tests.store.place import FixedClock
from tests.store.postgresql.test_missing_right import INES, aside, space  # noqa: F401  # a fixture
from tests.store.test_way_back import COMMIT, OLDER
from tests.store.test_way_back import REVISION as BEFORE

pytestmark = pytest.mark.promise(3)
OWN_DAY = Path(__file__).with_name("older_day.py")


def _accounts(root: Path) -> list[str]:
    """The names of the desk's and the entrance's accounts."""
    paths = home.find(root)
    return [str(address.parsed(home.own_server(paths, each)).username) for each in ("desk", "entrance")]


@OLDER
def test_release_before_is_refused_in_words_and_works_again_once_the_server_was_taken_back(
    server: postgres.Server, template: Path, tmp_path: Path
) -> None:
    """By the older release's own code, which has no rights but those of its programs' accounts."""
    root = homes.on_server(template, tmp_path / "home", has_roles=True)
    refused = older_release.says(COMMIT, root, "desk")
    assert f"the database is at {REVISION}, newer than this release ({BEFORE}): update it" in refused
    assert f"went back to {BEFORE}" in migration.migrate_back(root, BEFORE)
    said = older_release.runs_at(COMMIT, OWN_DAY, str(root))
    assert f"at {BEFORE} already" in said, "its guards and the accounts' rights are its own again"
    assert [each for each in _accounts(root) if each not in said.split()] == []
    assert "all well" in said
    assert f"from {BEFORE} to {REVISION}" in migration.migrate(root, FixedClock())
    with home.opened(root, program="desk") as opened, opened.store.reading() as connection:
        audit.check_chain(connection, opened.seal)
        seal_audit.check(connection, opened.seal)


def test_a_door_of_a_release_before_opens_by_its_list_of_people_and_counts_once_it_is_updated(
    space: Space,  # noqa: F811
) -> None:
    """As on the second machine of a house, until the new release is installed there, too."""
    space.join("Inès Moreau", INES)
    space.kept.follower.follow()
    assert space.at_door is not None
    for revision in ("9999", REVISION):
        with psycopg.connect(space.home.config.database.url) as owner:
            owner.execute("UPDATE kiosk.alembic_version SET version_num = %s", [revision])
        space.at_door.store.close()  # as where the server was restarted to be migrated
        if revision != REVISION:
            space.tap(INES)
            space.kept.replay.turn()
            assert (space.door.pulses, len(space.kept.spool), aside(space.home)) == (1, 1, False)
    space.kept.replay.turn()
    assert (space.sql("SELECT count(*) FROM visit"), len(space.kept.spool)) == ([(1,)], 0)
    assert not aside(space.home)
