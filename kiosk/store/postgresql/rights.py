"""Lists what each program's account may do with each table on a server, and nothing else is granted.

A letter each: `r` reads, `a` adds, `u` changes, `d` deletes; columns in parentheses limit it to these. A new table has
no line, so that no program may use it; a test asks for one.

The entrance may add, change and delete exactly what its program can reach (`tests/store/test_declared_rights.py` walks
the code): an account that was taken over asks for no act, deletes no line of the officers' log and writes no bank line.
It may read everything but how officers sign in: a tap reads forty tables, guards and counts included, and a table that
it may not read would shut the door to a member; of officers' accounts it reads the addresses for news of a newcomer.

The desk may do what people do on its pages and what `kiosk due` does, by the same walk; not what only a door writes,
not what no program changes or deletes (`guards`), and not what the command line does with the owner's account. The
program that calls outwards (`OUTSIDE`) sends messages, records failing acts, and stores what HelloAsso says of online
payments; it reads no member, account or visit.
"""

import re
from collections.abc import Iterator, Mapping

PROGRAMS = ("entrance", "desk", "outside")
_VERBS = {"r": "SELECT", "a": "INSERT", "u": "UPDATE", "d": "DELETE"}
_WORD = re.compile(r"([raud])(?:\(([a-z_ ]+)\))?")  # a verb's letter, with its columns in parentheses where it has any

# For each table: the entrance's rights, and the desk's.
RIGHTS: Mapping[str, tuple[str, str]] = {
    "alembic_version": ("r", "r"),
    "account": ("rau", "rau"),
    "answer_batch": ("r", "rau"),
    "api_token": ("r(id label)", "rau"),
    "asked_act": ("", "rau"),
    "attended_day": ("r", "rau"),
    "badge": ("rau", "raud"),
    "badge_chip": ("rau", "ru"),
    "bank_aside": ("r", "raud"),
    "bank_layout": ("r", "raud"),
    "bank_line": ("r", "rau"),
    "bank_match": ("r", "rad"),
    "bank_statement": ("r", "ra"),
    "banked_day": ("rau", "rau"),
    "booking": ("rau", "rau"),
    "booking_entry": ("ra", "ra"),
    "booking_series": ("r", "rau"),
    "calendar_feed": ("r", "rau"),
    "calendar_occurrence": ("r", "raud"),
    "carnet": ("rau(used)", "rau"),
    "chosen_price": ("rau", "raud"),
    "clock_word": ("r", "rau"),
    "closed_day": ("r", "rau"),
    "closing": ("r", "ra"),
    "correction": ("ra", "raud"),
    "declaration": ("rau", "rau"),
    "declared_category": ("r", "raud"),
    "desk_attempt": ("", "raud"),
    "desk_device": ("", "raud"),
    "desk_first_factor": ("", "rau"),
    "desk_hand": ("", "rau"),
    "desk_log": ("ra", "raud"),
    "desk_log_last": ("rau", "rau"),
    "desk_log_start": ("r", "raud"),
    "desk_passkey": ("", "raud"),
    "desk_request": ("ru", "raud"),
    "desk_role": ("r", "ra"),
    "desk_session_end": ("", "rad"),
    "desk_used_code": ("", "rad"),
    "desk_user": ("r(id email name language member_id active created_at)", "rau"),
    "desk_user_role": ("r", "rad"),
    "document": ("ra", "ra"),
    "document_copy": ("ra", "rau"),
    "document_line": ("ra", "ra"),
    "door": ("r", "rau"),
    "door_code": ("r", "rau"),
    "door_event": ("ra", "rd"),
    "door_word": ("rau", "r"),
    "due_act": ("ra", "raud"),
    "entry": ("ra", "ra"),
    "entry_kind": ("r", "r"),
    "entry_text": ("ra", "rad"),
    "envelope": ("ru(used)", "rau"),
    "event": ("ra", "rau"),
    "failing_act": ("r", "raud"),
    "file_merge": ("r", "raud"),
    "finding": ("r", "ru"),
    "head_claim": ("ra", "ra"),
    "head_claim_end": ("r", "ra"),
    "head_recipient": ("r", "rad"),
    "home": ("r", "r"),
    "hosting_reward": ("r", "rau"),
    "included_day": ("r", "rad"),
    "joining": ("rau", "rau"),
    "loan": ("rau", "raud"),
    "member": (
        "ra u(language larger_text more_contrast voice shown_name door_name visible hides_sums notify asked_to_host pin"
        " pin_tries plan_code zone_id zone_before_id zone_from_on left_on version)",
        "rau",
    ),
    "membership": ("ra", "rau"),
    "name": ("r", "ra"),
    "notice": ("rad", "raud"),
    "open_charge": ("raud", "raud"),
    "office_approval": ("r", "rau"),
    "online_payment": ("r", "raud"),
    "organisation": ("r", "rau"),
    "outbox": ("ra", "rau"),
    "payment_word": ("ra", "ra"),
    "payer": ("r", "raud"),
    "plan": ("r", "ru"),
    "policy": ("r", "ra"),
    "privatisation": ("r", "rau"),
    "product": ("r", "rau"),
    "project": ("r", "raud"),
    "public_request": ("r", "raud"),
    "quote": ("r", "rau"),
    "reduced_grant": ("r", "raud"),
    "registered_office": ("r", "raud"),
    "remittance": ("r", "ra"),
    "remittance_part": ("rd", "raud"),
    "room": ("r", "rau"),
    "rule_called_off": ("r", "ra"),
    "rules_revision": ("r", "ru"),
    "scenario": ("r", "raud"),
    "second_look": ("r", "rau"),
    "shift": ("ru", "rau"),
    "shift_link": ("r", "raud"),
    "shift_slot": ("r", "rau"),
    "shift_swap": ("rau", "raud"),
    "signup": ("rau", "rau"),
    "site": ("r", "rau"),
    "site_key": ("r", "r"),
    "site_capacity": ("r", "ra"),
    "skill": ("rad", "raud"),
    "skill_ask": ("ra", "rad"),
    "spooled_tap": ("rad", "rd"),
    "spot": ("r", "rau"),
    "spot_day": ("raud", "raud"),
    "spot_holder": ("r", "raud"),
    "subscription": ("raud", "raud"),
    "subscription_pause": ("r", "raud"),
    "tap_conflict": ("ra", "rud"),
    "tariff": ("r", "ra"),
    "telephone": ("rau", "raud"),
    "telephone_pairing": ("rau", "raud"),
    "thing": ("r", "rau"),
    "topic": ("ra", "rau"),
    "topic_vote": ("rad", "raud"),
    "upkeep": ("r", "rau"),
    "visit": ("rau", "rau"),
    "voucher": ("rau(used)", "rau"),
    "voucher_code": ("ru", "rau"),
    "wording": ("r", "rau"),
    "zone": ("r", "rau"),
}

OUTSIDE: Mapping[str, str] = {
    **dict.fromkeys(("alembic_version", "home", "clock_word", "closed_day", "upkeep", "door", "door_word"), "r"),
    "entry": "r(number recorded_at actor mac)",
    **dict.fromkeys(("site", "zone", "policy", "rule_called_off", "product", "tariff"), "r"),
    **dict.fromkeys(("desk_role", "desk_user_role"), "r"),
    "desk_user": RIGHTS["desk_user"][0],
    "failing_act": "raud",
    "outbox": "rau",
    "online_payment": (
        "r(id token cents state made_at asked_at listed_at intent link order_id payment why heard)"
        " u(state asked_at listed_at intent link order_id payment paid_cents why heard)"
    ),
}
"""The tables of the program that calls outwards: for the day, the doors' state, messages and online payments."""

DOOR_MAIL = (
    *("a notice", "a skill", "code of member", "data of member", "event", "joining of member", "vouching for member"),
    *("telephone of member", "wrong codes for member"),
)
"""The subjects of mails that a door may write, by their first words; `roles` has the server check them. A door writes
only to addresses of members, officers, organisations and people who signed up for an event.
"""


def of(program: str, table: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what a program may do with a table: each verb of SQL, and the columns to which it is limited, () for all.

    Raises KeyError for a table without a line, but yields nothing for the program `outside`.
    """
    words = OUTSIDE.get(table, "") if program == "outside" else RIGHTS[table][PROGRAMS.index(program)]
    for letter, columns in _WORD.findall(words):
        yield _VERBS[letter], tuple(columns.split())


def may(program: str, verb: str, table: str, column: str = "") -> bool:
    """Return whether a program may do this (`SELECT`, ...) with a table, or with one of its columns.

    Without a column, a right to some of the columns is enough. A table without a line is closed to all.
    """
    if table not in RIGHTS:
        return False
    columns_of_verb = dict(of(program, table)).get(verb)
    return columns_of_verb is not None and (not columns_of_verb or not column or column in columns_of_verb)
