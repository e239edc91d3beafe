"""The officers of the association, as the desk knows them."""

from enum import StrEnum


class Role(StrEnum):
    """An officer's role. One account may have several."""

    PRESIDENT = "president"
    TREASURER = "treasurer"
    SECRETARY = "secretary"
    HOST = "host"


MONEY = (Role.PRESIDENT, Role.TREASURER)
"""Who may correct money, and so be the second officer of what another one corrects."""
