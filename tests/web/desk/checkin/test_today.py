"""Today at the desk: who came, what the door refused, how the kiosk is; for each role what it may see."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.domain.checkin.choices import Act
from kiosk.domain.members.roles import Role
from kiosk.health import status_file
from tests.conftest import Space
from tests.fakes import WELL
from tests.web.desk.conftest import Desk, Officer, actor_of

INES = "04A2000000E511"
KARIM = "04A1B2C3D4E501"


def say(space: Space, **facts: Any) -> None:
    """The entrance says how it is."""
    status_file.save(
        space.home.paths.runtime / status_file.NAME,
        {**replace(WELL, door_pulses=1).facts(), "set_aside": 0, **facts},
        space.clock,
    )


def note(space: Space) -> None:
    """The door's log is written."""
    space.note_at_the_door()


def test_who_came_is_there_with_hour_right_and_entry(space: Space, treasurer: Officer) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM, "permanent")
    space.tap(INES)
    space.clock.advance(minutes=9)
    space.tap(KARIM)
    page = treasurer.page("/", headers={"Accept-Language": "fr"})
    assert page.index("9\u00a0h\u00a001") < page.index("8\u00a0h\u00a052")
    assert "Inès Moreau" in page
    assert "Formule au mois" in page
    assert '<strong class="here-now">2</strong>' in page
    assert "Évacuation · 2" in page
    assert "5,00\u00a0€" in page


def test_the_evacuation_list_names_everybody_who_is_inside_with_their_guests(space: Space, treasurer: Officer) -> None:
    french = {"Accept-Language": "fr"}
    assert "Personne n’est noté à l’intérieur" in treasurer.page("/today/evacuation", headers=french)
    for name, uid in (("Inès Moreau", INES), ("Karim Benali", KARIM)):
        space.join(name, uid)
        space.tap(uid)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO visit (day_on, zone_id, right, part, state, tap_id, host_visit_id, ordinal, arrived_at)"
            " SELECT day_on, zone_id, right, part, 'kept', ?, id, 1, arrived_at FROM visit WHERE member_id = 2",
            (b"\x01",),
        )
    page = treasurer.page("/today/evacuation", headers=french)
    assert "Liste d’évacuation : 3 à l’intérieur" in page.replace("\u00a0", " ")
    assert "Inès Moreau" in page
    assert "Personne invitée par Karim Benali" in page
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE visit SET left_at = arrived_at WHERE member_id = 1")
    assert "Inès Moreau" not in treasurer.page("/today/evacuation", headers=french)
    assert "/today/evacuation" in treasurer.page("/", headers=french)


def test_nobody_yet_says_what_will_be_there(treasurer: Officer) -> None:
    assert "Personne n’est encore venu" in treasurer.page("/", headers={"Accept-Language": "fr"})


def test_those_on_a_monthly_plan_who_are_not_here_are_expected(space: Space, treasurer: Officer) -> None:
    space.join("Karim Benali", KARIM, "permanent")
    assert "1 member on a monthly plan not here yet" in treasurer.page("/", headers={"Accept-Language": "en"})
    space.tap(KARIM)
    assert "not here yet" not in treasurer.page("/", headers={"Accept-Language": "en"})


@pytest.mark.parametrize("ends", ["paused", "reversed"])
def test_plans_that_are_paused_or_reversed_are_not_expected(space: Space, treasurer: Officer, ends: str) -> None:
    space.join("Karim Benali", KARIM, "permanent")
    space.join("Inès Moreau", INES)
    sold = space.till.sell(2, "permanent", None).entry
    english = {"Accept-Language": "en"}
    assert "2 members on a monthly plan not here yet" in treasurer.page("/", headers=english)
    if ends == "paused":
        with space.home.store.writing() as connection:
            connection.exec_driver_sql(
                "INSERT INTO subscription_pause (subscription_id, from_on, until_on, actor)"
                " SELECT id, '2026-11-01', NULL, 'desk' FROM subscription WHERE member_id = 1"
            )
    else:
        space.till.reverse(sold, "wrong member")
    assert "1 member on a monthly plan not here yet" in treasurer.page("/", headers=english)


def test_a_host_sees_no_amounts_and_nobody_who_pays_less(space: Space, host: Officer, secretary: Officer) -> None:
    number = space.join("Inès Moreau", INES)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO reduced_grant (member_id, level, from_on, until_on)"
            " VALUES (1, 'reduced', '2026-01-01', '2027-01-01')"
        )
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents)"
            " SELECT id, 'reduced', '2026-01-01', 200 FROM product WHERE code = 'day' ON CONFLICT DO NOTHING"
        )
    space.till.pay(number, 500, "cash")
    space.tap(INES)
    seen = host.page("/", headers={"Accept-Language": "fr"})
    assert "Inès Moreau" in seen
    assert "€" not in seen
    assert "réduit" not in seen
    known = secretary.page("/", headers={"Accept-Language": "fr"})
    assert "tarif réduit" in known
    assert "€" not in known


def test_money_taken_is_by_method_and_what_was_paid_back_is_taken_off(space: Space, treasurer: Officer) -> None:
    number = space.join("Inès Moreau", INES)
    space.till.pay(number, 2000, "cash")
    space.till.pay(number, 300, "cheque")
    space.till.reverse(space.till.pay(number, 700, "cash"), "trop")
    page = treasurer.page("/", headers={"Accept-Language": "en"})
    assert "€23.00" in page
    assert "cash €20.00, cheque €3.00" in page


def test_an_undone_day_is_shown_and_not_counted(space: Space, treasurer: Officer) -> None:
    space.join("Inès Moreau", INES)
    space.tap(INES)
    assert Act.UNDO in space.card.acts
    space.touch(Act.UNDO, ticket=space.card.ticket or "")
    page = treasurer.page("/", headers={"Accept-Language": "en"})
    assert "cancelled" in page
    assert '<strong class="here-now">0</strong>' in page


def test_refused_badges_are_there_with_their_reason(space: Space, host: Officer) -> None:
    space.join("Inès Moreau", INES)
    space.enrolment.lose_badge(space.read(INES))
    space.tap(INES)
    space.tap("04112233445566")
    note(space)
    page = host.page("/", headers={"Accept-Language": "fr"})
    assert "Badge déclaré perdu" in page
    assert "Badge inconnu" in page


def test_yesterday_s_door_is_not_today_s(desk: Desk, space: Space) -> None:
    space.tap("04112233445566")
    note(space)
    space.clock.advance(days=1)
    assert "Aucun badge refusé" in desk.sign_in(Role.HOST).page("/", headers={"Accept-Language": "fr"})


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"reader": "offline"}, "en panne"),
        ({"door": {"simulated": False, "state": "fault"}}, "la serrure n’a pas répondu"),
        ({"clock": "untrusted"}, "</strong> à vérifier"),
        ({"database": "fault", "spool": "memory"}, "qu’en mémoire"),
        ({"spooled": 3}, "3 passages attendent"),
        ({"set_aside": 2}, "journees-a-reprendre"),
    ],
)
def test_what_the_entrance_says_of_itself_is_told_in_words(
    space: Space, treasurer: Officer, facts: dict[str, Any], said: str
) -> None:
    assert said not in treasurer.page("/", headers={"Accept-Language": "fr"})
    say(space, **facts)
    assert said in treasurer.page("/", headers={"Accept-Language": "fr"})


def test_an_entrance_that_has_not_spoken_lately_does_not_answer(space: Space, treasurer: Officer) -> None:
    assert "ne répond pas" in treasurer.page("/", headers={"Accept-Language": "fr"})
    say(space)
    assert "ne répond pas" not in treasurer.page("/", headers={"Accept-Language": "fr"})
    space.clock.advance(minutes=4)
    page = treasurer.page("/", headers={"Accept-Language": "fr"})
    assert "ne répond pas depuis 4 min" in page
    assert "Lecteur" not in page


@pytest.mark.parametrize("role", Role)
def test_the_middle_of_the_page_is_asked_for_again_without_the_rest(desk: Desk, role: Role) -> None:
    officer = desk.sign_in(role)
    assert 'hx-get="/today/now" hx-trigger="every 10s"' in officer.page("/")
    middle = officer.page("/today/now")
    assert middle.lstrip().startswith('<div id="now"')
    assert "<html" not in middle


def test_what_is_to_be_decided_is_told(space: Space, treasurer: Officer) -> None:
    space.clock.advance(days=-2)
    number = space.join("Inès Moreau", INES)
    space.clock.advance(days=2)
    treasurer.post("/corrections/new", {"member": str(number), "kind": "forgotten", "day": "2026-11-24"})
    assert "1 correction à décider" in treasurer.page("/", headers={"Accept-Language": "fr"})


@pytest.fixture
def doubtful(desk: Desk, space: Space) -> Desk:
    """A desk whose clock was set back before the ledger's last entry."""
    space.join("Inès Moreau", INES)
    space.clock.set(space.clock.now() - timedelta(days=1))
    return desk


def test_while_the_clock_is_not_sure_every_page_says_so_and_nothing_is_written(space: Space, doubtful: Desk) -> None:
    treasurer = doubtful.sign_in(Role.TREASURER)
    page = treasurer.page("/corrections", headers={"Accept-Language": "fr"})
    assert "L’heure de la borne n’est pas sûre" in page
    answer = treasurer.post("/corrections/new", {"member": "1", "kind": "forgotten", "day": "2026-11-24"})
    assert answer.status_code == 400
    assert space.sql("SELECT count(*) FROM correction") == [(0,)]


def test_a_day_said_in_words_lets_this_session_write_and_no_other(space: Space, doubtful: Desk) -> None:
    treasurer, president = doubtful.sign_in(Role.TREASURER), doubtful.sign_in(Role.PRESIDENT)
    treasurer.post("/clock/day", {"day": "mercredi 25 novembre 2026"})
    assert "porte la date que vous avez donnée" in treasurer.page("/", headers={"Accept-Language": "fr"})
    answer = treasurer.post("/corrections/new", {"member": "1", "kind": "forgotten", "day": "2026-11-25"})
    assert answer.status_code == 303
    assert space.sql("SELECT count(*) FROM correction") == [(1,)]
    assert "Rien n’est enregistré" in president.page("/", headers={"Accept-Language": "fr"})


@pytest.mark.parametrize("words", ["", "25 novembre", "jeudi 25 novembre 2026", "mardi 24 novembre 2026"])
def test_a_day_that_cannot_be_is_said_so(doubtful: Desk, words: str) -> None:
    treasurer = doubtful.sign_in(Role.TREASURER)
    treasurer.post("/clock/day", {"day": words})
    assert "Rien n’est enregistré" in treasurer.page("/", headers={"Accept-Language": "fr"})


def test_an_officer_s_word_ends_the_doubt_for_everybody(space: Space, doubtful: Desk) -> None:
    treasurer, host = doubtful.sign_in(Role.TREASURER), doubtful.sign_in(Role.HOST)
    assert host.post("/clock/confirm").status_code == 403
    assert treasurer.post("/clock/confirm").status_code == 303
    assert "pas sûre" not in host.page("/", headers={"Accept-Language": "fr"})
    assert space.sql("SELECT actor FROM clock_word") == [(actor_of(Role.TREASURER),)]


def test_a_fallback_that_would_fail_is_amber_and_the_door_is_well_all_the_same(
    space: Space, treasurer: Officer
) -> None:
    french = {"Accept-Language": "fr"}
    strange = {"code": "spool-strange", "seconds": 10800.0, "values": {"folder": "/mnt/cle"}}
    before = treasurer.page("/state", headers=french)
    say(space, fallbacks=[strange])
    page = treasurer.page("/state", headers=french)
    assert '<span class="tag warn">depuis 3' in page
    assert "/mnt/cle n’est pas la file d’attente de cet espace" in page
    assert "/mnt/cle" not in before
    assert 'class="tag bad"' not in page
    assert "<strong>Secours</strong> depuis 3" in treasurer.page("/", headers=french)
