"""The screen's voice: what was recorded is what the program says, in each language, heard where it is wanted."""

import hashlib
import io
import tomllib
import wave
from pathlib import Path

import pytest

from kiosk.checkin.cards import Card, CardKind
from kiosk.domain.checkin.verdicts import Denial, NextStep
from kiosk.language.catalogues import offered
from kiosk.web.screen import tones, voices
from kiosk.web.screen.idle_faces import Manner
from release import voices as recordings

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
    assert len(voices.SENTENCES) == 4
    assert tones.sound("rising", 60, "fr")[-9000:] == tones.sound("one", 60, "fr")[-9000:]
