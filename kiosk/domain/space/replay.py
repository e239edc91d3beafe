"""One side of a simulation: past visits decided again by the door's own decision, under one set of rules.

A *standing* is all that the decision needs to know of a member on a day, a *policy* the rules in force. A visit is
*prepaid* if a carnet, a voucher or a banked day paid for it.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from kiosk.domain.checkin import access, day_charges
from kiosk.domain.checkin.standing import PREPAID, Charge, Part, Prepaid, Right, Standing, VisitToday
from kiosk.domain.checkin.verdicts import Denied
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy
from kiosk.domain.periods import Unit
from kiosk.domain.space import scenario
from kiosk.domain.space.past import PastVisit
from kiosk.domain.space.simulated import month_of

_STANDING_CHARGE = 1  # number of a supposed entry of a first half: any will do, since nothing is written
_WITHOUT_HALVES = 12  # the hour of a past visit whose own is no longer stored
Answer = Charge | Denied
_Like = tuple[object, ...]  # what equal visits have in common


@dataclass(slots=True)
class Side:
    """Answers visits in the order of time, counting each member's charged days of the month for the cap and, if it
    `turns_away`, the people present. Each visit that came in is to be told to `note`.
    """

    zone: ZoneInfo
    turns_away: bool = False
    _days: dict[tuple[int, str], int] = field(default_factory=dict)  # charged days, by member and month
    _day: date | None = None  # the day of the last visit
    _open: Policy | None = None  # the rules with the opening hours of the day at hand
    # when each visitor of that day came and left; None: unknown
    _here: list[tuple[datetime | None, datetime | None]] = field(default_factory=list)
    # by policy, then by what visits have in common
    _costs: dict[int, tuple[Policy, dict[_Like, Charge]]] = field(default_factory=dict)

    def answer(self, visit: PastVisit, policy: Policy, *, twice: bool) -> Answer:
        """Return the door's answer to a visit; a refusal only if this side `turns_away`. `twice`: halves were sold
        then, so that a whole day means that both were used.
        """
        charged = self._days.get(_month(visit), 0)
        if self.turns_away:
            denied = self._refused(visit, _standing(visit, charged, policy), policy)
            if denied is not None:
                return denied
        if visit.is_taken_back or visit.right is Right.PASSING:
            return Charge(visit.right)  # of 0
        if visit.is_guest:
            return day_charges.of_guest(_standing(visit, charged, policy), policy)
        return self._alike(visit, charged, policy, twice=twice)

    def note(self, visit: PastVisit, cost: Charge) -> None:
        """Record that a visit came in and was charged."""
        if (cost.amount_cents > 0 or cost.prepaid is not None) and not visit.is_guest:
            month = _month(visit)
            self._days[month] = self._days.get(month, 0) + 1
        if self.turns_away:
            self._here.append((visit.arrived_at, visit.left_at))

    def _alike(self, visit: PastVisit, charged: int, policy: Policy, *, twice: bool) -> Charge:
        """Return what a visit costs, computed once for equal visits: a year has ten thousand visits of a few dozen
        kinds. Prepaid visits may go by the hour, and are computed each time.
        """
        if visit.right in PREPAID:
            return self._cost(visit, _standing(visit, charged, policy), policy, twice=twice)
        split, cap = policy.half_day_split_hour, policy.month_cap_days
        half = None if split is None else self._moment(visit, policy).in_second_half(split)
        like = (
            visit.zone,
            visit.right,
            visit.part,
            visit.level,
            visit.chosen_cents,
            visit.half_chosen_cents,
            cap is not None and charged >= cap,
            half,
            twice,
            policy.room_counts_toward_day and visit.rooms_cents,
            visit.has_event,
        )
        _, costs = self._costs.setdefault(id(policy), (policy, {}))  # the policy is kept, so that its id is not reused
        cost = costs.get(like)
        if cost is None:
            cost = costs[like] = self._cost(visit, _standing(visit, charged, policy), policy, twice=twice)
        return cost

    def _cost(self, visit: PastVisit, standing: Standing, policy: Policy, *, twice: bool) -> Charge:
        """Return what a past visit costs by a policy. Half a day by this policy that was a whole day
        then is charged its second half, too.
        """
        cost = day_charges.charge(standing, policy, self._moment(visit, policy))
        split = policy.half_day_split_hour
        if twice and split is not None and visit.part is Part.DAY and cost.part is Part.FIRST_HALF:
            today = VisitToday(0, cost.part, cost.amount_cents, _STANDING_CHARGE, None, right=cost.right)
            cost = day_charges.charge(replace(standing, today=today), policy, self._at(visit.day, split))
        return cost

    def _refused(self, visit: PastVisit, standing: Standing, policy: Policy) -> Denied | None:
        """Return the door's refusal of a visit; None where it is let in, or its hour is no longer stored. A guest comes
        in with the host.
        """
        if self._day != visit.day or self._open is None:
            self._day, self._here = visit.day, []
            self._open = replace(policy, calendar=scenario.calendar(policy.opening_hours, visit.day))
        at = visit.arrived_at
        if at is None or visit.is_guest:
            return None
        # a visitor with an unknown hour counts as still here
        here = sum(1 for arrived, left in self._here if arrived is None or left is None or left > at)
        return access.turns_away(standing, self._open, self._moment(visit, policy), here)

    def _moment(self, visit: PastVisit, policy: Policy) -> Moment:
        """Return the moment of a past visit; without its hour, an hour of the half day that it was."""
        if visit.arrived_at is not None:
            return Moment(visit.arrived_at, visit.arrived_at.astimezone(self.zone), visit.day)
        split = policy.half_day_split_hour
        hour = _WITHOUT_HALVES if split is None else split if visit.part is Part.SECOND_HALF else max(0, split - 1)
        return self._at(visit.day, hour)

    def _at(self, day: date, hour: int) -> Moment:
        """Return a day's full hour as a moment."""
        local = datetime.combine(day, time(hour), tzinfo=self.zone)
        return Moment(local, local, day)


def _month(visit: PastVisit) -> tuple[int, str]:
    """Return the member and the month of a visit."""
    return visit.member, month_of(visit.day)


def _standing(visit: PastVisit, charged_days: int, policy: Policy) -> Standing:
    """Return the member's standing as that day's visit shows it; rooms pay for a day where the side's rules say so."""
    unit = Unit.DAY if visit.part is Part.DAY else Unit.HALF_DAY  # so a carnet of half days paid for it
    # two units: enough for a whole day, by halves too
    prepaid = (Prepaid(visit.right, 0, 2, 0, unit=unit),) if visit.right in PREPAID else ()
    return Standing(
        member=visit.member,
        number=visit.member,
        name="",
        language=None,
        zone=visit.zone,
        account=0,
        badge_lost_on=None,
        left_on=None,
        member_until=visit.day,
        subscribed=visit.right is Right.SUBSCRIPTION,
        charged_days=charged_days,
        past_due_cents=0,
        prepaid=prepaid,
        level=visit.level,
        chosen_cents=visit.chosen_cents,
        half_chosen_cents=visit.half_chosen_cents,
        today=None,
        rooms_cents=visit.rooms_cents if policy.rooms_on and policy.room_counts_toward_day else 0,
        has_event=visit.has_event,
    )
