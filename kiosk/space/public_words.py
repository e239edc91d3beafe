"""Lists the association's own words on the public pages: how to get here. A section without words is left out of the
page.
"""

from kiosk.language.texts import Text
from kiosk.space.door_notice import Section

SECTIONS = (
    Section(
        "public-transport",
        Text("Transports", "Public transport"),
        Text("Métro, bus, train : la ligne et l’arrêt.", "Metro, bus, train: the line and the stop."),
    ),
    Section(
        "public-bicycles",
        Text("À vélo", "By bicycle"),
        Text("Où attacher un vélo, et jusqu’à quand.", "Where to lock a bicycle, and until when."),
    ),
    Section(
        "public-access",
        Text("Accès", "Access"),
        Text("L’étage, l’ascenseur, la sonnette.", "The floor, the lift, the bell."),
    ),
)
