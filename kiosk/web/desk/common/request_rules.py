"""Gives all that works for a request the same rules, so that they are read once: rules are not for several threads."""

from flask import g

from kiosk.home import Home
from kiosk.store.space.policies import Rules


def of(home: Home) -> Rules:
    """The rules of this request."""
    if "rules" not in g:
        g.rules = Rules(home.config.zone)
    rules: Rules = g.rules
    return rules
