"""What people without a badge asked on the public's pages, for the desk to answer: a visit, a membership, two rooms."""

from datetime import timedelta

from kiosk.domain.visitors.requests import Kind
from kiosk.visitors.answering import Offer
from tests.conftest import Space
from tests.rooms.hall import slot
from tests.visitors.hall import PublicHall, wish

_SAID = "Nous serons six, avec deux poussettes ; un vidéoprojecteur nous serait bien utile, merci d’avance."


def furnish(space: Space) -> None:
    """All of it, each proven by the link of its mail; one room has its quote."""
    hall = PublicHall(space)
    day = (space.clock.now() + timedelta(days=6)).date()
    room = {"kind": Kind.ROOM, "room": 1, "slot": slot("14:00", "16:00", day), "day_on": day, "client": "association"}
    hall.proven(wish(day_on=day, email="camille@exemple.fr"))
    joins = {"kind": Kind.JOIN, "name": "Élisabeth-Marguerite de la Bruyère-Montaigu"}
    hall.proven(wish(**joins, day_on=space.clock.now().date(), email="elisabeth@exemple.fr", said=_SAID))
    hall.proven(
        wish(**room, name="Noor Haddad", email="noor@exemple.fr", organisation="Les Tisserands du Nord", said=_SAID)
    )
    later = {**room, "slot": slot("09:00", "10:00", day), "client": "person"}
    quoted = hall.proven(wish(**later, name="Paul Petit", email="paul@exemple.fr"))
    hall.office.quote(quoted.id, Offer(caution_cents=20000))
