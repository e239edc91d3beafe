"""Twenty things that officers come for, done from the day's page by visible words only: what is read is pressed.

Each takes no more clicks and keys than its row says; the list of an evacuation is one click away from every area.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import Struct
from playwright.sync_api import Browser, Locator, Page, expect

from .desk import EVERY_ROLE, RealDesk, laptop, running, sign_in

PRESSED = "a, button, summary, label.choice"
AREAS = ("Aujourd’hui", "Personnes", "Argent", "Le lieu", "Chiffres", "Réglages")


class Typed(Struct, frozen=True):
    """Letters into the field of these words."""

    field: str
    text: str


class Task(Struct, frozen=True):
    """What is done: words to press and letters to type, in their order; what is read at its end; and what it costs."""

    name: str
    steps: tuple[str | Typed, ...]
    ends: str
    clicks: int
    keys: int = 0


TASKS = (
    Task("who to call together outside", ("Évacuation",), "sans départ noté", 1),
    Task(
        "take a payment in cash",
        ("Encaisser", Typed("Nom, numéro", "fatou"), "Encaisser Fatou Diallo", "Espèces"),
        "reçus (espèces)",
        4,
        5,
    ),
    Task("look a member up", (Typed("Chercher un membre", "ines"), "Inès Moreau"), "Inès Moreau", 2, 4),
    Task(
        "sell a carnet",
        (Typed("Chercher un membre", "hugo"), "Hugo Petit", "Vendre", "Carnet de 10", "Carte"),
        "reçus (carte)",
        5,
        4,
    ),
    Task(
        "declare a badge lost",
        (Typed("Chercher un membre", "mehdi"), "Mehdi Carpentier", "Déclarer perdu"),
        "perdu le",
        3,
        5,
    ),
    Task("note a forgotten day", ("Personnes", "Journée oubliée"), "Choisissez un des 7 derniers jours", 2),
    Task("enrol somebody", ("Personnes", "Inscrire"), "Nom affiché", 2),
    Task("renew memberships", ("Personnes", "Adhésions à renouveler"), "Adhésions à renouveler", 2),
    Task("who owes since when", ("Argent", "Ardoises et rappels"), "plus de 30 jours", 2),
    Task(
        "count the box",
        ("Argent", "Caisse", "Compter la caisse", Typed("20 €", "3"), "Comparer aux écritures"),
        "Avant d’enregistrer",
        5,
        1,
    ),
    Task("make the slip of cheques", ("Argent", "Chèques et versements", "Faire le bordereau"), "Bordereau", 3),
    Task("read a statement in", ("Argent", "Banque", "Importer un relevé"), "CFONB", 3),
    Task("close the month", ("Argent", "La soirée du mois", "Clore le mois"), "Le total débité", 3),
    Task("this month’s payments as a file", ("Argent", "exporter les paiements du mois"), "Classeur (XLSX)", 2),
    Task("the papers of a year", ("Personnes", "Relevés et attestations"), "attestation", 2),
    Task("change the price of a day", ("Réglages", "changer Journée"), "À partir du", 2),
    Task("change the hours of opening", ("Réglages", "changer Heures"), "À partir du", 2),
    Task("is the rent covered", ("Chiffres",), "permanents", 1),
    Task("when were copies made", ("Réglages", "État"), "Sauvegarde", 2),
    Task("who was here yesterday", ("Jour précédent",), "personnes sont venues", 1),
)


@pytest.fixture
def desk(lived: Path, tmp_path: Path) -> Iterator[RealDesk]:
    with running(lived, tmp_path / "home") as desk:
        yield desk


def shown(page: Page, words: str) -> Locator:
    """What is seen, can be pressed, and begins with these words: on the page itself, else in what is around it."""
    begins = re.compile(rf"^\s*{re.escape(words)}", re.IGNORECASE)
    pressed = page.locator(PRESSED).filter(has_text=begins).filter(visible=True)
    inside = page.locator("main").locator(pressed)
    return (inside if inside.count() else pressed).first


def do(page: Page, task: Task) -> tuple[int, int]:
    """Follow the words of a task. Returns its clicks and keys."""
    clicks = keys = 0
    for step in task.steps:
        if isinstance(step, Typed):
            page.get_by_label(step.field).first.click()
            page.keyboard.type(step.text)
            keys += len(step.text)
        else:
            expect(page.locator(PRESSED).filter(has_text=step).first).to_be_attached()  # what is typed is answered
            shown(page, step).click()
            page.wait_for_load_state()
        clicks += 1
    expect(page.locator("main")).to_contain_text(re.compile(re.escape(task.ends), re.IGNORECASE), use_inner_text=True)
    return clicks, keys


def test_twenty_tasks_are_done_by_what_is_read_in_no_more_clicks_and_keys(chromium: Browser, desk: RealDesk) -> None:
    with laptop(chromium, desk, has_axe=False) as context:
        page = context.new_page()
        sign_in(page, desk, EVERY_ROLE)
        costs = {}
        for task in TASKS:
            page.goto(desk.address)
            costs[task.name] = do(page, task)
        assert costs == {task.name: (task.clicks, task.keys) for task in TASKS}
        for area in AREAS:
            shown(page, area).click()
            page.wait_for_load_state()
            for width in (1280, 390):
                page.set_viewport_size({"width": width, "height": 800})
                expect(page.get_by_role("link", name="Évacuation").filter(visible=True).first).to_be_in_viewport()
            page.set_viewport_size({"width": 1280, "height": 800})
