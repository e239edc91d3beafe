"""What a new space is asked to see to, and that nothing is shown as a fact that nobody entered."""

import re
import stat

import msgspec
from msgspec.structs import replace

from kiosk import keys
from kiosk.config import MailConfig
from kiosk.domain.members.roles import Role
from kiosk.domain.space.answers import Question
from kiosk.store.messages import outbox_rows
from kiosk.store.officers import desk_log
from kiosk.store.space.first_step_rows import EXPORT, TRIAL
from kiosk.web.desk.common.office import EXTENSION
from tests.conftest import Space
from tests.space.test_first_answers import ANSWERS
from tests.web.desk.conftest import Desk, Officer

INES = "04A2000000E511"


def steps(page: str) -> list[str]:
    """The title of each step that is left, in order."""
    start = page.find('id="first-steps"')
    part = page[start : page.index("</section>", start)] if start >= 0 else ""
    return [re.sub("<[^>]+>", "", line.replace("\xa0", " ")).strip() for line in re.findall(r"</svg>\s(.*?)<br>", part)]


def test_a_new_space_goes_from_its_questions_to_its_first_export(treasurer: Officer, president: Officer) -> None:
    wanted = [
        "Votre espace : huit questions, qui fixent aussi vos prix",
        "Inscrivez-vous en premier, avec un badge",
        "Imprimez la fiche de la porte",
        "Envoyez un e-mail d’essai",
        "Présentez un badge pour la première fois",
        "Faites un premier export",
        "Protégez votre compte par une deuxième preuve",
        "Imprimez la copie papier des clés",
    ]
    assert steps(president.page("/")) == wanted
    assert steps(treasurer.page("/")) == wanted
    assert "8 réponses sont à confirmer" in president.page("/").replace("\xa0", " ")


def test_a_step_that_is_done_leaves_the_list(desk: Desk, space: Space, president: Officer) -> None:
    for question, typed in (ANSWERS | {Question.OPENING: {"when": "always"}}).items():
        assert president.post(f"/hour/{question.value}", dict(typed)).status_code == 303
    president.post("/hour/write")
    assert president.get("/rules/door-sheet.pdf").status_code == 200
    with space.home.store.writing() as connection:
        outbox_rows.put(
            connection,
            channel=outbox_rows.MAIL,
            recipient="nadia@exemple.fr",
            subject="",
            body="",
            about=TRIAL,
            at=space.clock.now(),
        )
        message = outbox_rows.take(connection, space.clock.now(), ())
        assert message is not None
        outbox_rows.sent(connection, message.id, space.clock.now())
    space.join("Inès", INES)
    space.tap(INES)
    with space.home.store.logging() as connection:
        desk_log.add(connection, space.clock.now(), "officer:1", EXPORT, None, "day-passes")
    assert steps(president.page("/")) == [
        "Protégez votre compte par une deuxième preuve",
        "Imprimez la copie papier des clés",
    ]


def test_a_trial_mail_waits_to_leave_where_there_is_a_server(desk: Desk) -> None:
    mail = MailConfig(server="smtp.example.org:587", sender="bureau@exemple.fr", user="bureau")
    config = msgspec.structs.replace(desk.space.home.config, mail=mail)
    desk.app.extensions[EXTENSION] = replace(desk.space.home, config=config), desk.space.clock
    officer = desk.sign_in(Role.PRESIDENT)
    assert "smtp.example.org" in officer.page("/hour/mail")
    assert officer.post("/hour/mail").status_code == 303
    page = officer.page("/hour/mail")
    assert "en attente d’envoi" in page[page.index('id="trials"') :]
    assert desk.space.sql("SELECT about, recipient, state FROM outbox WHERE about = 'trial'") == [
        ("trial", "president@exemple.fr", "waiting")
    ]
    path = desk.space.home.paths.mail_password
    for word in ("correct cheval", "correct cheval pile", " ", "x" * 201):
        assert officer.post("/hour/mail/password", {"password": word}).status_code == 303
    assert keys.read_word(path) == "correct cheval pile"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "correct cheval" not in officer.page("/hour/mail")
    assert "correct cheval" not in str(desk.space.sql("SELECT what FROM desk_log"))


def test_without_a_server_the_page_says_where_one_is_named(president: Officer, space: Space) -> None:
    page = president.page("/hour/mail")
    assert "kiosk.toml" in page
    assert "Envoyer un essai" not in page
    president.post("/hour/mail")
    assert space.sql("SELECT count(*) FROM outbox WHERE about = 'trial'") == [(0,)]


def test_those_who_change_no_rule_and_a_training_home_have_no_list(desk: Desk, space: Space, host: Officer) -> None:
    assert 'id="first-steps"' not in host.page("/")
    desk.app.extensions[EXTENSION] = replace(space.home, training=True), space.clock
    assert 'id="first-steps"' not in desk.sign_in(Role.TREASURER).page("/")


def test_tariffs_are_confirmed_once_and_stay_what_they_were(space: Space, treasurer: Officer) -> None:
    before = space.sql("SELECT product_id, level, cents, floor_cents FROM tariff ORDER BY product_id, level")
    assert "à confirmer" in treasurer.page("/rules")
    space.join("Inès", INES)
    space.tap(INES)  # a day is counted: the same prices hold by somebody's decision from tomorrow on
    for _ in range(2):
        treasurer.post("/rules/confirm", {"decided_by": "bureau"}, form_on="/rules/confirm")
    added = "SELECT product_id, level, cents, floor_cents FROM tariff WHERE decided_by = 'bureau' ORDER BY 1, 2"
    assert space.sql(added) == before
    assert space.sql("SELECT DISTINCT valid_from FROM tariff WHERE decided_by = 'bureau'") == [("2026-11-26",)]
    assert "/rules/confirm" not in treasurer.page("/rules")


def test_no_page_speaks_of_a_rent_that_nobody_wrote(desk: Desk, space: Space, treasurer: Officer) -> None:
    space.join("Inès", INES)
    space.tap(INES)
    for path in ("/", "/figures/", "/figures/rent", "/assembly/", "/money"):
        assert "800,00" not in treasurer.page(path), path
    assert "Le loyer n’est pas encore renseigné" in treasurer.page("/figures/rent")
    space.rule("rent_cents", "91200")
    desk.space.clock.advance(seconds=1)
    assert "loyer 912,00" in desk.sign_in(Role.TREASURER).page("/").replace("\xa0", " ")
