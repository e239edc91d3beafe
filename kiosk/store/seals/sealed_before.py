"""How many of a table's first columns releases before this one sealed.

No release reads a seal that speaks of more columns than it has. So on the way back to one, rows are sealed anew, as far
as that release seals them; what it seals no more of is sealed as it is found at the next update.
"""

from collections.abc import Mapping

COLUMNS: Mapping[str, Mapping[str, int]] = {
    "0030": {"signup": 3},
    "0032": {"badge": 4},
    "0033": {"badge": 6},
    "0034": {"member": 8, "subscription": 5},
    "0044": {"desk_user": 5},
    "0045": {"desk_user": 8, "home": 1, "member": 10, "voucher_code": 5},
}
"""By the migration since which more of a table is sealed: how many columns were until then."""


DOORS: Mapping[str, frozenset[str]] = {"0045": frozenset({"due_act", "shift", "spot_day", "telephone"})}
"""By the migration since which doors seal them, tables that an older release takes for the office's alone."""


def by_doors(revision: str) -> frozenset[str]:
    """Return the tables that doors seal now, and that a release at a revision takes for the office's alone."""
    return frozenset().union(*(tables for since, tables in DOORS.items() if since > revision))


def columns(revision: str) -> dict[str, int]:
    """Return the tables of which a release at a revision seals less than this one, and how many columns."""
    sealed_then: dict[str, int] = {}
    for since in sorted(migration for migration in COLUMNS if migration > revision):
        sealed_then = {**COLUMNS[since], **sealed_then}  # the earliest change of a table counts
    return sealed_then
