"""The officers' roles at the desk."""

from enum import StrEnum


class Role(StrEnum):
    """An officer's role. One account may have several."""

    PRESIDENT = "president"
    TREASURER = "treasurer"
    SECRETARY = "secretary"
    HOST = "host"


MONEY = (Role.PRESIDENT, Role.TREASURER)
"""The roles that may correct money, and be the second officer for another's correction."""
