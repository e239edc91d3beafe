"""Lets in a member without their badge by name and code, and asks for the code again where it confirms an act.

Only members with a code are listed. The typed code stays on the server; the slow comparison with its hash runs outside
the transaction while the reader goes on. After three wrong codes the member's code must wait, twice as long each
further time, and the member is told; after many wrong codes on one screen, the screen takes none for a while.

What one page of the flow keeps for the next (`context.keep`) is found again by its type (`recall`; `take` also forgets
it).
"""

import hmac
from datetime import timedelta
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin import entering, openings
from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.dialogue import ACTOR, Page, PageContext, Work
from kiosk.domain.checkin import steps
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.pins import SHORTEST, TRIES, is_paused
from kiosk.domain.checkin.screen_state import Code, Nobody
from kiosk.domain.checkin.standing import Standing
from kiosk.domain.checkin.verdicts import Denied
from kiosk.domain.names import searchable
from kiosk.errors import RequestError
from kiosk.language.texts import Said, Text
from kiosk.messages import code_notice
from kiosk.selfservice import keyboard, pad
from kiosk.selfservice.choice_labels import option
from kiosk.store.checkin import door_events, standing, visits
from kiosk.store.checkin.door_events import DoorEvent
from kiosk.store.officers import desk_log
from kiosk.store.selfservice import pins
from kiosk.store.selfservice.pins import Named, Pin

MOST_NAMES = 8  # listed on a page
LONGEST_SHOWN = 24  # characters of a name on a button
_NUMBER = Text("n° {number}", "no. {number}")
_NAMED_NUMBER = Text("{name} n° {number}", "{name} no. {number}")
MEMORY_KIB, PASSES = 19456, 2  # argon2's, by OWASP, for a small board
_FEWEST_LETTERS = 2  # of a name, before members are listed
_TELL_AGAIN = timedelta(hours=24)  # between two mails about wrong codes
_BY_PIN = "pin"  # how the door's log names this way in

_KEYED = "keyed:"  # prefix of a hash made with the entrance's key; older hashes get it at their next use


class Listed(Struct, frozen=True):
    """The numbers of the members whom a page has listed."""

    numbers: tuple[int, ...]


class Meant(Struct, frozen=True):
    """The member whose code is being typed. `then` is the act and value that the code confirms (None: coming in), and
    `what` names it.
    """

    number: int
    then: tuple[Act, str] | None = None
    what: Said | None = None


class Checked(Struct, frozen=True):
    """The stored hash that the typed code matched, computed outside the transaction."""

    hash: str


class Hashed(Struct, frozen=True):
    """The hash of a new code, or a stronger hash of a known one, computed outside the transaction."""

    hash: str


class WhoSheet(Struct, frozen=True):
    """Whether more names match than are shown."""

    has_more: bool


def find(context: PageContext) -> Card:
    """Offer the keyboard for the first letters of a name. Raises RequestError `touch-over` where the rules allow no
    codes.
    """
    if not context.policy.pin_sign_in or context.is_member:
        raise RequestError("touch-over", "members do not come in by name and code here")
    if is_paused_now(context):
        return _refused()
    return _ask_name(context)


def _ask_name(context: PageContext, missing_line: int | None = None) -> Card:
    """Show the keyboard for a name. With a line number, that line of the card says what was wrong with the last one."""
    return keyboard.card(
        context, CardKind.PIN_NAME, Act.BADGE_FORGOTTEN, Act.PIN_NAMES, Act.IS_MEMBER, missing_line=missing_line
    )


def list_names(context: PageContext) -> Card:
    """List the members with a code whose names begin with the typed letters."""
    if not keyboard.is_for(context, Act.BADGE_FORGOTTEN):
        raise RequestError("touch-over", "a name comes first")
    typed = keyboard.typed(context)
    if sum(letter.isalnum() for letter in searchable(typed)) < _FEWEST_LETTERS:
        return _ask_name(context, missing_line=0)
    matching = pins.named(context.connection, typed, context.moment.day)
    if not matching:
        return _ask_name(context, missing_line=1)
    shown = matching[:MOST_NAMES]
    context.keep(Listed(tuple(named.number for named in shown)))
    options = tuple(_name(named, shown) for named in shown)
    sheet = WhoSheet(has_more=len(matching) > len(shown))
    return Card(CardKind.PIN_WHO, acts=(Act.BADGE_FORGOTTEN, Act.DONE), sheet=sheet, options=options)


def _name(named: Named, shown: list[Named]) -> Option:
    """Return a listed member as a choice, by their name at the door, cut where it is long; with the number where there
    is no name or a namesake is listed.
    """
    name, is_alone = _cut(named.shown), sum(_cut(other.shown) == _cut(named.shown) for other in shown) == 1
    number = f"{named.number:04d}"
    numbered = _NAMED_NUMBER.of(name=name, number=number) if name else _NUMBER.of(number=number)
    return option(Act.PIN_WHO, named.number, name if name and is_alone else numbered)


def _cut(name: str) -> str:
    """Return a name cut to the length that a button holds."""
    return name if len(name) <= LONGEST_SHOWN else f"{name[: LONGEST_SHOWN - 1].rstrip()}…"


def choose(context: PageContext) -> Card:
    """Ask for the code of the touched member."""
    listed = context.recall(Listed)
    numbers = () if listed is None else listed.numbers
    number = {str(listed_number): listed_number for listed_number in numbers}.get(context.value)
    if number is None:
        raise RequestError("touch-over", "this name was not listed")
    return _ask_code(context, Meant(number))


def _ask_code(context: PageContext, meant: Meant, says: str = "") -> Card:
    """Show the pad for a member's code. `says` is the word for what was wrong with the last one."""
    context.keep(meant)
    return pad.empty(context, CardKind.PIN_CODE, Act.PIN_ENTER, says=says, what=meant.what)


def prove(context: PageContext, what: Said | None) -> Card:
    """Ask a member known by code for it again, on a pad that names the act it confirms."""
    if is_paused_now(context):
        return _refused()
    return _ask_code(
        context, Meant(context.number, None if context.act is None else (context.act, context.value), what)
    )


def check(context: PageContext) -> Work | None:
    """Return the work of comparing the typed code with its hash, which is slow; None where there is nothing to compare
    (no code, too few digits), or the member's code or this screen has to wait after wrong ones.
    """
    number, digits = _meant(context).number, pad.typed(context)
    pin = pins.of_member(context.connection, number)
    if pin is None or len(digits) < SHORTEST or _must_wait(context, number) or is_paused_now(context):
        return None
    return partial(_verified, pin.hash, digits, context.flows.code_key)


def _verified(stored_hash: str, digits: str, key: bytes) -> tuple[Struct, ...]:
    """Verify a code by its stored hash; return the check, and a new hash with the key for one stored without."""
    import argon2  # here, because importing it is slow

    is_keyed = stored_hash.startswith(_KEYED)
    try:
        argon2.PasswordHasher().verify(stored_hash.removeprefix(_KEYED), _with(key, digits) if is_keyed else digits)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return ()
    return (Checked(stored_hash), *(() if is_keyed or not key else hashed(digits, key)))


def _with(key: bytes, digits: str) -> str:
    """Return the code mixed with the entrance's key: with the database but not the key, codes cannot be tried."""
    return hmac.digest(key, digits.encode(), "sha256").hex()


def hashed(digits: str, key: bytes) -> tuple[Hashed]:
    """Hash a code, which is slow."""
    import argon2  # here, because importing it is slow

    hasher = argon2.PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)
    return (Hashed(f"{_KEYED}{hasher.hash(_with(key, digits))}" if key else hasher.hash(digits)),)


def enter(context: PageContext) -> Card:
    """Let the door's rules decide after a right code, as for a badge; count a wrong one, for the member
    and the screen.
    """
    meant, digits = _meant(context), pad.take(context)
    number, checked, new_hash = meant.number, context.take(Checked), context.take(Hashed)
    pin = pins.of_member(context.connection, number)
    if pin is None or _must_wait(context, number) or is_paused_now(context):
        return _refused()
    if len(digits) < SHORTEST:
        return _ask_code(context, meant, "short")
    if checked is None or checked.hash != pin.hash:
        return _count_wrong(context, meant, pin)
    pins.let_try(context.connection, number)  # the right code ends the count of wrong ones
    if new_hash is not None:
        pins.hash_anew(context.connection, number, pin.hash, new_hash.hash)
    if meant.then is None:
        return _come_in(context, number)
    return _go_on(context, *meant.then)


def _count_wrong(context: PageContext, meant: Meant, pin: Pin) -> Card:
    """Count a wrong code: ask again, or refuse and tell the member by mail after too many."""
    connection, at, number = context.connection, context.moment.at, meant.number
    pins.refuse(connection, number, at, ACTOR)
    if pin.tries + 1 < TRIES:
        return _refused() if is_paused_now(context) else _ask_code(context, meant, "wrong")
    if not pins.was_told(connection, number, at - _TELL_AGAIN) and code_notice.tell_of_wrong_codes(
        connection, number, at
    ):
        desk_log.add(connection, at, ACTOR, pins.TOLD, number, None)
    return _refused()


def _must_wait(context: PageContext, number: int) -> bool:
    """Tell whether a member's code is refused for now, after too many wrong ones."""
    return pins.waits_until(context.connection, number, context.moment.at) is not None


def _go_on(context: PageContext, act: Act, choice: str) -> Card:
    """Do the act that the code has confirmed."""
    context.drop(Meant, pad.Pad)
    context.turn.proof = Code(context.number, is_refused=True)  # a new proof: the code was given just now
    card = context.flows.pages()[act].show(replace(context, act=act, value=choice, confirmed=True))
    if card is None:
        raise RequestError("touch-over", "nothing comes after this code")
    return card


def _come_in(context: PageContext, number: int) -> Card:
    """Decide and record the visit of a member known by a code, and open the door."""
    connection, policy, moment = context.connection, context.policy, context.moment
    person = standing.of_member(connection, number, policy, moment.day)
    if person is None:
        raise RequestError("touch-over", "this member is no longer there")
    # a new member whose badge the desk has not confirmed comes in until the same day without it
    person = replace(person, badge_until_on=pins.unconfirmed_until(connection, number))
    tap_id = context.fresh_id()
    entry = entering.decide_and_record(connection, context.seal, person, policy, moment, ACTOR, tap_id, visits.CODE)
    context.turn.memo.clear()  # forgets the name that was searched, the list and the pad
    if isinstance(entry.decision, Denied):
        return _stays_shut(context, entry.decision, person, tap_id)
    context.become(Code(number), person, entry.decision.notices)
    return Card(
        CardKind.CAME_BY_PIN,
        person.name,
        acts=(Act.ACCOUNT, Act.LOST, Act.DONE),
        notices=entry.decision.notices,
        opens_for=openings.entrant(entry.decision, entry.visit, tap_id, moment, _BY_PIN),
    )


def _stays_shut(context: PageContext, denied: Denied, person: Standing, tap_id: bytes) -> Card:
    """Return the refusal, as for a badge: the member can take the missing step, and nothing else."""
    refused = DoorEvent(context.moment.at, "refused", denied.reason.value, None, tap_id, context.policy.door.id)
    door_events.add(context.connection, [refused])
    if denied.reason not in steps.MENDABLE:
        return entering.denied_card(denied)
    context.become(Code(person.number, is_refused=True), person)
    return replace(entering.denied_card(denied), acts=(Act.STEP, Act.DONE))


def _meant(context: PageContext) -> Meant:
    """Return the member whose code is asked for: to come in after a name was chosen, or to confirm an act of a member
    known by code. Raises RequestError `touch-over` otherwise.
    """
    meant, proof = context.recall(Meant), context.turn.proof
    is_theirs = isinstance(proof, Nobody) or (isinstance(proof, Code) and meant is not None and meant.then is not None)
    if meant is None or not is_theirs or not context.policy.pin_sign_in:
        raise RequestError("touch-over", "a name comes first")
    return meant


def is_paused_now(context: PageContext) -> bool:
    """Tell whether this screen takes no codes for a while, because too many were wrong."""
    return is_paused(pins.latest_refused(context.connection, context.moment.at), context.moment.at)


def _refused() -> Card:
    """Return the card that refuses a code without saying why."""
    return Card(CardKind.PIN_REFUSED, acts=(Act.DONE,))


PAGES = {
    Act.BADGE_FORGOTTEN: Page(find),
    Act.PIN_NAMES: Page(list_names),
    Act.PIN_WHO: Page(choose),
    Act.PIN_ENTER: Page(enter, writes=True, before=check),
}
