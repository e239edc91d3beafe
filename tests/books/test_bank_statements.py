"""Lines of the bank come in once, a person decides what they stand for, and what is decided can be taken back."""

import secrets
from collections.abc import Sequence
from datetime import date

import pytest

from kiosk.books.bank_deposits import BankDeposits
from kiosk.books.bank_statements import BankStatements, proposed
from kiosk.domain.books.statements import bank_files, bank_items
from kiosk.domain.books.statements.bank_lines import BankLine, Source, checked_line
from kiosk.domain.books.statements.bank_proposals import Kind, Proposal, Why, Worth
from kiosk.domain.money import references
from kiosk.domain.money.cheques import Cheque
from kiosk.errors import RequestError
from kiosk.language.names import Names
from kiosk.store import audit, name_rows
from kiosk.store.books import bank_rows
from kiosk.store.members import members, organisations
from kiosk.store.members.organisations import Facts
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.domain.books import bank_samples
from tests.domain.books.statement_shapes import CFONB

INES, KARIM = "04A2000000E511", "04A2000000E522"
TODAY = date(2026, 11, 25)


def office(space: Space) -> BankStatements:
    home = space.home
    return BankStatements(
        store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=space.clock, actor="desk:t@exemple.fr"
    )


def remitting(space: Space) -> BankDeposits:
    home = space.home
    return BankDeposits(
        store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=space.clock, actor="desk:t@exemple.fr"
    )


def line(label: str, cents: int = 500, **more: object) -> BankLine:
    day = more.pop("day", TODAY)
    return checked_line(more.pop("source", Source.CSV), day, cents, label, **more)  # type: ignore[arg-type]


def account(space: Space, number: int) -> int:
    with space.home.store.reading() as connection:
        return members.by_number(connection, number).account


def import_(space: Space, *lines: BankLine) -> list[int]:
    """Import some lines. Returns the ids of all that are open."""
    office(space).import_lines(bank_samples.reading(*lines))
    with space.home.store.reading() as connection:
        return [each.id for each in bank_rows.opened(connection)]


def first(space: Space, id_: int) -> Proposal | None:
    """The best proposal for a line."""
    with space.home.store.reading() as connection:
        ((_, found),) = proposed(connection, [bank_rows.one(connection, id_)])
    return found[0] if found else None


def all_of(space: Space, id_: int) -> Sequence[Proposal]:
    with space.home.store.reading() as connection:
        return proposed(connection, [bank_rows.one(connection, id_)])[0][1]


def payments(space: Space) -> list[tuple[object, ...]]:
    return space.sql(
        "SELECT account_id, amount_cents, method, day_on, actor FROM entry WHERE kind = 'payment' ORDER BY number"
    )


def is_well(space: Space) -> None:
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)


def refused(code: str, act: object) -> None:
    with pytest.raises(RequestError) as caught:
        act()  # type: ignore[operator]
    assert caught.value.code == code


def test_the_same_month_by_three_files_is_four_lines(space: Space) -> None:
    for bank_name, new in (("OFX 1", 4), ("OFX 1", 0), ("Crédit Mutuel", 0), ("CAMT.053.001.08", 0)):
        found = office(space).import_lines(bank_files.open_(bank_samples.ALL[bank_name]).reading())
        assert (len(found.new), found.known) == (new, 4 - new)
    assert space.sql("SELECT count(*), sum(cents) FROM bank_line") == [(4, 10000 + 4500 - 123456 + 7000)]
    assert space.sql("SELECT count(*) FROM entry") == [(0,)]


def test_a_preview_writes_nothing(space: Space) -> None:
    assert len(office(space).preview(bank_samples.reading(line("VIR X"))).new) == 1
    assert space.sql("SELECT count(*) FROM bank_line") == [(0,)]


def test_a_mapped_bank_is_remembered_by_its_header(space: Space) -> None:
    opened = bank_files.open_(b"Quand;Quoi;Combien\n25/11/2026;VIR;5,00\n")
    assert opened.sheet is not None
    office(space).import_lines(opened.reading(), opened.sheet.key, opened.guess().layout)
    with space.home.store.reading() as connection:
        assert bank_rows.layout(connection, opened.sheet.key) == opened.guess().layout
    since = space.sql("SELECT made_at FROM bank_layout")
    space.clock.advance(days=1)
    office(space).import_lines(opened.reading(), opened.sheet.key, opened.guess().layout)
    assert space.sql("SELECT made_at FROM bank_layout") == since


def test_a_reference_is_sure_and_its_payment_is_of_the_bank_s_day(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    own = account(space, number)
    label = f"vir sepa m. inconnu {references.spaced(references.of_account(own)).lower()} merci"
    (id_,) = import_(space, line(label, 1200, day=date(2026, 11, 20)))
    found = first(space, id_)
    assert found == Proposal(Kind.PAYMENT, Worth.SURE, (Why.REFERENCE,), ((own, 1200),))
    key = secrets.token_bytes(16)
    done = office(space).confirm(id_, dict(found.amounts), key)
    assert payments(space) == [(own, -1200, "transfer", "2026-11-20", "desk:t@exemple.fr")]
    assert space.owes(number) == 500 - 1200
    assert office(space).confirm(id_, dict(found.amounts), key).again
    assert done.entry == office(space).confirm(id_, dict(found.amounts), key).entry
    refused("bank-line-done", lambda: office(space).confirm(id_, {own: 1200}, secrets.token_bytes(16)))
    assert len(payments(space)) == 1
    is_well(space)


def test_a_line_dated_tomorrow_is_entered_today(space: Space) -> None:
    own = account(space, space.join("Inès Moreau", INES))
    (id_,) = import_(space, line("VIR", 500, day=date(2026, 11, 30)))
    office(space).confirm(id_, {own: 500})
    assert payments(space)[0][3] == "2026-11-25"


def test_a_name_and_the_sum_of_the_tab_are_likely(space: Space) -> None:
    own = account(space, space.join("Inès Moreau", INES))
    exact, other = import_(space, line("VIREMENT DE MME MOREAU INES", 500), line("VIR INES MOREAU", 700))
    assert first(space, exact) == Proposal(Kind.PAYMENT, Worth.LIKELY, (Why.NAME, Why.TAB), ((own, 500),))
    found = first(space, other)
    assert found is not None
    assert (found.worth, found.why) == (Worth.POSSIBLE, (Why.NAME,))


def test_a_sum_alone_proposes_nothing(space: Space) -> None:
    space.join("Inès Moreau", INES)
    (id_,) = import_(space, line("VIR 0001", 500))
    assert first(space, id_) is None


def test_what_was_decided_before_is_likely_and_comes_first(space: Space) -> None:
    ines, karim = (account(space, space.join(*who)) for who in (("Inès Moreau", INES), ("Karim Haddad", KARIM)))
    before, now = import_(space, line("VIR SARL DUPONT 2026-10", 900), line("VIR SARL DUPONT 2026-11", 700))
    assert first(space, now) is None
    office(space).confirm(before, {ines: 900})
    assert first(space, now) == Proposal(Kind.PAYMENT, Worth.LIKELY, (Why.BEFORE,), ((ines, 700),))
    office(space).reopen(before, "mauvais compte")
    assert first(space, now) is None
    office(space).confirm(before, {karim: 900})
    (_, other) = import_(space, line("VIR SARL DUPONT 2026-12", 500))
    office(space).confirm(other, {ines: 500})
    found = all_of(space, now)
    assert [(each.worth, dict(each.amounts)) for each in found] == [
        (Worth.POSSIBLE, {ines: 700}),
        (Worth.POSSIBLE, {karim: 700}),
    ]


def test_what_was_always_left_aside_is_proposed_to_be_left_aside_again(space: Space) -> None:
    space.join("Paul Lumière", INES)
    first_, then = import_(space, line("PAUL LUMIERE SUBVENTION 1", 500), line("PAUL LUMIERE SUBVENTION 2", 500))
    assert first(space, then) is not None
    office(space).ignore(first_, "subvention")
    assert first(space, then) == Proposal(Kind.ASIDE, Worth.LIKELY, (Why.BEFORE,), reason="subvention")


def states(space: Space) -> list[tuple[object, ...]]:
    return space.sql("SELECT label, state, reason FROM bank_line ORDER BY id")


def test_a_rule_leaves_lines_of_its_words_aside_those_there_and_those_to_come(space: Space) -> None:
    ines = account(space, space.join("Inès Moreau", INES))
    first_, *_ = import_(space, line("PRLV EDF 101", -3200), line("PRLV EDF 102", -3300), line("VIR EDF 7", 900))
    assert office(space).ignore(first_, "EDF", always=True) == 1
    import_(space, line("PRLV EDF 103", -3400), line(f"PRLV EDF {references.of_account(ines)}", -50))
    assert [each[1:] for each in states(space)] == [
        ("ignored", "EDF"),
        ("ignored", "EDF"),
        ("open", None),  # it came in
        ("ignored", "EDF"),
        ("open", None),  # it names an account
    ]
    assert office(space).drop_rule(1)
    assert not office(space).drop_rule(1)
    import_(space, line("PRLV EDF 104", -3500))
    assert states(space)[-1][1] == "open"


def test_a_line_without_words_makes_no_rule(space: Space) -> None:
    (id_,) = import_(space, line("VIR 12", -100))
    refused("bank-aside-words", lambda: office(space).ignore(id_, "frais", always=True))
    assert states(space) == [("VIR 12", "open", None)]


def test_a_line_of_cheques_proposes_the_slip_of_what_waits(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    own = account(space, number)
    text = Cheque("BNP", "1", "").text
    cheques = [
        space.till.take({own: cents}, "cheque", key=secrets.token_bytes(16), text=text).entry for cents in (1200, 800)
    ]
    (id_,) = import_(space, line("REMISE DE CHEQUES", 2000))
    found = first(space, id_)
    assert found == Proposal(Kind.MADE, Worth.LIKELY, (Why.WORDS, Why.SUM), entries=tuple(cheques), method="cheque")
    slip = remitting(space).deposit(cheques=found.entries)
    office(space).match(id_, [slip.entry])
    assert states(space)[0][1] == "entered"
    is_well(space)


def test_a_payout_proposes_what_waits_less_its_fee(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    cards = [space.till.pay(number, cents, "card") for cents in (500, 4500)]
    (id_,) = import_(space, line("VIR SUMUP", 4912))
    found = first(space, id_)
    assert found is not None
    assert (found.kind, found.entries, found.fee_cents) == (Kind.MADE, tuple(cards), 88)


def test_likely_lines_are_confirmed_together_only_where_that_was_asked(space: Space) -> None:
    space.join("Inès Moreau", INES)
    (id_,) = import_(space, line("VIR INES MOREAU", 500))
    found = first(space, id_)
    assert found is not None
    assert found.worth is Worth.LIKELY
    assert office(space).confirm_sure({id_: found.said}).skipped == {id_: "bank-not-sure"}
    assert list(office(space).confirm_sure({id_: found.said}, worths=[Worth.LIKELY]).done) == [id_]
    is_well(space)


def test_a_statement_is_kept_once_with_its_balances(space: Space) -> None:
    for _ in range(2):
        office(space).import_lines(bank_files.open_(CFONB).reading())
    assert space.sql("SELECT source, begins_on, ends_on, opening_cents, closing_cents FROM bank_statement") == [
        ("cfonb", "2026-11-25", "2026-11-30", 100000, 101500)
    ]


def test_another_s_payment_of_the_same_sum_is_not_proposed(space: Space) -> None:
    ines, karim = space.join("Inès Moreau", INES), space.join("Karim Haddad", KARIM)
    space.till.pay(karim, 500, "transfer")
    (id_,) = import_(space, line("VIR INES MOREAU", 500))
    assert [each.kind for each in all_of(space, id_)] == [Kind.PAYMENT]
    space.till.pay(ines, 500, "transfer")
    found = first(space, id_)
    assert found is not None
    assert (found.kind, found.worth) == (Kind.ENTERED, Worth.SURE)


def test_a_couple_s_transfer_is_split_over_both_tabs(space: Space) -> None:
    ines, karim = (account(space, space.join(*who)) for who in (("Inès Moreau", INES), ("Karim Moreau", KARIM)))
    (id_,) = import_(space, line("VIR M OU MME INES ET KARIM MOREAU", 1000))
    found = first(space, id_)
    assert found is not None
    assert dict(found.amounts) == {ines: 500, karim: 500}
    office(space).confirm(id_, dict(found.amounts))
    assert [(row[0], row[1]) for row in payments(space)] == [(ines, -500), (karim, -500)]
    assert space.sql("SELECT count(DISTINCT group_id) FROM entry WHERE kind = 'payment'") == [(1,)]
    is_well(space)


def test_an_organisation_is_known_by_its_name(space: Space) -> None:
    with space.home.store.writing() as connection:
        made_ = organisations.add(connection, Facts(name="Coopaname", kind="cooperative"))
    (id_,) = import_(space, line("VIR SEPA COOPANAME FACT 12", 12345))
    found = first(space, id_)
    assert found is not None
    assert dict(found.amounts) == {made_.account: 12345}


@pytest.mark.parametrize("amounts", [{1: 400}, {1: 600}, {1: 600, 2: -100}, {}, {1: 0}])
def test_parts_that_do_not_add_up_write_nothing(space: Space, amounts: dict[int, int]) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Haddad", KARIM)
    (id_,) = import_(space, line("VIR", 500))
    refused("bank-split", lambda: office(space).confirm(id_, amounts))
    assert payments(space) == []


def test_money_that_went_out_pays_nobody(space: Space) -> None:
    own = account(space, space.join("Inès Moreau", INES))
    (id_,) = import_(space, line(f"PRLV {references.of_account(own)}", -500))
    assert first(space, id_) is None
    refused("bank-split", lambda: office(space).confirm(id_, {own: -500}))


def test_a_transfer_entered_by_hand_is_matched_and_not_entered_twice(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    own = account(space, number)
    entry = space.till.pay(number, 500, "transfer")
    (id_,) = import_(space, line(f"VIR INES MOREAU {references.of_account(own)}", 500, day=date(2026, 11, 23)))
    found = all_of(space, id_)
    assert found[0] == Proposal(Kind.ENTERED, Worth.SURE, (Why.REFERENCE, Why.SUM), entries=(entry,), accounts=(own,))
    assert [each.worth for each in found[1:]] == [Worth.POSSIBLE]  # to pay once more is not sure any more
    office(space).match(id_, [entry])
    assert office(space).match(id_, [entry]).again
    assert len(payments(space)) == 1
    (other,) = import_(space, line("VIR INES MOREAU", 500))
    refused("bank-entry-taken", lambda: office(space).match(other, [entry]))


def test_one_transfer_for_two_accounts_entered_by_hand_is_one_line(space: Space) -> None:
    ines, karim = (account(space, space.join(*who)) for who in (("Inès Moreau", INES), ("Karim Haddad", KARIM)))
    space.till.take({ines: 500, karim: 500}, "transfer", key=secrets.token_bytes(16))
    (id_,) = import_(space, line("VIR INES MOREAU", 1000))
    found = first(space, id_)
    assert found is not None
    assert (found.kind, found.worth, len(found.entries)) == (Kind.ENTERED, Worth.SURE, 2)
    office(space).match(id_, found.entries)


def test_what_does_not_add_up_or_was_taken_back_stands_for_nothing(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    cash, transfer = space.till.pay(number, 500, "cash"), space.till.pay(number, 400, "transfer")
    gone = space.till.pay(number, 500, "transfer")
    space.till.reverse(gone, "mauvaise personne")
    (id_,) = import_(space, line("VIR", 500))
    for wrong in (cash, transfer, gone, 1, 9999):
        refused("bank-entry", lambda wrong=wrong: office(space).match(id_, [wrong]))
    refused("bank-entry", lambda: office(space).match(id_, []))


def test_a_slip_of_cheques_is_one_line(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    cheques = [space.till.pay(number, cents, "cheque") for cents in (2000, 2500)]
    slip = remitting(space).deposit(cheques=cheques).entry
    (id_,) = import_(space, line("REMISE DE CHEQUES N 12", 4500, day=date(2026, 11, 27)))
    found = first(space, id_)
    assert found is not None
    assert (found.kind, found.worth, found.entries) == (Kind.REMITTANCE, Worth.SURE, (slip,))
    office(space).match(id_, found.entries)
    assert len(payments(space)) == 2
    assert all_of(space, id_) == []


def test_a_payout_of_helloasso_settles_many_payments(space: Space) -> None:
    own = account(space, space.join("Inès Moreau", INES))
    lines = bank_files.open_(bank_samples.HELLOASSO.encode()).read()
    for id_ in import_(space, *lines):
        office(space).confirm(id_, {own: lines[id_ - 1].cents})
    assert [row[2] for row in payments(space)] == ["online", "online"]
    numbers = [row[0] for row in space.sql("SELECT number FROM entry WHERE kind = 'payment'")]
    payout = remitting(space).payout("online", [int(str(each)) for each in numbers], 6900).entry
    (id_,) = import_(space, line("VIR SEPA HELLOASSO", 6900, day=date(2026, 12, 10)))
    found = first(space, id_)
    assert found is not None
    assert (found.kind, found.worth, found.entries) == (Kind.REMITTANCE, Worth.SURE, (payout,))
    office(space).match(id_, found.entries)
    is_well(space)


def test_a_helloasso_export_is_imported_once(space: Space) -> None:
    lines = bank_files.open_(bank_samples.HELLOASSO.encode()).read()
    assert len(office(space).import_lines(bank_samples.reading(*lines)).new) == 2
    assert len(office(space).import_lines(bank_samples.reading(*lines)).new) == 0


def test_cash_that_was_carried_has_arrived(space: Space) -> None:
    space.till.pay(space.join("Inès Moreau", INES), 5000, "cash")
    slip = remitting(space).deposit(cash_cents=5000).entry
    (id_,) = import_(space, line("VERSEMENT ESPECES", 5000))
    found = first(space, id_)
    assert found is not None
    assert (found.kind, found.worth) == (Kind.CREDITED, Worth.SURE)
    key = secrets.token_bytes(16)
    entry = office(space).match(id_, found.entries, key).entry
    assert office(space).match(id_, found.entries, key).again
    assert space.sql(f"SELECT kind, detail FROM entry WHERE number = {entry}") == [
        ("credited", f'{{"bank_line":{id_},"cents":5000,"remittance":{slip}}}')
    ]
    refused("arrived-already", lambda: remitting(space).credited(slip))
    office(space).reopen(id_, "autre remise")
    assert first(space, id_) == found
    is_well(space)


def test_cash_said_to_have_arrived_is_only_matched(space: Space) -> None:
    space.till.pay(space.join("Inès Moreau", INES), 5000, "cash")
    slip = remitting(space).deposit(cash_cents=5000).entry
    credited = remitting(space).credited(slip).entry
    (id_,) = import_(space, line("VERSEMENT ESPECES", 5000))
    found = first(space, id_)
    assert found is not None
    assert (found.kind, found.entries) == (Kind.REMITTANCE, (credited,))
    assert office(space).match(id_, found.entries).entry == credited
    assert space.sql("SELECT count(*) FROM entry WHERE kind = 'credited'") == [(1,)]


def test_a_decision_is_taken_back_by_counter_entries_and_taken_anew(space: Space) -> None:
    ines, karim = space.join("Inès Moreau", INES), space.join("Karim Haddad", KARIM)
    (id_,) = import_(space, line("VIR", 500))
    office(space).confirm(id_, {account(space, ines): 500})
    assert office(space).reopen(id_, "mauvais compte") == 1
    assert office(space).reopen(id_, "mauvais compte") == 0
    assert (space.owes(ines), space.owes(karim)) == (500, 500)
    office(space).confirm(id_, {account(space, karim): 500})
    assert (space.owes(ines), space.owes(karim)) == (500, 0)
    assert space.sql("SELECT kind FROM entry ORDER BY number") == [
        ("charge",),
        ("charge",),
        ("payment",),
        ("reversal",),
        ("payment",),
    ]
    is_well(space)


def test_taking_back_a_match_leaves_the_payment(space: Space) -> None:
    entry = space.till.pay(space.join("Inès Moreau", INES), 500, "transfer")
    (id_,) = import_(space, line("VIR INES MOREAU", 500))
    office(space).match(id_, [entry])
    assert office(space).reopen(id_, "pas celui-là") == 0
    assert space.sql("SELECT count(*) FROM entry WHERE kind = 'reversal'") == [(0,)]
    assert first(space, id_) is not None


def test_a_line_is_ignored_with_a_reason_and_asked_about_no_more(space: Space) -> None:
    (id_,) = import_(space, line("PRLV EDF", -3200))
    refused("reason", lambda: office(space).ignore(id_, "  "))
    office(space).ignore(id_, "électricité")
    office(space).ignore(id_, "électricité")
    assert space.sql("SELECT state, reason FROM bank_line") == [("ignored", "électricité")]
    refused("bank-line-done", lambda: office(space).ignore(id_, "autre"))
    assert import_(space, line("PRLV EDF", -3200)) == []
    office(space).reopen(id_, "finalement non")
    assert space.sql("SELECT state, reason FROM bank_line") == [("open", None)]


def test_what_is_sure_is_confirmed_together_as_it_was_shown(space: Space) -> None:
    ines, karim = space.join("Inès Moreau", INES), space.join("Karim Haddad", KARIM)
    refs = [references.of_account(account(space, number)) for number in (ines, karim)]
    ids = import_(space, line(f"VIR {refs[0]}", 500), line(f"VIR {refs[1]}", 600), line("VIR INES MOREAU", 700))
    shown = {id_: found.said for id_ in ids if (found := first(space, id_)) is not None}
    assert len(shown) == 3
    together = office(space).confirm_sure({**shown, 999: "payment:1=1"}, own={karim})
    assert list(together.done) == [ids[0]]
    assert together.skipped == {ids[1]: "own-account", ids[2]: "bank-not-sure", 999: "bank-line-done"}
    assert office(space).confirm_sure(shown, own={karim}).done == {}
    assert space.owes(ines) == 0
    assert office(space).confirm_sure({ids[1]: "payment:1=600"}).skipped == {ids[1]: "bank-changed"}


def test_two_lines_are_never_confirmed_for_one_payment(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.till.pay(number, 500, "transfer")
    ids = import_(space, line("VIR INES MOREAU", 500), line("VIR INES MOREAU", 500, day=date(2026, 11, 24)))
    shown = {id_: found.said for id_ in ids if (found := first(space, id_)) is not None}
    together = office(space).confirm_sure(shown)
    assert len(together.done) == 1
    assert list(together.skipped.values()) == ["bank-entry-taken"]
    assert len(payments(space)) == 1


def test_what_does_not_exist_is_said(space: Space) -> None:
    for act in (
        lambda: office(space).confirm(7, {1: 1}),
        lambda: office(space).match(7, [1]),
        lambda: office(space).ignore(7, "x"),
        lambda: office(space).reopen(7, "x"),
    ):
        refused("no-such-bank-line", act)
    (id_,) = import_(space, line("VIR"))
    refused("no-such-account", lambda: office(space).confirm(id_, {77: 500}))
    assert payments(space) == []


def test_what_was_bought_at_helloasso_is_what_its_payment_is_for(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.tap(INES)
    sold = space.till.sell(1, "carnet-10", None)
    with space.home.store.reading() as connection:
        item = name_rows.products(connection)["carnet-10"].to("fr")
    (came,) = import_(space, line("CB", sold.amount_cents, source=Source.HELLOASSO, reference=f"{item.upper()} (2026)"))
    office(space).confirm(came, {account(space, 1): sold.amount_cents})
    assert space.sql("SELECT charge_entry FROM payment_word") == [(sold.entry,)]
    assert space.sql(f"SELECT open_cents FROM open_charge WHERE entry_number = {sold.entry}") == [(0,)]
    (other,) = import_(space, line("CB", 500, source=Source.HELLOASSO, reference="Un autre jour"))
    office(space).confirm(other, {account(space, 1): 500})
    assert space.sql("SELECT count(*) FROM payment_word") == [(1,)]
    is_well(space)


def test_the_longest_name_is_meant_and_of_two_alike_none() -> None:
    products = {
        "day": Names({"fr": "Journée"}),
        "half": Names({"fr": "Demi-journée"}),
        "day2": Names({"fr": "journée"}),
    }
    assert bank_items.named("Achat : DEMI-JOURNÉE", products) == "half"
    assert bank_items.named("Achat : journée", products) is None
    assert bank_items.named("Achat : journées", products) is None
    assert bank_items.covered([(3, 500), (7, 500), (9, 500)], 1200) == [3, 7]
