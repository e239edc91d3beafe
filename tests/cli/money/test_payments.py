"""Refunds, write-offs, deposits, and what time brings, from the command line."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk import home
from kiosk.setup import home_creation
from kiosk.setup.home_creation import NewHome
from kiosk.store.tables import badge
from tests.cli.test_commands import Kiosk
from tests.fakes import FakeClock


@pytest.fixture
def kiosk(root: Path, capsys: pytest.CaptureFixture[str]) -> Kiosk:
    return Kiosk(root, capsys)


def test_a_deposit_is_paid_and_given_back(kiosk: Kiosk) -> None:
    number = str(kiosk.json("members", "add", "--name", "Inès Moreau")["member"])
    deposit = str(kiosk.json("deposit", number, "10")["entry"])
    kiosk.json("pay", number, "15", "--method", "cash")
    kiosk.json("reverse", deposit, "--reason", "badge rendu")
    status, out, _ = kiosk("refund", number, "10,00", "--method", "cash", "--reason", "caution rendue")
    assert (status, out) == (0, f"entry 5: 10.00 EUR by cash to member {number}\n")
    assert kiosk("verify")[0] == 0


def test_sums_are_read_as_people_write_them_and_an_unusual_one_is_asked_again(kiosk: Kiosk) -> None:
    number = str(kiosk.json("members", "add", "--name", "Inès Moreau")["member"])
    status, _, err = kiosk("pay", number, "1 000,00", "--method", "card")
    assert (status, "[sum-unusual]" in err, "--sure" in err) == (2, True, True), err
    assert "1000.00 EUR are more than what is owed (5.00)" in err
    status, out, _ = kiosk("pay", number, "1 000,00", "--method", "card", "--sure")
    assert (status, out) == (0, f"entry 2: 1000.00 EUR by card from member {number}\n")
    assert kiosk("pay", number, "1.234", "--method", "card")[0] == 2
    status, _, err = kiosk("deposit", number, "100 000")
    assert (status, "[sum-unusual]" in err) == (2, True)
    assert kiosk.json("deposit", number, "1 000,00", "--sure") == {"entry": 3}


def test_gift_and_declared_cash_are_asked_again_where_they_are_unusual(kiosk: Kiosk, root: Path) -> None:
    number = str(kiosk.json("members", "add", "--name", "Inès Moreau")["member"])
    with home.opened(root) as opened, opened.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO policy (name, valid_from, value) VALUES ('gifts', '2020-01-01', 'true')"
        )
    for act in (("gifts", "add", number, "1 000", "--method", "card"), ("cash", "declare", number, "150")):
        status, _, err = kiosk(*act)
        assert (status, "[sum-unusual]" in err, "--sure" in err) == (2, True, True), err
    assert kiosk.json("gifts", "add", number, "1 000", "--method", "card", "--sure") == {"entry": 2}
    assert kiosk.json("cash", "declare", number, "150", "--sure") == {"entry": 4}
    status, _, err = kiosk("cash", "declare", number, "500", "--sure")
    assert (status, "At most €55.00." in err, "[declared-too-much]" in err) == (2, True, True), err
    assert kiosk("verify")[0] == 0


def test_no_more_is_written_off_than_is_owed(kiosk: Kiosk) -> None:
    number = str(kiosk.json("members", "add", "--name", "Inès Moreau")["member"])
    status, _, err = kiosk("write-off", number, "5,01", "--reason", "sans adresse")
    assert (status, err.count("\n")) == (2, 1)
    assert "[amount]" in err
    assert kiosk("write-off", number, "-5", "--reason", "sans adresse")[0] == 2
    assert kiosk.json("write-off", number, "5", "--reason", "sans adresse") == {"entry": 2}


@pytest.mark.parametrize("command", ["refund", "write-off", "deposit"])
def test_nobody_s_account_is_named(kiosk: Kiosk, command: str) -> None:
    more = {"refund": ["--method", "cash", "--reason", "x"], "write-off": ["--reason", "x"], "deposit": []}[command]
    status, _, err = kiosk(command, "99", "5", *more)
    assert (status, "[no-such-member]" in err) == (2, True)


def test_what_is_due_is_shown_done_and_done_once(kiosk: Kiosk) -> None:
    kiosk.json("members", "add", "--name", "Karim Benali", "--plan", "permanent")
    assert kiosk("due", "--dry-run") == (0, "nothing is due\n", "")
    before = kiosk.json("due")
    assert before["charged"] == before["failed"] == []
    status, out, _ = kiosk("due", "--dry-run", "--json")
    assert (status, json.loads(out)["dry_run"]) == (0, True)


def test_yesterday_s_badges_are_told_once(kiosk: Kiosk) -> None:
    kiosk.json("members", "add", "--name", "Inès Moreau", "--badge", "04A2000000E511")
    kiosk("user", "add", "bureau@exemple.fr", "--role", "secretary", "--name", "Zoé")
    settings = kiosk.root / "kiosk.toml"
    mail = '[mail]\nserver = "127.0.0.1:1"\nsender = "kiosk@exemple.fr"'
    settings.write_text(settings.read_text("utf-8").replace("[mail]", mail), "utf-8")
    with home.opened(kiosk.root) as opened, opened.store.writing() as records:
        given_on = records.execute(sa.select(badge.c.given_on)).scalar_one()
        records.execute(badge.update().values(given_on=given_on - timedelta(days=1)))
    nothing = {"sent": 0, "failed": 0, "given_up": 0}
    assert kiosk.json("due", "--dry-run")["messages"] == nothing
    assert kiosk.json("due")["messages"] == {**nothing, "failed": 1}
    assert kiosk.json("due")["messages"] == nothing


def test_what_cannot_be_charged_is_an_answer_of_no(kiosk: Kiosk) -> None:
    number = kiosk.json("members", "add", "--name", "Karim Benali")["member"]
    with home.opened(kiosk.root) as opened, opened.store.writing() as records:
        for statement in (
            "INSERT INTO product (id, code, kind, unit) VALUES (90, 'new', 'subscription', 'month')",
            "INSERT INTO subscription (member_id, product_id, from_on) SELECT id, 90, joined_on FROM member",
        ):
            records.exec_driver_sql(statement)
    status, _, err = kiosk("due")
    assert (status, err.count("\n")) == (1, 1)
    assert f"member {number}, new" in err


@contextmanager
def unguarded(kiosk: Kiosk, stay_away: int = 0) -> Iterator[tuple[sqlite3.Connection, list[str]]]:
    """The records without their guards, and those guards; they are put back, but for the first so many."""
    with closing(sqlite3.connect(kiosk.root / "db" / "ledger.db")) as raw, raw:
        triggers = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name").fetchall()
        for name, _ in triggers:
            raw.execute(f"DROP TRIGGER {name}")
        yield raw, [name for name, _ in triggers]
        for _, statement in triggers[stay_away:]:
            raw.execute(statement)


@pytest.mark.sqlite
def test_a_check_that_stumbles_over_what_was_altered_keeps_no_other_from_being_made(
    kiosk: Kiosk, clock: FakeClock
) -> None:
    kiosk.json("members", "add", "--name", "Inès Moreau")
    clock.advance(days=1)
    assert kiosk("due")[0] == 0
    with unguarded(kiosk) as (raw, _):
        raw.execute("UPDATE entry SET detail = '{' WHERE kind = 'closing'")
        raw.execute("UPDATE account SET balance_cents = 7")
    status, _, said = kiosk("verify")
    assert status == 1
    assert said.startswith("kiosk: entry ")
    assert "does not match its seal" in said
    assert "[check-failed] closings cannot be checked" in said
    assert "[sums-differ] the balance of account 1 is not the sum of its entries" in said
    assert said.count("\n") == 1


@pytest.mark.promise(3)
@pytest.mark.parametrize("is_training", [True, False], ids=["made real", "made training"])
def test_a_home_whose_training_flag_is_turned_is_named_and_is_well_once_it_is_turned_back(
    kiosk: Kiosk, tmp_path: Path, clock: FakeClock, is_training: bool
) -> None:
    """Its accounts count, or count no more, from one moment to the next: nothing but the flag says so."""
    kiosk.root = tmp_path / "other"
    home_creation.create(kiosk.root, NewHome(training=is_training), clock)
    kiosk.json("members", "add", "--name", "Inès Moreau")
    clock.advance(days=1)
    assert kiosk("due")[0] == 0, "the first closing seals all that is there"
    for turn in (1, 2):
        with unguarded(kiosk) as (raw, _):
            raw.execute("UPDATE home SET training = 1 - training")
        status, _, said = kiosk("verify")
        assert status == turn % 2
        assert ("home 1: training is not what entry" in said) is (turn == 1)


@pytest.mark.sqlite
def test_a_schema_that_differs_and_seals_that_do_not_hold_are_named_by_one_verify(
    kiosk: Kiosk, clock: FakeClock
) -> None:
    kiosk.json("members", "add", "--name", "Inès Moreau")
    clock.advance(days=1)
    assert kiosk("due")[0] == 0
    with unguarded(kiosk, stay_away=1) as (raw, guards):
        raw.execute("UPDATE entry SET actor = 'officer:1' WHERE number = 1")
        raw.execute("UPDATE tariff SET cents = cents + 1")  # each: of one, a mark of twelve bits may say nothing
    status, _, said = kiosk("verify")
    assert status != 0
    assert guards[0] in said
    assert "entry 1" in said
    assert re.search("tariff [12]: cents ", said)
    assert {"[chain-broken]", "[seal-differs]"} <= set(re.findall(r"\[[a-z-]+\]", said))


def test_whoever_pays_says_what_for(kiosk: Kiosk) -> None:
    number = str(kiosk.json("members", "add", "--name", "Inès Moreau")["member"])
    carnet = str(kiosk.json("sell", number, "carnet-10")["entry"])
    kiosk.json("pay", number, "45", "--method", "card", "--for", carnet)
    with home.opened(kiosk.root) as opened, opened.store.reading() as records:
        named = records.exec_driver_sql("SELECT payment_entry, charge_entry FROM payment_word").all()
        still_open = records.exec_driver_sql("SELECT entry_number, open_cents FROM open_charge").all()
    assert (named, still_open) == ([(3, int(carnet))], [(int(carnet), 0)])
    status, _, err = kiosk("pay", number, "5", "--method", "card", "--for", "99")
    assert (status, "[payment-word]" in err) == (2, True)
    assert kiosk("verify")[0] == 0
