"""The officers of the association, as the desk knows them."""

from enum import StrEnum


class Role(StrEnum):
    """An officer's role. One account may have several."""

    PRESIDENT = "president"
    TREASURER = "treasurer"
    SECRETARY = "secretary"
    HOST = "host"
