"""Guards of the premises: a spot has one holder, is lent once a day, and a thing has no more borrowers than places.

`kiosk.store.guards` installs them with all others.
"""

KEPT_FOR_EVER = ("spot", "thing")  # tables whose rows are never deleted
_END = "coalesce({}.until_on, '9999-12-31')"  # the last day of a hold; far away for one without an end
_OVERLAPS = f"h.from_on <= {_END.format('NEW')} AND NEW.from_on <= {_END.format('h')}"
# Another hold (a member has a spot as their own) at the same time, on the same spot or by the same person; in braces
# the id of the row itself, which does not count.
_HELD = (
    "EXISTS (SELECT 1 FROM spot_holder AS h WHERE (h.spot_id = NEW.spot_id OR h.member_id = NEW.member_id)"
    f" AND {_OVERLAPS} AND h.id IS NOT {{}})"
)
_HAD = (  # as many loans of this thing at the same time as it has places
    "(SELECT count(*) FROM loan AS l WHERE l.thing_id = NEW.thing_id"
    " AND (l.ended_at IS NULL OR l.ended_at > NEW.from_at) AND (NEW.ended_at IS NULL OR l.from_at < NEW.ended_at))"
    " >= (SELECT places FROM thing WHERE id = NEW.thing_id)"
)

CONDITIONS = {
    ("spot_once", "INSERT ON spot"): (
        "EXISTS (SELECT 1 FROM spot WHERE id = NEW.id OR (label = NEW.label AND gone_on IS NULL"
        " AND NEW.gone_on IS NULL))",
        "this spot is on the plan",
    ),
    ("spot_stays", "UPDATE ON spot"): ("NEW.id IS NOT OLD.id", "a spot keeps its number"),
    ("spot_holder_alone", "INSERT ON spot_holder"): (
        f"EXISTS (SELECT 1 FROM spot_holder WHERE id = NEW.id) OR {_HELD.format('NULL')}",
        "a spot is held by one person, and a person holds one",
    ),
    ("spot_holder_changes_alone", "UPDATE ON spot_holder"): (
        f"NEW.id IS NOT OLD.id OR NEW.spot_id IS NOT OLD.spot_id OR {_HELD.format('OLD.id')}",
        "a spot is held by one person, and a person holds one",
    ),
    ("spot_day_once", "INSERT ON spot_day"): (
        "EXISTS (SELECT 1 FROM spot_day WHERE id = NEW.id OR (spot_id = NEW.spot_id AND day_on = NEW.day_on)"
        " OR (taken_id = NEW.taken_id AND day_on = NEW.day_on))",
        "this spot is lent on that day",
    ),
    ("spot_day_by_its_holder", "INSERT ON spot_day"): (
        "NOT EXISTS (SELECT 1 FROM spot_holder AS h WHERE h.spot_id = NEW.spot_id AND h.member_id = NEW.member_id"
        " AND h.from_on <= NEW.day_on AND coalesce(h.until_on, '9999-12-31') >= NEW.day_on)",
        "who lends a spot has it on that day",
    ),
    ("spot_day_taken_once", "UPDATE ON spot_day"): (
        "(OLD.taken_id IS NOT NULL AND NEW.taken_id IS NOT NULL AND NEW.taken_id IS NOT OLD.taken_id)"
        " OR (NEW.taken_id IS NOT NULL AND EXISTS (SELECT 1 FROM spot_day AS o WHERE o.taken_id = NEW.taken_id"
        " AND o.day_on = NEW.day_on AND o.id IS NOT OLD.id))",
        "a lent spot is taken once, and each takes one",
    ),
    ("spot_day_stays", "UPDATE ON spot_day"): (
        "NEW.id IS NOT OLD.id OR NEW.spot_id IS NOT OLD.spot_id OR NEW.day_on IS NOT OLD.day_on"
        " OR (OLD.counts IS NOT NULL AND NEW.counts IS NOT OLD.counts)"
        " OR (OLD.banked_id IS NOT NULL AND NEW.banked_id IS NOT OLD.banked_id)",
        "a lent day keeps its spot, and counts once",
    ),
    ("thing_once", "INSERT ON thing"): (
        "EXISTS (SELECT 1 FROM thing WHERE id = NEW.id OR (label = NEW.label AND gone_on IS NULL"
        " AND NEW.gone_on IS NULL))",
        "this thing is on the list",
    ),
    ("thing_stays", "UPDATE ON thing"): ("NEW.id IS NOT OLD.id", "a thing keeps its number"),
    ("loan_once", "INSERT ON loan"): (
        "EXISTS (SELECT 1 FROM loan WHERE id = NEW.id OR key = NEW.key)",
        "this loan is noted",
    ),
    ("loan_alone", "INSERT ON loan"): (_HAD, "somebody has this thing then"),
    ("loan_stays", "UPDATE ON loan"): (
        "NEW.id IS NOT OLD.id OR NEW.key IS NOT OLD.key OR NEW.thing_id IS NOT OLD.thing_id"
        " OR NEW.from_at IS NOT OLD.from_at OR (OLD.ended_at IS NOT NULL AND (NEW.ended_at IS NULL"
        " OR NEW.ended_at > OLD.ended_at))",
        "a loan keeps its thing and its beginning, and ends once",
    ),
}
