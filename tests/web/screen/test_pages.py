"""The screen over HTTP, without a browser: what it says, to whom, and what it never says."""

import errno
import logging
import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from jinja2 import DictLoader
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.specs.lists import CARDS, REFUSALS
from kiosk.checkin.specs.rows import Aloud
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Denial, NextStep, Notice, NoticeKind
from kiosk.errors import AnswerIsNo, KioskError, MachineError, RequestError
from kiosk.health.entrance_health import Health
from kiosk.language import catalogues
from kiosk.language.catalogues import OURS, Language
from kiosk.language.texts import Text
from kiosk.web.screen import texts
from kiosk.web.screen.board import POLL_SECONDS
from kiosk.web.screen.guards import status_of
from kiosk.web.screen.icons import icon
from tests.web.screen.screens import ARRIVED, OWN, PORT, SHEETS, WELL, Screen, aim

BADGE = Option(Act.LOSE, "1", Text("Mon badge", "My badge"))
INES = Card(CardKind.GRANTED_DAY, "Inès", ticket="ticket-of-ines", acts=(Act.UNDO,))


@pytest.fixture
def screen() -> Screen:
    return Screen()


def said(html: str) -> str:
    """What can be read, on one line, with plain spaces."""
    plain = unescape(re.sub(r"<[^>]+>", " ", html))
    return " ".join(plain.split())


@pytest.mark.parametrize("language", OURS)
@pytest.mark.parametrize("kind", CardKind)
def test_every_card_is_drawn_in_both_languages(screen: Screen, kind: CardKind, language: Language) -> None:
    screen.board.show(Card(kind, "Inès", ticket="t", acts=(Act.DONE,), sheet=SHEETS.get(kind)))
    html, words = screen.card(language), CARDS[kind]
    assert f'lang="{language}"' in html
    # Where there is nothing to choose, that stands in the place of what would be chosen.
    lead = words.lines[0] if words.aloud is Aloud.WHEN_EMPTY else words.lead
    assert lead.to(language) in unescape(html)


@pytest.mark.parametrize("kind", [kind for kind, words in CARDS.items() if words.aloud is Aloud.WHEN_EMPTY])
def test_a_list_says_that_it_is_empty_or_what_to_choose(screen: Screen, kind: CardKind) -> None:
    words = CARDS[kind]
    for options, says, never in (((), words.lines[0], words.lead), ((BADGE,), words.lead, words.lines[0])):
        screen.board.show(Card(kind, "Inès", ticket="t", options=options))
        html = unescape(screen.card())
        assert says.to("fr") in html
        assert never.to("fr") not in html


@pytest.mark.promise(7)
@pytest.mark.parametrize("language", OURS)
@pytest.mark.parametrize("denial", Denial)
@pytest.mark.parametrize("step", NextStep)
@pytest.mark.parametrize("since", [None, date(2026, 10, 2)])
def test_every_refusal_says_why_and_what_to_do(
    screen: Screen, denial: Denial, step: NextStep, since: date | None, language: Language
) -> None:
    screen.board.show(Card(CardKind.DENIED, denial=denial, next_step=step, since_on=since))
    html = screen.card(language)
    assert REFUSALS[denial].title.to(language) in unescape(html)
    assert texts.NEXT_STEPS[step].to(language) in unescape(html)
    assert screen.answer(language)["urgent"]
    assert "{" not in html


def test_a_day_counted_says_hello_by_the_chosen_name(screen: Screen) -> None:
    screen.board.show(INES)
    html = screen.card()
    assert said(html).startswith("Bonjour Inès La porte est ouverte. Journée comptée.")
    assert "Annuler" in html
    assert not screen.answer()["urgent"]


def test_a_card_without_a_name_still_greets(screen: Screen) -> None:
    screen.board.show(Card(CardKind.GRANTED_PLAN))
    assert said(screen.card()).startswith("Bonjour La porte est ouverte. Bonne journée.")


def test_a_day_that_is_counted_later_opens_greets_and_says_so(screen: Screen) -> None:
    screen.board.show(Card(CardKind.SPOOLED, "Inès"))
    html = screen.card()
    later = "Petit souci de notre côté : votre journée sera comptée plus tard, une seule fois."
    assert said(html) == f"Bonjour Inès La porte est ouverte. {later} Aide"
    assert "granted striped" in html
    assert html.count("<svg") == 4  # the tick, larger text, the clock before the line, and help
    assert html.count("<button") == html.count('data-act="help"') + html.count('data-act="aids"') == 2
    screen.board.show(Card(CardKind.SPOOLED))
    assert said(screen.card()).startswith("Bonjour La porte est ouverte. Petit souci")
    assert said(screen.card("en")).startswith("Hello The door is open. A small problem")


def test_what_only_the_memory_knows_promises_nothing_and_asks_to_be_told(screen: Screen) -> None:
    screen.board.show(Card(CardKind.SPOOLED_IN_MEMORY, "Inès"))
    html = screen.card()
    assert "Votre journée est gardée en mémoire seulement. Dites-le à l’accueil, s’il vous plaît." in said(html)
    assert "sera comptée" not in html
    assert "granted striped" in html
    assert html.count("<svg") == 4


@pytest.mark.parametrize("kind", [CardKind.SPOOLED, CardKind.SPOOLED_IN_MEMORY])
def test_a_door_that_does_not_open_is_not_said_to_be_open_later_either(screen: Screen, kind: CardKind) -> None:
    screen.simulate().board.show(Card(kind, "Inès"))
    assert "Bonjour Inès La porte s’ouvrirait. Petit souci" in said(screen.card())


def test_a_badge_that_cannot_be_looked_up_is_our_fault_and_not_red(screen: Screen) -> None:
    screen.board.show(Card(CardKind.DENIED, denial=Denial.NOT_ON_ROSTER, next_step=NextStep.COME_BACK_OR_RING))
    html = screen.card()
    words = "Petit souci de notre côté. Revenez dans un moment, ou sonnez."
    assert f"Badge non reconnu pour l’instant {words}" in said(html)
    assert "face choice" in html


def test_the_sum_is_shown_only_where_the_card_has_one(screen: Screen) -> None:
    screen.board.show(INES)
    assert "€" not in screen.card()
    screen.board.show(replace(INES, amount_cents=500))
    assert "Journée comptée : 5,00 €." in said(screen.card())
    assert "Your day is counted: €5.00." in said(screen.card("en"))


def test_here_already_says_since_when_in_local_time(screen: Screen) -> None:
    screen.board.show(Card(CardKind.AGAIN, "Inès", arrived_at=ARRIVED))
    assert "Rebonjour Inès La porte est ouverte. Journée déjà comptée à 8 h 52." in said(screen.card())
    assert "counted at 8:52." in said(screen.card("en"))
    screen.board.show(Card(CardKind.AGAIN, "Inès"))
    assert "Journée déjà comptée." in said(screen.card())


def test_a_members_own_language_wins_over_the_pages(screen: Screen) -> None:
    screen.board.show(replace(INES, language="en"))
    assert said(screen.card("fr")).startswith("Hello Inès")
    screen.board.show(replace(INES, language="nl"))
    assert said(screen.card("fr")).startswith("Dag Inès")
    screen.board.show(replace(INES, language="xx"))  # of an earlier release, offered no more
    assert said(screen.card("fr")).startswith("Bonjour Inès")


@pytest.mark.promise(6)
def test_what_is_a_member_s_own_affair_is_told_on_their_own_page_and_to_nobody_in_the_queue(screen: Screen) -> None:
    grace = Notice(NoticeKind.MEMBERSHIP_GRACE, date(2026, 12, 1))
    notices = (grace, Notice(NoticeKind.LAST_PREPAID_DAY), Notice(NoticeKind.CAP_REACHED))
    screen.board.show(replace(INES, notices=notices))
    words = said(screen.card())
    assert "Journée comptée. Un mot pour vous dans « Mon compte »." in words
    for own in ("Adhésion", "dernière", "Plafond", "offerte"):
        assert own not in words
    screen.board.show(Card(CardKind.ACCOUNT, "Inès", ticket="t", sheet=SHEETS[CardKind.ACCOUNT], notices=notices))
    words = said(screen.card())
    assert "Adhésion à renouveler, au plus tard le 1er décembre." in words
    assert "C’était la dernière journée payée d’avance." in words
    assert "Plafond du mois atteint : journée offerte." in words
    screen.board.show(replace(INES, notices=(Notice(NoticeKind.CAP_REACHED),)))
    with_cap = said(screen.card())
    screen.board.show(INES)
    assert said(screen.card()) == with_cap


def test_the_language_of_a_visitor_ends_with_the_next_badge(screen: Screen) -> None:
    screen.board.reading()  # a badge, which has a name but no language of its own
    screen.board.show(INES)
    answer = screen.get("/card?since=-1&lang=en").json
    assert answer is not None
    assert (answer["language"], answer["falls_back"]) == ("fr", True)
    screen.board.show(Card(CardKind.BADGE_AGAIN, "Inès"))  # what they touch after it
    assert said(screen.card("en")).startswith("Présentez votre badge")
    screen.board.clear()
    screen.board.show(Card(CardKind.VISIT, ticket="t"))  # a visitor's own dialogue keeps what they chose
    answer = screen.get("/card?since=-1&lang=en").json
    assert answer is not None
    assert (answer["language"], answer["falls_back"]) == ("en", False)


def test_an_unknown_badge_is_the_visitor_s_own_and_keeps_their_language(screen: Screen) -> None:
    screen.board.reading()
    screen.clock.pass_by(1)
    assert screen.board.now().showing.value == "reading"
    screen.board.show(Card(CardKind.DENIED, denial=Denial.UNKNOWN_BADGE, next_step=NextStep.FIRST_VISIT))
    assert said(screen.card("en")).startswith("Unknown badge")
    screen.board.show(Card(CardKind.JOIN_NAME, ticket="t", sheet=SHEETS[CardKind.JOIN_NAME]))
    assert "Your first and last name" in said(screen.card("en"))


def test_a_slow_badge_speaks_the_house_s_language_too(screen: Screen) -> None:
    screen.board.reading()
    screen.clock.pass_by(1)
    assert screen.board.now().card is None
    screen.board.show(INES)
    assert said(screen.card("en")).startswith("Bonjour Inès")


def test_a_lost_badge_is_refused_in_red_with_its_day(screen: Screen) -> None:
    lost = Card(CardKind.DENIED, denial=Denial.BADGE_LOST, next_step=NextStep.ASK, since_on=date(2026, 10, 2))
    screen.board.show(lost)
    html = screen.card()
    assert "refused" in html
    assert "octagon" in html
    assert "Badge désactivé Déclaré perdu le 2 octobre." in said(html)


@pytest.mark.promise(6)
def test_what_is_owed_is_not_told_to_the_queue(screen: Screen) -> None:
    screen.board.show(Card(CardKind.DENIED, denial=Denial.TAB_OVER_LIMIT, next_step=NextStep.PAY))
    html = screen.card()
    assert "refused" not in html
    assert not re.search("impayé|dette|doit|ardoise|€", said(html))


def test_a_telephone_is_told_to_be_a_card(screen: Screen) -> None:
    screen.board.show(Card(CardKind.DENIED, denial=Denial.UNKNOWN_BADGE, next_step=NextStep.USE_A_CARD))
    words = said(screen.card())
    assert "Un téléphone change de numéro à chaque fois. Présentez plutôt une carte ou un badge." in words


def test_a_name_is_text_and_never_markup(screen: Screen) -> None:
    screen.board.show(Card(CardKind.GRANTED_PLAN, "<script>alert(1)</script>"))
    assert "<script>" not in screen.card()


def test_training_counts_nothing_and_opens_nothing() -> None:
    screen = Screen(training=True).simulate()
    assert "MODE ÉCOLE · rien n’est compté · porte simulée" in said(screen.card())
    screen.board.show(INES)
    assert "Bonjour Inès La porte s’ouvrirait. Mode école : journée comptée." in said(screen.card())
    screen.board.show(replace(INES, amount_cents=500))
    assert "Mode école : journée comptée 5,00 €." in said(screen.card())


def test_a_simulated_door_is_said_outside_training_too(screen: Screen) -> None:
    screen.simulate()
    assert "PORTE SIMULÉE" in screen.card()
    screen.board.show(INES)
    assert "La porte s’ouvrirait. Journée comptée." in said(screen.card())


def test_idle_shows_the_time_and_the_other_language(screen: Screen) -> None:
    assert said(screen.card()) == (
        "8 h 52 mercredi 25 novembre en Passez votre badge sur le lecteur, juste à droite Première visite Aide"
    )
    assert said(screen.card("en")).startswith("8:52 Wednesday 25 November nl Tap your badge")
    assert " fr " in said(screen.card("nl"))
    assert 'lang="fr" aria-label="Français"' in screen.card("nl")


def test_no_further_language_is_read_before_somebody_chooses_it(screen: Screen) -> None:
    """Dutch alone is a second of a Pi's start and some megabytes."""
    catalogues.of.cache_clear()
    assert re.findall(r"trouble-\w+", screen.get("/").text) == ["trouble-fr", "trouble-en"]
    assert [screen.answer(each)["trouble"] for each in OURS] == [None, None]
    assert catalogues.of.cache_info().currsize == 0
    brought = screen.answer("nl")["trouble"]
    assert said(brought).startswith("Een ogenblik")
    assert 'lang="nl"' in brought


@pytest.mark.promise(7)
def test_idle_hides_no_fault(screen: Screen) -> None:
    screen.health = replace(WELL, reader="offline")
    assert "Lecteur en panne" in screen.card()
    assert screen.answer()["urgent"]
    screen.health = replace(WELL, database="fault", spool="nowhere")
    assert "Un instant, nous reprenons" in screen.card()
    screen.health = replace(WELL, door="fault")
    assert "Serrure en panne" in screen.card()


@pytest.mark.parametrize(
    ("health", "chip"),
    [
        (WELL, None),
        (replace(WELL, spooled=3), None),
        (replace(WELL, spool="memory"), None),
        (replace(WELL, database="fault"), texts.KEPT),
        (replace(WELL, settings="accepted"), texts.SETTINGS_UNSURE),
        (replace(WELL, settings="waiting"), texts.SETTINGS_UNSURE),
        (replace(WELL, settings="database", database="fault"), texts.KEPT),
        (replace(WELL, database="fault", spool="memory"), texts.IN_MEMORY),
        (replace(WELL, clock_trusted=False), texts.CLOCK_UNSURE_KEPT),
        (replace(WELL, clock_trusted=False, database="fault"), texts.CLOCK_UNSURE_KEPT),
        (replace(WELL, clock_trusted=False, spool="memory"), texts.IN_MEMORY),
        (replace(WELL, clock_trusted=False, spool="nowhere"), texts.CLOCK_UNSURE),
        (replace(WELL, clock_trusted=False, database="fault", door="fault"), texts.DOOR_DOWN),
    ],
)
def test_idle_invites_while_taps_are_kept_and_a_chip_says_what_is_not_well(
    screen: Screen, health: Health, chip: Text | None
) -> None:
    screen.health = health
    for language in OURS:
        html = unescape(screen.card(language))
        assert texts.IDLE.title.to(language) in html
        assert re.findall('class="chip" role="status">(.*?)<', html) == ([] if chip is None else [chip.to(language)])
    screen.health = replace(health, reader="offline")
    assert texts.READER_DOWN.title.fr in screen.card()
    assert chip is None or chip.to("fr") in unescape(screen.card())


def test_an_hour_that_is_not_trusted_is_not_shown(screen: Screen) -> None:
    screen.health = replace(WELL, clock_trusted=False)
    assert said(screen.card()).startswith("Heure à vérifier, tout est gardé en Passez votre badge")
    screen.health = replace(WELL, clock_trusted=False, reader="offline")
    assert not re.search(r"8 h 52|novembre", said(screen.card()))


def test_the_day_gives_way_to_a_chip(screen: Screen) -> None:
    screen.health = replace(WELL, database="fault")
    assert said(screen.card()).startswith("8 h 52 Petit souci, tout est gardé en")


def test_no_card_waits_for_the_entrances_health(screen: Screen) -> None:
    screen.card()
    screen.health_error = RuntimeError("broken")
    screen.board.show(Card(CardKind.SPOOLED, "Inès"))
    assert "Bonjour Inès" in screen.card()
    assert "Bonjour Inès" in screen.get("/").text


def test_a_badge_that_takes_long_is_told_one_moment(screen: Screen) -> None:
    screen.board.reading()
    screen.clock.pass_by(0.4)
    assert "Un instant…" in screen.card()


@pytest.mark.promise(6)
def test_a_later_page_finds_idle_and_no_old_name(screen: Screen) -> None:
    screen.board.show(INES)
    assert "Inès" in screen.get("/").text
    screen.clock.pass_by(10)
    assert "Inès" not in screen.get("/").text
    assert "Passez votre badge" in screen.get("/").text


def test_an_answer_is_numbered_and_says_how_long_it_stays(screen: Screen) -> None:
    screen.board.show(INES)
    screen.clock.pass_by(4)
    answer = screen.get("/card?since=1&boot=").json
    assert answer is not None
    assert answer["number"] == screen.board.now().number
    assert answer["boot"] == screen.board.boot
    assert (answer["stays_seconds"], answer["of_seconds"]) == (6, 10)
    assert answer["language"] == "fr"


def test_after_a_restart_a_page_with_an_old_number_is_answered_at_once(screen: Screen) -> None:
    answer = screen.get(f"/card?since={screen.board.now().number}&boot=of-yesterday").json
    assert answer is not None
    assert answer["boot"] == screen.board.boot


def test_when_the_program_stops_polls_are_told_to_come_back(screen: Screen) -> None:
    screen.board.stop()
    answer = screen.get(f"/card?since={screen.board.now().number}&boot={screen.board.boot}")
    assert answer.status_code == 204
    assert answer.headers["Retry-After"] == "2"


def test_undo_hands_on_the_ticket(screen: Screen) -> None:
    assert screen.aims("/touch", ticket="ticket-of-ines", act="undo").status_code == 204
    form = screen.client.post(
        "/touch", base_url=OWN, data={"ticket": "by-form", "act": "undo", **aim(screen.board)}, headers={"Origin": OWN}
    )
    assert form.status_code == 204
    assert screen.undone == ["ticket-of-ines", "by-form"]


@pytest.mark.parametrize("fields", [{}, {"ticket": ""}, {"ticket": 5}, {"ticket": "x" * 201}, {"ticket": "é"}])
def test_an_undo_without_a_ticket_is_refused(screen: Screen, fields: dict[str, object]) -> None:
    answer = screen.post("/touch", fields)
    assert (answer.status_code, answer.json) == (400, {"code": "bad-request"})
    assert screen.undone == []


@pytest.mark.parametrize("body", ["[]", "null", "{", '"ticket"'])
def test_nonsense_is_refused_and_breaks_nothing(screen: Screen, body: str) -> None:
    answer = screen.client.post(
        "/touch", base_url=OWN, data=body, content_type="application/json", headers={"Origin": OWN}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("error", "status", "card"),
    [
        (RequestError("touch-over", "too late"), 410, CardKind.UNDO_OVER),
        (AnswerIsNo("whatever", "no"), 409, CardKind.UNDO_OVER),
        (MachineError("disk-full", "no room"), 503, CardKind.FAULT),
        (ValueError("a flaw"), 500, CardKind.FAULT),
    ],
)
def test_an_undo_that_fails_is_said_on_the_card(screen: Screen, error: Exception, status: int, card: CardKind) -> None:
    screen.undo_error = error
    screen.board.show(INES)
    answer = screen.aims("/touch", ticket="ticket-of-ines", act="undo")
    assert answer.status_code == status
    assert answer.json is not None
    assert set(answer.json) == {"code"}
    assert screen.board.now().card == Card(card)


def test_a_failing_undo_leaves_the_next_persons_card_alone(screen: Screen) -> None:
    screen.undo_error = RequestError("touch-over", "too late")
    karim = Card(CardKind.GRANTED_PLAN, "Karim")
    screen.board.show(karim)
    screen.aims("/touch", ticket="ticket-of-ines", act="undo")
    assert screen.board.now().card is karim


def test_a_touch_holds_the_card_and_close_takes_it_away(screen: Screen) -> None:
    screen.board.show(INES)
    number = screen.board.now().card_number
    held = screen.aims("/hold")
    assert held.json == {"card": number, "stays_seconds": 30, "of_seconds": 30}
    assert screen.aims("/close").status_code == 204
    assert screen.board.now().card is None
    assert screen.aims("/hold", card=number).status_code == 410  # that finger aimed at what is gone
    assert screen.aims("/close", card=number).status_code == 410
    assert screen.aims("/hold").status_code == 409  # and the idle screen neither stays nor goes
    assert screen.aims("/close").status_code == 409
    assert screen.aims("/hold", card="x").status_code == 400
    assert screen.aims("/hold", card=10**30).status_code == 400


def test_health_is_told_and_a_fault_is_503(screen: Screen) -> None:
    answer = screen.get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {
        "ok": True,
        "reader": "online",
        "door": {"simulated": False, "level": False, "pulses": 3, "state": "ok"},
        "database": "ok",
        "clock": "host",
        "spool": "disk",
        "spooled": 0,
        "oldest_seconds": 0,
        "training": False,
        "version": "1.2.3",
        "home": "",
        "up_seconds": 0,
        "display_seconds": None,
        "memory_mb": None,
        "wrong_values": [],
        "last_rules": False,
        "settings": "ok",
        "door_days": {"lacking": 0, "entered": 0, "damaged": False, "silent": False, "gone": False},
        "fallbacks": [],
        "idle_seconds": 0,
    }
    screen.clock.pass_by(25)
    assert (screen.get("/healthz").json or {})["idle_seconds"] == 25
    screen.board.show(INES)
    assert (screen.get("/healthz").json or {})["idle_seconds"] == 0
    screen.health = replace(WELL, reader="offline")
    assert screen.get("/healthz").status_code == 503
    screen.health = replace(WELL, clock_trusted=False)
    answer = screen.get("/healthz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["clock"] == "untrusted"


def test_a_page_that_has_missed_nothing_of_a_card_is_told_so_and_nothing_is_drawn(screen: Screen) -> None:
    screen.board.show(INES)
    screen.health_error = RuntimeError("not asked")
    number, boot = screen.board.now().number, screen.board.boot
    answer = screen.get(f"/card?since={number}&boot={boot}&wait=0")
    assert (answer.status_code, answer.data) == (205, b"")
    screen.health_error = None
    for missed in (f"since={number - 1}&boot={boot}", f"since={number}&boot=another", ""):
        answer = screen.get(f"/card?{missed}&wait=0")
        assert (answer.status_code, (answer.json or {})["number"]) == (200, number)
    screen.clock.pass_by(10)
    assert screen.get(f"/card?since={number}&boot={boot}&wait=0").status_code == 200


@pytest.mark.parametrize("wait", ["0", "0.9", "8"])
def test_a_page_says_how_long_it_waits(screen: Screen, monkeypatch: pytest.MonkeyPatch, wait: str) -> None:
    asked: list[float] = []
    monkeypatch.setattr(screen.board, "wait", lambda _since, _boot, seconds, _gone: asked.append(seconds))
    assert screen.get(f"/card?wait={wait}").status_code == 204
    assert asked == [float(wait)]


@pytest.mark.parametrize("wait", ["", "99", "-1", "nan", "inf", "soon"])
def test_nobody_waits_longer_than_a_poll_may(screen: Screen, monkeypatch: pytest.MonkeyPatch, wait: str) -> None:
    asked: list[float] = []
    monkeypatch.setattr(screen.board, "wait", lambda _since, _boot, seconds, _gone: asked.append(seconds))
    screen.get(f"/card?wait={wait}")
    assert asked == [POLL_SECONDS]


def test_health_that_cannot_be_told_is_not_ok(screen: Screen, caplog: pytest.LogCaptureFixture) -> None:
    screen.health_error = RuntimeError("broken")
    answer = screen.get("/healthz")
    assert (answer.status_code, answer.json) == (503, {"ok": False, "code": "fault"})
    assert "broken" in caplog.text


@pytest.mark.parametrize("path", ["/", "/card", "/healthz", "/static/screen.css", "/nowhere"])
@pytest.mark.parametrize("host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1:81", "127.0.0.1", "localhost", ""])
def test_another_host_is_refused_everywhere(screen: Screen, path: str, host: str) -> None:
    answer = screen.get(path, {"Host": host})
    assert answer.status_code == 421
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("host", [f"127.0.0.1:{PORT}", f"localhost:{PORT}", f"[::1]:{PORT}", f"LOCALHOST:{PORT}"])
def test_its_own_names_are_known(screen: Screen, host: str) -> None:
    assert screen.get("/healthz", {"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/touch", "/hold", "/close"])
@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", f"https://127.0.0.1:{PORT}", "http://127.0.0.1", f"{OWN}.evil.org"]
)
def test_only_its_own_pages_may_change_anything(screen: Screen, path: str, origin: str | None) -> None:
    screen.board.show(INES)
    fields = {"ticket": "ticket-of-ines", **aim(screen.board)}
    answer = screen.post(path, fields, {} if origin is None else {"Origin": origin})
    assert (answer.status_code, answer.json) == (403, {"code": "bad-origin"})
    assert screen.undone == []
    assert screen.board.now().card is INES


def test_another_page_may_not_read_a_card_either(screen: Screen) -> None:
    assert screen.get("/card", {"Origin": "http://evil.example"}).status_code == 403


@pytest.mark.parametrize("path", ["/", "/card", "/healthz", "/static/screen.js", "/nowhere", "/touch"])
def test_every_answer_is_strict(screen: Screen, path: str) -> None:
    headers = screen.get(path).headers
    policy = dict(rule.strip().split(" ", 1) for rule in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["font-src"] == policy["connect-src"] == "'self'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in headers


def test_what_has_a_version_is_kept_for_long(screen: Screen) -> None:
    page = screen.get("/").text
    for address in re.findall(r'(?:src|href)="([^"]+)"', page):
        answer = screen.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
    assert screen.get("/static/nothing.js?v=1").headers["Cache-Control"] == "no-store"
    assert screen.get("/card?v=1").headers["Cache-Control"] == "no-store"


def test_the_page_has_no_inline_script_or_style_and_nothing_from_elsewhere(screen: Screen) -> None:
    screen.board.show(INES)
    page = screen.get("/").text
    assert not re.search(r"<script(?! src=)|<style|\sstyle=|\son\w+=|https?://(?!www\.w3\.org/2000/svg)", page)


def test_the_page_is_light_and_its_script_short(screen: Screen) -> None:
    page = screen.get("/").text
    parts = [screen.get(path).data for path in re.findall(r'(?:src|href)="([^"]+)"', page) if "woff2" not in path]
    assert len(page.encode()) + sum(len(part) for part in parts) < 60_000
    assert screen.get("/static/screen.js").data.count(b"\n") < 150
    assert page.count("<script") == 1


def test_a_page_that_fails_says_one_moment_and_goes_on_asking(screen: Screen, caplog: pytest.LogCaptureFixture) -> None:
    whole = screen.get("/").text
    screen.health_error = RuntimeError("broken")
    answer = screen.get("/")
    assert answer.status_code == 500
    assert "Un instant, nous reprenons" in answer.text
    assert "Traceback" not in answer.text
    for part in (r"<script [^>]+>", r"data-assets=\"\w+\"", r"<template id=\"trouble-\w+\">"):
        assert re.findall(part, answer.text) == re.findall(part, whole) != []
    card = screen.get("/card")
    assert (card.status_code, card.json) == (500, {"code": "fault"})
    assert "RuntimeError" in caplog.text


@pytest.mark.parametrize("missing", ["page.html", "face.html"])
def test_a_template_that_is_missing_is_no_blank_screen(
    screen: Screen, missing: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder = Path(screen.app.root_path) / "templates"
    files = [file for file in folder.rglob("*.html") if file.name != missing]
    there = {str(file.relative_to(folder)): file.read_text("utf-8") for file in files}
    screen.app.jinja_env.loader = DictLoader(there)
    answer = screen.get("/")
    assert answer.status_code == 500
    assert "Un instant, nous reprenons" in answer.text
    assert "TemplateNotFound" in caplog.text
    assert screen.get("/card").status_code == (500 if missing == "face.html" else 200)


def test_a_card_that_is_first_shown_when_the_disk_has_failed_is_drawn(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: object, **_named: object) -> str:
        raise OSError(errno.EIO, "Input/output error")

    icon.cache_clear()
    screen.app = screen.make_app()
    screen.client = screen.app.test_client()
    screen.get("/")
    monkeypatch.setattr(Path, "read_text", fails)
    monkeypatch.setattr(Path, "read_bytes", fails)
    for kind in CardKind:
        screen.board.show(Card(kind, "Inès", sheet=SHEETS.get(kind)))
        assert screen.get("/card").status_code == 200
    assert screen.get("/").status_code == 200


def test_what_does_not_exist_is_told_as_a_code(screen: Screen) -> None:
    assert screen.get("/nowhere").json == {"code": "not-found"}
    assert screen.get("/touch").status_code == 405
    assert screen.post("/touch", {"ticket": "x" * 5000}).status_code == 413


@pytest.mark.promise(6)
def test_names_are_not_logged(screen: Screen, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    screen.board.show(INES)
    screen.card()
    screen.undo_error = ValueError("a flaw")
    screen.aims("/touch", ticket="ticket-of-ines", act="undo")
    assert "Inès" not in caplog.text
    assert "ticket-of-ines" not in caplog.text


def test_a_code_without_a_status_goes_by_its_class() -> None:
    assert status_of(RequestError("new", "")) == 400
    assert status_of(AnswerIsNo("new", "")) == 409
    assert status_of(MachineError("new", "")) == 503
    assert status_of(KioskError("new", "")) == 409


def test_the_idle_screen_is_drawn_again_at_the_full_minute(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def wait(since: int, boot: str, seconds: float, gone: object) -> None:
        asked.append(seconds)

    monkeypatch.setattr(screen.board, "wait", wait)
    screen.get("/card")
    screen.clock.pass_by(52.5)
    screen.get("/card")
    assert asked == [POLL_SECONDS, pytest.approx(7.52)]


def test_prometheus_reads_the_same_in_numbers_even_while_it_is_not_well(screen: Screen) -> None:
    screen.health = replace(WELL, reader="offline")
    answer = screen.get("/metrics")
    assert (answer.status_code, answer.content_type) == (200, "text/plain; version=0.0.4; charset=utf-8")
    lines = answer.get_data(as_text=True).splitlines()
    assert {
        'kiosk_reader_online{door="1"} 0',
        'kiosk_door_pulses_total{door="1"} 3',
        'kiosk_info{door="1",version="1.2.3"} 1',
    } <= set(lines)
