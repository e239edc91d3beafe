"""A member's telephone, paired at the screen by badge: who scans, what is typed, and what strangers get of it."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.dialogue import PagesAddress
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.days import Moment
from kiosk.domain.telephones.pairing import CODE_TRIES, CODES_AN_HOUR, MOST_TELEPHONES, SHOWN_SECONDS, Ended
from kiosk.errors import RequestError
from kiosk.language.texts import spoken
from kiosk.members import personal_data
from kiosk.selfservice.own.telephones import PhoneSheet
from kiosk.store.space.policies import Rules
from kiosk.store.telephones import telephone_rows
from kiosk.telephones import pairing, secret_texts
from kiosk.telephones.pairing import Scanned, Waits
from tests.conftest import Space
from tests.selfservice.self_service import Visit, is_well

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"


def text(number: int) -> str:
    """The secret text that is made as the so-manieth: the first is what a QR says, the next a telephone's."""
    return f"{number:043d}"


@pytest.fixture(autouse=True)
def _known_texts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Secrets that a test can write down: no camera reads the screen's QR here."""
    numbers = count(1)
    monkeypatch.setattr(secret_texts, "fresh", lambda: text(next(numbers)))
    monkeypatch.setattr(secret_texts, "fresh_digits", lambda size: "47" if size == 2 else "123456")
    yield


@pytest.fixture(autouse=True)
def _two_members(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Haddad", KARIM)


@pytest.fixture
def house(space: Space) -> Space:
    space.pages_at = PagesAddress("https://membres.example.org")
    space.start()
    return space


def moment(space: Space) -> Moment:
    with space.home.store.reading() as connection:
        return Rules(space.home.config.zone).at(connection, space.clock.now())[1]


def scan(space: Space, secret: str) -> Scanned | Ended:
    """A telephone's button, pressed on the page behind the QR."""
    now = moment(space)
    with space.home.store.writing() as connection:
        return pairing.scan(connection, secret, "android", now)


def stands(space: Space, bearer: str) -> Waits | None:
    now = moment(space)
    with space.home.store.reading() as connection:
        return pairing.waits(connection, bearer, now)


def owner(space: Space, bearer: str) -> int | None:
    """Whose telephone it is that shows this."""
    now = moment(space)
    with space.home.store.reading() as connection:
        found = pairing.of_bearer(connection, bearer, now)
    return None if found is None else found.member


def shows_qr(space: Space, uid: str = INES) -> Visit:
    visit = Visit(space, uid)
    assert visit.pick(Act.PHONE).kind is CardKind.PHONE
    return visit


def types(visit: Visit, digits: str) -> Card:
    """Type what the telephone shows, and say yes by badge to the page that names it."""
    visit.pick(Act.PHONE_CODE)
    for digit in digits:
        visit.pick(Act.PIN_KEY, digit)
    return visit.pick(Act.PHONE_PAIR)


def paired(space: Space, uid: str = INES, first: int = 1) -> str:
    visit = shows_qr(space, uid)
    assert isinstance(scan(space, text(first)), Scanned)
    assert types(visit, "47").kind is CardKind.PHONE_PAIRED
    return text(first + 1)


def number_of(space: Space, uid: str) -> int:
    with space.home.store.reading() as connection:
        found = connection.exec_driver_sql("SELECT max(number) FROM member WHERE name LIKE ?", (NAMES[uid],)).scalar()
    assert isinstance(found, int)
    return found


NAMES = {INES: "Inès%", KARIM: "Karim%"}


def test_a_telephone_that_shows_the_typed_digits_is_its_members_until_they_end_it(house: Space) -> None:
    visit = shows_qr(house)
    assert isinstance(visit.card.sheet, PhoneSheet)
    assert "<svg" in visit.card.sheet.svg
    scanned = scan(house, text(1))
    assert isinstance(scanned, Scanned)
    assert stands(house, scanned.bearer) == Waits("47")
    assert owner(house, scanned.bearer) is None  # not before the badge said so
    assert types(visit, "47").kind is CardKind.PHONE_PAIRED
    assert owner(house, scanned.bearer) == number_of(house, INES)
    listed = visit.pick(Act.PHONES)
    (of_one,) = [each for each in listed.options if each.act is Act.PHONE_END]
    assert spoken(of_one.said, "fr") == "Android"
    visit.pick(Act.PHONE_END, of_one.value)
    assert owner(house, scanned.bearer) is None
    is_well(house)


def test_nothing_of_it_is_on_the_screen_of_a_house_without_pages(space: Space) -> None:
    visit = Visit(space, INES)
    assert visit.card.options == ()
    assert Act.PHONE not in visit.pick(Act.SETTINGS).acts


def test_it_is_asked_on_the_page_of_the_account_and_not_among_the_settings(house: Space) -> None:
    visit = Visit(house, INES)
    assert visit.card.kind is CardKind.ACCOUNT
    assert [(each.act, spoken(each.said, "fr")) for each in visit.card.options] == [(Act.PHONE, "Sur mon téléphone")]
    settings = visit.pick(Act.SETTINGS)
    assert Act.PHONE not in (*settings.acts, *(each.act for each in settings.options))


def test_where_a_notice_stands_on_that_page_it_is_among_the_settings(house: Space) -> None:
    house.sql_write("UPDATE membership SET from_on = '2025-11-21', until_on = '2026-11-20'")
    house.start()
    visit = Visit(house, INES)
    assert visit.card.notices != ()
    assert visit.card.options == ()
    assert Act.PHONE in visit.pick(Act.SETTINGS).acts
    assert visit.pick(Act.PHONE).kind is CardKind.PHONE


def test_without_https_no_telephone_is_paired_and_the_screen_says_so(space: Space) -> None:
    space.pages_at = PagesAddress("http://membres.example.org")
    space.start()
    visit = shows_qr(space)
    sheet = visit.card.sheet
    assert isinstance(sheet, PhoneSheet)
    assert sheet.svg == ""
    said = sheet.before.to("fr") if sheet.before else ""
    assert "HTTPS" in said
    assert "paiement en ligne indisponibles" in said
    assert Act.PHONE_CODE not in visit.card.acts
    assert space.sql("SELECT * FROM telephone_pairing") == []


def test_a_wrong_digit_is_the_only_try(house: Space) -> None:
    visit = shows_qr(house)
    scanned = scan(house, text(1))
    assert isinstance(scanned, Scanned)
    card = types(visit, "48")
    assert card.kind is CardKind.PHONE_REFUSED
    assert stands(house, scanned.bearer) == Waits("47", Ended.DIGITS)
    assert owner(house, scanned.bearer) is None
    assert scan(house, text(1)) is Ended.LATE


def test_a_second_scan_ends_both(house: Space) -> None:
    """A stranger who photographed the QR is faster than the member, or slower: neither telephone is paired."""
    visit = shows_qr(house)
    first = scan(house, text(1))
    assert isinstance(first, Scanned)
    assert scan(house, text(1)) is Ended.TWICE
    assert stands(house, first.bearer) == Waits("47", Ended.TWICE)
    card = types(visit, "47")
    assert card.kind is CardKind.PHONE_REFUSED
    assert card.confirms is not None
    assert card.confirms.to("en") == "Two phones scanned the same QR code."
    assert owner(house, first.bearer) is None


def test_a_photographed_qr_is_nothing_after_its_minute(house: Space) -> None:
    shows_qr(house)
    house.clock.advance(seconds=SHOWN_SECONDS + 1)
    assert scan(house, text(1)) is Ended.LATE


def test_a_qr_that_is_drawn_anew_ends_the_one_before(house: Space) -> None:
    visit = shows_qr(house)
    visit.pick(Act.ACCOUNT)
    visit.pick(Act.PHONE)
    assert scan(house, text(1)) is Ended.LATE
    assert isinstance(scan(house, text(2)), Scanned)


def test_without_the_badge_the_digits_pair_nothing(house: Space) -> None:
    visit = shows_qr(house)
    scanned = scan(house, text(1))
    assert isinstance(scanned, Scanned)
    visit.pick(Act.PHONE_CODE)
    visit.pick(Act.PIN_KEY, "4")
    visit.pick(Act.PIN_KEY, "7")
    house.touch(Act.PHONE_PAIR)
    assert house.card.asked is Act.PHONE_PAIR
    house.tap(KARIM)  # who stands behind: let in, and nothing else
    assert owner(house, scanned.bearer) is None
    house.clock.advance(seconds=200)
    house.tap(INES)
    assert owner(house, scanned.bearer) is None


@pytest.mark.parametrize("secret", ["", "x", text(9), "../../etc/passwd", "%" * 43, "é" * 43, "0" * 5000])
def test_a_text_that_no_screen_showed_pairs_nothing(house: Space, secret: str) -> None:
    shows_qr(house)
    assert scan(house, secret) is Ended.LATE
    assert stands(house, secret) is None
    assert owner(house, secret) is None


def test_a_lost_badge_ends_all_telephones_at_once(house: Space) -> None:
    bearer = paired(house)
    house.enrolment.lose_badge(house.read(INES))
    assert owner(house, bearer) is None


@pytest.mark.parametrize("days, is_current", [(-1, False), (0, False), (1, True)])
def test_a_member_has_no_telephone_from_the_day_they_leave_as_they_have_no_door(
    house: Space, days: int, is_current: bool
) -> None:
    bearer, today = paired(house), moment(house).day
    left_on = today + timedelta(days=days)
    house.sql_write(f"UPDATE member SET left_on = '{left_on}', email = 'ines@example.org' WHERE name LIKE 'Inès%'")
    assert (owner(house, bearer) is not None) == is_current
    with house.home.store.reading() as connection:
        assert len(telephone_rows.members_of_address(connection, "ines@example.org", today)) == is_current
    house.leave()
    assert isinstance(house.tap(INES), Granted) == is_current


def test_all_telephones_end_by_one_touch_and_no_other_members(house: Space) -> None:
    mine, theirs = paired(house), paired(house, KARIM, 3)
    also_mine = paired(house, INES, 5)
    visit = shows_qr(house)
    visit.pick(Act.PHONES)
    visit.pick(Act.PHONES_END)
    assert [owner(house, each) for each in (mine, also_mine)] == [None, None]
    assert owner(house, theirs) == number_of(house, KARIM)


def test_the_oldest_telephone_makes_room_for_one_more_than_there_may_be(house: Space) -> None:
    bearers = []
    for place in range(MOST_TELEPHONES + 1):
        house.clock.advance(hours=1)
        bearers.append(paired(house, INES, 2 * place + 1))
    assert [owner(house, each) is not None for each in bearers] == [False] + [True] * MOST_TELEPHONES


# --- by a code in a mail


def ask(space: Space, address: str) -> str:
    now = moment(space)
    with space.home.store.writing() as connection:
        return pairing.ask_code(connection, address, "iphone", now)


def enter(space: Space, bearer: str, code: str) -> Ended | None:
    now = moment(space)
    with space.home.store.writing() as connection:
        return pairing.enter_code(connection, bearer, code, now, "telephone")


@pytest.fixture
def mailed(house: Space) -> Space:
    house.sql_write("UPDATE member SET email = 'ines@example.org' WHERE name LIKE 'Inès%'")
    return house


def mails(space: Space) -> list[object]:
    return [row[0] for row in space.sql("SELECT body FROM outbox WHERE about LIKE 'telephone code%'")]


def test_a_mailed_code_pairs_the_telephone_that_asked(mailed: Space) -> None:
    bearer = ask(mailed, " Ines@Example.org ")
    assert "123456" in str(mails(mailed))
    assert enter(mailed, bearer, "123456") is Ended.PAIRED
    assert owner(mailed, bearer) == number_of(mailed, INES)
    assert enter(mailed, bearer, "123456") is Ended.PAIRED  # over: nothing more is paired
    assert len(mailed.sql("SELECT * FROM telephone")) == 1


def test_five_wrong_codes_end_it_whether_the_address_is_known_or_not(mailed: Space) -> None:
    known, unknown = ask(mailed, "ines@example.org"), ask(mailed, "nobody@example.org")
    assert len(mails(mailed)) == 1
    told = [[enter(mailed, each, "000000") for _ in range(CODE_TRIES + 1)] for each in (known, unknown)]
    assert told[0] == told[1] == [None] * (CODE_TRIES - 1) + [Ended.TRIES] * 2
    assert enter(mailed, known, "123456") is Ended.TRIES
    assert enter(mailed, unknown, "123456") is Ended.TRIES  # the right one of an address that is none's
    assert stands(mailed, known) == stands(mailed, unknown)


def test_a_code_is_nothing_after_ten_minutes_or_on_another_telephone(mailed: Space) -> None:
    bearer, other = ask(mailed, "ines@example.org"), ask(mailed, "nobody@example.org")
    assert enter(mailed, other, "123456") is None
    assert enter(mailed, text(99), "123456") is Ended.LATE
    mailed.clock.advance(minutes=11)
    assert enter(mailed, bearer, "123456") is Ended.LATE
    assert owner(mailed, bearer) is None


def test_an_address_that_two_share_is_sent_no_code(mailed: Space) -> None:
    mailed.sql_write("UPDATE member SET email = 'ines@example.org' WHERE name LIKE 'Karim%'")
    ask(mailed, "ines@example.org")
    assert mails(mailed) == []


def test_codes_are_counted_by_the_hour_known_address_or_not(mailed: Space) -> None:
    for address in ("ines@example.org", "nobody@example.org"):
        for _ in range(CODES_AN_HOUR):
            ask(mailed, address)
        with pytest.raises(RequestError, match="too-many-codes"):
            ask(mailed, address.upper())
    mailed.clock.advance(minutes=61)
    ask(mailed, "ines@example.org")


def test_the_database_holds_nothing_that_opens_a_page(mailed: Space) -> None:
    bearer = ask(mailed, "ines@example.org")
    paired_by_badge = paired(mailed, INES, 2)
    rows = repr(mailed.sql("SELECT * FROM telephone_pairing") + mailed.sql("SELECT * FROM telephone"))
    assert not any(each in rows for each in (bearer, paired_by_badge, text(2), "123456"))


def test_a_telephone_is_mailed_about_and_is_in_ones_own_data(mailed: Space) -> None:
    paired(mailed)
    assert [row[0] for row in mailed.sql("SELECT subject FROM outbox WHERE about LIKE 'telephone of%'")] == [
        "Un téléphone est relié à votre compte"
    ]
    with mailed.home.store.reading() as connection:
        data = personal_data.read(connection, number_of(mailed, INES), moment(mailed).day)
    assert [row["kind"] for row in data.sections["telephones"]] == ["android"]


@pytest.mark.parametrize(
    ("seconds", "is_paired"), [(0.0, True), (18.0, True), (19.0, False), (30.0, False), (60.0, False)]
)
def test_the_badge_says_yes_within_twenty_seconds_of_the_page_that_names_the_telephone(
    house: Space, seconds: float, is_paired: bool
) -> None:
    """The page is read for a second and a half before the badge comes; after that it is one try, and late."""
    visit = shows_qr(house)
    scanned = scan(house, text(1))
    assert isinstance(scanned, Scanned)
    visit.pick(Act.PHONE_CODE)
    for digit in "47":
        visit.pick(Act.PIN_KEY, digit)
    house.touch(Act.PHONE_PAIR)
    house.clock.advance(seconds=seconds)
    house.tap(INES)
    assert (owner(house, scanned.bearer) is not None) is is_paired
    if not is_paired and house.shows(CardKind.PHONE_REFUSED):
        assert house.card.confirms is not None
        assert house.card.confirms.to("en") == "Time is up."


def test_a_badge_that_the_office_has_not_confirmed_is_shown_no_qr(house: Space) -> None:
    house.sql_write("UPDATE badge SET until_on = '2026-11-25'")
    visit = Visit(house, INES)
    assert visit.card.options == ()
    assert Act.PHONE not in visit.pick(Act.SETTINGS).acts
    with pytest.raises(RequestError):
        visit.touch(Act.PHONE)
    assert house.sql("SELECT * FROM telephone_pairing") == []
