"""Homes that lived by chance: each number of what is to be done, wherever it is said, is the duty's own."""

import html
import json
import random
import re
from collections.abc import Iterable
from datetime import date

import pytest
from click.testing import CliRunner

from kiosk.cli.main import kiosk
from kiosk.devices.clock import HostClock
from kiosk.domain.books.closings import Period
from kiosk.domain.duties import MOST_SHOWN, Duties, Duty, Kind
from kiosk.domain.members.permissions import MAY, May
from kiosk.domain.members.roles import Role
from kiosk.duties import reading, weekly_mail, words
from kiosk.duties.reading import Occasion
from kiosk.exports import formats
from kiosk.store.books import closing_rows
from kiosk.web.desk.books import month_path
from tests.conftest import Space
from tests.duties import lived_homes
from tests.duties.house import House
from tests.web.desk.books.test_month_path import with_mail
from tests.web.desk.conftest import Desk, Officer

FRENCH = {"Accept-Language": "fr"}
PARTS = {
    Kind.BOX: "/books/cash",
    Kind.CHEQUES: "/books/cheques",
    Kind.PAYOUTS: "/books/payouts",
    Kind.BANK_LINES: "/books/bank",
    Kind.INVOICES: "/books/invoices",
}
HIDDEN = re.compile(r'<details>.*?</details>|<span class="visually-hidden">.*?</span>|<svg.*?</svg>', re.DOTALL)


def digits(*texts: str) -> list[str]:
    """The numbers of some texts, in their order: groups of thousands are one number."""
    together = html.unescape(re.sub(r"<[^>]+>", " ", HIDDEN.sub("", " ".join(texts))))
    return re.findall(r"\d+(?:,\d+)?", re.sub(r"(?<=\d)[\u202f\xa0](?=\d{3})", "", together))


def between(page: str, begins: str, ends: str) -> str:
    """What stands on a page from one mark to another."""
    assert begins in page, begins
    return page.partition(begins)[2].partition(ends)[0]


class Known:
    """A home's duties, as they are read for this test, and their words in French."""

    def __init__(self, house: House) -> None:
        self.house = house

    def duties(self, until: date | None = None, *, details: bool = False) -> Duties:
        """All of them; what was there on a last day; with what a slip lacks, where that is asked for."""
        with self.house.home.store.reading() as connection:
            policy, moment = self.house.rules.at(connection, self.house.space.clock.now())
            occasion = Occasion(self.house.home, policy, moment, self.house.space.clock, until=until, details=details)
            return reading.read(connection, occasion)

    def words(self, duty: Duty, name: str | None = None, *, asleep: bool = True) -> list[str]:
        """Title, detail and until when it sleeps."""
        late = words.put_off(duty, name if duty.put_off_by else None, "fr") if asleep else ""
        return [words.title(duty, "fr"), words.detail(duty, "fr"), late]

    def said(self, duties: Iterable[Duty], name: str | None = None, *, asleep: bool = True) -> list[str]:
        """The numbers of some duties, in their order."""
        return digits(*(text for duty in duties for text in self.words(duty, name, asleep=asleep)))


def treasurers(permission: May) -> bool:
    """Whether the treasurer may."""
    return Role.TREASURER in MAY[permission]


@pytest.mark.parametrize("seed", [1, 2, 4])
def test_each_number_of_a_lived_home_is_its_duty_s_everywhere(
    desk: Desk, space: Space, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    house = House(space, random.Random(seed))
    lived_homes.live(house)
    with_mail(desk)
    known, treasurer = Known(house), desk.sign_in(Role.TREASURER)
    treasurer.post("/clock/confirm")
    duties = known.duties()
    assert_list(known, duties, treasurer)
    assert_today(known, duties, treasurer)
    assert_month(known, known.duties(details=True), treasurer)
    assert_books(known, duties, treasurer)
    assert_closings(known, treasurer)
    assert_mail(known, duties)
    assert_terminal(known, duties, monkeypatch)


def name_of(known: Known) -> str:
    return str(known.house.space.sql("SELECT name FROM desk_user WHERE id = 1")[0][0])


def assert_list(known: Known, duties: Duties, treasurer: Officer) -> None:
    """Three lists: now, asleep, without haste."""
    page = treasurer.page("/todo", headers=FRENCH)
    shown, asleep = duties.shown(treasurers), duties.asleep(treasurers)
    later = [duty for duty in duties.counted(treasurers) if duty not in (*shown, *asleep)]
    for mark, lines in (("now", shown), ("asleep", asleep), ("later", later)):
        section = between(page, f'aria-labelledby="{mark}"', "</section>") if lines else ""
        assert digits(section) == known.said(lines, name_of(known)), mark


def assert_today(known: Known, duties: Duties, treasurer: Officer) -> None:
    """Seven, and how many more."""
    section = between(treasurer.page("/", headers=FRENCH), 'aria-labelledby="todo"', "</section>")
    shown = duties.shown(treasurers)
    more = max(0, len(shown) - MOST_SHOWN) or len(duties.asleep(treasurers))
    assert digits(section) == digits(str(more) if more else "") + known.said(shown[:MOST_SHOWN], asleep=False)


def assert_month(known: Known, duties: Duties, treasurer: Officer) -> None:
    """What is left of each step; of what is done or was never done, the day of its last act at most."""
    page = treasurer.page("/books/month", headers=FRENCH)
    steps = dict(
        re.findall(r"<strong>\d+\. (.*?)</strong>.*?<span class=\"quiet\">(.*?)</span>\s*</span>", page, re.DOTALL)
    )
    counted = [duty for duty in duties.counted(treasurers) if duty.kind in reading.BOOKS]
    told = {html.unescape(title): left for title, left in steps.items()}
    for duty in counted:
        left = told.pop(month_path._TITLES[duty.kind].to("fr"))
        assert digits(left) == known.said([duty], name_of(known)), duty.kind
    for title, left in told.items():
        (kind,) = [kind for kind, each in month_path._TITLES.items() if each.to("fr") == title]
        done_on = duties.of(kind).done_on
        assert set(digits(left)) <= set(digits(formats.day(done_on, "fr")) if done_on else ()), (kind, left)


def assert_books(known: Known, duties: Duties, treasurer: Officer) -> None:
    """A figure and its words for each part; the last day that is closed is that of the closings."""
    page = treasurer.page("/books", headers=FRENCH)
    parts = dict(re.findall(r'<span><a href="([^"]+)">.*?</h2>(.*?)</section>', page, re.DOTALL))
    months, taps = (duties.of(kind) for kind in (Kind.MONTHS, Kind.TAPS))
    waiting = [text for duty in (months, taps) if duty.is_counted for text in known.words(duty)[:1]]
    with known.house.home.store.reading() as connection:
        last = closing_rows.last(connection, Period.DAY)
    assert digits(parts["/books/closings"]) == digits(
        "" if last is None else formats.day(last.until_on, "fr"), *waiting
    )
    for kind, path in PARTS.items():
        duty = duties.of(kind)
        figure = str(duty.count) if kind is Kind.BANK_LINES else formats.euros(duty.cents, "fr")
        statement = duties.of(Kind.STATEMENT)
        more = known.words(statement)[:1] if kind is Kind.BANK_LINES and statement.is_counted else []
        assert digits(parts[path]) == digits(figure, *known.words(duty, name_of(known)), *more), kind
    others = set(parts) - {"/books/closings", *PARTS.values()}
    assert not any("€" in parts[path] for path in others)


def assert_closings(known: Known, treasurer: Officer) -> None:
    """What a month to come and a month that is closed name of what is open, by their last days."""
    page = treasurer.page("/books/closings/month", headers=FRENCH)
    for until in re.findall(r'name="until" value="([^"]+)"', page):
        opened = known.duties(date.fromisoformat(until)).counted(lambda _permission: True)
        section = between(page, 'id="open"', "</section>").partition("</h2>")[2]
        expected = known.said([duty for duty in opened if duty.kind in reading.CLOSING], name_of(known))
        assert digits(section.partition('<p class="quiet">')[0]) == expected
    for entry, until in known.house.space.sql("SELECT entry_number, until_on FROM closing WHERE kind = 'month'"):
        page = treasurer.page(f"/books/closings/{entry}", headers=FRENCH)
        lines = [duty for duty in known.duties(date.fromisoformat(str(until))).lines if duty.kind in reading.UNDER_WAY]
        way = [duty for duty in lines if duty.is_counted]
        section = between(page, 'id="under-way"', "</section>").partition("</h2>")[2] if way else ""
        asleep = [[words.title(duty, "fr"), known.words(duty, name_of(known))[2]] for duty in way]
        assert digits(section) == digits(*(text for each in asleep for text in each))


def assert_mail(known: Known, duties: Duties) -> None:
    """The week's mail to the treasurer, whole."""
    house = known.house
    weekly_mail.put_in_outbox(house.home, house.rules, house.space.clock, house.space.clock.now())
    bodies = house.space.sql(
        "SELECT body FROM outbox WHERE recipient = 'treasurer@exemple.fr' AND about LIKE 'duties%'"
    )
    shown = duties.shown(treasurers)
    lines = [known.words(duty)[:2] for duty in shown]
    expected = "".join(f"- {title}{f' ({detail})' if detail else ''}\n" for title, detail in lines)
    assert [expected in str(body) and digits(str(body)) == digits(expected) for (body,) in bodies] == [True] * bool(
        shown
    )


def assert_terminal(known: Known, duties: Duties, monkeypatch: pytest.MonkeyPatch) -> None:
    """`kiosk todo`, in words and as JSON: each kind with its count and cents, due or not."""
    home, clock = known.house.home, known.house.space.clock
    monkeypatch.setattr(HostClock, "now", lambda _: clock.now())
    settings = home.paths.root / "kiosk.toml"
    mail = f'[mail]\nserver = "{home.config.mail.server}"\nsender = "{home.config.mail.sender}"\n'
    settings.write_text(settings.read_text("utf-8").replace("[mail]\n", mail, 1), "utf-8")
    command = ["--home", str(home.paths.root), "todo"]
    text, data = (CliRunner().invoke(kiosk, [*command, option]).stdout for option in ("--all", "--json"))
    assert digits(text) == known.said(duties.counted(lambda _permission: True))
    facts = {each["kind"]: (each["count"], each["cents"], each["due"]) for each in json.loads(data)["duties"]}
    assert facts == {duty.kind.value: (duty.count, duty.cents, duty.is_due) for duty in duties.lines}
