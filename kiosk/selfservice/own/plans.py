"""Lets a member change their plan at the screen, where the rules allow it, from the end of what is paid.

The page names price and first day before the badge confirms them. Nothing is charged until the new plan begins, and
until then another choice replaces it. Plans that another account pays, or that the tab cannot take, are for the office.
"""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.dialogue import ACTOR, Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.screen_state import Code
from kiosk.domain.money.credit import for_a_plan
from kiosk.domain.money.tariffs import FULL, Policy, ProductKind
from kiosk.domain.periods import Unit
from kiosk.errors import RequestError
from kiosk.language.names import Names
from kiosk.language.texts import Said, Text
from kiosk.members import plan_changes, plan_standing
from kiosk.money import plan_endings
from kiosk.selfservice import purchases
from kiosk.selfservice.choice_labels import DOTTED, Euros, ShortDay, option
from kiosk.selfservice.purchases import Beyond
from kiosk.selfservice.without_badge import pin
from kiosk.store import name_rows
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.money import offers, rights
from kiosk.store.officers import desk_log
from kiosk.store.space import policies
from kiosk.store.space.policies import Plan

MOST, MOST_BEYOND = 6, 1  # options on a page, and plans named on it that the account cannot take
_UNTIL = Text("{plan} jusqu’au {day}", "{plan} until {day}")
_THEN = Text("Ensuite : {plan}, dès le {day}", "Then: {plan}, from {day}")
_MAY_STILL = Text("D’ici là, vous pouvez changer d’avis.", "Until then, you can change your mind.")
_AT_THE_OFFICE = Text("Pour en changer, voyez avec le bureau.", "To change plan, please see the office.")
_FROM = Text("{what}, dès le {day}", "{what}, from {day}")
_GO_ON = Text("Garder {plan}", "Keep {plan}")
_AND = Text("{what}. {more}", "{what}. {more}")
_FREE = Text("gratuit", "free")
_EACH = {
    Unit.HALF_DAY: Text("{sum} la demi-journée", "{sum} per half day"),
    Unit.DAY: Text("{sum} la journée", "{sum} a day"),
    Unit.WEEK: Text("{sum} par semaine", "{sum} a week"),
    Unit.MONTH: Text("{sum} par mois", "{sum} a month"),
    Unit.YEAR: Text("{sum} par an", "{sum} a year"),
}


class PlanSheet(Struct, frozen=True):
    """The member's plan and the one that follows, a line each; and plans that their account cannot take.

    `pending`: a change has not begun yet, and may be replaced. `saved`: a change was just saved.
    """

    lines: tuple[Said, ...]
    beyond: tuple[Beyond, ...] = ()
    pending: bool = False
    saved: bool = False

    @property
    def note(self) -> Said | None:
        """Return the words that stand beside the title in place of the lead (the page's usual sentence there); None for
        the lead itself.
        """
        return _MAY_STILL if self.pending else None

    @property
    def about(self) -> Said:
        """Return what is read aloud in place of the lead: all lines, without the choices."""
        text = self.lines[0]
        for line in (*self.lines[1:], *((_MAY_STILL,) if self.pending else ())):
            text = _AND.of(what=text, more=line)
        return text


class _Choice(Struct, frozen=True):
    """A plan to choose: its names, first day, price in cents and the unit that costs so much (None: it costs nothing).
    `goes_on`: the subscription of this plan still runs, and choosing it keeps it.
    """

    plan: Plan
    names: Names
    first_on: date
    cents: int
    unit: Unit | None
    goes_on: bool = False

    @property
    def words(self) -> Said:
        """Return the plan's name and price in words."""
        if self.goes_on:
            return _GO_ON.of(plan=self.names)
        worth: Said = _FREE if self.unit is None or not self.cents else _EACH[self.unit].of(sum=Euros(self.cents))
        return DOTTED.of(what=self.names, worth=worth)


def show(context: PageContext, *, saved: bool = False) -> Card:
    """Show the running plan, the one that follows, and the plans that may be chosen, each with its price."""
    member = members.by_number(context.connection, context.number)
    choices, beyond = _choices(context, member)
    now, then = _plan_words(context, member)
    lines = [each for each in (now, then) if each is not None]
    if not choices and not beyond:
        lines.append(_AT_THE_OFFICE)
    options = tuple(option(Act.PLAN_TO, code, each.words) for code, each in list(choices.items())[:MOST])
    sheet = PlanSheet(tuple(lines), beyond[:MOST_BEYOND], then is not None, saved)
    return Card(CardKind.OWN_PLAN, context.name, acts=(Act.SETTINGS, Act.DONE), sheet=sheet, options=options)


def name_change(context: PageContext) -> Card:
    """Name the plan, its price and first day, before the badge confirms it, or the code where the member came in by
    code. Raises RequestError `touch-over` for a plan that is not offered.
    """
    member = members.by_number(context.connection, context.number)
    chosen = _choices(context, member)[0].get(context.value)
    if chosen is None:
        raise RequestError("touch-over", "there is no such plan here")
    plan_text = chosen.words if chosen.goes_on else _FROM.of(what=chosen.words, day=ShortDay(chosen.first_on))
    if isinstance(context.turn.proof, Code):
        return pin.prove(context, plan_text)
    return Card(CardKind.BADGE_AGAIN, context.name, asked=Act.PLAN_TO, confirms=plan_text)


def change(context: PageContext) -> Card:
    """Change the plan as named: what is paid ends by itself, and the new plan begins after it. A plan no longer
    offered, or without confirmation, changes nothing.
    """
    connection, moment = context.connection, context.moment
    member = members.by_number(connection, context.number)
    chosen = _choices(context, member)[0].get(context.value)
    if chosen is None or not context.confirmed:
        return show(context)
    plan_changes.at_the_screen(connection, context.policy, member, chosen.plan.code, moment.day, chosen.cents)
    desk_log.add(connection, moment.at, ACTOR, "change-plan", member.number, f"{member.plan} -> {chosen.plan.code}")
    return show(context, saved=True)


def _choices(context: PageContext, member: Member) -> tuple[Mapping[str, _Choice], tuple[Beyond, ...]]:
    """Return the plans that may be chosen, by code, and those that the account cannot take. None of either where the
    rules leave plans to the office, the member has left, or another account pays their plan.
    """
    connection, today = context.connection, context.moment.day
    if not context.policy.plans_at_screen or member.left_on is not None:
        return {}, ()
    if members.paying_account(connection, member, ProductKind.SUBSCRIPTION, today) != member.account:
        return {}, ()
    names, owing = name_rows.plans(connection), purchases.owing_of(context, member)
    choices: dict[str, _Choice] = {}
    beyond: list[Beyond] = []
    for code, plan in policies.plans(connection).items():
        choice = _choice(context, member, plan, names[code]) if code != member.plan else None
        if choice is None:
            continue
        # Only a subscription that begins is charged: plans without one pay by the day.
        cents = choice.cents if plan.product is not None and not choice.goes_on else 0
        refusal = for_a_plan(owing, cents)
        if refusal is None:
            choices[code] = choice
        else:
            beyond.append(Beyond(names[code], refusal.missing_cents, refusal.limit_cents))
    return choices, tuple(beyond)


def _choice(context: PageContext, member: Member, plan: Plan, names: Names) -> _Choice | None:
    """Return a plan as a choice, by the rules of its first day; None where it has no full price then, or would charge
    again for days that were given back.
    """
    first_on = plan_changes.first_day(context.connection, member, plan, context.moment.day)
    policy = policies.read(context.connection, first_on)
    product = plan.product or policy.zones[plan.zone].day_product
    if product is None:
        return _Choice(plan, names, first_on, 0, None)
    if (product, FULL) not in policy.prices:
        return None
    cents = _price(context, member, policy, product, first_on)
    if first_on > context.moment.day:
        return _Choice(plan, names, first_on, cents, policy.products[product].unit)
    before = plan_endings.goes_on(context.connection, member.id, policy.products[product].id, context.moment.day)
    if before is not None and not plan_endings.is_whole(context.connection, before, context.moment.day):
        return None  # days of a period that still runs were given back: only the office may charge them again
    return _Choice(plan, names, first_on, cents, policy.products[product].unit, goes_on=True)


def _price(context: PageContext, member: Member, policy: Policy, product: str, day: date) -> int:
    """Return what one unit costs this member on a day, in cents: at their reduced level, where they have one, and the
    price that they chose, where it is free.
    """
    level = members.reduced_level(context.connection, member, day)
    chosen = offers.chosen(context.connection, member.id, policy.products[product].id, day)
    return policy.ask(product, level, chosen)[0]  # without the level that it is priced at


def _plan_words(context: PageContext, member: Member) -> tuple[Said | None, Said | None]:
    """Return the words for what covers today and until when, and for what follows it; None for nothing."""
    rows, names = rights.subscriptions(context.connection, member.id), name_rows.plans(context.connection)
    stands = plan_standing.read(context.connection, member, context.moment.day, rows, names)
    now: Said | None = stands.now
    if stands.now is not None and stands.until is not None:
        now = _UNTIL.of(plan=stands.now, day=ShortDay(stands.until))
    if stands.then is None or stands.begins_on is None:
        return now, None
    return now, _THEN.of(plan=stands.then, day=ShortDay(stands.begins_on))


# `writes`: in a writing transaction; `names`: the card that says what the badge is about to confirm, shown first.
PAGES = {
    Act.PLAN: Page(show),
    Act.PLAN_TO: Page(change, writes=True, names=name_change),
}
