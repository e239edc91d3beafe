"""Notes cash that a member put in the box and that an officer has not counted."""

from typing import Annotated

from msgspec import Meta, Struct

from kiosk.acts import Done, Writing, act
from kiosk.domain.members.permissions import May
from kiosk.fields import Cents, MemberRef
from kiosk.money import cashbox, usual
from kiosk.store.members import members
from kiosk.store.money import tab_rows


class Declared(Struct, frozen=True):
    """Cash that a member put in the box; `key` is the act's, so that sent twice it is one."""

    member: MemberRef
    amount: Cents
    key: bytes
    sure: Annotated[
        bool, Meta(description="Record it even if it exceeds the amount owed plus the most expensive product.")
    ] = False


@act(May.TAKE_MONEY, log="declare")
def declare_cash(now: Writing, wish: Declared) -> Done:
    """Record that a member put AMOUNT euros in the cash box: the tab goes down once it is counted.

    Raises RequestError `sum-unusual` and as `kiosk.money.cashbox.declare` does.
    """
    person = members.by_number(now.connection, wish.member)
    # A sum above what may be declared is refused by `declare`, with its own reason.
    if not wish.sure and wish.amount <= cashbox.most_to_declare(now.connection, person.account):
        usual.check(now.policy, tab_rows.owner(now.connection, person.account).balance_cents, wish.amount)
    declared = cashbox.declare(now.connection, now.seal, now.moment, now.actor, person.account, wish.amount, wish.key)
    return Done(declared.entry, person.number, f"entry {declared.entry}", is_new=not declared.again)
