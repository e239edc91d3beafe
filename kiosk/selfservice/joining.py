"""Lets the holder of an unknown badge join at the screen, welcomed by a member's badge, or ask the desk to join.

The dialogue knows the badge by its fingerprint. The badge opens on its first day; for more days the office confirms the
file. A rule bounds how many join a day, so that nobody fills the records from before the door.
"""

from dataclasses import dataclass, replace
from datetime import date

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.dialogue import ACTOR, Page, Visitor
from kiosk.domain.checkin import access
from kiosk.domain.checkin.access import Denied, Standing
from kiosk.domain.checkin.choices import Act
from kiosk.domain.members import joining as rules
from kiosk.domain.money.tariffs import ProductKind
from kiosk.errors import RequestError
from kiosk.members import enrolment
from kiosk.members.enrolment import Application
from kiosk.messages import joining_notice
from kiosk.selfservice import keyboard
from kiosk.store.checkin import standing, visits
from kiosk.store.members import joining_rows, members
from kiosk.store.members.joining_rows import NewJoining
from kiosk.store.space import wording_rows

STATUTES, HOUSE_RULES = "statutes", "house-rules"  # own words of the association
_SHORTEST = 2  # letters of a name


@dataclass(frozen=True, slots=True)
class NameSheet:
    """A name that is typed; `wanted` says that it is not one yet."""

    typed: str
    wanted: bool = False


@dataclass(frozen=True, slots=True)
class RulesSheet:
    """What is accepted: the fee, the texts in the association's words (none: those that came) and their days."""

    fee_cents: int
    statutes_on: date | None
    house_rules_on: date | None


def begin(visitor: Visitor) -> Card:
    """Ask for the name, if there is room for one more today."""
    _fingerprint(visitor)
    if not _has_room(visitor):
        return Card(CardKind.JOIN_AT_DESK, acts=(Act.DONE,))
    keyboard.begin(visitor.session, Act.JOIN)
    return _ask_name(visitor)


def _ask_name(visitor: Visitor, *, wanted: bool = False) -> Card:
    session = visitor.session
    sheet = NameSheet(session.typed, wanted)
    options = keyboard.letters(session)
    return Card(CardKind.JOIN_NAME, acts=(Act.JOIN_RULES, Act.DONE), sheet=sheet, options=options)


def show_rules(visitor: Visitor) -> Card:
    """Show the texts to accept, once there is a name."""
    session = visitor.session
    _fingerprint(visitor)
    if sum(letter.isalpha() for letter in session.typed) < _SHORTEST:
        return _ask_name(visitor, wanted=True)
    name = enrolment.clean_name(session.typed)
    statutes_on, house_rules_on = _texts(visitor)
    session.kept["accepts"] = name
    sheet = RulesSheet(_fee(visitor), statutes_on, house_rules_on)
    acts = (Act.SPONSOR, Act.UNDERAGE, Act.DONE)
    return Card(CardKind.JOIN_RULES, name.split()[0], acts=acts, sheet=sheet)


def send_to_desk(_visitor: Visitor) -> Card:
    """Send somebody under age to the desk: no tab without somebody who answers for it."""
    return Card(CardKind.JOIN_AT_DESK, acts=(Act.DONE,))


def join(visitor: Visitor) -> Card:
    """Welcome by a member's badge: write file, fee and first day in one transaction; then the door opens."""
    name, fingerprint = _accepted(visitor), _fingerprint(visitor)
    if not _has_room(visitor):
        return Card(CardKind.JOIN_AT_DESK, acts=(Act.DONE,))
    sponsor = _sponsor(visitor)
    if sponsor is None:
        return Card(CardKind.SPONSOR_REFUSED, acts=(Act.SPONSOR_AGAIN, Act.JOIN_ALONE, Act.DONE))
    closed = _is_shut(visitor, sponsor)
    if closed is not None:
        return Card(CardKind.DENIED, denial=closed.reason, next_step=closed.next_step, until=closed.until)
    connection, policy, moment = visitor.connection, visitor.policy, visitor.moment
    plan = enrolment.first_plan(connection, policy)
    application = Application(name=name, plan=plan, language=visitor.session.language)
    found = enrolment.begin(connection, policy, moment, visitor.seal, application, ACTOR)
    members.give_new_badge(connection, found, fingerprint, visitor.session.kept["tail"], moment.day, moment.day)
    joining_rows.add(connection, replace(_asked(visitor), member_id=found.id, sponsor_id=sponsor.member))
    joining_notice.tell(connection, found.number, sponsor.number, moment.at)
    _count_first_day(visitor, fingerprint)
    return Card(CardKind.JOINED, found.shown_name, found.language, opens_for=found.id)


def ask_alone(visitor: Visitor) -> Card:
    """Ask the desk, where no member is there to welcome. The door stays shut."""
    name, fingerprint = _accepted(visitor), _fingerprint(visitor)
    if joining_rows.is_waiting(visitor.connection, fingerprint):
        return Card(CardKind.JOIN_ASKED, acts=(Act.DONE,))
    if not _has_room(visitor):
        return Card(CardKind.JOIN_AT_DESK, acts=(Act.DONE,))
    joining_rows.add(visitor.connection, replace(_asked(visitor), name=name, language=visitor.session.language))
    return Card(CardKind.JOIN_ASKED, acts=(Act.DONE,))


def _has_room(visitor: Visitor) -> bool:
    """Whether one more may join at the screen today."""
    return rules.has_room(visitor.policy, joining_rows.of_day(visitor.connection, visitor.moment.day))


def _fingerprint(visitor: Visitor) -> bytes:
    """The unknown badge that this dialogue began with. Raises RequestError `touch-over` where there was none."""
    if "badge" not in visitor.session.kept:
        raise RequestError("touch-over", "this wants a new badge first")
    return bytes.fromhex(visitor.session.kept["badge"])


def _accepted(visitor: Visitor) -> str:
    """The name that stood above the accepted texts. Raises RequestError `touch-over` where none were."""
    if "accepts" not in visitor.session.kept:
        raise RequestError("touch-over", "the rules come first")
    return visitor.session.kept["accepts"]


def _texts(visitor: Visitor) -> tuple[date | None, date | None]:
    """Since when statutes and house rules have their present words; None where they are as shipped."""
    found = wording_rows.newest(visitor.connection, (STATUTES, HOUSE_RULES))
    zone = visitor.moment.local.tzinfo
    days = {code: text.made_at.astimezone(zone).date() for code, text in found.items() if text.fr}
    return days.get(STATUTES), days.get(HOUSE_RULES)


def _asked(visitor: Visitor) -> NewJoining:
    statutes_on, house_rules_on = _texts(visitor)
    return NewJoining(
        day_on=visitor.moment.day,
        made_at=visitor.moment.at,
        fingerprint=_fingerprint(visitor),
        tail=visitor.session.kept["tail"],
        statutes_on=statutes_on,
        house_rules_on=house_rules_on,
    )


def _sponsor(visitor: Visitor) -> Standing | None:
    """The member who welcomes, whose badge was just shown; None where it is nobody's who may."""
    if visitor.badge is None:
        return None
    policy, moment = visitor.policy, visitor.moment
    found = standing.find(visitor.connection, visitor.badge.fingerprint(visitor.badge_key), policy, moment.day)
    return found if rules.may_welcome(found, policy, moment) else None


def _is_shut(visitor: Visitor, sponsor: Standing) -> Denied | None:
    """Whether somebody new would be turned away now, because of the hour or for lack of room."""
    present = visits.present(visitor.connection, visitor.moment.day)
    return rules.turns_away(sponsor, visitor.policy, visitor.moment, present)


def _fee(visitor: Visitor) -> int:
    policy = visitor.policy
    kinds = [product.code for product in policy.products.values() if product.kind is ProductKind.MEMBERSHIP]
    return sum(policy.ask(code, None, None)[0] for code in kinds)


def _count_first_day(visitor: Visitor, fingerprint: bytes) -> None:
    connection, policy, moment = visitor.connection, visitor.policy, visitor.moment
    found = standing.find(connection, fingerprint, policy, moment.day)
    decision = access.decide(found, policy, moment)
    if isinstance(decision, Denied):
        raise RequestError("touch-over", f"the first day cannot be counted: {decision.reason}")
    visits.record(connection, visitor.seal, decision, policy, moment, tap_id=visitor.fresh_id(), actor=ACTOR)


_WELCOME = Page(join, writes=True, wants_badge=True, any_badge=True, asks=CardKind.SPONSOR, beside=(Act.JOIN_ALONE,))
PAGES = {
    Act.JOIN: Page(begin),
    Act.JOIN_RULES: Page(show_rules),
    Act.UNDERAGE: Page(send_to_desk),
    Act.SPONSOR: _WELCOME,
    Act.SPONSOR_AGAIN: _WELCOME,
    Act.JOIN_ALONE: Page(ask_alone, writes=True),
}
