"""Invoices from the command line."""

import json
from pathlib import Path

import pytest

from kiosk import home
from kiosk.members.payers import Payers
from kiosk.store.members.organisations import Facts
from kiosk.store.space.policies import Rules
from tests.books.test_invoicing import LA_COROUTINE
from tests.cli.standing import TODAY
from tests.cli.test_commands import Kiosk
from tests.fakes import FakeClock


@pytest.fixture
def kiosk(root: Path, clock: FakeClock, capsys: pytest.CaptureFixture[str]) -> Kiosk:
    """Résonance pays the membership of member 1."""
    with home.opened(root) as opened:
        rules = Rules(opened.config.zone)
        with opened.store.writing() as connection:
            connection.exec_driver_sql(
                "INSERT INTO policy (name, valid_from, value) VALUES ('association', '2020-01-01', ?)", (LA_COROUTINE,)
            )
        made = Kiosk(root, capsys)
        made.json("members", "add", "--name", "Inès Moreau")
        payers = Payers(store=opened.store, rules=rules, clock=clock)
        payers.add(Facts(name="Résonance", kind="company", siren="356000000", address="Lille"))
        payers.appoint(1, ["carnet"], 1, TODAY)
    made.json("sell", "1", "carnet-10")
    return made


def test_an_invoice_is_issued_printed_listed_and_credited(kiosk: Kiosk, tmp_path: Path) -> None:
    issued = kiosk.json("invoices", "issue", "1", "--order-reference", "BC-7", "--output", str(tmp_path))
    assert (issued["reference"], Path(str(issued["file"])).read_bytes()[:4]) == ("F-000001", b"%PDF")
    (listed,) = json.loads(kiosk("invoices", "list", "--open", "--json")[1])["invoices"]
    assert (listed["reference"], listed["state"], listed["left"]) == ("F-000001", "open", listed["total"])
    status, out, _ = kiosk("invoices", "print", "f1", "--xml", "--output", str(tmp_path))
    assert (status, "BC-7" in Path(out.strip()).read_text("utf-8")) == (0, True)
    credited = kiosk.json("invoices", "credit", "F-000001", "--reason", "erreur")
    assert credited["reference"] == "A-000001"
    assert kiosk("invoices", "list", "--open")[0] == 1
    assert kiosk("invoices", "list")[1].startswith("A-000001 ")
    assert kiosk("verify")[0] == 0


def test_above_the_sum_of_the_rule_a_credit_note_waits_for_the_desk(kiosk: Kiosk) -> None:
    kiosk.json("user", "add", "karim@exemple.fr", "--role", "treasurer")
    with home.opened(kiosk.root) as opened, opened.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO policy (name, valid_from, value) VALUES ('second_officer_cents', '2020-01-01', '300')"
        )
        connection.exec_driver_sql("UPDATE desk_user SET password = 'able to come in'")
    kiosk.json("invoices", "issue", "1", "--output", str(kiosk.root.parent))
    for _ in range(2):
        assert kiosk.json("invoices", "credit", "F-000001", "--reason", "erreur") == {"document": None, "asked": [1]}
    assert len(json.loads(kiosk("invoices", "list", "--json")[1])["invoices"]) == 1
    assert kiosk("verify")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("issue", "9"), "no-such-organisation"),
        (("issue", "1", "--month", "2020-01"), "invoice-empty"),
        (("credit", "F-000009", "--reason", "x"), "no-such-document"),
        (("print", "Z1", "--output", "x"), "no-such-document"),
        (("issue", "1", "--month", "2020-01", "--until", "2020-01-01"), "usage"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(kiosk: Kiosk, arguments: tuple[str, ...], code: str) -> None:
    status, _, err = kiosk("invoices", *arguments)
    assert (status, f"[{code}]" in err, err.count("\n")) == (2, True, 1)
    assert json.loads(kiosk("verify", "--json")[1])["ok"]
