"""Acts on the registered offices given here, and on the prefect's approval that they need.

A *wish* is what an act's form asks for. `act` gives an act the right that it needs, and its line in the desk's log;
`Done` has the id of what was made, then the member and the subject for that line. The function in a field's annotation
checks and cleans what was typed.
"""

from datetime import date
from typing import Annotated, NewType

from msgspec import Meta, Struct, field

from kiosk.acts import Done, Writing, act
from kiosk.domain.members.permissions import May
from kiosk.domain.premises import offices
from kiosk.errors import RequestError
from kiosk.fields import MemberRef
from kiosk.store.members import members
from kiosk.store.premises import office_rows

ApprovalId = NewType("ApprovalId", int)
OfficeId = NewType("OfficeId", int)


class NewApproval(Struct, frozen=True):
    """An approval of the prefect: its authority, the number of the order, first and last day."""

    authority: Annotated[str, offices.authority]
    number: Annotated[str, offices.order]
    from_on: date = field(name="approval_from")
    until_on: date = field(name="approval_until")


class NewOffice(Struct, frozen=True):
    """A registered office given to a client: their name, first and last day; `member` is the contact's number."""

    name: Annotated[str, offices.name]
    from_on: date = field(name="from")
    until_on: Annotated[date | None, Meta(description="Last day, at least three months later; none by default.")] = (
        field(name="until", default=None)
    )
    siren: Annotated[str | None, offices.siren, Meta(description="Nine digits, once registered.")] = None
    member: Annotated[MemberRef | None, Meta(description="The contact's member number.")] = None


class OfficeEnd(Struct, frozen=True):
    """The last day of a contract."""

    until_on: date = field(name="until")


@act(May.EDIT_MEMBERS, log="approval-noted")
def approve(now: Writing, wish: NewApproval) -> Done:
    """Record the prefect's approval: its AUTHORITY, NUMBER and dates.

    Raises Problem `approval-words` or `approval-period`.
    """
    given = offices.Approval(wish.authority, wish.number, wish.from_on, wish.until_on)
    return Done(office_rows.approve(now.connection, given, now.actor), what=given.number)


@act(May.EDIT_MEMBERS, log="approval-ended")
def withdraw(now: Writing, approval: ApprovalId) -> Done:
    """Record that an approval was withdrawn or suspended today. Raises RequestError `no-such-approval`."""
    if not office_rows.end_approval(now.connection, approval, now.moment.day):
        raise RequestError("no-such-approval", number=approval)
    return Done()


@act(May.EDIT_MEMBERS, log="office-added")
def add_office(now: Writing, wish: NewOffice) -> Done:
    """Add a registered office FROM a day with a valid approval.

    Raises Problem `office-name`, `office-siren` or `office-period`, RequestError `office-approval`, `no-such-member`
    or `member-left`.
    """
    last = offices.ends(wish.from_on, wish.until_on)  # refuses a contract of less than three months
    if not any(each.approval.holds(wish.from_on) for each in office_rows.approvals(now.connection)):
        raise RequestError("office-approval", field="from", since=wish.from_on)
    person = None if wish.member is None else members.present(now.connection, wish.member, now.moment.day)
    of = None if person is None else person.id
    more = {"siren": wish.siren, "member_id": of, "until_on": last}
    office_id = office_rows.add(now.connection, wish.name, wish.from_on, now.actor, **more)
    return Done(office_id, wish.member, wish.name)


@act(May.EDIT_MEMBERS, log="office-ended")
def end_office(now: Writing, office: OfficeId, wish: OfficeEnd) -> Done:
    """Record the last day of a contract, whose end the registry must be told of.

    Raises RequestError `no-such-office` or `office-end`.
    """
    contract = office_rows.by_id(now.connection, office)
    if wish.until_on < contract.from_on:
        raise RequestError("office-end", field="until", since=contract.from_on)
    office_rows.end(now.connection, office, wish.until_on)
    return Done(office, contract.member, contract.name)


@act(May.EDIT_MEMBERS, log="office-told")
def told_registry(now: Writing, office: OfficeId) -> Done:
    """Record that the registry was informed today of a contract's end. Raises RequestError `no-such-office`."""
    contract = office_rows.by_id(now.connection, office)
    office_rows.told(now.connection, office, now.moment.day)
    return Done(office, contract.member, contract.name)
