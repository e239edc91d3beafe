"""The site's keys for badges go by the records to each door of the space, and to no other machine."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from kiosk.checkin import proof_keys
from kiosk.errors import MachineError
from kiosk.setup import door_joining
from kiosk.space.doors import Doors
from kiosk.store.space.door_rows import NewDoor
from kiosk.store.space.policies import Rules
from tests.conftest import Space


def forget(space: Space, _: object = None) -> None:
    """The same home as a machine has it that joins: its records, and none of the site's keys yet."""
    space.home.paths.proof_keys.unlink()


@pytest.fixture
def keys(space: Space) -> dict[int, bytes]:
    for _ in range(2):
        proof_keys.add(space.home.paths)
    proof_keys.share(space.home.paths, space.home.store)
    proof_keys.share(space.home.paths, space.home.store)
    return dict(proof_keys.read(space.home.paths))


def test_a_door_that_joins_has_every_key_of_the_site_by_its_version(space: Space, keys: dict[int, bytes]) -> None:
    forget(space)
    home_id = space.home.seal.home_id
    office = Doors(
        store=space.home.store,
        rules=Rules(space.home.config.zone),
        home_id=home_id,
        clock=space.clock,
        actor="officer:1",
    )
    assert door_joining.join(space.home, office, office.give_code(NewDoor("Atelier"), bytes(range(12)))) == 2
    assert proof_keys.read(space.home.paths) == keys
    assert space.home.paths.proof_keys.stat().st_mode & 0o777 == 0o600
    assert proof_keys.take(space.home.paths, space.home.store) == []


def test_a_door_that_is_there_takes_what_it_lacks(space: Space, keys: dict[int, bytes]) -> None:
    space.home.paths.proof_keys.write_text(f"1 {keys[1].hex()}\n")
    assert proof_keys.take(space.home.paths, space.home.store) == [2]
    assert proof_keys.read(space.home.paths) == keys


@pytest.mark.parametrize(
    "change",
    [
        lambda space: space.home.paths.spool_key.write_text("11" * 32),
        lambda space: space.home.paths.proof_keys.write_text(f"1 {'22' * 16}\n"),
        lambda space: space.sql_write("UPDATE site_key SET enciphered = zeroblob(44) WHERE version = 1"),
        lambda space: space.sql_write("UPDATE site_key SET version = 9 WHERE version = 2"),
    ],
    ids=["another-house", "another-key", "changed", "another-version"],
)
def test_keys_of_other_doors_are_not_taken(
    space: Space, keys: dict[int, bytes], change: Callable[[Space], object]
) -> None:
    change(space)
    with pytest.raises(MachineError, match="is not of these doors"):
        proof_keys.take(space.home.paths, space.home.store)


def test_the_records_alone_give_none_of_them(space: Space, keys: dict[int, bytes]) -> None:
    rows = space.sql("SELECT enciphered FROM site_key ORDER BY version")
    assert len(rows) == 2
    assert not any(key in bytes(hidden) for (hidden,) in rows for key in keys.values())


def test_a_space_without_such_badges_has_nothing_to_take(space: Space) -> None:
    assert proof_keys.take(replace(space.home).paths, space.home.store) == []
    assert not space.home.paths.proof_keys.exists()
