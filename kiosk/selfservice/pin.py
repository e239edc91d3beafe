"""Serves whoever forgot or lost a badge: lets them in by name and code, keeps a code, stops a lost badge.

Only members who chose a code are listed. What is typed stays on the server; the slow comparison with its hash keeps
nobody waiting, at the reader or for the database. After three wrong codes the member's waits, each further one twice as
long, and the member is told; after many on one screen, the screen takes none for a while.
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
from kiosk.domain.checkin.pins import LONGEST, SHORTEST, TRIES, is_paused, weakness
from kiosk.domain.checkin.screen_state import Code, Nobody
from kiosk.domain.checkin.standing import Standing
from kiosk.domain.checkin.verdicts import Denied
from kiosk.domain.names import searchable
from kiosk.domain.telephones.pairing import DIGITS as TELEPHONE_DIGITS
from kiosk.errors import RequestError
from kiosk.language.texts import Said, Text
from kiosk.messages import code_notice
from kiosk.selfservice import keyboard, settings
from kiosk.selfservice.choice_labels import ShortDay, option
from kiosk.store.checkin import door_events, standing, visits
from kiosk.store.checkin.door_events import DoorEvent
from kiosk.store.members import members
from kiosk.store.members.members import Badge
from kiosk.store.officers import desk_log
from kiosk.store.selfservice import pins
from kiosk.store.selfservice.pins import Named, Pin

MOST_NAMES = 8
MOST_BADGES = 4
LONGEST_SHOWN = 24  # of a name on a button
_NUMBER = Text("n° {number}", "no. {number}")
_NAMED_NUMBER = Text("{name} n° {number}", "{name} no. {number}")
_MY_BADGE = Text("Mon badge, reçu le {day} {year}", "My badge, given on {day} {year}")
MEMORY_KIB, PASSES = 19456, 2  # argon2's, by OWASP, for a small board
_FEWEST_LETTERS = 2
_DELETE = "delete"
_TELL_AGAIN = timedelta(hours=24)
_BY_PIN = "pin"  # how the door's log says it

_KEYED = "keyed:"  # before a hash that the entrance's key is in; older ones get it when they are next used


class Listed(Struct, frozen=True):
    """The members whom a page has listed, by number."""

    numbers: tuple[int, ...]


class Meant(Struct, frozen=True):
    """Whose code is typed; `then` is what it proves, and does: the act, and its value; `what` says so."""

    number: int
    then: tuple[Act, str] | None = None
    what: Said | None = None


class Pad(Struct, frozen=True):
    """What is typed on the pad, and for which page."""

    kind: CardKind
    digits: str = ""


class Checked(Struct, frozen=True):
    """The hash that a code was right for: worked out before the database is held."""

    hash: str


class Hashed(Struct, frozen=True):
    """The hash of a new code, or of one that gets a new one: worked out before."""

    hash: str


class First(Struct, frozen=True):
    """A new code, as it was typed the first time."""

    digits: str


class Losable(Struct, frozen=True):
    """The badges that a page has listed."""

    marks: tuple[bytes, ...]


class Stopped(Struct, frozen=True):
    """The badge that was stopped just now."""

    mark: bytes


class WhoSheet(Struct, frozen=True):
    """Whether there are more of these names than are shown."""

    has_more: bool


class PadSheet(Struct, frozen=True):
    """How many digits are typed, and what is wrong with those before: a `Weakness`, `wrong` or `differs`."""

    digits: int
    says: str = ""


# --- in by name and code


def find(context: PageContext) -> Card:
    """Offer the keyboard for the first letters of a name."""
    if not context.policy.pin_sign_in or context.is_member:
        raise RequestError("touch-over", "nobody comes in by name and code here")
    if is_paused_now(context):
        return _refused()
    keyboard.begin(context, Act.BADGE_FORGOTTEN)
    return _find(context)


def _find(context: PageContext, wanted: int | None = None) -> Card:
    return keyboard.card(context, CardKind.PIN_NAME, Act.PIN_NAMES, Act.IS_MEMBER, wanted=wanted)


def list_names(context: PageContext) -> Card:
    """List members with a code whose names begin so."""
    if not keyboard.is_for(context, Act.BADGE_FORGOTTEN):
        raise RequestError("touch-over", "a name comes first")
    typed = keyboard.typed(context)
    if sum(letter.isalnum() for letter in searchable(typed)) < _FEWEST_LETTERS:
        return _find(context, wanted=0)
    found = pins.named(context.connection, typed, context.moment.day)
    if not found:
        return _find(context, wanted=1)
    shown = found[:MOST_NAMES]
    context.keep(Listed(tuple(one.number for one in shown)))
    options = tuple(_name(one, shown) for one in shown)
    sheet = WhoSheet(has_more=len(found) > len(shown))
    return Card(CardKind.PIN_WHO, acts=(Act.BADGE_FORGOTTEN, Act.DONE), sheet=sheet, options=options)


def _name(one: Named, shown: list[Named]) -> Option:
    """The name at the door, cut where it is long; with the number for who has none there, or not alone."""
    name, is_alone = _cut(one.shown), sum(_cut(other.shown) == _cut(one.shown) for other in shown) == 1
    number = f"{one.number:04d}"
    numbered = _NAMED_NUMBER.of(name=name, number=number) if name else _NUMBER.of(number=number)
    return option(Act.PIN_WHO, one.number, name if name and is_alone else numbered)


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_SHOWN else f"{name[: LONGEST_SHOWN - 1].rstrip()}…"


def choose(context: PageContext) -> Card:
    """Ask for the code of the listed member that was touched."""
    listed = context.recall(Listed)
    numbers = () if listed is None else listed.numbers
    number = {str(each): each for each in numbers}.get(context.value)
    if number is None:
        raise RequestError("touch-over", "this name was not listed")
    context.keep(Meant(number))
    return empty_pad(context, CardKind.PIN_CODE)


def prove(context: PageContext, what: Said | None) -> Card:
    """Ask a member who came by code for it once more, on a pad that says what it then does."""
    if is_paused_now(context):
        return _refused()
    context.keep(Meant(context.number, None if context.act is None else (context.act, context.value), what))
    return empty_pad(context, CardKind.PIN_CODE)


def check(context: PageContext) -> Work | None:
    """Compare the typed code with the hash, which takes a while: done before anything is written."""
    number, digits = _who(context).number, typed_so_far(context)
    found = pins.of_member(context.connection, number)
    if found is None or len(digits) < SHORTEST or _waits(context, number) or is_paused_now(context):
        return None
    return partial(_verified, found.hash, digits, context.flows.code_key)


def _verified(hashed: str, digits: str, key: bytes) -> tuple[Struct, ...]:
    import argon2  # here: only who needs it waits for it

    is_keyed = hashed.startswith(_KEYED)
    try:
        argon2.PasswordHasher().verify(hashed.removeprefix(_KEYED), _with(key, digits) if is_keyed else digits)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return ()
    return (Checked(hashed), *(() if is_keyed or not key else _hashed(digits, key)))


def _with(key: bytes, digits: str) -> str:
    """The code together with the entrance's key: whoever has only the database has nothing to try codes against."""
    return hmac.digest(key, digits.encode(), "sha256").hex()


def enter(context: PageContext) -> Card:
    """With a right code, let the door's rules decide as for a badge; count a wrong one, for member and screen."""
    meant, digits = _who(context), typed(context)
    number, checked, anew = meant.number, context.take(Checked), context.take(Hashed)
    found = pins.of_member(context.connection, number)
    if found is None or _waits(context, number) or is_paused_now(context):
        return _refused()
    if len(digits) < SHORTEST:
        return empty_pad(context, CardKind.PIN_CODE, "short")
    if checked is None or checked.hash != found.hash:
        return _count_wrong(context, number, found)
    pins.let_try(context.connection, number)
    if anew is not None:
        pins.hash_anew(context.connection, number, found.hash, anew.hash)
    if meant.then is None:
        return _come_in(context, number)
    return _go_on(context, *meant.then)


def _count_wrong(context: PageContext, number: int, found: Pin) -> Card:
    connection, at = context.connection, context.moment.at
    pins.refuse(connection, number, at, ACTOR)
    if found.tries + 1 < TRIES:
        return _refused() if is_paused_now(context) else empty_pad(context, CardKind.PIN_CODE, "wrong")
    if not pins.was_told(connection, number, at - _TELL_AGAIN) and code_notice.tell_of_wrong_codes(
        connection, number, at
    ):
        desk_log.add(connection, at, ACTOR, pins.TOLD, number, None)
    return _refused()


def _waits(context: PageContext, number: int) -> bool:
    return pins.waits_until(context.connection, number, context.moment.at) is not None


def _go_on(context: PageContext, act: Act, value: str) -> Card:
    """Do what the code was asked for once more."""
    context.drop(Meant, Pad)
    context.turn.proof = Code(context.number, is_refused=True)
    card = context.flows.pages()[act].show(replace(context, act=act, value=value, confirmed=True))
    if card is None:
        raise RequestError("touch-over", "nothing comes after this code")
    return card


def _come_in(context: PageContext, number: int) -> Card:
    connection, policy, moment = context.connection, context.policy, context.moment
    found = standing.of_member(connection, number, policy, moment.day)
    if found is None:
        raise RequestError("touch-over", "this member is no longer there")
    found = replace(found, badge_until_on=pins.unconfirmed_until(connection, number))
    tap_id = context.fresh_id()
    done = entering.decide_and_record(connection, context.seal, found, policy, moment, ACTOR, tap_id, visits.CODE)
    context.turn.memo.clear()
    if isinstance(done.decision, Denied):
        return _stays_shut(context, done.decision, found, tap_id)
    context.become(Code(number), found, done.decision.notices)
    return Card(
        CardKind.CAME_BY_PIN,
        found.name,
        acts=(Act.ACCOUNT, Act.LOST, Act.DONE),
        notices=done.decision.notices,
        opens_for=openings.entrant(done.decision, done.visit, tap_id, moment, _BY_PIN),
    )


def _stays_shut(context: PageContext, denied: Denied, found: Standing, tap_id: bytes) -> Card:
    """The refusal, as after a badge: the step that is missing can be taken, and nothing else."""
    refused = DoorEvent(context.moment.at, "refused", denied.reason.value, None, tap_id, context.policy.door.id)
    door_events.add(context.connection, [refused])
    if denied.reason not in steps.MENDABLE:
        return entering.denied_card(denied)
    context.become(Code(found.number, is_refused=True), found)
    return replace(entering.denied_card(denied), acts=(Act.STEP, Act.DONE))


def _who(context: PageContext) -> Meant:
    meant, proof = context.recall(Meant), context.turn.proof
    is_theirs = isinstance(proof, Nobody) or (isinstance(proof, Code) and meant is not None and meant.then is not None)
    if meant is None or not is_theirs or not context.policy.pin_sign_in:
        raise RequestError("touch-over", "a name comes first")
    return meant


def is_paused_now(context: PageContext) -> bool:
    """Whether this screen takes no code for a while, since too many were wrong."""
    return is_paused(pins.latest_refused(context.connection, context.moment.at), context.moment.at)


def _refused() -> Card:
    return Card(CardKind.PIN_REFUSED, acts=(Act.DONE,))


# --- the pad


def press(context: PageContext) -> Card:
    """Take one digit more, or one less."""
    pad, value = context.recall(Pad), context.value
    if pad is None or value not in (*"0123456789", _DELETE):
        raise RequestError("touch-over", "there is no such key here")
    longest = TELEPHONE_DIGITS if pad.kind is CardKind.PHONE_CODE else LONGEST
    digits = pad.digits[:-1] if value == _DELETE else (pad.digits + value)[:longest]
    context.keep(replace(pad, digits=digits))
    return _show_pad(context, pad.kind)


def empty_pad(context: PageContext, kind: CardKind, says: str = "") -> Card:
    """An empty pad, for this page."""
    context.keep(Pad(kind))
    return _show_pad(context, kind, says)


def typed(context: PageContext) -> str:
    """Take what was typed on the pad."""
    digits, pad = typed_so_far(context), context.recall(Pad)
    if pad is not None:
        context.keep(replace(pad, digits=""))
    return digits


def typed_so_far(context: PageContext) -> str:
    """Return what is typed on the pad."""
    pad = context.recall(Pad)
    return "" if pad is None else pad.digits


def _show_pad(context: PageContext, kind: CardKind, says: str = "") -> Card:
    options = [option(Act.PIN_KEY, key, key) for key in "1234567890"]
    options.append(option(Act.PIN_KEY, _DELETE, Text("Effacer", "Delete")))
    sheet = PadSheet(len(typed_so_far(context)), says)
    meant = context.recall(Meant) if kind is CardKind.PIN_CODE else None
    what = None if meant is None else meant.what
    return Card(kind, context.name, acts=_acts(context, kind), sheet=sheet, options=tuple(options), confirms=what)


def _acts(context: PageContext, kind: CardKind) -> tuple[Act, ...]:
    if kind is CardKind.PIN_CODE:
        return (Act.PIN_ENTER, Act.DONE)
    if kind is CardKind.EVACUATION_CODE:
        return (Act.EVACUATION_LIST, Act.DONE)
    if kind is CardKind.PHONE_CODE:
        return (Act.PHONE_PAIR, Act.ACCOUNT, Act.DONE)
    if kind is CardKind.PIN_AGAIN:
        return (Act.PIN_SAVE, Act.SETTINGS, Act.DONE)
    has_one = pins.of_member(context.connection, _own(context)) is not None
    return (Act.PIN_AGAIN, *((Act.PIN_NONE,) if has_one else ()), Act.SETTINGS, Act.DONE)


# --- a code of one's own


def ask_new(context: PageContext) -> Card:
    """Ask for a new code, for days without the badge."""
    _own(context)
    return empty_pad(context, CardKind.PIN_NEW)


def ask_again(context: PageContext) -> Card:
    """Ask for the same code again, unless it is one that is guessed first."""
    number, pad, digits = _own(context), context.recall(Pad), typed(context)
    weak = weakness(digits, number)
    if weak is not None or pad is None or pad.kind is not CardKind.PIN_NEW:
        return empty_pad(context, CardKind.PIN_NEW, weak or "")
    context.keep(First(digits))
    return empty_pad(context, CardKind.PIN_AGAIN)


def work_out(context: PageContext) -> Work | None:
    """Hash the new code, which takes a while: done before the badge is asked for."""
    first = context.recall(First)
    if first is None or typed_so_far(context) != first.digits:
        return None
    return partial(_hashed, first.digits, context.flows.code_key)


def _hashed(digits: str, key: bytes) -> tuple[Struct, ...]:
    import argon2  # here: only who needs it waits for it

    hasher = argon2.PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)
    return (Hashed(f"{_KEYED}{hasher.hash(_with(key, digits))}" if key else hasher.hash(digits)),)


def save(context: PageContext) -> Card:
    """Keep the new code, now that it was typed twice and the badge was seen."""
    number, hashed = _own(context), context.take(Hashed)
    context.drop(First, Pad)
    if hashed is None or not context.confirmed:
        return empty_pad(context, CardKind.PIN_NEW, "differs")
    pins.keep(context.connection, number, context.moment.at, ACTOR, hashed.hash)
    code_notice.put_in_outbox(context.connection, number, context.moment.at)
    return settings.show(context, saved=True)


def take_away(context: PageContext) -> Card:
    """Take the code away: nobody finds this name any more."""
    pins.keep(context.connection, _own(context), context.moment.at, ACTOR, None)
    return settings.show(context, saved=True)


def _own(context: PageContext) -> int:
    """The member whose badge was seen, where the rules allow a code. Raises RequestError `touch-over`."""
    if not settings.may_have_pin(context):
        raise RequestError("touch-over", "a code is not offered here")
    return members.by_number(context.connection, context.number).number


# --- a lost badge


def ask_lost(context: PageContext) -> Card:
    """Ask which badge is lost, by the day it was given: no badge's number is ever shown."""
    options, active = [], _active(context)[:MOST_BADGES]
    context.keep(Losable(tuple(one.fingerprint for one in active)))
    for place, one in enumerate(active):
        said = _MY_BADGE.of(day=ShortDay(one.given_on), year=one.given_on.year)
        options.append(option(Act.LOSE, place, said))
    acts = (Act.ACCOUNT, Act.DONE)
    return Card(CardKind.LOSE_BADGE, context.name, acts=acts, options=tuple(options))


def lose(context: PageContext) -> Card:
    """Stop this badge at once."""
    listed = context.take(Losable)  # touched twice, it is one
    marks = () if listed is None else listed.marks
    wanted = {str(place): mark for place, mark in enumerate(marks)}.get(context.value)
    lost = next((one for one in _active(context) if one.fingerprint == wanted), None)
    if lost is None:
        raise RequestError("touch-over", "there is no such badge any more")
    found = members.by_number(context.connection, context.number)
    members.mark_badge(context.connection, found, lost.fingerprint, context.moment.day)
    desk_log.add(context.connection, context.moment.at, ACTOR, "badge-lost", found.number, None)
    context.turn.stops = lost.fingerprint
    context.keep(Stopped(lost.fingerprint))
    return Card(CardKind.BADGE_STOPPED, context.name, acts=(Act.NOT_LOST, Act.ACCOUNT, Act.DONE))


def take_back(context: PageContext) -> Card:
    """Turn the badge on again that was stopped in this very flow: it was a slip of the finger."""
    stopped = context.take(Stopped)
    if stopped is None:
        raise RequestError("touch-over", "no badge was stopped in this visit to the screen")
    found = members.by_number(context.connection, context.number)
    members.mark_badge(context.connection, found, stopped.mark, None)
    desk_log.add(context.connection, context.moment.at, ACTOR, "badge-found", found.number, None)
    return Card(CardKind.BADGE_KEPT, context.name, acts=(Act.LOST, Act.ACCOUNT, Act.DONE))


def _active(context: PageContext) -> list[Badge]:
    found = members.by_number(context.connection, context.number)
    return [one for one in members.badges_of(context.connection, found) if one.lost_on is None]


PAGES = {
    Act.BADGE_FORGOTTEN: Page(find),
    Act.PIN_NAMES: Page(list_names),
    Act.PIN_WHO: Page(choose),
    Act.PIN_KEY: Page(press),
    Act.PIN_ENTER: Page(enter, writes=True, before=check),
    Act.PIN_NEW: Page(ask_new),
    Act.PIN_AGAIN: Page(ask_again),
    Act.PIN_SAVE: Page(save, writes=True, before=work_out),
    Act.PIN_NONE: Page(take_away, writes=True),
    Act.LOST: Page(ask_lost),
    Act.LOSE: Page(lose, writes=True),
    Act.NOT_LOST: Page(take_back, writes=True),
}
