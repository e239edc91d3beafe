"""Tells which of a new space's first rows nobody has confirmed yet."""

TO_CONFIRM = "à confirmer"
"""How `decided_by` ends where a file of first rules gives prices that nobody at the association has decided on."""


def is_to_confirm(decided_by: str | None) -> bool:
    """Whether a row waits for somebody to say that it holds."""
    return (decided_by or "").rstrip(" .").endswith(TO_CONFIRM)
