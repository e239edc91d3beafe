"""Tells which of a new space's first rows are still to be confirmed."""

TO_CONFIRM = "à confirmer"
"""How `decided_by` ends where a file of first rules gives prices that nobody at the association has decided on."""


def is_to_confirm(decided_by: str | None) -> bool:
    """Tell whether a row waits for an officer's confirmation."""
    return (decided_by or "").rstrip(" .").endswith(TO_CONFIRM)
