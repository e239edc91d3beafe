"""Drills of docs/changing.md, done: a list of keys, a column of an export, and free days that two officers give."""

import json
import sys
from collections.abc import Mapping
from datetime import date
from types import SimpleNamespace
from typing import Annotated, NewType

import click
import msgspec
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Blueprint, render_template_string
from msgspec import Meta, Struct, field
from msgspec.structs import replace

from kiosk.acts import Done, Writing, act
from kiosk.cli import act_commands, main
from kiosk.devices.clock import HostClock
from kiosk.domain.days import Moment
from kiosk.domain.members.permissions import May
from kiosk.domain.members.roles import Role
from kiosk.domain.members.wishes import Wish
from kiosk.domain.premises import things
from kiosk.errors import RequestError
from kiosk.exports.sheets import SHEETS, Sheet
from kiosk.fields import MemberRef, dec_hook, schema_hook
from kiosk.language.texts import Text
from kiosk.members import acts_by_two
from kiosk.office import Office
from kiosk.store.books import export_rows
from kiosk.store.members import members
from kiosk.store.money import voucher_rows
from kiosk.store.officers import asked_acts
from kiosk.store.space.policies import Rules
from kiosk.store.tables import member, rows
from kiosk.web.desk.act_forms import ActForms, Answer
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import needs
from tests import kept
from tests.web.desk.conftest import Desk, actor_of

LENT = "CREATE TABLE lent_key (id INTEGER PRIMARY KEY, label TEXT, member INTEGER, from_on DATE, back_on DATE)"
_TABLE = sa.Table(
    "lent_key",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    *(sa.Column("label", sa.String), sa.Column("member", sa.Integer)),
    *(sa.Column("from_on", sa.Date), sa.Column("back_on", sa.Date)),
)
KeyId = NewType("KeyId", int)


class NewKey(Struct, frozen=True):
    """A key that a member is lent."""

    label: Annotated[str, things.label]
    member: MemberRef
    from_on: Annotated[date | None, Meta(description="Start date; today by default.")] = field(
        name="from", default=None
    )


@act(May.EDIT_MEMBERS, log="thing-lent")
def lend_key(now: Writing, wish: NewKey) -> Done:
    """Lend a key. Raises RequestError `no-such-member` or `member-left`."""
    person = members.present(now.connection, wish.member, now.moment.day)
    first = wish.from_on or now.moment.day
    made = rows.add(now.connection, _TABLE, label=wish.label, member=person.number, from_on=first)
    return Done(made, person.number, wish.label)


@act(May.EDIT_MEMBERS, log="thing-back")
def key_back(now: Writing, key: KeyId) -> Done:
    """Record the return of a key. Raises RequestError `no-such-thing`."""
    if not rows.change(now.connection, _TABLE, key, back_on=now.moment.day):
        raise RequestError("no-such-thing", number=key)
    return Done(key)


area = Blueprint("keys", __name__, url_prefix="/keys")


@area.get("/")
@needs(May.EDIT_MEMBERS)
def page() -> Answer:
    """Every key, and a form for one more."""
    return _page({})


def _page(errors: Mapping[str, str], **_: int) -> Answer:
    with office().reading() as connection:
        lent = connection.execute(sa.select(_TABLE).order_by(_TABLE.c.label)).all()
    told = "{% for key in lent %}{{ key.label }} {{ key.member }} {{ key.back_on or 'out' }};{% endfor %}{{ errors }}"
    shown = render_template_string(told, lent=lent, errors=dict(errors))
    return (shown, 400) if errors else shown


_FORMS = ActForms(area, _page, "keys.page")
_FORMS.add("/", lend_key, Text("C’est noté.", "Saved."))
_FORMS.add("/<int:key>/back", key_back, Text("Le retour est noté.", "Return saved."))


@click.group()
def keys() -> None:
    """Keys that are lent."""


act_commands.add(keys, "lend", lend_key, "key member", "member {member} has key {key}")
act_commands.add(keys, "back", key_back, "key", "key {key} is back")


@pytest.fixture
def own_routes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Routes that no other test's desk finds."""
    monkeypatch.setattr(kept, "_maps", {})


@pytest.fixture
def house(own_routes: None, desk: Desk) -> Desk:
    """A desk that has the list of keys, and two members."""
    desk.space.sql_write(LENT)
    desk.app.register_blueprint(area)
    desk.space.join("Karim Benali", "04A1B2C3D4E501")
    desk.space.join("Zoé Petit", "04A2000000E518")
    return desk


def test_a_list_of_keys_has_its_page_forms_and_log(house: Desk) -> None:
    secretary, host = house.sign_in(Role.SECRETARY), house.sign_in(Role.HOST)
    assert secretary.post("/keys/", {"label": " Cave ", "member": "zoé petit"}).status_code == 303
    assert secretary.post("/keys/1/back").status_code == 303
    assert "Cave 2 2026-11-25;" in secretary.page("/keys/")
    assert house.space.sql("SELECT act, member_number, what FROM desk_log WHERE act LIKE 'thing-%'") == [
        ("thing-lent", 2, "Cave"),
        ("thing-back", None, None),
    ]
    assert host.post("/keys/", {"label": "Cave", "member": "1"}).status_code == 403


def test_what_is_wrong_with_a_key_is_told_at_once_and_nothing_is_written(house: Desk) -> None:
    secretary = house.sign_in(Role.SECRETARY)
    answer = secretary.post("/keys/", {"label": "", "member": "hugo", "from": "hugo"})
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert all(f"&#39;{name}&#39;:" in shown for name in ("label", "member", "from"))
    assert secretary.post("/keys/9/back").status_code == 400
    assert house.space.sql("SELECT count(*) FROM lent_key") == [(0,)]


def test_a_key_has_its_command_and_its_json(house: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HostClock, "now", lambda _: house.space.clock.now())
    monkeypatch.setitem(main._FAMILIES, "lent", ("lent-keys",))
    monkeypatch.setitem(sys.modules, "kiosk.cli.lent", SimpleNamespace(lent_keys=keys))
    family = ["--home", str(house.space.home.paths.root), "lent-keys"]
    told = CliRunner().invoke(main.kiosk, [*family, "lend", "Cave", "1", "--from", "2026-11-24", "--json"])
    back = CliRunner().invoke(main.kiosk, [*family, "back", "1"])
    assert told.exit_code == 0, (told.output, told.exception)
    assert json.loads(told.stdout) == {"key": 1, "member": 1}
    assert back.stdout == "key 1 is back\n"
    assert house.space.sql("SELECT label, from_on FROM lent_key") == [("Cave", "2026-11-24")]


def test_a_key_s_wish_makes_a_schema() -> None:
    _, schemas = msgspec.json.schema_components([NewKey], schema_hook=schema_hook, ref_template="#/schemas/{name}")
    drawn = schemas["NewKey"]
    assert (list(drawn["properties"]), drawn["required"]) == (["label", "member", "from"], ["label", "member"])
    sent = b'{"label": "Cave", "member": 1, "from": "2026-11-24"}'
    assert msgspec.json.decode(sent, type=NewKey, dec_hook=dec_hook).from_on


def test_a_column_of_the_members_export_is_a_name_and_a_column_of_its_query(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HostClock, "now", lambda _: desk.space.clock.now())
    sheet, listing = SHEETS["members"], export_rows.LISTINGS["members"]
    *columns, key = listing.rows.selected_columns
    monkeypatch.setitem(SHEETS, "members", Sheet("members", (*sheet.columns, "phone")))
    query = listing.rows.with_only_columns(*columns, member.c.phone, key)
    monkeypatch.setitem(export_rows.LISTINGS, "members", replace(listing, rows=query))
    desk.space.join("Zoé Petit", "04A2000000E518")
    desk.space.sql_write("UPDATE member SET phone = '06 12 34 56 78'")
    words = ["--home", str(desk.space.home.paths.root), "export", "members", "--format", "raw"]
    words += ["--from", "2026-11-01", "--to", "2026-11-30"]
    done = CliRunner().invoke(main.kiosk, words)
    assert done.exit_code == 0, (done.output, done.exception)
    told = done.stdout.splitlines()
    assert told[0].endswith(",balance,phone")
    assert told[1].endswith(",06 12 34 56 78")


FREE_DAY = "free-day"


def _give(connection: sa.Connection, moment: Moment, actor: str, wish: Wish) -> None:
    about = wish.about or {}
    person = members.by_number(connection, about["member"])
    voucher_rows.bank(
        connection, person.id, days=about["days"], from_on=moment.day, expires_on=None, reason=wish.reason,
        at=moment.at, actor=actor,
    )  # fmt: skip


def test_free_days_are_given_once_a_second_officer_agrees(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts_by_two, "ROLES", {**acts_by_two.ROLES, FREE_DAY: (Role.PRESIDENT, Role.SECRETARY)})
    space, home = desk.space, desk.space.home
    number = space.join("Zoé Petit", "04A2000000E518")

    def of(role: Role) -> Office:
        return Office.at(home, Rules(home.config.zone), space.clock, actor_of(role))

    wish = Wish(kind=FREE_DAY, cents=0, reason="trois accueils", about={"member": number, "days": 2})
    asks, agrees = of(Role.PRESIDENT).acts_by_two, of(Role.SECRETARY).acts_by_two
    with home.store.writing() as connection:
        waits = asks.ask(connection, asks.rules.at(connection, space.clock.now())[1], wish)
    assert waits is not None
    assert space.sql("SELECT count(*) FROM banked_day") == [(0,)]
    with home.store.reading() as connection:
        asked = asked_acts.get(connection, waits)
    assert asked is not None
    with pytest.raises(RequestError, match="not-your-hand"):
        asks.accept(waits, asked.asked.digest, {FREE_DAY: _give})
    agrees.accept(waits, asked.asked.digest, {FREE_DAY: _give})
    assert space.sql("SELECT days, reason FROM banked_day") == [(2, "trois accueils")]
