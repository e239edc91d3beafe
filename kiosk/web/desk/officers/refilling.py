"""Fills a form of a redrawn page with what was typed before, matching forms by address and fields by name.

Hidden fields stay as the page draws them, except two kinds: the key that makes an act happen once, and the mark of what
was read of a row, by which a change by another officer is noticed. Nothing else of the page changes.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from markupsafe import Markup
from msgspec import Struct

_KEPT = frozenset(("key", "read", "version"))  # hidden fields that are refilled: the act's key, and the row's mark
_HIDDEN = frozenset(("hidden", "submit", "button", "image", "reset"))  # inputs into which people type nothing
_TICKED = frozenset(("checkbox", "radio"))
_NEVER = frozenset(("password", "file"))  # never refilled: browsers and the desk keep none of them
Attributes = dict[str, str | None]


class Refilled(Struct, frozen=True):
    """A page with its form filled in, if it `is_filled`; otherwise `values` holds what was typed, to show beside it."""

    page: Markup
    is_filled: bool = True
    values: tuple[str, ...] = ()


@dataclass
class _Tag:
    """The opening tag of a field, an option or a `details` element: where it begins and ends in the page (in
    characters), and its attributes, which `_edits` changes.
    """

    name: str
    start: int
    end: int
    attributes: Attributes
    closes_at: int = 0  # where a text area's content ends

    @property
    def called(self) -> str:
        """Return the field's name; an empty text for a tag without one."""
        return self.attributes.get("name") or ""

    @property
    def kind(self) -> str:
        """Return the type of an input, like `text` or `hidden`; for another tag, its name."""
        return (self.attributes.get("type") or "text").lower() if self.name == "input" else self.name

    def written(self) -> str:
        """Return the tag as HTML."""
        pairs = (name if value is None else f'{name}="{escape(value)}"' for name, value in self.attributes.items())
        return f"<{' '.join((self.name, *pairs))}>"


@dataclass
class _Form:
    """A form of a page: the path it is sent to, the `details` elements around it, and its fields and options
    in order.
    """

    action: str
    folds: list[_Tag]
    tags: list[_Tag] = field(default_factory=list)

    def open_names(self) -> set[str]:
        """Return the names of the fields that people type or choose."""
        return {tag.called for tag in self.tags if tag.called and tag.kind not in _HIDDEN | _NEVER}

    def fits(self, action: str, sent: dict[str, list[str]]) -> tuple[bool, int, int]:
        """Return how well sent fields fit this form, to compare forms, the first part before the others: whether its
        address is the same; its hidden fields with the values that were sent, less those with others, which tells forms
        of several rows apart; how many of its names were sent.
        """
        hidden = [tag for tag in self.tags if tag.kind == "hidden" and tag.called in sent.keys() - _KEPT]
        same = [tag for tag in hidden if tag.attributes.get("value") in sent[tag.called]]
        return self.action == action, 2 * len(same) - len(hidden), len(self.open_names() & sent.keys())


class _Forms(HTMLParser):
    """Parses a page and collects its forms that are sent by POST."""

    def __init__(self, page: str, where: str) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self._where, self._lines = where, [0]  # the page's own address, and where each of its lines begins
        self._form: _Form | None = None  # the one that is open
        self._by_id: dict[str, _Form] = {}
        self._folds: list[_Tag] = []  # the `details` elements that are open
        self._area: _Tag | None = None  # the text area that is open
        for line in page.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect a form, a `details` element or a field, where it begins."""
        start = self._place()
        begun = _Tag(tag, start, start + len(self.get_starttag_text() or ""), dict(attrs))
        if tag == "form":
            self._begin(begun)
        elif tag == "details":
            self._folds.append(begun)
        elif tag in ("input", "select", "textarea", "option"):
            self._add(begun)

    def handle_endtag(self, tag: str) -> None:
        """End a form, a `details` element or a text area."""
        if tag == "form":
            self._form = None
        elif tag == "details" and self._folds:
            self._folds.pop()
        elif tag == "textarea" and self._area is not None:
            self._area.closes_at, self._area = self._place(), None

    def _begin(self, tag: _Tag) -> None:
        """Begin a form; one that is not sent by POST is left out, and so are its fields."""
        self._form = None
        if (tag.attributes.get("method") or "").lower() == "post":
            path = urlsplit(urljoin(self._where, tag.attributes.get("action") or self._where)).path
            self._form = _Form(path, list(self._folds))
            self._by_id[tag.attributes.get("id") or ""] = self._form
            self.forms.append(self._form)

    def _add(self, tag: _Tag) -> None:
        """Add a field to its form: the one that its `form` attribute names, or the one around it; without either, the
        field is left out.
        """
        if tag.name == "textarea":
            self._area = tag
        form = self._by_id.get(tag.attributes.get("form") or "") if "form" in tag.attributes else self._form
        if form is not None:
            form.tags.append(tag)

    def _place(self) -> int:
        """Return where the parser stands in the page, in characters."""
        line, column = self.getpos()
        return self._lines[line - 1] + column


def refill(page: str, where: str, action: str, fields: Sequence[tuple[str, str]]) -> Refilled:
    """Return the page at the path `where` with the form filled in that was sent to `action`; where none has this
    address, the form that fits best. Where this form has none of the fields, return the page as it is, with the
    texts that were typed.
    """
    sent: dict[str, list[str]] = defaultdict(list)
    for name, text in fields:
        sent[name].append(text)
    best = max(_Forms(page, where).forms, key=lambda form: form.fits(action, sent), default=None)
    names = set() if best is None else best.open_names() & sent.keys()
    if best is None or not names:
        hidden = {*_KEPT, *(tag.called for tag in (best.tags if best else []) if tag.kind in _HIDDEN)}
        return Refilled(_drawn(page), False, tuple(text for name, text in fields if text and name not in hidden))
    for start, end, text in sorted(_edits(best, sent), reverse=True):  # from the end, so that earlier places stay right
        page = page[:start] + text + page[end:]
    return Refilled(_drawn(page))


def _drawn(page: str) -> Markup:
    """Return the page as markup that templates do not escape."""
    return Markup(page)  # noqa: S704  # our own page, and what was typed into it escaped


def _edits(form: _Form, sent: dict[str, list[str]]) -> Iterator[tuple[int, int, str]]:
    """Yield the pieces of the page to replace (start, end, new text), so that its form has what was sent. Fields of the
    same name take what was sent in order; the `details` elements around the form are opened.
    """
    not_used = {name: list(texts) for name, texts in sent.items()}
    options_sent: list[str] | None = None  # of the list whose options come next; None: it was not sent
    for fold in form.folds:
        fold.attributes["open"] = None
        yield fold.start, fold.end, fold.written()
    for tag in form.tags:
        typed = not_used.get(tag.called, [])
        if tag.name == "select":
            options_sent = list(typed) if "multiple" in tag.attributes else [typed.pop(0)] if typed else None
            continue
        if tag.name == "option":
            _tick(tag, "selected", options_sent or None)  # where nothing was sent, the options stay as they are drawn
        elif tag.kind in _TICKED:
            # A box that is not ticked is not sent at all; without a value, a ticked one is sent as "on".
            _tick(tag, "checked", sent.get(tag.called, [] if tag.kind == "checkbox" else None), alone="on")
        elif not typed or tag.kind in _NEVER or (tag.kind in _HIDDEN and tag.called not in _KEPT):
            continue
        elif tag.name == "textarea":
            yield tag.end, tag.closes_at, escape(typed.pop(0))
            continue
        else:
            tag.attributes["value"] = typed.pop(0)
        yield tag.start, tag.end, tag.written()


def _tick(tag: _Tag, mark: str, chosen: list[str] | None, alone: str | None = None) -> None:
    """Mark the options or boxes of a field that were chosen, and no others; with None, for a field that was not sent,
    nothing changes. `alone` is what a box without a value of its own sends.
    """
    if chosen is None:
        return
    tag.attributes.pop(mark, None)
    value = tag.attributes.get("value", alone)
    if value in chosen:
        tag.attributes[mark] = None
