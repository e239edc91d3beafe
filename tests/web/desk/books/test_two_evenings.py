"""The evening from the list to the files, in a house that was left alone for a year and in an empty one."""

import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from kiosk.domain.days import month_of
from kiosk.domain.duties import TABLE, Kind
from kiosk.domain.members.permissions import May
from kiosk.domain.members.roles import Role
from kiosk.duties import reading, weekly_mail, words
from kiosk.duties.reading import Occasion
from kiosk.exports import formats
from kiosk.store.space.policies import Rules
from tests.books.test_bank_statements import import_, line, office
from tests.conftest import Space
from tests.duties.house import MAIL
from tests.duties.years import WAYS, Year
from tests.web.desk.books.test_month_path import leading
from tests.web.desk.conftest import Desk, Officer
from tests.web.desk.duties import test_todo

FRENCH = {"Accept-Language": "fr"}


def lines(page: str) -> set[str]:
    """The kinds that a page shows as to be done, but for the kiosk's own health: no entrance runs here."""
    now = page.partition('aria-labelledby="asleep"')[0].partition('aria-labelledby="later"')[0]
    return {*test_todo.lines(now), *re.findall(r'<li id="([a-z-]+)"', now)} - {"health"}


def named(page: str, cents: int) -> bool:
    """Whether a page names a sum."""
    return formats.euros(cents, "fr") in page


def close_next(treasurer: Officer, year: Year) -> date:
    """Close the next month by its page, which names every cent on its way by its last day. Returns that day."""
    page = treasurer.page("/books/closings/month", headers=FRENCH)
    until_on = date.fromisoformat(re.findall(r'name="until" value="([^"]+)"', page)[0])
    for way in WAYS:
        assert named(page, year.until(until_on, way)) or not year.until(until_on, way), (until_on, way)
    ((charged,),) = year.space.sql(
        "SELECT coalesce(sum(amount_cents), 0) FROM entry WHERE kind = 'charge'"
        f" AND day_on BETWEEN '{month_of(until_on)[0]}' AND '{until_on}'"
    )
    typed = {"until": until_on.isoformat(), "total": f"{int(str(charged)) / 100:.2f}"}
    answer = treasurer.post("/books/closings/month", typed, form_on="/books/closings/month")
    assert answer.status_code == 303, answer.get_data(as_text=True)[-3000:]
    closing = treasurer.page(answer.headers["Location"], headers=FRENCH)
    for way in WAYS:
        assert named(closing, year.until(until_on, way)) or not year.until(until_on, way), (until_on, way)
    return until_on


def test_a_house_left_alone_for_a_year_is_brought_up_to_date_in_an_evening(desk: Desk, space: Space) -> None:
    year = Year(space)
    year.pass_by()
    treasurer = desk.sign_in(Role.TREASURER)
    assert treasurer.post("/clock/confirm").status_code == 303, (
        "the machine asks after so long whether its day is right"
    )
    expected = {"tabs", "bank-lines", "statement", "cheques", "payouts", "box", "months"}
    assert lines(treasurer.page("/todo")) == expected
    assert lines(treasurer.page("/")) < expected, "seven are shown, and how many more there are"
    assert_one_source(space, treasurer)
    evening = treasurer.page("/books/month", headers=FRENCH)
    assert "Fait" not in re.findall(r'class="tag[^"]*">([^<]+)<', evening), "no act was done"
    for kind in expected:
        treasurer.post(f"/todo/{kind}/later", {"days": "60"})
    assert lines(treasurer.page("/todo")) == set()
    treasurer.post("/books/closings/days")
    last = month_of(year.today())[0] - timedelta(days=1)
    closed = [close_next(treasurer, year)]
    while closed[-1] < last:
        closed.append(close_next(treasurer, year))
    assert len(closed) > 10
    for kind in expected:
        treasurer.post(f"/todo/{kind}/wake")
    assert lines(treasurer.page("/todo")) == expected - {"months"}
    decide(space, treasurer, year)
    assert lines(treasurer.page("/todo")) == {"tabs"}
    evening = treasurer.page("/books/month", headers=FRENCH)
    assert leading(evening) == ""
    where = re.findall(r'href="(/books/closings/\d+)#send"', evening)[0]
    way = treasurer.page(where, headers=FRENCH).partition("pas encore arrivé en banque")[2].partition("</section>")[0]
    assert way.count("<li>") == 1, "what is in the box"
    assert named(way, year.until(last, "cash"))
    names = zipfile.ZipFile(io.BytesIO(treasurer.get(f"{where}.zip").data)).namelist()
    month = f"{last:%Y-%m}"
    assert {f"cloture-{month}.pdf", f"banque-{month}.pdf"} < set(names)


def assert_one_source(space: Space, treasurer: Officer) -> None:
    """Hold each line of the pages, of the week's mail and of a terminal against the duties: the same words and sums."""
    home = replace(space.home, config=replace(space.home.config, mail=MAIL))
    rules = Rules(home.config.zone)
    with home.store.reading() as connection:
        policy, moment = rules.at(connection, space.clock.now())
        duties = reading.read(connection, Occasion(home, policy, moment, space.clock))
    said = {duty.kind: words.title(duty, "fr") for duty in duties.lines if duty.is_counted}
    todo, month = (treasurer.page(path, headers=FRENCH) for path in ("/todo", "/books/month"))
    for kind, title in said.items():
        if kind is not Kind.HEALTH:
            assert title in todo or TABLE[kind].permission is not May.CORRECT_MONEY, kind
            assert title in month or kind not in reading.BOOKS, kind
    weekly_mail.put_in_outbox(home, rules, space.clock, space.clock.now())
    ((mail,),) = space.sql("SELECT body FROM outbox WHERE recipient = 'treasurer@exemple.fr'")
    for duty in duties.shown(lambda permission: permission is May.CORRECT_MONEY):
        assert said[duty.kind] in str(mail), duty.kind


def decide(space: Space, treasurer: Officer, year: Year) -> None:
    """Decide the bank's lines, make slip and payout, count the box: by their pages, each by one form."""
    last = year.today() - timedelta(days=1)
    import_(space, line("VIR INCONNU", 100, day=last))
    for (row,) in space.sql("SELECT id FROM bank_line WHERE state = 'open'"):
        office(space).ignore(int(str(row)), "don")
    for path, box in (("/books/cheques", "cheque"), ("/books/payouts?method=card", "payment")):
        page = treasurer.page(path)
        form = {"key": key_of(page), box: re.findall(rf'name="{box}" value="(\d+)"', page), "method": "card"}
        form["amount"] = f"{year.until(last, 'card') / 100:.2f}" if box == "payment" else ""
        assert treasurer.post(path.partition("?")[0], form).status_code == 303
    cash = year.until(last, "cash")
    count = {"key": key_of(treasurer.page("/books/cash/count")), "coin-500": str(cash // 500), "step": "write"}
    assert treasurer.post("/books/cash/count", {**count, "expected": str(cash)}).status_code == 303


def key_of(page: str) -> str:
    """Return the key of a page's form."""
    return str(re.findall(r'name="key" value="([^"]+)"', page)[0])


@pytest.mark.parametrize("path", ["/", "/todo", "/books", "/books/month", "/books/closings", "/books/closings/month"])
def test_an_empty_house_has_an_evening_without_an_act_or_a_sum(desk: Desk, path: str) -> None:
    desk.space.clock.advance(days=40)
    page = desk.sign_in(Role.TREASURER).page(path, headers=FRENCH)
    assert lines(page) == set()
    main = page.partition("<main")[2]
    assert not re.search(r'class="tag[^"]*">\s*Fait', main)
    assert re.findall(r"[1-9]\d*,\d\d\s€", main.replace("\u202f", " ").replace("\xa0", " ")) == []


def test_an_empty_house_has_no_month_to_close_and_its_files_have_no_row(desk: Desk) -> None:
    desk.space.clock.advance(days=40)
    treasurer = desk.sign_in(Role.TREASURER)
    assert "Rien à clore aujourd’hui" in treasurer.page("/books/closings/month", headers=FRENCH)
    answer = treasurer.post("/books/closings/month", {"until": "2026-11-30", "total": "0"}, headers=FRENCH)
    assert answer.status_code == 400
    treasurer.post("/books/closings/days")
    assert desk.space.sql("SELECT count(*) FROM closing") == [(0,)]
    file = treasurer.get("/exports/file?what=payments&from=2026-11-01&to=2026-11-30&format=raw").get_data(as_text=True)
    assert len(file.splitlines()) == 1
