"""What is declared of each program's rights is what its code can reach, both ways; and it says no to what it must."""

import ast
import importlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk.store import guards, retention
from kiosk.store.members import erasure, merging, naming, written
from kiosk.store.postgresql import rights
from kiosk.store.postgresql.rights import PROGRAMS, RIGHTS
from kiosk.store.seals import door_limits
from kiosk.store.seals.sealed_tables import SEALED
from tests import reached
from tests.rights import _TABLES

# What the walk cannot see: a table that is handed to a function which writes it.
_BY_HANDING_OVER = {
    "banked_day": "u",  # money.prepaid._use_more: one day used
    "carnet": "u",
    "envelope": "u",
    "voucher": "u",
}


def test_each_table_has_a_line_and_no_line_is_of_none() -> None:
    assert RIGHTS.keys() - {"alembic_version"} == _TABLES


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_program_may_what_the_guards_refuse_to_all(program: str) -> None:
    hours = {"document_copy"}  # never changed but for an hour that is forgotten: its guard knows
    assert not [table for table in sorted(set(guards.FROZEN) - hours) if rights.may(program, "UPDATE", table)]
    assert not [table for table in guards.KEPT if rights.may(program, "DELETE", table)]


def test_the_entrance_writes_what_can_be_reached_from_it_and_nothing_else() -> None:
    found = reached.written(reached.reached("kiosk.entrance", "kiosk.selfservice.pages"), set(_TABLES))
    wanted = {table: "".join(sorted(verbs)) for table, verbs in found.items()}
    for table, letter in _BY_HANDING_OVER.items():
        wanted[table] = "".join(sorted({*wanted.get(table, ""), letter}))
    letters = {"INSERT": "a", "UPDATE": "u", "DELETE": "d"}
    declared = {
        table: "".join(sorted(letters[verb] for verb, _ in rights.of("entrance", table) if verb in letters))
        for table in RIGHTS
    }
    declared = {table: verbs for table, verbs in declared.items() if verbs}
    assert declared == wanted, {table: dict(found[table]) for table in found if declared.get(table) != wanted[table]}


# What Flask-Security's own sessions write: an account's proofs, and how often a passkey was used.
_BY_SESSIONS = {"desk_passkey": "au"}
# What the walk reaches and the desk does not: a class that is reached whole, a page of the entrance's.
_NOT_THE_DESKS = {"door_event": "a"}
_EMPTIES = {"_to_the_day", "_emptied_before"}  # makers of rules of retention that change a row; the others delete it


def _handed_over() -> dict[str, set[str]]:
    """What the desk does with tables that are handed to a function: to erase, merge, forget, use up days."""
    letters: dict[str, set[str]] = defaultdict(set)
    for table in erasure._DELETED:
        letters[table.name].add("d")
    for moved in (*merging._MOVED, *(table for table, _ in merging._MOVED_IF_FREE), *merging._OWN_SPOTS):
        letters[moved.name].add("u")
    for text in written.TEXTS:
        name = text.partition(".")[0]
        letters[name].add("d" if name in naming._WHOLE else "u")
    for name, letter in _forgotten():
        letters[name].add(letter)
    for name, more in (*_BY_HANDING_OVER.items(), *_BY_SESSIONS.items()):
        letters[name].update(more)
    return letters


def _forgotten() -> Iterator[tuple[str, str]]:
    for rule in retention.RETENTION_RULES:
        maker = rule.erase.__qualname__.partition(".")[0]
        for cell in getattr(rule.erase, "__closure__", None) or ():
            if isinstance(cell.cell_contents, sa.Table):
                yield cell.cell_contents.name, "u" if maker in _EMPTIES else "d"


def test_the_desk_writes_what_can_be_reached_from_its_pages_and_from_time_s_acts_and_nothing_else() -> None:
    """A module of acts is handed to its pages whole, so that the walk begins in it, too."""
    begins = ("kiosk.web.desk.", "kiosk.premises.", "kiosk.people.")
    roots = [name for name in reached.modules() if name.startswith(begins)]
    found = reached.written(reached.reached("kiosk.desk", "kiosk.cli.books.due", *roots), set(_TABLES))
    letters = {"INSERT": "a", "UPDATE": "u", "DELETE": "d"}
    handed = _handed_over()
    for table in sorted(_TABLES):
        declared = {letters[verb] for verb, _ in rights.of("desk", table) if verb in letters}
        wanted = set(found[table]) - set(_NOT_THE_DESKS.get(table, ""))
        assert wanted <= declared, (table, dict(found[table]))
        assert declared <= wanted | handed[table], table


# Which modules of the entrance's put a mail, and its first words.
_MAILS = {
    "kiosk.members.own_data": ("data of member",),
    "kiosk.messages.code_notice": ("code of member", "wrong codes for member"),
    "kiosk.messages.event_notice": ("event",),
    "kiosk.messages.joining_notice": ("joining of member",),
    "kiosk.messages.telephone_notice": ("telephone of member",),
    "kiosk.messages.vouching_notice": ("vouching for member",),
    "kiosk.people.words": ("a notice", "a skill"),
}

_MEMBER_MAIL = "kiosk.messages.member_mail"  # by which several of them put theirs


def test_the_mails_that_the_entrance_puts_are_those_that_a_server_takes_from_it() -> None:
    modules = reached.modules()
    puts: dict[str, str] = {}
    for name, own in reached.reached("kiosk.entrance", "kiosk.selfservice.pages"):
        code = [ast.unparse(each) for each in modules[name].names.get(own, ())]
        if name != _MEMBER_MAIL and any(
            put in each for each in code for put in ("outbox_rows.put(", "member_mail.put(")
        ):
            puts[name] = Path(str(importlib.import_module(name).__file__)).read_text("utf-8")
    assert puts.keys() == _MAILS.keys()
    assert not [(name, words) for name, each in _MAILS.items() for words in each if f'"{words}' not in puts[name]]
    assert sorted(words for each in _MAILS.values() for words in each) == sorted(rights.DOOR_MAIL)


def test_a_door_s_key_seals_rows_of_what_the_entrance_may_write_and_no_others() -> None:
    def letters(table: str) -> str:
        """What the entrance does with what is sealed of a row: a column that follows from entries is not."""
        verbs = dict(rights.of("entrance", table))
        changes = verbs.get("UPDATE")
        is_sealed = changes == () or bool({*(changes or ())} & {*SEALED[table].plain})
        may = {"a": "INSERT" in verbs, "u": is_sealed, "d": "DELETE" in verbs}
        return "".join(letter for letter, is_there in may.items() if is_there)

    declared = {table: letters(table) for table in SEALED if letters(table)}
    assert declared == door_limits.TABLES


@pytest.mark.parametrize(
    ("program", "verb", "table", "column"),
    [
        ("entrance", "UPDATE", "second_look", "cents"),
        ("entrance", "INSERT", "second_look", ""),
        ("entrance", "DELETE", "desk_log", ""),
        ("entrance", "UPDATE", "desk_log", "what"),
        ("entrance", "INSERT", "bank_line", ""),
        ("entrance", "UPDATE", "outbox", "body"),
        ("entrance", "SELECT", "desk_user", "password"),
        ("entrance", "UPDATE", "carnet", "days"),
        ("entrance", "INSERT", "reduced_grant", ""),
        ("entrance", "UPDATE", "member", "merged_into"),
        ("entrance", "UPDATE", "member", "email"),
        ("entrance", "UPDATE", "member", "no_tab"),
        ("entrance", "INSERT", "closing", ""),
        ("entrance", "SELECT", "desk_passkey", ""),
        ("desk", "INSERT", "door_event", ""),
        ("desk", "DELETE", "asked_act", ""),
        ("desk", "DELETE", "second_look", ""),
        ("desk", "DELETE", "desk_hand", ""),
        ("desk", "DELETE", "desk_first_factor", ""),
        ("desk", "UPDATE", "head_recipient", "user_id"),
        ("desk", "INSERT", "site_key", ""),
        ("desk", "DELETE", "outbox", ""),
        ("desk", "UPDATE", "entry", "amount_cents"),
        ("desk", "SELECT", "a_table_of_tomorrow", ""),
    ],
)
def test_what_is_not_declared_is_refused(program: str, verb: str, table: str, column: str) -> None:
    assert not rights.may(program, verb, table, column)


def test_what_a_day_at_the_door_needs_is_there() -> None:
    assert rights.may("entrance", "UPDATE", "carnet", "used")
    assert rights.may("entrance", "INSERT", "entry")
    assert rights.may("entrance", "SELECT", "desk_user", "email")


def test_what_calls_outwards_reads_no_person_and_writes_messages_failing_acts_and_what_it_hears_alone() -> None:
    persons = {
        table for table in RIGHTS if table.startswith(("member", "account", "badge", "visit", "bank_", "entry_"))
    }
    assert not [table for table in sorted(persons) if list(rights.of("outside", table))]
    written = {table for table in RIGHTS if {"INSERT", "UPDATE", "DELETE"} & dict(rights.of("outside", table)).keys()}
    assert written == {"failing_act", "online_payment", "outbox"}
    for column in ("account_id", "cents", "token", "entry_number"):
        assert not rights.may("outside", "UPDATE", "online_payment", column)
    assert not rights.may("outside", "SELECT", "online_payment", "account_id")
    assert not rights.may("outside", "INSERT", "online_payment")
    assert not rights.may("outside", "SELECT", "desk_user", "password")
    assert not rights.may("outside", "DELETE", "outbox")
