"""The desk's areas, and its navigation."""

from dataclasses import dataclass

from flask import Blueprint

from kiosk.web.desk import today
from kiosk.web.desk.permissions import May
from kiosk.web.desk.words import t


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the navigation."""

    endpoint: str
    fr: str
    en: str
    icon: str
    permission: May

    @property
    def label(self) -> str:
        """In the page's language."""
        return t(self.fr, self.en)


AREAS: tuple[Blueprint, ...] = (today.area,)
NAVIGATION: tuple[Entry, ...] = (Entry("today.page", "Aujourd’hui", "Today", "sun", May.SEE_TODAY),)
