"""The idle screen as it is drawn: what there is to know of the place, the dark, the hand, and the tones."""

import io
import re
import wave
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import pytest
from flask import Flask
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.idle_facts import IdleFacts
from kiosk.domain.checkin.aids import Aids
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Denial, NextStep
from kiosk.language.names import Names
from kiosk.language.texts import NO_BREAK, Text
from kiosk.selfservice.pad import PadSheet
from kiosk.web.screen import tones
from kiosk.web.screen.idle_faces import Manner, turns_in
from kiosk.web.screen.words import own_words
from tests.web.screen.screens import PORT, SHEETS, WELL, ZONE, Screen

INES = Card(CardKind.GRANTED_DAY, "Inès")
ALL = IdleFacts(
    present=12,
    places=20,
    host=Names({"fr": "Nadia", "en": "Nadia"}),
    note=Names({"fr": "Atelier à 14 h", "en": "Workshop at 2 pm"}),
    thermometer_percent=81,
    lunch=3,
    by_pin=True,
)


@dataclass
class IdleScreen(Screen):
    """A screen that knows of the place what a test says."""

    facts: IdleFacts = field(default_factory=IdleFacts)
    manner: Manner = field(default_factory=Manner)

    def make_app(self, port: int = PORT, **more: Any) -> Flask:
        return super().make_app(port, idle=lambda: self.facts, manner=self.manner, **more)

    def classes(self) -> list[str]:
        found = re.search(r'<div class="(face [^"]*)"', self.card())
        assert found
        return found[1].split()


def said(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace(NO_BREAK, " ").split())


def test_what_the_rent_lacks_stands_with_the_thermometer_or_alone() -> None:
    lacks = Text("encore 2 permanents", "2 permanents to go")
    both = told_within_a_minute(IdleScreen(facts=replace(ALL, rent=lacks)))
    assert any("Loyer couvert : 81 % encore 2 permanents" in each for each in both)
    alone = told_within_a_minute(IdleScreen(facts=replace(ALL, rent=lacks, thermometer_percent=None)))
    assert any("Le loyer du mois encore 2 permanents" in each for each in alone)


def test_what_makes_the_place_stands_beside_the_invitation() -> None:
    html = IdleScreen(facts=ALL).card()
    assert 'aria-label="12 personnes sur 20"' in html
    read = said(html)
    for words in ("Passez votre badge", "12 / 20", "Première visite Badge oublié Aide"):
        assert words in read
    told = told_within_a_minute(IdleScreen(facts=ALL))
    for words in ("Vous accueille Nadia", "Aujourd’hui Atelier à 14 h", "Loyer couvert : 81 %", "3 personnes à midi"):
        assert any(words in each for each in told), words
    english = IdleScreen(facts=ALL)
    assert "12 people out of 20" in english.card("en")
    assert any("Today Workshop at 2 pm" in each for each in told_within_a_minute(english, "en"))


def told_within_a_minute(screen: IdleScreen, language: str = "fr") -> list[str]:
    """What the idle screen says, asked each time when it wants to be."""
    told, until = [], screen.clock.seconds + 60
    while screen.clock.seconds < until:
        told.append(said(screen.card(language)))
        screen.clock.pass_by(min(60, turns_in(screen.facts, screen.clock.now().astimezone(ZONE))))
    return told


LONG = replace(
    ALL,
    host=Names({"fr": "Marie-Antoinette et Jean-Christophe, au bar."}),
    seeks=("Comprendre sa comptabilité d’association sans peur", 2),
    rent=Text("encore 2 permanents ou 15 journées", "2 permanents or 15 days to go"),
)


def test_each_fact_is_seen_whole_within_a_minute_one_at_a_time_and_what_lacks_people_comes_before_the_rent() -> None:
    screen = IdleScreen(facts=LONG)
    heads, cards = [], []
    for _ in range(60):
        cards.append(screen.card())
        screen.clock.pass_by(1)
        heads.append(re.findall(r'<li class="fact[^>]*><p>.*?<span>(.*?)</span>', unescape(cards[-1])))
    firsts = [each[0] for each in heads]
    turns = list(dict.fromkeys(firsts))
    assert len(turns) == 5
    assert all(len(each) <= 2 for each in heads)
    assert turns.index("Il manque 2 personnes pour") < next(at for at, each in enumerate(turns) if "Loyer" in each)
    assert any("Comprendre sa comptabilité d’association sans peur" in unescape(each) for each in cards)


def test_where_nothing_is_known_nothing_is_said() -> None:
    html = IdleScreen().card()
    assert "facts" not in html
    assert html.count("<button") == 5  # prices, larger text, the language, a first visit, and help


def test_places_that_nobody_counted_are_not_said() -> None:
    assert "12 personnes ici" in IdleScreen(facts=IdleFacts(present=12)).card()


def test_what_the_desk_wrote_is_text() -> None:
    html = IdleScreen(facts=IdleFacts(note=Names({"fr": "<b>Fête</b>", "en": "<b>Party</b>"}))).card()
    assert "&lt;b&gt;Fête&lt;/b&gt;" in html


def test_who_eats_here_is_asked_on_a_card_and_never_at_rest() -> None:
    assert 'data-act="lunch' not in IdleScreen(facts=ALL).card()


def test_a_touch_of_the_idle_screen_is_handed_on() -> None:
    screen = IdleScreen(facts=ALL)
    assert 'data-does="begin" data-act="prices"' in screen.card()
    assert screen.aims("/begin", act="prices").status_code == 204
    assert screen.begun == ["prices"]


@pytest.mark.parametrize(("step", "classes"), [("0", set()), ("1", {"larger"}), ("2", {"larger", "high"})])
def test_a_button_leads_a_step_further_and_what_is_seen_follows(step: str, classes: set[str]) -> None:
    screen = IdleScreen(facts=ALL, manner=Manner(volume=0))
    for card in (None, INES, *(Card(kind, "Inès", ticket="t", sheet=sheet) for kind, sheet in SHEETS.items())):
        if card is not None:
            screen.board.show(card)
        html = screen.get(f"/card?since=-1&lang=fr&aids={step}").get_json()["html"]
        found = re.search(r'<div class="(face [^"]*)"', html)
        assert found
        assert set(found[1].split()) & {"larger", "high"} == classes
        is_plan = 'data-state="floor"' in html  # drawn as large as there is room, with its names in it
        assert (f'data-act="aids" data-aids="{(int(step) + 1) % 3}"' in html) is not is_plan


def test_a_card_s_own_acts_are_reached_before_aa() -> None:
    screen = IdleScreen()
    screen.board.show(replace(INES, ticket="t", acts=(Act.UNDO, Act.ACCOUNT)))
    assert re.findall(r'<button[^>]*data-act="([^"]+)"', screen.card()) == ["undo", "account", "help", "aids"]


@pytest.mark.parametrize(("kept", "leads"), [(Aids.LARGER, ["2", "1", "2"]), (Aids.CONTRAST, []), (Aids.VOICE, [])])
def test_no_step_goes_below_what_a_member_keeps(kept: Aids, leads: list[str]) -> None:
    screen, step, seen = IdleScreen(manner=Manner(volume=0)), "0", []
    screen.board.show(replace(INES, aids=kept))
    for _ in range(3):
        html = screen.get(f"/card?since=-1&aids={step}").get_json()["html"]
        seen += (following := re.findall(r'data-act="aids" data-aids="(\d)"', html))
        step = following[0] if following else step
    assert seen == leads


def test_no_other_step_is_known() -> None:
    for text in ("9", "-1", "larger", ""):
        assert 'data-aids="1"' in IdleScreen().get(f"/card?since=-1&lang=fr&aids={text}").get_json()["html"]


def test_where_nothing_rings_the_number_stands_on_the_screen() -> None:
    said = IdleScreen(facts=replace(ALL, phone="03 20 00 00 00"))
    said.board.show(Card(CardKind.CALL))
    assert "Appelez le 03 20 00 00 00." in said.card()
    assert "Call 03 20 00 00 00." in said.card("en")
    unsaid = IdleScreen(facts=ALL)
    unsaid.board.show(Card(CardKind.CALL))
    assert "le numéro affiché à côté de la porte" in unsaid.card()


def test_no_fact_and_no_meal_while_the_reader_is_down() -> None:
    html = IdleScreen(facts=ALL, health=replace(WELL, reader="offline")).card()
    assert "Nadia" not in html
    assert "lunch" not in html


def test_at_night_there_is_one_button_and_it_lights_the_screen() -> None:
    screen = IdleScreen(facts=replace(ALL, dim=True, quiet=True))
    html = screen.card()
    assert "dim" in screen.classes()
    assert "Passez votre badge" in html
    assert re.findall(r'data-act="([^"]+)"', html) == ["language", "wake"]
    assert "Nadia" not in html


def test_a_card_is_never_dark() -> None:
    screen = IdleScreen(facts=replace(ALL, dim=True, quiet=True))
    screen.board.show(INES)
    assert "dim" not in screen.classes()


def test_nothing_stays_at_the_same_place_for_longer_than_a_minute() -> None:
    screen = IdleScreen(facts=ALL)
    places = set()
    for _ in range(9):
        places.add(next(name for name in screen.classes() if name.startswith("shift-")))
        screen.clock.pass_by(60)
    assert len(places) == 9


def test_a_reader_on_the_left_is_pointed_at() -> None:
    screen = IdleScreen(manner=Manner(hand="left", contrast="high", text="large"))
    assert "juste à gauche" in screen.card()
    assert "to the left" in screen.card("en")
    assert {"left-hand", "high", "larger"} <= set(screen.classes())
    screen.board.show(INES)
    assert {"left-hand", "high", "larger"} <= set(screen.classes())


def test_own_words_know_better_where_the_reader_is() -> None:
    own_words.speak({"idle-lead": Names({"fr": "sous l’écran", "en": "below the screen"})})
    try:
        assert "sous l’écran" in IdleScreen(manner=Manner(hand="left")).card()
    finally:
        own_words.speak({})


def test_a_screen_is_silent_until_somebody_wants_to_hear_it() -> None:
    screen = IdleScreen()
    screen.board.show(INES)
    assert "<audio" not in screen.card()


@pytest.mark.parametrize(
    ("card", "tone"),
    [
        (INES, "rising"),
        (Card(CardKind.GRANTED_PLAN), "one"),
        (Card(CardKind.UNDONE), "falling"),
        (Card(CardKind.DENIED, denial=Denial.MEMBERSHIP_OVER, next_step=NextStep.RENEW), "middle"),
        (Card(CardKind.DENIED, denial=Denial.BADGE_LOST, next_step=NextStep.ASK), "low"),
    ],
)
def test_each_verdict_has_its_tone(card: Card, tone: str) -> None:
    screen = IdleScreen(manner=Manner(volume=60))
    screen.board.show(card)
    assert f'<audio autoplay src="/tone/{tone}.wav">' in screen.card()
    answer = screen.get(f"/tone/{tone}.wav")
    assert answer.mimetype == "audio/wav"
    assert "media-src 'self'" in answer.headers["Content-Security-Policy"]


def test_what_is_read_in_peace_makes_no_sound() -> None:
    screen = IdleScreen(manner=Manner(volume=60))
    screen.board.show(Card(CardKind.BADGE_AGAIN))
    assert "<audio" not in screen.card()
    assert "<audio" not in IdleScreen(manner=Manner(volume=60), facts=ALL).card()


def test_nights_are_silent() -> None:
    screen = IdleScreen(manner=Manner(volume=60), facts=IdleFacts(quiet=True))
    screen.board.show(INES)
    assert "<audio" not in screen.card()


def test_a_tone_that_there_is_not_is_not_found() -> None:
    assert IdleScreen().get("/tone/opera.wav").status_code == 404


def loudest(sound: bytes) -> int:
    with wave.open(io.BytesIO(sound)) as file:
        assert file.getframerate() == tones.RATE
        data = file.readframes(file.getnframes())
    return max(int.from_bytes(data[at : at + 2], "little", signed=True) for at in range(0, len(data), 2))


def test_the_volume_is_in_the_file_and_training_is_half_as_loud() -> None:
    loud, school = IdleScreen(manner=Manner(volume=80)), IdleScreen(manner=Manner(volume=80), training=True)
    full, half = (loudest(each.get("/tone/one.wav").data) for each in (loud, school))
    assert full == pytest.approx(0.8 * 32767, rel=0.01)
    assert half == pytest.approx(0.4 * 32767, rel=0.01)


def test_tones_are_short_and_always_the_same() -> None:
    for name in tones.TONES:
        sound = tones.sound(name, 50)
        assert len(sound) < 12_000
        assert sound == tones.sound.__wrapped__(name, 50)


def test_who_forgot_the_badge_finds_a_button_where_the_rules_have_it() -> None:
    by_pin = IdleFacts(by_pin=True, lunch=2)
    html = IdleScreen(facts=by_pin).card()
    assert 'data-act="badge-forgotten" data-does="begin"' in html
    assert "Première visite Badge oublié Aide" in said(html)
    assert "badge-forgotten" not in IdleScreen(facts=IdleFacts()).card()
    down = replace(WELL, reader="offline")
    html = IdleScreen(facts=by_pin, health=down).card()
    assert 'data-act="badge-forgotten" data-does="begin"' in html
    assert said(html).endswith("Nom et code Aide")
    assert said(IdleScreen(health=down).card().partition("bar-top")[2].partition("</button>")[2]).endswith("Aide")
    assert IdleScreen(health=down).card().count("<button") == 3  # larger text, the language, and help


def test_a_code_is_shown_as_dots() -> None:
    screen = Screen()
    screen.board.show(Card(CardKind.PIN_CODE, ticket="t", sheet=PadSheet(3, "wrong")))
    read = said(screen.card())
    assert "•••" in read
    assert "Code incorrect." in read


def test_a_copy_that_is_overdue_is_a_small_mark_and_gives_way_to_what_matters_more() -> None:
    screen = IdleScreen(facts=replace(ALL, neglected=True))
    assert 'class="chip" role="status">Sauvegarde à vérifier<' in unescape(screen.card())
    assert "Passez votre badge" in said(screen.card())
    screen.health = replace(WELL, database="fault")
    assert re.findall('class="chip" role="status">(.*?)<', unescape(screen.card())) == ["Petit souci, tout est gardé"]
    assert "chip" not in IdleScreen(facts=ALL).card()


def test_update_that_comes_is_said_instead_of_the_invitation_in_both_languages() -> None:
    screen = IdleScreen(facts=replace(ALL, updating=True))
    assert "Mise à jour, un instant" in screen.card()
    assert "Updating, one moment" in screen.card("en")
    assert 'data-state="updating"' in screen.card()
    assert screen.card().count("<button") == 0


def test_badge_shown_while_an_update_comes_is_answered_by_its_card() -> None:
    screen = IdleScreen(facts=IdleFacts(updating=True))
    screen.board.show(INES)
    assert "Inès" in screen.card()
