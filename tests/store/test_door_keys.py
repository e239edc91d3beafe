"""What a door seals holds; what it may not seal is named, however well it fits, and so is a door that was revoked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import home
from kiosk.domain import ids, sealed_rows
from kiosk.domain.chain import Detail, Seal
from kiosk.errors import AnswerIsNo, MachineError
from kiosk.setup import key_mending
from kiosk.store import audit, ledger
from kiosk.store.ledger import Draft
from kiosk.store.seals import seal_audit
from tests.conftest import WEDNESDAY
from tests.store.place import DAY, Place, morning

pytestmark = [pytest.mark.promise(3), pytest.mark.sqlite]


def _write(
    place: Place, seal: Seal, kind: str = "declaration", actor: str = "kiosk", detail: Detail | None = None
) -> int:
    draft = Draft(kind=kind, day_on=DAY, group=ids.new(morning(), bytes(16)), actor=actor, detail=detail or {})
    with place.store.writing() as connection:
        return ledger.append(connection, seal, draft, morning(), id_=None)


def _named(place: Place) -> str:
    with place.store.reading() as connection:
        audit.check_chain(connection, place.seal)
        try:
            seal_audit.check(connection, place.seal)
        except AnswerIsNo as wrong:
            return str(wrong)
    return ""


def test_what_a_door_seals_holds_beside_what_the_office_does(place: Place) -> None:
    place.join()
    door = place.seal.of_door(1)
    for seal in (door, place.seal, door):
        _write(place, seal)
    assert _named(place) == ""


@pytest.mark.parametrize(
    ("kind", "actor", "detail", "said"),
    [
        ("declaration", "officer:1", {}, "(declaration by officer:1) is sealed by door 3"),
        ("closing", "kiosk", {}, "(closing by kiosk) is sealed by door 3"),
        ("notice", "kiosk", {"about": "officer"}, "(notice by kiosk) is sealed by door 3"),
        ("seal", "kiosk", {"rows": {"tariff": {"1": sealed_rows.GONE}}}, "seals tariff by door 3"),
        ("seal", "kiosk", {"rows": {"desk_user_role": {"1,1": sealed_rows.GONE}}}, "seals desk_user_role by door 3"),
    ],
)
def test_what_is_the_office_s_is_named_though_it_fits(
    place: Place, kind: str, actor: str, detail: Detail, said: str
) -> None:
    """An entrance that was taken over has its own key and the whole file."""
    number = _write(place, place.seal.of_door(3), kind, actor, detail)
    assert f"entry {number}" in _named(place)
    assert said in _named(place)


def test_a_door_that_was_revoked_seals_nothing_more(place: Place) -> None:
    door = place.seal.of_door(2)
    before = _write(place, door)
    with place.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO door (id, name, site_id, takes, added_on, revoked_on, actor)"
            " VALUES (2, 'x', 1, 'all', ?, ?, 'officer:1')",
            (DAY.isoformat(), DAY.isoformat()),
        )
    rows = {"door": {"2": "0" * 48}}
    revoked = _write(place, place.seal, "seal", "officer:1", {"rows": rows})
    assert "revoked" not in _named(place)
    after = _write(place, door)
    assert f"entry {after} is sealed by door 2, which entry {revoked} revoked" in _named(place)
    assert before < revoked


def test_a_key_that_was_renewed_is_not_gone_on_with_by_a_door(place: Place) -> None:
    _write(place, place.seal)
    other = Seal(bytes(32), "00000000", place.seal.home_id).of_door(1)
    with pytest.raises(MachineError) as refused:
        _write(place, other)
    assert refused.value.code == "chain-key"


@pytest.fixture
def root(place: Place) -> Iterator[Path]:
    yield place.home.paths.root


def test_the_entrance_of_a_new_home_opens_with_its_own_key_and_without_the_chain_s(place: Place, root: Path) -> None:
    chain = place.home.paths.chain_key
    kept = chain.read_bytes()
    chain.unlink()
    with home.opened(root, program="entrance") as opened:
        assert (opened.seal.key_id, opened.seal.key) == (f"{place.seal.key_id}.1", place.seal.of_door(1).key)
    chain.write_bytes(kept)


def test_a_home_of_before_goes_on_with_the_chain_s_key_until_its_update_is_concluded(place: Place, root: Path) -> None:
    place.home.paths.door_seal.unlink()
    key_mending.mend(root, WEDNESDAY, is_updated=False)
    with home.opened(root, program="entrance") as opened:
        assert opened.seal.key_id == place.seal.key_id
    assert "seal seal" in key_mending.mend(root, WEDNESDAY)
    with home.opened(root, program="entrance") as opened:
        assert opened.seal.key_id == f"{place.seal.key_id}.1"
    assert key_mending.mend(root, WEDNESDAY) == []
    assert place.home.paths.chain_key.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "x", "630dcd29.1 00", "630dcd29 " + "0" * 64])
def test_a_damaged_key_of_a_door_is_made_anew(place: Place, root: Path, text: str) -> None:
    place.home.paths.door_seal.write_text(text, "utf-8")
    with home.opened(root, program="entrance") as opened:
        assert opened.seal.key_id == place.seal.key_id, "where it may read the chain's"
    assert "seal seal" in key_mending.mend(root, WEDNESDAY)
    with home.opened(root, program="entrance") as opened:
        assert opened.seal.key_id == f"{place.seal.key_id}.1"
