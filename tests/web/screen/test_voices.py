"""The screen's voice: what was recorded is what the program says, in each language, heard where it is wanted."""

import hashlib
import io
import re
import tomllib
import wave
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.specs.lists import CARDS
from kiosk.checkin.specs.rows import SOUNDS
from kiosk.domain.checkin.aids import Aids
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Denial, NextStep
from kiosk.language.catalogues import offered
from kiosk.selfservice.settings import ChoicesSheet
from kiosk.web.screen import tones, voices
from kiosk.web.screen.idle_faces import Manner
from release import voices as recordings

from .screens import SHEETS
from .test_idle_face import INES, IdleScreen, loudest

pytestmark = pytest.mark.promise(7)
SPEAKING = Manner(volume=60, voice=True)
AGAIN = "scripts/voice, listen to it, commit it"


def test_each_recording_is_of_what_is_said_today() -> None:
    listed = tomllib.loads(recordings.LOCK.read_text("utf-8"))
    assert set(listed) == set(offered()), AGAIN
    for language, recorded in listed.items():
        assert set(recorded) == set(voices.SENTENCES), AGAIN
        for name, found in recorded.items():
            assert found["says"] == voices.SENTENCES[name].to(language), AGAIN
            assert found["sha256"] == hashlib.sha256(voices.path(language, name).read_bytes()).hexdigest(), AGAIN


@pytest.mark.parametrize("language", offered())
def test_a_verdict_is_said_after_its_tone_as_loud_as_it(language: str) -> None:
    screen = IdleScreen(manner=SPEAKING)
    for tone in tones.TONES:
        alone = screen.get(f"/tone/{tone}.wav").data
        both = screen.get(f"/tone/{tone}.wav?speaks={language}").data
        assert both[44 : len(alone)] == alone[44:]  # after the head
        assert 0.5 < seconds(both) - seconds(alone) < 4
        assert loudest(both) <= 0.61 * 32767


def seconds(sound: bytes) -> float:
    with wave.open(io.BytesIO(sound)) as file:
        return float(file.getnframes() / file.getframerate())


def test_the_card_speaks_the_member_s_language_and_only_where_the_screen_has_a_voice() -> None:
    screen, tongueless = IdleScreen(manner=SPEAKING), IdleScreen(manner=Manner(volume=60))
    for each in (screen, tongueless):
        each.board.show(INES)
    assert '<audio autoplay src="/tone/rising.wav?speaks=fr">' in screen.card()
    assert '<audio autoplay src="/tone/rising.wav">' in tongueless.card()
    spoken, silent = (each.get("/tone/rising.wav?speaks=fr").data for each in (screen, tongueless))
    assert seconds(silent) < seconds(spoken)


def test_a_language_without_recordings_keeps_its_tones(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(voices, "FOLDER", tmp_path)
    screen = IdleScreen(manner=SPEAKING)
    screen.board.show(INES)
    assert '<audio autoplay src="/tone/rising.wav">' in screen.card()
    assert screen.get("/tone/rising.wav?speaks=nl").data == screen.get("/tone/rising.wav").data


@pytest.mark.parametrize("language", ["../fr", "xx", "", "fr/.."])
def test_what_is_no_language_is_not_looked_for(language: str) -> None:
    answer = IdleScreen(manner=SPEAKING).get(f"/tone/one.wav?speaks={language}")
    assert answer.data == tones.sound("one", 60)


def test_what_is_heard_tells_the_queue_neither_who_pays_less_nor_who_owes() -> None:
    over = Card(CardKind.DENIED, denial=Denial.MEMBERSHIP_OVER, next_step=NextStep.RENEW)
    owing = Card(CardKind.DENIED, denial=Denial.TAB_OVER_LIMIT, next_step=NextStep.PAY)
    assert tones.of_card(over) == tones.of_card(owing)
    assert {sound.says for sound in SOUNDS.values()} == set(voices.VERDICTS)  # what a verdict says, four in all
    assert tones.sound("rising", 60, "fr")[-9000:] == tones.sound("one", 60, "fr")[-9000:]


# --- the door without eyes: "Aa" with the voice, from the screen or kept by a member

SETTINGS = Card(
    CardKind.OWN_SETTINGS,
    "Inès",
    ticket="t",
    acts=(Act.ACCOUNT, Act.DONE),
    options=(Option(Act.SET, "visible=yes", "Inès Moreau, 45,00 €"), Option(Act.PIN_NEW, "", "Code")),
    sheet=ChoicesSheet(("oui", "non")),
    aids=Aids.VOICE,
)
PAD = Card(
    CardKind.PIN_CODE,
    ticket="t",
    acts=(Act.PIN_ENTER, Act.DONE),
    options=(Option(Act.PIN_KEY, "1", "1"), Option(Act.PIN_KEY, "2", "2")),
    sheet=SHEETS[CardKind.PIN_CODE],
    aids=Aids.VOICE,
)


def told(html: str) -> list[str]:
    return re.findall(r'data-says="([^"]*)"', html)


@pytest.mark.parametrize("language", offered())
def test_with_the_voice_by_aa_a_verdict_is_said_and_each_of_its_buttons_has_a_sentence(language: str) -> None:
    screen = IdleScreen(manner=Manner(volume=60))
    screen.board.show(replace(INES, language=language))
    plain, spoken = (screen.get(f"/card?since=-1&aids={step}").get_json()["html"] for step in (2, 3))
    assert told(plain) == []
    assert [len(re.findall("<button", spoken)), *sorted(told(spoken))] == [len(told(spoken)), *sorted(told(spoken))]
    (address,) = re.findall(r'<audio autoplay src="([^"]+)"', spoken)
    both, alone = (screen.get(each).data for each in (address.replace("&amp;", "&"), "/tone/rising.wav"))
    assert seconds(both) > seconds(alone)
    for name in told(spoken):
        assert 0.1 < seconds(screen.get(f"/says/{name}.wav?speaks={language}").data) < 4


def test_a_member_who_keeps_the_voice_hears_it_and_whoever_comes_next_does_not() -> None:
    screen = IdleScreen(manner=Manner(volume=60))
    screen.board.show(replace(INES, aids=Aids.VOICE))
    assert told(screen.card())
    screen.board.clear()
    assert told(screen.card()) == []


def test_a_page_says_what_it_is_and_its_choices_by_their_place_never_a_name_or_a_sum() -> None:
    screen = IdleScreen(manner=Manner(volume=60))
    screen.board.show(SETTINGS)
    html = screen.card()
    assert '<audio autoplay src="/says/page-own-settings.wav?speaks=fr">' in html
    assert [voices.SENTENCES[name].to("fr") for name in told(html)] == ["Choix 1", "Choix 2", "Mon compte", "Terminé"]


def test_a_code_is_typed_in_silence() -> None:
    screen = IdleScreen(manner=Manner(volume=60))
    screen.board.show(PAD)
    assert [voices.SENTENCES[name].to("fr") for name in told(screen.card())] == [
        "Entrer",
        "Aide",
        "Terminé",
        "Oui, je continue",
    ]


@pytest.mark.parametrize("manner", [Manner(), Manner(volume=60, text="large")], ids=["mute", "audible"])
def test_a_screen_without_sound_has_no_voice_to_ask_twice_for(manner: Manner) -> None:
    screen = IdleScreen(manner=manner)
    screen.board.show(SETTINGS)
    assert bool(told(screen.card())) is bool(manner.volume)
    assert screen.get("/says/close.wav?speaks=fr").status_code == 200
    assert screen.get("/says/close.wav?speaks=xx").status_code == 404
    assert screen.get("/says/..%2Fclose.wav?speaks=fr").status_code == 404


def test_no_recorded_sentence_has_a_value_and_each_page_and_button_without_one_has_its_own() -> None:
    for name, text in voices.SENTENCES.items():
        for language in offered():
            assert not re.search(r"[{}€]|\d,\d", text.to(language)), name
    pages = {kind for kind, spec in CARDS.items() if spec.sound is None and "{" not in spec.title.fr}
    assert all(voices.of_page(kind.value) in voices.SENTENCES for kind in pages)
    assert voices.of_act(Act.WAITS, "Zoé attend", "fr") == "waits"
    assert voices.of_act(Act.SET, "Inès Moreau", "fr") == ""
