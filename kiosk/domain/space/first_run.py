"""Recognises which of a new space's first rows are still to be confirmed by the association."""

TO_CONFIRM = "à confirmer"
"""How `decided_by` ends for prices from the file of first rules that the association has not decided on."""


def is_to_confirm(decided_by: str | None) -> bool:
    """Tell whether a row waits for an officer's confirmation."""
    return (decided_by or "").rstrip(" .").endswith(TO_CONFIRM)
