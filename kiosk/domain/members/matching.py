"""Finds the member that each line of a members' file is about and what it would change, to be shown before it is done.

A person is found by number, else by e-mail, else by exact name. A line that may be about two people is refused, never
guessed; an officer may then choose the person.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct, field

from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.members import file_columns
from kiosk.domain.members.file_columns import Columns, PersonFields
from kiosk.domain.names import searchable
from kiosk.domain.problems import Problem
from kiosk.domain.spreadsheet import Line, Table

FURTHEST_YEARS = 3  # from today: a membership that ends later is taken for a typing error
_CHANGEABLE = ("name", "shown", "email", "phone", "plan", "language", "joined")  # fields that a line may change


class Outcome(StrEnum):
    """What happens with a line of the file: refused, a new file, a changed one, or no change."""

    REFUSED = "refused"
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


class Person(Struct, frozen=True, kw_only=True):
    """A member's file as it is now."""

    number: int
    name: str
    shown: str  # the name that the screen shows
    email: str | None
    phone: str | None
    plan: str  # its code
    language: str | None
    joined: date
    left: date | None  # the day of departure; None for a member
    membership_until: date | None


class Owned(Struct, frozen=True):
    """The owner of a badge, and whether the badge is lost."""

    number: int
    is_lost: bool


class Known(Struct, frozen=True):
    """What the lines are compared with. `merged` leads from the number of a merged file to the kept one."""

    people: Sequence[Person]  # all members' files
    merged: Mapping[int, int]
    badges: Mapping[bytes, Owned]  # by fingerprint
    plans: Mapping[str, str]  # codes by the names that a file may have for them
    today: date
    default_plan: str
    fingerprint: Callable[[BadgeRead], bytes]  # turns a badge's number into what the database knows it by
    chosen: Mapping[int, int | None] = field(default_factory=dict)
    """An officer's choices by line: this member's number, or None for a new person."""


class Change(Struct, frozen=True):
    """One field, before and after."""

    field: str
    old: str | date | None
    new: str | date | None


class Row(Struct, frozen=True):
    """A line of the file and what becomes of it. `reason` is the code of a refusal, `value` what is wrong, as text."""

    line: Line
    outcome: Outcome
    given: PersonFields = field(default_factory=PersonFields)  # what the line says
    person: Person | None = None  # the member that it is about; None for a new one
    changes: tuple[Change, ...] = ()
    reason: str = ""
    value: str = ""
    alike: tuple[Person, ...] | None = None
    """The members that an officer may choose for a refused line, besides a new person; None where there
    is no choice.
    """

    @property
    def name(self) -> str:
        """Return the name of the person that the line is about."""
        return self.given.name or (self.person.name if self.person else "")


class Proposal(Struct, frozen=True):
    """All lines of a file, in its order, with what becomes of each."""

    rows: tuple[Row, ...]
    counts: Mapping[Outcome, int] = field(default_factory=dict)

    @property
    def refused(self) -> tuple[Row, ...]:
        """Return the refused lines: while there is one, nothing is changed at all."""
        return tuple(row for row in self.rows if row.outcome is Outcome.REFUSED)

    @property
    def to_do(self) -> tuple[Row, ...]:
        """Return the lines that change something."""
        return tuple(row for row in self.rows if row.outcome in (Outcome.NEW, Outcome.CHANGED))

    @property
    def digest(self) -> str:
        """Return a digest that is equal for equal changes, so that only what was shown is done."""
        text = repr([(row.line.number, row.outcome, row.person, row.changes, row.reason) for row in self.rows])
        return hashlib.sha256(text.encode()).hexdigest()[:32]


class _Refused(Exception):
    """A line is refused: the code of the reason, the value that it is about, and the members to choose from."""

    def __init__(self, reason: str, detail: object = "", alike: Sequence[Person] | None = None) -> None:
        super().__init__(reason)
        self.reason, self.value = reason, str(detail)
        self.alike = None if alike is None else tuple(alike)


def propose(table: Table, columns: Columns, known: Known) -> Proposal:
    """Return what the file would change. Raises Problem `import-twice` or `import-who`."""
    file_columns.check(columns)
    read_rows = [_read(line, columns, known) for line in table.lines]
    finder = _Finder(known, [row.given for row in read_rows])
    rows = tuple(row if row.reason else _decided(row, finder, known) for row in read_rows)
    return Proposal(rows, Counter(row.outcome for row in rows))


def _read(line: Line, columns: Columns, known: Known) -> Row:
    """Read a line's cells; a line that cannot be read is refused."""
    try:
        return Row(line, Outcome.SAME, file_columns.given(line, columns, known.plans))
    except Problem as problem:
        return Row(line, Outcome.REFUSED, reason=problem.code, value=str(problem))


def _decided(line_row: Row, finder: "_Finder", known: Known) -> Row:
    """Compare one line with the file it belongs to, and return what an import would do about it."""
    given = line_row.given
    try:
        person = finder.find(line_row.line.number, given)
        finder.claim(line_row.line.number, given, person)
        _check_days(given, person, known.today)
        changes = _new(given, known) if person is None else _changed(given, person)
        changes += _badge(given, person, known, finder, line_row.line.number)
    except _Refused as refused:
        return Row(
            line_row.line, Outcome.REFUSED, given, reason=refused.reason, value=refused.value, alike=refused.alike
        )
    outcome = Outcome.NEW if person is None else Outcome.CHANGED if changes else Outcome.SAME
    return Row(line_row.line, outcome, given, person, tuple(changes))


class _Finder:
    """Finds the person of a line among the members, and refuses a person with an earlier line."""

    def __init__(self, known: Known, lines: Sequence[PersonFields]) -> None:
        self._merged = known.merged
        self._chosen = known.chosen
        self._by_number = {person.number: person for person in known.people}
        self._by_email: dict[str, list[Person]] = {}
        self._by_name: dict[str, list[Person]] = {}
        for person in known.people:
            if person.email:
                self._by_email.setdefault(person.email.casefold(), []).append(person)
            self._by_name.setdefault(searchable(person.name), []).append(person)
        self._names = Counter(searchable(given.name) for given in lines if given.name)  # how many lines have this name
        self._taken: dict[object, int] = {}  # the line that claimed a person, a new person or a badge

    def find(self, line: int, given: PersonFields) -> Person | None:
        """Return the member that a line is about, None for a new person: by its number, else by an officer's choice,
        else by e-mail, else by name. Refuse an unknown number, a missing name, and a line that may be about two people.
        """
        number = given.number or self._chosen.get(line)
        if number is not None:
            person = self._by_number.get(self._merged.get(number, number))
            if person is None:
                raise _Refused("number-unknown", number)
            return person
        if line in self._chosen and given.name is not None:  # an officer chose a new person
            return None
        by_email = self._by_email.get(given.email.casefold(), []) if given.email else []
        if by_email:
            return self._by_address(given, by_email)
        if given.name is None:
            raise _Refused("name-missing")
        return self._by_its_name(given, self._by_name.get(searchable(given.name), []))

    def _by_address(self, given: PersonFields, people: list[Person]) -> Person:
        """Return the one person with this address whose name fits: the same words, else one name with more words than
        the other. A line without a name fits each of them. Refuse where none fits, or several do.
        """
        given_words = words(given.name)
        exact = [person for person in people if words(person.name) == given_words]
        alike = [person for person in people if given_words <= words(person.name) or given_words >= words(person.name)]
        fitting = exact or alike
        if len(fitting) != 1:
            raise _Refused("email-of-another", _numbers(people), people)
        return fitting[0]

    def _by_its_name(self, given: PersonFields, twins: list[Person]) -> Person | None:
        """Return the one file that a line without number or known e-mail belongs to, None for a new one. Refuse a name
        of several files or lines (lines with different e-mails may be new people), and one whose file has another
        e-mail; a file without e-mail is taken.
        """
        is_twice = self._names[searchable(given.name or "")] > 1
        if not twins:
            if is_twice and not given.email:
                raise _Refused("name-twice", given.name, ())  # an officer may only choose a new person
            return None
        if len(twins) > 1 or is_twice:
            raise _Refused("name-of-several", _numbers(twins), twins)
        if given.email and twins[0].email:  # a different address, or it would have been found by that
            raise _Refused("name-of-another", twins[0].number, twins)
        return twins[0]

    def claim(self, line: int, given: PersonFields, person: Person | None) -> None:
        """Claim a person for a line: each person may have one line."""
        new: object = ("new", searchable(given.name or ""), (given.email or "").casefold())
        if line in self._chosen:
            new = ("chosen as new", line)  # so the same name and e-mail on another line are another person's
        self.take(("member", person.number) if person else new, line)

    def take(self, key: object, line: int) -> None:
        """Claim a key for a line; refuse where an earlier line has it."""
        earlier = self._taken.setdefault(key, line)
        if earlier != line:
            raise _Refused("line-twice", earlier)


def words(name: str | None) -> set[str]:
    """Return the words of a name, without accents, case, hyphens or order."""
    return set(re.findall(r"[^\W_]+", searchable(name or "")))


def _numbers(people: list[Person]) -> str:
    """Return members' numbers as a list in words."""
    return ", ".join(str(person.number) for person in people)


def _new(given: PersonFields, known: Known) -> list[Change]:
    """Return the changes that make a new file; refuse a departure. Where the line says nothing: the default plan,
    joined today, shown by the first word of the name.
    """
    if given.left is not None:
        raise _Refused("left-already", given.left)
    joined = given.joined or known.today
    fields = {**_filled_fields(given), "plan": given.plan or known.default_plan, "joined": joined}
    fields["shown"] = given.shown or (given.name or "").split()[0]
    fields["membership_until"] = given.membership_until
    return [Change(name, None, value) for name, value in fields.items() if value is not None]


def _changed(given: PersonFields, person: Person) -> list[Change]:
    """Return what a line would change in a file; an empty cell changes nothing. Refuse a departure other than the
    file's own, a shorter membership, and a new plan or membership after a departure.
    """
    if given.left is not None and given.left != person.left:
        raise _Refused("left-here", given.left)
    changes = [
        Change(name, getattr(person, name), value)
        for name, value in _filled_fields(given).items()
        if value is not None and not _same(name, value, getattr(person, name))
    ]
    until, before = given.membership_until, person.membership_until
    if until is not None and until != before:
        if before is not None and until < before:
            raise _Refused("membership-shorter", before)
        changes.append(Change("membership_until", before, until))
    if person.left is not None and any(change.field in ("plan", "membership_until") for change in changes):
        raise _Refused("member-left", person.left)
    return changes


def _filled_fields(given: PersonFields) -> dict[str, str | date | None]:
    """Return the given fields that a line can change, by name."""
    return {name: getattr(given, name) for name in _CHANGEABLE}


def _same(name: str, new: str | date, old: str | date | None) -> bool:
    """Tell whether two ways of writing a field have the same meaning."""
    if isinstance(new, date) or isinstance(old, date) or old is None:
        return new == old
    if name == "phone":
        return digits(new) == digits(old)
    return new.casefold() == old.casefold() if name == "email" else new == old


def digits(phone: str) -> str:
    """Return a telephone number's digits, a French one as dialled within France: `+33 (0)6`, `0033 6` and `06` are one
    beginning. Other countries' numbers keep their code.
    """
    signs = "".join(letter for letter in phone if letter.isdigit())
    abroad = "33" if phone.startswith("+") else "0033"
    return f"0{signs.removeprefix(abroad).lstrip('0')}" if signs.startswith(abroad) else signs


def _check_days(given: PersonFields, person: Person | None, today: date) -> None:
    """Refuse a joining day to come, and a membership that ends before that day or more than FURTHEST_YEARS ahead.
    Without a joining day in the line, the file's counts, for a new file today.
    """
    joined, until = given.joined or (person.joined if person else today), given.membership_until
    if joined > today:
        raise _Refused("joined-later", joined)
    if until is not None and until < joined:
        raise _Refused("membership-before", until)
    if until is not None and until > today + timedelta(days=366 * FURTHEST_YEARS):
        raise _Refused("membership-far", until)


def _badge(given: PersonFields, person: Person | None, known: Known, finder: _Finder, line: int) -> list[Change]:
    """Return the badge that a line adds; empty without one, or if the member owns it already. Refuse a badge that is
    lost, belongs to another member or stands on an earlier line, and a new one after a departure.
    """
    if given.badge is None:
        return []
    fingerprint = known.fingerprint(given.badge)
    finder.take(("badge", fingerprint), line)
    owned = known.badges.get(fingerprint)
    if owned is None:
        if person is not None and person.left is not None:
            raise _Refused("member-left", person.left)
        return [Change("badge", None, f"…{given.badge.tail}")]
    if person is None or owned.number != person.number:
        raise _Refused("badge-given", owned.number)
    if owned.is_lost:
        raise _Refused("badge-lost", f"…{given.badge.tail}")
    return []
