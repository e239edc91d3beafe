"""Decides which prices of a room hold for each kind of client: the kind's own where there are any, else those of all
clients.

A client rents without being a member: an organisation, an association or a private person. Their prices are dated rows
like all others, at a level of each kind's own, which members never have.
"""

from collections.abc import Mapping

EXTERNAL = "external"  # the level of a tariff for clients, who are not members
ASSOCIATION, PERSON = "external-association", "external-person"
LEVELS = (EXTERNAL, ASSOCIATION, PERSON)
_BY_KIND: Mapping[str, str] = {"association": ASSOCIATION, "person": PERSON}


def level_of(kind: str) -> str:
    """Return the level of the prices for a kind of client."""
    return _BY_KIND.get(kind, EXTERNAL)
