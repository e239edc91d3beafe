"""Guards of rooms: two bookings of a room never overlap, and a booking is charged once.

`kiosk.store.guards` installs them with all others. A `privatisation`, or *let*, is a zone or the whole place that is
rented for some hours; a quote's `caution_entry` charges its security deposit.
"""

from kiosk.store.rounded import moves

FROZEN = ("booking_entry",)  # tables whose rows are never changed
KEPT_FOR_EVER = ("room", "booking", "privatisation", "quote")  # tables whose rows are never deleted
_HOLDS = "{}.state IN ('option', 'booked', 'claimed')"  # a booking that keeps its room from others
_NEW_HOLDS = _HOLDS.format("NEW")
# Another booking of the same room at the same time, the setting up after either included; in braces the id of the row
# itself, which does not count.
_TAKEN = (
    f"EXISTS (SELECT 1 FROM booking AS b WHERE b.room_id = NEW.room_id AND {_HOLDS.format('b')}"
    " AND b.free_at > NEW.starts_at AND b.starts_at < NEW.free_at AND b.id IS NOT {})"
)
# A booking after which its room is free again before the setting up can be over.
_SETS_UP_TOO_LITTLE = (
    "NEW.free_at < strftime('%Y-%m-%dT%H:%M:%S.000000Z', NEW.ends_at, '+' ||"
    " (SELECT setup_minutes FROM room WHERE id = NEW.room_id) || ' minutes')"
)
# The same for a let: one of the whole place overlaps every zone.
_LET = (
    "NEW.state <> 'cancelled' AND EXISTS (SELECT 1 FROM privatisation AS p WHERE p.state <> 'cancelled'"
    " AND p.ends_at > NEW.starts_at AND p.starts_at < NEW.ends_at AND p.id IS NOT {}"
    " AND (p.zone_id IS NULL OR NEW.zone_id IS NULL OR p.zone_id = NEW.zone_id))"
)
_UNREVERSED = "NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = e.number)"  # nothing reverses the entry `e`

CONDITIONS = {
    ("room_once", "INSERT ON room"): (
        "EXISTS (SELECT 1 FROM room WHERE id = NEW.id OR code = NEW.code)",
        "this room is there",
    ),
    ("room_stays", "UPDATE ON room"): (
        "NEW.id IS NOT OLD.id OR NEW.code IS NOT OLD.code",
        "a room keeps its code",
    ),
    ("booking_once", "INSERT ON booking"): (
        "EXISTS (SELECT 1 FROM booking WHERE id = NEW.id OR key = NEW.key"
        " OR (feed = NEW.feed AND uid = NEW.uid AND starts_at = NEW.starts_at))",
        "this booking is made",
    ),
    ("booking_alone", "INSERT ON booking"): (
        f"{_NEW_HOLDS} AND {_TAKEN.format('NULL')}",
        "the room is taken",
    ),
    # Without a list of columns, so that a column cannot be changed under another name.
    ("booking_moves_alone", "UPDATE ON booking"): (
        f"{_NEW_HOLDS} AND {_TAKEN.format('OLD.id')}",
        "the room is taken",
    ),
    ("booking_sets_up", "INSERT ON booking"): (
        f"{_NEW_HOLDS} AND {_SETS_UP_TOO_LITTLE}",
        "the room is set up after it",
    ),
    ("booking_moved_sets_up", "UPDATE OF room_id, ends_at, free_at ON booking"): (
        f"{_NEW_HOLDS} AND {_SETS_UP_TOO_LITTLE}",
        "the room is set up after it",
    ),
    ("booking_stays", "UPDATE ON booking"): (
        f"NEW.id IS NOT OLD.id OR NEW.key IS NOT OLD.key OR {moves('made_at')} OR NEW.made_by IS NOT OLD.made_by",
        "a booking keeps who made it",
    ),
    ("booking_cancelled_stays", "UPDATE OF state ON booking"): (
        "OLD.state = 'cancelled' AND NEW.state IS NOT OLD.state",
        "a cancelled booking is made anew",
    ),
    ("booking_settled_once", "UPDATE OF settled_at ON booking"): (
        "OLD.settled_at IS NOT NULL AND NEW.settled_at IS NOT OLD.settled_at AND EXISTS (SELECT 1 FROM booking_entry"
        f" AS o JOIN entry AS e ON e.number = o.entry_number WHERE o.booking_id = OLD.id AND {_UNREVERSED})",
        "a booking is entered once",
    ),
    ("booking_entry_once", "INSERT ON booking_entry"): (
        "EXISTS (SELECT 1 FROM booking_entry WHERE entry_number = NEW.entry_number) OR EXISTS"
        " (SELECT 1 FROM booking_entry AS o JOIN entry AS e ON e.number = o.entry_number"
        " JOIN entry AS n ON n.number = NEW.entry_number WHERE o.booking_id = NEW.booking_id"
        f" AND e.group_id <> n.group_id AND {_UNREVERSED})",
        "a booking is charged once",
    ),
    ("privatisation_once", "INSERT ON privatisation"): (
        "EXISTS (SELECT 1 FROM privatisation WHERE id = NEW.id OR key = NEW.key)",
        "this part of the place is let",
    ),
    ("privatisation_alone", "INSERT ON privatisation"): (
        _LET.format("NULL"),
        "this part of the place is let then",
    ),
    ("privatisation_moves_alone", "UPDATE ON privatisation"): (
        _LET.format("OLD.id"),
        "this part of the place is let then",
    ),
    ("quote_once", "INSERT ON quote"): (
        "EXISTS (SELECT 1 FROM quote WHERE id = NEW.id OR key = NEW.key OR caution_entry = NEW.caution_entry)",
        "this quote is made",
    ),
    ("quote_stays", "UPDATE ON quote"): (
        "NEW.id IS NOT OLD.id OR NEW.organisation_id IS NOT OLD.organisation_id OR NEW.lines IS NOT OLD.lines"
        " OR (OLD.state <> 'open' AND NEW.state IS NOT OLD.state)",
        "a quote keeps what it says",
    ),
}
