"""The site's keys for badges go by the records to each door of the space, and to no other machine."""

import json
from collections.abc import Callable

import pytest

from kiosk.badges import proof_keys
from kiosk.devices import aes
from kiosk.devices.clock import HostClock
from kiosk.errors import MachineError
from kiosk.health import fallback_checks
from tests.cli.test_commands import Kiosk
from tests.conftest import Space


@pytest.fixture
def keys(space: Space, monkeypatch: pytest.MonkeyPatch) -> dict[int, bytes]:
    monkeypatch.setattr(HostClock, "now", lambda _: space.clock.now())  # commands are typed on the day of this home
    for _ in range(2):
        proof_keys.add(space.home.paths)
    proof_keys.share(space.home.paths, space.home.store, aes)
    proof_keys.share(space.home.paths, space.home.store, aes)
    return dict(proof_keys.read(space.home.paths))


@pytest.mark.remedy("badges site-key --take", "no-proof-key", unreported="by a badge that is asked: test_exchange.py")
def test_a_door_that_joins_has_every_key_of_the_site_by_its_version(
    space: Space, keys: dict[int, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    kiosk = Kiosk(space.home.paths.root, capsys)
    code = kiosk("doors", "code", "Atelier")[1].split()[-1]
    space.home.paths.proof_keys.unlink()  # as a machine has it that joins: the records, and none of the site's keys yet
    assert kiosk("doors", "join", code)[0] == 0
    assert proof_keys.read(space.home.paths) == keys
    assert space.home.paths.proof_keys.stat().st_mode & 0o777 == 0o600
    assert "this door has every key already" in kiosk("badges", "site-key", "--take")[1]


def test_a_key_that_another_door_made_is_taken_before_one_more_is_made(
    space: Space, keys: dict[int, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    space.home.paths.proof_keys.unlink()
    out = Kiosk(space.home.paths.root, capsys)("badges", "site-key")[1]
    assert [line.split(" is in ")[0] for line in out.splitlines()] == [
        "key 1 was taken from the records",
        "key 2 was taken from the records",
        "key 3",
    ]
    assert {**keys, 3: proof_keys.read(space.home.paths)[3]} == proof_keys.read(space.home.paths)


def test_a_door_that_is_there_takes_what_it_lacks(space: Space, keys: dict[int, bytes]) -> None:
    space.home.paths.proof_keys.write_text(f"1 {keys[1].hex()}\n")
    assert proof_keys.take(space.home.paths, space.home.store, aes) == [2]
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
        proof_keys.take(space.home.paths, space.home.store, aes)


def test_the_records_alone_give_none_of_them(space: Space, keys: dict[int, bytes]) -> None:
    rows = space.sql("SELECT hex(enciphered) FROM site_key ORDER BY version")
    assert len(rows) == 2
    assert not any(key.hex().upper() in str(hidden) for (hidden,) in rows for key in keys.values())


def test_a_space_without_such_badges_has_nothing_to_take(space: Space) -> None:
    assert proof_keys.take(space.home.paths, space.home.store, aes) == []
    assert not space.home.paths.proof_keys.exists()


@pytest.mark.remedy("badges site-key --put", "site-keys-closed")
def test_keys_that_no_door_can_open_any_more_are_found_and_put_into_the_records_again(
    space: Space, keys: dict[int, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    kiosk, paths = Kiosk(space.home.paths.root, capsys), space.home.paths
    assert list(fallback_checks.of_site_keys(paths.root, lambda: aes)) == []
    assert "the records have every key" in kiosk("badges", "site-key", "--put")[1]
    paths.spool_key.write_text("11" * 32)  # made anew, as `kiosk mend` does where it was damaged
    (finding,) = fallback_checks.of_site_keys(paths.root, lambda: aes)
    assert (finding.kind.code, finding.values["count"]) == ("site-keys-closed", 2)
    assert "site-key --put" in kiosk("badges", "site-key")[2], "none is made beside them"
    assert "site-keys-closed" in {each["code"] for each in json.loads(kiosk("check", "--json")[1])["checks"]}
    paths.proof_keys.write_text(f"1 {keys[1].hex()}\n")
    assert kiosk("badges", "site-key", "--put")[1].splitlines() == ["key 1 is in the records again"]
    (finding,) = fallback_checks.of_site_keys(paths.root, lambda: aes)
    assert finding.values["count"] == 1, "what this door lacks stays as it is"
    proof_keys._write(paths, keys)
    kiosk("badges", "site-key", "--put")
    assert list(fallback_checks.of_site_keys(paths.root, lambda: aes)) == []
    paths.proof_keys.unlink()
    assert proof_keys.take(paths, space.home.store, aes) == [1, 2]
    assert proof_keys.read(paths) == keys
    paths.spool_key.unlink()
    assert list(fallback_checks.of_site_keys(paths.root, lambda: aes)) == [], (
        "a key of the doors that is missing is said elsewhere"
    )
