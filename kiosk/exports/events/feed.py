"""Writes the public agenda as an RSS 2.0 feed: what is new, changed, confirmed or cancelled."""

from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kiosk.domain.events.agenda import AgendaEntry
from kiosk.exports import formats
from kiosk.exports.events.words import KINDS, STATES
from kiosk.language.catalogues import Language
from kiosk.language.texts import Text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MEDIA_TYPE = "application/rss+xml; charset=utf-8"
MOST = 50  # events in the feed
_TITLE = Text("{title} ({state})", "{title} ({state})")
_WHEN = Text("{day} à {time}", "{day} at {time}")


def made(
    entries: Iterable[AgendaEntry], *, home_id: str, name: str, url: str, language: Language, zone: ZoneInfo
) -> bytes:
    """Return the feed, the latest change first, at most `MOST` events."""
    from xml.etree import ElementTree as Tree  # seldom needed

    newest = sorted(entries, key=lambda entry: (entry.changed_at, entry.id), reverse=True)[:MOST]
    rss = Tree.Element("rss", version="2.0")
    channel = Tree.SubElement(rss, "channel")
    for tag, text in (("title", name), ("link", url), ("description", name), ("language", language)):
        _put(channel, tag, text)
    for entry in newest:
        item = Tree.SubElement(channel, "item")
        state = STATES[entry.state].to(language)
        _put(item, "title", _TITLE.to(language, title=entry.title, state=state))
        _put(item, "link", f"{url}#event-{entry.id}")
        # version and state, so that a reader shows a changed event as a new one
        guid = _put(item, "guid", f"event-{entry.id}-{entry.version}-{entry.state.value}@{home_id}")
        guid.set("isPermaLink", "false")
        _put(item, "category", KINDS[entry.kind].to(language))
        _put(item, "pubDate", format_datetime(entry.changed_at))
        _put(item, "description", _about(entry, language, zone))
    content: bytes = Tree.tostring(rss, encoding="utf-8", xml_declaration=True)
    return content


def _put(parent: "Element", tag: str, text: str) -> "Element":
    """Add a child element with a text, and return it."""
    from xml.etree.ElementTree import SubElement

    child = SubElement(parent, tag)
    child.text = text
    return child


def _about(entry: AgendaEntry, language: Language, zone: ZoneInfo) -> str:
    """Return the description of an event: when, where, with whom, and what about."""
    parts = (when(entry.starts_at, language, zone), entry.place, entry.host or "", entry.about)
    return "\n".join(filter(None, parts))


def when(at: datetime, language: Language, zone: ZoneInfo) -> str:
    """Return a moment on the wall clock, as `jeudi 10 décembre à 18 h 00`."""
    local = at.astimezone(zone)
    day = formats.day(local.date(), language, formats.WEEKDAY)
    return _WHEN.to(language, day=day, time=formats.hour(local, language))
