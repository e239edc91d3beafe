"""Finds what fits a text typed into the finder, of all that this officer may see and do, the best first."""

from collections.abc import Callable, Iterator, Sequence

import sqlalchemy as sa
from flask import url_for
from msgspec import Struct

from kiosk.domain import amounts
from kiosk.domain.books import documents
from kiosk.exports import manual
from kiosk.exports.manual import Section
from kiosk.language import common
from kiosk.language.texts import Text
from kiosk.store import name_rows
from kiosk.store.members import name_list
from kiosk.web.desk.common import switched
from kiosk.web.desk.common.formats import euros
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, may
from kiosk.web.desk.common.words import in_page_language, language, t
from kiosk.web.desk.finder import rule_values
from kiosk.web.desk.finder.asked import Asked, read
from kiosk.web.desk.finder.folded import meant
from kiosk.web.desk.finder.further import Act
from kiosk.web.desk.finder.matching import scores
from kiosk.web.desk.finder.people import People, Person
from kiosk.web.desk.finder.places import BEFORE, Kind, Place, places, ranked
from kiosk.web.desk.space.rule_kinds import Rule
from kiosk.web.desk.tree import Entry

SHORTEST = 2  # letters typed before anything but a number is looked for
_MOST = {Kind.ACT: 4, Kind.MEMBER: 8, Kind.ORGANISATION: 4, Kind.PAPER: 4, Kind.PAGE: 5, Kind.RULE: 4, Kind.MANUAL: 3}
_NAMES_AN_ACT, _NAMES_A_PERSON = 70.0, 55.0  # the least scores at which first words name an act, or a text a person
_IN_THE_TEXT = 40.0  # the score of a section of the manual whose text has the words
_CLEAR = 8.0  # points by which the best line must lead, so that Enter opens it
_STAYS = frozenset(("pay", "refund", "write-off", "reminder"))  # acts that are also offered for former members
_MOST_WORDS_OF_ACTS = 3
_BOOKING = Text("Réservation {number}", "Booking {number}")


class Line(Struct, frozen=True):
    """A line of the answer: where it leads, what it says, and how well it fits."""

    kind: Kind
    key: str  # a stable name, as `member:12` or `act:pay`
    score: float  # from 0 to 100
    label: str
    address: str
    icon: str = ""
    detail: str = ""
    person: Person | None = None
    said: tuple[tuple[str, bool], ...] = ()  # a line of the manual in pieces, each with whether it is code


class Answer(Struct, frozen=True):
    """All lines by kind, the best kind first. `first` is what Enter opens; None where another line of its kind fits
    nearly as well, or there is no line.
    """

    text: str
    groups: list[tuple[Kind, list[Line]]]
    first: Line | None

    @property
    def lines(self) -> list[Line]:
        """Return all lines in the order in which they are read."""
        return [line for _, lines in self.groups for line in lines]


def answer(connection: sa.Connection, text: str, rule_value: Callable[[Rule], str]) -> Answer:
    """Return the lines that fit a text; none for less than `SHORTEST` letters, unless they are a number. `rule_value`
    returns a rule's value of today, in words.
    """
    asked = read(text)
    if not asked.words or (asked.number is None and len("".join(asked.words)) < SHORTEST):
        return Answer(asked.text, [], None)
    begun = next(_acts_named(asked), None)  # the act with the longest name that fits, its score, and what follows it
    if asked.sum_cents is not None and begun is None:
        # The first word is no act but a name: in "dupont 1 250" the amount is 1250, not 250.
        asked = read(text, names_no_act=True)
    sees_money = may(May.SEE_MONEY)
    sees_contacts = sees_money or may(May.EDIT_MEMBERS)

    find = People(connection, office().today(), sees_contacts=sees_contacts, sees_money=sees_money).find
    people = find(asked)
    lines = [
        *_acts_for(connection, asked, begun, find, people),
        *_people(connection, people),
        *_papers(connection, asked),
    ]
    lines += _places(asked, rule_value)
    return _grouped(asked.text, lines)


def _grouped(text: str, lines: Sequence[Line]) -> Answer:
    """Return the lines by kind, the best kind first, at most `_MOST` of each; a line that leads to the same address as
    a better one of its kind is left out.
    """
    once: dict[tuple[Kind, str], Line] = {}
    for line in sorted(lines, key=lambda line: -line.score):
        once.setdefault((line.kind, line.address), line)
    groups: dict[Kind, list[Line]] = {}
    # BEFORE: points that are added to put some kinds before others that fit as well
    ordered = sorted(once.values(), key=lambda line: -(line.score + BEFORE[line.kind]))
    for line in ordered:
        of_kind = groups.setdefault(line.kind, [])
        if len(of_kind) < _MOST[line.kind]:
            of_kind.append(line)
    rivals = [line for line in ordered[1:] if line.kind is ordered[0].kind and line.score > ordered[0].score - _CLEAR]
    return Answer(text, list(groups.items()), ordered[0] if ordered and not rivals else None)


def _places(asked: Asked, rule_value: Callable[[Rule], str]) -> Iterator[Line]:
    """Yield pages, acts without a person, rules and sections of the manual: those whose name fits, and for
    more than `SHORTEST` letters also the sections whose text has all the words.
    """
    allowed = [place for place in places(language()) if _is_allowed(place)]
    for place, score in ranked(allowed, asked.text):
        yield _place_line(place, score, rule_value)
    typed = meant(asked.text)
    if len("".join(typed)) > SHORTEST and may(May.SEE_TODAY):
        for hit in manual.search(" ".join(typed), _MOST[Kind.MANUAL]):
            yield _section_line(hit.section, _IN_THE_TEXT, hit.said)


def _is_allowed(place: Place) -> bool:
    """Tell whether the signed-in officer may see a place: a page or an act, where the association has it turned on; a
    rule; or else a section of the manual.
    """
    about = place.about
    if isinstance(about, Entry):
        return about.is_here()
    if isinstance(about, Act):
        return may(about.permission) and switched.on(*about.rules)
    if isinstance(about, Rule):
        return rule_values.is_shown(about)
    return may(May.SEE_TODAY)


def _place_line(place: Place, score: float, rule_value: Callable[[Rule], str]) -> Line:
    """Return the line of a page, an act without a person, a rule or a section of the manual."""
    about = place.about
    if isinstance(about, Entry):
        address = url_for(about.endpoint, **about.query)  # type: ignore[arg-type]  # text all
        return Line(Kind.PAGE, place.key, score, about.label, address, about.icon)
    if isinstance(about, Act):
        return Line(Kind.ACT, place.key, score, f"{t(about.words)}…", url_for(about.alone), about.icon)
    if isinstance(about, Rule):
        return Line(Kind.RULE, place.key, score, about.label, rule_values.address(about), "scale", rule_value(about))
    return _section_line(about, score, ())


def _section_line(section: Section, score: float, pieces: tuple[tuple[str, bool], ...]) -> Line:
    """Return the line of a section of the manual. `pieces` are those of the line of text that fits, each with whether
    it is code.
    """
    address = url_for("help.section", guide=section.guide, name=section.slug)
    key = f"help:{section.guide}/{section.slug}"
    return Line(Kind.MANUAL, key, score, section.title, address, "book-check", said=pieces)


def _people(connection: sa.Connection, people: Sequence[Person]) -> Iterator[Line]:
    """Yield the lines of people: an organisation where there is no member number, else a member with their plan."""
    plans = name_rows.plans(connection) if people else {}
    for person in people:
        named = person.named
        if named.number is None:
            address = url_for("organisations.one", number=named.organisation)
            yield Line(Kind.ORGANISATION, f"organisation:{named.organisation}", person.score, named.name, address,
                       "building-2", person=person)  # fmt: skip
            continue
        address = url_for("member.page", number=named.number)
        plan = in_page_language(plans.get(named.plan or ""))
        yield Line(Kind.MEMBER, f"member:{named.number}", person.score, named.name, address, "", plan, person)


def _papers(connection: sa.Connection, asked: Asked) -> Iterator[Line]:
    """Yield the document, entry, quote or booking with the number that was typed, if it exists and the officer may see
    it; all fit fully (100).
    """
    if asked.paper is None:
        return
    series, number = asked.paper
    if series in ("quote", "booking"):
        yield from _room_papers(connection, series, number)
        return
    if not may(May.SEE_MONEY):
        return
    if series == "entry":
        if name_list.has_entry(connection, number):
            label = t("Écriture {number}", "Entry {number}", number=number)
            yield Line(Kind.PAPER, f"entry:{number}", 100, label, url_for("money.act", entry=number), "receipt-text")
        return
    for paper in name_list.papers(connection, number, [series]):
        if series == "receipt":
            address = url_for("receipts.one", document=paper.id)
        else:
            address = url_for("invoices.one", number=paper.id)
        label = documents.reference(paper.series, paper.number)
        yield Line(Kind.PAPER, f"paper:{paper.id}", 100, label, address, "receipt-text")


def _room_papers(connection: sa.Connection, series: str, number: int) -> Iterator[Line]:
    """Yield the line of the quote or booking with a number, for officers that may see it."""
    if not may(May.BOOK_ROOMS) or not switched.on("rooms_on"):
        return
    if series == "quote" and name_list.has_quote(connection, number):
        label, address = common.QUOTE_NUMBERED, url_for("quotes.one", quote_id=number)
    elif series == "booking" and name_list.has_booking(connection, number):
        label, address = _BOOKING, url_for("rooms.booking", booking_id=number)
    else:
        return
    yield Line(Kind.PAPER, f"{series}:{number}", 100, t(label, number=number), address, "calendar-days")


def _acts_for(
    connection: sa.Connection,
    asked: Asked,
    begun: tuple[Act, float, Asked] | None,
    find: Callable[[Asked], list[Person]],
    people: Sequence[Person],
) -> Iterator[Line]:
    """Yield acts for the person, amount or number typed after them; `find` returns the people that a text fits. Where
    no act is named (`begun` is None), a name and an amount alone mean a payment.
    """
    if begun is not None:
        act, score, after_act = begun
        yield from _act_lines(connection, act, score, after_act, find)
        return
    if asked.sum_cents is not None and may(May.TAKE_MONEY):  # below the persons' own lines, for the two that fit best
        pay = next(place.about for place in places(language()) if place.key == "act:pay")
        for person in people[:2]:
            if isinstance(pay, Act) and person.score >= _NAMES_A_PERSON:
                yield _act_line(pay, person, asked.sum_cents, person.score - 1)


def _acts_named(asked: Asked) -> Iterator[tuple[Act, float, Asked]]:
    """Yield the acts that the first words name, from three words down to one, each with its score and what is typed
    after it. An act with nothing after it is left to `_places`.
    """
    acts = [place for place in places(language()) if place.kind is Kind.ACT and _is_allowed(place)]
    for count in range(min(_MOST_WORDS_OF_ACTS, len(asked.words)), 0, -1):
        after_act = asked.after(count)
        if not after_act.words:
            continue
        best = scores(asked.words[:count], [act.phrases for act in acts])
        if best and max(best.values()) >= _NAMES_AN_ACT:
            place = max(best, key=lambda number: best[number])
            about = acts[place].about
            if isinstance(about, Act):
                yield about, best[place], after_act


def _act_lines(
    connection: sa.Connection, act: Act, score: float, typed_after: Asked, find: Callable[[Asked], list[Person]]
) -> Iterator[Line]:
    """Yield an act's lines for what is typed after it: a new name, an entry's number, or each person that fits. An act
    says what it `takes`, and `at` which endpoint its form is; a new name goes into the form's field `name_as`.
    """
    if act.takes == "name":
        name = " ".join(typed_after.text.split()).title()
        address = url_for(act.at, **{act.name_as: name})  # type: ignore[arg-type]
        yield Line(Kind.ACT, f"act:{act.key}", score, f"{t(act.words)} · {name}…", address, act.icon)
    elif act.takes == "entry":
        number = typed_after.number or (typed_after.sum_cents or 0) // 100  # a number after words reads as an amount
        if number and name_list.has_entry(connection, number):
            label = f"{t(act.words)} · {number}…"
            yield Line(Kind.ACT, f"act:{act.key}", score, label, url_for(act.at, entry=number), act.icon)
    else:
        for person in find(typed_after):
            is_offered = not person.has_left or act.key in _STAYS
            if person.score >= _NAMES_A_PERSON and is_offered and _takes(act, person):
                yield _act_line(act, person, typed_after.sum_cents, min(score, person.score))


def _takes(act: Act, person: Person) -> bool:
    """Tell whether an act can be done for a person: one for an organisation needs an organisation, one for an account
    takes both, all others need a member.
    """
    if act.takes == "organisation":
        return person.named.organisation is not None
    return act.takes == "account" or person.named.number is not None


def _act_line(act: Act, person: Person, sum_cents: int | None, score: float) -> Line:
    """Return an act's line for a person; it leads to the form with the person filled in, and the amount where the form
    has a field for it (`sum_as`). A member's number of four digits stands beside it.
    """
    named = person.named
    takes: dict[str, tuple[str, object]] = {  # by what the act is for: the URL's parameter, and its value
        "account": ("account", named.account),
        "number": ("number", named.number),
        "member": ("member", named.number),
        "organisation": ("number", named.organisation),
    }
    values: dict[str, object] = dict([takes[act.takes], *act.query])
    amount = ""
    if sum_cents is not None and act.sum_as:
        values[act.sum_as] = amounts.plain(sum_cents, ",")
        amount = f" {euros(sum_cents)}"
    if act.anchor:
        values["_anchor"] = act.anchor
    label = f"{t(act.words)}{amount} · {named.name}…"
    tag = "" if named.number is None else f"{named.number:04d}"
    return Line(Kind.ACT, f"act:{act.key}", score, label, url_for(act.at, **values), act.icon, tag)  # type: ignore[arg-type]
