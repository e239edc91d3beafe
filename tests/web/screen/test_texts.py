"""Words and numbers: everything has both languages, and French is written as French is."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum

import pytest
from msgspec.structs import astuple

from kiosk.checkin.cards import CardKind
from kiosk.checkin.specs.lists import ACTS, CARDS, REFUSALS
from kiosk.checkin.specs.rows import ActSpec, Words
from kiosk.domain.checkin import consent
from kiosk.domain.checkin.choices import CONFIRMED, Act
from kiosk.domain.checkin.verdicts import Denial, NextStep, NoticeKind
from kiosk.language.catalogues import OURS, language_of
from kiosk.language.texts import NO_BREAK, Text
from kiosk.web.screen import formats, texts


def every_text() -> Iterator[Text]:
    for thing in (*vars(texts).values(), CARDS, ACTS, REFUSALS):
        yield from _texts_in(thing)


def _texts_in(thing: object) -> Iterator[Text]:
    if isinstance(thing, Text):
        yield thing
    elif isinstance(thing, Words | ActSpec):
        yield from (said for said in astuple(thing) if isinstance(said, Text))
        yield from getattr(thing, "lines", ())
    elif isinstance(thing, Mapping):
        for value in thing.values():
            yield from _texts_in(value)


@pytest.mark.promise(7)
@pytest.mark.parametrize(
    ("codes", "table"),
    [
        (CardKind, CARDS),
        (Act, ACTS),
        (Denial, REFUSALS),
        (NextStep, texts.NEXT_STEPS),
        (NoticeKind, texts.NOTICES),
    ],
)
def test_every_code_has_words_and_looks(codes: type[Enum], table: dict[Enum, object]) -> None:
    assert set(table) == set(codes)


def test_every_text_is_there_in_both_languages_with_the_same_values() -> None:
    for text in every_text():
        if text is texts.LEFT:
            continue  # "9 s", "9 s left"
        assert text.fr and text.en
        assert set(re.findall(r"{\w+}", text.fr)) == set(re.findall(r"{\w+}", text.en))


def test_french_has_its_apostrophes_and_does_not_break_before_its_marks() -> None:
    for text in every_text():
        assert "'" not in text.fr + text.en
        values = dict.fromkeys(re.findall(r"{(\w+)}", text.fr), "X")
        assert not re.search(r"[ \w][:;?!](?!\d)", text.to("fr", **values))


def test_the_words_are_the_glossarys_and_promise_no_button_that_is_not_there() -> None:
    for text in every_text():
        assert not re.search(r"\bpasses?\b|parrain|ticket|touchez", text.fr, re.IGNORECASE)


def test_dates_hours_and_amounts() -> None:
    today = date(2026, 11, 25)
    assert formats.day(date(2026, 3, 1), today, "fr") == "1er\u00a0mars"
    assert formats.day(date(2026, 10, 2), today, "fr") == "2\u00a0octobre"
    assert formats.day(date(2026, 8, 11), today, "fr") == "11\u00a0août"
    assert formats.day(date(2025, 10, 21), today, "fr") == "21\u00a0octobre 2025"
    assert formats.day(date(2026, 3, 1), today, "en") == "1\u00a0March"
    assert formats.weekday(today, "fr") == "mercredi 25\u00a0novembre"
    assert formats.weekday(date(2026, 12, 1), "fr") == "mardi 1er\u00a0décembre"
    assert formats.weekday(today, "en") == "Wednesday 25\u00a0November"
    assert formats.amount(500, "fr") == "5,00\u00a0€"
    assert formats.amount(123456, "fr") == "1\u202f234,56\u00a0€"
    assert formats.amount(500, "en") == "€5.00"


def test_a_moment_to_come_is_said_as_short_as_can_be() -> None:
    now = datetime(2026, 11, 25, 19, 0, tzinfo=UTC)
    for days, hour, minute, fr, en in (
        (0, 20, 0, "20 h", "20:00"),
        (1, 8, 0, "demain 8 h", "tomorrow 8:00"),
        (5, 8, 30, "lundi 8 h 30", "Monday 8:30"),
        (6, 8, 0, "mardi 8 h", "Tuesday 8:00"),
        (7, 8, 0, "mercredi 2 décembre 8 h", "Wednesday 2 December 8:00"),
        (37, 0, 0, "vendredi 1er janvier 0 h", "Friday 1 January 0:00"),
    ):
        then = (now + timedelta(days=days)).replace(hour=hour, minute=minute)
        assert formats.until(then, now, "fr").replace(NO_BREAK, " ") == fr
        assert formats.until(then, now, "en").replace(NO_BREAK, " ") == en


@pytest.mark.parametrize("asked", [None, "", "de", "FR", "fr-FR"])
def test_a_language_we_do_not_speak_is_answered_in_our_own(asked: str | None) -> None:
    assert {language_of(asked, own) for own in OURS} == set(OURS)


def test_whatever_wants_the_badge_says_what_it_does_then() -> None:
    wanting = consent.STEPS | {Act.STEP} | CONFIRMED
    assert wanting <= {act for act, row in ACTS.items() if row.asked is not None}
