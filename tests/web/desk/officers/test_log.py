"""The desk's log: read by the president, by officer, act and member; forgotten after twelve months."""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import kiosk
from kiosk.domain.members.roles import Role
from kiosk.language.log_acts import ACTS
from kiosk.store.officers import desk_log, log_audit
from kiosk.store.officers.desk_log import LogFilter
from tests.web.desk.conftest import Desk, Officer, actor_of

LINES = [
    (actor_of(Role.TREASURER), "read-file", 7, None),
    (actor_of(Role.SECRETARY), "member-change", 7, "phone"),
    (actor_of(Role.TREASURER), "export", None, "entries"),
    (actor_of(Role.HOST), "brand-new-act", 12, None),
]


@pytest.fixture
def written(desk: Desk) -> Desk:
    """A log with some lines."""
    with desk.space.home.store.writing() as connection:
        for actor, act, number, what in LINES:
            desk_log.add(connection, desk.space.clock.now(), actor, act, number, what)
    return desk


def rows(page: str) -> list[list[str]]:
    """What the table says, without its tags."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td>(.*?)</td>", row, re.DOTALL)]
        for row in body.split("</tr>")
        if "<td>" in row
    ]


def page(president: Officer, query: str = "") -> str:
    return president.page(f"/log{query}", headers={"Accept-Language": "fr"})


def test_the_newest_line_is_on_top_and_signing_in_is_one(written: Desk) -> None:
    found = rows(page(written.sign_in(Role.PRESIDENT)))
    assert found[0][1:4] == ["President", "connexion depuis un nouvel appareil", ""]
    assert found[1] == ["25\u00a0nov.\u00a02026, 8\u00a0h\u00a052", "Host", "brand-new-act", "12", ""]
    assert found[-1][1:4] == ["Treasurer", "fiche lue", "7"]


def test_what_officers_read_and_do_is_under_the_desk_s_key(desk: Desk, secretary: Officer) -> None:
    desk.space.join("Zoé Martin", "04B1C2D3E4F500")
    assert secretary.get("/members/1").status_code == 200
    assert secretary.post("/members/1/reduced", {"level": "reduced", "until_on": "2027-06-30"}).status_code in (
        303,
        400,
    )
    with desk.space.home.store.reading() as connection:
        keys = connection.exec_driver_sql("SELECT count(*), count(mac) FROM desk_log").one()
        assert keys[0] == keys[1] > 1
        log_audit.check(connection, desk.space.home.seal)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?who=officer:2", 2),
        ("?act=read-file", 1),
        ("?member=7", 2),
        ("?member=7&who=officer:3", 1),
        ("?who=&act=&member=", 5),
        ("?member=abc&page=-3", 5),
        ("?member=٣&page=99999999999999999999", 5),
        ("?who=nobody", 0),
        ("?page=9999", 0),
    ],
)
def test_lines_are_filtered_by_the_address(written: Desk, president: Officer, query: str, count: int) -> None:
    found = page(president, query)
    assert len(rows(found)) == count
    assert ("Ce journal montre" in found) is (count == 0)


def test_a_filter_is_taken_off_by_its_chip(written: Desk, president: Officer) -> None:
    found = page(president, "?member=7&act=read-file")
    assert 'href="/log?member=7"' in found
    assert 'href="/log?act=read-file"' in found


def test_fifty_lines_a_page(written: Desk, president: Officer) -> None:
    with written.space.home.store.writing() as connection:
        for number in range(120):
            desk_log.add(connection, written.space.clock.now(), "desk:x@exemple.fr", "read-file", number + 1, None)
    pages = [page(president, f"?who=desk:x@exemple.fr&page={number}") for number in (1, 2, 3)]
    assert [len(rows(found)) for found in pages] == [50, 50, 20]
    assert "page 3 sur 3" in pages[2]
    assert "120 lignes" in pages[0]


def test_only_the_president_reads_it(treasurer: Officer, secretary: Officer, host: Officer) -> None:
    assert [officer.get("/log").status_code for officer in (treasurer, secretary, host)] == [403] * 3


def test_what_is_older_is_forgotten(written: Desk) -> None:
    now = written.space.clock.now()
    with written.space.home.store.writing() as connection:
        desk_log.add(connection, now + timedelta(days=1), "desk:x@exemple.fr", "export", None, None)
        desk_log.forget_lines(connection, desk_log.old_lines(connection, now + timedelta(hours=1)))
        assert desk_log.count(connection, LogFilter()) == 1


_WRITE = {"log", "_log", "_act", "_do"}


def written_acts() -> Iterator[tuple[str, str]]:
    """Every act that a call writes into the log, as far as the call itself says it."""
    for path in Path(kiosk.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func)
            if name == "desk_log.add" or name.rpartition(".")[2] in _WRITE:
                said = (each for given in node.args for each in ast.walk(given) if isinstance(each, ast.Constant))
                acts = (each.value for each in said if isinstance(each.value, str))
                yield from ((act, path.name) for act in acts if re.fullmatch(r"[a-z]+(-[a-z]+)+", act))


def test_every_act_has_words() -> None:
    found = set(written_acts())
    assert len(found) > 100
    assert {(act, where) for act, where in found if act not in ACTS} == set()


def test_details_are_said_in_words(desk: Desk, president: Officer) -> None:
    lines = {
        ("sell", "entry 12: day"): "écriture 12: Journée",
        ("user-add", "user 6: secretary"): "compte du bureau 6: secrétariat",
        ("voucher-given", "envelope 1"): "enveloppe 1",
        ("export", "entries 2026-11-01 2026-11-30 csv"): "Écritures 1er nov. 2026 30 nov. 2026 CSV",
        ("closing-sent", "entry 9 to somebody else"): "écriture 9 à une adresse hors du bureau",
        ("closing-sent", f"entry 9 to {actor_of(Role.HOST)}"): "écriture 9 à Host",
        ("edit-file", "email, phone"): "e-mail, téléphone",
        ("change-plan", "itinerant -> permanent"): "Itinérant → Permanent",
        ("plan-changed", "line by line 2026-11-30"): "line by line 30 nov. 2026",
    }
    with desk.space.home.store.writing() as connection:
        for act, what in lines:
            desk_log.add(connection, desk.space.clock.now(), actor_of(Role.HOST), act, None, what)
    shown = [row[4].replace("\u00a0", " ") for row in rows(page(president))]
    assert [said for said in reversed(shown) if said][-len(lines) :] == list(lines.values())
