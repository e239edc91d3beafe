"""Events of every state, for the desk's pages to have something to show."""

from datetime import timedelta

from kiosk.domain.events.terms import EventKind, Terms
from kiosk.domain.money.tariffs import Price, ProductKind
from kiosk.domain.periods import Unit
from kiosk.events import topics
from kiosk.events.planning import Description, Planning
from kiosk.events.signing_up import Act
from kiosk.language.names import Names
from kiosk.space.rule_change import NewProduct
from kiosk.space.rules import Rulebook
from kiosk.store.space.policies import Rules
from tests.conftest import Space

OPEN, HELD, PROPOSED, UNCONFERENCE, CANCELLED = 1, 2, 3, 4, 5
_LONG = "Comprendre sa comptabilité d’association sans peur, du reçu au bilan, en deux soirées d’hiver"


def furnish(space: Space, people: tuple[int, ...]) -> None:
    """One that is open, one that goes on now with a waiting list, a proposal, an unconference, one that is off."""
    rules, store, clock = Rules(space.home.config.zone), space.home.store, space.clock
    space.rule("events", "true")
    space.rule("events_public", "true")
    book = Rulebook(store=store, rules=rules, clock=clock, actor="cli")
    names = Names({"fr": "Formation", "en": "Training"})
    kind, unit, day = ProductKind.EVENT, Unit.SEAT, clock.now().date()
    book.add_product(NewProduct(code="training", kind=kind, unit=unit, names=names, price=Price(3000), valid_from=day))
    planning = Planning(store=store, rules=rules, seal=space.home.seal, clock=clock, actor="desk:x")
    starts = clock.now() + timedelta(minutes=1)

    def made(title: str, kind: EventKind, number: int | None = None) -> int:
        about = "Le bilan, le résultat, et ce que l’on en dit.\nApportez vos questions."
        wanted = Description(kind=kind, title=title, about=about, place="Salle du fond", is_named=True, is_listed=True)
        return planning.propose(wanted, number=number)

    def terms(days: int, *, threshold: int | None = None, places: int | None = 8) -> Terms:
        at = starts + timedelta(days=days)
        deadline = None if threshold is None else at - timedelta(days=2)
        return Terms(
            starts_at=at,
            ends_at=at + timedelta(hours=3),
            places=places,
            threshold=threshold,
            deadline_at=deadline,
            rent_percent=20,
        )

    planning.open(made(_LONG, EventKind.TRAINING, people[0]), terms(15, threshold=6), "training")
    planning.open(made("Les abeilles du toit", EventKind.CONFERENCE), terms(0, places=2), "training")
    made("Réparer son vélo", EventKind.WORKSHOP, people[1])
    planning.open(made("Le grand débat", EventKind.UNCONFERENCE), terms(20, places=None), None)
    planning.open(made("Le budget partagé", EventKind.ROUND_TABLE), terms(30), None)
    planning.cancel(CANCELLED, "l’animatrice est malade")
    for number in people:
        planning.join(OPEN, number)
        planning.join(HELD, number)
    planning.add_without_file(UNCONFERENCE, "Camille Durand", None)
    clock.advance(minutes=2)  # the second has begun
    with store.writing() as connection:
        policy, moment = rules.at(connection, clock.now())
        act = Act(connection, rules, space.home.seal, policy, moment, "desk:x")
        for title in ("Le bruit", "La clé du local", "Les repas du jeudi"):
            topics.put_up(act, UNCONFERENCE, title, None)
