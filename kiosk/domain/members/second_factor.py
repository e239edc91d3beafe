"""Says from when on an account's first second factor counts as a proof.

A stolen password is enough to set up a first factor, so that this alone proves nothing: another officer has to confirm
its holder. An office without another officer who could is not locked out: it waits for a day.
"""

from datetime import date


def counts(waits_since: date | None, today: date, *, has_confirmer: bool) -> bool:
    """Tell whether a factor counts. `waits_since` is the local day on which a first one was set up that waits to be
    confirmed, None where none waits; `has_confirmer` whether another officer could confirm it.
    """
    if waits_since is None:
        return True
    return not has_confirmer and today > waits_since
