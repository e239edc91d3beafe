"""What a payment settles: its own act, the payer's word, an invoice past its day, the oldest; the rest is ahead."""

from collections.abc import Mapping
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.money.allocation import Allocation, Facts, Invoiced, Posted, allocate, shared

MARCH = date(2026, 3, 1)


def entry(number: int, cents: int, day: int = 1, act: int | None = None, kind: str = "", back: int = 0) -> Posted:
    """An entry of a day in March 2026, of an act of its own unless one is told."""
    kind = "reversal" if back else kind or ("charge" if cents > 0 else "payment")
    group = bytes([number if act is None else act])
    return Posted(number, kind, MARCH + timedelta(days=day - 1), cents, group, back or None)


def opened(found: Allocation) -> Mapping[int, int]:
    return {number: cents for number, cents in found.open.items() if cents}


OLD = [entry(number, 500, number) for number in range(1, 6)]


def test_carnet_sold_and_paid_in_one_act_is_what_its_payment_settles() -> None:
    found = allocate([*OLD, entry(6, 4500, 20, act=6), entry(7, -4500, 20, act=6)])
    assert found.settled_by(7) == {6: 4500}
    assert opened(found) == dict.fromkeys(range(1, 6), 500)


def test_gift_is_settled_by_its_own_payment_whatever_is_owed() -> None:
    found = allocate([*OLD, entry(6, 5000, 20, act=6, kind="gift"), entry(7, -5000, 20, act=6)])
    assert found.settled_by(7) == {6: 5000}
    assert found.open_on() == 2500


def test_payment_without_a_word_settles_the_oldest_first_and_a_part_of_the_last() -> None:
    found = allocate([*OLD[::-1], entry(6, -1200, 20)])
    assert found.settled_by(6) == {1: 500, 2: 500, 3: 200}
    assert opened(found) == {3: 300, 4: 500, 5: 500}


def test_charges_of_one_day_are_settled_in_proportion_to_the_cent() -> None:
    found = allocate([entry(1, 1000), entry(2, 500), entry(3, 1), entry(4, -1000, 2)])
    assert found.settled_by(4) == {1: 666, 2: 333, 3: 1}
    assert shared([(1, 100), (2, 100), (3, 100)], 100) == {1: 34, 2: 33, 3: 33}


def test_advance_of_fifty_pays_three_days_of_five() -> None:
    found = allocate([entry(1, -5000), *(entry(number, 500, number) for number in (2, 3, 4))])
    assert found.settled_by(1) == {2: 500, 3: 500, 4: 500}
    assert found.ahead == {1: 3500}


def test_carnet_taken_back_frees_what_paid_for_it() -> None:
    paid = [*OLD, entry(6, 4500, 20, act=6), entry(7, -4500, 20, act=6)]
    found = allocate([*paid, entry(8, -4500, 21, act=6, back=6)])
    assert found.settled_by(7) == dict.fromkeys(range(1, 6), 500)
    assert (found.open_on(), found.ahead) == (0, {7: 2000})


def test_transfer_that_names_an_invoice_settles_it_and_leaves_the_disputed_one_open() -> None:
    invoices = {1: Invoiced(3, MARCH), 2: Invoiced(4, date(2026, 4, 1))}
    charged = [entry(1, 20000, 1), entry(2, 30000, 2)]
    found = allocate([*charged, entry(5, -30000, 20)], Facts(words={5: [2]}, invoiced=invoices))
    assert opened(found) == {1: 20000}
    silent = allocate([*charged, entry(5, -30000, 20)], Facts(invoiced=invoices))
    assert opened(silent) == {2: 20000}


def test_invoice_past_its_day_comes_before_what_is_older() -> None:
    charged = [entry(1, 500, 1), entry(2, 500, 5)]
    late = {2: Invoiced(3, date(2026, 3, 10))}
    assert allocate([*charged, entry(4, -500, 11)], Facts(invoiced=late)).settled_by(4) == {2: 500}
    assert allocate([*charged, entry(4, -500, 10)], Facts(invoiced=late)).settled_by(4) == {1: 500}
    issued_later = {2: Invoiced(5, date(2026, 3, 10))}
    assert allocate([*charged, entry(4, -500, 11)], Facts(invoiced=issued_later)).settled_by(4) == {1: 500}


def test_payment_that_bounced_opens_again_what_it_settled() -> None:
    found = allocate([*OLD, entry(6, -1000, 20), entry(7, 1000, 25, back=6)])
    assert (found.open_on(), found.parts) == (2500, {})


def test_bounce_is_covered_by_what_another_payment_left_ahead() -> None:
    found = allocate([entry(1, 500), entry(2, -500, 2), entry(3, -300, 3), entry(4, 500, 4, back=2)])
    assert (found.settled_by(3), opened(found)) == ({1: 300}, {1: 200})


def test_own_act_takes_the_place_of_an_advance_that_came_before_it() -> None:
    act = [entry(2, 4500, 5, act=2), entry(3, -4500, 5, act=2)]
    found = allocate([entry(1, -5000), *act])
    assert (found.settled_by(3), found.ahead) == ({2: 4500}, {1: 5000})
    part = allocate([entry(1, -2000), act[0], entry(3, -3000, 5, act=2)])
    assert (part.settled_by(3), part.settled_by(1), part.ahead) == ({2: 3000}, {2: 1500}, {1: 500})


def test_refund_hands_back_what_is_ahead_and_settles_nothing() -> None:
    found = allocate([entry(1, -5000), entry(2, 2000, 2, kind="refund")])
    assert (found.settled_by(1), found.refunded_of(1), found.ahead) == ({}, 2000, {1: 3000})


def test_deposit_that_is_paid_and_handed_back_is_no_sale() -> None:
    kept = [entry(1, 2000, kind="deposit"), entry(2, -2500, 2)]
    assert allocate(kept).aside(2) == 2000
    back = allocate([*kept, entry(3, -2000, 3, back=1), entry(4, 2500, 4, kind="refund")])
    assert (back.aside(2), back.aside_of_refund(4), back.refunded_of(2)) == (2000, 2000, 2500)
    used = allocate([*kept, entry(3, -2000, 3, back=1), entry(4, 2500, 4)])
    assert used.aside(2) == 0


def test_tab_written_off_is_not_settled() -> None:
    found = allocate([entry(1, 500), entry(2, -200, 2), entry(3, -300, 3, kind="write-off")])
    assert (found.settled(1), found.written_off, found.open[1]) == (200, {1: 300}, 0)


def test_entries_of_before_keep_the_rule_of_their_time() -> None:
    before = [*OLD, entry(6, 4500, 20, act=6), entry(7, -4500, 20, act=6)]
    found = allocate(before, Facts(before=7))
    assert found.settled_by(7) == {**dict.fromkeys(range(1, 6), 500), 6: 2000}
    later = allocate([*before, entry(8, 500, 21, act=8), entry(9, -500, 21, act=8)], Facts(before=7))
    assert later.settled_by(9) == {8: 500}
    assert opened(later) == {6: 2500}
    gift = [*OLD, entry(6, 5000, 20, act=6, kind="gift"), entry(7, -5000, 20, act=6)]
    assert opened(allocate(gift, Facts(before=7))) == dict.fromkeys(range(1, 6), 500)


@st.composite
def accounts(draw: st.DrawFn) -> tuple[list[Posted], Facts]:
    """An account with sales paid at once, gifts, words, advances, refunds, and what was taken back."""
    found: list[Posted] = []
    words: dict[int, list[int]] = {}
    invoiced: dict[int, Invoiced] = {}
    gone: set[int] = set()
    balance, day = 0, 1
    for number in range(1, draw(st.integers(1, 25)) + 1):
        day += draw(st.integers(0, 3))
        reversible = [each for each in found if each.reverses is None and each.number not in gone]
        kinds = ["charge", "payment"] + ["reversal"] * bool(reversible)
        kinds += ["refund"] * (balance < 0) + ["write-off"] * (balance > 0)
        kind, cents = draw(st.sampled_from(kinds)), draw(st.sampled_from((1, 63, 500, 500, 4500)))
        act = draw(st.sampled_from((number, found[-1].group[0]))) if found else number
        cents = cents if kind in ("charge", "payment") else min(cents, abs(balance))
        each = entry(number, cents if kind in ("charge", "refund") else -cents, day, act, kind)
        if kind == "reversal":
            target = draw(st.sampled_from(reversible))
            gone.add(target.number)
            each = Posted(number, kind, each.day_on, -target.cents, target.group, target.number)
        if kind == "payment":
            words[number] = draw(st.lists(st.integers(1, number), max_size=2))
        if kind == "charge" and draw(st.booleans()):
            invoiced[number] = Invoiced(number, each.day_on + timedelta(days=draw(st.integers(0, 5))))
        found.append(each)
        balance += each.cents
    return found, Facts(words, invoiced, draw(st.integers(0, len(found))))


@given(accounts())
def test_allocated_and_ahead_and_refunded_are_what_was_paid(account: tuple[list[Posted], Facts]) -> None:
    entries, facts = account
    found = allocate(entries, facts)
    for payment in found.parts:
        whole = sum(found.settled_by(payment).values()) + found.refunded_of(payment) + found.ahead.get(payment, 0)
        assert whole == -found.entries[payment].cents
    assert found.open_on() - sum(found.ahead.values()) == sum(each.cents for each in entries)
    assert not (found.open_on() and found.ahead), "an advance settles what is open"


@given(accounts())
def test_charged_is_settled_and_unpaid_and_written_off(account: tuple[list[Posted], Facts]) -> None:
    found = allocate(*account)
    for number, left in found.open.items():
        given_up = found.written_off.get(number, 0)
        paid = sum(
            parts.get(number, 0) for payment, parts in found.parts.items() if found.entries[payment].kind == "payment"
        )
        assert min(left, given_up, paid) >= 0
        assert found.settled(number) == paid
        assert paid + left + given_up == found.entries[number].cents


@given(accounts())
def test_charge_that_is_written_uses_what_is_ahead_and_changes_no_other(account: tuple[list[Posted], Facts]) -> None:
    """What a tap writes needs no fold: the balance says how much of the charge is settled as it is born."""
    entries, facts = account
    balance, number = sum(each.cents for each in entries), len(entries) + 1
    before, after = allocate(entries, facts), allocate([*entries, entry(number, 700, 99)], facts)
    assert after.open == {**before.open, number: 700 - min(700, max(0, -balance))}
