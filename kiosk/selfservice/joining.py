"""Lets the holder of an unknown badge join at the screen, welcomed by a member, or ask the desk to join.

A member tapping while a newcomer waits comes in as usual; their card then has a button for the newcomer. The page
behind it names what the member's badge, shown once more, does: nothing is written before.

The flow knows the new badge by its fingerprint. The badge opens on its first day; for more days the office confirms the
file. A rule limits how many people join a day, so that no one can fill the records from outside the door. What a page
keeps (`context.keep`), later pages of the same flow recall by its type.
"""

from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin import openings
from kiosk.checkin.cards import Card, CardKind, Entrant, Option
from kiosk.checkin.dialogue import ACTOR, Page, PageContext, Turn
from kiosk.domain.checkin import access, choices
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.screen_state import Invited, NewBadge
from kiosk.domain.checkin.standing import Standing
from kiosk.domain.checkin.verdicts import Denied
from kiosk.domain.members import joining as rules
from kiosk.errors import RequestError
from kiosk.language.texts import Text
from kiosk.members import enrolment
from kiosk.members.enrolment import Application
from kiosk.messages import joining_notice
from kiosk.money import vouchers
from kiosk.selfservice import keyboard, visitors
from kiosk.selfservice.choice_labels import Cents, option
from kiosk.selfservice.day_payment import Brought
from kiosk.store.checkin import standing, visits
from kiosk.store.members import joining_rows, members
from kiosk.store.members.joining_rows import NewJoining
from kiosk.store.money import voucher_rows
from kiosk.store.space import policies, wording_rows

STATUTES, HOUSE_RULES = "statutes", "house-rules"  # codes of the association's own texts
COSTS = Text("Adhésion {fee} + journée {day} = {total}", "Membership {fee} + day {day} = {total}")
THEIR_FEE = Text("Adhésion {amount} et journée : sur son ardoise.", "Membership {amount} and day: on their own tab.")
_SHORTEST = 2  # letters that a name needs at least
_OTHER = Text("Un autre nom", "Another name")


class Accepted(Struct, frozen=True):
    """The newcomer's name, as it stood above the texts (statutes and house rules) that they accept by going on."""

    name: str


class Announced(Struct, frozen=True):
    """The request to visit, made on the public pages, whose name was touched at the screen; `request` is its id."""

    request: int


class Welcomed(Struct, frozen=True):
    """The newcomer just welcomed (member's number), and the row id of their sponsor."""

    number: int
    host: int


class RulesSheet(Struct, frozen=True):
    """What is accepted: the fee of the membership, the days on which the association last changed the two texts (None:
    the built-in text), and the price of the first day, where no voucher pays for it.
    """

    fee_cents: int
    statutes_on: date | None
    house_rules_on: date | None
    has_voucher: bool = False
    day_cents: int = 0


def begin(context: PageContext) -> Card:
    """Offer the names announced in advance, or ask for a name, if one more person may join today; else send them to the
    desk.
    """
    _badge(context)  # refuses without a new badge
    if not _has_room(context):
        return Card(CardKind.JOIN_AT_DESK, acts=(Act.DONE,))
    # By request: its visitor's first name. A newcomer who has begun to type a name goes on typing.
    names = {} if keyboard.is_for(context, Act.JOIN) else visitors.first_names(context)
    if names:
        options = (
            *(option(Act.JOIN_AS, request, name) for request, name in names.items()),
            Option(Act.JOIN_AS, "", _OTHER),
        )
        return Card(CardKind.JOIN_WHO, acts=(Act.DONE,), options=options)
    return _ask_name(context)


def name_as(context: PageContext) -> Card:
    """Go on with a name announced in advance, of which the screen shows only the first name; or ask for another where
    that was touched, or the request is there no more.
    """
    _badge(context)  # refuses without a new badge
    name = visitors.name_of(context, context.value)
    if name is None:
        context.drop(Announced)
        return _ask_name(context)
    context.keep(Announced(int(context.value)))
    context.keep(Accepted(name))
    return show_rules(replace(context, value=""))


def _ask_name(context: PageContext, *, missing_line: int | None = None) -> Card:
    """Show the keyboard for a name. With a line number, that line of the card says what is missing."""
    return keyboard.card(context, CardKind.JOIN_NAME, Act.JOIN, Act.JOIN_RULES, missing_line=missing_line)


def show_rules(context: PageContext) -> Card:
    """Show the texts to accept, once there is a name of two letters at least; else the keyboard again. A name being
    typed goes before an announced one.
    """
    _badge(context)  # refuses without a new badge
    accepted = context.recall(Accepted)
    typed = accepted.name if accepted and not keyboard.is_for(context, Act.JOIN) else keyboard.typed(context, Act.JOIN)
    if sum(letter.isalpha() for letter in typed) < _SHORTEST:
        return _ask_name(context, missing_line=0)
    name = enrolment.clean_name(typed)
    statutes_on, house_rules_on = _texts(context)
    context.keep(Accepted(name))
    has_voucher = context.recall(Brought) is not None
    fee_cents, day_cents = _costs(context)
    sheet = RulesSheet(fee_cents, statutes_on, house_rules_on, has_voucher, day_cents)
    may_bring = not has_voucher and voucher_rows.has_codes(context.connection)
    acts = (Act.SPONSOR, *((Act.VOUCHER_CODE,) if may_bring else ()), Act.UNDERAGE, Act.DONE)
    return Card(CardKind.JOIN_RULES, name.split()[0], acts=acts, sheet=sheet)


def send_to_desk(_context: PageContext) -> Card:
    """Send a minor to the desk: a tab needs an adult responsible for it."""
    return Card(CardKind.JOIN_AT_DESK, acts=(Act.DONE,))


def wait(context: PageContext) -> Card:
    """Wait for the badge of a welcoming member, once the texts are accepted."""
    _badge(context)  # refuses without a new badge
    # what another member's badge would do for this flow, and the name to show for it
    context.turn.waits = Act.WELCOME, _accepted(context).split()[0]
    return Card(CardKind.SPONSOR, acts=(Act.JOIN_ALONE, Act.DONE))


def ask(context: PageContext) -> Card:
    """Name to the admitted member the newcomer that their badge would welcome, and the fee; or say that this member may
    not welcome one.
    """
    newcomer = _newcomer(context)
    if _sponsor(context) is None:
        return Card(CardKind.SPONSOR_REFUSED, context.name, acts=(Act.DONE,))
    name, fee = _accepted(newcomer).split()[0], THEIR_FEE.of(amount=Cents(rules.fee(context.policy)))
    return Card(CardKind.WELCOME_ASKS, name, acts=(Act.DONE,), asked=Act.WELCOME, confirms=fee)


def join(context: PageContext) -> Card:
    """Create the newcomer's file, fee and first day in one transaction, after the sponsor's badge; then the door opens.
    At the day's limit of joinings, or where a newcomer would be turned away now, nothing is written and the card says
    so. Raises RequestError `touch-over` where the sponsor or the newcomer is not there any more.
    """
    newcomer, sponsor = _newcomer(context), _sponsor(context)
    name, badge = _accepted(newcomer), _badge(newcomer)
    if sponsor is None or not context.confirmed:
        raise RequestError("touch-over", "this member can no longer welcome a newcomer")
    if not _has_room(context):
        return Card(CardKind.JOIN_AT_DESK, acts=(Act.DONE,))
    refusal = _is_shut(context, sponsor)
    if refusal is not None:
        return Card(CardKind.DENIED, denial=refusal.reason, next_step=refusal.next_step, until=refusal.until)
    connection, policy, moment = context.connection, context.policy, context.moment
    plan = enrolment.first_plan(connection, policy)
    application = Application(name=name, plan=plan, language=newcomer.turn.person.language)
    member = enrolment.begin(connection, policy, moment, context.seal, application, ACTOR)
    until_on = moment.day  # the badge opens today only, until the desk confirms it
    members.give_new_badge(connection, member, badge.mark, badge.tail, moment.day, until_on)
    joining_rows.add(connection, replace(_new_joining(newcomer), member_id=member.id, sponsor_id=sponsor.member))
    joining_notice.put_in_outbox(connection, member.number, sponsor.number, moment.at)
    costs = _costs(newcomer)  # the costs that the page has named
    brought = newcomer.recall(Brought)
    if brought is not None:
        vouchers.claim(connection, moment, ACTOR, brought.code, member.number)
    entrant = _count_first_day(context, badge.mark)
    context.keep(Welcomed(member.number, sponsor.member))
    context.turn.proof = Invited(member.number)  # from here on the flow is the new member's
    context.speak(member.language, member.shown_name)
    acts = (Act.WELCOME_UNDO, Act.DONE)
    card = Card(CardKind.JOINED, member.shown_name, acts=acts, opens_for=entrant)
    fee_cents, day_cents = costs
    if not day_cents:  # the fee alone needs no sum
        return card
    fee, day, total = (Cents(cents) for cents in (fee_cents, day_cents, fee_cents + day_cents))
    return replace(card, confirms=COSTS.of(fee=fee, day=day, total=total))


def undo(context: PageContext) -> Card:
    """Undo the welcome given in this flow: fee and day are reversed, and the badge no longer opens.

    The limit is that of a member's own undone days: otherwise a friend could come in free, day after day.
    """
    policy, day = context.policy, context.moment.day
    welcomed = context.take(Welcomed)  # so that it is undone once
    if welcomed is None:
        raise RequestError("touch-over", "no newcomer was welcomed here")
    number, sponsor_id, window_days = welcomed.number, welcomed.host, policy.undo_window_days
    undone = visits.undone_lately(context.connection, sponsor_id, day, window_days)
    undone += joining_rows.taken_back(context.connection, sponsor_id, day - timedelta(days=window_days))
    if not choices.may_undo(policy, undone):
        return Card(CardKind.UNDO_REFUSED, acts=(Act.DONE,))
    enrolment.take_back(context.connection, context.seal, context.moment, number, ACTOR)
    back = openings.taken_back(number, context.moment.day, context.moment.at)
    return Card(CardKind.WELCOME_UNDONE, acts=(Act.DONE,), takes_back=back)


def ask_alone(context: PageContext) -> Card:
    """Ask the desk to join, where no member is there to welcome. The door stays shut. A badge that waits already is not
    asked for twice; at the day's limit the card sends to the desk.
    """
    name, badge = _accepted(context), _badge(context)
    if joining_rows.is_waiting(context.connection, badge.mark):
        return Card(CardKind.JOIN_ASKED, acts=(Act.DONE,))
    if not _has_room(context):
        return Card(CardKind.JOIN_AT_DESK, acts=(Act.DONE,))
    joining_rows.add(
        context.connection, replace(_new_joining(context), name=name, language=context.turn.person.language)
    )
    return Card(CardKind.JOIN_ASKED, acts=(Act.DONE,))


def _costs(context: PageContext) -> tuple[int, int]:
    """Return what joining costs today, in cents: the fee, and the first day (0 where a voucher pays for it)."""
    fee_cents = rules.fee(context.policy)
    if context.recall(Brought) is not None:
        return fee_cents, 0
    plan = policies.plans(context.connection)[enrolment.first_plan(context.connection, context.policy)]
    return fee_cents, rules.first_day(plan.zone, context.policy, context.moment)


def _has_room(context: PageContext) -> bool:
    """Tell whether one more person may join at the screen today."""
    return rules.has_room(context.policy, joining_rows.of_day(context.connection, context.moment.day))


def _newcomer(context: PageContext) -> PageContext:
    """Return the waiting newcomer's own context: this page's, with what their flow keeps. Raises RequestError
    `touch-over` where no one waits to be welcomed.
    """
    if context.request is None or context.request.act is not Act.WELCOME:
        raise RequestError("touch-over", "no newcomer waits to be welcomed")
    page = context.request.page
    return replace(context, turn=Turn(page.proof, page.person, dict(page.memo)))


def _badge(context: PageContext) -> NewBadge:
    """Return the unknown badge that this flow began with. Raises RequestError `touch-over` without one."""
    if not isinstance(context.turn.proof, NewBadge):
        raise RequestError("touch-over", "a new badge comes first")
    return context.turn.proof


def _accepted(context: PageContext) -> str:
    """Return the name that stood above the accepted texts. Raises RequestError `touch-over` where none
    were accepted.
    """
    accepted = context.recall(Accepted)
    if accepted is None:
        raise RequestError("touch-over", "the rules come first")
    return accepted.name


def _texts(context: PageContext) -> tuple[date | None, date | None]:
    """Return the days since which statutes and house rules have their present words; None for a built-in text."""
    texts = wording_rows.newest(context.connection, (STATUTES, HOUSE_RULES))
    zone = context.moment.local.tzinfo
    days = {code: text.made_at.astimezone(zone).date() for code, text in texts.items() if text.words}
    return days.get(STATUTES), days.get(HOUSE_RULES)


def _new_joining(context: PageContext) -> NewJoining:
    """Return what is recorded of a joining: its day, the new badge, the texts that were accepted, and the request from
    the public pages where no other newcomer has used it.
    """
    touched = context.recall(Announced)
    is_free = touched is not None and visitors.is_free(context, touched.request)
    statutes_on, house_rules_on = _texts(context)
    return NewJoining(
        day_on=context.moment.day,
        made_at=context.moment.at,
        fingerprint=_badge(context).mark,
        tail=_badge(context).tail,
        statutes_on=statutes_on,
        house_rules_on=house_rules_on,
        request_id=touched.request if touched is not None and is_free else None,
    )


def _sponsor(context: PageContext) -> Standing | None:
    """Return the member whose badge was shown; None where they may not welcome a newcomer."""
    person = context.member
    return person if rules.may_welcome(person, context.policy, context.moment) else None


def _is_shut(context: PageContext, sponsor: Standing) -> Denied | None:
    """Return why a newcomer would be turned away now, by the hour or for lack of places; None otherwise."""
    present = visits.present(context.connection, context.moment.day, context.policy.site)
    return rules.turns_away(sponsor, context.policy, context.moment, present)


def _count_first_day(context: PageContext, fingerprint: bytes) -> Entrant:
    """Record the new member's first day, and return the opening of the door for it. Raises RequestError `touch-over`
    where the day is refused, so that nothing of the joining is written.
    """
    connection, policy, moment = context.connection, context.policy, context.moment
    person = standing.find(connection, fingerprint, policy, moment.day)
    decision = access.decide(person, policy, moment)
    if isinstance(decision, Denied):
        raise RequestError("touch-over", "the first day cannot be counted: {why}", why=decision.reason)
    tap_id = context.fresh_id()
    visit = visits.record(connection, context.seal, decision, policy, moment, tap_id=tap_id, actor=ACTOR)
    return openings.entrant(decision, visit, tap_id, moment)


PAGES = {
    Act.JOIN: Page(begin),
    Act.JOIN_AS: Page(name_as),
    Act.JOIN_RULES: Page(show_rules),
    Act.UNDERAGE: Page(send_to_desk),
    Act.SPONSOR: Page(wait),
    Act.WELCOME: Page(join, writes=True, names=ask),
    Act.WELCOME_UNDO: Page(undo, writes=True),
    Act.JOIN_ALONE: Page(ask_alone, writes=True),
}
