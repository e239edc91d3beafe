"""Decides from when an account's first second factor counts.

With a stolen password one can set up a first factor, so that alone proves nothing: another officer has to confirm the
holder. An office without another officer to confirm is not locked out: there the factor counts after a day.
"""

from datetime import date


def counts(waits_since: date | None, today: date, *, has_confirmer: bool) -> bool:
    """Tell whether a factor counts. `waits_since` is the local day on which an unconfirmed first factor was set up
    (None: none is unconfirmed); `has_confirmer` tells whether another officer could confirm it.
    """
    if waits_since is None:
        return True
    return not has_confirmer and today > waits_since
