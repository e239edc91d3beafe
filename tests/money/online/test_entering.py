"""What the platform said is entered once, dated the day it is entered, never also by its file; refunds are seen."""

from datetime import date

import pytest
from msgspec.structs import replace

from kiosk.books.bank_deposits import BankDeposits
from kiosk.books.bank_statements import proposed
from kiosk.domain.books.statements.bank_lines import Source, checked_line
from kiosk.domain.books.statements.bank_proposals import Kind
from kiosk.domain.money.online import State, Why
from kiosk.domain.problems import Problem
from kiosk.errors import AnswerIsNo, RequestError
from kiosk.store.books import bank_rows
from kiosk.store.members import members, merging
from kiosk.store.space.policies import Rules
from tests.beside import unguarded
from tests.domain.books import bank_samples
from tests.money.online.house import CENTS, KARIM, PayingHouse, file_line


def mails(paying: PayingHouse) -> list[object]:
    return [about for (about,) in paying.space.sql("SELECT about FROM outbox WHERE about LIKE 'online%'")]


def test_paid_payment_is_one_entry_on_its_members_account(paying: PayingHouse) -> None:
    id_, _, number = paying.paid()
    row = paying.row(id_)
    assert (row.state, row.payment, row.heard, row.link) == (State.PAID, str(number), None, None)
    entries = paying.space.sql(
        "SELECT number, day_on, amount_cents, method, actor, id, member_number FROM entry WHERE kind = 'payment'"
    )
    assert entries == [(row.entry, "2026-11-25", -CENTS, "online", "telephone", row.token, paying.ines)]
    paying.enter()
    paying.call()
    paying.enter()
    assert paying.standing() == [CENTS]
    assert mails(paying) == []
    paying.check()


def test_payment_that_comes_late_is_dated_the_day_it_is_entered_and_its_member_is_told(paying: PayingHouse) -> None:
    id_ = paying.ask()
    paying.call()
    paying.space.clock.advance(minutes=50)
    paying.call()
    paying.platform.pay(paying.platform.pages[0])
    paying.night(3)
    paying.call()
    paying.enter()
    assert paying.state(id_) == "paid"
    assert paying.space.sql("SELECT day_on FROM entry WHERE kind = 'payment'") == [("2026-11-28",)]
    assert mails(paying) == [f"online payment of member {paying.ines}"]
    body = str(paying.space.sql("SELECT body FROM outbox")[0][0])
    assert "12,00" in body
    paying.check()


def test_refund_at_the_platform_takes_the_entry_back(paying: PayingHouse) -> None:
    id_, _, number = paying.paid()
    paying.platform.becomes(number, "Refunded", CENTS)
    paying.night()
    paying.call()
    paying.enter()
    assert (paying.state(id_), paying.standing()) == ("refunded", [])
    reversal = paying.space.sql("SELECT amount_cents, day_on FROM entry WHERE kind = 'reversal'")
    assert reversal == [(CENTS, "2026-11-26")]
    paying.night()
    paying.call()
    paying.enter()
    assert len(paying.space.sql("SELECT 1 FROM entry WHERE kind = 'reversal'")) == 1
    paying.check()


def test_payment_that_was_refunded_before_it_was_heard_is_entered_never(paying: PayingHouse) -> None:
    id_ = paying.ask()
    paying.call()
    number = paying.platform.pay(paying.platform.pages[0])
    paying.platform.becomes(number, "Refunded", CENTS)
    paying.call()
    paying.enter()
    assert (paying.state(id_), paying.standing()) == ("refunded", [])


def test_line_of_a_payment_that_was_refunded_before_it_was_heard_waits_for_nothing(paying: PayingHouse) -> None:
    id_ = paying.ask()
    paying.call()
    number = paying.platform.pay(paying.platform.pages[0])
    paying.import_file()
    assert len(paying.open_lines()) == 1
    paying.platform.becomes(number, "Refunded", CENTS)
    paying.call()
    paying.enter()
    assert (paying.state(id_), paying.standing(), paying.open_lines()) == ("refunded", [], [])
    assert paying.space.sql("SELECT state, reason FROM bank_line") == [("ignored", "remboursé chez HelloAsso")]
    paying.check()


def test_entry_that_an_officer_took_back_stays_so_when_it_is_refunded(paying: PayingHouse) -> None:
    id_, _, number = paying.paid()
    entry = paying.row(id_).entry
    assert entry is not None
    paying.space.till.reverse(entry, "erreur")
    paying.platform.becomes(number, "Refunded", CENTS)
    paying.night()
    paying.call()
    paying.enter()
    assert (paying.state(id_), paying.standing()) == ("refunded", [])
    paying.check()


def pay_out(paying: PayingHouse) -> int:
    """What waits of HelloAsso is in a payout. Returns the payout's entry."""
    home = paying.space.home
    deposits = BankDeposits(
        store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=paying.space.clock, actor="desk:7"
    )
    rows = paying.space.sql("SELECT number FROM entry WHERE kind = 'payment' AND method = 'online'")
    return deposits.payout("online", [int(str(number)) for (number,) in rows], CENTS).entry


def test_refund_of_what_is_paid_out_is_for_an_officer(paying: PayingHouse) -> None:
    id_, _, number = paying.paid()
    pay_out(paying)
    paying.platform.becomes(number, "Refunded", CENTS)
    for _ in range(3):
        paying.night()
        paying.call()
        paying.enter()
        assert (paying.state(id_), paying.row(id_).why, paying.standing()) == ("uncertain", Why.PAID_OUT, [CENTS])
    with pytest.raises(RequestError) as refused:
        paying.decide(id_, is_here=False)
    assert refused.value.code == "on-a-slip"
    paying.decide(id_, is_here=True)
    paying.night()
    paying.call()
    paying.enter()
    assert paying.state(id_) == "paid", "an officer has seen it"
    paying.check()


@pytest.mark.parametrize("is_here", [True, False])
def test_contested_payment_is_an_officers_word(paying: PayingHouse, is_here: bool) -> None:
    id_, _, number = paying.paid()
    paying.platform.becomes(number, "Contested")
    paying.night()
    paying.call()
    paying.enter()
    assert (paying.state(id_), paying.standing()) == ("uncertain", [CENTS])
    paying.decide(id_, is_here=is_here)
    assert (paying.state(id_), paying.standing()) == (("paid", [CENTS]) if is_here else ("refunded", []))
    paying.night()
    paying.call()
    paying.enter()
    assert paying.state(id_) == ("paid" if is_here else "refunded"), "what was decided is not asked again"
    with pytest.raises(RequestError) as refused:
        paying.decide(id_, is_here=True)
    assert refused.value.code == "online-decided"
    paying.check()


def test_contested_payment_that_is_refunded_in_the_end_is_taken_back(paying: PayingHouse) -> None:
    id_, _, number = paying.paid()
    paying.platform.becomes(number, "Contested")
    paying.night()
    paying.call()
    paying.enter()
    paying.platform.becomes(number, "Refunded", CENTS)
    paying.night()
    paying.call()
    paying.enter()
    assert (paying.state(id_), paying.standing()) == ("refunded", [])


@pytest.mark.parametrize("is_here", [True, False])
def test_other_sum_is_entered_by_an_officers_word_alone_and_as_it_was_paid(paying: PayingHouse, is_here: bool) -> None:
    id_ = paying.ask()
    paying.call()
    paying.platform.pay(paying.platform.pages[0], 1000)
    paying.call()
    paying.enter()
    assert (paying.state(id_), paying.row(id_).why, paying.standing()) == ("uncertain", Why.SUM, [])
    paying.decide(id_, is_here=is_here)
    assert paying.standing() == ([1000] if is_here else [])
    assert paying.space.sql("SELECT actor FROM entry WHERE method = 'online'") == ([("desk:7",)] if is_here else [])
    paying.check()


def test_payment_of_a_file_that_was_merged_counts_for_the_file_that_was_kept(paying: PayingHouse) -> None:
    karim = paying.space.join("Karim Haddad", KARIM)
    id_ = paying.ask(number=karim)
    paying.call()
    paying.platform.pay(paying.platform.pages[0])
    space, now = paying.space, paying.moment()
    with space.home.store.writing() as connection:
        kept, other = (members.by_number(connection, number) for number in (paying.ines, karim))
        merging.merge(connection, kept, other, now.day, now.at, "desk:7")
    paying.call()
    paying.enter()
    assert paying.state(id_) == "paid"
    entries = space.sql("SELECT member_number FROM entry WHERE method = 'online'")
    assert entries == [(paying.ines,)]
    paying.check()


# --- what is asked for


def test_same_sum_that_can_still_be_paid_is_the_payment_that_is_there(paying: PayingHouse) -> None:
    first = paying.ask()
    assert paying.ask() == first
    paying.call()
    assert paying.ask() == first
    assert paying.ask(900) != first
    paying.space.clock.advance(minutes=14)
    assert paying.ask() != first


def test_more_than_ten_payments_a_day_are_refused(paying: PayingHouse) -> None:
    for cents in range(100, 1100, 100):
        paying.ask(cents)
    with pytest.raises(RequestError) as refused:
        paying.ask(5000)
    assert refused.value.code == "online-too-many"
    with pytest.raises(Problem):
        paying.ask(10)


def test_no_real_money_moves_in_training_mode(paying: PayingHouse) -> None:
    config = paying.home.config
    assert config.pays_online(training=True), "the platform's server for trials"
    real = replace(config, online=replace(config.online, server="https://api.helloasso.com"))
    assert real.pays_online(training=False)
    assert not real.pays_online(training=True)
    assert not replace(real, online=replace(real.online, client="")).pays_online(training=False)
    plain = replace(real, pages=replace(real.pages, address="http://membres.example.org"))
    assert not plain.pays_online(training=False)


# --- the platform's file


def test_file_that_comes_after_is_known_and_decided_by_itself(paying: PayingHouse) -> None:
    id_, _, _ = paying.paid()
    paying.import_file()
    assert paying.open_lines() == []
    assert paying.space.sql("SELECT entry_number FROM bank_match") == [(paying.row(id_).entry,)]
    paying.import_file()
    assert (paying.open_lines(), paying.standing()) == ([], [CENTS])
    paying.check()


def test_file_that_comes_before_is_decided_when_the_payment_is_entered(paying: PayingHouse) -> None:
    paying.ask()
    paying.call()
    paying.platform.pay(paying.platform.pages[0])
    paying.import_file()
    assert len(paying.open_lines()) == 1
    paying.call()
    paying.enter()
    assert (paying.open_lines(), paying.standing()) == ([], [CENTS])
    paying.check()


def test_line_of_a_payment_that_is_heard_cannot_be_confirmed_as_another(paying: PayingHouse) -> None:
    paying.ask()
    paying.call()
    paying.platform.pay(paying.platform.pages[0])
    paying.import_file()
    paying.call()
    (line,) = paying.open_lines()
    with pytest.raises(RequestError) as refused:
        paying.bank.confirm(line, {paying.account(): CENTS})
    assert refused.value.code == "bank-online"
    paying.enter()
    assert paying.standing() == [CENTS]


def test_payment_that_the_file_brought_first_keeps_the_files_entry(paying: PayingHouse) -> None:
    id_ = paying.ask()
    paying.call()
    paying.platform.pay(paying.platform.pages[0])
    paying.import_file()
    (line,) = paying.open_lines()
    entry = paying.bank.confirm(line, {paying.account(): CENTS}).entry
    paying.call()
    paying.enter()
    assert (paying.state(id_), paying.row(id_).entry, paying.standing()) == ("paid", entry, [CENTS])
    paying.check()


def test_payment_that_the_file_brought_to_another_account_is_for_an_officer(paying: PayingHouse) -> None:
    karim = paying.space.join("Karim Haddad", KARIM)
    id_ = paying.ask()
    paying.call()
    paying.platform.pay(paying.platform.pages[0])
    paying.import_file()
    (line,) = paying.open_lines()
    paying.bank.confirm(line, {paying.account(karim): CENTS})
    paying.call()
    paying.enter()
    assert (paying.state(id_), paying.row(id_).why, paying.standing()) == ("uncertain", Why.IN_FILE, [CENTS])
    paying.decide(id_, is_here=True)
    assert paying.state(id_) == "uncertain", "as long as the file's entry stands"
    paying.bank.reopen(line, "mauvais compte")
    paying.decide(id_, is_here=True)
    assert (paying.state(id_), paying.standing(), paying.open_lines()) == ("paid", [CENTS], [])
    paying.check()


def test_refund_of_what_the_file_brought_before_it_was_heard_is_for_an_officer(paying: PayingHouse) -> None:
    id_ = paying.ask()
    paying.call()
    number = paying.platform.pay(paying.platform.pages[0])
    paying.import_file()
    (line,) = paying.open_lines()
    paying.bank.confirm(line, {paying.account(): CENTS})
    paying.platform.becomes(number, "Refunded", CENTS)
    paying.call()
    paying.enter()
    assert (paying.state(id_), paying.row(id_).why, paying.standing()) == ("uncertain", Why.IN_FILE, [CENTS])
    paying.bank.reopen(line, "remboursé")
    paying.decide(id_, is_here=False)
    assert (paying.state(id_), paying.standing()) == ("refunded", [])
    paying.check()


def test_payment_that_an_officer_set_aside_may_come_by_the_file(paying: PayingHouse) -> None:
    id_ = paying.ask()
    paying.call()
    paying.platform.pay(paying.platform.pages[0], 1000)
    paying.call()
    paying.enter()
    paying.import_file()
    (line,) = paying.open_lines()
    with pytest.raises(RequestError):
        paying.bank.confirm(line, {paying.account(): 1000})
    paying.decide(id_, is_here=False)
    paying.bank.confirm(line, {paying.account(): 1000})
    assert paying.standing() == [1000]


def test_lines_of_the_file_that_are_others_come_as_before(paying: PayingHouse) -> None:
    paying.paid()
    paying.bank.import_lines(bank_samples.reading(file_line(99, 700, "Karim Haddad")))
    (line,) = paying.open_lines()
    paying.bank.confirm(line, {paying.account(): 700})
    assert paying.standing() == [CENTS, 700]


def test_payout_of_the_platform_is_made_of_what_was_paid_online(paying: PayingHouse) -> None:
    paying.paid()
    paying.paid(900)
    line = checked_line(Source.CSV, date(2026, 11, 26), CENTS + 900, "VIR SEPA HELLOASSO VERSEMENT")
    paying.bank.import_lines(bank_samples.reading(line))
    with paying.space.home.store.reading() as connection:
        ((_, proposals),) = proposed(connection, bank_rows.opened(connection))
    assert (proposals[0].kind, proposals[0].method, proposals[0].fee_cents) == (Kind.MADE, "online", 0)
    assert len(proposals[0].entries) == 2


# --- what `verify` says


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE online_payment SET paid_cents = 1, cents = 1", "another sum"),
        ("UPDATE online_payment SET state = 'refunded'", "its entry stands"),
        ("UPDATE online_payment SET state = 'expired', entry_number = NULL", "names another"),
    ],
)
def test_verify_finds_payments_that_do_not_agree_with_their_entries(
    paying: PayingHouse, change: str, says: str
) -> None:
    paying.paid()
    paying.check()
    with unguarded(paying.space.home) as sql:
        sql.execute(change)
    with pytest.raises(AnswerIsNo, match=says):
        paying.check()
