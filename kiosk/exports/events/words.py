"""Names the kinds and states of events, for pages, calendars and paper."""

from kiosk.domain.events.terms import EventKind, EventState
from kiosk.language.texts import Text

KINDS: dict[EventKind, Text] = {
    EventKind.TRAINING: Text("Formation", "Training"),
    EventKind.CONFERENCE: Text("Conférence", "Conference"),
    EventKind.ROUND_TABLE: Text("Table ronde", "Round table"),
    EventKind.WORKSHOP: Text("Atelier", "Workshop"),
    EventKind.UNCONFERENCE: Text("Non-conférence", "Unconference"),
}
STATES: dict[EventState, Text] = {
    EventState.PROPOSED: Text("proposé", "proposed"),
    EventState.DECLINED: Text("non retenu", "declined"),
    EventState.OPEN: Text("inscriptions ouvertes", "sign-up open"),
    EventState.HELD: Text("a lieu", "confirmed"),
    EventState.NOT_HELD: Text("n’a pas lieu", "not taking place"),
    EventState.CANCELLED: Text("annulé", "cancelled"),
}
