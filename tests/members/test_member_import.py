"""A list of members becomes members: all of it or nothing, once, and without a charge that nobody asked for."""

from datetime import date, timedelta

import pytest

from kiosk.books.due import Due
from kiosk.domain import spreadsheet
from kiosk.domain.checkin.standing import Right
from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.members import file_columns
from kiosk.domain.members.matching import Outcome, Proposal
from kiosk.errors import RequestError
from kiosk.exports import refused
from kiosk.members.member_import import ImportRequest, Imports
from kiosk.store.space.policies import Rules
from tests.conftest import Space

INES, ZOE = "04A2000000E511", "04A2000000E522"
LIST = """Nom;Prénom;Courriel;Téléphone;Formule;Arrivée;Adhésion jusqu'au;Badge
Moreau;Inès;ines@exemple.fr;06 12 34 56 78;Itinérante;05/01/2026;04/01/2027;04:A2:00:00:00:E5:11
Haddad;Karim;karim@exemple.fr;;Permanent;01/09/2024;31/08/2027;
Petit;Zoé;;;;;;
"""


def wish(text: str, **more: object) -> ImportRequest:
    table = spreadsheet.read(text.encode())
    return ImportRequest(table, file_columns.guess(table), **more)  # type: ignore[arg-type]  # a test's shorthand


def office(space: Space) -> Imports:
    home = space.home
    return Imports(
        store=home.store,
        rules=Rules(home.config.zone),
        seal=home.seal,
        badge_key=home.badge_key,
        clock=space.clock,
        actor="desk:secretariat@exemple.fr",
    )


def outcomes(proposal: Proposal) -> list[str]:
    return [row.outcome.value for row in proposal.rows]


def test_a_list_becomes_members_without_a_charge(space: Space) -> None:
    assert outcomes(office(space).propose(wish(LIST))) == ["new"] * 3
    assert space.sql("SELECT count(*) FROM member") == [(0,)]
    office(space).apply(wish(LIST))
    assert space.sql("SELECT number, name, shown_name, email, phone, plan_code, joined_on, search FROM member") == [
        (1, "Inès Moreau", "Inès", "ines@exemple.fr", "06 12 34 56 78", "itinerant", "2026-01-05", "ines moreau"),
        (2, "Karim Haddad", "Karim", "karim@exemple.fr", None, "permanent", "2024-09-01", "karim haddad"),
        (3, "Zoé Petit", "Zoé", None, None, "itinerant", "2026-11-25", "zoe petit"),
    ]
    assert space.sql("SELECT member_id, from_on, until_on, entry_number FROM membership ORDER BY member_id") == [
        (1, "2026-01-05", "2027-01-04", None),
        (2, "2026-09-01", "2027-08-31", None),
    ]
    assert space.sql("SELECT count(*) FROM entry") == [(0,)]
    assert space.sql("SELECT count(*) FROM account WHERE member_id IN (1, 2, 3)") == [(3,)]


def test_who_was_imported_comes_in_with_their_badge(space: Space) -> None:
    office(space).apply(wish(LIST))
    granted = space.tap(INES)
    assert isinstance(granted, Granted)
    assert granted.right is Right.FULL


def test_the_same_file_twice_changes_nothing(space: Space) -> None:
    office(space).apply(wish(LIST))
    before = space.sql("SELECT * FROM member"), space.sql("SELECT count(*) FROM desk_log")
    again = office(space).apply(wish(LIST))
    assert outcomes(again) == ["same"] * 3
    assert (space.sql("SELECT * FROM member"), space.sql("SELECT count(*) FROM desk_log")) == before


def test_one_bad_line_and_nothing_is_done(space: Space) -> None:
    wrong = wish(LIST + "Durand;Paul;paul@;;;;;\n")
    (bad,) = office(space).propose(wrong).refused
    assert (bad.line.number, bad.reason, bad.value) == (5, "cell-email", "paul@")
    with pytest.raises(RequestError) as raised:
        office(space).apply(wrong)
    assert raised.value.code == "import-refused"
    assert space.sql("SELECT count(*) FROM member") == [(0,)]


def test_changes_are_written_and_the_version_grows(space: Space) -> None:
    office(space).apply(wish(LIST))
    text = "numéro;nom;courriel;adhésion jusqu'au\n1;Inès Petit;ines@neuf.fr;04/01/2028\n"
    assert outcomes(office(space).apply(wish(text))) == ["changed"]
    assert space.sql("SELECT name, search, email, version FROM member WHERE number = 1") == [
        ("Inès Petit", "ines petit", "ines@neuf.fr", 2)
    ]
    assert space.sql("SELECT from_on, until_on FROM membership WHERE member_id = 1 ORDER BY id") == [
        ("2026-01-05", "2027-01-04"),
        ("2027-01-05", "2028-01-04"),
    ]


def test_a_monthly_plan_runs_from_today_and_its_next_period_is_charged_on_its_day(space: Space) -> None:
    office(space).apply(wish(LIST))
    assert space.sql("SELECT member_id, from_on, until_on FROM subscription") == [(2, "2026-11-25", None)]
    home = space.home
    due = Due(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=space.clock)
    assert due.run().charged == []
    assert due.run().failed == []
    space.clock.advance(days=31)
    (charge,) = due.run().charged
    assert (charge.number, charge.part.first_on) == (2, date(2026, 12, 25))


def test_another_plan_ends_the_old_one_s_subscription(space: Space) -> None:
    office(space).apply(wish(LIST))
    space.clock.advance(days=10)
    office(space).apply(wish("numéro;formule\n1;permanent\n2;itinérant\n"))
    assert space.sql("SELECT member_id, from_on, until_on FROM subscription ORDER BY id") == [
        (2, "2026-11-25", "2026-12-04"),
        (1, "2026-12-05", None),
    ]
    assert space.sql("SELECT count(*) FROM entry") == [(0,)]


def test_with_a_fee_new_people_without_a_membership_begin_as_at_the_desk(space: Space) -> None:
    office(space).apply(wish(LIST, charge=True))
    assert space.sql("SELECT member_number, amount_cents FROM entry") == [(1, 500)]
    assert space.sql("SELECT number, name FROM member") == [(1, "Zoé Petit"), (2, "Inès Moreau"), (3, "Karim Haddad")]
    assert outcomes(office(space).apply(wish(LIST, charge=True))) == ["same"] * 3


def test_what_was_shown_is_what_is_done(space: Space) -> None:
    shown = office(space).propose(wish(LIST)).digest
    space.join("Zoé Petit", ZOE)
    with pytest.raises(RequestError) as raised:
        office(space).apply(wish(LIST), shown)
    assert raised.value.code == "import-changed"
    again = office(space).propose(wish(LIST))
    assert outcomes(again) == ["new", "new", "same"]
    office(space).apply(wish(LIST), again.digest)


def test_the_log_says_who_was_imported_by_number(space: Space) -> None:
    office(space).apply(wish(LIST))
    lines = space.sql("SELECT actor, act, member_number, what FROM desk_log ORDER BY id")
    assert lines[0] == ("desk:secretariat@exemple.fr", "import", None, "3 new, 0 changed")
    assert lines[1:] == [("desk:secretariat@exemple.fr", "import", n, f"line {n + 1}: new") for n in (1, 2, 3)]


def test_the_books_still_agree(space: Space) -> None:
    from kiosk.store import audit

    office(space).apply(wish(LIST, charge=True))
    with space.home.store.reading() as connection:
        entries, _ = audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)
    assert [(entries,)] == space.sql("SELECT max(number) FROM entry")
    assert entries >= 1  # the fees that were charged


def test_a_plan_that_does_not_exist_is_refused_before_anything_is_read(space: Space) -> None:
    with pytest.raises(RequestError) as raised:
        office(space).propose(wish(LIST, plan="castle"))
    assert raised.value.code == "no-such-plan"


def test_a_thousand_people_are_a_short_transaction(space: Space) -> None:
    lines = "".join(f"Person {number};p{number}@exemple.fr;04/01/2027\n" for number in range(1000))
    proposal = office(space).apply(wish(f"nom;courriel;adhesion jusqu au\n{lines}"))
    assert proposal.counts[Outcome.NEW] == 1000
    assert space.sql("SELECT count(*), max(number) FROM member") == [(1000, 1000)]


def test_every_reason_has_its_words() -> None:
    import ast
    from pathlib import Path

    from kiosk.domain.members import matching

    tree = ast.parse(Path(matching.__file__).read_text("utf-8"))
    codes = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_Refused"
        if isinstance(node.args[0], ast.Constant)
    }
    assert codes
    assert codes | {f"cell-{field}" for field in file_columns.Field} | {"cells"} == set(refused.REASONS)


def test_a_membership_is_a_year_at_the_most(space: Space) -> None:
    office(space).apply(wish("nom;arrivee;adhesion jusqu au\nZoé Petit;01/01/2001;25/11/2026\n"))
    ((first,),) = space.sql("SELECT from_on FROM membership")
    assert date.fromisoformat(str(first)) == date(2026, 11, 25) - timedelta(days=364)
