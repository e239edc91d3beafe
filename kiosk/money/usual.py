"""Refuses a sum above what is owed plus the dearest product, so that the form asks the officer again."""

from kiosk.domain.money import purchases
from kiosk.domain.money.tariffs import Policy
from kiosk.errors import RequestError


def check(policy: Policy, owed_cents: int, cents: int) -> None:
    """Refuse a payment above what is owed plus the dearest product's price. Raises RequestError `sum-unusual`."""
    owed, dearest = max(0, owed_cents), purchases.dearest(policy)
    if cents <= owed + dearest:
        return
    raise RequestError(
        "sum-unusual",
        "{sum_cents} EUR are more than what is owed ({owed_cents}) and the dearest product ({dearest_cents})"
        " together: --sure if it is right",
        field="sure",
        sum_cents=cents,
        owed_cents=owed,
        dearest_cents=dearest,
    )
