"""Names of the kinds of spot and thing, and of the ways in which a desk stands on a day."""

from kiosk.domain.premises.floor import SpotKind, Stands
from kiosk.domain.premises.things import ThingKind
from kiosk.language.texts import Text

SPOTS = {
    SpotKind.DESK: Text("bureau", "desk"),
    SpotKind.ROOM: Text("salle", "room"),
    SpotKind.BOOTH: Text("cabine", "booth"),
    SpotKind.LOCKERS: Text("casiers", "lockers"),
    SpotKind.BIKES: Text("vélos", "bicycles"),
    SpotKind.KITCHEN: Text("cuisine", "kitchen"),
    SpotKind.DOOR: Text("porte", "door"),
    SpotKind.OTHER: Text("autre chose", "something else"),
}
THINGS = {
    ThingKind.BOOTH: Text("cabine", "booth"),
    ThingKind.LOCKER: Text("casier", "locker"),
    ThingKind.BIKES: Text("abri à vélos", "bicycle shelter"),
    ThingKind.KEY: Text("clé", "key"),
    ThingKind.OTHER: Text("autre chose", "something else"),
}
STANDS = {
    Stands.OPEN: Text("pour tout le monde", "for anyone"),
    Stands.KEPT: Text("attribué", "assigned"),
    Stands.LENT: Text("prêté, à prendre", "lent, available"),
    Stands.TAKEN: Text("prêté et pris", "lent and taken"),
    Stands.YOURS: Text("à vous", "yours"),
}
PLAN = Text("Plan des locaux", "Floor plan")
