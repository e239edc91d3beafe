"""A mail that a member does not wish for does not leave; and each module that writes mails says of which kind."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

import kiosk
from kiosk.domain.members.mails import COLUMNS, Mail
from kiosk.hosting import turns
from kiosk.people import finding
from kiosk.store.members import members
from kiosk.store.people import notice_rows
from tests.conftest import Space
from tests.events.happenings import Happenings
from tests.hosting.test_month import TUESDAYS
from tests.hosting.test_month import House as Rota
from tests.people.test_finding import Club

KIOSK = Path(kiosk.__file__).parent


def _charge(space: Space, let: Callable[[], None]) -> None:
    number = space.join("Inès Moreau", "04A2000000E511")
    space.sql_write("UPDATE member SET email = 'm1@exemple.fr'")
    let()
    with space.home.store.reading() as connection:
        own = members.by_number(connection, number).account
    space.till.deposit(own, 1000)


def _event(space: Space, let: Callable[[], None]) -> None:
    happenings = Happenings(space)
    event = happenings.propose(happenings.people(1)[0])
    let()
    happenings.open(event)


def _turn(space: Space, let: Callable[[], None]) -> None:
    rota = Rota(space)
    let()
    rota.on(TUESDAYS[0])
    rota.due()


def _swap(space: Space, let: Callable[[], None]) -> None:
    rota = Rota(space)
    first, second = (rota.shift(day) for day in TUESDAYS[:2])
    rota.rota.take(first.id, rota.ines)
    rota.rota.take(second.id, rota.zoe)
    let()
    with space.home.store.writing() as connection:
        _, moment = rota.rules.at(connection, space.clock.now())
        turns.ask_swap(connection, moment, "kiosk", second.id, first.id, rota.zoe)
    rota.due()


def _answer(space: Space, let: Callable[[], None]) -> None:
    club = Club(space)
    let()
    with space.home.store.writing() as connection:
        notice = finding.put_up(connection, club.now(connection), club.ines, "seeks", "un vélo à réparer")
        assert notice_rows.one(connection, notice, club.now(connection).day) is not None
        is_mailed = finding.answer(connection, club.now(connection), club.karim, notice)
    assert is_mailed is bool(_mails(space))


def _skill(space: Space, let: Callable[[], None]) -> None:
    club = Club(space)
    let()
    asked = club.ask(club.karim, club.skill_of(club.ines))
    assert asked.mailed is bool(_mails(space))


STORIES = [
    (Mail.ACCOUNT, _charge),
    (Mail.EVENTS, _event),
    (Mail.HOSTING, _turn),
    (Mail.SWAPS, _swap),
    (Mail.PEOPLE, _answer),
    (Mail.PEOPLE, _skill),
]


def _mails(space: Space) -> list[str]:
    """What was mailed to the first member."""
    rows = space.sql("SELECT about FROM outbox WHERE recipient = (SELECT email FROM member WHERE number = 1)")
    return [str(about) for (about,) in rows]


def test_each_kind_of_mail_has_its_story() -> None:
    assert {mail for mail, _ in STORIES} == set(Mail) == set(COLUMNS)


@pytest.mark.parametrize("wants", [True, False])
@pytest.mark.parametrize(("mail", "story"), STORIES)
def test_a_mail_leaves_by_its_member_s_wish(
    space: Space, mail: Mail, story: Callable[[Space, Callable[[], None]], None], wants: bool
) -> None:
    def let() -> None:
        others = ", ".join(f"{column} = {int(not wants)}" for column in COLUMNS.values())
        space.sql_write(f"UPDATE member SET {others} WHERE number = 1")
        space.sql_write(f"UPDATE member SET {COLUMNS[mail]} = {int(wants)} WHERE number = 1")

    story(space, let)
    assert bool(_mails(space)) is wants


# Of which kind each module's mails to members are; `ALWAYS`: they guard an account, or answer its member.
ALWAYS, OFFICERS, PUBLIC, ASKED = "always", "officers", "public", "asked for"
WRITERS: dict[str, Mail | str] = {
    "messages/charge_notice.py": Mail.ACCOUNT,
    "messages/event_notice.py": Mail.EVENTS,
    "hosting/asking.py": Mail.HOSTING,  # and swaps
    "people/words.py": Mail.PEOPLE,
    "messages/code_notice.py": ALWAYS,
    "messages/erasure_notice.py": ALWAYS,
    "messages/joining_notice.py": ALWAYS,
    "messages/online_notice.py": ALWAYS,
    "messages/telephone_notice.py": ALWAYS,
    "messages/vouching_notice.py": ALWAYS,
    "messages/member_mail.py": ALWAYS,  # hands on what these write
    "members/renewing.py": ALWAYS,
    "money/reminding.py": ALWAYS,
    "books/invoicing.py": ALWAYS,
    "books/receipts.py": ASKED,
    "members/own_data.py": ASKED,
    "messages/let_notice.py": PUBLIC,
    "messages/visitor_notice.py": PUBLIC,
    "messages/account_notice.py": OFFICERS,
    "messages/badge_digest.py": OFFICERS,
    "messages/envelope_notice.py": OFFICERS,
    "messages/failing_notice.py": OFFICERS,
    "messages/findings_notice.py": OFFICERS,
    "messages/joining_digest.py": OFFICERS,
    "messages/officers_notice.py": OFFICERS,
    "messages/two_hands_notice.py": OFFICERS,
    "members/officers.py": OFFICERS,
    "duties/weekly_mail.py": OFFICERS,
    "books/chain_heads.py": OFFICERS,
    "books/closing_mail.py": OFFICERS,
}


def _writes_mail(path: Path) -> bool:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("put", "put_all"):
            of = node.func.value
            if isinstance(of, ast.Name) and of.id in ("outbox_rows", "member_mail"):
                return True
    return False


def test_each_module_that_writes_mails_says_of_which_kind_they_are() -> None:
    writers = {str(path.relative_to(KIOSK)) for path in KIOSK.rglob("*.py") if _writes_mail(path)}
    assert writers == set(WRITERS)
    kinds = {kind for kind in WRITERS.values() if isinstance(kind, Mail)}
    assert kinds | {Mail.SWAPS} == set(Mail)
