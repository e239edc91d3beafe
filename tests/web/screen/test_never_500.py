"""Whatever is sent to the screen, it answers; it never fails. Every route and field, then visits by chance.

KIOSK_ALL_WALKS=1 (`scripts/torture walks`) sends every value with each act, and visits more often.
"""

import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.checkin.choices import Act
from tests.conftest import Space
from tests.web.screen.screens import OWN, aim
from tests.web.screen.test_touches import Front, Window
from tests.web.seeds import SEEDS, TEXTS

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"
RULES = ("events", "people", "hosting", "notices", "pin_sign_in", "rooms")
FIELDS = ("ticket", "act", "value", "lang", "card", "painted_at", "finger_at")
QUERY = ("since", "boot", "lang", "speaks", "v")
ODD: tuple[object, ...] = (None, True, -1, 1e300, 10**30, [], {}, [["a"]], {"act": "touch"})
ALL_WALKS = bool(os.environ.get("KIOSK_ALL_WALKS"))
TOUCHED = ("set", "account", "leave", "undo", "help")
POSTED = ("/touch", "/begin", "/hold", "/close")


@pytest.fixture
def front(space: Space) -> Iterator[Front]:
    """A space where much is turned on, two members who were there before, and its screen."""
    space.kept.close()
    shown = Window(space.clock)
    made = Space(space.home, space.clock, screen=shown)
    for name in RULES:
        made.rule(name, "true")
    made.rule("guests_a_day", "2")
    made.join("Inès Moreau", INES)
    made.join("Karim Benali", KARIM)
    made.tap(KARIM)
    yield Front(made, shown)
    made.kept.close()


def wrong(front: Front, caplog: pytest.LogCaptureFixture, method: str, path: str, **sent: Any) -> list[str]:
    """What was answered with a fault, or left a trace in the log."""
    with front.app.test_client() as client:
        answer = client.open(path, method=method, base_url=OWN, headers={"Origin": OWN}, buffered=True, **sent)
    traced = [record.getMessage() for record in caplog.records if record.exc_info]
    caplog.clear()
    failed = answer.status_code >= 500 and answer.status_code != 503
    return [f"{method} {path[:100]} {answer.status_code} {traced} {sent!r:.200}"] if failed or traced else []


def test_every_route_answers_whatever_stands_in_every_field(front: Front, caplog: pytest.LogCaptureFixture) -> None:
    found = [each for value in SEEDS for each in _asked(front, caplog, value)]
    assert not found, "\n".join(found)


def _asked(front: Front, caplog: pytest.LogCaptureFixture, value: str) -> list[str]:
    found = []
    plain = value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    ticket = front.space.card.ticket
    for path in POSTED:
        found += wrong(front, caplog, "POST", path, json=dict.fromkeys(FIELDS, value))
        found += wrong(front, caplog, "POST", path, data=dict.fromkeys(FIELDS, plain))
        found += wrong(front, caplog, "POST", path, data=plain.encode(), content_type="application/json")
        for act in TOUCHED if ALL_WALKS else (TOUCHED[SEEDS.index(value) % len(TOUCHED)],):
            for each in (ticket, value):
                found += wrong(
                    front, caplog, "POST", path, json={"ticket": each, "act": act, "value": value, **aim(front.board)}
                )
    for path in ("/", "/card", "/healthz", "/metrics", "/tone/granted.wav"):
        asked = dict.fromkeys(QUERY, plain) | {"wait": "0"}
        found += wrong(front, caplog, "GET", path, query_string=asked)
        found += wrong(front, caplog, "GET", path, query_string={"since": "-1", "wait": plain, "lang": plain})
    if value.isprintable() and "/" not in value and len(value) < 1000:
        found += wrong(front, caplog, "GET", f"/tone/{value}.wav")
    return found


def test_what_is_no_text_is_answered_too(front: Front, caplog: pytest.LogCaptureFixture) -> None:
    found = []
    for value in ODD:
        for path in POSTED:
            found += wrong(front, caplog, "POST", path, json=value)
            found += wrong(front, caplog, "POST", path, json=dict.fromkeys(FIELDS, value))
    assert not found, "\n".join(found)


@settings(
    max_examples=40 if ALL_WALKS else 15,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(st.sampled_from(list(Act)), TEXTS, st.integers(0, 3)), min_size=1, max_size=12))
def _visit(front: Front, caplog: pytest.LogCaptureFixture, steps: list[tuple[Act, str, int]]) -> None:
    """A member before their account, who touches whatever there is, and whatever there is not."""
    space, found = front.space, list[str]()
    space.clock.advance(minutes=5)
    space.tap(INES)
    front.touch(Act.ACCOUNT)
    space.tap(INES)
    for act, text, turn in steps:
        offered = [(one, "") for one in space.card.acts] + [(each.act, each.value) for each in space.card.options]
        touched = (act, text)
        if turn and offered:  # three touches in four go somewhere
            touched = offered[(len(text) + turn) % len(offered)]
        sent = {"ticket": space.card.ticket, "act": touched[0], "value": text if turn == 3 else touched[1]} | aim(
            front.board
        )
        found += wrong(front, caplog, "POST", "/touch", json=sent)
        found += wrong(front, caplog, "GET", "/card?since=-1&lang=fr")
        if touched[0] is Act.DONE:
            break
    assert not found, "\n".join(found)


def test_a_visit_by_chance_is_answered_at_every_touch(front: Front, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    _visit(front, caplog)
