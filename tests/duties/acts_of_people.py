"""Acts by which duties of people, of the place and of the machine begin, end and come back."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from kiosk.domain.checkin.choices import Act
from kiosk.domain.events.terms import EventKind, Terms
from kiosk.domain.space.answers import Question
from kiosk.domain.visitors.requests import Kind as PublicKind
from kiosk.events.planning import Description, Planning
from kiosk.hosting.rota import Rota
from kiosk.members import erasure_requests
from kiosk.members.account_files import AccountFiles
from kiosk.members.erasure_requests import ErasureRequests
from kiosk.members.officers import Officers, Profile
from kiosk.members.personal_data import PersonalFiles
from kiosk.members.renewing import Renewing
from kiosk.money.reminding import Reminding
from kiosk.offline import unreplayed_taps
from kiosk.offline.unreplayed_taps import Reason, UnreplayedTap
from kiosk.rooms import following
from kiosk.rooms.following import Calendars
from kiosk.space.first_answers import FirstAnswers
from kiosk.store.hosting import rota_rows
from kiosk.store.members import joining_rows, members
from kiosk.store.money.correction_rows import ERROR
from kiosk.store.visitors import request_rows
from kiosk.visitors.answering import Offer
from tests.badges.test_half_written import KEY_ONE, Written
from tests.duties.house import House, key
from tests.premises.keeping import OfficeRegister, acting
from tests.rooms.feeding import Event, file
from tests.rooms.hall import BIG, SMALL, bookings, let, slot
from tests.selfservice import test_joining, test_pin
from tests.visitors.hall import PublicHall, wish

# People who wait.


def asks_to_join(house: House) -> None:
    test_joining.present(house.space, f"04FFFFFFFF{house.chance.randrange(256):02X}{house.chance.randrange(256):02X}")
    house.space.touch(Act.JOIN_ALONE)


def asks_first_to_join(house: House) -> None:
    house.space.rule("joins_a_day", "5")
    house.people()
    asks_to_join(house)


def answers_joining(house: House) -> None:
    with house.home.store.reading() as connection:
        waiting = joining_rows.waiting(connection)
    act = house.chance.choice((house.space.enrolment.confirm, house.space.enrolment.decline))
    for each in waiting:
        act(each.id)


def announces_a_visit(house: House) -> None:
    house.count = 1
    hall = PublicHall(house.space)
    hall.proven(wish(day_on=_in_days(house, 7)))


def answers_visitors(house: House) -> None:
    _answer(house, (PublicKind.VISIT,), PublicHall(house.space).office.expect)


def asks_first_for_a_room(house: House) -> None:
    let(house.space)
    asks_for_a_room(house)


def asks_for_a_room(house: House) -> None:
    house.count = 1
    day = _in_days(house, 7 + len(house.space.sql("SELECT id FROM public_request")))
    asked = wish(kind=PublicKind.ROOM, day_on=day, room=SMALL, slot=slot("14:00", "16:00", day))
    PublicHall(house.space).proven(asked)


def quotes_rooms(house: House) -> None:
    office = PublicHall(house.space).office
    _answer(house, (PublicKind.ROOM,), lambda number: office.quote(number, Offer()))


def _in_days(house: House, count: int) -> date:
    return house.space.clock.now().date() + timedelta(days=count)


def _answer(house: House, kinds: tuple[PublicKind, ...], act: Callable[[int], object]) -> None:
    with house.home.store.reading() as connection:
        waiting = request_rows.waiting(connection, kinds)
    for each in waiting:
        act(each.id)


def asks_to_be_erased(house: House) -> None:
    house.kept = house.people(house.chance.randrange(2, 4))
    house.count = len(house.kept)
    ask_once_more_to_be_erased(house)


def ask_once_more_to_be_erased(house: House) -> None:
    with house.home.store.writing() as connection:
        _, moment = house.rules.at(connection, house.space.clock.now())
        for number in house.kept:
            erasure_requests.ask(connection, number, moment, "telephone", by_mail=False)


def answers_erasures(house: House) -> None:
    """One is declined, one taken back, the others erased once they left and their account is settled."""
    first, second, *others = house.kept
    ErasureRequests(by_mail=True, **house.unsealed()).decline(first, "le compte n’est pas soldé")
    with house.home.store.writing() as connection:
        erasure_requests.withdraw(
            connection, second, house.rules.at(connection, house.space.clock.now())[1], "telephone"
        )
    for number in others:
        house.space.till.write_off(own_account(house, number), house.space.owes(number), "partie")
        house.space.enrolment.leave(number)
        PersonalFiles(by_mail=True, **house.unsealed()).erase(number)
    house.kept = [first, second]


def own_account(house: House, number: int) -> int:
    with house.home.store.reading() as connection:
        return members.by_number(connection, number).account


def reports_an_error(house: House) -> None:
    numbers = house.people(house.chance.randrange(1, 4))
    house.count = len(numbers)
    fees = house.space.sql("SELECT number, member_number FROM entry WHERE kind = 'charge' ORDER BY number")
    house.kept = [house.corrections().ask(ERROR, int(str(of)), entry=int(str(entry))) for entry, of in fees]


def refuses_corrections(house: House) -> None:
    for each in house.kept:
        house.corrections().refuse(each)


def reopens_corrections(house: House) -> None:
    for each in house.kept:
        house.corrections().reopen(each)


def asks_a_second(house: House) -> None:
    house.correcting("officer:1").reverse(house.kept[0], "comptée deux fois", key=key())


def is_above_the_sum(house: House) -> None:
    house.space.rule("second_officer_cents", "100")
    house.people()
    house.officers("nadia", "paul")
    house.kept = [int(str(house.space.sql("SELECT max(number) FROM entry WHERE kind = 'charge'")[0][0]))]
    asks_a_second(house)


def declines(house: House) -> None:
    ((look,),) = house.space.sql("SELECT max(id) FROM second_look")
    house.correcting("officer:2").decline(int(str(look)))


def account_files(house: House) -> AccountFiles:
    return AccountFiles.of(Officers.of(house.home, house.space.clock, "cli", house.rules))


def has_an_account_without_a_file(house: House) -> None:
    house.people()
    house.officers("nadia", "paul")
    house.count, house.kept = 1, [1]
    account_files(house).end_outsider(1)


def cuts_the_tie(house: House) -> None:
    account_files(house).officers.change(1, Profile("nadia", ("president", "treasurer")))


def cuts_the_writing_of_a_badge(house: House) -> None:
    house.badge = Written(house.space)
    house.badge.write(house.chance.randrange(KEY_ONE, 6), obeys=True)


def lays_it_down_again(house: House) -> None:
    assert house.badge.write()


def cuts_it_at_the_next_key(house: House) -> None:
    house.badge.add_key()
    assert not house.badge.write(KEY_ONE, obeys=bool(house.chance.randrange(2)))


def types_wrong_codes(house: House) -> None:
    test_pin.find(house.space, "mem")
    test_pin.touch(house.space, Act.PIN_WHO, "1")
    for _ in range(3):
        test_pin.digits(house.space, "9999")
        test_pin.touch(house.space, Act.PIN_ENTER)


def forgets_the_code(house: House) -> None:
    house.space.rule("pin_sign_in", "true")
    house.people()
    test_pin.allow(house.space, "04B20000000000")
    house.wait(1)
    house.space.begin(Act.VISIT, None)
    types_wrong_codes(house)


# The place.


def rota(house: House) -> Rota:
    return Rota(**house.unsealed())


def has_a_free_turn(house: House) -> None:
    house.space.rule("hosting", "true")
    house.people()
    turn_on = house.today + timedelta(days=6)
    rota(house).add_slot(turn_on.weekday(), "hosting", 540, 780, 1)
    with house.home.store.reading() as connection:
        turns = rota_rows.free(connection, turn_on, turn_on)
    house.kept = [each.shift.id for each in turns]


def follows_a_calendar(house: House) -> None:
    """A course is moved here, and by its calendar as well."""
    let(house.space)
    house.kept = [9]
    read_calendar(house)
    moves_what_was_moved(house)


def read_calendar(house: House) -> None:
    """The course is in a calendar on a day of next week, at the hour that was kept last."""
    hour, day = house.kept[-1], house.today + timedelta(days=7)
    event = Event(uid="course", slot=slot(f"{hour}:00", f"{hour + 1}:00", day), sequence=len(house.kept))
    Calendars(**house.unsealed()).read_in(BIG, "cours", file(event))


def moves_what_was_moved(house: House) -> None:
    day = house.today + timedelta(days=7)
    bookings(house.space).move(1, BIG, slot("20:00", f"20:{10 + len(house.kept)}", day))
    house.kept.append(house.kept[-1] + 1)
    read_calendar(house)


def decides_of_calendars(house: House) -> None:
    with house.home.store.reading() as connection:
        waiting = following.differences(connection, house.today)
    Calendars(**house.unsealed()).decide([each.occurrence.id or 0 for each in waiting], take=False)


def opens_an_event(house: House) -> None:
    planning = Planning(**house.parts())
    evening = datetime.combine(house.today, time(8), house.home.config.zone)
    event = planning.propose(Description(kind=EventKind.TRAINING, title=f"La compta {house.chance.random()}"))
    terms = Terms(
        starts_at=evening + timedelta(days=house.kept[0] + 4),
        ends_at=evening + timedelta(days=house.kept[0] + 4, hours=2),
        places=8,
        threshold=3,
        deadline_at=evening + timedelta(days=house.kept[0]),
        rent_percent=0,
    )
    house.kept.append(planning.open(event, terms, None).id)


def opens_a_first_event(house: House) -> None:
    house.space.rule("events", "true")
    house.kept = [house.chance.randrange(6, 20)]
    opens_an_event(house)


def holds_the_event(house: House) -> None:
    Planning(**house.parts()).hold(house.kept[-1])


def opens_an_event_near(house: House) -> None:
    house.kept = [2]
    opens_an_event(house)


def insured(house: House) -> None:
    (number,) = house.people()
    house.insure(number, house.today + timedelta(days=40))


def uninsures(house: House) -> None:
    house.insure(1, house.today + timedelta(days=5))


def register(house: House) -> OfficeRegister:
    return OfficeRegister(acting(house.home, house.space.clock))


def gives_offices(house: House) -> None:
    begun, ends = house.today - timedelta(days=100), house.today + timedelta(days=45)
    register(house).approve("Préfet du Nord", "DOM-59-12", begun, ends)
    house.count = house.chance.randrange(1, 4)
    for at in range(house.count):
        register(house).add(f"Structure {at}", "732829320", house.today)


def approves_anew(house: House) -> None:
    until_on = house.today + timedelta(days=2000)
    house.kept = [register(house).approve("Préfet du Nord", "DOM-59-13", house.today, until_on)]


# The first hour.


def answers(house: House) -> FirstAnswers:
    return FirstAnswers(**house.unsealed(actor="officer:1"))


def knows_the_rent_not_yet(house: House) -> None:
    use, unknown = answers(house), house.chance.sample((Question.RENT, Question.FEE, Question.PLACES), 2)
    house.count = len({Question.RENT, *unknown})
    use.keep(Question.OPENING, {"when": "always"})
    for question in {Question.RENT, *unknown}:
        use.keep(question, None)
    use.write("Nadia")


def knows_the_rent(house: House) -> None:
    use = answers(house)
    use.keep(Question.RENT, {"rent": "700"})
    use.keep(Question.FEE, {"joins": "yes", "fee": "8,00", "year": "rolling", "grace": "30"})
    use.keep(Question.PLACES, {"notice": "20", "legal": "30"})
    use.write("Nadia")


# The machine.


def sets_aside(house: House) -> None:
    folders = [house.home.paths.own("spool")]
    house.count = house.chance.randrange(1, 4)
    for at in range(house.count):
        unreplayed_taps.add(folders, UnreplayedTap(f"{at:032x}", Reason.NO_MEMBER))
    house.say(set_aside=unreplayed_taps.count(folders))


def enters_by_hand(house: House) -> None:
    for path in unreplayed_taps.files([house.home.paths.own("spool")]):
        path.unlink(missing_ok=True)
    house.say(set_aside=unreplayed_taps.count([house.home.paths.own("spool")]))


# Members who are written to.


def joins(house: House) -> None:
    house.count = len(house.people(house.chance.randrange(1, 4)))


def owes(house: House) -> None:
    joins(house)
    house.cents = 500 * house.count


def proposes_renewal(house: House) -> None:
    everybody = range(1, house.count + 1)
    assert len(Renewing(**house.unsealed(officer=1)).send(everybody).put) == house.count


def renews(house: House) -> None:
    for number in range(1, house.count + 1):
        house.kept.append(house.space.till.sell(number, "membership", None).entry)


def takes_back(house: House) -> None:
    for entry in house.kept:
        house.space.till.reverse(entry, "erreur de saisie")
    house.kept = []


def reminds(house: House) -> None:
    accounts = [house.account(number) for number in range(1, house.count + 1)]
    Reminding(store=house.home.store, rules=house.rules, clock=house.space.clock).send(accounts)


def pays(house: House) -> None:
    house.kept = [house.space.till.pay(number, 500, "transfer") for number in range(1, house.count + 1)]
