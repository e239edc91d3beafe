"""Says which prices of a room hold for each kind of client: its own where there are any, else those of all clients.

A client rents without being a member: an organisation, an association or a private person. Their prices are dated rows
like all others, at a level of each kind's own; a level of members is never one of these.
"""

from collections.abc import Mapping

EXTERNAL = "external"  # the level of a tariff for whoever is no member
ASSOCIATION, PERSON = "external-association", "external-person"
LEVELS = (EXTERNAL, ASSOCIATION, PERSON)
_BY_KIND: Mapping[str, str] = {"association": ASSOCIATION, "person": PERSON}


def level_of(kind: str) -> str:
    """The level of the prices that a client of a kind is asked."""
    return _BY_KIND.get(kind, EXTERNAL)
