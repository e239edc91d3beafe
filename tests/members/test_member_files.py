"""Members' files: edited by one officer at a time, two of one person made one and apart again."""

from datetime import date

import pytest

from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.problems import Problem
from kiosk.errors import AnswerIsNo, RequestError
from kiosk.members.member_files import Edit, Files
from kiosk.members.payers import Payers
from kiosk.store import audit
from kiosk.store.members import members
from kiosk.store.members.organisations import Facts
from kiosk.store.money import statements
from kiosk.store.space.policies import Rules
from tests.conftest import Space

OLD, NEW = "04A1B2C3D4E501", "04A1B2C3D4EF2A"


@pytest.fixture
def files(space: Space) -> Files:
    return Files(
        store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock, actor="desk:s@exemple.fr"
    )


@pytest.fixture
def payers(space: Space) -> Payers:
    return Payers(store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock)


@pytest.fixture
def twice(space: Space) -> Space:
    """Inès has two files: number 1 by the day, number 2 by the month."""
    space.join("Inès Moreau", OLD)
    space.join("Ines Moreau", NEW, plan="permanent")
    space.till.sell(2, "carnet-10", None)
    return space


def wanted(version: int, **more: object) -> Edit:
    base: dict[str, object] = {
        "name": "Inès Moreau",
        "shown_name": "",
        "email": None,
        "phone": None,
        "language": None,
        "visible": False,
    }
    return Edit(version=version, **{**base, **more})  # type: ignore[arg-type]  # by name


def test_an_edit_of_an_older_version_is_refused_unless_it_changes_nothing(space: Space, files: Files) -> None:
    space.join("Inès Moreau", OLD)
    assert files.edit(1, wanted(1, email="a@exemple.fr")) == ["email"]
    assert files.edit(1, wanted(1, email="a@exemple.fr")) == []
    with pytest.raises(RequestError) as error:
        files.edit(1, wanted(1, email="b@exemple.fr"))
    assert error.value.code == "file-changed"
    assert files.edit(1, wanted(2, email="b@exemple.fr")) == ["email"]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("email", "a@b", "email"), ("phone", "12", "phone"), ("language", "de", "language"), ("name", "\x07", "name")],
)
def test_an_edit_is_checked(space: Space, files: Files, field: str, value: str, code: str) -> None:
    space.join("Inès Moreau", OLD)
    with pytest.raises((RequestError, Problem)) as error:
        files.edit(1, wanted(1, **{field: value}))
    assert error.value.code == code


def test_both_badges_open_for_the_file_that_was_kept(twice: Space, files: Files) -> None:
    files.merge(1, 2)
    assert isinstance(twice.tap(NEW), Granted)
    twice.clock.advance(minutes=1)
    assert isinstance(twice.tap(OLD), Granted)
    assert twice.sql('SELECT member_id, "right" FROM visit') == [(1, "subscription")]


def test_entries_stay_on_the_account_where_they_were_written(twice: Space, files: Files) -> None:
    before = twice.sql("SELECT number, account_id, member_number, amount_cents FROM entry")
    files.merge(1, 2)
    assert twice.sql("SELECT number, account_id, member_number, amount_cents FROM entry") == before
    with twice.home.store.reading() as connection:
        own = statements.accounts_of(connection, members.by_number(connection, 2).id)
        audit.check_chain(connection, twice.home.seal)
        audit.check_sums(connection)
    assert [(account.number, account.balance_cents) for account in own] == [(1, 500), (2, 500 + 10000 + 4500)]


def test_the_old_number_finds_the_kept_file(twice: Space, files: Files) -> None:
    files.merge(1, 2)
    with twice.home.store.reading() as connection:
        assert members.by_number(connection, 2).number == 1
        assert [found.number for found in members.everyone(connection)] == [1]
    twice.till.pay(2, 100, "cash")
    assert twice.owes(1) == 400


def test_what_the_kept_file_lacks_is_filled_in_and_what_it_has_stays(twice: Space, files: Files) -> None:
    with twice.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET email = 'a@exemple.fr' WHERE id = 1")
        connection.exec_driver_sql(
            "UPDATE member SET email = 'b@exemple.fr', phone = '0612345678', joined_on = '2020-01-01' WHERE id = 2"
        )
    kept = files.merge(1, 2)
    assert (kept.email, kept.phone, kept.joined_on) == ("a@exemple.fr", "0612345678", date(2020, 1, 1))


def test_the_later_certificate_of_insurance_holds_until_the_merge_is_undone(twice: Space, files: Files) -> None:
    first, second = date(2026, 12, 31), date(2027, 6, 30)
    assert files.edit(1, wanted(1, insured_until=first)) == ["insured_until"]
    with twice.home.store.writing() as connection:
        members.change(connection, members.by_number(connection, 2), insured_until=second)
    assert files.merge(1, 2).insured_until == second
    files.split(1)
    with twice.home.store.reading() as connection:
        assert members.by_number(connection, 1).insured_until == first
        assert members.by_number(connection, 2).insured_until == second


def test_a_plan_that_runs_on_both_files_is_charged_once(space: Space, files: Files) -> None:
    space.join("Inès Moreau", OLD, plan="permanent")
    space.join("Ines Moreau", NEW, plan="permanent")
    files.merge(1, 2)
    running = "SELECT count(*) FROM subscription WHERE member_id = 1 AND until_on IS NULL"
    assert space.sql(running) == [(1,)]
    assert files.split(1) == 2
    assert space.sql("SELECT member_id, until_on FROM subscription") == [(1, None), (2, None)]


def test_payers_move_unless_the_kept_file_has_its_own(twice: Space, files: Files, payers: Payers) -> None:
    first = payers.add(Facts(name="Une", kind="company"))
    second = payers.add(Facts(name="Deux", kind="funder"))
    payers.appoint(1, ["day"], first.id, date(2026, 11, 25))
    payers.appoint(2, ["day", "carnet"], second.id, date(2026, 11, 26))
    files.merge(1, 2)
    assert twice.sql("SELECT kind, account_id FROM payer WHERE member_id = 1 ORDER BY kind") == [
        ("carnet", second.account),
        ("day", first.account),
    ]


def test_files_of_files_point_to_the_last_one_kept(twice: Space, files: Files) -> None:
    twice.join("I. Moreau", "04A1B2C3D4E5AA")
    files.merge(2, 3)
    files.merge(1, 2)
    with twice.home.store.reading() as connection:
        assert {members.by_number(connection, number).number for number in (1, 2, 3)} == {1}
    assert files.split(1) == 2
    with twice.home.store.reading() as connection:
        assert members.by_number(connection, 3).number == 2


@pytest.mark.parametrize("numbers", [(1, 1), (2, 2)])
def test_a_file_is_not_merged_with_itself(twice: Space, files: Files, numbers: tuple[int, int]) -> None:
    with pytest.raises(RequestError) as error:
        files.merge(*numbers)
    assert error.value.code == "same-file"


@pytest.mark.parametrize("act", ["pay", "tap", "edit"])
def test_files_stay_one_once_something_was_written(twice: Space, files: Files, act: str) -> None:
    files.merge(1, 2)
    if act == "pay":
        twice.till.pay(1, 100, "cash")
    elif act == "tap":
        twice.tap(OLD)
    else:
        files.edit(1, wanted(2, phone="0612345678"))
    with pytest.raises(RequestError) as error:
        files.split(1)
    assert error.value.code == "merge-stays"


def test_a_merge_that_was_undone_can_be_made_again(twice: Space, files: Files) -> None:
    for _ in range(2):
        files.merge(1, 2)
        assert files.split(1) == 2
    with pytest.raises(RequestError):
        files.split(1)


def test_a_reduced_tariff_that_has_not_begun_goes_and_one_that_has_ends(space: Space, files: Files) -> None:
    space.join("Inès Moreau", OLD)
    files.grant(1, "reduced", "student", date(2026, 11, 1), date(2027, 8, 31))
    files.grant(1, "reduced", "young", date(2027, 1, 1), date(2027, 8, 31))
    files.end_grant(1, 1)
    files.end_grant(1, 2)
    assert space.sql("SELECT id, until_on FROM reduced_grant") == [(1, "2026-11-25")]


def test_a_reduced_tariff_is_of_a_level_that_exists(space: Space, files: Files) -> None:
    space.join("Inès Moreau", OLD)
    with pytest.raises(Problem) as error:
        files.grant(1, "royal", "student", date(2026, 11, 25), date(2027, 8, 31))
    assert error.value.code == "reduced-level"


def test_a_sum_that_differs_would_be_found(twice: Space, files: Files) -> None:
    files.merge(1, 2)
    with twice.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE account SET balance_cents = 1 WHERE id = 2")
    with twice.home.store.reading() as connection, pytest.raises(AnswerIsNo):
        audit.check_sums(connection)


def test_no_tab_holds_for_the_kept_file_until_the_merge_is_undone(twice: Space, files: Files) -> None:
    with twice.home.store.writing() as connection:
        members.change(connection, members.by_number(connection, 2), no_tab=True)
    assert files.merge(1, 2).no_tab is True
    files.split(1)
    with twice.home.store.reading() as connection:
        assert [members.by_number(connection, number).no_tab for number in (1, 2)] == [False, True]
