"""A life for each kind of duty: what makes it, how long until it is due, which act ends it, and what undoes that act.

Each by what an officer, a member or the entrance does; the database is written by no other hand. A kind whose act is
undone by nothing comes back by the same thing once more.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from msgspec import Struct

from kiosk.domain.duties import Kind
from tests.duties import acts_of_books as books
from tests.duties import acts_of_people as people
from tests.duties.house import House

Step = Callable[[House], object]


class Life(Struct, frozen=True, kw_only=True):
    """What happens to a kind. `days` are from its beginning to the day on which it is due: None where it never is.

    `sleeps` is the act that lets it sleep; `ends` the one that ends it; `back` undoes that, and after `back_days` it is
    there again.
    """

    begins: Step
    days: Callable[[House], int | None] = lambda _house: 0
    sleeps: Step | None = None
    ends: Step
    back: Step
    back_days: Callable[[House], int] = lambda _house: 0


def _constant(days: int | None) -> Callable[[House], int | None]:
    return lambda _house: days


LIVES: Mapping[Kind, Life] = {
    Kind.JOININGS: Life(
        begins=people.asks_first_to_join,
        ends=people.answers_joining,
        back=people.asks_to_join,
    ),
    Kind.VISITORS: Life(
        begins=people.announces_a_visit,
        ends=people.answers_visitors,
        back=people.announces_a_visit,
    ),
    Kind.RENTALS: Life(
        begins=people.asks_first_for_a_room,
        ends=people.quotes_rooms,
        back=people.asks_for_a_room,
    ),
    Kind.ERASURES: Life(
        begins=people.asks_to_be_erased,
        ends=people.answers_erasures,
        back=people.ask_once_more_to_be_erased,
    ),
    Kind.CORRECTIONS: Life(
        begins=people.reports_an_error,
        ends=people.refuses_corrections,
        back=people.reopens_corrections,
    ),
    Kind.TWO: Life(
        begins=people.is_above_the_sum,
        ends=people.declines,
        back=people.asks_a_second,
    ),
    Kind.ACCOUNTS: Life(
        begins=people.has_an_account_without_a_file,
        ends=lambda house: people.account_files(house).link(house.kept[0], 1),
        back=people.cuts_the_tie,
    ),
    Kind.CODES: Life(
        begins=people.forgets_the_code,
        ends=lambda house: house.space.enrolment.mark_pin(1, unlock=True),
        back=people.types_wrong_codes,
    ),
    Kind.BADGES: Life(
        begins=people.cuts_the_writing_of_a_badge,
        ends=people.lays_it_down_again,
        back=people.cuts_it_at_the_next_key,
    ),
    Kind.TURNS: Life(
        begins=people.has_a_free_turn,
        days=_constant(3),
        ends=lambda house: people.rota(house).take(house.kept[0], 1),
        back=lambda house: people.rota(house).give_up(house.kept[0]),
    ),
    Kind.TRAININGS: Life(
        begins=people.opens_a_first_event,
        days=lambda house: house.kept[0] - 3,
        ends=people.holds_the_event,
        back=people.opens_an_event_near,
    ),
    Kind.CALENDARS: Life(
        begins=people.follows_a_calendar,
        ends=people.decides_of_calendars,
        back=people.moves_what_was_moved,
    ),
    Kind.HEALTH: Life(
        begins=lambda house: None,
        ends=lambda house: house.say(),
        back=lambda house: house.space.clock.advance(minutes=2),
    ),
    Kind.TAPS: Life(
        begins=people.sets_aside,
        ends=people.enters_by_hand,
        back=people.sets_aside,
    ),
    Kind.MEMBERSHIPS: Life(
        begins=people.joins,
        days=_constant(334),
        sleeps=people.proposes_renewal,
        ends=people.renews,
        back=people.takes_back,
    ),
    Kind.TABS: Life(
        begins=people.owes,
        days=_constant(30),
        sleeps=people.reminds,
        ends=people.pays,
        back=people.takes_back,
    ),
    Kind.BANK_LINES: Life(
        begins=books.receives,
        days=_constant(7),
        ends=books.decides,
        back=books.takes_decisions_back,
    ),
    Kind.STATEMENT: Life(
        begins=books.imports,
        days=lambda house: 35 - house.kept[-1],
        ends=books.imports,
        back=lambda house: None,
        back_days=lambda house: 35 - house.kept[-1],
    ),
    Kind.CHEQUES: Life(
        begins=books.pays_by("cheque"),
        days=_constant(15),
        ends=books.makes_the_slip,
        back=people.takes_back,
    ),
    Kind.PAYOUTS: Life(
        begins=books.pays_by("card"),
        days=_constant(10),
        ends=books.ticks_off_the_payout,
        back=people.takes_back,
    ),
    Kind.ONLINE: Life(
        begins=books.is_contested,
        ends=books.says_that_it_counts,
        back=books.is_contested,
    ),
    Kind.CARRIED: Life(
        begins=books.carries_cash,
        days=_constant(15),
        ends=books.sees_it_on_a_statement,
        back=books.takes_decisions_back,
    ),
    Kind.BOX: Life(
        begins=books.fills_the_box,
        days=_constant(31),
        ends=books.counts,
        back=people.takes_back,
    ),
    Kind.MONTHS: Life(
        begins=books.begins_books,
        days=books.to_the_fifth,
        ends=books.closes_month,
        back=lambda house: None,
        back_days=books.to_the_fifth,
    ),
    Kind.FILES: Life(
        begins=books.closes_a_second_month,
        days=books.week_after_the_month,
        sleeps=books.puts_files,
        ends=lambda house: books.sends(house, house.kept[0]),
        back=books.closes_another,
        back_days=books.week_after_the_month,
    ),
    Kind.INVOICES: Life(
        begins=books.organisation_pays,
        days=books.to_next_month,
        ends=books.invoices,
        back=books.credits_anew,
        back_days=books.to_next_month,
    ),
    Kind.OVERDUE: Life(
        begins=books.is_invoiced,
        days=books.late,
        sleeps=books.reminds_the_payer,
        ends=books.payer_pays,
        back=people.takes_back,
    ),
    Kind.YEAR: Life(
        begins=books.keeps_a_short_year,
        days=books.to_next_month,
        ends=books.closes_the_year,
        back=books.ends_another_year,
        back_days=books.to_next_month,
    ),
    Kind.INSURANCES: Life(
        begins=people.insured,
        days=_constant(10),
        ends=lambda house: house.insure(1, house.today + timedelta(days=400)),
        back=people.uninsures,
    ),
    Kind.OFFICES: Life(
        begins=people.gives_offices,
        days=_constant(15),
        ends=people.approves_anew,
        back=lambda house: people.register(house).withdraw(house.kept[0]),
    ),
    Kind.ANSWERS: Life(
        begins=people.knows_the_rent_not_yet,
        ends=people.knows_the_rent,
        back=lambda house: people.answers(house).take_back(),
    ),
}
