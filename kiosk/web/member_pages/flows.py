"""Keeps the notes of the pages that each telephone was shown, in memory and for a while, so that a form is valid only
on its own page. Notes are the facts, by their types, that a page needs again when its form comes back.

Where the notes are forgotten, a button answers that its page has expired; nothing else is lost.
"""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping

PAGES = 24  # of one telephone
TELEPHONES = 200  # whose pages are kept; the one that has waited longest is forgotten first


class Flows:
    """The notes of each page that was drawn, by telephone and page."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, OrderedDict[str, dict[type, object]]] = OrderedDict()

    def keep(self, telephone: int, notes: Mapping[type, object]) -> str:
        """Keep the notes of a page that is drawn for a telephone. Returns the page's name, which
        its forms send back.
        """
        name = secrets.token_urlsafe(16)
        with self._lock:
            pages = self._kept.setdefault(telephone, OrderedDict())
            self._kept.move_to_end(telephone)
            pages[name] = dict(notes)
            if len(pages) > PAGES:
                pages.popitem(last=False)
            if len(self._kept) > TELEPHONES:
                self._kept.popitem(last=False)
        return name

    def of(self, telephone: int, name: str) -> dict[type, object] | None:
        """Return the notes of a page of this telephone; None for another telephone's page, and for one that is
        forgotten.
        """
        with self._lock:
            pages = self._kept.get(telephone)
            notes = None if pages is None else pages.get(name)
            return None if notes is None else dict(notes)
