"""An officer's own file: no right, no prepaid day and no badge comes to it by that officer's own hand, role by role.

Every route of the desk that changes something stands here: refused for one's own file, or on the list of those that
move no right and no prepaid day. A new route without a line fails.
"""

import pytest

from kiosk.domain.members.roles import Role
from kiosk.members.officers import Profile
from kiosk.store.members import organisations
from kiosk.store.members.organisations import Facts
from kiosk.web.desk.common.permissions import MAY
from tests.conftest import Space
from tests.money.test_vouchers import envelopes_for_sale
from tests.web.desk import walking
from tests.web.desk.conftest import Desk, Officer
from tests.web.desk.officers.test_accounts import by, number_of

OWN, OTHER, TWIN = 1, 2, 3  # members; the twin's file was merged into the officer's own
REDUCED = {"level": "reduced", "reason": "student", "from": "2026-11-25", "until": "2027-08-31", "seen": "yes"}
# What gives, moves or keeps up a right or prepaid days: by endpoint, a path and a form for the officer's own file.
REFUSED: dict[str, list[tuple[str, dict[str, str]]]] = {
    "member.merge": [
        (f"/members/{OWN}/merge", {"other": str(OTHER)}),
        (f"/members/{OTHER}/merge", {"other": str(OWN)}),
        (f"/members/{OTHER}/merge", {"other": str(TWIN)}),
    ],
    "member.split": [(f"/members/{OWN}/split", {})],
    "member.reduced": [(f"/members/{OWN}/reduced", REDUCED)],
    "member.appoint": [
        (f"/members/{OWN}/payers", {"organisation": "1", "kinds": "day", "from": "2026-11-25"}),
    ],
    "vouchers.banked": [(f"/members/{OWN}/banked", {"days": "2", "reason": "accueil"})],
    "vouchers.claim": [(f"/members/{OWN}/voucher-code", {"code": "ABCD-EFGH"})],
    "vouchers.name": [("/organisations/1/vouchers/name", {"envelope": "1", "member": str(OWN)})],
    "rota.confirm": [("/hosting/shifts/1/confirm", {})],
    "money.change": [("/money/subscriptions/1/pause", {"from": "2026-12-01", "until": "2026-12-31"})],
}
# Money: whose account it is is asked of `money_forms.refuse_own` and tried out in tests/web/desk/money and books.
MONEY = """
bank.* remittances.* cash.* money.take money.sold money.amended money.reversed_ money.remind receipts.* invoices.*
books.* corrections.* two.* quotes.* online.*
"""
# Ends a right, or takes back what was given: nothing comes to anybody by it.
ENDS = """
member.end_reduced vouchers.end_banked vouchers.end vouchers.end_code member.leave premises.end_spot premises.end_office
rota.unconfirm rota.call_off joining.decline
"""
# Of a member's file, but neither a price nor a day: who they are, what opens for the price that their plan has.
FILE = """
member.edit member.plan member.stay member.come_back member.end_telephone member.end_telephones
member.give_badge member.mark_badge member.mark_pin
doorway.wait_for_badge doorway.next_member doorway.typed_badge doorway.confirm_badge doorway.decline_badge
visitors.* doorway.undo_badge assembly.declare personal.erase joining.confirm members.new imports.* people.*
erasures.decline
"""
# An organisation's own account pays, and naming who it is for is refused above.
ENVELOPES = "vouchers.sell vouchers.code organisations.*"
# The place, the calendar, the rules, the accounts of the desk, the door, files to read.
PLACE = """
rota.* hosting_link.follow events.* rooms.* feeds.* premises.* rules.* simulator.* doors.* doorway.open_door timing.*
users.* account.* security.* tokens.* heads.choose
heads.reconcile heads.set_aside archive.file exports.stop hour.* first.make todo.* renewals.propose
"""
MOVES_NO_RIGHT = [*MONEY.split(), *ENDS.split(), *FILE.split(), *ENVELOPES.split(), *PLACE.split()]


@pytest.fixture
def space(space: Space) -> Space:
    """Zoé, who will be an officer, with a twin file; Paul; an envelope, a turn of hosting that earns days, a plan."""
    envelopes_for_sale(space.home.store)
    for name, uid in (
        ("Zoé Martin", "04B1C2D3E4F501"),
        ("Paul Durand", "04B1C2D3E4F502"),
        ("Zoe Martin", "04B1C2D3E4F503"),
    ):
        space.join(name, uid)
    space.rule("hosting", "true")
    with space.home.store.writing() as connection:
        organisations.add(connection, Facts(name="Coopérative Tilleul", kind="cooperative"))
    return space


def _run(space: Space, *statements: str) -> None:
    with space.home.store.writing() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def _tie(desk: Desk, role: Role, number: int) -> None:
    by(desk.space).change(number_of(desk, f"{role.value}@exemple.fr"), Profile("", [role.value], number))


def _is_listed(endpoint: str) -> bool:
    return endpoint in MOVES_NO_RIGHT or f"{endpoint.split('.', maxsplit=1)[0]}.*" in MOVES_NO_RIGHT


def test_every_route_that_changes_something_is_refused_for_oneself_or_moves_no_right(desk: Desk) -> None:
    changing = {rule.endpoint for rule in walking.rules(desk.app) if (rule.methods or set()) & walking.CHANGING}
    assert sorted(each for each in changing if each not in REFUSED and not _is_listed(each)) == []
    assert set(REFUSED) <= changing, "routes that are gone"
    gone = [each for each in MOVES_NO_RIGHT if not each.endswith(".*") and each not in changing]
    assert gone == []


@pytest.fixture
def with_rights(space: Space, president: Officer) -> Space:
    """The files of Zoé made one by another officer; a turn of hers, and a plan of hers that runs."""
    assert president.post(f"/members/{OWN}/merge", {"other": str(TWIN)}).status_code == 303
    president.post("/hosting/reward", {"shifts": "1", "warned": "yes"})
    assert president.post("/organisations/1/vouchers/sell", {"product": "bons-10", "key": "0f" * 16}).status_code == 303
    line = {"weekday": "2", "kind": "hosting", "from": "00:00", "until": "01:00", "places": "1"}
    assert president.post("/hosting/template", line).status_code == 303
    _run(
        space,
        f"UPDATE shift SET member_id = {OWN}",
        "INSERT INTO subscription (member_id, product_id, from_on)"
        f" SELECT {OWN}, id, '2026-11-01' FROM product WHERE kind = 'subscription' ORDER BY id LIMIT 1",
    )
    return space


KEPT = (
    "member",
    "badge",
    "reduced_grant",
    "banked_day",
    "voucher",
    "payer",
    "shift",
    "subscription",
    "subscription_pause",
)


@pytest.mark.parametrize("endpoint", sorted(REFUSED))
def test_no_officer_gives_or_moves_a_right_of_their_own(desk: Desk, with_rights: Space, endpoint: str) -> None:
    rule = next(rule for rule in walking.rules(desk.app) if rule.endpoint == endpoint)
    permission = walking.permission(desk.app, rule)
    assert permission is not None
    roles = [role for role in Role if role in MAY[permission]]
    assert roles
    for role in roles:
        for number in (OWN, TWIN):
            _tie(desk, role, number)
            officer = desk.sign_in(role)
            for path, form in REFUSED[endpoint]:
                before = [with_rights.sql(f"SELECT * FROM {table}") for table in KEPT]
                answer = officer.post(path, form, headers={"Accept-Language": "fr"})
                assert answer.status_code == 400, (role, path)
                assert "votre propre fiche" in answer.get_data(as_text=True), (role, path)
                assert [with_rights.sql(f"SELECT * FROM {table}") for table in KEPT] == before
        _tie(desk, role, OTHER)


def test_another_officer_merges_the_same_files(desk: Desk, space: Space, secretary: Officer) -> None:
    _tie(desk, Role.PRESIDENT, OWN)
    assert secretary.post(f"/members/{OWN}/merge", {"other": str(TWIN)}).status_code == 303
    assert secretary.post(f"/members/{OWN}/split").status_code == 303


def test_a_file_with_the_account_s_address_is_the_officer_s_own(desk: Desk, space: Space, secretary: Officer) -> None:
    """An account that names no file is not without one by that."""
    _run(space, f"UPDATE member SET email = 'Secretary@exemple.fr' WHERE number = {OWN}")
    answer = secretary.post(f"/members/{OWN}/reduced", REDUCED, headers={"Accept-Language": "fr"})
    assert answer.status_code == 400
    assert "votre propre fiche" in answer.get_data(as_text=True)
    assert space.sql("SELECT count(*) FROM reduced_grant") == [(0,)]


def test_a_file_with_the_name_of_an_account_that_has_none_is_the_officer_s_own(
    desk: Desk, space: Space, secretary: Officer
) -> None:
    """One who comes from outside and has a member's name asks another officer, or names the file that is theirs."""
    _run(space, "UPDATE desk_user SET name = 'MÓREAU  inès', member_id = NULL WHERE email = 'secretary@exemple.fr'")
    _run(space, f"UPDATE member SET name = 'Inès Moreau', search = 'ines moreau' WHERE number = {OWN}")
    assert secretary.post(f"/members/{OWN}/reduced", REDUCED).status_code == 400
    _run(space, "UPDATE desk_user SET name = 'Inès Petit' WHERE email = 'secretary@exemple.fr'")
    assert secretary.post(f"/members/{OWN}/reduced", REDUCED).status_code == 303
    assert space.sql("SELECT count(*) FROM reduced_grant") == [(1,)]
